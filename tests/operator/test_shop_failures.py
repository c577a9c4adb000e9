"""What the status says when pods, Jobs and volumes fail: as the kubelet and the controllers would write it."""

import json

from lib.process import wait_until
from cluster import quiet, reconciled
from test_shop_status import status_writes
from workloads import job_status

LABELS = {"app.kubernetes.io/managed-by": "shopkeeper-operator", "app.kubernetes.io/instance": "shop"}


def make_pod(api, namespace, name, container, phase="Running", owner=None, image="shopkeeper/user:9.9"):
    """A pod of the Shop with one container, whose status the test gives."""
    metadata = {"name": name, "labels": LABELS}
    if owner:
        metadata["ownerReferences"] = [{"apiVersion": "batch/v1", "kind": "Job", "name": owner["metadata"]["name"],
                                        "uid": owner["metadata"]["uid"], "controller": True}]
    api.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata,
                "spec": {"containers": [{"name": "user", "image": image, "resources": {"limits": {"memory": "256Mi"}}}]}}, namespace)
    say(api, namespace, name, container, phase)


def say(api, namespace, name, container, phase="Running"):
    status = {"name": "user", "image": "x", "imageID": "", "ready": False, "restartCount": 0, **container}
    api.merge("Pod", namespace, name, {"status": {"phase": phase, "containerStatuses": [status]}}, "status")


def ended(code, message="", reason="Error"):
    return {"terminated": {"exitCode": code, "reason": reason, "message": message, "startedAt": "2026-01-01T00:00:00Z",
                           "finishedAt": "2026-01-01T00:00:01Z"}}


def degraded(api, namespace, *parts):
    def check():
        now = api.condition(namespace, "Degraded")
        return now["status"] == "True" and all(part in now["message"] for part in parts) and now
    return wait_until(f"Degraded {parts}", check, 20)


def test_a_failing_pod_is_explained_once(cluster, api):
    namespace, operator = cluster.ready_shop()
    crash = {"restartCount": 3, "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 20s"}}}
    line = json.dumps({"time": "2026-01-01T00:00:00Z", "message": "cannot start", "error": "postgresql://u:hunter2@db/x: no route"})
    make_pod(api, namespace, "shop-user-x", {**crash, "lastState": ended(1, line)})
    said = degraded(api, namespace, "Pod shop-user-x: Crash: container user ended with exit code 1: cannot start: postgresql://***@db/x: no route")
    assert said["reason"] == "PodFailing" and api.condition(namespace)["status"] == "True", "the other pod answers"
    wait_until("the Event", lambda: [each for each in api.list("Event", namespace)
                                     if each["reason"] == "PodFailing" and "exit code 1" in each["note"] and each["type"] == "Warning"], 10)
    # It runs for a moment and crashes again: nothing new to say.
    before = len(status_writes(cluster, namespace))
    for count, state in ((4, {"running": {"startedAt": "2026-01-01T00:00:00Z"}}), (5, crash["state"])):
        reconciled(operator, lambda count=count, state=state: say(
            api, namespace, "shop-user-x", {"restartCount": count, "state": state, "lastState": ended(1, line)}))
    quiet(operator)
    assert len(status_writes(cluster, namespace)) == before
    say(api, namespace, "shop-user-x", {**crash, "lastState": ended(137, reason="OOMKilled")})
    degraded(api, namespace, "OOMKilled: container user needed more than its memory limit of 256Mi")
    say(api, namespace, "shop-user-x", {"state": {"waiting": {"reason": "ImagePullBackOff", "message": "x"}}}, "Pending")
    degraded(api, namespace, "ImagePull: image shopkeeper/user:9.9 of container user cannot be pulled")
    api.delete("Pod", namespace, "shop-user-x")
    wait_until("the recovery", lambda: [each for each in api.list("Event", namespace) if each["reason"] == "Recovered"], 20)
    assert api.condition(namespace, "Degraded")["reason"] == "AsExpected"


def test_refused_pods_and_paused_rollouts_are_reported(cluster, api):
    namespace, _ = cluster.ready_shop()
    cluster.workloads[-1].hold = {"shop-order"}
    now = "2026-01-01T00:00:00Z"
    refusal = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "lastTransitionTime": now, "lastUpdateTime": now,
               "message": 'pods "shop-order-5d9c-abcde" is forbidden: exceeded quota: small, requested: pods=1, used: pods=3, limited: pods=3'}
    api.merge("Deployment", namespace, "shop-order", {"status": {"conditions": [refusal]}}, "status")
    said = degraded(api, namespace, "Deployment shop-order: FailedCreate: exceeded quota: small, requested: pods=1")
    assert said["reason"] == "PodsRefused" and "abcde" not in said["message"]
    api.merge("Deployment", namespace, "shop-order", {"status": {"conditions": None}}, "status")
    wait_until("the recovery", lambda: api.condition(namespace, "Degraded")["status"] == "False", 20)
    api.merge("Shop", namespace, "shop", {"spec": {"paused": True}})  # else the operator resumes it
    wait_until("the pause", lambda: api.condition(namespace, "Progressing")["reason"] == "Paused", 20)
    api.merge("Deployment", namespace, "shop-order", {"spec": {"paused": True}})
    degraded(api, namespace, "Deployment shop-order: its rollout is paused; kubectl rollout resume deployment/shop-order")


def test_a_retried_job_keeps_why_the_one_before_failed(cluster, api):
    namespace, job = cluster.held_migration()
    first = job()
    make_pod(api, namespace, "shop-order-migrate-x", {"state": ended(3, "migration 0007: column exists")}, "Failed", owner=first)
    api.merge("Job", namespace, first["metadata"]["name"], {"status": job_status(first, "Failed", "BackoffLimitExceeded")}, "status")
    why = "Crash: container user ended with exit code 3: migration 0007: column exists"
    degraded(api, namespace, "failed at try 1", why)
    second = wait_until("a new Job", lambda: (lambda now: now and now["metadata"]["uid"] != first["metadata"]["uid"] and now)(job()), 30)
    assert why in second["metadata"]["annotations"]["shopkeeper.dev/last-failure"]
    degraded(api, namespace, "try 2 is under way; the one before failed", why)
    cluster.workloads[-1].hold = set()
    api.ready(namespace)
    assert api.condition(namespace, "Degraded")["status"] == "False"
