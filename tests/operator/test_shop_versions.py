"""The way of the custom resource to v1beta1, with an operator at work: see "Versions of the custom resource" in operator/README.md."""

import base64
import copy
import json

import pytest
import yaml
from api import CRD, PATHS, Refused, load
from cluster import passes, quiet
from lib.process import wait_until

NAME = "shops.shopkeeper.dev"
PATHS["CustomResourceDefinition"] = "/apis/apiextensions.k8s.io/v1/{}customresourcedefinitions"


def definition(stored):
    """The CRD with both versions served and this one stored."""
    crd = load(CRD)[0]
    beta = copy.deepcopy(crd["spec"]["versions"][0])
    beta["name"] = "v1beta1"
    crd["spec"]["versions"].append(beta)
    for each in crd["spec"]["versions"]:
        each["storage"] = each["name"] == stored
    return crd


@pytest.fixture
def apply(cluster, tmp_path):
    """`crd apply` of a definition; the released one is there again afterwards."""
    def run(crd=None):
        args = []
        if crd:
            file = tmp_path / "crd.yaml"
            file.write_text(yaml.safe_dump(crd))
            args = ["-f", str(file)]
        done = cluster.program("crd", "apply", *args)
        assert done.returncode == 0, done.stderr
        return done.stdout
    yield run
    run(definition("v1alpha1"))
    run()


def stored(cluster, namespace, name="shop"):
    """The version in which etcd has a Shop."""
    key = f"/registry/shopkeeper.dev/shops/{namespace}/{name}"
    found = cluster.server.etcd("kv/range", {"key": base64.b64encode(key.encode()).decode()})["kvs"][0]["value"]
    return json.loads(base64.b64decode(found))["apiVersion"]


def stored_versions(api):
    return api.get("CustomResourceDefinition", None, NAME)["status"]["storedVersions"]


def without_alpha(api):
    """Whether the API server would accept a definition without v1alpha1."""
    crd = api.get("CustomResourceDefinition", None, NAME)
    crd["spec"]["versions"] = [each for each in crd["spec"]["versions"] if each["name"] != "v1alpha1"]
    try:
        api.call("PUT", api.path("CustomResourceDefinition", None, NAME) + "?dryRun=All", crd)
        return True
    except Refused as error:
        assert "storedVersions" in str(error), error
        return False


def test_shops_move_to_v1beta1_and_back_while_the_operator_works(cluster, api, apply):
    namespace, operator = cluster.ready_shop()
    api.shop(namespace, name="other")
    api.ready(namespace, "other")
    quiet(operator)
    assert stored(cluster, namespace) == "shopkeeper.dev/v1alpha1"
    # Without a migration: the API server stores new writes in v1beta1, and keeps what is there.
    both = definition("v1beta1")
    crd = api.get("CustomResourceDefinition", None, NAME)
    api.call("PUT", api.path("CustomResourceDefinition", None, NAME), {**crd, "spec": {**crd["spec"], "versions": both["spec"]["versions"]}})
    wait_until("both versions to be recorded", lambda: set(stored_versions(api)) == {"v1alpha1", "v1beta1"}, 20)
    assert stored(cluster, namespace) == "shopkeeper.dev/v1alpha1" and not without_alpha(api)
    before, uid = passes(operator), api.get("Shop", namespace, "shop")["metadata"]["uid"]

    def migrated():
        said = apply(both)
        return stored_versions(api) == ["v1beta1"] and said
    # The server that stores may still be taking the new version up.
    wait_until("the migration", migrated, 20)
    wait_until("both Shops in v1beta1", lambda: {stored(cluster, namespace, name) for name in ("shop", "other")} == {"shopkeeper.dev/v1beta1"}, 20)
    assert without_alpha(api)
    assert "are now stored" not in apply(both), "nothing is left to rewrite"
    quiet(operator)
    assert passes(operator) - before <= 2, "a rewrite is no change of a Shop"
    works(api, namespace, "v1beta1", 2)
    # An operator that starts only now.
    operator.stop()
    operator = cluster.operator()
    works(api, namespace, "v1alpha1", 3)
    assert api.get("Shop", namespace, "shop")["metadata"]["uid"] == uid
    # And back.
    apply(definition("v1alpha1"))
    assert stored_versions(api) == ["v1alpha1"] and stored(cluster, namespace) == "shopkeeper.dev/v1alpha1"
    apply()
    works(api, namespace, "v1alpha1", 1)
    assert operator.process.poll() is None


def works(api, namespace, version, replicas):
    """A change in this version is acted on, and drift is repaired."""
    path = f"/apis/shopkeeper.dev/{version}/namespaces/{namespace}/shops/shop"
    api.call("PATCH", path, {"spec": {"services": {"user": {"replicas": replicas}}}}, "application/merge-patch+json")
    wait_until("the change", lambda: api.get("Deployment", namespace, "shop-user")["spec"]["replicas"] == replicas, 20)
    api.delete("Service", namespace, "shop-user")
    wait_until("the Service", lambda: api.get("Service", namespace, "shop-user"), 20)
    api.ready(namespace)
    assert api.call("GET", path)["apiVersion"] == f"shopkeeper.dev/{version}"
