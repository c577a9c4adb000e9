"""What manifests must keep to beside Kubernetes' schemas and kube-score's checks: the restricted Pod Security Standard, a limit on what
pods write to their node's disk, references within the manifests. Each function yields what is wrong, a line each."""

WORKLOADS = ("Deployment", "StatefulSet", "Job", "Pod")


def pods(objects):
    """(where, pod's spec)"""
    for each in objects:
        if each["kind"] in WORKLOADS:
            yield f"{each['kind']} {each['metadata']['name']}", each["spec"] if each["kind"] == "Pod" else each["spec"]["template"]["spec"]


def container_errors(container):
    security = container.get("securityContext", {})
    if security.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false"
    if security.get("capabilities", {}).get("drop") != ["ALL"] or security["capabilities"].get("add"):
        yield "capabilities are not all dropped"


def restricted(objects):
    for where, pod in pods(objects):
        security = pod.get("securityContext", {})
        if security.get("runAsNonRoot") is not True or not security.get("runAsUser"):
            yield f"{where}: may run as root"
        if security.get("seccompProfile") != {"type": "RuntimeDefault"}:
            yield f"{where}: no seccomp profile"
        yield from (f"{where}: {key} is set" for key in ("hostNetwork", "hostPID", "hostIPC") if pod.get(key))
        yield from (f"{where}: volume {each['name']} is a hostPath" for each in pod.get("volumes", []) if "hostPath" in each)
        for container in pod.get("initContainers", []) + pod["containers"]:
            yield from (f"{where}: {container['name']}: {error}" for error in container_errors(container))


def unlimited(objects):
    """kube-score checks that root file systems are read-only."""
    for where, pod in pods(objects):
        yield from (f"{where}: emptyDir {each['name']} has no sizeLimit" for each in pod.get("volumes", [])
                    if "emptyDir" in each and "sizeLimit" not in each["emptyDir"])


def dangling(objects):
    """References to ServiceAccounts and Roles that are not there, and objects that are there twice."""
    names = {(each["kind"], each["metadata"]["name"]) for each in objects}
    for each in objects:
        if each["kind"] in ("RoleBinding", "ClusterRoleBinding"):
            wanted = [(each["roleRef"]["kind"], each["roleRef"]["name"])]
            wanted += [(subject["kind"], subject["name"]) for subject in each["subjects"]]
        elif each["kind"] in ("Deployment", "Job"):
            wanted = [("ServiceAccount", each["spec"]["template"]["spec"]["serviceAccountName"])]
        else:
            wanted = []
        yield from (f"{each['kind']} {each['metadata']['name']}: no {' '.join(name)}" for name in wanted if name not in names)
    seen = [(each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"]) for each in objects]
    yield from (f"twice: {each}" for each in sorted(map(str, seen)) if list(map(str, seen)).count(each) > 1)
