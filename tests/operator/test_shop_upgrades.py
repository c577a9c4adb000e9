"""Upgrades on a real API server: of the shop, rolled back when they fail, and of the stores; and manual changes."""

from cluster import SERVICES, config_name, quiet
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


def test_services_go_first_and_then_one_store_after_another(cluster, api):
    namespace, _ = cluster.ready_shop()
    workloads = cluster.workloads[-1]
    postgres = image(api, namespace, "StatefulSet", "shop-postgres")
    workloads.hold = {"shop-user", "shop-postgres"}
    api.merge("Shop", namespace, "shop", {"spec": {"version": "2.0", "database": {"managed": {"version": "15-99"}},
                                                   "messaging": {"managed": {"version": "3.10-99"}}}})
    wait_until("the condition", lambda: api.condition(namespace, "DatabaseReady")["reason"] == "ChangeWaiting", 15)
    assert "waits for the rollout of the services" in api.condition(namespace, "DatabaseReady")["message"]
    assert image(api, namespace, "StatefulSet", "shop-postgres") == postgres
    workloads.hold = {"shop-postgres"}
    wait_until("the database", lambda: api.condition(namespace, "DatabaseReady")["reason"] == "UpgradingDatabase", 20)
    assert api.condition(namespace, "DatabaseReady")["message"].endswith(" -> 15-99")
    assert api.condition(namespace, "MessagingReady")["reason"] == "ChangeWaiting"
    assert image(api, namespace, "StatefulSet", "shop-rabbitmq") != "shopkeeper/rabbitmq:3.10-99", "PostgreSQL is not back yet"
    assert image(api, namespace, "Deployment", "shop-user") == "shopkeeper/user:2.0"
    workloads.hold = set()
    wait_until("the broker", lambda: image(api, namespace, "StatefulSet", "shop-rabbitmq") == "shopkeeper/rabbitmq:3.10-99", 15)
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


def images(api, namespace):
    return {image(api, namespace, "Deployment", f"shop-{service}").rsplit(":", 1)[1] for service in SERVICES}


def generations(api, namespace, kind):
    return {each["metadata"]["name"]: each["metadata"]["generation"] for each in api.list(kind, namespace)}


def test_a_version_that_crashes_is_rolled_back_and_not_tried_again(cluster, api):
    namespace, operator = cluster.ready_shop({"upgrade": {"timeoutSeconds": 30}})
    stores, jobs = generations(api, namespace, "StatefulSet"), {each["metadata"]["uid"] for each in api.list("Job", namespace)}
    api.merge("Shop", namespace, "shop", {"spec": {"version": "crashing"}})
    wait_until("the rollout", lambda: images(api, namespace) == {"crashing"}, 20)
    operator.stop()
    cluster.operator()  # which knows nothing of what the one before did
    wait_until("the rollback", lambda: api.condition(namespace, "RolledBack")["status"] == "True", 60)
    wait_until("the former version", lambda: images(api, namespace) == {"1.0"}, 15)
    message = api.condition(namespace, "RolledBack")["message"]
    assert "version crashing with image shopkeeper/" in message and "made no progress within 30 s" in message
    quiet(cluster.operators[-1])
    assert images(api, namespace) == {"1.0"} and api.condition(namespace, "Progressing")["reason"] == "RolledBack"
    assert generations(api, namespace, "StatefulSet") == stores, "stores are not touched"
    assert {each["metadata"]["uid"] for each in api.list("Job", namespace)} == jobs, "no migration runs again"
    assert [e for e in api.list("Event", namespace) if e["reason"] == "RolledBack"]
    status = api.get("Shop", namespace, "shop")["status"]
    assert status["version"] == "1.0" and status["rollout"]["refused"]["version"] == "crashing"
    api.merge("Shop", namespace, "shop", {"spec": {"version": "2.0"}})
    api.ready(namespace)
    status = api.get("Shop", namespace, "shop")["status"]
    assert images(api, namespace) == {"2.0"} and (status["version"], status["previousVersion"]) == ("2.0", "1.0")
    assert "refused" not in status["rollout"] and api.condition(namespace, "RolledBack")["status"] == "False"


def test_a_mistyped_version_changes_no_service(cluster, api):
    namespace, _ = cluster.ready_shop({"upgrade": {"timeoutSeconds": 30}})
    deployments, stores = generations(api, namespace, "Deployment"), generations(api, namespace, "StatefulSet")
    api.merge("Shop", namespace, "shop", {"spec": {"version": "missing"}})
    wait_until("the rollback", lambda: api.condition(namespace, "RolledBack")["status"] == "True", 60)
    assert "ImagePull: image" in api.condition(namespace, "RolledBack")["message"]
    quiet(cluster.operators[-1])
    assert generations(api, namespace, "Deployment") == deployments and generations(api, namespace, "StatefulSet") == stores


def test_pods_keep_their_configuration_until_they_are_replaced(cluster, api):
    namespace, _ = cluster.ready_shop()
    before = config_name(api, namespace, "user")
    cluster.workloads[-1].hold = {"shop-user"}
    api.merge("Shop", namespace, "shop", {"spec": {"access": "Open"}})
    wait_until("another configuration", lambda: config_name(api, namespace, "user") != before, 15)
    quiet(cluster.operators[-1])
    assert api.get("ConfigMap", namespace, before), "pods of the former template may be started again"
    cluster.workloads[-1].hold = set()
    wait_until("the former to go", lambda: api.get("ConfigMap", namespace, before) is None, 15)
    api.ready(namespace)


def test_a_later_operator_leaves_a_pinned_shop_as_it_is(cluster, api):
    namespace, operator = cluster.ready_shop({"version": "1.0"})
    before = {kind: generations(api, namespace, kind) for kind in ("Deployment", "StatefulSet")}
    configs = {service: config_name(api, namespace, service) for service in SERVICES}
    operator.stop()
    later = cluster.operator(tag="2.0")
    quiet(later)
    assert {kind: generations(api, namespace, kind) for kind in before} == before
    assert {service: config_name(api, namespace, service) for service in SERVICES} == configs
    assert all(api.get("ConfigMap", namespace, name) for name in configs.values())
    api.merge("Shop", namespace, "shop", {"spec": {"version": None}})
    wait_until("the operator's own version", lambda: images(api, namespace) == {"2.0"}, 30)
    api.ready(namespace)
    assert generations(api, namespace, "StatefulSet") == before["StatefulSet"]


def patch(api, namespace, kind, name, operations):
    api.call("PATCH", api.path(kind, namespace, name), operations, "application/json-patch+json")


def container(api, namespace, kind, name):
    return api.get(kind, namespace, name)["spec"]["template"]["spec"]["containers"][0]


def test_manual_changes_that_break_the_shop_are_reverted(cluster, api):
    namespace, _ = cluster.ready_shop()
    pod = "/spec/template/spec"
    for kind, name in (("Deployment", "shop-user"), ("StatefulSet", "shop-postgres")):
        patch(api, namespace, kind, name, [{"op": "add", "path": f"{pod}/containers/0/command", "value": ["sleep", "9"]}])
        wait_until("the command to go", lambda: "command" not in container(api, namespace, kind, name), 15)
        patch(api, namespace, kind, name, [{"op": "add", "path": f"{pod}/containers/0/env/-", "value": {"name": "EXTRA", "value": "1"}},
                                           {"op": "add", "path": f"{pod}/containers/-", "value": {"name": "extra", "image": "extra:1"}}])
        wait_until("what was added to go", lambda: len(api.get(kind, namespace, name)["spec"]["template"]["spec"]["containers"]) == 1
                   and "EXTRA" not in [each["name"] for each in container(api, namespace, kind, name)["env"]], 15)
    api.merge("Deployment", namespace, "shop-order", {"spec": {"paused": True}})
    wait_until("the pause to end", lambda: not api.get("Deployment", namespace, "shop-order")["spec"].get("paused"), 15)
    api.merge("StatefulSet", namespace, "shop-rabbitmq", {"spec": {"replicas": 0}})
    wait_until("the broker", lambda: api.get("StatefulSet", namespace, "shop-rabbitmq")["spec"]["replicas"] == 1, 15)
    api.ready(namespace)


def test_what_administrators_may_add_is_kept(cluster, api):
    namespace, operator = cluster.ready_shop()
    added = {"metadata": {"labels": {"team": "shop"}, "annotations": {"note": "mine"}}, "spec": {"template": {
        "metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}},
        "spec": {"nodeSelector": {"disk": "fast"}, "tolerations": [{"key": "shop", "operator": "Exists"}], "priorityClassName": "high"}}}}
    api.merge("Deployment", namespace, "shop-user", added)
    quiet(operator)
    api.merge("Shop", namespace, "shop", {"spec": {"access": "Open"}})
    api.ready(namespace)
    found = api.get("Deployment", namespace, "shop-user")
    template = found["spec"]["template"]
    assert found["metadata"]["labels"]["team"] == "shop" and found["metadata"]["annotations"]["note"] == "mine"
    assert template["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"] and template["spec"]["nodeSelector"] == {"disk": "fast"}
    assert template["spec"]["tolerations"] == added["spec"]["template"]["spec"]["tolerations"] and template["spec"]["priorityClassName"] == "high"
