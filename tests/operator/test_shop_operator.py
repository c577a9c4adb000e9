"""The operator on a real API server: Shops come up, stay as they are, and heal."""

import random
import time

import pytest
from apiserver import wait_until
from shop_kit import SERVICES, job_status, secret

pytest_plugins = ["shop_fixtures"]

WRITER = "shopkeeper-operator/"
ELECTION = "shopkeeper-operator/leader-election"


def writes(world):
    """What the operator wrote so far, apart from its lease."""
    return [each for each in world.server.writes(WRITER) if not each["userAgent"].startswith(ELECTION)]


def passes(operator):
    return operator.metric("controller_runtime_reconcile_total")


def reconciled(operator, act):
    """Does something that makes the operator look at a Shop, and waits until it has."""
    before = passes(operator)
    act()
    wait_until("a reconcile", lambda: passes(operator) > before, 15)


def quiet(operator, seconds=1.0):
    """Waits until the operator has had nothing to do for a while."""
    last, since = passes(operator), time.monotonic()

    def check():
        nonlocal last, since
        now = passes(operator)
        if now != last:
            last, since = now, time.monotonic()
        return time.monotonic() - since > seconds
    wait_until("the operator to have nothing to do", check, 60)


def test_a_shop_comes_up(world, api):
    space = world.space()
    operator = world.operator()
    began = time.monotonic()
    api.shop(space, {"access": "Open", "sampleData": True, "services": {"order": {"replicas": 2}}})
    api.ready(space)
    assert time.monotonic() - began < 20
    found = set(api.owned(space))
    expected = {("StatefulSet", "shop-postgres"), ("StatefulSet", "shop-rabbitmq"), ("Secret", "shop-passwords"),
                ("Secret", "shop-signing"), ("Secret", "shop-messaging"), ("Secret", "shop-rabbitmq"), ("ConfigMap", "shop-keys"),
                ("ConfigMap", "shop-issuer"), ("ConfigMap", "shop-rabbitmq"), ("ConfigMap", "shop-postgres-databases"),
                ("Service", "shop-postgres"), ("Service", "shop-postgres-pods"), ("Service", "shop-rabbitmq"),
                ("Service", "shop-rabbitmq-pods"), ("Ingress", "shop"), ("PodDisruptionBudget", "shop-order")}
    for service in SERVICES:
        expected |= {(kind, f"shop-{service}") for kind in ("Deployment", "Service", "ServiceAccount", "ConfigMap")}
        expected.add(("Secret", f"shop-{service}-db"))
    assert {each for each in found if each[0] != "Job"} == expected
    jobs = sorted(name.rsplit("-", 1)[0] for kind, name in found if kind == "Job")
    assert jobs == ["shop-notification-migrate", "shop-order-migrate", "shop-order-sample-data", "shop-postgres-setup",
                    "shop-product-migrate", "shop-product-sample-data", "shop-user-migrate", "shop-user-sample-data"]
    uid = api.get("Shop", space, "shop")["metadata"]["uid"]
    for each in api.owned(space).values():
        owner = each["metadata"]["ownerReferences"]
        assert [o["uid"] for o in owner if o.get("controller")] == [uid], each["metadata"]["name"]
    status = api.get("Shop", space, "shop")["status"]
    assert status["version"] == "1.0" and status["services"]["order"] == {"desired": 2, "ready": 2, "image": "shopkeeper/order:1.0"}
    assert {each["type"]: each["status"] for each in status["conditions"]} == {
        "Ready": "True", "Progressing": "False", "Degraded": "False", "DatabaseReady": "True", "MessagingReady": "True",
        "MigrationsDone": "True", "GatewayReady": "True"}
    assert operator.metric("shopkeeper_shops", state="ready") == 1
    wait_until("the Event", lambda: [e for e in api.list("Event", space) if e["reason"] == "Ready"], 10)
    assert operator.stop() == 0


def test_an_unchanged_shop_costs_no_write(world, api):
    space = world.space()
    operator = world.operator()
    api.shop(space)
    api.ready(space)
    quiet(operator)
    before = len(writes(world))
    for number in range(5):
        reconciled(operator, lambda: api.merge("Shop", space, "shop", {"metadata": {"annotations": {"look": str(number)}}}))
    quiet(operator)
    assert [each["requestURI"] for each in writes(world)[before:]] == []
    operator.stop()
    again = world.operator()  # a new process has nothing remembered
    wait_until("its first look", lambda: passes(again) > 0, 30)
    quiet(again)
    assert [each["requestURI"] for each in writes(world)[before:]] == []


def test_drift_is_healed(world, api):
    space = world.space()
    world.operator()
    api.shop(space)
    api.ready(space)
    old = api.get("Deployment", space, "shop-user")["metadata"]["uid"]
    api.delete("Deployment", space, "shop-user")
    wait_until("a new Deployment", lambda: (api.get("Deployment", space, "shop-user") or {"metadata": {"uid": old}})
               ["metadata"]["uid"] != old, 15)
    api.merge("Deployment", space, "shop-order", {"spec": {"replicas": 0}})
    wait_until("the replicas", lambda: api.get("Deployment", space, "shop-order")["spec"]["replicas"] == 1, 15)
    image = [{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "evil:1"}]
    api.call("PATCH", api.path("Deployment", space, "shop-product"), image, "application/json-patch+json")
    wait_until("the image", lambda: api.get("Deployment", space, "shop-product")["spec"]["template"]["spec"]["containers"][0]
               ["image"] == "shopkeeper/product:1.0", 15)
    api.merge("ConfigMap", space, "shop-user", {"data": {"config.yaml": "access: Open\n"}})
    wait_until("the configuration", lambda: "Authenticated" in api.get("ConfigMap", space, "shop-user")["data"]["config.yaml"], 15)
    api.delete("Ingress", space, "shop")
    wait_until("the Ingress", lambda: api.get("Ingress", space, "shop"), 15)
    api.ready(space)


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment_the_next_finishes(world, api, seed):
    chance = random.Random(seed)
    space = world.space()
    operator = world.operator("--leader-elect=false")
    wait_until("the operator", lambda: operator.ask("/readyz")[0] == 200, 30)
    api.shop(space, {"sampleData": True, "services": {"user": {"replicas": 2}}})
    passwords = None
    for _ in range(6):
        time.sleep(chance.uniform(0.0, 0.25))  # when it is killed is what is tried here
        operator.kill()
        found = api.get("Secret", space, "shop-passwords")
        assert passwords is None or found["data"] == passwords
        passwords = found and found["data"]
        operator.start()
    api.ready(space)
    assert passwords is None or api.get("Secret", space, "shop-passwords")["data"] == passwords
    assert len([name for kind, name in api.owned(space) if kind == "Job"]) == 8
    assert len([name for kind, name in api.owned(space) if kind == "Deployment"]) == 4


def test_passwords_and_keys_outlast_every_change(world, api):
    space = world.space()
    world.operator()
    api.shop(space)
    api.ready(space)
    before = [api.get("Secret", space, name)["data"] for name in ("shop-passwords", "shop-signing", "shop-user-db", "shop-messaging")]
    api.merge("Shop", space, "shop", {"spec": {"version": "2.0", "access": "Open", "services": {"user": {"replicas": 3}}}})
    api.ready(space)
    assert [api.get("Secret", space, name)["data"]
            for name in ("shop-passwords", "shop-signing", "shop-user-db", "shop-messaging")] == before
    assert api.get("Shop", space, "shop")["status"]["version"] == "2.0"
    assert api.get("Deployment", space, "shop-user")["spec"]["template"]["spec"]["containers"][0]["image"] == "shopkeeper/user:2.0"
    versions = {each["metadata"]["labels"]["app.kubernetes.io/version"] for each in api.list("Job", space)}
    assert versions == {"2.0"}, "the old version's Jobs are gone"


def test_a_missing_secret_is_named_and_heals(world, api):
    space = world.space()
    world.operator()
    api.shop(space, {"email": {"host": "smtp", "from": "a@b.c", "secret": "mail"}, "image": {"pullSecrets": ["registry"]}})

    def says(text):
        wait_until(text, lambda: text in (api.condition(space)["message"] or ""), 20)
    says("spec.image.pullSecrets names Secret registry, which does not exist")
    says("spec.email.secret names Secret mail, which does not exist")
    assert api.condition(space)["reason"] == "SecretMissing" and api.condition(space, "Degraded")["status"] == "True"
    wait_until("what does not need it", lambda: api.get("Deployment", space, "shop-user"), 20)
    assert api.get("Deployment", space, "shop-notification") is None
    api.create(secret("mail", username="u"), space)
    says("spec.email.secret names Secret mail, which has no key password")
    api.merge("Secret", space, "mail", {"data": {"password": "cHc="}})
    api.create(secret("registry", **{".dockerconfigjson": "{}"}), space)
    api.ready(space)
    before = api.get("Deployment", space, "shop-notification")["spec"]["template"]["metadata"]["annotations"]
    api.merge("Secret", space, "mail", {"data": {"password": "cHcy"}})
    api.merge("Shop", space, "shop", {"metadata": {"annotations": {"look": "now"}}})
    wait_until("pods with the new password", lambda: api.get("Deployment", space, "shop-notification")["spec"]["template"]
               ["metadata"]["annotations"] != before, 20)


def test_databases_and_broker_may_be_elsewhere(world, api):
    space = world.space()
    world.operator()
    for name in SERVICES:
        api.create(secret(f"{name}-database", url=f"postgresql://x@db/{name}"), space)
    api.create(secret("broker", url="amqp://mq"), space)
    api.shop(space, {"database": {"external": {"secrets": {name: f"{name}-database" for name in SERVICES}}},
                     "messaging": {"external": {"secret": "broker"}}})
    api.ready(space)
    assert not api.list("StatefulSet", space)
    env = api.get("Deployment", space, "shop-user")["spec"]["template"]["spec"]["containers"][0]["env"]
    assert {"name": "AMQP_URL", "valueFrom": {"secretKeyRef": {"name": "broker", "key": "url"}}} in env


def test_every_option_is_accepted_by_the_api_server(world, api):
    space = world.space()
    world.operator()
    api.create(secret("mail", username="u", password="p"), space)
    api.shop(space, {
        "networkPolicy": True, "services": {"order": {"autoscaling": {"min": 2, "max": 4}}, "product": {"replicas": 3,
            "resources": {"requests": {"cpu": "1.5", "memory": "1024Mi"}}, "env": [{"name": "SHOPKEEPER_LOG_LEVEL", "value": "debug"}]}},
        "gateway": {"host": "shop.example.com", "ingressClassName": "traefik", "tls": {"issuer": "le"}, "annotations": {"a.b/c": "d"}},
        "database": {"managed": {"topology": "PerService", "storage": "1024Mi", "storageClassName": "fast"}},
        "email": {"host": "smtp", "from": "a@b.c", "secret": "mail"}})
    # No autoscaler runs here: it would give the Deployment its two pods.
    wait_until("the Deployment", lambda: api.get("Deployment", space, "shop-order"), 30)
    api.ready(space)
    assert len(api.list("StatefulSet", space)) == 5
    assert len(api.list("NetworkPolicy", space)) == 5
    assert api.get("HorizontalPodAutoscaler", space, "shop-order")["spec"]["maxReplicas"] == 4
    assert api.get("Shop", space, "shop")["status"]["endpoint"] == "https://shop.example.com"
    operator = world.operators[-1]
    quiet(operator)
    before = len(writes(world))
    reconciled(operator, lambda: api.merge("Shop", space, "shop", {"metadata": {"annotations": {"look": "again"}}}))
    quiet(operator)
    assert [each["requestURI"] for each in writes(world)[before:]] == [], "no field that the server spells otherwise is written again"
    api.merge("Shop", space, "shop", {"spec": {"networkPolicy": False, "services": {"order": {"autoscaling": None}}}})
    wait_until("what is not wanted to go", lambda: not api.list("NetworkPolicy", space)
               and not api.list("HorizontalPodAutoscaler", space), 20)


def test_autoscaling_takes_over_the_pods_there_are(world, api):
    space = world.space()
    operator = world.operator()
    api.shop(space, {"services": {"order": {"replicas": 3}, "user": {"replicas": 1}}})
    api.ready(space)
    autoscaling = {"replicas": None, "autoscaling": {"min": 2, "max": 5}}
    counts = {"order": set(), "user": set()}

    def switched():
        for name in counts:
            counts[name].add(api.get("Deployment", space, f"shop-{name}")["spec"]["replicas"])
        return api.get("HorizontalPodAutoscaler", space, "shop-order") and api.get("HorizontalPodAutoscaler", space, "shop-user")
    api.merge("Shop", space, "shop", {"spec": {"services": {"order": autoscaling, "user": autoscaling}}})
    wait_until("the autoscalers", switched, 20)
    api.ready(space)
    quiet(operator)
    switched()
    # No autoscaler runs here: nobody but the operator could have changed them.
    assert counts["order"] == {3} and max(counts["user"]) == 2
    before = len(writes(world))
    reconciled(operator, lambda: api.merge("Shop", space, "shop", {"metadata": {"annotations": {"look": "again"}}}))
    quiet(operator)
    assert [each["requestURI"] for each in writes(world)[before:]] == []
    # What an autoscaler decides is not written against, and outlasts a change of the Deployment.
    api.merge("Deployment", space, "shop-order", {"spec": {"replicas": 4}}, "scale")
    api.merge("Shop", space, "shop", {"spec": {"version": "2.0"}})
    api.ready(space)
    assert api.get("Deployment", space, "shop-order")["spec"]["replicas"] == 4
    # And back.
    api.merge("Shop", space, "shop", {"spec": {"services": {"order": {"replicas": 2, "autoscaling": None}}}})
    wait_until("the replicas", lambda: api.get("Deployment", space, "shop-order")["spec"]["replicas"] == 2, 20)
    wait_until("the autoscaler to go", lambda: api.get("HorizontalPodAutoscaler", space, "shop-order") is None, 20)


def test_a_failed_job_is_named_and_tried_again(world, api):
    space = world.space()
    world.workloads[-1].hold = {"order-migrate"}
    world.operator()
    api.shop(space)

    def job():
        return next((each for each in api.list("Job", space) if "order-migrate" in each["metadata"]["name"]), None)
    first = wait_until("the migration", job, 30)
    api.merge("Job", space, first["metadata"]["name"], {"status": job_status(first, "Failed", "BackoffLimitExceeded")}, "status")
    wait_until("the condition", lambda: api.condition(space, "Degraded")["reason"] == "JobFailed", 15)
    assert first["metadata"]["name"] in api.condition(space)["message"]
    assert "BackoffLimitExceeded" in api.condition(space)["message"]
    assert api.get("Deployment", space, "shop-order") is None
    wait_until("a new Job", lambda: job() and job()["metadata"]["uid"] != first["metadata"]["uid"], 30)
    world.workloads[-1].hold = set()
    api.ready(space)


def test_what_is_somebody_elses_is_left_alone(world, api):
    space = world.space()
    api.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shop-user"}, "data": {"mine": "1"}}, space)
    world.operator()
    api.shop(space)
    wait_until("the condition", lambda: api.condition(space, "Degraded")["reason"] == "NameTaken", 20)
    assert "ConfigMap shop-user" in api.condition(space, "Degraded")["message"]
    assert api.get("ConfigMap", space, "shop-user")["data"] == {"mine": "1"}
    api.delete("ConfigMap", space, "shop-user")
    api.ready(space)


def test_a_paused_shop_is_left_alone(world, api):
    space = world.space()
    world.operator()
    api.shop(space)
    api.ready(space)
    api.merge("Shop", space, "shop", {"spec": {"paused": True}})
    wait_until("the condition", lambda: api.condition(space, "Progressing")["reason"] == "Paused", 15)
    api.delete("Deployment", space, "shop-user")
    wait_until("the status", lambda: api.condition(space)["status"] == "False", 15)
    assert api.get("Deployment", space, "shop-user") is None
    api.merge("Shop", space, "shop", {"spec": {"paused": False}})
    api.ready(space)


def test_a_deleted_shop_leaves_nothing(world, api):
    space = world.space()
    world.operator()
    api.shop(space, {"services": {"user": {"replicas": 2}}, "networkPolicy": True})
    api.ready(space)
    api.delete("Shop", space, "shop")
    wait_until("everything to go", lambda: not api.owned(space), 60)


def test_a_shop_made_anew_has_new_passwords(world, api):
    space = world.space()
    world.operator()
    api.shop(space)
    api.ready(space)
    old = api.get("Secret", space, "shop-passwords")["data"]
    api.delete("Shop", space, "shop")
    api.shop(space)
    api.ready(space, timeout=90)
    assert api.get("Secret", space, "shop-passwords")["data"] != old


def test_of_two_operators_one_leads(world, api):
    space = world.space()
    one, two = world.operator(), world.operator()
    wait_until("a leader", lambda: one.metric("leader_election_master_status") + two.metric("leader_election_master_status") == 1, 30)
    leader, other = (one, two) if one.metric("leader_election_master_status") else (two, one)
    wait_until("the other to stand by", lambda: other.ask("/readyz")[0] == 200 and other.ask("/livez")[0] == 200, 30)
    api.shop(space)
    api.ready(space)
    assert passes(other) == 0
    assert leader.stop() == 0
    wait_until("the other to lead", lambda: other.metric("leader_election_master_status") == 1, 10)
    api.delete("Deployment", space, "shop-user")
    wait_until("it to work", lambda: api.get("Deployment", space, "shop-user"), 15)


def test_only_the_namespaces_that_it_is_given(world, api):
    ours, other = world.space(), world.space()
    world.operator("--namespaces", ours)
    api.shop(other)
    api.shop(ours)
    api.ready(ours)
    assert not api.owned(other) and "status" not in api.get("Shop", other, "shop")


def test_two_shops_side_by_side(world, api):
    space = world.space()
    world.operator()
    api.shop(space, name="first")
    api.shop(space, name="second")
    api.ready(space, "first")
    api.ready(space, "second")
    assert api.get("Secret", space, "first-passwords")["data"] != api.get("Secret", space, "second-passwords")["data"]
    api.delete("Shop", space, "first")
    wait_until("the first to go", lambda: not [name for _, name in api.owned(space) if name.startswith("first")], 60)
    api.ready(space, "second")


def test_plan_says_what_would_change(world, api, tmp_path):
    space = world.space()
    file = tmp_path / "shop.yaml"
    text = f"apiVersion: shopkeeper.dev/v1alpha1\nkind: Shop\nmetadata: {{name: shop, namespace: {space}}}\nspec: "
    file.write_text(text + "{}\n")

    def plan():
        return world.program("plan", "-f", str(file))
    done = plan()
    assert done.returncode == 2, done.stderr
    assert "+ StatefulSet shop-postgres" in done.stdout and "+ Secret shop-passwords" in done.stdout
    assert not api.owned(space) and api.get("Shop", space, "shop") is None, "nothing is written"
    operator = world.operator()
    api.shop(space)
    api.ready(space)
    quiet(operator)
    done = plan()
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "nothing would change"), done.stdout
    file.write_text(text + "{services: {user: {replicas: 3}}}\n")
    done = plan()
    assert done.returncode == 2
    assert "~ Deployment shop-user\n    spec.replicas: 1 -> 3" in done.stdout and "+ PodDisruptionBudget shop-user" in done.stdout
    assert api.get("Deployment", space, "shop-user")["spec"]["replicas"] == 1
    file.write_text(text + "{currency: nonsense}\n")
    done = plan()
    assert done.returncode == 1 and "ISO 4217" in done.stderr


def test_it_is_small_and_says_so(world, api):
    space = world.space()
    operator = world.operator()
    api.shop(space)
    api.ready(space)
    quiet(operator)
    resident = operator.metric("process_resident_memory_bytes")
    assert 0 < resident <= 30 * 1024 * 1024, f"{resident / 2**20:.1f} MiB"
    for number in range(200):
        api.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"foreign-{number}"}, "data": {"x": "y" * 20000}}, space)
    quiet(operator)
    assert operator.metric("process_resident_memory_bytes") <= resident + 2 * 1024 * 1024, "other people's objects cost nothing"
