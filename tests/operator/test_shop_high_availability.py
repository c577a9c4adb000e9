"""Shops on CloudNativePG and on RabbitMQ's cluster operator: the real definitions of both, with their operators' answers by hand."""

import base64

import pytest
from api import Refused, secret
from cluster import quiet, reconciled, writes
from foreign_kinds import cloud_native_pg, cluster_operator, run_broker, run_database, run_pooler  # noqa: F401  pylint: disable=unused-import
from foreign_kinds import CLOUD_NATIVE_PG, install
from lib.process import wait_until

DATABASE = {"database": {"cloudNativePG": {"storage": "20Gi", "storageClassName": "fast"}}}
BROKER = {"messaging": {"clusterOperator": {"storage": "9Gi", "storageClassName": "fast"}}}


def made(api, kind, namespace, name):
    wait_until(f"{kind} {name}", lambda: api.get(kind, namespace, name), 30)
    return api.get(kind, namespace, name)


def reason(api, namespace, condition, wanted, timeout=30):
    wait_until(f"{condition} {wanted}", lambda: api.condition(namespace, condition)["reason"] == wanted, timeout)
    return api.condition(namespace, condition)["message"]


def assert_valid(cluster, api, kind, namespace, name):
    """What the operator sent last has no field that the definition does not know."""
    sent = [each["requestObject"] for each in writes(cluster) if each.get("requestObject", {}).get("kind") == kind
            and each["objectRef"]["namespace"] == namespace and each["objectRef"].get("name") == name]
    copy = {**sent[-1], "metadata": {"name": "copy", "labels": sent[-1]["metadata"]["labels"]}}
    api.create(copy, namespace, query="?dryRun=All&fieldValidation=Strict")
    with pytest.raises(Refused, match="unknown field"):
        api.create({**copy, "spec": {**copy["spec"], "unheardOf": 1}}, namespace, query="?dryRun=All&fieldValidation=Strict")


def url_of(api, namespace, name):
    return base64.b64decode(api.get("Secret", namespace, name)["data"]["url"]).decode()


def start(cluster, api, spec):
    namespace, operator = cluster.namespace(), cluster.operator()
    api.shop(namespace, spec)
    return namespace, operator


def test_a_shop_on_cloud_native_pg_is_ready_when_its_cluster_and_pooler_are(cluster, api, cloud_native_pg):  # noqa: F811
    namespace, operator = start(cluster, api, DATABASE)
    live = made(api, "Cluster", namespace, "shop-postgres")
    assert "CloudNativePG running" in reason(api, namespace, "DatabaseReady", "Starting")
    assert (live["spec"]["instances"], live["spec"]["storage"]["size"], live["spec"]["storage"]["storageClass"]) == (3, "20Gi", "fast")
    run_database(api, namespace, 1, "Creating a new replica", "Creating replica shop-postgres-2-join")
    wait_until("databases", lambda: "Pooler" in (api.condition(namespace, "DatabaseReady")["message"] or ""), 30)
    assert api.condition(namespace, "Degraded")["status"] == "False", "replicas are still being made"
    run_database(api, namespace)
    run_pooler(api, namespace)
    api.ready(namespace)
    assert api.list("StatefulSet", namespace)[0]["metadata"]["name"] == "shop-rabbitmq"
    assert "@shop-postgres-pooler:5432/shopkeeper_user" in url_of(api, namespace, "shop-user-db")
    for kind, name in (("Cluster", "shop-postgres"), ("Pooler", "shop-postgres-pooler")):
        assert_valid(cluster, api, kind, namespace, name)
    # No cache has them, and yet they are not written each time.
    quiet(operator)
    before = len(writes(cluster))
    reconciled(operator, lambda: api.merge("Shop", namespace, "shop", {"metadata": {"annotations": {"look": "again"}}}))
    quiet(operator)
    assert [each["requestURI"] for each in writes(cluster)[before:]] == []


def test_a_failing_cluster_is_named_with_its_phase(cluster, api, cloud_native_pg):  # noqa: F811
    namespace, _ = start(cluster, api, {"database": {"cloudNativePG": {"pooler": {"instances": 0}}}})
    made(api, "Cluster", namespace, "shop-postgres")
    run_database(api, namespace)
    api.ready(namespace)
    assert "@shop-postgres-rw:5432/" in url_of(api, namespace, "shop-user-db")
    assert api.list("Pooler", namespace) == []
    run_database(api, namespace, 2, "Failing over", "Failing over from shop-postgres-1 to shop-postgres-2")
    message = reason(api, namespace, "Degraded", "DatabaseClusterFailing", 60)
    assert "Cluster shop-postgres: Failing over: Failing over from shop-postgres-1 to shop-postgres-2 (2 of 3 instances ready)" in message
    assert api.condition(namespace, "Ready")["status"] == "True"
    run_database(api, namespace)
    reason(api, namespace, "Degraded", "AsExpected", 60)


def test_a_shop_follows_changes_of_its_cluster_and_removes_the_pooler(cluster, api, cloud_native_pg):  # noqa: F811
    namespace, _ = start(cluster, api, DATABASE)
    made(api, "Cluster", namespace, "shop-postgres")
    run_database(api, namespace)
    run_pooler(api, namespace)
    api.ready(namespace)
    change = {"instances": 2, "storage": "30Gi", "pooler": {"instances": 0}}
    api.merge("Shop", namespace, "shop", {"spec": {"database": {"cloudNativePG": change}}})
    wait_until("no Pooler", lambda: api.get("Pooler", namespace, "shop-postgres-pooler") is None, 30)
    live = api.get("Cluster", namespace, "shop-postgres")["spec"]
    assert (live["instances"], live["storage"]["size"], live["postgresql"]["synchronous"]["dataDurability"]) == (2, "30Gi", "preferred")


def test_a_kept_cluster_serves_a_new_shop_of_the_name_but_not_another(cluster, api, cloud_native_pg):  # noqa: F811
    namespace, _ = start(cluster, api, DATABASE)
    uid = made(api, "Cluster", namespace, "shop-postgres")["metadata"]["uid"]
    run_database(api, namespace)
    run_pooler(api, namespace)
    api.ready(namespace)
    api.delete("Shop", namespace, "shop")
    wait_until("the rest to be collected", lambda: not api.list("Deployment", namespace) and not api.list("Pooler", namespace), 60)
    kept = api.get("Cluster", namespace, "shop-postgres")
    assert kept and "deletionTimestamp" not in kept["metadata"] and "ownerReferences" not in kept["metadata"]
    api.shop(namespace, {"database": {"cloudNativePG": {"storage": "20Gi", "storageClassName": "fast", "deletionPolicy": "Delete"}}})
    made(api, "Pooler", namespace, "shop-postgres-pooler")
    run_pooler(api, namespace)
    api.ready(namespace)
    adopted = api.get("Cluster", namespace, "shop-postgres")["metadata"]
    assert adopted["uid"] == uid and adopted["ownerReferences"][0]["kind"] == "Shop"
    api.delete("Shop", namespace, "shop")
    wait_until("the Cluster to go", lambda: api.get("Cluster", namespace, "shop-postgres") is None, 60)


def test_a_cluster_of_someone_else_is_left_alone(cluster, api, cloud_native_pg):  # noqa: F811
    namespace = cluster.namespace()
    api.create({"apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "metadata": {"name": "shop-postgres"},
                "spec": {"instances": 1, "storage": {"size": "1Gi"}}}, namespace)
    cluster.operator()
    api.shop(namespace, DATABASE)
    assert "Cluster shop-postgres exists" in reason(api, namespace, "Degraded", "NameTaken")
    assert api.get("Cluster", namespace, "shop-postgres")["spec"]["instances"] == 1


@pytest.mark.parametrize("spec, condition, wanted, named", [
    (DATABASE, "DatabaseReady", "CloudNativePGMissing", "install CloudNativePG"),
    (BROKER, "MessagingReady", "ClusterOperatorMissing", "install RabbitMQ's cluster operator")])
def test_without_the_definitions_a_condition_says_what_to_install(cluster, api, spec, condition, wanted, named):
    namespace, _ = start(cluster, api, spec)
    assert named in reason(api, namespace, condition, wanted)
    for each in ("Ready", "Degraded"):
        assert api.condition(namespace, each)["reason"] == wanted


def test_a_shop_goes_on_when_cloud_native_pg_is_installed(cluster, api):
    namespace, _ = start(cluster, api, DATABASE)
    reason(api, namespace, "DatabaseReady", "CloudNativePGMissing")
    crds = install(api, *CLOUD_NATIVE_PG)
    try:
        wait_until("the Cluster", lambda: api.get("Cluster", namespace, "shop-postgres"), 150)
        run_database(api, namespace)
        wait_until("the Pooler", lambda: api.get("Pooler", namespace, "shop-postgres-pooler"), 30)
        run_pooler(api, namespace)
        api.ready(namespace)
    finally:
        for crd in crds:
            api.delete("CustomResourceDefinition", None, crd["metadata"]["name"])


def test_a_shop_on_the_cluster_operator_is_ready_when_its_broker_is(cluster, api, cluster_operator):  # noqa: F811
    namespace, operator = start(cluster, api, BROKER)
    live = made(api, "RabbitmqCluster", namespace, "shop-rabbitmq")
    assert (live["spec"]["replicas"], live["spec"]["persistence"]) == (3, {"storage": "9Gi", "storageClassName": "fast"})
    assert_valid(cluster, api, "RabbitmqCluster", namespace, "shop-rabbitmq")
    run_broker(api, namespace, ClusterAvailable=("NoEndpointsAvailable", "no endpoint"), AllReplicasReady=("NotAllPodsReady", "0/3 Pods ready"))
    wait_until("what it waits for", lambda: "no endpoint" in (api.condition(namespace, "MessagingReady")["message"] or ""), 30)
    run_broker(api, namespace)
    wait_until("the missing Secret", lambda: "shop-rabbitmq-default-user" in api.condition(namespace, "MessagingReady")["message"], 30)
    api.create(secret("shop-rabbitmq-default-user", connection_string="amqp://u:p@shop-rabbitmq.x.svc:5672/"), namespace)
    api.ready(namespace)
    env = {each["name"]: each for each in api.get("Deployment", namespace, "shop-order")["spec"]["template"]["spec"]["containers"][0]["env"]}
    assert env["AMQP_URL"]["valueFrom"]["secretKeyRef"] == {"name": "shop-rabbitmq-default-user", "key": "connection_string"}
    run_broker(api, namespace, AllReplicasReady=("NotAllPodsReady", "2/3 Pods ready"))
    message = reason(api, namespace, "Degraded", "BrokerClusterFailing", 60)
    assert "RabbitmqCluster shop-rabbitmq: AllReplicasReady: NotAllPodsReady: 2/3 Pods ready" in message
    assert api.condition(namespace, "Ready")["status"] == "True"
    run_broker(api, namespace)
    reason(api, namespace, "Degraded", "AsExpected", 60)
    quiet(operator)
    before = len(writes(cluster))
    reconciled(operator, lambda: api.merge("Shop", namespace, "shop", {"metadata": {"annotations": {"look": "again"}}}))
    quiet(operator)
    assert [each["requestURI"] for each in writes(cluster)[before:]] == []


def test_a_plan_shows_the_objects_of_other_operators(cluster, api, cloud_native_pg, cluster_operator, tmp_path):  # noqa: F811
    namespace = cluster.namespace(run=False)
    (tmp_path / "shop.yaml").write_text(f"""apiVersion: shopkeeper.dev/v1alpha1
kind: Shop
metadata: {{name: shop, namespace: {namespace}}}
spec: {{database: {{cloudNativePG: {{}}}}, messaging: {{clusterOperator: {{}}}}}}
""", encoding="utf-8")
    done = cluster.program("plan", "-f", str(tmp_path / "shop.yaml"))
    assert done.returncode == 2, done.stdout + done.stderr
    for each in ("Cluster shop-postgres", "Pooler shop-postgres-pooler", "RabbitmqCluster shop-rabbitmq"):
        assert each in done.stdout
    assert not api.list("Cluster", namespace)


@pytest.mark.parametrize("spec, message", [
    ({"database": {"cloudNativePG": {"instances": 0}}}, "instances"),
    ({"database": {"cloudNativePG": {}, "managed": {}}}, "exactly one of managed, external and cloudNativePG"),
    ({"database": {"cloudNativePG": {}}, "restoreFrom": {"volume": {"shop": "old"}}}, "restoreFrom needs database.managed"),
    ({"messaging": {"clusterOperator": {"replicas": 2}}}, "replicas is 1, 3 or 5"),
    ({"messaging": {"clusterOperator": {}, "managed": {}}}, "exactly one of managed, external and clusterOperator")])
def test_what_cannot_be_is_refused_with_what_to_write(cluster, api, spec, message):
    with pytest.raises(Refused, match=message):
        api.shop(cluster.namespace(run=False), spec)


@pytest.mark.parametrize("first, second, message", [
    ({"database": {"managed": {}}}, {"database": {"managed": None, "cloudNativePG": {}}}, "database cannot be changed"),
    ({"database": {"cloudNativePG": {}}}, {"database": {"managed": {}, "cloudNativePG": None}}, "database cannot be changed"),
    ({"database": {"cloudNativePG": {"storage": "9Gi"}}}, {"database": {"cloudNativePG": {"storage": "8Gi"}}}, "storage cannot shrink"),
    ({"messaging": {"managed": {}}}, {"messaging": {"managed": None, "clusterOperator": {}}}, "messaging cannot be changed"),
    ({"messaging": {"clusterOperator": {}}}, {"messaging": {"clusterOperator": {"replicas": 1}}}, "replicas cannot shrink")])
def test_a_change_that_would_lose_data_is_refused(cluster, api, first, second, message):
    namespace = cluster.namespace(run=False)
    api.shop(namespace, first)
    with pytest.raises(Refused, match=message):
        api.merge("Shop", namespace, "shop", {"spec": second})
