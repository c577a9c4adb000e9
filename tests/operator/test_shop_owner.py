"""Two operators, of two releases with Leases of their own, that watch the same Shop: one manages it."""

import base64
import json
import re
import signal

from api import Api
from lib.process import wait_until
from cluster import Operator, quiet, writes

EXPIRY = 3


def start(cluster, lease):
    """An operator with a token of its own, by which the audit log tells it from another one; and that token's id."""
    token = cluster.api.call("POST", Api.path("ServiceAccount", "default", "operator", "token"),
                             {"spec": {"expirationSeconds": 7200}})["status"]["token"]
    body = token.split(".")[1]
    jti = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["jti"]
    config = json.loads(cluster.kubeconfig.read_text())
    config["users"][0]["user"]["token"] = token
    path = cluster.folder / f"{lease}.conf"
    path.write_text(json.dumps(config))
    operator = Operator(path, cluster.folder, "--lease-name", lease, "--claim-expiry", str(EXPIRY))
    cluster.operators.append(operator)
    return operator, jti


def writes_by(cluster, jti, but=()):
    """URIs that it wrote, apart from Events and what `but` matches."""
    return [each["requestURI"] for each in writes(cluster)
            if f"JTI={jti}" in each["user"].get("extra", {}).get("authentication.kubernetes.io/credential-id", [])
            and "/events" not in each["requestURI"] and not any(re.search(part, each["requestURI"]) for part in but)]


def owner(api, namespace):
    return (api.get("Shop", namespace, "shop").get("status") or {}).get("operator", {}).get("owner")


def test_of_two_operators_one_manages_the_shop(cluster, api):
    namespace = cluster.namespace()
    one, one_id = start(cluster, "one")
    wait_until("it to lead", lambda: one.metric("leader_election_master_status") == 1, 30)
    api.shop(namespace)
    api.ready(namespace)
    assert owner(api, namespace) == "default/one"
    two, two_id = start(cluster, "two")
    wait_until("the conflict", lambda: api.condition(namespace, "Conflict")["reason"] == "ManagedElsewhere", 30)
    message = api.condition(namespace, "Conflict")["message"]
    assert "default/one" in message and "default/two" in message
    # For a while, several challenges long, both run: what is broken is repaired, by one of them, once.
    before = len(writes_by(cluster, one_id))
    for _ in range(3):
        old = api.get("Deployment", namespace, "shop-user")["metadata"]["uid"]
        api.delete("Deployment", namespace, "shop-user")
        wait_until("a new Deployment", lambda old=old: (api.get("Deployment", namespace, "shop-user") or {"metadata": {"uid": old}})
                   ["metadata"]["uid"] != old, 15)
        wait_until("a challenge's answer", lambda: not api.get("Shop", namespace, "shop")["status"]["operator"].get("challenger"), 15)
    assert owner(api, namespace) == "default/one" and len(writes_by(cluster, one_id)) > before
    assert writes_by(cluster, two_id, but=["/shops/shop/status"]) == [], "the other writes its challenge only"
    api.ready(namespace)
    # The owner is uninstalled.
    assert one.stop() == 0
    wait_until("the other to take over", lambda: owner(api, namespace) == "default/two", 30)
    api.delete("Deployment", namespace, "shop-order")
    wait_until("it to work", lambda: api.get("Deployment", namespace, "shop-order"), 15)
    assert api.condition(namespace, "Conflict")["reason"] == "TakenOver"
    quiet(two)


def test_a_killed_owner_loses_the_shop_and_stands_back_when_it_returns(cluster, api):
    namespace = cluster.namespace()
    one, _ = start(cluster, "one")
    wait_until("it to lead", lambda: one.metric("leader_election_master_status") == 1, 30)
    api.shop(namespace)
    api.ready(namespace)
    one.process.send_signal(signal.SIGKILL)
    start(cluster, "two")
    wait_until("the other to take over", lambda: owner(api, namespace) == "default/two", 60)
    _, again_id = start(cluster, "one")
    wait_until("its challenge", lambda: api.condition(namespace, "Conflict")["reason"] == "ManagedElsewhere", 60)
    api.delete("Deployment", namespace, "shop-user")
    wait_until("the Deployment", lambda: api.get("Deployment", namespace, "shop-user"), 15)
    assert writes_by(cluster, again_id, but=["/shops/shop/status"]) == []
    assert owner(api, namespace) == "default/two"
