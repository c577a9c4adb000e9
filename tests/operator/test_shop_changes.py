"""Shops with every option, autoscaling that takes over, and failed Jobs."""

from api import secret
from lib.process import wait_until
from workloads import job_status
from cluster import quiet, reconciled, writes


def test_every_option_is_accepted_by_the_api_server(cluster, api):
    namespace = cluster.namespace()
    cluster.operator()
    api.create(secret("mail", username="u", password="p"), namespace)
    api.create(secret("shop-tls", **{"tls.crt": "c", "tls.key": "k"}), namespace)  # as cert-manager would
    api.shop(namespace, {
        "networkPolicy": True, "services": {"order": {"autoscaling": {"min": 2, "max": 4}}, "product": {"replicas": 3,
            "resources": {"requests": {"cpu": "1.5", "memory": "1024Mi"}}, "env": [{"name": "SHOPKEEPER_LOG_LEVEL", "value": "debug"}]}},
        "gateway": {"host": "shop.example.com", "ingressClassName": "traefik", "tls": {"issuer": "le"}, "annotations": {"a.b/c": "d"}},
        "database": {"managed": {"topology": "PerService", "storage": "1024Mi", "storageClassName": "fast"}},
        "email": {"host": "smtp", "from": "a@b.c", "secret": "mail"}})
    # No autoscaler runs here: it would give the Deployment its two pods.
    wait_until("the Deployment", lambda: api.get("Deployment", namespace, "shop-order"), 30)
    api.ready(namespace)
    assert len(api.list("StatefulSet", namespace)) == 5
    policies = {each["metadata"]["name"] for each in api.list("NetworkPolicy", namespace)}
    assert len(policies) == 14 and {"shop-default", "shop-order", "shop-postgres-order", "shop-postgres-order-jobs", "shop-rabbitmq"} <= policies
    assert api.get("HorizontalPodAutoscaler", namespace, "shop-order")["spec"]["maxReplicas"] == 4
    assert api.get("Shop", namespace, "shop")["status"]["endpoint"] == "https://shop.example.com"
    operator = cluster.operators[-1]
    quiet(operator)
    before = len(writes(cluster))
    reconciled(operator, lambda: api.merge("Shop", namespace, "shop", {"metadata": {"annotations": {"look": "again"}}}))
    quiet(operator)
    assert [each["requestURI"] for each in writes(cluster)[before:]] == [], "no field that the server spells otherwise is written again"
    api.merge("Shop", namespace, "shop", {"spec": {"networkPolicy": False, "services": {"order": {"autoscaling": None}}}})
    wait_until("what is not wanted to go", lambda: not api.list("NetworkPolicy", namespace)
               and not api.list("HorizontalPodAutoscaler", namespace), 20)


def test_autoscaling_takes_over_the_pods_there_are(cluster, api):
    namespace, operator = cluster.ready_shop({"services": {"order": {"replicas": 3}, "user": {"replicas": 1}}})
    autoscaling = {"replicas": None, "autoscaling": {"min": 2, "max": 5}}
    counts = {"order": set(), "user": set()}

    def switched():
        for name in counts:
            counts[name].add(api.get("Deployment", namespace, f"shop-{name}")["spec"]["replicas"])
        return api.get("HorizontalPodAutoscaler", namespace, "shop-order") and api.get("HorizontalPodAutoscaler", namespace, "shop-user")
    api.merge("Shop", namespace, "shop", {"spec": {"services": {"order": autoscaling, "user": autoscaling}}})
    wait_until("the autoscalers", switched, 20)
    api.ready(namespace)
    quiet(operator)
    switched()
    # No autoscaler runs here: nobody but the operator could have changed them.
    assert counts["order"] == {3} and max(counts["user"]) == 2
    before = len(writes(cluster))
    reconciled(operator, lambda: api.merge("Shop", namespace, "shop", {"metadata": {"annotations": {"look": "again"}}}))
    quiet(operator)
    assert [each["requestURI"] for each in writes(cluster)[before:]] == []
    # What an autoscaler decides is not written against, and outlasts a change of the Deployment.
    api.merge("Deployment", namespace, "shop-order", {"spec": {"replicas": 4}}, "scale")
    api.merge("Shop", namespace, "shop", {"spec": {"version": "2.0"}})
    api.ready(namespace)
    assert api.get("Deployment", namespace, "shop-order")["spec"]["replicas"] == 4
    # And back.
    api.merge("Shop", namespace, "shop", {"spec": {"services": {"order": {"replicas": 2, "autoscaling": None}}}})
    wait_until("the replicas", lambda: api.get("Deployment", namespace, "shop-order")["spec"]["replicas"] == 2, 20)
    wait_until("the autoscaler to go", lambda: api.get("HorizontalPodAutoscaler", namespace, "shop-order") is None, 20)


def test_a_failed_job_is_named_and_tried_again(cluster, api):
    namespace, job = cluster.held_migration()
    first = job()
    api.merge("Job", namespace, first["metadata"]["name"], {"status": job_status(first, "Failed", "BackoffLimitExceeded")}, "status")
    wait_until("the condition", lambda: api.condition(namespace, "Degraded")["reason"] == "JobFailed", 15)
    assert first["metadata"]["name"] in api.condition(namespace)["message"]
    assert "BackoffLimitExceeded" in api.condition(namespace)["message"]
    assert api.get("Deployment", namespace, "shop-order") is None
    wait_until("a new Job", lambda: (job() or first)["metadata"]["uid"] != first["metadata"]["uid"], 30)
    cluster.workloads[-1].hold = set()
    api.ready(namespace)
