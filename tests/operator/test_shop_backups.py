"""Backups and restoreFrom of a Shop on a real API server; what their pods do is in test_backup_scripts.py."""

import json
import re
import time

import pytest
from api import Refused, secret
from lib.process import wait_until
from workloads import job_status

VOLUME = {"database": {"managed": {"backup": {"destination": {"volume": {"storage": "3Gi"}}}}}}
S3 = {"endpoint": "s3.example.com", "bucket": "backups", "secret": "store"}


def job(api, namespace, prefix, ended=False):
    """The Job of this name that has not ended yet (or has)."""
    return next((each for each in api.list("Job", namespace) if each["metadata"]["name"].startswith(prefix)
                 and bool(each.get("status", {}).get("conditions")) == ended), None)


def wait_for_job(api, namespace, prefix):
    return wait_until(f"a Job {prefix}", lambda: job(api, namespace, prefix), 30)


def finish(api, namespace, made, message, kind="Complete"):
    """What its pod and the Job controller would leave behind."""
    name = made["metadata"]["name"]
    template = made["spec"]["template"]
    labels = {**template["metadata"]["labels"], "job-name": name}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"{name}-x", "labels": labels}, "spec": template["spec"]}
    api.create(pod, namespace)
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    container = template["spec"]["containers"][0]
    ended = {"exitCode": 0 if kind == "Complete" else 1, "finishedAt": now, "startedAt": now, "message": message}
    api.merge("Pod", namespace, f"{name}-x", {"status": {"phase": "Succeeded" if kind == "Complete" else "Failed", "containerStatuses": [
        {"name": container["name"], "image": "x", "imageID": "x", "ready": False, "restartCount": 0, "state": {"terminated": ended}}]}}, "status")
    api.merge("Job", namespace, name, {"status": job_status(made, kind)}, "status")


def result(label):
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return json.dumps({"label": label, "type": "full", "time": now, "size": 1000, "stored": 100, "walStart": "000000010000000000000001",
                       "walStop": "000000010000000000000002"})


def reason(api, namespace, kind="BackupHealthy"):
    return api.condition(namespace, kind)["reason"]


def prepared(cluster):
    namespace = cluster.namespace()
    cluster.workloads[-1].hold |= {"shop-backup-", "shop-verify-", "shop-restore-"}
    return namespace, cluster.operator()


def test_a_backup_is_made_verified_and_reported(cluster, api):
    namespace, operator = prepared(cluster)
    api.shop(namespace, VOLUME)
    first = wait_for_job(api, namespace, "shop-backup-")
    api.ready(namespace)
    assert reason(api, namespace) == "FirstBackup"
    claim = api.get("PersistentVolumeClaim", namespace, "shop-postgres-backup")
    assert claim["spec"]["resources"]["requests"]["storage"] == "3Gi" and "ownerReferences" not in claim["metadata"]
    finish(api, namespace, first, result("20260101-120000F"))
    wait_until("health", lambda: reason(api, namespace) == "Healthy", 20)
    finish(api, namespace, wait_for_job(api, namespace, "shop-verify-"), "{}")
    wait_until("the verification", lambda: api.get("Shop", namespace, "shop")["status"].get("lastVerifiedBackup"), 20)
    status = api.get("Shop", namespace, "shop")["status"]
    assert status["lastVerifiedBackup"]["label"] == status["lastBackup"]["label"] == "20260101-120000F"
    assert status["lastBackup"]["size"] == 1000 and status["backups"][0]["server"] == "shop-postgres"
    assert operator.metric("shopkeeper_shop_backup_healthy", shop="shop") == 1
    assert time.time() - operator.metric("shopkeeper_shop_last_backup_timestamp_seconds", shop="shop") < 120

    api.merge("Shop", namespace, "shop", {"metadata": {"annotations": {"shopkeeper.dev/backup-now": "a"}}})
    second = wait_for_job(api, namespace, "shop-backup-")
    finish(api, namespace, second, "StoreFull: the volume of the backups has 0 MiB left; raise its storage", "Failed")
    wait_until("the failure", lambda: reason(api, namespace) == "StoreFull", 20)
    assert api.condition(namespace)["status"] == "True", "the shop works"
    wait_until("an Event", lambda: [e for e in api.list("Event", namespace) if e["reason"] == "BackupStoreFull"], 10)
    third = wait_until("another try", lambda: job(api, namespace, "shop-backup-"), 40)
    assert third["metadata"]["annotations"]["shopkeeper.dev/attempt"] == "2"
    # Room is made: the volume grows.
    api.merge("Shop", namespace, "shop", {"spec": {"database": {"managed": {"backup": {"destination": {"volume": {"storage": "4Gi"}}}}}}})
    wait_until("a larger claim", lambda: growth_asked_for(api, namespace, operator), 20)
    api.delete("Shop", namespace, "shop")
    wait_until("the Shop to go", lambda: api.get("StatefulSet", namespace, "shop-postgres") is None, 60)
    assert api.get("PersistentVolumeClaim", namespace, "shop-postgres-backup"), "backups stay"


def growth_asked_for(api, namespace, operator):
    """Without a volume behind the claim the API server refuses to let it grow; that it was asked to is in the log and status."""
    claim = api.get("PersistentVolumeClaim", namespace, "shop-postgres-backup")["spec"]["resources"]["requests"]["storage"]
    return claim == "4Gi" or "shop-postgres-backup" in api.condition(namespace, "Degraded")["message"] or "shop-postgres-backup" in operator.text()


def test_an_unchanged_shop_with_backups_costs_no_write(cluster, api):
    from cluster import quiet, reconciled, writes  # pylint: disable=import-outside-toplevel
    namespace, operator = prepared(cluster)
    api.shop(namespace, VOLUME)
    finish(api, namespace, wait_for_job(api, namespace, "shop-backup-"), result("20260101-120000F"))
    finish(api, namespace, wait_for_job(api, namespace, "shop-verify-"), "{}")
    api.ready(namespace)
    quiet(operator)
    before = len(writes(cluster))
    for number in range(3):
        reconciled(operator, lambda: api.merge("Shop", namespace, "shop", {"metadata": {"annotations": {"look": str(number)}}}))
    quiet(operator)
    assert [each["requestURI"] for each in writes(cluster)[before:]] == []


def test_a_missing_secret_of_the_store_does_not_stop_the_shop(cluster, api):
    namespace, _ = prepared(cluster)
    api.shop(namespace, {"database": {"managed": {"backup": {"destination": {"s3": S3}}}}})
    api.ready(namespace)
    assert reason(api, namespace) == "SecretMissing"
    assert "spec.database.managed.backup.destination.s3.secret names Secret store, which does not exist" in \
        api.condition(namespace, "BackupHealthy")["message"]
    assert job(api, namespace, "shop-backup-") is None
    api.create(secret("store", **{"access-key": "a", "secret-key": "b", "passphrase": "c"}), namespace)
    made = wait_for_job(api, namespace, "shop-backup-")
    assert "passphrase" not in json.dumps(made), "no credential is in the Job"
    config = api.get("ConfigMap", namespace, "shop-postgres-backup")["data"]["pgbackrest.conf"]
    assert f"repo1-path=/{namespace}/shop\n" in config and "repo1-cipher-type=aes-256-cbc" in config


def test_a_shop_is_set_up_from_a_backup_before_its_server_starts(cluster, api):
    namespace, _ = prepared(cluster)
    api.shop(namespace, {"restoreFrom": {"volume": {"shop": "old"}, "targetTime": "2026-01-01T12:00:00Z"}})
    made = wait_for_job(api, namespace, "shop-restore-")
    wait_until("the reason", lambda: reason(api, namespace, "DatabaseReady") == "Restoring", 20)
    assert api.get("StatefulSet", namespace, "shop-postgres") is None
    assert api.get("PersistentVolumeClaim", namespace, "data-shop-postgres-0")
    assert re.search(r'"claimName": "old-postgres-backup"', json.dumps(made))
    finish(api, namespace, made, "VolumeInUse: the volume has a database already", "Failed")
    wait_until("the failure", lambda: reason(api, namespace, "Degraded") == "RestoreFailed", 20)
    assert "VolumeInUse" in api.condition(namespace, "Degraded")["message"]
    again = wait_until("another try", lambda: job(api, namespace, "shop-restore-"), 40)
    api.delete("Pod", namespace, f"{again['metadata']['name']}-x")
    wait_until("its pod to go", lambda: api.get("Pod", namespace, f"{again['metadata']['name']}-x") is None, 20)
    finish(api, namespace, again, '{"reached":"2026-01-01T11:59:59Z"}')
    api.ready(namespace)


REFUSED = {
    "two destinations": ({"volume": {}, "s3": S3}, {}, "destination needs exactly one of volume and s3"),
    "no destination": ({}, {}, "destination needs exactly one of volume and s3"),
    "both keeps": ({"volume": {}}, {"keep": {"full": 1, "days": 1}}, "keep has either full"),
    "schedule": ({"volume": {}}, {"schedule": "every night"}, "schedule has five fields"),
    "endpoint": ({"s3": {**S3, "endpoint": "https://s3"}}, {}, "without scheme or path"),
    "path": ({"s3": {**S3, "path": "shop/"}}, {}, 'path begins with "/"'),
}


@pytest.mark.parametrize("destination, more, says", REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_backup_is_refused_with_the_reason(cluster, api, destination, more, says):
    with pytest.raises(Refused) as refused:
        api.shop(cluster.namespace(run=False), {"database": {"managed": {"backup": {"destination": destination, **more}}}})
    assert says in str(refused.value)


RESTORES = {
    "two sources": ({"volume": {"shop": "a"}, "s3": {**S3, "path": "/a"}}, "restoreFrom needs exactly one of volume and s3"),
    "no path": ({"s3": S3}, "restoreFrom.s3 needs path"),
    "time and label": ({"volume": {"shop": "a"}, "targetTime": "2026-01-01T00:00:00Z", "backup": "20260131-020000F"}, "either targetTime or backup"),
    "time": ({"volume": {"shop": "a"}, "targetTime": "yesterday"}, "targetTime is a time of RFC 3339"),
    "label": ({"volume": {"shop": "a"}, "backup": "last"}, "backup is a label as in status.lastBackup"),
}


@pytest.mark.parametrize("source, says", RESTORES.values(), ids=RESTORES.keys())
def test_a_bad_restore_is_refused_with_the_reason(cluster, api, source, says):
    with pytest.raises(Refused) as refused:
        api.shop(cluster.namespace(run=False), {"restoreFrom": source})
    assert says in str(refused.value)


def test_restore_from_is_for_a_new_shop_only(cluster, api):
    namespace = cluster.namespace(run=False)
    api.shop(namespace)
    with pytest.raises(Refused, match="restoreFrom is only for a new Shop"):
        api.merge("Shop", namespace, "shop", {"spec": {"restoreFrom": {"volume": {"shop": "a"}}}})
    api.shop(namespace, {"restoreFrom": {"volume": {"shop": "a"}}}, "copy")
    with pytest.raises(Refused, match="restoreFrom cannot be changed"):
        api.merge("Shop", namespace, "copy", {"spec": {"restoreFrom": {"volume": {"shop": "b"}}}})
    api.merge("Shop", namespace, "copy", {"spec": {"restoreFrom": None}})
