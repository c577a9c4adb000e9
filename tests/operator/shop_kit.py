"""What the tests of Shops share: an API server with the CRD, the operator as a process with no more rights than
operator/README.md lists, and a stand-in for the controllers and kubelets that a real cluster has."""

import base64
import contextlib
import json
import os
import pathlib
import re
import signal
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml

from apiserver import ADMIN, free_port, wait_until

REPO = pathlib.Path(__file__).resolve().parents[2]
OPERATOR = pathlib.Path(os.environ.get("SHOPKEEPER_BUILD", REPO / "build/dev")) / "operator/shopkeeper-operator"
CRD = REPO / "charts/shopkeeper-operator/crds/shop.yaml"
SERVICES = ("user", "product", "order", "notification")

PATHS = {
    "Namespace": "/api/v1/namespaces", "Secret": "/api/v1/{}secrets", "ConfigMap": "/api/v1/{}configmaps",
    "Service": "/api/v1/{}services", "ServiceAccount": "/api/v1/{}serviceaccounts", "Pod": "/api/v1/{}pods",
    "PersistentVolumeClaim": "/api/v1/{}persistentvolumeclaims",
    "Deployment": "/apis/apps/v1/{}deployments", "StatefulSet": "/apis/apps/v1/{}statefulsets",
    "Job": "/apis/batch/v1/{}jobs", "Ingress": "/apis/networking.k8s.io/v1/{}ingresses",
    "NetworkPolicy": "/apis/networking.k8s.io/v1/{}networkpolicies",
    "PodDisruptionBudget": "/apis/policy/v1/{}poddisruptionbudgets",
    "HorizontalPodAutoscaler": "/apis/autoscaling/v2/{}horizontalpodautoscalers",
    "Event": "/apis/events.k8s.io/v1/{}events", "Lease": "/apis/coordination.k8s.io/v1/{}leases",
    "Shop": "/apis/shopkeeper.dev/v1alpha1/{}shops",
    "ClusterRole": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "ClusterRoleBinding": "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
}
OWNED = ("Secret", "ConfigMap", "Service", "ServiceAccount", "Deployment", "StatefulSet", "Job", "Ingress", "NetworkPolicy",
         "PodDisruptionBudget", "HorizontalPodAutoscaler")


class Refused(Exception):
    """The API server said no; `code` and its message."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Api:
    """The API server over HTTP, as administrator."""

    def __init__(self, server):
        self.server = server
        self.context = ssl.create_default_context(cafile=str(server.folder / "ca.crt"))

    def call(self, method, path, body=None, content_type="application/json"):
        request = urllib.request.Request(self.server.url + path, method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Authorization": f"Bearer {ADMIN}", "Content-Type": content_type})
        try:
            with urllib.request.urlopen(request, timeout=20, context=self.context) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            with contextlib.suppress(ValueError):
                text = json.loads(text).get("message", text)
            raise Refused(error.code, text) from None

    @staticmethod
    def path(kind, space=None, name=None, sub=None):
        base = PATHS[kind].format(f"namespaces/{space}/" if space else "")
        return "/".join(part for part in (base, name, sub) if part)

    def create(self, obj, space=None, query=""):
        return self.call("POST", self.path(obj["kind"], space) + query, obj)

    def get(self, kind, space, name):
        """None when there is none."""
        try:
            return self.call("GET", self.path(kind, space, name))
        except Refused as error:
            if error.code == 404:
                return None
            raise

    def list(self, kind, space=None):
        return self.call("GET", self.path(kind, space))["items"]

    def merge(self, kind, space, name, patch, sub=None):
        return self.call("PATCH", self.path(kind, space, name, sub), patch, "application/merge-patch+json")

    def delete(self, kind, space, name):
        return self.call("DELETE", self.path(kind, space, name), {"propagationPolicy": "Background"})

    # --- of Shops ---------------------------------------------------------------------------------------------------

    def shop(self, space, spec=None, name="shop"):
        return self.create(shop(spec, name), space)

    def condition(self, space, kind="Ready", name="shop"):
        found = (self.get("Shop", space, name) or {}).get("status", {}).get("conditions", [])
        return next((each for each in found if each["type"] == kind), {"status": None, "reason": None, "message": None})

    def ready(self, space, name="shop", timeout=60):
        """Waits until the Shop is ready as it now is."""
        def check():
            generation = self.get("Shop", space, name)["metadata"]["generation"]
            now = self.condition(space, "Ready", name)
            return now["status"] == "True" and now["observedGeneration"] == generation
        try:
            wait_until("the Shop to be ready", check, timeout)
        except TimeoutError as error:
            raise TimeoutError(f"{error}: {self.condition(space, 'Ready', name)}") from None

    def owned(self, space):
        """Everything of the operator's in a namespace: (kind, name) -> object."""
        return {(kind, each["metadata"]["name"]): each for kind in OWNED for each in self.list(kind, space)
                if each["metadata"].get("labels", {}).get("app.kubernetes.io/managed-by") == "shopkeeper-operator"}


def shop(spec=None, name="shop"):
    return {"apiVersion": "shopkeeper.dev/v1alpha1", "kind": "Shop", "metadata": {"name": name}, "spec": spec or {}}


def secret(name, **values):
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name},
            "data": {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}}


class Workloads:
    """What StatefulSet, Job and Deployment controllers and the kubelets do, by patching status: all comes up, every
    Job succeeds. `hold` names Jobs (by what their names contain) that are left alone."""

    def __init__(self, api, space):
        self.api, self.space, self.hold = api, space, set()
        self.stop = threading.Event()
        self.errors = []
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def end(self):
        self.stop.set()
        self.thread.join(20)

    def _run(self):
        while not self.stop.wait(0.03):
            try:
                for kind in ("StatefulSet", "Deployment"):
                    for each in self.api.list(kind, self.space):
                        self._bring_up(kind, each)
                for each in self.api.list("Job", self.space):
                    self._finish(each)
            except Refused as error:
                if error.code not in (404, 409):  # gone, or changed meanwhile
                    self.errors.append(error)
            except OSError as error:
                self.errors.append(error)

    def _bring_up(self, kind, each):
        wanted = each["spec"].get("replicas", 1)
        status = {"observedGeneration": each["metadata"]["generation"], "replicas": wanted, "readyReplicas": wanted,
                  "updatedReplicas": wanted, "availableReplicas": wanted}
        now = each.get("status", {})
        if any(now.get(key) != value for key, value in status.items()):
            self.api.merge(kind, self.space, each["metadata"]["name"], {"status": status}, "status")

    def _finish(self, each):
        name = each["metadata"]["name"]
        if any(part in name for part in self.hold) or each.get("status", {}).get("conditions"):
            return
        self.api.merge("Job", self.space, name, {"status": job_status(each, "Complete")}, "status")


def job_status(job, kind, reason=None):
    """A status that the API server accepts of a Job that has ended so."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    before = {"Complete": "SuccessCriteriaMet", "Failed": "FailureTarget"}[kind]
    entry = {"status": "True", "lastTransitionTime": now, "lastProbeTime": now, "reason": reason or kind}
    status = {"startTime": job.get("status", {}).get("startTime", now), "uncountedTerminatedPods": {},
              "conditions": [{"type": before, **entry}, {"type": kind, **entry}]}
    return status | ({"completionTime": now, "succeeded": 1} if kind == "Complete" else {"failed": 1})


class Operator:
    """The operator's process."""

    def __init__(self, kubeconfig, folder, *args, env=None):
        self.port, self.log = free_port(), folder / f"operator-{time.monotonic_ns()}.log"
        self.command = [str(OPERATOR), "run", "--kubeconfig", str(kubeconfig), "--address", "127.0.0.1", "--port",
                        str(self.port), *args]
        self.env = {**os.environ, "POD_NAMESPACE": "default", "SHOPKEEPER_DEFAULT_TAG": "1.0", **(env or {})}
        self.process = None
        self.start()

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self.env)
        return self

    def kill(self):
        """As if power were lost."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

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
    for group, resources, verbs in re.findall(r"^\| (`[\w.]+`|\(core\)) \| ([^|]+) \| ([a-z, ]+) \|$", text, re.M):
        rules.append({"apiGroups": ["" if group == "(core)" else group.strip("`")],
                      "resources": re.findall(r"`([^`]+)`", resources), "verbs": verbs.split(", ")})
    assert len(rules) >= 10, rules
    return rules


LEASES = [{"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["get", "create", "update", "patch"]}]


class World:
    def __init__(self, server, folder):
        self.server, self.folder, self.api = server, folder, Api(server)
        self.operators, self.workloads, self.spaces = [], [], 0
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

    def space(self, run=True):
        """A new namespace, with or without controllers that bring workloads up."""
        self.spaces += 1
        name = f"shops-{self.spaces}"
        self.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        if run:
            self.workloads.append(Workloads(self.api, name))
        return name

    def operator(self, *args, **kwargs):
        self.operators.append(Operator(self.kubeconfig, self.folder, *args, **kwargs))
        return self.operators[-1]

    def program(self, *args):
        """The operator's other commands, as the administrator that calls them."""
        return subprocess.run([str(OPERATOR), *args, "--kubeconfig", str(self.server.kubeconfig)], capture_output=True, text=True,
                              timeout=60, check=False, env={**os.environ, "SHOPKEEPER_DEFAULT_TAG": "1.0"})

    def clean(self):
        for each in self.operators:
            if each.process.poll() is None:
                each.kill()
        for each in self.workloads:
            each.end()
        for each in self.api.list("Shop"):
            self.api.delete("Shop", each["metadata"]["namespace"], each["metadata"]["name"])
        with contextlib.suppress(Refused):
            self.api.delete("Lease", "default", "shopkeeper-operator")
        self.operators, self.workloads = [], []


def load(path):
    return list(yaml.safe_load_all(pathlib.Path(path).read_text(encoding="utf-8")))
