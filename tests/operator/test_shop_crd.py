"""The custom resource: what the API server accepts, fills in and refuses, and how well it says why."""

import json

import pytest
from api import CRD, REPO, Refused, load, shop

SAMPLES = sorted((REPO / "k8s/samples").glob("*.yaml"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_is_accepted(cluster, api, sample):
    namespace = cluster.namespace(run=False)
    for each in load(sample):
        api.create(each, namespace, "?fieldValidation=Strict")


def test_an_empty_shop_has_every_default(cluster, api):
    spec = api.shop(cluster.namespace(run=False))["spec"]
    assert spec["access"] == "Authenticated" and spec["sampleData"] is False and spec["currency"] == "USD"
    assert spec["database"] == {"managed": {"topology": "Shared", "storage": "8Gi", "deletionPolicy": "Retain"}}
    assert spec["messaging"] == {"managed": {"storage": "2Gi", "deletionPolicy": "Delete"}}
    assert spec["image"]["pullPolicy"] == "IfNotPresent"


def test_kubectl_prints_ready_version_and_endpoint(cluster, api):
    namespace = cluster.namespace(run=False)
    api.shop(namespace)
    api.merge("Shop", namespace, "shop", {"status": {"version": "1.0", "endpoint": "http://shop.example", "conditions": [
        {"type": "Ready", "status": "True", "reason": "Ready", "message": "up", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}},
        "status")
    lines = cluster.server.kubectl("get", "shp", "-n", namespace).splitlines()
    assert lines[0].split() == ["NAME", "READY", "VERSION", "ENDPOINT", "AGE"]
    assert lines[1].split()[:4] == ["shop", "True", "1.0", "http://shop.example"]
    wide = cluster.server.kubectl("get", "shp", "-n", namespace, "-o", "wide").splitlines()
    assert wide[0].split() == ["NAME", "READY", "VERSION", "ENDPOINT", "REASON", "MESSAGE", "AGE"] and wide[1].split()[4:6] == ["Ready", "up"]
    assert "shop.shopkeeper.dev/shop" in cluster.server.kubectl("get", "all,shopkeeper", "-n", namespace)
    # The status is apart: who may edit a Shop cannot say how it is.
    assert api.merge("Shop", namespace, "shop", {"status": {"version": "9"}})["status"]["version"] == "1.0"


def test_the_crd_can_be_applied_by_any_means():
    assert len(json.dumps(load(CRD)[0])) < 200_000, "kubectl apply keeps a copy in an annotation of at most 256 KiB"


SECRETS = {"user": "u", "product": "p", "order": "o", "notification": "n"}
REFUSED = {
    "unknown field": ({"replica": 3}, 'unknown field "spec.replica"'),
    "unknown nested field": ({"services": {"user": {"replica": 3}}}, 'unknown field "spec.services.user.replica"'),
    "access": ({"access": "Closed"}, 'supported values: "Authenticated", "Open"'),
    "currency": ({"currency": "usd"}, "currency is an ISO 4217 code such as USD"),
    "version": ({"version": "a b"}, "version is an image tag such as 1.4.0"),
    "tag": ({"image": {"tag": ":x"}}, "tag is an image tag such as 1.4.0"),
    "registry": ({"image": {"registry": "https://x/"}}, "registry is a host, perhaps with a port, and a path"),
    "tag that is no label": ({"image": {"tag": "1.0-"}}, "with a letter or digit at both ends"),
    "tag too long": ({"version": "v" * 64}, "a label too - at most 63 letters"),
    "cpu limit below request": ({"services": {"user": {"resources": {"requests": {"cpu": "1"}, "limits": {"cpu": "900m"}}}}},
                                "resources.limits.cpu may not be below resources.requests.cpu; raise the limit"),
    "memory limit below request": ({"database": {"managed": {"resources": {"requests": {"memory": "1Gi"}, "limits": {"memory": "1000Mi"}}}}},
                                   "resources.limits.memory may not be below resources.requests.memory"),
    "variable name": ({"services": {"user": {"env": [{"name": "A-B", "value": "x"}]}}}, "begins with no digit, such as SHOPKEEPER_LOG_LEVEL"),
    "label key": ({"monitoring": {"labels": {"a b": "c"}}}, "a key of monitoring.labels is a name of at most 63 letters"),
    "label of ours": ({"monitoring": {"labels": {"app.kubernetes.io/managed-by": "me"}}}, "which are the operator's"),
    "label value": ({"monitoring": {"labels": {"a": "-"}}}, "a value of monitoring.labels has at most 63 letters"),
    "annotation key": ({"gateway": {"annotations": {"a b": "c"}}}, "a key of gateway.annotations is a name"),
    "no pods": ({"services": {"user": {"replicas": 0}}}, "should be greater than or equal to 1"),
    "replicas and autoscaling": ({"services": {"order": {"replicas": 2, "autoscaling": {"max": 3}}}},
                                 "a service has either replicas or autoscaling, not both"),
    "autoscaling backwards": ({"services": {"order": {"autoscaling": {"min": 4, "max": 3}}}},
                              "autoscaling.min may not be above autoscaling.max"),
    "cpu": ({"services": {"user": {"resources": {"limits": {"cpu": "lots"}}}}}, "cpu is an amount of cores"),
    "memory": ({"services": {"user": {"resources": {"requests": {"memory": "1"}}}}}, "memory is a size such as 256Mi"),
    "reserved variable": ({"services": {"user": {"env": [{"name": "DATABASE_URL", "value": "x"}]}}},
                          "DATABASE_URL, AMQP_URL and SHOPKEEPER_CONFIG are the operator's"),
    "variable": ({"services": {"user": {"env": [{"name": "A-B", "value": "x"}]}}}, "the name of a variable holds letters"),
    "variable twice": ({"services": {"user": {"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}}}, "Duplicate value"),
    "two databases": ({"database": {"managed": {}, "external": {"secrets": SECRETS}}}, "exactly one of managed, external and cloudNativePG"),
    "no database": ({"database": {}}, "exactly one of managed, external and cloudNativePG"),
    "database missing": ({"database": {"external": {"secrets": {"user": "u"}}}}, "spec.database.external.secrets.product"),
    "two brokers": ({"messaging": {"managed": {}, "external": {"secret": "x"}}}, "messaging needs exactly one of managed, external and clusterOperator"),
    "storage": ({"database": {"managed": {"storage": "8"}}}, "storage is a size such as 8Gi"),
    "host": ({"gateway": {"host": "http://x/"}}, "host is a name such as shop.example.com, without scheme, port or path"),
    "tls without host": ({"gateway": {"tls": {"secretName": "x"}}}, "gateway.tls needs gateway.host"),
    "two certificates": ({"gateway": {"host": "x.y", "tls": {"secretName": "x", "issuer": "y"}}}, "exactly one of secretName"),
    "no certificate": ({"gateway": {"host": "x.y", "tls": {}}}, "exactly one of secretName"),
    "sender": ({"email": {"host": "smtp", "from": "me"}}, "email.from is an address such as shop@example.com"),
    "no sender": ({"email": {"host": "smtp"}}, "spec.email.from"),
    "secret name": ({"image": {"pullSecrets": ["No Name"]}}, "this is the name of an object in the cluster, such as my-shop"),
    "wrong type": ({"sampleData": "yes"}, "must be of type boolean"),
}


@pytest.mark.parametrize("spec, says", REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_shop_is_refused_with_the_reason(cluster, api, spec, says):
    if not hasattr(cluster, "bad_space"):
        cluster.bad_space = cluster.namespace(run=False)
    with pytest.raises(Refused) as refused:
        api.create(shop(spec), cluster.bad_space, "?fieldValidation=Strict")
    assert refused.value.code in (400, 422)
    assert says in str(refused.value)


@pytest.mark.parametrize("name, says", [("a" * 25, "at most 24 characters long"), ("1shop", "begins with a letter"),
                                        ("my.shop", "holds only a-z, 0-9 and '-'")])
def test_a_bad_name_is_refused(cluster, api, name, says):
    with pytest.raises(Refused, match=says):
        api.shop(cluster.namespace(run=False), name=name)


CHANGES = {
    "currency": ({}, {"currency": "EUR"}, "currency cannot be changed"),
    "shrink": ({"database": {"managed": {"storage": "8Gi"}}}, {"database": {"managed": {"storage": "7000Mi"}}}, "storage cannot shrink"),
    "shrink broker": ({}, {"messaging": {"managed": {"storage": "1Gi"}}}, "storage cannot shrink"),
    "class set": ({}, {"database": {"managed": {"storageClassName": "fast"}}}, "storageClassName cannot be changed"),
    "class changed": ({"database": {"managed": {"storageClassName": "slow"}}}, {"database": {"managed": {"storageClassName": "fast"}}},
                      "storageClassName cannot be changed"),
    "to external": ({}, {"database": {"managed": None, "external": {"secrets": SECRETS}}}, "because the data would stay behind"),
    "broker to external": ({}, {"messaging": {"managed": None, "external": {"secret": "x"}}}, "messages under way would be lost"),
}


@pytest.mark.parametrize("spec, change, says", CHANGES.values(), ids=CHANGES.keys())
def test_changes_that_would_lose_data_are_refused(cluster, api, spec, change, says):
    namespace = cluster.namespace(run=False)
    api.shop(namespace, spec)
    with pytest.raises(Refused, match=says):
        api.merge("Shop", namespace, "shop", {"spec": change})


@pytest.mark.parametrize("change", [{"database": {"managed": {"storage": "8192Mi"}}}, {"database": {"managed": {"storage": "1Ti"}}},
                                    {"access": "Open"}, {"services": {"user": {"replicas": 3}}}, {"paused": True}])
def test_changeable_fields_can_be_changed(cluster, api, change):
    namespace = cluster.namespace(run=False)
    api.shop(namespace)
    api.merge("Shop", namespace, "shop", {"spec": change})
