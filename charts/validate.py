#!/usr/bin/env python3
"""validate.py FILE: checks rendered manifests without a cluster.

Shops against the schema of the custom resource, refusing unknown keys; pods against the restricted Pod Security Standard and this
project's rules (requests, limits, read-only root file system); references to ServiceAccounts and Roles inside the file.
"""
import pathlib
import sys

import jsonschema
import yaml

CRD = pathlib.Path(__file__).resolve().parent / "shopkeeper-operator/crds/shop.yaml"


def closed(node):
    """The schema with `additionalProperties: false` wherever it has properties. The API server only prunes unknown keys."""
    if isinstance(node, dict):
        node = {key: closed(value) for key, value in node.items()}
        if isinstance(node.get("properties"), dict) and "metadata" not in node["properties"]:
            node.setdefault("additionalProperties", False)
        return node
    return [closed(item) for item in node] if isinstance(node, list) else node


def shop_errors(shop):
    schema = closed(yaml.safe_load(CRD.read_text())["spec"]["versions"][0]["schema"]["openAPIV3Schema"])
    for error in jsonschema.Draft7Validator(schema).iter_errors(shop):
        yield f"{'.'.join(map(str, error.absolute_path))}: {error.message}"


def container_errors(container):
    security = container.get("securityContext", {})
    if security.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false"
    if security.get("readOnlyRootFilesystem") is not True:
        yield "readOnlyRootFilesystem is not true"
    if security.get("capabilities", {}).get("drop") != ["ALL"] or security["capabilities"].get("add"):
        yield "capabilities are not all dropped"
    for kind in ("requests", "limits"):
        if not {"cpu", "memory"} <= container.get("resources", {}).get(kind, {}).keys():
            yield f"no {kind} of cpu and memory"
    if ":" not in container["image"].rsplit("/", 1)[-1]:
        yield f"image {container['image']} has no tag"


def pod_errors(pod):
    security = pod.get("securityContext", {})
    if security.get("runAsNonRoot") is not True or not security.get("runAsUser"):
        yield "may run as root"
    if security.get("seccompProfile") != {"type": "RuntimeDefault"}:
        yield "no seccomp profile"
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(key):
            yield f"{key} is set"
    for volume in pod.get("volumes", []):
        if "hostPath" in volume:
            yield f"volume {volume['name']} is a hostPath"
    for container in pod.get("initContainers", []) + pod["containers"]:
        for error in container_errors(container):
            yield f"{container['name']}: {error}"


def reference_errors(objects):
    names = {(item["kind"], item["metadata"]["name"]) for item in objects}
    for item in objects:
        where = f"{item['kind']} {item['metadata']['name']}"
        if item["kind"] in ("RoleBinding", "ClusterRoleBinding"):
            wanted = [(item["roleRef"]["kind"], item["roleRef"]["name"])]
            wanted += [(subject["kind"], subject["name"]) for subject in item["subjects"]]
        elif item["kind"] in ("Deployment", "Job"):
            wanted = [("ServiceAccount", item["spec"]["template"]["spec"]["serviceAccountName"])]
        else:
            continue
        for reference in wanted:
            if reference not in names:
                yield f"{where}: no {' '.join(reference)}"


def errors(objects):
    for item in objects:
        where = f"{item['kind']} {item['metadata']['name']}"
        if item["kind"] == "Shop":
            yield from (f"{where}: {error}" for error in shop_errors(item))
        if item["kind"] in ("Deployment", "Job", "Pod"):
            pod = item["spec"] if item["kind"] == "Pod" else item["spec"]["template"]["spec"]
            yield from (f"{where}: {error}" for error in pod_errors(pod))
    yield from reference_errors(objects)
    seen = set()
    for item in objects:
        identity = (item["kind"], item["metadata"].get("namespace"), item["metadata"]["name"])
        if identity in seen:
            yield f"duplicate {identity}"
        seen.add(identity)


def main():
    objects = [item for item in yaml.safe_load_all(pathlib.Path(sys.argv[1]).read_text()) if item]
    found = list(errors(objects))
    for error in found:
        print(error)
    if not objects:
        print("nothing was rendered")
    sys.exit(1 if found or not objects else 0)


if __name__ == "__main__":
    main()
