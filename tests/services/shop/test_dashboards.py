"""Dashboards and rules against a real Prometheus that scrapes a real shop: every query of every panel has data, and every series
that a rule looks at is there. (All of them, with the operator's, are checked on a cluster in tests/cluster.)"""

import pytest
from lib.observability import OPERATOR, configuration, dashboards, panel_queries, rule_selectors, rules, trade, without_data
from lib.process import wait_until
from lib.prometheus import Prometheus
from lib.smtp import Sink


def pod(service, ports, scraped):
    """A pod of the shop as the operator would make it, at addresses of this machine."""
    return {"metadata": {"namespace": "shops", "name": f"shop-{service}-0",
                         "labels": {"app.kubernetes.io/name": service, "app.kubernetes.io/instance": "shop",
                                    "app.kubernetes.io/component": service, "app.kubernetes.io/part-of": "shopkeeper",
                                    "app.kubernetes.io/managed-by": "shopkeeper-operator"},
                         "annotations": {"prometheus.io/scrape": "true", "prometheus.io/port": str(ports[scraped]),
                                         "prometheus.io/path": "/metrics"}},
            "spec": {"containers": [{"name": service, "ports": [{"name": name, "containerPort": number}
                                                                for name, number in ports.items()]}]},
            "status": {"podIP": "127.0.0.1", "phase": "Running"}}


@pytest.fixture(scope="module")
def prometheus(running_shop, rabbitmq, folder):
    email = {"email.host": "127.0.0.1", "email.tls": "none", "email.from": "shop@example.com"}
    with Sink() as sink, running_shop(config={"notification": {**email, "email.port": sink.port}}) as shop:
        pods = [pod(name, {"http": each.http_port, "ops": each.ops_port}, "ops") for name, each in shop.services.items()]
        pods.append(pod("rabbitmq", {"amqp": rabbitmq.port, "metrics": rabbitmq.metrics}, "metrics"))
        server = Prometheus(folder / "prometheus", configuration(pods))
        try:
            trade(shop)
            wait_until("every target answers", lambda: len(server.query("up == 1")) == len(pods) + 1, 30, 0.2)
            wait_until("mails are sent", lambda: sink.mails, 30)
            # A counter's first value is no increase; so once more, with the first seen.
            trade(shop)
            wait_until("every target was scraped after that", scraped_again(server), 30, 0.2)
            yield server
        finally:
            server.close()


def scraped_again(server):
    """Twice more, for each target."""
    def counts():
        return {(each["metric"]["job"], each["metric"]["pod"]): float(each["value"][1]) for each in server.query("count_over_time(up[5m])")}
    before = counts()
    return lambda: all(counts().get(name, 0) >= count + 3 for name, count in before.items())


def test_series_say_where_they_are_from(prometheus):
    up = {(each["metric"]["service"], each["metric"]["job"]): each["metric"] for each in prometheus.query("up")}
    assert len(up) == 6
    assert all((each["namespace"], each["shop"]) == ("shops", "shop") for each in up.values())
    assert up["order", "shopkeeper"]["pod"] == "shop-order-0" and up["order", "shopkeeper"]["container"] == "order"
    assert ("rabbitmq", "shopkeeper-queues") in up


def test_every_panel_has_data(prometheus):
    queries = panel_queries([name for name in dashboards() if name != "operator"])
    assert len(queries) > 60

    def wrong():
        return without_data(prometheus, queries)

    try:
        # PostgreSQL's own statistics come every 15 s, and a rate needs two of them.
        wait_until("data in every panel", lambda: not wrong(), 45, 1)
    except TimeoutError:
        pytest.fail("\n".join(wrong()))


def test_every_series_that_a_rule_looks_at_is_there(prometheus):
    # What is reckoned over days has been there for seconds only.
    queries = [(name, each) for name, each in rule_selectors() if OPERATOR not in each]
    assert len(queries) > 20
    wait_until("recording rules", lambda: prometheus.query("shopkeeper:http_slow:ratio_rate10m"), 30, 0.5)
    assert without_data(prometheus, queries) == []


def test_every_rule_is_taken_and_none_fails(prometheus):
    groups = prometheus.api("rules")["groups"]
    taken = {rule["name"] for group in groups for rule in group["rules"]}
    assert taken == {rule.get("alert") or rule["record"] for _, rule in rules()}
    wait_until("every rule was looked at",
               lambda: all(rule["health"] == "ok" for group in prometheus.api("rules")["groups"] for rule in group["rules"]), 45, 0.5)


def test_no_alert_in_a_shop_that_is_well(prometheus):
    alerts = prometheus.api("alerts")["alerts"]
    assert [each for each in alerts if each["state"] == "firing"] == []
