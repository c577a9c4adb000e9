"""The charts by helm: `helm test`, an upgrade from the previous charts, and uninstalls in every order."""

import subprocess
import threading
import time
import zlib

import pytest
from kit import REPO, Shop, install, wait_until

# The last commit before the operator's permissions, network policies and helm test changed.
PREVIOUS_CHARTS = "f6787f7"


@pytest.fixture(name="namespace")
def _namespace(cluster, request):
    name = f"charts-{zlib.crc32(request.node.name.encode()) % 10000}"
    yield name
    cluster.run("helm", "--kube-context", cluster.context, "uninstall", "shop", "-n", name, "--timeout", "60s", timeout=90, check=False)
    cluster.kubectl("delete", "namespace", name, "--ignore-not-found", "--timeout=180s", timeout=200)


def test_helm_test_places_an_order_and_takes_it_back(cluster, shop):
    def orders():
        return dict(shop.sql("order", "select state, count(*) from orders group by state"))
    before, users = orders(), shop.sql("user", "select count(*) from users where email is not null")
    said = cluster.helm("test", shop.name, "-n", shop.namespace, "--timeout", "240s")
    assert "Phase:          Succeeded" in said
    after = orders()
    assert int(after["cancelled"]) == int(before.get("cancelled", 0)) + 1
    assert {k: v for k, v in after.items() if k != "cancelled"} == {k: v for k, v in before.items() if k != "cancelled"}
    assert shop.sql("user", "select count(*) from users where email is not null") == users


def test_helm_test_fails_in_a_shop_that_cannot_take_orders(cluster, shop):
    shop.patch({"paused": True})
    try:
        shop.kubectl("scale", "deployment/shop-product", "--replicas=0")
        wait_until("no product service", lambda: shop.get("deployment", "shop-product")["status"].get("replicas", 0) == 0, 60)
        done = cluster.run("helm", "--kube-context", cluster.context, "test", "shop", "-n", shop.namespace, "--timeout", "120s", check=False, timeout=150)
        assert done.returncode != 0
        assert "FAILED" in shop.kubectl("logs", "shop-test", "-c", "health")
    finally:
        shop.patch({"paused": False})
        shop.wait_ready()
        shop.kubectl("delete", "pod", "shop-test", "--ignore-not-found")


def previous_charts(folder):
    archive = folder / "charts.tar"
    # The charts refer to observability/ by symbolic links.
    subprocess.run(["git", "-C", REPO, "archive", "-o", archive, PREVIOUS_CHARTS, "charts", "observability"], check=True, timeout=60)
    subprocess.run(["tar", "-C", folder, "-xf", archive], check=True, timeout=60)
    return folder / "charts"


def test_an_upgrade_from_the_previous_charts_fails_no_request(cluster, namespace, tmp_path):
    old, host = previous_charts(tmp_path), f"{namespace}.example.com"
    shop = Shop(cluster, namespace, "shop", cluster.gateway(host))
    settings = ("access=Open", "sampleData=true", f"gateway.host={host}")
    # As the previous charts left it; their hook applies what the operator's image has.
    install(cluster, old / "shop", namespace, *settings, "operator.crds.apply=false")
    shop.wait_ready()
    wait_until("the gateway", lambda: shop.http.get("/products/1").status == 200, 30)
    cluster.kubectl("replace", "-f", str(old / "shopkeeper-operator/crds/shop.yaml"))
    statuses, stop = [], threading.Event()

    def watch():
        while not stop.wait(0.1):
            statuses.append(shop.http.get("/products/1").status)
    thread = threading.Thread(target=watch)
    thread.start()
    try:
        install(cluster, REPO / "charts/shop", namespace, *settings, command="upgrade")
        shop.wait_ready()
        time.sleep(2)
    finally:
        stop.set()
        thread.join(30)
    assert set(statuses) == {200} and len(statuses) > 20
    crd = cluster.get("crd", "shops.shopkeeper.dev")["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    assert crd["properties"]["networkPolicy"]["default"] is True, "the hook applied the definition of this version"


def test_the_operator_may_go_first(cluster, namespace):
    """Its objects have no finalizers, so nothing waits for it."""
    install(cluster, REPO / "charts/shop", namespace, f"gateway.host={namespace}.example.com")
    shop = Shop(cluster, namespace, "shop")
    wait_until("the first objects", lambda: shop.items("statefulsets"), 60)
    shop.kubectl("delete", "deployment", "shop-operator")
    shop.kubectl("delete", "shop", "shop", "--timeout=30s")
    cluster.helm("uninstall", "shop", "-n", namespace, "--wait", "--timeout", "60s")
    wait_until("no pods", lambda: not shop.items("pods"), 60)


def test_a_namespace_is_deleted_with_everything_in_it(cluster, namespace):
    install(cluster, REPO / "charts/shop", namespace, f"gateway.host={namespace}.example.com")
    wait_until("the first objects", lambda: Shop(cluster, namespace).items("deployments"), 60)
    cluster.kubectl("delete", "namespace", namespace, "--timeout=120s", timeout=150)


def test_one_operator_reconciles_shops_of_several_namespaces(cluster, namespace):
    other = f"{namespace}-b"
    cluster.kubectl("create", "namespace", other)
    try:
        install(cluster, REPO / "charts/shop", namespace, f"gateway.host={namespace}.example.com", f"operator.namespaces={{{other}}}")
        install(cluster, REPO / "charts/shop", other, f"gateway.host={other}.example.com", "operator.enabled=false")
        for name in (namespace, other):
            Shop(cluster, name).wait_ready(240)
    finally:
        cluster.kubectl("delete", "namespace", other, "--timeout=180s", timeout=200)
