"""A stand-in for the controllers and kubelets of a whole cluster that keeps up with many Shops: it watches instead of polling."""

import http.client
import json
import queue
import threading

from api import ADMIN, Api, Refused
from workloads import job_status

SELECTOR = "labelSelector=app.kubernetes.io/managed-by%3Dshopkeeper-operator"


class Watch:
    """Calls `handler(type, object)` for every object of a kind, and for each change, on a thread of its own until end()."""

    def __init__(self, api, kind, handler, query=""):
        self.api, self.kind, self.handler, self.query = api, kind, handler, query
        self.ended, self.connection = threading.Event(), None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def end(self):
        self.ended.set()
        if self.connection and self.connection.sock:
            self.connection.sock.close()
        self.thread.join(5)

    def _run(self):
        while not self.ended.is_set():
            try:
                self._stream()
            except (OSError, ValueError, AttributeError, http.client.HTTPException):  # closed by end(), or by the server
                self.ended.wait(0.2)

    def _stream(self):
        self.connection = http.client.HTTPSConnection("127.0.0.1", int(self.api.server.url.rsplit(":", 1)[1]), timeout=600,
                                                      context=self.api.context)
        self.connection.request("GET", f"{Api.path(self.kind)}?watch=true&{self.query}", None, {"Authorization": f"Bearer {ADMIN}"})
        answer = self.connection.getresponse()
        if answer.status != 200:
            raise OSError(f"the watch of {self.kind}: {answer.status}")
        for line in answer:
            event = json.loads(line)
            self.handler(event["type"], event["object"])
            if self.ended.is_set():
                return


class Nodes:
    """Brings up each workload of the operator's with its pods, completes each Job and gives each Ingress an address, in all namespaces."""

    def __init__(self, api, threads=3):
        self.api, self.todo = api, queue.SimpleQueue()
        self.pods = set()
        self.watches = [Watch(api, kind, self._take, SELECTOR) for kind in ("StatefulSet", "Deployment", "Job", "Ingress")]
        self.threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]
        for each in self.threads:
            each.start()

    def end(self):
        for each in self.watches:
            each.end()
        for _ in self.threads:
            self.todo.put(None)
        for each in self.threads:
            each.join(20)

    def _take(self, event, each):
        if event in ("ADDED", "MODIFIED"):
            status, kind = each.get("status", {}), each["kind"]
            if kind == "Job":
                done = bool(status.get("conditions"))
            elif kind == "Ingress":
                done = bool(status.get("loadBalancer"))
            else:
                done = status.get("observedGeneration") == each["metadata"]["generation"] \
                    and status.get("readyReplicas", 0) == each["spec"].get("replicas", 1)
            if not done:
                self.todo.put(each)

    def _work(self):
        while (each := self.todo.get()) is not None:
            try:
                self._finish(each)
            except Refused as error:
                if error.code not in (404, 409):  # gone, or changed meanwhile: an event follows
                    raise

    def _finish(self, each):
        kind, meta = each["kind"], each["metadata"]
        if kind == "Job":
            status = job_status(each, "Complete")
        elif kind == "Ingress":
            status = {"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}]}}
        else:
            wanted = each["spec"].get("replicas", 1)
            for number in range(wanted):
                self._pod(each, number)
            status = {"observedGeneration": meta["generation"], "replicas": wanted, "readyReplicas": wanted, "updatedReplicas": wanted,
                      "availableReplicas": wanted}
        self.api.merge(kind, meta["namespace"], meta["name"], {"status": status}, "status")

    def _pod(self, owner, number):
        meta, template = owner["metadata"], owner["spec"]["template"]
        name = f"{meta['name']}-{number}"
        if (meta["namespace"], name) in self.pods:
            return
        self.pods.add((meta["namespace"], name))
        claims = [self._claim(meta, name, each) for each in owner["spec"].get("volumeClaimTemplates", [])]
        volumes = template["spec"].get("volumes", []) + claims
        self.api.create({"apiVersion": "v1", "kind": "Pod", "spec": template["spec"] | {"nodeName": "node", "volumes": volumes}, "metadata": {
            "name": name, "labels": template["metadata"]["labels"], "annotations": template["metadata"].get("annotations", {})}},
            meta["namespace"])
        container = {"name": template["spec"]["containers"][0]["name"], "image": template["spec"]["containers"][0]["image"],
                     "imageID": "", "ready": True, "restartCount": 0, "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}
        self.api.merge("Pod", meta["namespace"], name, {"status": {
            "phase": "Running", "podIP": "10.0.0.1", "containerStatuses": [container],
            "conditions": [{"type": kind, "status": "True"} for kind in ("Initialized", "Ready", "ContainersReady", "PodScheduled")]}}, "status")

    def _claim(self, owner, pod, template):
        """The volume of a StatefulSet's pod, with its claim."""
        name = f"{template['metadata']['name']}-{pod}"
        if not self.api.get("PersistentVolumeClaim", owner["namespace"], name):
            self.api.create({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "spec": template["spec"],
                             "metadata": {"name": name, "labels": owner["labels"]}}, owner["namespace"])
        return {"name": template["metadata"]["name"], "persistentVolumeClaim": {"claimName": name}}
