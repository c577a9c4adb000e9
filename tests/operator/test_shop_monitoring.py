"""What Prometheus has of the operator: its metrics, the dashboard and the rules about it on a real Prometheus, and the PodMonitor."""

import pathlib
import sys

import pytest
from apiserver import wait_until
from shop_kit import PATHS, Refused

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "services"))

# pylint: disable=wrong-import-position
from lib.observability import OPERATOR, panel_queries, rules, selectors, without_data  # noqa: E402
from lib.prometheus import Prometheus, promtool  # noqa: E402

pytest_plugins = ["shop_fixtures"]

PATHS["PodMonitor"] = "/apis/monitoring.coreos.com/v1/{}podmonitors"
PATHS["CustomResourceDefinition"] = "/apis/apiextensions.k8s.io/v1/{}customresourcedefinitions"
# As much of the Prometheus operator's definition as matters here.
POD_MONITORS = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": {"name": "podmonitors.monitoring.coreos.com",
                 "annotations": {"api-approved.kubernetes.io": "unapproved, a stand-in for tests"}},
    "spec": {"group": "monitoring.coreos.com", "scope": "Namespaced",
             "names": {"kind": "PodMonitor", "listKind": "PodMonitorList", "plural": "podmonitors", "singular": "podmonitor"},
             "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {
                 "type": "object", "properties": {"spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}}}]}}


@pytest.fixture
def pod_monitors(api):
    api.create(POD_MONITORS)
    wait_until("PodMonitors", lambda: listed(api), 30)
    yield
    api.delete("CustomResourceDefinition", None, POD_MONITORS["metadata"]["name"])


def listed(api):
    try:
        return api.list("PodMonitor") is not None
    except Refused:
        return False


def test_metrics_are_as_prometheus_wants_them(world, api):
    space = world.space()
    operator = world.operator()
    api.shop(space, {"access": "Open"})
    api.ready(space)
    code, said = promtool("check", "metrics", text=operator.ask("/metrics")[1])
    assert (code, said) == (0, "")
    assert operator.metric("shopkeeper_shop_ready", shop_namespace=space, shop="shop") == 1
    api.delete("Shop", space, "shop")
    wait_until("no series of what is gone", lambda: "shopkeeper_shop_ready{" not in operator.ask("/metrics")[1], 20)


def test_a_shop_has_a_pod_monitor_only_where_they_are_known(world, api, pod_monitors):
    space = world.space()
    world.operator()
    api.shop(space, {"monitoring": {"labels": {"release": "prometheus"}}})
    api.ready(space)
    made = api.get("PodMonitor", space, "shop")
    assert made["metadata"]["labels"]["release"] == "prometheus"
    assert [each["port"] for each in made["spec"]["podMetricsEndpoints"]] == ["ops", "metrics", "metrics"]
    # Taken away by somebody: it comes back at the next pass; declined: it goes.
    api.delete("PodMonitor", space, "shop")
    api.merge("Shop", space, "shop", {"spec": {"sampleData": True}})
    wait_until("the PodMonitor again", lambda: api.get("PodMonitor", space, "shop"), 20)
    api.merge("Shop", space, "shop", {"spec": {"monitoring": {"podMonitor": "Never"}}})
    wait_until("no PodMonitor", lambda: api.get("PodMonitor", space, "shop") is None, 20)
    api.ready(space)


def test_panels_and_rules_about_the_operator_have_data(world, api, tmp_path):
    space = world.space()
    operator = world.operator()
    prometheus = Prometheus(tmp_path / "prometheus", {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
        "scrape_configs": [{"job_name": "operator", "static_configs": [
            {"targets": [f"127.0.0.1:{operator.port}"],
             "labels": {"namespace": "shops", "service": "shopkeeper-operator", "pod": "operator-0"}}]}]})
    try:
        api.shop(space, {"access": "Open"})
        api.ready(space)
        queries = panel_queries(["operator"])
        queries += [(rule["alert"], each) for _, rule in rules() if "alert" in rule for each in selectors(rule["expr"]) if OPERATOR in each]
        assert len(queries) > 25

        def check():
            # Something to do in each scrape interval, so that what lasts a while has a rate.
            api.merge("Shop", space, "shop", {"spec": {"sampleData": not api.get("Shop", space, "shop")["spec"].get("sampleData")}})
            return not without_data(prometheus, queries)
        try:
            wait_until("data in every panel", check, 40)
        except TimeoutError:
            pytest.fail("\n".join(without_data(prometheus, queries)))
    finally:
        prometheus.close()
