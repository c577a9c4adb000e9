"""Deletion of a Shop with what it owns, leaders, namespaces, and `plan`."""

from lib.process import wait_until
from cluster import passes, quiet


def test_a_recreated_shop_has_new_passwords(cluster, api):
    namespace, _ = cluster.ready_shop()
    old = api.get("Secret", namespace, "shop-passwords")["data"]
    api.delete("Shop", namespace, "shop")
    api.shop(namespace)
    api.ready(namespace, timeout=90)
    assert api.get("Secret", namespace, "shop-passwords")["data"] != old


def test_of_two_operators_one_leads(cluster, api):
    namespace = cluster.namespace()
    one, two = cluster.operator(), cluster.operator()
    wait_until("a leader", lambda: one.metric("leader_election_master_status") + two.metric("leader_election_master_status") == 1, 30)
    leader, other = (one, two) if one.metric("leader_election_master_status") else (two, one)
    wait_until("the other to stand by", lambda: other.ask("/readyz")[0] == 200 and other.ask("/livez")[0] == 200, 30)
    api.shop(namespace)
    api.ready(namespace)
    assert passes(other) == 0
    assert leader.stop() == 0
    wait_until("the other to lead", lambda: other.metric("leader_election_master_status") == 1, 10)
    api.delete("Deployment", namespace, "shop-user")
    wait_until("it to work", lambda: api.get("Deployment", namespace, "shop-user"), 15)


def test_only_the_namespaces_that_it_is_given(cluster, api):
    ours, other = cluster.namespace(), cluster.namespace()
    cluster.operator("--namespaces", ours)
    api.shop(other)
    api.shop(ours)
    api.ready(ours)
    assert not api.owned(other) and "status" not in api.get("Shop", other, "shop")


def test_plan_says_what_would_change(cluster, api, tmp_path):
    namespace = cluster.namespace()
    file = tmp_path / "shop.yaml"
    text = f"apiVersion: shopkeeper.dev/v1alpha1\nkind: Shop\nmetadata: {{name: shop, namespace: {namespace}}}\nspec: "
    file.write_text(text + "{}\n")

    def plan():
        return cluster.program("plan", "-f", str(file))
    done = plan()
    assert done.returncode == 2, done.stderr
    assert "+ StatefulSet shop-postgres" in done.stdout and "+ Secret shop-passwords" in done.stdout
    assert not api.owned(namespace) and api.get("Shop", namespace, "shop") is None, "nothing is written"
    operator = cluster.operator()
    api.shop(namespace)
    api.ready(namespace)
    quiet(operator)
    done = plan()
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "nothing would change"), done.stdout
    file.write_text(text + "{services: {user: {replicas: 3}}}\n")
    done = plan()
    assert done.returncode == 2
    assert "~ Deployment shop-user\n    spec.replicas: 1 -> 3" in done.stdout and "+ PodDisruptionBudget shop-user" in done.stdout
    assert api.get("Deployment", namespace, "shop-user")["spec"]["replicas"] == 1
    file.write_text(text + "{currency: nonsense}\n")
    done = plan()
    assert done.returncode == 1 and "ISO 4217" in done.stderr
