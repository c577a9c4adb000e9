"""Across all services: one request's trace (W3C trace context) is in the log of everything that it led to, and every queue
that a service reads is known to those who publish."""

import pathlib
import re
import secrets

import pytest
from lib.notifications import mail_config
from lib.process import wait_until
from lib.shop import SERVICES
from lib.smtp import Sink


@pytest.fixture(scope="module")
def sink():
    with Sink() as server:
        yield server


@pytest.fixture(scope="module")
def shop(running_shop, sink):
    """All of them talkative."""
    config = {service: {"log.level": "debug"} for service in SERVICES}
    config["notification"].update(mail_config(sink.port))
    with running_shop(config=config) as made:
        yield made


def lines_of(service, trace):
    return [line for line in service.log_lines() if line.get("trace_id") == trace]


def test_an_order_is_one_trace_through_all_services_to_its_mail(shop, sink):
    trace, request = secrets.token_hex(16), "trace-test-" + secrets.token_hex(4)
    answer = shop.post("/orders", {"user_id": 1, "product": "Laptop"},
                       headers={"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01", "X-Request-Id": request})
    assert answer.status == 201 and answer.headers["x-request-id"] == request
    wait_until("the mail", lambda: [m for m in sink.mails if str(answer.json()["order_id"]) in m["Subject"]])
    sent = wait_until("its log", lambda: [n for n in lines_of(shop.notification, trace) if n["message"] == "mail sent"])
    assert sent[0]["kind"] == "order.confirmed"
    handled = [n for n in lines_of(shop.notification, trace) if n["message"] == "event"]
    assert {n["type"] for n in handled} == {"order.confirmed"}
    for service, path in (("order", "/orders"), ("user", "/internal/users/"), ("product", "/internal/sales")):
        requests = [n for n in lines_of(shop.services[service], trace) if n["message"] == "request"]
        assert [n for n in requests if n["path"].startswith(path) and n["request_id"] == request], service


def test_every_request_has_a_trace_of_its_own_where_none_comes_with_it(shop):
    request = "trace-test-" + secrets.token_hex(4)
    for header in ({}, {"traceparent": "00-" + "0" * 32 + "-" + "0" * 16 + "-01"}, {"traceparent": "nonsense"}):
        assert shop.get("/users/1", headers={"X-Request-Id": request, **header}).status == 200
    lines = wait_until("its log", lambda: [found for found in [
        [n for n in shop.user.log_lines() if n.get("request_id") == request]] if len(found) == 3])[0]
    traces = {line["trace_id"] for line in lines}
    assert len(traces) == 3 and all(len(t) == 32 and set(t) != {"0"} for t in traces)


def test_publishers_know_every_queue_that_is_read(shop):
    """services/contracts/events.cpp: what is not in there is lost while a queue is not there."""
    text = (pathlib.Path(__file__).resolve().parents[3] / "services/contracts/events.cpp").read_text(encoding="utf-8")
    known = {(queue, key) for queue, types in re.findall(r'\{"([\w.]+)",\s*\{([^}]*)\}\}', text)
             for key in re.findall(r'"([^"]+)"', types)}
    bindings = {(b["destination"], b["routing_key"]) for b in shop.vhost.broker.api("GET", f"/api/bindings/{shop.vhost.name}")
                if b["source"] == "shop.events"}
    assert known and bindings == known
