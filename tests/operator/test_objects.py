"""The objects that the operator creates for the example Shops: valid by Kubernetes' own schemas, without a critical finding of kube-score."""

import re
import sys

import pytest
import yaml
from api import PATHS, REPO, load, secret
from lib.process import wait_until

sys.path.append(str(REPO / "tests/charts"))

import schemas  # noqa: E402  pylint: disable=wrong-import-position
import rules  # noqa: E402  pylint: disable=wrong-import-position
from manifests import kube_score, kubeconform, said  # noqa: E402  pylint: disable=wrong-import-position

BACKUP = {"database": {"managed": {"backup": {"destination": {"volume": {"storage": "3Gi"}}}}}}
BUCKET = {"database": {"managed": {"backup": {"destination": {"s3": {"endpoint": "s3.example.com", "bucket": "backups", "secret": "store"}}}}}}
SECRETS = {"registry": {}, "stripe": {"api-key": "sk_test_1", "webhook-secret": "whsec_1"}, "smtp": {"username": "u", "password": "p"},
           "shop-tls": {"tls.crt": "c", "tls.key": "k"}, "store": {"access-key": "a", "secret-key": "b", "passphrase": "long enough"}}


def specs():
    """name -> spec: the examples of the chart, and backups."""
    found = {path.parent.name: load(path)[0]["spec"] for path in sorted((REPO / "charts/shop/examples").glob("*/shop.yaml"))}
    assert {"open", "production", "external"} <= found.keys()
    return {"minimal": {}, **found, "backup": BACKUP, "bucket": BUCKET}


def typed(kind, listed):
    """An object of a list, which leaves out what all in it have; without `status`, and `replicas` that an autoscaler sets."""
    written = {key: value for key, value in listed.items() if key != "status"}
    applied = [each["fieldsV1"].get("f:spec", {}) for each in listed["metadata"]["managedFields"] if each["manager"] == "shopkeeper-operator"]
    if not any("f:replicas" in each for each in applied) and "replicas" in written.get("spec", {}):
        written["spec"] = {key: value for key, value in written["spec"].items() if key != "replicas"}
    return {"apiVersion": re.match(r"/apis?/(.*)/", PATHS[kind].replace("{}", ""))[1], "kind": kind, **written}


@pytest.fixture(scope="module")
def objects(simulated_cluster):
    """spec's name -> the objects that are there when the Shop is ready."""
    cluster, api, namespaces = simulated_cluster, simulated_cluster.api, {}
    cluster.operator()
    for name, spec in specs().items():
        namespace = namespaces[name] = cluster.namespace()
        for each, values in SECRETS.items():
            api.create(secret(each, **values), namespace)
        for service, each in spec.get("database", {}).get("external", {}).get("secrets", {}).items():
            api.create(secret(each, url=f"postgresql://u:p@db:5432/{service}"), namespace)
        if external := spec.get("messaging", {}).get("external"):
            api.create(secret(external["secret"], url="amqp://u:p@broker:5672/"), namespace)
        api.shop(namespace, spec)
    seen = {name: {} for name in namespaces}

    def collect(name, namespace):
        # Jobs go when they have done their work.
        seen[name].update({key: typed(key[0], each) for key, each in api.owned(namespace).items()})
        return api.condition(namespace)["status"] == "True"
    for name, namespace in namespaces.items():
        try:
            wait_until("the Shop to be ready", lambda name=name, namespace=namespace: collect(name, namespace), 40)
        except TimeoutError as error:
            raise TimeoutError(f"{name}: {api.condition(namespace)}") from error
    for name, namespace in namespaces.items():
        collect(name, namespace)
    cluster.clean()
    return {name: list(each.values()) for name, each in seen.items()}


@pytest.fixture(scope="module")
def files(objects, tmp_path_factory):  # pylint: disable=redefined-outer-name
    folder = tmp_path_factory.mktemp("objects")
    for name, each in objects.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump_all(each))
    return folder


@pytest.mark.parametrize("name", specs())
def test_they_are_valid(name, files):  # pylint: disable=redefined-outer-name
    assert said(kubeconform([files / f"{name}.yaml"], [schemas.kubernetes()])) == ""


@pytest.mark.parametrize("name", specs())
def test_kube_score_finds_nothing_critical(name, files, objects):  # pylint: disable=redefined-outer-name
    assert {"Deployment", "NetworkPolicy", "Service"} <= {each["kind"] for each in objects[name]}
    assert said(kube_score(files / f"{name}.yaml")) == ""


@pytest.mark.parametrize("name", specs())
def test_pods_are_restricted_and_cannot_fill_the_node(name, objects):  # pylint: disable=redefined-outer-name
    assert said(rules.restricted(objects[name])) == ""
    assert said(rules.unlimited(objects[name])) == ""
