"""Scaling by metrics, restart of one service, and Shops that are paused."""

import re

import yaml
from api import REPO, secret
from cluster import WRITER, config_name, passes, quiet, reconciled, writes
from lib.process import wait_until
from lib.prometheus import promtool

ADAPTER = yaml.safe_load((REPO / "observability/prometheus-adapter.yaml").read_text(encoding="utf-8"))["rules"]["external"]
METRICS = [{"type": "QueueDepth", "target": 50}, {"type": "Latency", "target": 250}]


def look_again(api, namespace, operator):
    reconciled(operator, lambda: api.merge("Shop", namespace, "shop", {"metadata": {"annotations": {"look": str(passes(operator))}}}))
    quiet(operator)


def pod_annotations(api, namespace, name):
    return api.get("Deployment", namespace, name)["spec"]["template"]["metadata"]["annotations"]


def test_an_autoscaler_follows_metrics_that_the_adapter_serves(cluster, api):
    namespace, operator = cluster.ready_shop({"services": {"order": {"autoscaling": {"min": 2, "max": 5, "metrics": METRICS}}}})
    scaler = api.get("HorizontalPodAutoscaler", namespace, "shop-order")["spec"]
    found = {each["external"]["metric"]["name"]: each["external"] for each in scaler["metrics"] if each["type"] == "External"}
    assert set(found) == {each["name"]["as"] for each in ADAPTER}
    assert found["shopkeeper_queue_messages"]["target"] == {"type": "AverageValue", "averageValue": "50"}
    assert found["shopkeeper_request_seconds_p95"]["target"] == {"type": "Value", "value": "250m"}
    assert scaler["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 300
    quiet(operator)
    before = len(writes(cluster))
    look_again(api, namespace, operator)
    assert [each["requestURI"] for each in writes(cluster)[before:]] == [], "what the API server spells otherwise is not written again"


def test_the_adapters_queries_are_sound_and_select_by_the_autoscalers_labels(tmp_path):
    for rule in ADAPTER:
        query = rule["metricsQuery"].replace("<<.LabelMatchers>>", 'namespace="shops",shop="shop",queue="order.events",service="order"')
        assert "<<" not in query
        rules = tmp_path / "rules.yaml"
        rules.write_text(yaml.safe_dump({"groups": [{"name": "adapter", "rules": [{"record": rule["name"]["as"], "expr": query}]}]}))
        code, said = promtool("check", "rules", str(rules))
        assert code == 0, said
        # The series are those that dashboards show.
        name = re.match(r"\w+", rule["seriesQuery"])[0]
        assert any(name in path.read_text() for path in (REPO / "observability/dashboards").glob("*.json")), name


def test_one_service_is_restarted_by_annotation(cluster, api):
    namespace, operator = cluster.ready_shop()
    quiet(operator)
    before = {name: pod_annotations(api, namespace, f"shop-{name}") for name in ("user", "product", "order", "notification")}
    for text in ("now", "once more: \"quoted\" and ünïcode"):
        api.merge("Shop", namespace, "shop", {"metadata": {"annotations": {"shopkeeper.dev/restart-order": text}}})
        wait_until("the restart", lambda text=text: pod_annotations(api, namespace, "shop-order").get("shopkeeper.dev/restart") == text, 15)
    quiet(operator)
    assert {name: pod_annotations(api, namespace, f"shop-{name}") for name in before if name != "order"} == \
        {name: each for name, each in before.items() if name != "order"}
    api.ready(namespace)


def test_a_rollout_restart_by_hand_is_not_reverted(cluster, api):
    namespace, operator = cluster.ready_shop()
    cluster.server.kubectl("rollout", "restart", "deployment/shop-order", "-n", namespace)
    mark = pod_annotations(api, namespace, "shop-order")["kubectl.kubernetes.io/restartedAt"]
    look_again(api, namespace, operator)
    # Also not by a change of the Deployment.
    api.merge("Shop", namespace, "shop", {"spec": {"services": {"order": {"replicas": 2}}}})
    api.ready(namespace)
    assert pod_annotations(api, namespace, "shop-order")["kubectl.kubernetes.io/restartedAt"] == mark


def test_of_a_paused_shop_only_the_status_is_written(cluster, api):
    namespace, operator = cluster.ready_shop({"services": {"user": {"replicas": 2}}})
    api.merge("Shop", namespace, "shop", {"spec": {"paused": True}})
    quiet(operator)
    before = len(cluster.server.writes(WRITER))
    # Everything that would be acted on: a new version, another spec, drift, deletions, keys, a restart, a Secret.
    api.merge("Shop", namespace, "shop", {"metadata": {"annotations": {"shopkeeper.dev/rotate-keys": "now", "shopkeeper.dev/restart-order": "now"}},
                                          "spec": {"version": "2.0", "email": {"host": "smtp", "from": "a@b.c", "secret": "mail"},
                                                   "services": {"order": {"autoscaling": {"max": 3}}}}})
    api.create(secret("mail", username="u", password="p"), namespace)
    api.merge("Deployment", namespace, "shop-user", {"spec": {"replicas": 5}})
    for kind, name in (("Deployment", "shop-order"), ("ConfigMap", config_name(api, namespace, "user")), ("Service", "shop-product"), ("Ingress", "shop"),
                       ("PodDisruptionBudget", "shop-user")):
        api.delete(kind, namespace, name)
    look_again(api, namespace, operator)
    allowed = ("/status", "/leases/shopkeeper-operator")
    wrote = [each["verb"] + " " + each["requestURI"] for each in cluster.server.writes(WRITER)[before:]
             if not each["requestURI"].split("?")[0].endswith(allowed) and "/events" not in each["requestURI"]]
    assert wrote == []
    assert api.get("Deployment", namespace, "shop-order") is None
    api.merge("Shop", namespace, "shop", {"spec": {"paused": False}})
    api.ready(namespace, timeout=90)
    assert api.get("Deployment", namespace, "shop-user")["spec"]["replicas"] == 2
    assert pod_annotations(api, namespace, "shop-order")["shopkeeper.dev/restart"] == "now"


def test_stores_and_services_have_budgets_and_spread_as_documented(cluster, api):
    namespace, _ = cluster.ready_shop({"services": {"order": {"replicas": 3}, "user": {"autoscaling": {"min": 2, "max": 4}}}})
    budgets = {each["metadata"]["name"]: each["spec"] for each in api.list("PodDisruptionBudget", namespace)}
    assert {"shop-order", "shop-user"} <= set(budgets) and "shop-product" not in budgets
    for name in ("shop-order", "shop-user"):
        assert budgets[name]["maxUnavailable"] == 1 and budgets[name]["unhealthyPodEvictionPolicy"] == "AlwaysAllow"
        spread = api.get("Deployment", namespace, name)["spec"]["template"]["spec"]["topologySpreadConstraints"]
        assert {each["topologyKey"] for each in spread} == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
    # A budget of a single pod would block drains, or protect nothing.
    assert all("postgres" not in name and "rabbitmq" not in name for name in budgets)
