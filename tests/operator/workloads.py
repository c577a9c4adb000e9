"""A stand-in for the controllers and kubelets that a real cluster has."""

import datetime
import threading
import time

from api import Refused


class Workloads:
    """What StatefulSet, Job, Deployment and ingress controllers and the kubelets do, by patching status: all comes up, every
    Job succeeds. Pods with the tag `crashing` never become ready; the tag `missing` cannot be pulled. `hold` names Jobs and workloads
    (by what their names contain) that are left alone; `address` is what the ingress controller writes into every Ingress, None for one
    that writes nothing."""

    def __init__(self, api, namespace):
        self.api, self.namespace, self.hold = api, namespace, set()
        self.began = {}  # (uid, generation) of a Deployment that makes no progress -> since when
        self.address = "shop.test"
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def end(self):
        self.stop.set()
        self.thread.join(20)

    def _run(self):
        while not self.stop.wait(0.03):
            try:
                for kind in ("StatefulSet", "Deployment"):
                    for each in self.api.list(kind, self.namespace):
                        self._bring_up(kind, each)
                for each in self.api.list("Ingress", self.namespace):
                    self._give_address(each)
                for each in self.api.list("Job", self.namespace):
                    self._finish(each)
            except (Refused, OSError):  # gone or changed meanwhile; or the server restarts
                continue

    def _held(self, each):
        return any(part in each["metadata"]["name"] for part in self.hold)

    def _bring_up(self, kind, each):
        if self._held(each):
            return
        wanted = each["spec"].get("replicas", 1)
        if kind == "Deployment" and tag_of(each) in ("crashing", "missing"):
            self._report_no_progress(each, wanted)
            return
        status = {"observedGeneration": each["metadata"]["generation"], "replicas": wanted, "readyReplicas": wanted,
                  "updatedReplicas": wanted, "availableReplicas": wanted}
        if kind == "Deployment":
            status |= {"unavailableReplicas": 0, "conditions": []}
        now = {"unavailableReplicas": 0, "conditions": []} | each.get("status", {})
        if any(now.get(key) != value for key, value in status.items()):
            self.api.merge(kind, self.namespace, each["metadata"]["name"], {"status": status}, "status")

    def _report_no_progress(self, each, wanted):
        """The former pods keep running beside a new one that does not become ready, until the deadline is reported."""
        key = (each["metadata"]["uid"], each["metadata"]["generation"])
        began = self.began.setdefault(key, time.monotonic())
        late = time.monotonic() - began > each["spec"]["progressDeadlineSeconds"]
        status = {"observedGeneration": each["metadata"]["generation"], "replicas": wanted + 1, "readyReplicas": wanted, "updatedReplicas": 1,
                  "availableReplicas": wanted, "unavailableReplicas": 1}
        if late:
            now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
            status["conditions"] = [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "no progress",
                                     "lastUpdateTime": now, "lastTransitionTime": now}]
        current = each.get("status", {})
        if any(current.get(name) != value for name, value in status.items() if name != "conditions") or (late and not current.get("conditions")):
            self.api.merge("Deployment", self.namespace, each["metadata"]["name"], {"status": status}, "status")

    def _start_pod_without_image(self, job):
        name = f"{job['metadata']['name']}-pod"
        if self.api.get("Pod", self.namespace, name):
            return
        template = job["spec"]["template"]
        self.api.create({"apiVersion": "v1", "kind": "Pod", "spec": template["spec"], "metadata": {
            "name": name, "labels": template["metadata"]["labels"], "ownerReferences": [{
                "apiVersion": "batch/v1", "kind": "Job", "name": job["metadata"]["name"], "uid": job["metadata"]["uid"], "controller": True}]}},
            self.namespace)
        container = template["spec"]["containers"][0]
        waiting = {"name": container["name"], "image": container["image"], "imageID": "", "ready": False, "restartCount": 0,
                   "state": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}}}
        self.api.merge("Pod", self.namespace, name, {"status": {"phase": "Pending", "containerStatuses": [waiting]}}, "status")

    def _give_address(self, each):
        if self.address and not each.get("status", {}).get("loadBalancer", {}).get("ingress"):
            self.api.merge("Ingress", self.namespace, each["metadata"]["name"],
                           {"status": {"loadBalancer": {"ingress": [{"hostname": self.address}]}}}, "status")

    def _finish(self, each):
        name = each["metadata"]["name"]
        if self._held(each) or each.get("status", {}).get("conditions"):
            return
        if tag_of(each) == "missing":
            self._start_pod_without_image(each)
            return
        self.api.merge("Job", self.namespace, name, {"status": job_status(each, "Complete")}, "status")


def tag_of(workload):
    return workload["spec"]["template"]["spec"]["containers"][0]["image"].rsplit(":", 1)[1]


def job_status(job, kind, reason=None):
    """A status that the API server accepts of a Job that has ended so."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    before = {"Complete": "SuccessCriteriaMet", "Failed": "FailureTarget"}[kind]
    entry = {"status": "True", "lastTransitionTime": now, "lastProbeTime": now, "reason": reason or kind}
    status = {"startTime": job.get("status", {}).get("startTime", now), "uncountedTerminatedPods": {},
              "conditions": [{"type": before, **entry}, {"type": kind, **entry}]}
    return status | ({"completionTime": now, "succeeded": 1} if kind == "Complete" else {"failed": 1})
