"""A stand-in for the controllers and kubelets that a real cluster has."""

import threading
import time

from api import Refused


class Workloads:
    """What StatefulSet, Job and Deployment controllers and the kubelets do, by patching status: all comes up, every
    Job succeeds. `hold` names Jobs and workloads (by what their names contain) that are left alone."""

    def __init__(self, api, namespace):
        self.api, self.namespace, self.hold = api, namespace, set()
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
                for each in self.api.list("Job", self.namespace):
                    self._finish(each)
            except (Refused, OSError):  # gone or changed meanwhile; or the server restarts
                continue

    def _bring_up(self, kind, each):
        if any(part in each["metadata"]["name"] for part in self.hold):
            return
        wanted = each["spec"].get("replicas", 1)
        status = {"observedGeneration": each["metadata"]["generation"], "replicas": wanted, "readyReplicas": wanted,
                  "updatedReplicas": wanted, "availableReplicas": wanted}
        now = each.get("status", {})
        if any(now.get(key) != value for key, value in status.items()):
            self.api.merge(kind, self.namespace, each["metadata"]["name"], {"status": status}, "status")

    def _finish(self, each):
        name = each["metadata"]["name"]
        if any(part in name for part in self.hold) or each.get("status", {}).get("conditions"):
            return
        self.api.merge("Job", self.namespace, name, {"status": job_status(each, "Complete")}, "status")


def job_status(job, kind, reason=None):
    """A status that the API server accepts of a Job that has ended so."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    before = {"Complete": "SuccessCriteriaMet", "Failed": "FailureTarget"}[kind]
    entry = {"status": "True", "lastTransitionTime": now, "lastProbeTime": now, "reason": reason or kind}
    status = {"startTime": job.get("status", {}).get("startTime", now), "uncountedTerminatedPods": {},
              "conditions": [{"type": before, **entry}, {"type": kind, **entry}]}
    return status | ({"completionTime": now, "succeeded": 1} if kind == "Complete" else {"failed": 1})
