"""Installs measured; the operator killed in the middle of one; memory at rest."""

import time

import pytest

from kit import Shop, wait_until

NAMESPACE, HOST = "second", "second.example.com"


def operator_pods(shop):
    return [p["metadata"]["name"] for p in shop.items("pods", "-l", "app.kubernetes.io/name=shopkeeper-operator")]


@pytest.fixture
def second(cluster):
    """A release beside the first, in a namespace and behind a host name of its own: `install()` begins it."""
    shop = Shop(cluster, NAMESPACE, "second", cluster.gateway(HOST))

    def install():
        cluster.helm("install", "second", "charts/shop", "-n", NAMESPACE, "--create-namespace", "--set", f"global.image.tag={cluster.tag()}",
                     "--set", f"access=Open,sampleData=true,gateway.host={HOST}")

    shop.install = install
    yield shop
    cluster.run("helm", "--kube-context", cluster.context, "uninstall", "second", "-n", NAMESPACE, "--wait", "--timeout", "120s", timeout=150, check=False)
    cluster.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=180s", timeout=200)


def test_time_to_ready(second, figures):
    began = time.monotonic()
    second.install()
    second.wait_ready(180)
    took = time.monotonic() - began
    figures["helm install to Ready"] = (took, "s", 90)
    assert second.http.get("/orders/1").status == 200
    second.wait_order_with_user(10)
    assert took <= 90


def test_install_survives_the_operator(second, shop):
    """kill -9, again and again while it is at work: the next one finishes."""
    second.install()
    for pause in (0.5, 1, 2, 4, 8):
        time.sleep(pause)
        for pod in operator_pods(second):
            second.kubectl("delete", "pod", pod, "--grace-period=0", "--force", check=False)
    second.wait_ready(240)
    second.wait_order_with_user(60)
    # Neither disturbed nor confused with the first.
    shop.wait_ready()
    assert shop.http.get("/products/1").status == 200


def test_an_unchanged_shop_writes_nothing(shop):
    """Over a while with nothing to do no object of the shop gets a new version."""
    shop.wait_ready()

    def versions():
        return {(i["kind"], i["metadata"]["name"]): i["metadata"]["resourceVersion"] for i in
                shop.items("shops,secrets,configmaps,services,deployments,statefulsets,jobs,ingresses,serviceaccounts")}

    # Pods of the tests before this one may still be settling.
    wait_until("quiet", lambda: (lambda a: (time.sleep(5), versions() == a)[1])(versions()), 90)
    before = versions()
    time.sleep(20)
    assert versions() == before


def test_memory_at_rest(cluster, figures):
    found = cluster.rss()
    print(found)
    for service in ("user", "product", "order", "notification"):
        most = max(found[f"shopkeeper-{service}"])
        figures[f"{service} RSS"] = (most, "MiB", 25)
        assert most <= 25
    operator = max(size for name, sizes in found.items() if name in ("operator", "shopkeeper-operator") for size in sizes)
    figures["operator RSS"] = (operator, "MiB", 30)
    assert operator <= 30
