"""A Shop's backups in an S3-compatible store, from which another one is set up in another namespace after the first is gone."""

import base64
import json
import secrets
import time

import pytest
from kit import REPO, Shop, install, wait_until
from lib.process import free_port
from lib.s3_store import S3Store

FIRST, SECOND = "restore-a", "restore-b"
STORE = f"store.{SECOND}.svc.cluster.local"


@pytest.fixture(name="store")
def _store(cluster, tmp_path):
    """The store, on this machine, and its Service, Endpoints and Secrets in both namespaces."""
    networks = json.loads(cluster.run("docker", "network", "inspect", "kind").stdout)[0]["IPAM"]["Config"]
    address = next(each["Gateway"] for each in networks if "." in each.get("Gateway", ""))
    store = S3Store(tmp_path, free_port(), address, STORE).start()
    port = {"port": store.port, "protocol": "TCP", "name": "https"}
    for namespace in (FIRST, SECOND):
        cluster.kubectl("create", "namespace", namespace)
    objects = [
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "store", "namespace": SECOND}, "spec": {"clusterIP": "None", "ports": [port]}},
        {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "store", "namespace": SECOND},
         "subsets": [{"addresses": [{"ip": address}], "ports": [port]}]}]
    passphrase = secrets.token_hex(16)
    for namespace in (FIRST, SECOND):
        objects += [secret(namespace, "store", **{"access-key": store.access_key, "secret-key": "secret", "passphrase": passphrase}),
                    secret(namespace, "store-ca", **{"ca.crt": store.ca.read_text()})]
    cluster.kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    yield store
    for namespace in (FIRST, SECOND):
        cluster.run("helm", "--kube-context", cluster.context, "uninstall", "shop", "-n", namespace, "--timeout", "60s", timeout=90, check=False)
        cluster.kubectl("delete", "namespace", namespace, "--ignore-not-found", "--timeout=180s", timeout=200)
    store.stop()


def secret(namespace, name, **data):
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": namespace},
            "data": {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}}


def s3(store, prefix):
    return [f"{prefix}.{key}={value}" for key, value in {"endpoint": f"{STORE}:{store.port}", "bucket": store.bucket, "secret": "store",
                                                         "caSecret": "store-ca", "path": "/shops/first"}.items()]


def place(shop):
    answer = shop.http.post("/orders", {"user_id": 1, "product": "Laptop"})
    assert answer.status == 201, answer.status
    return answer.json()["order_id"]


def orders(shop):
    return shop.sql("order", "select id, state, total_minor from orders order by id")


def test_a_lost_shop_is_restored_at_a_point_in_time_in_another_namespace(cluster, store, figures):
    first = Shop(cluster, FIRST, "shop", cluster.gateway(f"{FIRST}.example.com"))
    install(cluster, REPO / "charts/shop", FIRST, "access=Open", "sampleData=true", f"gateway.host={FIRST}.example.com",
            *s3(store, "database.managed.backup.destination.s3"))
    first.wait_ready()
    wait_until("a verified backup", lambda: first.get("shop", "shop")["status"]["lastVerifiedBackup"]["label"], 180)
    assert first.conditions()["BackupHealthy"]["status"] == "True"
    wait_until("the gateway", lambda: first.http.get("/products/1").status == 200, 30)
    kept = [place(first) for _ in range(3)]
    time.sleep(1)  # transactions of the same moment may be on either side of it
    before = orders(first)
    moment = first.sql("order", """select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""")[0][0]
    late = place(first)
    wal = first.sql("order", "select pg_walfile_name(pg_switch_wal())")[0][0]
    wait_until("the WAL to be archived", lambda: first.sql("order", "select last_archived_wal from pg_stat_archiver")[0][0] >= wal, 60)
    cluster.kubectl("delete", "namespace", FIRST, "--timeout=180s", timeout=200)

    began = time.monotonic()
    second = Shop(cluster, SECOND, "shop", cluster.gateway(f"{SECOND}.example.com"))
    install(cluster, REPO / "charts/shop", SECOND, "access=Open", f"gateway.host={SECOND}.example.com", f"restoreFrom.targetTime={moment}",
            *s3(store, "restoreFrom.s3"))
    second.wait_ready(240)
    figures["restored in another namespace"] = (time.monotonic() - began, "s", 240)
    assert orders(second) == before
    wait_until("the gateway", lambda: second.http.get(f"/orders/{kept[0]}").status == 200, 30)
    assert [second.http.get(f"/orders/{each}").status for each in (*kept, late)] == [200, 200, 200, 404]
    assert place(second) not in kept, "the restored shop takes orders"
