"""What the operator says of a Shop, and how often it writes it."""

from api import PATHS, Refused, secret
from lib.process import wait_until
from cluster import quiet, writes

PATHS["ResourceQuota"] = "/api/v1/{}resourcequotas"


def status_writes(cluster, namespace):
    return [each for each in writes(cluster) if each["requestURI"].startswith(f"/apis/shopkeeper.dev/v1alpha1/namespaces/{namespace}/shops/shop/status")]


def forbid(api, namespace, resource, sample):
    """A quota of none of a resource. No controller runs here, so the test keeps its status."""
    hard = {f"count/{resource}": "0"}
    api.create({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "none"}, "spec": {"hard": hard}}, namespace)
    api.merge("ResourceQuota", namespace, "none", {"status": {"hard": hard, "used": hard}}, "status")

    def refused():
        try:
            api.create(sample, namespace, "?dryRun=All")
        except Refused as error:
            return "exceeded quota" in str(error)
        return False
    wait_until("the quota to count", refused, 20)


def test_a_refused_object_costs_one_status_write(cluster, api):
    namespace, operator = cluster.ready_shop()
    quiet(operator)
    forbid(api, namespace, "ingresses.networking.k8s.io",
           {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "x"},
            "spec": {"defaultBackend": {"service": {"name": "x", "port": {"number": 80}}}}})
    before = len(status_writes(cluster, namespace))
    errors = operator.metric("controller_runtime_reconcile_errors_total")
    api.delete("Ingress", namespace, "shop")
    wait_until("retries", lambda: operator.metric("controller_runtime_reconcile_errors_total") >= errors + 6, 30)
    assert len(status_writes(cluster, namespace)) == before + 1
    assert api.condition(namespace, "Degraded")["reason"] == "Refused"
    assert "Ingress shop: " in api.condition(namespace)["message"] and "exceeded quota" in api.condition(namespace)["message"]
    api.delete("ResourceQuota", namespace, "none")
    api.ready(namespace)


def test_ready_means_that_requests_are_answered(cluster, api):
    namespace = cluster.namespace()
    workloads = cluster.workloads[-1]
    workloads.address = None  # an ingress controller that has not accepted the Ingress
    cluster.operator()
    api.shop(namespace, {"gateway": {"host": "shop.example.com", "tls": {"issuer": "letsencrypt"}}})

    def says(kind):
        now = api.condition(namespace, kind)
        return now["status"], now["reason"]

    def await_condition(kind, *expected):
        wait_until(f"{kind} {expected}", lambda: says(kind) == expected, 30)
    await_condition("GatewayReady", "False", "CertificatePending")
    await_condition("MigrationsDone", "True", "Migrated")
    api.create(secret("shop-tls", **{"tls.crt": "c", "tls.key": "k"}), namespace)
    await_condition("GatewayReady", "False", "NoAddress")
    await_condition("Ready", "False", "NoAddress")
    assert says("Degraded") == ("False", "AsExpected") and "waitForAddress" in api.condition(namespace)["message"]
    workloads.address = "203-0-113-7.example.com"
    await_condition("Ready", "True", "Ready")
    assert cluster.server.kubectl("get", "shop", "-n", namespace).splitlines()[1].split()[:4] == ["shop", "True", "1.0", "https://shop.example.com"]
    # A surplus pod of the old template changes nothing for clients.
    workloads.hold = {"shop-user"}
    api.merge("Deployment", namespace, "shop-user", {"status": {"replicas": 2}}, "status")
    await_condition("Progressing", "True", "RollingOut")
    assert says("Ready") == ("True", "Ready")
    api.merge("Deployment", namespace, "shop-user", {"status": {"readyReplicas": 0, "availableReplicas": 0}}, "status")
    await_condition("Ready", "False", "NoReadyPods")
    workloads.hold = set()
    await_condition("Ready", "True", "Ready")
    api.merge("Shop", namespace, "shop", {"spec": {"gateway": {"waitForAddress": False}}})
    await_condition("GatewayReady", "True", "IngressApplied")


def test_the_history_of_a_shop_is_in_its_events(cluster, api):
    namespace, _ = cluster.ready_shop()
    api.merge("Shop", namespace, "shop", {"spec": {"version": "2.0"}, "metadata": {"annotations": {"shopkeeper.dev/rotate-keys": "1"}}})
    wait_until("version 2.0", lambda: api.get("Shop", namespace, "shop")["status"]["version"] == "2.0", 30)
    api.ready(namespace)

    def notes():
        return {(each["reason"], each["note"]): each for each in api.list("Event", namespace)}
    expected = {("UpgradeStarted", "From version 1.0 to version 2.0"), ("RolledOut", "All services run version 1.0"),
                ("RolledOut", "All services run version 2.0")}
    wait_until(f"{expected}", lambda: expected <= set(notes()), 10)
    wait_until("Ready", lambda: "Ready" in {reason for reason, _ in notes()}, 10)
    assert all(each["type"] == "Normal" and each.get("series") is None for key, each in notes().items() if key in expected), "each once"
    described = cluster.server.kubectl("describe", "shop", "-n", namespace)
    assert "UpgradeStarted" in described and "RolledOut" in described
