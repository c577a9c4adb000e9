"""operator/README.md explains every reason of a condition or Event that the operator's code has, and no other."""

import re

from api import REPO

CODE = REPO / "operator/shop"
# CamelCase in the code that is no reason: kinds, conditions, values of fields, words of messages, errors of backup stores and of
# their scripts, which become part of a message.
OTHER = {"Conflict", "Database", "DatabaseReady", "Degraded", "Deployment", "False", "GatewayReady", "Ingress", "Job", "Messaging",
         "MessagingReady", "MigrationsDone", "OrderedReady", "Parallel", "PersistentVolumeClaim", "Pod", "PodMonitor", "PostgreSQL",
         "Progressing", "RabbitMQ", "Reconcile", "Secret", "StatefulSet", "True", "Upgrading", "Restarting", "HorizontalPodAutoscaler",
         "NetworkPolicy", "Service", "ConfigMap", "Backup", "BackupHealthy", "HostConnectError", "StorageFull", "NoSuchBucket", "QuotaExceeded",
         "InvalidAccessKeyId", "VolumeInUse", "RecoveryFailed", "VersionSupported", "RolledBack",
         "Accepted", "ResolvedRefs", "Unknown", "AllReplicasReady", "ClusterAvailable", "ReconcileSuccess"}


def reasons_in_code():
    found = set()
    for pattern in ("plan/*.cpp", "status/*.cpp", "reconcile/*.cpp", "apply/*.cpp", "desired/config_keys.cpp"):
        for file in CODE.glob(pattern):
            if not file.name.endswith("_test.cpp"):
                found |= set(re.findall(r'"((?:[A-Z]+[a-z]+)+)"', file.read_text(encoding="utf-8")))
    return found - OTHER


def documented_reasons():
    """Of the tables whose first or second column has reasons, and the line that names further Events."""
    text = (REPO / "operator/README.md").read_text(encoding="utf-8")
    cells = [cell for row in re.findall(r"^\|(.*)\|$", text, re.M) for cell in row.split(" | ")[:2]]
    events = re.search(r"^Events beside .*$", text, re.M).group(0)
    return {each for cell in [*cells, events.split(":", 1)[1]] for each in re.findall(r"(?<=`)((?:[A-Z]+[a-z]+)+)(?=`)", cell)} - OTHER


def test_every_reason_is_documented():
    code, documented = reasons_in_code(), documented_reasons()
    assert len(code) > 30
    assert code - documented == set(), "not in the table of operator/README.md"
    assert documented - code - {"Ready"} == set(), "not in the code"
