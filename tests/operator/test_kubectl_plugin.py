"""`kubectl shop`, the operator's binary under the name kubectl-shop, on a real API server."""

import http.server
import json
import os
import ssl
import subprocess
import threading
import time
import urllib.parse

import pytest
from cluster import OPERATOR
from lib.process import wait_until
from test_shop_backups import S3, finish, prepared, result, wait_for_job


@pytest.fixture(name="plugin")
def the_plugin(apiserver, tmp_path):
    program = tmp_path / "kubectl-shop"
    program.symlink_to(OPERATOR)

    def call(*args):
        return subprocess.run([program, *args, "--kubeconfig", str(apiserver.kubeconfig)], capture_output=True, text=True, timeout=60,
                              check=False, env={**os.environ, "SHOPKEEPER_DEFAULT_TAG": "1.0"})
    return call


def test_status_and_open_show_a_shop(cluster, api, plugin):
    namespace, _ = cluster.ready_shop()
    event = {"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "of-another", "namespace": namespace},
             "regarding": {"kind": "Shop", "name": "another", "namespace": namespace}, "type": "Normal", "reason": "OfAnother", "note": "x",
             "action": "Test", "reportingController": "test", "reportingInstance": "test", "eventTime": "2026-01-01T00:00:00.000000Z"}
    api.call("POST", f"/apis/events.k8s.io/v1/namespaces/{namespace}/events", event)

    def events():
        done = plugin("status", "shop", "-n", namespace, "-o", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["events"]
    wait_until("the Event of a Shop that is ready", lambda: "Ready" in {each["reason"] for each in events()}, 20)
    assert "OfAnother" not in {each["reason"] for each in events()}
    found = json.loads(plugin("status", "shop", "-n", namespace, "--output=json").stdout)
    live = api.get("Shop", namespace, "shop")["status"]
    assert found["ready"] and found["version"] == live["version"] and found["conditions"] == live["conditions"]
    assert [each["name"] for each in found["services"]] == ["user", "product", "order", "notification"]
    text = plugin("status", "shop", "-n", namespace).stdout
    assert "\nuser          1/1    shopkeeper/user:1.0\n" in text and "CONDITION" in text and "LAST SEEN" in text
    table = plugin("status", "-n", namespace).stdout.splitlines()
    assert len(table) == 2 and table[1].split()[:3] == ["shop", "True", "1.0"]
    assert plugin("open", "shop", "-n", namespace).stdout.strip() == live["endpoint"]
    done = plugin("status", "other", "-n", namespace)
    assert (done.returncode, done.stderr) == (1, f"kubectl shop: there is no Shop {namespace}/other\n")


def test_open_names_the_port_forward_without_an_endpoint(cluster, api, plugin):
    namespace = cluster.namespace(run=False)
    api.shop(namespace)
    done = plugin("open", "shop", "-n", namespace)
    assert (done.returncode, done.stdout) == (0, f"kubectl -n {namespace} port-forward svc/shop-product 8080:8080\n")


def clock():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def test_backup_waits_for_the_one_that_it_asked_for(cluster, api, plugin):
    namespace, _ = prepared(cluster)
    api.shop(namespace, {"database": {"managed": {"backup": {"destination": {"s3": S3}}}}})
    api.create({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "store"},
                "stringData": {"access-key": "a", "secret-key": "b", "passphrase": "c"}}, namespace)
    finish(api, namespace, wait_for_job(api, namespace, "shop-backup-"), result("20260101-120000F"))
    ended = clock()
    wait_until("the first", lambda: api.get("Shop", namespace, "shop")["status"].get("lastBackup"), 20)
    done = []
    thread = threading.Thread(target=lambda: done.append(plugin("backup", "shop", "-n", namespace, "--timeout", "50s")))
    thread.start()
    second = wait_for_job(api, namespace, "shop-backup-")
    request = api.get("Shop", namespace, "shop")["metadata"]["annotations"]["shopkeeper.dev/backup-now"]
    assert request.startswith(time.strftime("%Y-"))
    assert not done, "it waits"
    # Jobs' times have whole seconds; of two that end in the same one neither is the later.
    wait_until("a later second", lambda: clock() > ended, 5)
    finish(api, namespace, second, result("20260102-120000F"))
    thread.join(60)
    assert done and done[0].returncode == 0, done[0].stderr
    assert done[0].stdout.startswith("20260102-120000F at ")
    done = plugin("backup", "shop", "-n", namespace, "--timeout", "1s")
    assert done.returncode == 1 and "no backup after 1 s" in done.stderr


def test_restore_makes_a_shop_that_the_api_server_accepts(cluster, api, plugin):
    namespace = cluster.namespace(run=False)
    api.shop(namespace, {"gateway": {"host": "shop.example.com"}, "database": {"managed": {"backup": {"destination": {"s3": S3}}}}})
    done = plugin("restore", "copy", "--from", "shop", "--at", "2026-01-02T03:04:05Z", "-n", namespace)
    assert done.returncode == 0 and "--host" in done.stderr, done.stderr
    made = json.loads(done.stdout)
    assert made["spec"]["restoreFrom"] == {"s3": {**S3, "region": "us-east-1", "path": f"/{namespace}/shop"}, "targetTime": "2026-01-02T03:04:05Z"}
    assert api.get("Shop", namespace, "copy") is None, "only printed"
    done = plugin("restore", "copy", "--from", "shop", "--backup", "20260101-120000F", "-n", namespace, "--apply")
    assert (done.returncode, done.stdout) == (0, f"Shop {namespace}/copy created\n"), done.stderr
    spec = api.get("Shop", namespace, "copy")["spec"]
    assert spec["restoreFrom"]["backup"] == "20260101-120000F" and "host" not in spec["gateway"]
    done = plugin("restore", "copy", "--from", "shop", "-n", namespace, "--apply")
    assert done.returncode == 1, "an existing Shop is not changed"
    api.shop(namespace, name="plain")
    done = plugin("restore", "copy2", "--from", "plain", "-n", namespace)
    assert done.returncode == 1 and "has no backups" in done.stderr


def test_wrong_usage_is_64_and_shows_the_commands(plugin):
    for args in (["go"], ["status", "--follow"], ["logs", "shop"]):
        done = plugin(*args)
        assert done.returncode == 64 and "kubectl shop status" in done.stderr, args
    done = subprocess.run([OPERATOR, "kubectl", "completion", "bash"], capture_output=True, text=True, timeout=60, check=True)
    words = subprocess.run(["bash", "-s", "re"], input=done.stdout, capture_output=True, text=True, timeout=60, check=True)
    assert words.stdout == "restore\n:4\n"


class Kubelet:
    """A node that has only the logs of its pods, over HTTPS."""

    def __init__(self, apiserver, texts):
        self.texts, self.queries = texts, {}
        kubelet = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

            def do_GET(self):  # pylint: disable=invalid-name
                url = urllib.parse.urlsplit(self.path)
                pod = url.path.split("/")[3]
                kubelet.queries[pod] = dict(urllib.parse.parse_qsl(url.query))
                self.send_response(200)
                self.end_headers()
                self.wfile.write("".join(f"{line}\n" for line in kubelet.texts[pod]).encode())
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(apiserver.folder / "apiserver.crt", apiserver.folder / "apiserver.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def register(self, api):
        api.call("POST", "/api/v1/nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "logs"}})
        api.call("PATCH", "/api/v1/nodes/logs/status", {"status": {
            "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": self.server.server_port}}}}, "application/merge-patch+json")

    def end(self, api):
        self.server.shutdown()
        self.server.server_close()
        api.call("DELETE", "/api/v1/nodes/logs")


@pytest.mark.parametrize("follow", [(), ("--follow",)], ids=["to its end", "follow"])
def test_logs_of_all_pods_have_the_pods_name(cluster, api, apiserver, plugin, follow):
    namespace = cluster.namespace(run=False)
    texts = {"shop-user-a": ["one", "", "two"], "shop-user-b": ["three"]}
    for name, component in {**{name: "user" for name in texts}, "shop-order-a": "order"}.items():
        labels = {"app.kubernetes.io/instance": "shop", "app.kubernetes.io/component": component}
        api.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels},
                    "spec": {"nodeName": "logs", "containers": [{"name": "user", "image": "x"}]}}, namespace)
    kubelet = Kubelet(apiserver, texts)
    try:
        kubelet.register(api)
        done = plugin("logs", "shop", "user", "-n", namespace, "--since", "10m", "--tail", "5", *follow)
    finally:
        kubelet.end(api)
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == ["shop-user-a  ", "shop-user-a  one", "shop-user-a  two", "shop-user-b  three"]
    assert kubelet.queries["shop-user-b"] == {"sinceSeconds": "600", "tailLines": "5",
                                              **({"follow": "true"} if follow else {})}
    done = plugin("logs", "shop", "product", "-n", namespace)
    assert done.returncode == 1 and "no pods of product" in done.stderr
