"""The definitions (CRDs) of CloudNativePG and of RabbitMQ's cluster operator, as their Go modules have them, and what those operators
write into the status of the objects that ours makes. `go mod download` fetches a module once, verified by its checksum."""

import json
import pathlib
import shutil
import subprocess

import pytest
from api import PATHS, Refused, load
from lib.process import wait_until

CLOUD_NATIVE_PG = ("github.com/cloudnative-pg/cloudnative-pg@v1.27.0", ("postgresql.cnpg.io_clusters", "postgresql.cnpg.io_poolers"))
CLUSTER_OPERATOR = ("github.com/rabbitmq/cluster-operator/v2@v2.16.0", ("rabbitmq.com_rabbitmqclusters",))
PATHS["CustomResourceDefinition"] = "/apis/apiextensions.k8s.io/v1/{}customresourcedefinitions"
PATHS["Cluster"] = "/apis/postgresql.cnpg.io/v1/{}clusters"
PATHS["Pooler"] = "/apis/postgresql.cnpg.io/v1/{}poolers"
PATHS["RabbitmqCluster"] = "/apis/rabbitmq.com/v1beta1/{}rabbitmqclusters"
NOW = "2026-01-01T00:00:00Z"


def go():
    path = shutil.which("go") or "/usr/local/go/bin/go"
    assert pathlib.Path(path).exists(), "no Go toolchain: run k8s/kind/up.sh, which installs one"
    return path


def definitions(module, names):
    """The CRDs of these files of the module."""
    # A folder outside of any module, so that no go.mod matters.
    done = subprocess.run([go(), "mod", "download", "-json", module], cwd="/", capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    folder = pathlib.Path(json.loads(done.stdout)["Dir"]) / "config/crd/bases"
    return [crd for name in names for crd in load(folder / f"{name}.yaml") if crd]


def served(api, kind):
    try:
        return api.list(kind) is not None
    except Refused:
        return False


def install(api, module, names):
    crds = definitions(module, names)
    for crd in crds:
        api.create(crd)
    for crd in crds:
        wait_until(crd["metadata"]["name"], lambda kind=crd["spec"]["names"]["kind"]: served(api, kind), 30)
    return crds


def installed(api, module, names):
    crds = install(api, module, names)
    yield crds
    for crd in crds:
        api.delete("CustomResourceDefinition", None, crd["metadata"]["name"])
    for crd in crds:
        wait_until(f"no {crd['metadata']['name']}", lambda kind=crd["spec"]["names"]["kind"]: not served(api, kind), 30)


@pytest.fixture
def cloud_native_pg(api):
    yield from installed(api, *CLOUD_NATIVE_PG)


@pytest.fixture
def cluster_operator(api):
    yield from installed(api, *CLUSTER_OPERATOR)


def run_database(api, namespace, ready=3, phase="Cluster in healthy state", reason="", name="shop-postgres"):
    """What CloudNativePG writes when so many instances are ready."""
    healthy = phase == "Cluster in healthy state"
    condition = {"type": "Ready", "status": "True" if healthy else "False", "reason": "ClusterIsReady" if healthy else "ClusterIsNotReady",
                 "message": "", "lastTransitionTime": NOW}
    api.merge("Cluster", namespace, name, {"status": {
        "instances": 3, "readyInstances": ready, "phase": phase, "phaseReason": reason, "conditions": [condition],
        "currentPrimary": f"{name}-1" if ready else ""}}, "status")


def run_pooler(api, namespace, instances=2):
    api.merge("Pooler", namespace, "shop-postgres-pooler", {"status": {"instances": instances}}, "status")


def run_broker(api, namespace, name="shop-rabbitmq", **false):
    """What the cluster operator writes: all conditions are true but those given, as type=(reason, message)."""
    conditions = []
    for kind in ("AllReplicasReady", "ClusterAvailable", "NoWarnings", "ReconcileSuccess"):
        reason, message = false.get(kind, ("Fine", ""))
        conditions.append({"type": kind, "status": "False" if kind in false else "True", "reason": reason, "message": message,
                           "lastTransitionTime": NOW})
    api.merge("RabbitmqCluster", namespace, name, {"status": {"conditions": conditions}}, "status")
