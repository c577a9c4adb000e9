"""Admission control, with a real service: past its limits it says 503 with Retry-After at once, and finishes what it
admitted."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from lib.process import wait_until

WORKERS, QUEUE = 1, 2


@pytest.fixture
def service(service_factory):
    """A user service that is as small as can be, with one user."""
    made = service_factory("user", {"access": "Open", "http.workers": WORKERS, "http.queue": QUEUE, "database.pool": 2})
    assert made.api.post("/users", {"name": "Alice", "email": "alice@example.com"}).status == 201
    return made


@contextlib.contextmanager
def locked_table(database, table):
    """Everything that reads the table waits."""
    with contextlib.closing(psycopg2.connect(database.url)) as connection:
        connection.cursor().execute(f"lock table {table} in access exclusive mode")
        yield


def check(answer):
    """What an answer under load may be."""
    if answer.status == 503:
        assert int(answer.headers["retry-after"]) >= 1 and answer.json()["title"] == "Overloaded"
    else:
        assert answer.status == 200 and answer.json()["name"] == "Alice"
    return answer.status


def test_requests_beyond_the_queue_are_refused_and_admitted_ones_answered(service):
    with ThreadPoolExecutor(20) as pool:
        with locked_table(service.database, "users"):
            admitted = []
            for busy, queued in [(1, 0), (1, 1), (1, 2)]:
                admitted.append(pool.submit(service.api.get, "/users/1"))
                wait_until(f"{busy} at work, {queued} waiting",
                           lambda busy=busy, queued=queued: service.metric("http_workers_busy", listener="api") == busy
                           and service.metric("http_queue_depth", listener="api") == queued)
            # Those for password hashes count, too: they are others.
            assert service.metric("http_workers", listener="api") >= WORKERS
            assert service.metric("http_queue_limit", listener="api") >= QUEUE
            assert service.metric("db_pool_limit") == 2
            refused = list(pool.map(lambda _: check(service.api.get("/users/1")), range(17)))
            assert refused == [503] * 17
            assert service.metric("http_requests_shed_total", listener="api", reason="queue") == 17
            assert service.ops.get("/livez").status == 200 and service.ops.get("/readyz").status == 200
        assert [check(future.result()) for future in admitted] == [200] * (WORKERS + QUEUE)
    assert check(service.api.get("/users/1")) == 200, "as if nothing had been"


def test_a_storm_gets_200_or_503_and_nothing_else(service):
    clients, each = 48, 25

    def storm(_):
        return [check(service.api.get("/users/1")) for _ in range(each)]

    with ThreadPoolExecutor(clients + 1) as pool:
        watching = [pool.submit(lambda: [service.ops.get("/livez").status for _ in range(50)])]
        statuses = sum(pool.map(storm, range(clients)), [])
        assert set(watching[0].result()) == {200}
    assert len(statuses) == clients * each and 200 in statuses
    shed = service.metric("http_requests_shed_total", listener="api") or 0
    assert shed == statuses.count(503), "all that was refused is counted"
    assert service.metric("http_requests_in_flight", listener="api") == 0
    assert check(service.api.get("/users/1")) == 200
