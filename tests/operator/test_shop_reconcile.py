"""The operator on a real API server: Shops come up, stay as they are, and heal."""

import time

import pytest

from api import Refused
from lib.process import wait_until
from cluster import SERVICES, config_name, passes, quiet, reconciled, writes


def test_a_shop_comes_up(cluster, api):
    namespace = cluster.namespace()
    operator = cluster.operator()
    began = time.monotonic()
    api.shop(namespace, {"access": "Open", "sampleData": True, "services": {"order": {"replicas": 2}}})
    api.ready(namespace)
    assert time.monotonic() - began < 20
    found = set(api.owned(namespace))
    expected = {("StatefulSet", "shop-postgres"), ("StatefulSet", "shop-rabbitmq"), ("Secret", "shop-passwords"),
                ("Secret", "shop-signing"), ("Secret", "shop-certificates"), ("Secret", "shop-messaging"), ("Secret", "shop-rabbitmq"), ("ConfigMap", "shop-keys"),
                ("ConfigMap", "shop-issuer"), ("ConfigMap", "shop-rabbitmq"), ("ConfigMap", "shop-postgres-databases"),
                ("Service", "shop-postgres"), ("Service", "shop-postgres-pods"), ("Service", "shop-rabbitmq"),
                ("Service", "shop-rabbitmq-pods"), ("Ingress", "shop"), ("PodDisruptionBudget", "shop-order")}
    expected |= {("NetworkPolicy", f"shop-{name}") for name in (*SERVICES, "default", "postgres", "postgres-jobs", "rabbitmq")}
    for service in SERVICES:
        expected |= {(kind, f"shop-{service}") for kind in ("Deployment", "Service", "ServiceAccount")}
        expected.add(("ConfigMap", config_name(api, namespace, service)))
        expected.add(("Secret", f"shop-{service}-db"))
    assert {each for each in found if each[0] != "Job"} == expected
    jobs = sorted(name.rsplit("-", 1)[0] for kind, name in found if kind == "Job")
    assert jobs == ["shop-notification-migrate", "shop-order-migrate", "shop-order-sample-data", "shop-postgres-setup",
                    "shop-product-migrate", "shop-product-sample-data", "shop-user-migrate", "shop-user-sample-data"]
    uid = api.get("Shop", namespace, "shop")["metadata"]["uid"]
    for each in api.owned(namespace).values():
        owner = each["metadata"]["ownerReferences"]
        assert [o["uid"] for o in owner if o.get("controller")] == [uid], each["metadata"]["name"]
    status = api.get("Shop", namespace, "shop")["status"]
    assert status["version"] == "1.0" and status["services"]["order"] == {"desired": 2, "ready": 2, "image": "shopkeeper/order:1.0"}
    assert {each["type"]: each["status"] for each in status["conditions"]} == {
        "Ready": "True", "Progressing": "False", "Degraded": "False", "DatabaseReady": "True", "MessagingReady": "True",
        "MigrationsDone": "True", "GatewayReady": "True", "RolledBack": "False",
        "VersionSupported": "False"}
    assert operator.metric("shopkeeper_shops", state="ready") == 1
    wait_until("the Event", lambda: [e for e in api.list("Event", namespace) if e["reason"] == "Ready"], 10)
    assert operator.stop() == 0


def test_an_unchanged_shop_costs_no_write(cluster, api):
    namespace, operator = cluster.ready_shop()
    quiet(operator)
    before = len(writes(cluster))
    for number in range(5):
        reconciled(operator, lambda: api.merge("Shop", namespace, "shop", {"metadata": {"annotations": {"look": str(number)}}}))
    quiet(operator)
    assert [each["requestURI"] for each in writes(cluster)[before:]] == []
    operator.stop()
    again = cluster.operator()  # a new process has nothing remembered
    wait_until("its first look", lambda: passes(again) > 0, 30)
    quiet(again)
    assert [each["requestURI"] for each in writes(cluster)[before:]] == []


def test_drift_is_healed(cluster, api):
    namespace, _ = cluster.ready_shop()
    old = api.get("Deployment", namespace, "shop-user")["metadata"]["uid"]
    api.delete("Deployment", namespace, "shop-user")
    wait_until("a new Deployment", lambda: (api.get("Deployment", namespace, "shop-user") or {"metadata": {"uid": old}})
               ["metadata"]["uid"] != old, 15)
    api.merge("Deployment", namespace, "shop-order", {"spec": {"replicas": 0}})
    wait_until("the replicas", lambda: api.get("Deployment", namespace, "shop-order")["spec"]["replicas"] == 1, 15)
    image = [{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "evil:1"}]
    api.call("PATCH", api.path("Deployment", namespace, "shop-product"), image, "application/json-patch+json")
    wait_until("the image", lambda: api.get("Deployment", namespace, "shop-product")["spec"]["template"]["spec"]["containers"][0]
               ["image"] == "shopkeeper/product:1.0", 15)
    config = config_name(api, namespace, "user")
    with pytest.raises(Refused, match="immutable"):
        api.merge("ConfigMap", namespace, config, {"data": {"config.yaml": "access: Open\n"}})
    api.delete("ConfigMap", namespace, config)
    wait_until("the configuration", lambda: "Authenticated" in (api.get("ConfigMap", namespace, config) or {}).get("data", {})
               .get("config.yaml", ""), 15)
    api.delete("Ingress", namespace, "shop")
    wait_until("the Ingress", lambda: api.get("Ingress", namespace, "shop"), 15)
    api.ready(namespace)


def test_two_shops_side_by_side(cluster, api):
    namespace = cluster.namespace()
    cluster.operator()
    api.shop(namespace, name="first")
    api.shop(namespace, name="second")
    api.ready(namespace, "first")
    api.ready(namespace, "second")
    assert api.get("Secret", namespace, "first-passwords")["data"] != api.get("Secret", namespace, "second-passwords")["data"]
    api.delete("Shop", namespace, "first")
    wait_until("the first to go", lambda: not [name for _, name in api.owned(namespace) if name.startswith("first")], 60)
    api.ready(namespace, "second")


def test_memory_stays_small_beside_many_foreign_objects(cluster, api):
    namespace, operator = cluster.ready_shop()
    quiet(operator)

    def memory():
        return operator.metric("process_resident_memory_bytes")
    resident = memory()
    assert 0 < resident <= 30 * 1024 * 1024, f"{resident / 2**20:.1f} MiB"
    for number in range(200):
        api.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"foreign-{number}"}, "data": {"x": "y" * 20000}}, namespace)
    quiet(operator)
    # What the operator used for a moment it gives back every 15 s.
    wait_until("no memory for objects of others", lambda: memory() <= resident + 2 * 1024 * 1024, 40)
