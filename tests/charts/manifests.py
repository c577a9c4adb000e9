"""What kubeconform and kube-score say about manifests."""

import json
import os
import re
import shutil
import subprocess

import schemas

# Kinds of other projects, whose definitions are not here: the tests of the operator read what it writes of them.
OTHERS = ("PodMonitor", "PrometheusRule", "HTTPRoute")

# kube-score's checks that do not apply: to which objects, and why.
IGNORED = {
    "container-image-pull-policy": (".*", "tags are not reused, and with Always no pod starts while the registry is away; a value sets it"),
    "container-ephemeral-storage-request-and-limit": (
        ".*", "root file systems are read-only and each emptyDir has a limit (rules.unlimited), so that only logs remain, which the kubelet rotates"),
    "pod-networkpolicy": (".*-test", "the pod of helm test lasts a minute and reaches what the Shop uses, of which only the operator knows hosts and ports"),
    "pod-probes-identical": (".*-rabbitmq", "both connect to the port, the one for 10 s and the other for 180 s; rabbitmq-diagnostics starts an Erlang node each time"),
    "container-security-context-user-group-id": (
        r".*-(postgres|rabbitmq|test|backup|verify|restore|setup)\b.*", "999 is the user of the official images of PostgreSQL and RabbitMQ, who owns the data"),
}


def program(name):
    """Path of one of the programs that k8s/kind/tools.sh builds; a message that helps when there is none."""
    cache = os.environ.get("SHOPKEEPER_CACHE", os.path.expanduser("~/.cache/shopkeeper"))
    found = shutil.which(name, path=f"{os.environ['PATH']}:{cache}/bin")
    if not found:
        raise RuntimeError(f"no {name}: build it with k8s/kind/build-tools.sh {name}")
    return found


def kubeconform(files, folders):
    """What is wrong in the manifests, a line each. A kind without a schema is wrong too."""
    command = [program("kubeconform"), "-strict", "-output", "json", "-skip", ",".join(OTHERS)]
    for folder in folders:
        command += ["-schema-location", f"{folder}/{schemas.LOCATION}"]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, timeout=120, check=False)
    try:
        found = json.loads(done.stdout)["resources"]
    except ValueError:
        return [done.stdout + done.stderr]
    return [f"{each['kind']} {each['name']}: {each['msg']}" for each in found]


def kube_score(file):
    """Its critical findings, a line each, but for those that are ignored above."""
    done = subprocess.run([program("kube-score"), "score", "--kubernetes-version", "v1.35", "--output-format", "json", str(file)],
                          capture_output=True, text=True, timeout=120, check=False)
    try:
        scored = json.loads(done.stdout)
    except ValueError:
        return [done.stdout + done.stderr]
    return [f"{each['type_meta']['kind']} {each['object_meta']['name']}: {check['check']['id']}: {comment['path']} {comment['summary']}"
            for each in scored for check in each["checks"] if check["grade"] == 1 and not check["skipped"] and not ignored(check["check"]["id"], each)
            for comment in check["comments"] or [{"path": "", "summary": ""}]]


def said(findings):
    """For an assertion: pytest shows a text whole."""
    return "\n".join(sorted(findings))


def ignored(check, scored):
    objects, _ = IGNORED.get(check, ("(?!)", ""))
    return re.fullmatch(objects, scored["object_meta"]["name"]) is not None

