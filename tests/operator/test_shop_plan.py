"""`plan` says what `kubectl apply` and a reconcile then do: compared for random pairs of specs."""

import copy
import json
import os
import random
import subprocess

import pytest
import yaml
from apiserver import kube_binary
from cluster import SERVICES, quiet
from lib.process import wait_until

PAIRS = int(os.environ.get("SHOPKEEPER_PLAN_PAIRS", "30"))


def random_spec(choose):
    """A valid spec, to which any other one of these can be changed."""
    spec = {}

    def sometimes(key, *values, into=spec):
        if choose.random() < 0.4:
            into[key] = copy.deepcopy(choose.choice(values))
    sometimes("access", "Open", "Authenticated")
    sometimes("sampleData", True, False)
    sometimes("networkPolicy", True, False)
    sometimes("version", "1.1", "1.2")
    sometimes("email", {"host": "smtp.example.com", "from": "a@example.com"}, {"host": "mail.example.com", "from": "b@example.com", "tls": "none"})
    sometimes("payments", {"provider": "sandbox"})
    sometimes("monitoring", {"podMonitor": "Never"}, {"labels": {"release": "x"}})
    sometimes("gateway", {"host": "shop.example.com"}, {"annotations": {"example.com/a": "b"}}, {"ingressClassName": "traefik"})
    sometimes("messaging", {"managed": {"resources": {"limits": {"memory": "600Mi"}}}}, {"managed": {"deletionPolicy": "Retain"}})
    services = {}
    for service in SERVICES:
        one = {}
        sometimes(choose.choice(["replicas", "autoscaling"]), None, into=one)
        if "replicas" in one:
            one["replicas"] = choose.randint(1, 3)
        if "autoscaling" in one:
            one["autoscaling"] = {"min": choose.randint(1, 2), "max": choose.randint(3, 5)}
        sometimes("env", [{"name": "SHOPKEEPER_LOG_LEVEL", "value": "debug"}], [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}], into=one)
        sometimes("resources", {"requests": {"cpu": "60m"}}, {"limits": {"memory": "300Mi"}}, into=one)
        if one:
            services[service] = one
    if services:
        spec["services"] = services
    return spec


def write(path, namespace, spec):
    path.write_text(yaml.safe_dump({"apiVersion": "shopkeeper.dev/v1alpha1", "kind": "Shop", "metadata": {"name": "shop", "namespace": namespace},
                                    "spec": spec}))


def essence(obj):
    """What of an object the operator decides."""
    obj = {key: value for key, value in obj.items() if key != "status"}
    obj["metadata"] = {key: obj["metadata"].get(key) for key in ("labels", "annotations", "uid")}
    obj["metadata"]["annotations"] = {key: value for key, value in (obj["metadata"]["annotations"] or {}).items()
                                      if not key.startswith("deployment.kubernetes.io/")}
    return obj


def changes_between(before, after):
    changed = {("create", *key) for key in after.keys() - before.keys()} | {("delete", *key) for key in before.keys() - after.keys()}
    return changed | {("update", *key) for key in before.keys() & after.keys() if essence(before[key]) != essence(after[key])}


def apply(cluster, path, *args):
    return subprocess.run([kube_binary(), "kubectl", f"--kubeconfig={cluster.server.kubeconfig}", "apply", "-f", str(path), *args],
                          capture_output=True, text=True, timeout=60, check=True)


def observed_as_it_is(api, namespace):
    shop = api.get("Shop", namespace, "shop")
    return shop["status"]["observedGeneration"] == shop["metadata"]["generation"]


@pytest.mark.parametrize("how", [[], ["--server-side"]], ids=["client-side", "server-side"])
def test_plan_equals_what_follows(cluster, api, tmp_path, how):
    seed = int(os.environ.get("SHOPKEEPER_SEED", random.randrange(2**32)))
    print(f"SHOPKEEPER_SEED={seed}")
    choose = random.Random(seed)
    namespace, file = cluster.namespace(), tmp_path / "shop.yaml"
    workloads = cluster.workloads[-1]
    operator = cluster.operator()
    write(file, namespace, random_spec(choose))
    apply(cluster, file, *how)
    for number in range(PAIRS // 2):
        api.ready(namespace, timeout=90)
        quiet(operator, 0.3)
        before, old = api.owned(namespace), file.read_text()
        write(file, namespace, random_spec(choose))
        done = cluster.program("plan", "-f", str(file), "--output", "json")
        assert done.returncode in (0, 2), done.stderr
        plan = json.loads(done.stdout)
        planned = {(each["action"], each["kind"], each["name"]) for each in plan["shops"][0]["changes"]}
        assert done.returncode == (2 if planned else 0) and plan["changes"] == len(planned)
        workloads.hold = {"shop"}  # so that one reconcile's work is seen, not what follows it
        apply(cluster, file, *how)
        wait_until("a reconcile of it", lambda: observed_as_it_is(api, namespace), 30)
        quiet(operator, 0.2)
        did = changes_between(before, api.owned(namespace))
        assert planned == did, f"pair {number}, seed {seed}: only planned {planned - did}, only done {did - planned}\n{old}\n{file.read_text()}"
        workloads.hold = set()


def test_plan_sees_removed_fields(cluster, api, tmp_path):
    namespace, file = cluster.namespace(), tmp_path / "shop.yaml"
    operator = cluster.operator()
    write(file, namespace, {"services": {"order": {"replicas": 2}, "user": {"replicas": 2}}})
    apply(cluster, file)
    api.ready(namespace)
    quiet(operator)
    write(file, namespace, {"services": {"order": {"autoscaling": {"min": 2, "max": 2}}}})
    done = cluster.program("plan", "-f", str(file))
    assert done.returncode == 2, done.stderr
    assert "+ HorizontalPodAutoscaler shop-order\n~ Deployment shop-order\n" in done.stdout, done.stdout
    assert "~ Deployment shop-user\n    spec.replicas: 2 -> 1\n" in done.stdout and "- PodDisruptionBudget shop-user" in done.stdout, done.stdout
    assert api.get("HorizontalPodAutoscaler", namespace, "shop-order") is None, "nothing is written"
    write(file, namespace, {})
    done = cluster.program("plan", "-f", str(file))
    assert done.returncode == 2 and "- PodDisruptionBudget shop-order" in done.stdout, done.stdout
    done = cluster.program("plan", "-f", str(file), "--field-manager", "me")
    assert done.returncode == 0, f"an apply as another field manager removes nothing of kubectl's: {done.stdout}"


def test_plan_keeps_what_others_set_and_leaves_their_objects_alone(cluster, api, tmp_path):
    namespace, file = cluster.namespace(), tmp_path / "shop.yaml"
    write(file, namespace, {"paused": True})
    apply(cluster, file)
    api.merge("Shop", namespace, "shop", {"metadata": {"annotations": {"example.com/a": "b"}}})
    api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "shop-user"}}, namespace)
    done = cluster.program("plan", "-f", str(file), "--output", "json")
    shop = json.loads(done.stdout)["shops"][0]
    assert done.returncode == 0 and shop["changes"] == [] and "paused" in shop["problems"][0], done.stdout
    write(file, namespace, {})
    done = cluster.program("plan", "-f", str(file))
    assert "+ ServiceAccount shop-order" in done.stdout and "+ ServiceAccount shop-user" not in done.stdout, done.stdout
    assert "! ServiceAccount shop-user exists and is not this Shop's" in done.stdout, done.stdout
    assert api.get("Shop", namespace, "shop")["spec"]["paused"] and not api.owned(namespace), "nothing is written"
