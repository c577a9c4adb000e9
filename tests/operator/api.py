"""The API server over HTTP, and the objects that tests of Shops make."""

import base64
import contextlib
import http.client
import json
import pathlib
import ssl
import threading
import time

import yaml
from apiserver import ADMIN
from lib.process import wait_until

REPO = pathlib.Path(__file__).resolve().parents[2]
CRD = REPO / "charts/shopkeeper-operator/crds/shop.yaml"
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
    """The API server over HTTP, as administrator; each thread keeps a connection."""

    def __init__(self, server):
        self.server = server
        self.context = ssl.create_default_context(cafile=str(server.folder / "ca.crt"))
        self.thread = threading.local()

    def call(self, method, path, body=None, content_type="application/json"):
        """Repeated while the API server answers 429, as it does for a moment after a change of a CRD."""
        until = time.monotonic() + 15
        while True:
            try:
                return self._call(method, path, body, content_type)
            except Refused as error:
                if error.code != 429 or time.monotonic() > until:
                    raise
            time.sleep(0.1)

    def _call(self, method, path, body, content_type):
        connection = getattr(self.thread, "connection", None)
        if connection:
            with contextlib.suppress(OSError, http.client.HTTPException):  # ended by the server since its last use
                return self._ask(connection, method, path, body, content_type)
        self.thread.connection = None
        connection = http.client.HTTPSConnection("127.0.0.1", int(self.server.url.rsplit(":", 1)[1]), timeout=20, context=self.context)
        answer = self._ask(connection, method, path, body, content_type)
        self.thread.connection = connection
        return answer

    @staticmethod
    def _ask(connection, method, path, body, content_type):
        connection.request(method, path, None if body is None else json.dumps(body).encode(),
                           {"Authorization": f"Bearer {ADMIN}", "Content-Type": content_type})
        answer = connection.getresponse()
        text = answer.read().decode()
        if answer.status < 300:
            return json.loads(text)
        with contextlib.suppress(ValueError):
            text = json.loads(text).get("message", text)
        raise Refused(answer.status, text)

    @staticmethod
    def path(kind, namespace=None, name=None, sub=None):
        base = PATHS[kind].format(f"namespaces/{namespace}/" if namespace else "")
        return "/".join(part for part in (base, name, sub) if part)

    def create(self, obj, namespace=None, query=""):
        return self.call("POST", self.path(obj["kind"], namespace) + query, obj)

    def get(self, kind, namespace, name):
        """None when there is none."""
        try:
            return self.call("GET", self.path(kind, namespace, name))
        except Refused as error:
            if error.code == 404:
                return None
            raise

    def list(self, kind, namespace=None):
        return self.call("GET", self.path(kind, namespace))["items"]

    def merge(self, kind, namespace, name, patch, sub=None):
        return self.call("PATCH", self.path(kind, namespace, name, sub), patch, "application/merge-patch+json")

    def delete(self, kind, namespace, name):
        return self.call("DELETE", self.path(kind, namespace, name), {"propagationPolicy": "Background"})

    # --- of Shops ---------------------------------------------------------------------------------------------------

    def shop(self, namespace, spec=None, name="shop"):
        return self.create(shop(spec, name), namespace)

    @contextlib.contextmanager
    def with_kind(self, definition):
        """While this CustomResourceDefinition is installed; its kind is listed in PATHS."""
        kind = definition["spec"]["names"]["kind"]

        def listed():
            try:
                return self.list(kind) is not None
            except Refused:
                return False
        self.create(definition)
        wait_until(f"the kind {kind}", listed, 30)
        yield
        self.delete("CustomResourceDefinition", None, definition["metadata"]["name"])
        wait_until(f"the kind {kind} to go", lambda: not listed(), 30)

    def condition(self, namespace, kind="Ready", name="shop"):
        found = (self.get("Shop", namespace, name) or {}).get("status", {}).get("conditions", [])
        return next((each for each in found if each["type"] == kind), {"status": None, "reason": None, "message": None})

    def ready(self, namespace, name="shop", timeout=60):
        """Waits until the Shop is ready as it now is, and nothing is under way."""
        def check():
            shop_now = self.get("Shop", namespace, name)
            found = {each["type"]: each for each in shop_now.get("status", {}).get("conditions", [])}
            return found and found["Ready"]["status"] == "True" and found["Progressing"]["status"] == "False" \
                and found["Ready"]["observedGeneration"] == shop_now["metadata"]["generation"]
        try:
            wait_until("the Shop to be ready", check, timeout)
        except TimeoutError as error:
            raise TimeoutError(f"{error}: {self.condition(namespace, 'Ready', name)}") from None

    def owned(self, namespace):
        """Everything of the operator's in a namespace: (kind, name) -> object."""
        return {(kind, each["metadata"]["name"]): each for kind in OWNED for each in self.list(kind, namespace)
                if each["metadata"].get("labels", {}).get("app.kubernetes.io/managed-by") == "shopkeeper-operator"}


def shop(spec=None, name="shop"):
    return {"apiVersion": "shopkeeper.dev/v1alpha1", "kind": "Shop", "metadata": {"name": name}, "spec": spec or {}}


def secret(name, **values):
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name},
            "data": {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}}


def load(path):
    return list(yaml.safe_load_all(pathlib.Path(path).read_text(encoding="utf-8")))
