"""The operator's metrics, and the PodMonitor of a Shop."""

import pytest
from api import PATHS
from lib.process import wait_until
from lib.prometheus import promtool
from cluster import WRITER, quiet, reconciled

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
    with api.with_kind(POD_MONITORS):
        yield


def test_metrics_are_as_prometheus_wants_them(cluster, api):
    namespace, operator = cluster.ready_shop({"access": "Open"})
    code, said = promtool("check", "metrics", text=operator.ask("/metrics")[1])
    assert (code, said) == (0, "")
    assert operator.metric("shopkeeper_shop_ready", shop_namespace=namespace, shop="shop") == 1
    api.delete("Shop", namespace, "shop")
    wait_until("no series of what is gone", lambda: "shopkeeper_shop_ready{" not in operator.ask("/metrics")[1], 20)


def requests(cluster):
    """The operator's, but for watches."""
    return [f"{each['verb']} {each['requestURI']}" for each in cluster.server.audit()
            if each.get("userAgent", "").startswith(WRITER) and each["verb"] != "watch"]


def test_a_shop_has_a_pod_monitor_only_where_they_are_known(cluster, api, pod_monitors):
    namespace, operator = cluster.ready_shop({"monitoring": {"labels": {"release": "prometheus"}}})
    made = api.get("PodMonitor", namespace, "shop")
    assert made["metadata"]["labels"]["release"] == "prometheus"
    assert [each["port"] for each in made["spec"]["podMetricsEndpoints"]] == ["ops", "metrics", "metrics"]
    # It is watched: a pass neither reads nor writes it.
    quiet(operator)
    before = len(requests(cluster))
    reconciled(operator, lambda: api.merge("Shop", namespace, "shop", {"metadata": {"annotations": {"look": "again"}}}))
    quiet(operator)
    assert [each for each in requests(cluster)[before:] if "podmonitors" in each] == []
    # Taken away or changed by somebody: it comes back at once; declined: it goes.
    api.delete("PodMonitor", namespace, "shop")
    wait_until("the PodMonitor again", lambda: api.get("PodMonitor", namespace, "shop"), 5)
    api.merge("PodMonitor", namespace, "shop", {"spec": {"podMetricsEndpoints": []}})
    wait_until("its endpoints again", lambda: api.get("PodMonitor", namespace, "shop")["spec"]["podMetricsEndpoints"], 5)
    api.merge("Shop", namespace, "shop", {"spec": {"monitoring": {"podMonitor": "Never"}}})
    wait_until("no PodMonitor", lambda: api.get("PodMonitor", namespace, "shop") is None, 20)
    api.ready(namespace)
