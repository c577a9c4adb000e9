"""What the tests of Shops share: the operator as a process with no more rights than operator/README.md lists, and namespaces whose
workloads come up."""

import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request

from api import REPO, Api, Refused
from lib.process import free_port, wait_until
from workloads import Workloads

OPERATOR = pathlib.Path(os.environ.get("SHOPKEEPER_BUILD", REPO / "build/dev")) / "operator/shopkeeper-operator"
SERVICES = ("user", "product", "order", "notification")


class Operator:
    """The operator's process."""

    def __init__(self, kubeconfig, folder, *args, tag="1.0"):
        self.port, self.log = free_port(), folder / f"operator-{time.monotonic_ns()}.log"
        command = [str(OPERATOR), "run", "--kubeconfig", str(kubeconfig), "--address", "127.0.0.1", "--port", str(self.port), *args]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                            env={**os.environ, "POD_NAMESPACE": "default", "SHOPKEEPER_DEFAULT_TAG": tag})

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def ask(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def metric(self, name, **labels):
        """The sum of a metric's series that have these labels."""
        total = 0.0
        for line in self.ask("/metrics")[1].splitlines():
            match = re.match(rf"^{name}(?:\{{(.*)\}})? (\S+)$", line)
            if match and all(f'{key}="{value}"' in (match[1] or "") for key, value in labels.items()):
                total += float(match[2])
        return total

    def text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")


def documented_rules():
    """The rules of the table in operator/README.md."""
    text = (REPO / "operator/README.md").read_text(encoding="utf-8")
    rules = []
    for group, resources, verbs in re.findall(r"^\| (`[\w.]+`|\(core\)) \| (`[a-z/]+`(?:, `[a-z/]+`)*) \| ([a-z, ]+) \|$", text, re.M):
        rules.append({"apiGroups": ["" if group == "(core)" else group.strip("`")],
                      "resources": re.findall(r"`([^`]+)`", resources), "verbs": verbs.split(", ")})
    assert len(rules) >= 10, rules
    return rules


LEASES = [{"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["get", "create", "update"]}]


class SimulatedCluster:
    def __init__(self, server, folder):
        self.server, self.folder, self.api = server, folder, Api(server)
        self.operators, self.workloads, self.namespaces = [], [], 0
        self.kubeconfig = self._restricted()

    def _restricted(self):
        """Credentials of a ServiceAccount that may do what operator/README.md says, and nothing else."""
        self.api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "operator"}}, "default")
        role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "operator"},
                "rules": documented_rules() + LEASES}
        self.api.create(role)
        self.api.create({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
                         "metadata": {"name": "operator"},
                         "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "operator"},
                         "subjects": [{"kind": "ServiceAccount", "name": "operator", "namespace": "default"}]})
        token = self.api.call("POST", Api.path("ServiceAccount", "default", "operator", "token"),
                              {"spec": {"expirationSeconds": 7200}})["status"]["token"]
        path = self.folder / "operator.conf"
        path.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "operator",
            "clusters": [{"name": "test", "cluster": {"server": self.server.url,
                                                      "certificate-authority": str(self.server.folder / "ca.crt")}}],
            "users": [{"name": "operator", "user": {"token": token}}],
            "contexts": [{"name": "operator", "context": {"cluster": "test", "user": "operator"}}]}))
        return path

    def namespace(self, run=True):
        """A new namespace, with or without controllers that bring workloads up."""
        self.namespaces += 1
        name = f"shops-{self.namespaces}"
        self.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        if run:
            self.workloads.append(Workloads(self.api, name))
        return name

    def operator(self, *args, tag="1.0"):
        """An operator's process; `tag` is the version of Shops that name none, its own."""
        self.operators.append(Operator(self.kubeconfig, self.folder, *args, tag=tag))
        return self.operators[-1]

    def ready_shop(self, spec=None):
        """A new namespace with a Shop that is ready, and the operator that made it so."""
        namespace, operator = self.namespace(), self.operator()
        self.api.shop(namespace, spec)
        self.api.ready(namespace)
        return namespace, operator

    def held_migration(self):
        """A new namespace with a Shop whose order migration does not end, and a function that returns that Job."""
        namespace = self.namespace()
        self.workloads[-1].hold = {"order-migrate"}
        self.operator()
        self.api.shop(namespace)

        def job():
            return next((each for each in self.api.list("Job", namespace) if "order-migrate" in each["metadata"]["name"]), None)
        wait_until("the migration", job, 30)
        return namespace, job

    def program(self, *args):
        """The operator's other commands, as the administrator that calls them."""
        return subprocess.run([str(OPERATOR), *args, "--kubeconfig", str(self.server.kubeconfig)], capture_output=True, text=True,
                              timeout=60, check=False, env={**os.environ, "SHOPKEEPER_DEFAULT_TAG": "1.0"})

    def clean(self):
        for each in self.operators:
            each.process.kill()
            each.process.wait(10)
        for each in self.workloads:
            each.end()
        for each in self.api.list("Shop"):
            self.api.delete("Shop", each["metadata"]["namespace"], each["metadata"]["name"])
        with contextlib.suppress(Refused):
            self.api.delete("Lease", "default", "shopkeeper-operator")
        self.operators, self.workloads = [], []


WRITER = "shopkeeper-operator/"
ELECTION = "shopkeeper-operator/leader-election"


def writes(cluster):
    """What the operator wrote so far, apart from its lease."""
    return [each for each in cluster.server.writes(WRITER) if not each["userAgent"].startswith(ELECTION)]


def config_name(api, namespace, service):
    """The name of the ConfigMap that the service's pods are made with."""
    volumes = api.get("Deployment", namespace, f"shop-{service}")["spec"]["template"]["spec"]["volumes"]
    return next(each["configMap"]["name"] for each in volumes if each["name"] == "config")


def passes(operator):
    return operator.metric("controller_runtime_reconcile_total")


def reconciled(operator, act):
    """Does something that makes the operator look at a Shop, and waits until it has."""
    before = passes(operator)
    act()
    wait_until("a reconcile", lambda: passes(operator) > before, 15)


def quiet(operator, seconds=1.0):
    """Waits until the operator has had nothing to do for a while."""
    last, since = passes(operator), time.monotonic()

    def check():
        nonlocal last, since
        now = passes(operator)
        if now != last:
            last, since = now, time.monotonic()
        return time.monotonic() - since > seconds
    wait_until("the operator to have nothing to do", check, 60)
