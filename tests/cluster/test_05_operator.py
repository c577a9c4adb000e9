"""Installs measured; the operator killed in the middle of one; memory at rest."""

import json
import time

import pytest

from kit import Http, Shop, wait_until


def shop_resource(cluster, name, host):
    tag = cluster.tag()
    return json.dumps({"apiVersion": "shopkeeper.dev/v1alpha1", "kind": "Shop", "metadata": {"name": name},
                       "spec": {"access": "Open", "sampleData": True, "image": {"registry": "shopkeeper", "tag": tag},
                                "gateway": {"host": host},
                                "database": {"managed": {"storage": {"size": "1Gi"}}}}})


def operator_pods(cluster):
    return [(p["metadata"]["namespace"], p["metadata"]["name"]) for p in cluster.items("pods", "-A")
            if "operator" in p["metadata"]["name"] and p["metadata"]["namespace"].startswith("shop")
            and p["metadata"].get("ownerReferences", [{}])[0].get("kind") == "ReplicaSet"]


@pytest.fixture
def second(cluster):
    """A Shop beside the first, in a namespace and behind a host name of its own."""
    cluster.kubectl("create", "namespace", "second")
    yield Shop(cluster, "second", "second", Http(cluster.port, "second.example.com"))
    cluster.kubectl("delete", "namespace", "second", "--timeout=180s", timeout=200)


def test_install_survives_the_operator(cluster, second, shop):
    """kill -9, as often as there is time, while it is at work: the next one finishes."""
    second.kubectl("create", "-f", "-", stdin=shop_resource(cluster, "second", "second.example.com"))
    for pause in (0.5, 2, 4, 8):
        time.sleep(pause)
        for namespace, pod in operator_pods(cluster):
            cluster.kubectl("-n", namespace, "delete", "pod", pod, "--grace-period=0", "--force", check=False)
    second.wait_ready(240)
    wait_until("its answer", lambda: second.http.get("/orders/1").json()["user"]["name"] == "Alice", 60)
    # Neither disturbed nor confused with the first.
    shop.wait_ready()
    assert shop.http.get("/products/1").status == 200


def test_time_to_ready(cluster, second, figures):
    began = time.monotonic()
    second.kubectl("create", "-f", "-", stdin=shop_resource(cluster, "second", "second.example.com"))
    second.wait_ready(180)
    took = time.monotonic() - began
    figures["Shop created to Ready"] = (took, "s", 90)
    assert took <= 90


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
