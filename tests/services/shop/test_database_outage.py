"""The database away: services stay ready, say 503 with Retry-After at once, and work as soon as it is back."""

import time

import pytest
from lib.client import problem
from lib.process import wait_for_answer, wait_until

QUESTIONS = ("/users/1", "/products/1", "/products", "/orders/1", "/api/products?q=laptop")


@pytest.fixture
def outage(postgres, shop_factory):
    """A shop whose database has been away for so long that every service has noticed it."""
    shop = shop_factory()
    postgres.stop()
    try:
        for service in shop.services.values():
            wait_until(f"{service.name} to notice", lambda service=service: service.ops.get("/readyz").json()["status"] == "unavailable", 20)
        yield shop
    finally:
        if postgres.process.poll() is not None:
            postgres.start()


def test_services_stay_ready_without_their_database(outage):
    for service in outage.services.values():
        answer = service.ops.get("/readyz")
        assert answer.status == 200, f"{service.name}: {answer.text}"
        assert answer.json()["checks"]["database"]["status"] == "unavailable"
    health = wait_until("all services to be named in /health", lambda: all(
        check["status"] == "unavailable" for name, check in outage.get("/health").json()["checks"].items()
        if name in ("database", "user", "product")) and outage.get("/health"), 10)
    assert health.status == 503


def test_requests_get_503_with_retry_after_within_two_seconds(outage):
    for path in QUESTIONS:
        began = time.monotonic()
        answer = outage.get(path)
        problem(answer, 503)
        assert int(answer.headers["retry-after"]) >= 1
        assert time.monotonic() - began < 2, path
    refused = outage.post("/orders", {"user_id": 1, "product": "Tablet"})
    problem(refused, 503)


def test_requests_succeed_as_soon_as_the_database_is_back(outage, postgres):
    postgres.start()
    back = time.monotonic()
    wait_until("every route", lambda: all(outage.get(path).status == 200 for path in QUESTIONS), 10)
    assert time.monotonic() - back < 1.5
    wait_until("an order", lambda: outage.post("/orders", {"user_id": 1, "product": "Tablet"}).status in (201, 202), 10)


def test_a_new_replica_is_not_ready_before_it_has_reached_the_database(outage, postgres):
    new = outage.make("product")
    outage.others.append(new)
    new.start(ready=False)
    wait_for_answer("the new replica", new.process, lambda: new.ops.get("/readyz").json()["checks"], new.log_file)
    report = new.ops.get("/readyz")
    assert report.status == 503
    problem(new.api.get("/products/1"), 503)
    postgres.start()
    new.wait_ready()


def test_services_start_and_stay_ready_without_the_broker(rabbitmq, shop_factory):
    shop = shop_factory(start=False)
    rabbitmq.stop()
    try:
        shop.start()  # waits until all are ready
        assert shop.get("/products/1").status == 200
        for service in shop.services.values():
            assert service.ops.get("/readyz").json()["status"] == "degraded"
    finally:
        rabbitmq.start()
