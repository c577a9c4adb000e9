"""/metrics of every service: correct by promtool, bounded in number whatever is asked, and saying what matters."""

import re

import pytest
from lib.observability import trade
from lib.process import wait_until
from lib.prometheus import promtool
from lib.shop import SERVICES

LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')


def series(service):
    """{sample with labels: value} of a service's /metrics."""
    lines = service.ops.get("/metrics").text.splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if line and not line.startswith("#")}


@pytest.fixture(scope="module", autouse=True)
def traffic(shop):
    trade(shop)
    wait_until("the order's mail is recorded",
               lambda: shop.notification.metric("events_consumed_total", type="order.confirmed", result="done"))


@pytest.mark.parametrize("name", SERVICES)
def test_promtool_finds_nothing_wrong(shop, name):
    code, said = promtool("check", "metrics", text=shop.services[name].ops.get("/metrics").text)
    assert (code, said) == (0, "")


@pytest.mark.parametrize("name", SERVICES)
def test_every_help_is_a_sentence(shop, name):
    helps = re.findall(r"^# HELP (\S+) ?(.*)$", shop.services[name].ops.get("/metrics").text, re.M)
    assert len(helps) > 20
    assert not [(metric, text) for metric, text in helps if not re.fullmatch(r"[A-Z0-9].*\.", text)]


@pytest.mark.parametrize("name", SERVICES)
def test_labels_are_bounded(shop, name):
    """Hundreds of URLs, methods and headers that nobody has asked for before make (nearly) no new series."""
    service = shop.services[name]
    prefix = {"user": "/users", "product": "/products", "order": "/orders", "notification": "/api/notifications"}[name]

    def ask(number):
        service.api.get(f"{prefix}/{number}")
        service.api.get(f"/nowhere/{number}")
        service.api.request(f"X{number}", f"{prefix}?q={number}")
        service.ops.get(f"/internal/nothing/{number}")

    ask(10**6)  # what there is of each kind
    before = set(series(service))
    for number in range(10**6 + 1, 10**6 + 101):
        ask(number)
    new = set(series(service)) - before
    assert len(new) <= 5, new
    for sample in series(service):
        for label, value in LABEL.findall(sample):
            if label not in ("le", "version"):
                assert not re.search(r"\d{4}|/\d|[?@%]", value), sample


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_the_metrics_of_the_dashboards(shop, name):
    service = shop.services[name]
    assert service.metric("shopkeeper_build_info", service=name) == 1
    assert service.metric("http_requests_total", listener="api") > 0
    assert service.metric("http_request_duration_seconds_count", listener="api") > 0
    for metric in ("http_requests_in_flight", "http_workers_busy", "db_pool_connections", "db_pool_waiting", "outbox_pending",
                   "outbox_oldest_seconds", "process_cpu_seconds_total", "process_resident_memory_bytes"):
        assert service.metric(metric) is not None, metric
    wait_until("the database's statistics", lambda: service.metric("postgres_up") == 1)
    assert service.metric("postgres_size_bytes") > 1_000_000
    assert service.metric("postgres_transactions_total", result="committed") > 0
    assert service.metric("postgres_blocks_total", source="cache") > 0
    assert service.metric("postgres_connections") >= 1
    assert 0 < service.metric("postgres_server_connections") < service.metric("postgres_server_connections_limit")


def test_an_event_is_timed_from_when_it_happened(shop):
    service = shop.notification
    assert service.metric("events_consumer_connected", queue="notification.events") == 1
    count = service.metric("events_delay_seconds_count", queue="notification.events")
    assert count >= 1
    assert 0 <= service.metric("events_delay_seconds_sum", queue="notification.events") < 60 * count
