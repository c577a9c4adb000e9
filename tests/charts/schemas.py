"""JSON schemas for kubeconform, made from the OpenAPI document of the kube-apiserver that the tests run, as it needs no internet then.

A file a kind, KIND_GROUP_VERSION.json in lower case. Unknown fields are refused: the API server only warns of them, and kubectl drops them.
"""

import hashlib
import json
import os
import pathlib
import shutil
import ssl
import sys
import tempfile
import urllib.request

import yaml

TESTS = pathlib.Path(__file__).resolve().parents[1]
CRD = TESTS.parent / "charts/shopkeeper-operator/crds/shop.yaml"
sys.path[:0] = [str(TESTS / "operator")]

from apiserver import ADMIN, ApiServer, kube_binary  # noqa: E402  pylint: disable=wrong-import-position

# Where kubeconform finds a kind's schema.
LOCATION = "{{.ResourceKind}}_{{.Group}}_{{.ResourceAPIVersion}}.json"
# What OpenAPI calls a string, and the API server accepts as a number too.
NUMBERS_TOO = ("io.k8s.apimachinery.pkg.api.resource.Quantity", "io.k8s.apimachinery.pkg.util.intstr.IntOrString")


def closed(node):
    """The schema with `additionalProperties: false` wherever it has properties."""
    if isinstance(node, list):
        return [closed(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {key: closed(value) for key, value in node.items()}
    if isinstance(node.get("properties"), dict) and not node.get("x-kubernetes-preserve-unknown-fields"):
        node.setdefault("additionalProperties", False)
    return node


def references(node):
    """The names of the definitions that a schema refers to."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rsplit("/", 1)[1]
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from references(each)


def kinds(openapi):
    """(file name, schema) of each kind of an OpenAPI v2 document, with the definitions that it needs."""
    definitions = {name: closed(each) for name, each in openapi["definitions"].items()}
    for name in NUMBERS_TOO:
        definitions[name] = {"type": ["string", "number"]}
    for name, definition in definitions.items():
        if not {"apiVersion", "kind", "metadata"} <= definition.get("properties", {}).keys():
            continue
        needed, new = {}, [name]
        while new:
            each = new.pop()
            if each not in needed:
                needed[each] = definitions[each]
                new += references(definitions[each])
        for of in definition.get("x-kubernetes-group-version-kind", []):
            yield f"{of['kind']}_{of['group'] or of['version']}_{of['version']}.json".lower(), {"$ref": f"#/definitions/{name}", "definitions": needed}


def served_openapi():
    """What a kube-apiserver of this binary serves: it is started for this."""
    folder = tempfile.mkdtemp(prefix="shopkeeper-openapi-")
    server = ApiServer(folder)
    try:
        server.start()
        request = urllib.request.Request(f"{server.url}/openapi/v2", headers={"Authorization": f"Bearer {ADMIN}"})
        with urllib.request.urlopen(request, timeout=60, context=ssl.create_default_context(cafile=f"{folder}/ca.crt")) as answer:
            return json.loads(answer.read())
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def kubernetes():
    """The folder with the schemas of Kubernetes' own kinds: in the cache, by the content of the binary and of this file."""
    cache = pathlib.Path(os.environ.get("SHOPKEEPER_CACHE", os.path.expanduser("~/.cache/shopkeeper"))) / "schemas"
    digest = hashlib.sha256(pathlib.Path(__file__).read_bytes())
    with open(kube_binary(), "rb") as binary:
        digest.update(hashlib.file_digest(binary, "sha256").digest())
    folder = cache / digest.hexdigest()[:12]
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        made = pathlib.Path(tempfile.mkdtemp(dir=cache))
        for name, schema in kinds(served_openapi()):
            (made / name).write_text(json.dumps(schema))
        try:
            made.rename(folder)
        except OSError:  # another process was first
            shutil.rmtree(made)
    return folder


def shop(folder):
    """Writes the schema of the custom resource, from its definition in this checkout."""
    definition = yaml.safe_load(CRD.read_text())["spec"]
    for version in definition["versions"]:
        schema = closed(version["schema"]["openAPIV3Schema"])
        name = f"{definition['names']['kind']}_{definition['group']}_{version['name']}.json".lower()
        (pathlib.Path(folder) / name).write_text(json.dumps(schema))

