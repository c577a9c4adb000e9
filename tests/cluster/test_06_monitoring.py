"""A real Prometheus, on this machine, reads every pod's metrics through the API server while there is some trade: every query of every
dashboard has data, every series that a rule looks at is there, and no alert fires in a shop that is well."""

import base64
import json
import urllib.parse

import pytest
from kit import wait_until
from lib.observability import configuration, panel_queries, rule_selectors, without_data
from lib.prometheus import Prometheus

INTERVAL = "3s"
# Through the API server, which is all that is reached from here: its proxy for pods.
THROUGH_THE_API_SERVER = [
    {"source_labels": ["__meta_kubernetes_pod_name", "__address__"], "regex": "(.+);.+:([0-9]+)", "replacement": "$1:$2",
     "target_label": "instance"},
    {"source_labels": ["__meta_kubernetes_namespace", "__meta_kubernetes_pod_name", "__address__", "__metrics_path__"],
     "regex": "(.+);(.+);.+:([0-9]+);(.+)", "replacement": "/api/v1/namespaces/$1/pods/$2:$3/proxy$4",
     "target_label": "__metrics_path__"}]


def trade(http):
    """A short mix of real requests: orders, refusals, searches, what is not there, what is wrong."""
    for number in range(4):
        http.post("/orders", {"user_id": 1 + number % 2, "product": ("Laptop", "Tablet")[number % 2]})
        http.post("/orders", {"user_id": 1, "product": "No such thing"})
        http.post("/orders", {"user_id": 100000, "product": "Tablet"})
        http.post("/orders", {"user_id": "Alice"})
        for path in ("/products", "/products/1", "/products/100000", "/users/1", "/orders/1", "/orders/100000", "/health",
                     "/api/products?q=phone", "/api/notifications"):
            http.get(path)


def credentials(cluster, folder):
    """The API server's address and how to prove oneself to it, as files."""
    config = json.loads(cluster.kubectl("config", "view", "--raw", "--minify", "-o", "json"))
    there, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    tls = {}
    for key, text in (("ca_file", there["certificate-authority-data"]), ("cert_file", user["client-certificate-data"]),
                      ("key_file", user["client-key-data"])):
        path = folder / key
        path.write_bytes(base64.b64decode(text))
        path.chmod(0o600)
        tls[key] = str(path)
    return urllib.parse.urlsplit(there["server"]).netloc, tls


def scrapes(server):
    """Of the target that was read least often."""
    return min(float(each["value"][1]) for each in server.query("count_over_time(up[1h])"))


@pytest.fixture(scope="module")
def pods(shop):
    shop.wait_ready()
    # The operator is in the shop's namespace, too.
    found = shop.items("pods", "-l", "app.kubernetes.io/part-of=shopkeeper", "--field-selector=status.phase=Running")
    return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]


@pytest.fixture(scope="module")
def prometheus(cluster, shop, pods, tmp_path_factory):
    folder = tmp_path_factory.mktemp("prometheus")
    address, tls = credentials(cluster, folder)
    server = Prometheus(folder / "server", configuration(
        pods, INTERVAL, scheme="https", tls_config=tls,
        relabel_configs=[*THROUGH_THE_API_SERVER, {"target_label": "__address__", "replacement": address}]))
    try:
        wait_until("every target is read", lambda: server.query("up") and not server.query("up == 0"), 60)
        for _ in range(2):  # a counter's first value is no increase
            trade(shop.http)
            seen = scrapes(server)
            wait_until("a scrape of each target", lambda before=seen: scrapes(server) >= before + 2, 60)
        yield server
    finally:
        server.close()


def test_every_pod_is_found_by_its_annotations(prometheus, pods):
    up = {each["metric"]["pod"]: each["metric"] for each in prometheus.query("up == 1")}
    services = {each["service"] for each in up.values()}
    assert services == {"user", "product", "order", "notification", "rabbitmq", "shopkeeper-operator"}
    expected = {pod["metadata"]["name"] for pod in pods if pod["metadata"].get("annotations", {}).get("prometheus.io/scrape") == "true"}
    assert set(up) == expected
    for pod in pods:
        name = pod["metadata"]["name"]
        if name in up and up[name]["service"] != "shopkeeper-operator":
            assert (up[name]["namespace"], up[name]["shop"]) == (pod["metadata"]["namespace"], pod["metadata"]["labels"]["app.kubernetes.io/instance"])


def expected_there(shop, queries):
    """Without the queries whose series this shop cannot have."""
    spec = shop.get("shop", shop.name)["spec"]
    absent = [] if "email" in spec else ["notification_mail"]
    if "backup" not in spec.get("database", {}).get("managed", {}):
        absent.append("shop_backup_healthy")
    return [(name, query) for name, query in queries if not any(series in query for series in absent)]


def test_every_panel_has_data(prometheus, shop):
    queries = expected_there(shop, panel_queries())
    assert len(queries) > 90
    times = iter(range(1000))

    def check():
        # The operator shall have something to do in each interval, so that what lasts a while has a rate.
        shop.kubectl("annotate", "--overwrite", "shop", shop.name, f"tests/look={next(times)}")
        trade(shop.http)
        missing = without_data(prometheus, queries)
        assert not missing, "\n".join(missing)
        return True
    wait_until("data in every panel", check, 120, 1)


def test_every_series_that_a_rule_looks_at_is_there(prometheus, shop):
    queries = expected_there(shop, rule_selectors())
    assert len(queries) > 30

    def check():
        missing = without_data(prometheus, queries)
        assert not missing, "\n".join(missing)
        return True
    wait_until("recorded series", check, 60, 1)
    for group in prometheus.api("rules")["groups"]:
        for rule in group["rules"]:
            assert rule["health"] != "err", rule


def test_no_alert_fires_in_a_shop_that_is_well(prometheus):
    assert [each for each in prometheus.api("alerts")["alerts"] if each["state"] == "firing"] == []
