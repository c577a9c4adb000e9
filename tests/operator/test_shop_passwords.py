"""Rotation of the database passwords, on a real API server and with the setup script on a real PostgreSQL."""

import base64
import os
import subprocess

import psycopg2
import pytest
from database_volume import BIN
from lib.postgres import Postgres
from lib.process import wait_until
from cluster import SERVICES


def passwords(api, namespace):
    return {key: base64.b64decode(value).decode() for key, value in api.get("Secret", namespace, "shop-passwords")["data"].items()}


def url(api, namespace, service):
    return base64.b64decode(api.get("Secret", namespace, f"shop-{service}-db")["data"]["url"]).decode()


def rotate(api, namespace, text):
    api.merge("Shop", namespace, "shop", {"metadata": {"annotations": {"shopkeeper.dev/rotate-passwords": text}}})


def pod(api, namespace, service, name):
    labels = {"app.kubernetes.io/instance": "shop", "app.kubernetes.io/component": service, "app.kubernetes.io/part-of": "shopkeeper",
              "app.kubernetes.io/managed-by": "shopkeeper-operator"}
    api.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels},
                "spec": {"containers": [{"name": service, "image": "x"}]}}, namespace)


def test_the_former_role_works_until_no_pod_uses_it(cluster, api):
    namespace, _ = cluster.ready_shop()
    before = passwords(api, namespace)
    pod(api, namespace, "user", "shop-user-old")
    old = api.get("Deployment", namespace, "shop-user")["spec"]["template"]["metadata"]["annotations"]
    rotate(api, namespace, "one")
    wait_until("another role", lambda: "://shopkeeper_user_b:" in url(api, namespace, "user"), 20)
    wait_until("a rollout", lambda: api.get("Deployment", namespace, "shop-user")["spec"]["template"]["metadata"]["annotations"] != old, 30)
    wait_until("the switch", lambda: "switched-at" in passwords(api, namespace), 20)
    assert all(passwords(api, namespace)[service] == before[service] for service in SERVICES), "the old pod uses them"
    api.delete("Pod", namespace, "shop-user-old")
    wait_until("the end", lambda: "retiring" not in passwords(api, namespace), 30)
    after = passwords(api, namespace)
    assert all(after[service] != before[service] for service in SERVICES)
    assert after["postgres"] == before["postgres"] and after["rabbitmq"] == before["rabbitmq"]
    api.ready(namespace)
    assert all(f":{after[service + '-b']}@" in url(api, namespace, service) for service in SERVICES)
    rotate(api, namespace, "two")
    wait_until("the first role again", lambda: "://shopkeeper_user:" in url(api, namespace, "user"), 20)


@pytest.fixture
def server(tmp_path_factory):
    postgres = Postgres(tmp_path_factory.mktemp("passwords") / "postgres")
    for each in postgres.folder.parents:
        if str(each).startswith("/tmp/pytest"):
            each.chmod(0o755)
    postgres.init()
    yield postgres
    postgres.stop()


def test_both_roles_are_the_owner_of_what_either_makes(cluster, api, server):
    namespace, _ = cluster.ready_shop()
    script = api.get("ConfigMap", namespace, "shop-postgres-databases")["data"]["databases.sql"]

    def set_up(first, second):
        secrets = {f"PASSWORD_{service.upper()}{end}": value for service in SERVICES for end, value in (("", first), ("_B", second))}
        done = subprocess.run([str(BIN / "psql"), "-X", "-q", "-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres"], input=script,
                              env={**os.environ, "PGPASSWORD": server.password, **secrets}, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr

    def as_role(role, password, sql):
        return server.query(sql, "shopkeeper_user", role, password)
    set_up("one", "two")
    as_role("shopkeeper_user_b", "two", "create table made_by_b (n int)")
    as_role("shopkeeper_user", "one", "alter table made_by_b add column m int")
    as_role("shopkeeper_user", "one", "create table made_by_a (n int)")
    as_role("shopkeeper_user_b", "two", "drop table made_by_a")
    set_up("three", "two")  # the former role's password is replaced
    with pytest.raises(psycopg2.OperationalError):
        as_role("shopkeeper_user", "one", "select 1")
    assert as_role("shopkeeper_user_b", "two", "select current_user") == [["shopkeeper_user"]]
    with pytest.raises(psycopg2.OperationalError):
        server.query("select 1", "shopkeeper_order", "shopkeeper_user_b", "two")
