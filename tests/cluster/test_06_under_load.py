"""Changes of a running shop with two replicas of each service, under load through the Ingress: no request may fail."""

import time

import pytest

from kit import wait_until
from load import Load, lasted

SERVICES = ("user", "product", "order", "notification")


@pytest.fixture(scope="module")
def doubled(shop):
    """The shop with two replicas of each service, and one again afterwards."""
    shop.patch({"services": {service: {"replicas": 2} for service in SERVICES}})
    shop.wait_ready(240)
    yield shop
    shop.patch({"services": {service: {"replicas": 1} for service in SERVICES}})
    shop.wait_ready(240)


@pytest.fixture(scope="module")
def next_tag(cluster):
    """The services' images under another tag, as a release with the same content."""
    tag = cluster.tag()
    for node in cluster.run("kind", "get", "nodes", "--name", cluster.name).stdout.split():
        for service in SERVICES:
            image = f"docker.io/shopkeeper/{service}:{tag}"
            cluster.run("docker", "exec", node, "ctr", "-n", "k8s.io", "images", "tag", "--force", image, f"{image}-next")
    return f"{tag}-next"


def stores(shop):
    """The pods of PostgreSQL and RabbitMQ by name, with their identity and restarts."""
    return {pod["metadata"]["name"]: (pod["metadata"]["uid"], pod["status"]["containerStatuses"][0]["restartCount"])
            for pod in shop.items("pods") if pod["metadata"].get("ownerReferences", [{}])[0].get("kind") == "StatefulSet"}


def images(shop):
    return {shop.get("deployment", shop.deployment(service))["spec"]["template"]["spec"]["containers"][0]["image"].rsplit(":", 1)[1]
            for service in SERVICES}


def in_version(shop, tag):
    return shop.ready() and images(shop) == {tag} and shop.get("shop", shop.name)["status"]["version"] == tag


def test_an_upgrade_and_the_way_back_fail_no_request(doubled, cluster, next_tag, figures):
    before = stores(doubled)
    with Load(doubled) as load:
        lasted(load, 1)
        for tag in (next_tag, cluster.tag()):
            began = time.monotonic()
            doubled.patch({"image": {"tag": tag}})
            wait_until(f"version {tag}", lambda tag=tag: in_version(doubled, tag), 240)
            figures["upgrade under load"] = (time.monotonic() - began, "s", 240)
            lasted(load)
    assert not load.failures(), load.summary()
    assert stores(doubled) == before, "a version of the shop restarts no store"


def test_a_tag_without_images_fails_no_request_and_is_rolled_back(doubled, cluster):
    before = stores(doubled)
    with Load(doubled) as load:
        lasted(load, 1)
        doubled.patch({"image": {"tag": "no-such-tag"}, "upgrade": {"timeoutSeconds": 30}})
        condition = wait_until("the rollback", lambda: (lambda c: c and c["status"] == "True" and c)(
            doubled.conditions().get("RolledBack")), 180)
        assert "no-such-tag" in condition["message"], condition
        wait_until("the old version", lambda: images(doubled) == {cluster.tag()}, 60)
        lasted(load)
        doubled.patch({"image": {"tag": cluster.tag()}, "upgrade": None})
        wait_until("readiness", lambda: in_version(doubled, cluster.tag()), 120)
        lasted(load)
    assert not load.failures(), load.summary()
    assert stores(doubled) == before


def test_rotated_keys_and_restarted_services_fail_no_request(doubled):
    with Load(doubled) as load:
        lasted(load, 1)
        doubled.kubectl("annotate", "--overwrite", "shop", doubled.name, f"shopkeeper.dev/rotate-keys={time.time()}")
        for service in SERVICES:
            doubled.kubectl("rollout", "restart", f"deployment/{doubled.deployment(service)}")
            doubled.kubectl("rollout", "status", f"deployment/{doubled.deployment(service)}", "--timeout=120s", timeout=150)
        lasted(load)
    assert not load.failures(), load.summary()


def test_rotated_database_passwords_fail_no_request(doubled):
    def passwords():
        return doubled.get("secret", f"{doubled.name}-passwords")["data"]
    before = passwords()
    with Load(doubled) as load:
        lasted(load, 1)
        doubled.kubectl("annotate", "--overwrite", "shop", doubled.name, f"shopkeeper.dev/rotate-passwords={time.time()}")
        wait_until("other passwords", lambda: "retiring" not in passwords() and all(passwords()[each] != before[each] for each in SERVICES), 240)
        doubled.wait_ready()
        lasted(load)
    assert not load.failures(), load.summary()


def test_orders_continue_after_the_database_is_killed_and_none_is_lost(doubled, figures):
    pod = next(name for name in stores(doubled) if "postgres" in name)
    with Load(doubled) as load:
        lasted(load, 1)
        killed = time.monotonic()
        doubled.kubectl("delete", "pod", pod, "--grace-period=0", "--force")
        back = wait_until("an order", lambda: next((r for r in load.requests if r.at > killed + 0.5 and r.outcome == "201"), None), 60)
        wait_until("the database pod", lambda: doubled.get("pod", pod)["status"]["containerStatuses"][0]["ready"], 60)
        lasted(load)
    last = max([request.at for request in load.failures()], default=killed)
    figures["orders continue after the database was killed"] = (last - killed, "s", 15)
    print(load.summary(), f"first order after {back.at - killed:.1f} s")
    assert last - killed <= 15, load.summary()
    known = {int(row[0]) for row in doubled.sql("order", "SELECT id FROM orders")}
    assert set(load.orders) <= known, "an order that a customer was told of is lost"
    doubled.wait_ready()
