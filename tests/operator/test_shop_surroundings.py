"""Shops in bad company: missing and malformed Secrets, quotas, objects of others, poisonous Shops, namespaces that end."""

import base64
import contextlib
import json
import time

import pytest
import yaml
from api import CRD, PATHS, Refused, load, secret, shop
from cluster import passes, quiet
from lib.process import wait_until
from workloads import job_status

PATHS["ResourceQuota"] = "/api/v1/{}resourcequotas"
DATABASES = {name: f"{name}-db" for name in ("user", "product", "order", "notification")}


def degraded(api, namespace, says, name="shop", timeout=30):
    """Waits until the Shop is not ready and a condition's message says so."""
    def check():
        found = (api.get("Shop", namespace, name) or {}).get("status", {}).get("conditions", [])
        return next((each for each in found if each["status"] != "True" or each["type"] == "Degraded"
                     if says in each["message"]), None)
    try:
        return wait_until(f"a condition that says {says}", check, timeout)
    except TimeoutError as error:
        found = (api.get("Shop", namespace, name) or {}).get("status", {}).get("conditions", [])
        raise TimeoutError(f"{error}: {[(each['type'], each['status'], each['message']) for each in found]}") from None


def test_missing_secrets_are_named_and_the_shop_heals(cluster, api):
    namespace = cluster.namespace()
    cluster.operator()
    api.shop(namespace, {"database": {"external": {"secrets": DATABASES}}, "messaging": {"external": {"secret": "broker"}},
                         "email": {"host": "smtp", "from": "a@b.c", "secret": "mail"}, "payments": {"provider": "stripe", "secret": "stripe"}})
    for name in ("user-db", "broker"):
        degraded(api, namespace, f"Secret {name}")
    for name in DATABASES.values():
        api.create(secret(name, url="postgres://u:p@db:5432/d"), namespace)
    api.create(secret("broker", address="amqp://u:p@mq:5672/v"), namespace)  # a wrong key
    degraded(api, namespace, "no key url", timeout=90)
    api.merge("Secret", namespace, "broker", {"data": {"url": base64.b64encode(b"amqp://u:p@mq:5672/v").decode()}})
    api.create(secret("mail", username="u"), namespace)
    degraded(api, namespace, "no key password", timeout=90)
    api.merge("Secret", namespace, "mail", {"data": {"password": "cA=="}})
    api.create(secret("stripe", **{"api-key": "k", "webhook-secret": "w"}), namespace)
    api.ready(namespace, timeout=90)


def test_a_malformed_secret_of_ours_is_named_and_heals(cluster, api):
    namespace, operator = cluster.ready_shop()
    good = api.get("Secret", namespace, "shop-signing")["data"]["signing.json"]
    for bad in ("not JSON", "{}", '{"keys": []}', '{"keys": [{"kid": 7}]}', '{"keys": "none"}'):
        api.merge("Secret", namespace, "shop-signing", {"data": {"signing.json": base64.b64encode(bad.encode()).decode()}})
        degraded(api, namespace, "shop-signing")
        assert operator.process.poll() is None
        # Never replaced on its own: tokens that are valid would no longer be.
        assert base64.b64decode(api.get("Secret", namespace, "shop-signing")["data"]["signing.json"]).decode() == bad
        api.merge("Secret", namespace, "shop-signing", {"data": {"signing.json": good}})
        api.ready(namespace, timeout=90)


def test_objects_of_others_are_never_taken_over(cluster, api):
    """Each object that a Shop needs, by somebody else and of the same name, before the Shop is made."""
    sample, operator = cluster.ready_shop({"services": {"order": {"replicas": 2}}})
    quiet(operator)
    namespace = cluster.namespace()
    foreign = {}
    for (kind, name), each in api.owned(sample).items():
        if kind in ("Job", "StatefulSet"):  # of Jobs the name is not known before; StatefulSets: see below
            continue
        copy = {"apiVersion": each.get("apiVersion"), "kind": kind, "metadata": {"name": name}}
        copy |= {key: value for key, value in each.items() if key in ("data", "spec", "type")}
        if kind == "Service":
            copy["spec"] = {key: value for key, value in copy["spec"].items() if not key.startswith("clusterIP")}
        copy["apiVersion"] = copy["apiVersion"] or {"Deployment": "apps/v1", "Ingress": "networking.k8s.io/v1", "NetworkPolicy":
                                                    "networking.k8s.io/v1", "PodDisruptionBudget": "policy/v1"}.get(kind, "v1")
        api.create(copy, namespace)
    for (kind, name) in [key for key in api.owned(sample) if key[0] not in ("Job", "StatefulSet")]:
        foreign[kind, name] = api.get(kind, namespace, name)
    api.shop(namespace, {"services": {"order": {"replicas": 2}}})
    degraded(api, namespace, "shop-passwords")
    # One after the other goes, and the next is named; those left are as they were.
    for key in sorted(foreign, key=lambda key: (key[0] != "Secret", key)):
        for (kind, name), was in foreign.items():
            now = api.get(kind, namespace, name)
            if kind in ("Deployment", "PodDisruptionBudget"):  # the controllers' status
                was, now = was["spec"], now["spec"]
            assert now == was, (kind, name)
        taken = foreign.pop(key)
        api.delete(key[0], namespace, taken["metadata"]["name"])
        if key[0] == "Secret" and [each for each in foreign if each[0] == "Secret"]:
            continue
    # They are gone, which no watch of the operator announces: it tries again by itself.
    api.ready(namespace, timeout=120)


def test_a_failed_migration_leaves_the_old_version_serving(cluster, api):
    namespace, _ = cluster.ready_shop()
    workloads = next(each for each in cluster.workloads if each.namespace == namespace)
    workloads.hold = {"migrate"}
    api.merge("Shop", namespace, "shop", {"spec": {"version": "2.0"}})

    def job():
        return next((each for each in api.list("Job", namespace) if "order-migrate" in each["metadata"]["name"] and "2.0" in json.dumps(each)), None)
    failed = wait_until("the migration", job, 30)
    api.merge("Job", namespace, failed["metadata"]["name"], {"status": job_status(failed, "Failed", "BackoffLimitExceeded")}, "status")
    degraded(api, namespace, failed["metadata"]["name"])
    for service in DATABASES:
        live = api.get("Deployment", namespace, f"shop-{service}")
        assert live["spec"]["template"]["spec"]["containers"][0]["image"] == f"shopkeeper/{service}:1.0"
        assert live["status"]["readyReplicas"] == live["spec"]["replicas"]
    workloads.hold = set()
    api.ready(namespace, timeout=90)


def test_a_quota_is_named_and_the_shop_heals(cluster, api):
    namespace = cluster.namespace()
    cluster.operator()
    api.create({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "small"},
                "spec": {"hard": {"count/deployments.apps": "2"}}}, namespace)
    # No quota controller runs here: it would report this.
    api.merge("ResourceQuota", namespace, "small", {"status": {"hard": {"count/deployments.apps": "2"}, "used": {"count/deployments.apps": "0"}}}, "status")
    api.shop(namespace)
    said = degraded(api, namespace, "exceeded quota")
    assert "shop-" in said["message"] and "small" in said["message"]
    assert len(api.list("Deployment", namespace)) == 2, "what the quota allows is made"
    api.delete("ResourceQuota", namespace, "small")
    api.ready(namespace, timeout=90)


def test_shops_that_are_deleted_at_once_leave_nothing(cluster, api):
    namespace, operator = cluster.ready_shop()
    for number in range(12):
        api.shop(namespace, name=f"brief-{number}")
        time.sleep(0.02 * (number % 4))
        api.delete("Shop", namespace, f"brief-{number}")
    wait_until("nothing left of them", lambda: not [name for _, name in api.owned(namespace) if name.startswith("brief")], 90)
    quiet(operator)
    assert not [name for _, name in api.owned(namespace) if name.startswith("brief")]
    assert operator.process.poll() is None
    api.ready(namespace)


def test_a_namespace_that_ends_is_left_alone(cluster, api):
    """With a finalizer it stays terminating: everything is deleted, and nothing may be made again."""
    namespace = cluster.namespace()
    operator = cluster.operator()
    api.shop(namespace)
    api.ready(namespace)
    # Another Shop's object keeps the namespace until it is let go.
    held = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "held", "finalizers": ["example.com/hold"]}}
    api.create(held, namespace)
    api.delete("Namespace", None, namespace)
    wait_until("the Shop to go", lambda: api.get("Shop", namespace, "shop") is None, 60)
    quiet(operator, 2)
    before = passes(operator)
    time.sleep(3)
    assert passes(operator) - before <= 3, "it does not try for ever"
    assert operator.process.poll() is None
    api.merge("ConfigMap", namespace, "held", {"metadata": {"finalizers": None}})
    wait_until("the namespace to go", lambda: api.get("Namespace", None, namespace) is None, 60)


POISON = {
    "no-spec": {}, "text": {"spec": {"services": "all of them"}}, "lists": {"spec": {"services": [1, 2], "image": [], "gateway": 7}},
    "numbers": {"spec": {"services": {"user": {"replicas": 1e300}}, "version": 7}},
    "deep": {"spec": {"database": json.loads("[" * 200 + "]" * 200)}}, "null": {"spec": {"services": {"user": None}, "currency": None}},
    "text2": {"spec": {"currency": "\u0000\ud7ff", "version": "v" * 100_000}},
}


@pytest.fixture
def unvalidated(api):
    """For a while the API server accepts any Shop."""
    PATHS["CustomResourceDefinition"] = "/apis/apiextensions.k8s.io/v1/{}customresourcedefinitions"
    crd = load(CRD)[0]
    name = crd["metadata"]["name"]
    live = api.get("CustomResourceDefinition", None, name)
    open_schema = yaml.safe_load(yaml.safe_dump(live))
    for version in open_schema["spec"]["versions"]:
        version["schema"] = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}

    def replace(spec):
        now = api.get("CustomResourceDefinition", None, name)
        now["spec"] = spec
        api.call("PUT", api.path("CustomResourceDefinition", None, name), now)
    replace(open_schema["spec"])
    yield lambda: replace(live["spec"])
    replace(live["spec"])


def test_poisonous_shops_harm_no_other(cluster, api, unvalidated):
    namespace = cluster.namespace()

    def made(name, content):
        with contextlib.suppress(Refused):
            return api.create({**shop(name=name), "spec": {}, **content}, namespace)
        return None
    wait_until("any Shop to be accepted", lambda: made("probe", {"spec": {"services": 7}}), 30)
    for name, content in POISON.items():
        made(name, content)
    there = {each["metadata"]["name"] for each in api.list("Shop", namespace)}
    assert len(there) >= len(POISON), there
    unvalidated()
    operator = cluster.operator()
    api.shop(namespace, name="good")
    api.ready(namespace, "good", timeout=90)
    def named(name):
        """In its condition; or in an Event, when the API server refuses any write of so wrong a Shop."""
        events = {each["regarding"]["name"] for each in api.list("Event", namespace) if each["reason"] == "InvalidSpec"}
        return name in events or api.condition(namespace, "Ready", name)["reason"] == "InvalidSpec"
    for name in sorted(there - {"no-spec", "null"}):
        wait_until(f"a word on {name}", lambda name=name: named(name), 30)
    assert operator.process.poll() is None
    quiet(operator, 2)
    before = passes(operator)
    time.sleep(3)
    assert passes(operator) - before <= 2, "a Shop that is refused is not tried for ever"
