"""Secrets that a Shop names: watched, so that a change takes effect at once, and not read while nothing happens."""

import time

from api import secret
from lib.process import wait_until
from cluster import SERVICES, WRITER, quiet

URL = "postgresql://u:p@db:5432/{}"


def external(api, namespace, *without):
    """The Secrets of external databases, and the spec that names them."""
    for service in SERVICES:
        if service not in without:
            api.create(secret(f"{service}-url", url=URL.format(service)), namespace)
    return {"database": {"external": {"secrets": {service: f"{service}-url" for service in SERVICES}}}}


def template(api, namespace, service):
    return api.get("Deployment", namespace, f"shop-{service}")["spec"]["template"]


def seconds(what, check, limit=10):
    began = time.monotonic()
    wait_until(what, check, limit)
    return time.monotonic() - began


def test_a_rotated_database_url_restarts_the_pods_within_two_seconds(cluster, api):
    namespace = cluster.namespace()
    operator = cluster.operator()
    api.shop(namespace, external(api, namespace))
    api.ready(namespace)
    quiet(operator)
    before = {service: template(api, namespace, service) for service in SERVICES}
    api.merge("Secret", namespace, "user-url", secret("user-url", url=URL.format("other")))
    assert seconds("the new template", lambda: template(api, namespace, "user") != before["user"]) < 2
    assert template(api, namespace, "order") == before["order"], "only the pods that use it restart"


def test_a_missing_secret_is_named_and_heals_when_it_appears(cluster, api):
    namespace = cluster.namespace()
    operator = cluster.operator()
    api.shop(namespace, external(api, namespace, "user"))
    wait_until("the condition", lambda: api.condition(namespace)["reason"] == "SecretMissing", 30)
    assert "names Secret user-url, which does not exist" in api.condition(namespace)["message"]
    quiet(operator)
    passes = operator.metric("controller_runtime_reconcile_total")
    time.sleep(6)  # it used to look every 5 s
    assert operator.metric("controller_runtime_reconcile_total") == passes, "no pass without a change"
    api.create(secret("user-url", url=URL.format("user")), namespace)
    assert seconds("the condition to go", lambda: api.condition(namespace)["reason"] != "SecretMissing") < 2
    api.ready(namespace)
    api.delete("Secret", namespace, "user-url")
    # The pods that run have read it: the Shop stays ready.
    assert seconds("the condition again", lambda: api.condition(namespace, "Degraded")["reason"] == "SecretMissing") < 2


def test_at_rest_it_asks_for_its_lease_and_nothing_else(cluster, api):
    namespace = cluster.namespace()
    operator = cluster.operator()
    api.shop(namespace, external(api, namespace))
    api.ready(namespace)
    quiet(operator, 3)

    def others():
        return [f"{each['verb']} {each['requestURI']}" for each in cluster.server.audit() if each.get("userAgent", "").startswith(WRITER)
                and each["verb"] != "watch" and "/leases/" not in each["requestURI"]]
    before = others()
    time.sleep(10)  # the time at rest is what is measured
    assert others()[len(before):] == []
