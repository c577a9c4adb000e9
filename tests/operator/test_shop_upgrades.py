"""Upgrades on a real API server: of the stores, and of the shop beside them."""

from lib.process import wait_until


def image(api, namespace, kind, name):
    return api.get(kind, namespace, name)["spec"]["template"]["spec"]["containers"][0]["image"]


def test_a_new_version_of_the_shop_leaves_the_stores_as_they_are(cluster, api):
    namespace, _ = cluster.ready_shop()
    before = {name: api.get("StatefulSet", namespace, name)["metadata"]["generation"] for name in ("shop-postgres", "shop-rabbitmq")}
    api.merge("Shop", namespace, "shop", {"spec": {"version": "2.0"}})
    wait_until("the rollout", lambda: image(api, namespace, "Deployment", "shop-user") == "shopkeeper/user:2.0", 20)
    api.ready(namespace)
    assert {name: api.get("StatefulSet", namespace, name)["metadata"]["generation"] for name in before} == before


def test_stores_are_upgraded_one_after_another_and_announced(cluster, api):
    namespace, _ = cluster.ready_shop()
    workloads = cluster.workloads[-1]
    workloads.hold = {"shop-postgres"}
    api.merge("Shop", namespace, "shop", {"spec": {"version": "2.0", "database": {"managed": {"version": "15-99"}},
                                                   "messaging": {"managed": {"version": "3.10-99"}}}})
    wait_until("the condition", lambda: api.condition(namespace, "DatabaseReady")["reason"] == "UpgradingDatabase", 15)
    assert api.condition(namespace, "DatabaseReady")["message"].endswith(" -> 15-99")
    assert api.condition(namespace, "MessagingReady")["reason"] == "ChangeWaiting"
    assert image(api, namespace, "StatefulSet", "shop-rabbitmq") != "shopkeeper/rabbitmq:3.10-99", "PostgreSQL is not back yet"
    assert image(api, namespace, "Deployment", "shop-user") == "shopkeeper/user:1.0"
    workloads.hold = set()
    wait_until("the broker", lambda: image(api, namespace, "StatefulSet", "shop-rabbitmq") == "shopkeeper/rabbitmq:3.10-99", 15)
    wait_until("the services", lambda: image(api, namespace, "Deployment", "shop-user") == "shopkeeper/user:2.0", 20)
    api.ready(namespace)
    wait_until("the Events", lambda: {"UpgradingDatabase", "UpgradingMessaging"} <= {e["reason"] for e in api.list("Event", namespace)}, 10)


def test_another_major_version_of_postgresql_is_refused(cluster, api):
    namespace, _ = cluster.ready_shop()
    before = image(api, namespace, "StatefulSet", "shop-postgres")
    api.merge("Shop", namespace, "shop", {"spec": {"database": {"managed": {"version": "14-1"}}}})
    wait_until("the refusal", lambda: api.condition(namespace, "Degraded")["reason"] == "UpgradeRefused", 15)
    assert "spec.database.managed.version" in api.condition(namespace, "Degraded")["message"]
    assert image(api, namespace, "StatefulSet", "shop-postgres") == before
    api.merge("Shop", namespace, "shop", {"spec": {"database": {"managed": {"version": None}}}})
    api.ready(namespace)
