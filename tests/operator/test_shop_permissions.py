"""The operator's permissions are those it needs: a long life of Shops, then its requests in the API server's audit log are compared with
the rules of the chart. Under these rules the operators of all tests here run (see cluster.py)."""

import re
import subprocess

import yaml
from api import PATHS, REPO, secret
from cluster import LEASES, documented_rules, quiet
from foreign_kinds import cloud_native_pg, cluster_operator, run_broker, run_database, run_pooler  # noqa: F401  pylint: disable=unused-import
from lib.process import wait_until
from test_shop_gateway import GATEWAY, accept, routes  # noqa: F401  pylint: disable=unused-import
from test_shop_monitoring import pod_monitors  # noqa: F401  pylint: disable=unused-import

USER = "system:serviceaccount:default:operator"
RBAC = REPO / "charts/shopkeeper-operator/templates/rbac.yaml"
# Granted although no request here uses them.
RARELY_USED = {
    ("shopkeeper.dev", "shops/finalizers", "update"): "the API server asks for it where its admission plug-in OwnerReferencesPermissionEnforcement is on",
    ("batch", "jobs", "get"): "when a Job to be created exists although the cache does not have it yet",
}
PATHS["StorageClass"] = "/apis/storage.k8s.io/v1/storageclasses"


def chart_rules():
    """The rules of the chart, without helm."""
    return yaml.safe_load(re.search(r'define "operator.rules" }}\n(rules:\n.*?)\{\{- end }}', RBAC.read_text(encoding="utf-8"), re.S).group(1))["rules"]


def granted(rules):
    return {(group, resource, verb) for rule in rules for group in rule["apiGroups"] for resource in rule["resources"] for verb in rule["verbs"]}


def requests_of(user, events):
    """(group, resource, verb) -> response codes."""
    found = {}
    for event in events:
        ref = event.get("objectRef", {})
        if event["user"]["username"] != user or not ref.get("resource") or ref.get("apiGroup") == "authorization.k8s.io":
            continue
        resource = ref["resource"] + ("/" + ref["subresource"] if "subresource" in ref else "")
        code = event.get("responseStatus", {}).get("code")
        found.setdefault((ref.get("apiGroup", ""), resource, event["verb"]), set()).add(code)
        # Server-side apply of an object that does not exist needs both.
        if event["verb"] == "patch" and code == 201:
            found.setdefault((ref.get("apiGroup", ""), resource, "create"), set()).add(code)
    return found


def lead_a_full_life(cluster, api):
    """A Shop with every part that loses each again, and another with external stores."""
    namespace, operator = cluster.namespace(), cluster.operator()
    full = {"sampleData": True, "networkPolicy": True, "services": {"user": {"replicas": 2}, "order": {"autoscaling": {"min": 2, "max": 3}}},
            "database": {"managed": {"storage": "1Gi", "backup": {"destination": {"volume": {}}}}}, "messaging": {"managed": {}}, "monitoring": {"podMonitor": "Auto"}}
    api.shop(namespace, full)
    api.ready(namespace)
    meet_objects_of_others(cluster, api, namespace, full)
    api.merge("Shop", namespace, "shop", {"spec": {"services": {"product": {"autoscaling": {"min": 2, "max": 3}}}}})
    api.ready(namespace)
    grow_volume(api, namespace)
    bare = {"sampleData": False, "networkPolicy": False, "services": {"user": {"replicas": 1}, "order": {"autoscaling": None}, "product": {"autoscaling": None}},
            "monitoring": {"podMonitor": "Never"}, "version": "2.0", "access": "Open"}
    api.merge("Shop", namespace, "shop", {"spec": bare})
    api.ready(namespace)
    api.merge("Shop", namespace, "shop", {"spec": {"gateway": GATEWAY}})
    wait_until("the HTTPRoute", lambda: api.get("HTTPRoute", namespace, "shop"), 20)
    accept(api, namespace)
    wait_until("no Ingress", lambda: api.get("Ingress", namespace, "shop") is None, 20)
    api.ready(namespace)
    api.merge("Shop", namespace, "shop", {"spec": {"gateway": {"parentRefs": None}}})
    wait_until("no HTTPRoute", lambda: api.get("HTTPRoute", namespace, "shop") is None, 20)
    api.ready(namespace)
    lead_a_life_with_external_stores(cluster, api)
    lead_a_life_on_other_operators(cluster, api)
    quiet(operator)
    operator.stop()  # its watches end, and appear in the audit log


def meet_objects_of_others(cluster, api, namespace, spec):
    """Objects of the names that a Shop needs, which it does not own: it reads them to find that out."""
    other, kinds = cluster.namespace(run=False), set()
    for kind, name in api.owned(namespace):
        if kind in kinds | {"Job", "Secret", "Deployment"}:
            continue
        kinds.add(kind)
        taken = api.get(kind, namespace, name)
        content = {key: value for key, value in taken.items() if key not in ("metadata", "status")}
        for key in ("clusterIP", "clusterIPs"):
            content.get("spec", {}).pop(key, None)
        api.create({**content, "metadata": {"name": name}}, other)
    assert len(kinds) >= 8
    api.shop(other, spec)
    wait_until("the names to be taken", lambda: "NameTaken" in str(api.condition(other, "Degraded")["reason"]), 20)


def lead_a_life_with_external_stores(cluster, api):
    namespace, services = cluster.namespace(), ("user", "product", "order", "notification")
    for name in services:
        api.create(secret(f"{name}-db", url="postgresql://u:p@db.example/x"), namespace)
    api.create(secret("broker", url="amqp://u:p@broker.example/x"), namespace)
    api.shop(namespace, {"database": {"external": {"secrets": {service: f"{service}-db" for service in services}}},
                         "messaging": {"external": {"secret": "broker"}}})
    api.ready(namespace)
    change_twice(api, namespace)


def lead_a_life_on_other_operators(cluster, api):
    namespace = cluster.namespace()
    api.create(secret("shop-rabbitmq-default-user", connection_string="amqp://u:p@shop-rabbitmq/"), namespace)
    api.shop(namespace, {"database": {"cloudNativePG": {}}, "messaging": {"clusterOperator": {}}})
    wait_until("their objects", lambda: api.get("Pooler", namespace, "shop-postgres-pooler") and api.get("RabbitmqCluster", namespace, "shop-rabbitmq"), 30)
    run_database(api, namespace)
    run_pooler(api, namespace)
    run_broker(api, namespace)
    api.ready(namespace)
    api.merge("Shop", namespace, "shop", {"spec": {"database": {"cloudNativePG": {"pooler": {"instances": 0}}}}})
    wait_until("no Pooler", lambda: api.get("Pooler", namespace, "shop-postgres-pooler") is None, 30)


def grow_volume(api, namespace):
    """As the StatefulSet controller makes it; then the Shop asks for more."""
    api.create({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": f"growing-{namespace}"},
                "provisioner": "none.example", "allowVolumeExpansion": True})
    claim = next(each for each in api.list("StatefulSet", namespace) if "postgres" in each["metadata"]["name"])
    name = f"data-{claim['metadata']['name']}-0"
    if not api.get("PersistentVolumeClaim", namespace, name):
        template = claim["spec"]["volumeClaimTemplates"][0]
        api.create({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name, "labels": claim["spec"]["template"]["metadata"]["labels"]},
                    "spec": {**template["spec"], "storageClassName": f"growing-{namespace}", "volumeName": "v"}}, namespace)
        api.merge("PersistentVolumeClaim", namespace, name, {"status": {"phase": "Bound", "capacity": {"storage": "1Gi"}}}, "status")
    api.merge("Shop", namespace, "shop", {"spec": {"database": {"managed": {"storage": "2Gi"}}}})
    wait_until("the volume to be asked to grow",
               lambda: api.get("PersistentVolumeClaim", namespace, name)["spec"]["resources"]["requests"]["storage"] == "2Gi", 20)


def change_twice(api, namespace):
    """The same Event twice is a patch of the first one."""
    for _ in range(3):
        api.merge("Shop", namespace, "shop", {"spec": {"database": {"external": {"secrets": {"user": "missing"}}}}})
        wait_until("the missing Secret", lambda: api.condition(namespace, "Degraded")["status"] == "True", 20)
        api.merge("Shop", namespace, "shop", {"spec": {"database": {"external": {"secrets": {"user": "user-db"}}}}})
        api.ready(namespace)


def test_every_permission_is_used_and_no_request_is_refused(cluster, api, pod_monitors, routes, cloud_native_pg, cluster_operator):  # noqa: F811
    before = len(list(cluster.server.audit()))  # of other tests, in which a quota or a terminating namespace refuses requests
    lead_a_full_life(cluster, api)
    seen = requests_of(USER, list(cluster.server.audit())[before:])
    assert {key: codes for key, codes in seen.items() if 403 in codes} == {}
    rules = granted(chart_rules())
    unused = rules - seen.keys() - RARELY_USED.keys()
    assert unused == set(), f"granted in {RBAC.name}, but never used: {sorted(unused)}"
    assert seen.keys() - rules - granted(LEASES) == set()
    assert RARELY_USED.keys() <= rules


def test_the_documented_permissions_are_those_of_the_chart():
    assert granted(documented_rules()) == granted(chart_rules())
    done = subprocess.run(["python3", REPO / "charts/generate.py", "--check"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
