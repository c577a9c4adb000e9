"""The API server away, compacted, or with a new certificate: what the operator makes of it once it is back.

SHOPKEEPER_TEST_OUTAGE_SECONDS is how long the API server is away (60; 600 for the record)."""

import os
import shutil
import ssl
import subprocess
import threading
import time

from cluster import Operator, passes, quiet
from lib.process import wait_until
from proxy import Proxy

SECONDS = int(os.environ.get("SHOPKEEPER_TEST_OUTAGE_SECONDS", "60"))
SHOPS = 10


class Kubelet:
    """Restarts an operator that ended, as a kubelet does: at once, then after 10 s, 20 s, up to 5 min."""

    def __init__(self, cluster, *args):
        self.cluster, self.args, self.restarts = cluster, args, 0
        self.operator = cluster.operator(*args)
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        wait, started = 0, time.monotonic()
        while not self.over.wait(0.05):
            if self.operator.process.poll() is None:
                wait = 0 if time.monotonic() - started > 600 else wait
                continue
            if self.over.wait(wait):
                return
            wait = min(max(10, wait * 2), 300)
            self.operator, started = self.cluster.operator(*self.args), time.monotonic()
            self.restarts += 1

    def end(self):
        self.over.set()
        self.thread.join(20)


def test_everything_converges_after_the_api_server_was_away(cluster, api):
    namespaces = [cluster.namespace() for _ in range(2)]
    kubelets = [Kubelet(cluster), Kubelet(cluster)]
    shops = [(namespaces[number % 2], f"shop-{number}") for number in range(SHOPS)]
    for namespace, name in shops:
        api.shop(namespace, name=name)
    for namespace, name in shops:
        api.ready(namespace, name, timeout=120)
    # Asked for at the last moment, so that much of it is left when the API server goes.
    for namespace, name in shops:
        api.merge("Shop", namespace, name, {"spec": {"version": "2.0"}})
    cluster.server.kill()
    time.sleep(SECONDS)
    cluster.server.start()
    returned, seen = time.monotonic(), len(cluster.server.audit())
    for namespace, name in shops[:3]:
        api.delete("Deployment", namespace, f"{name}-user")
    for namespace, name in shops:
        wait_until("the Deployment", lambda ns=namespace, shop=name: api.get("Deployment", ns, f"{shop}-user"), 60)
        api.ready(namespace, name, timeout=max(1, 60 - (time.monotonic() - returned)))
    took = time.monotonic() - returned
    for kubelet in kubelets:
        quiet(kubelet.operator)
    asked = [each for each in cluster.server.audit()[seen:] if each.get("userAgent", "").startswith("shopkeeper-operator/")]
    looks = sum(passes(kubelet.operator) for kubelet in kubelets)
    restarts = sum(kubelet.restarts for kubelet in kubelets)
    print(f"away for {SECONDS} s: all ready {took:.1f} s after its return, {len(asked)} requests, {looks:.0f} reconciles, {restarts} restarts")
    for kubelet in kubelets:
        kubelet.end()
    assert took <= 60
    assert restarts <= 2, "an operator ends once, when it loses its lease, and then waits"
    # An upgrade takes some passes, because Jobs and rollouts end one by one; a storm would be hundreds.
    assert looks <= 40 * SHOPS and len(asked) <= 120 * SHOPS


def revision(server):
    return int(server.etcd("kv/range", {"key": "YQ=="})["header"]["revision"])


def test_a_watch_whose_version_was_compacted_starts_again(cluster, api):
    namespace = cluster.namespace()
    proxy = Proxy(cluster.server, cluster.folder, cluster.kubeconfig)
    operator = Operator(proxy.kubeconfig, cluster.folder, "--leader-elect=false")
    cluster.operators.append(operator)
    api.shop(namespace)
    api.ready(namespace)
    quiet(operator)
    old = api.get("Deployment", namespace, "shop-user")["metadata"]["uid"]
    proxy.cut()
    # What the operator does not see: a deletion, a change, and enough of both that its versions are gone.
    api.delete("Deployment", namespace, "shop-user")
    api.merge("Deployment", namespace, "shop-order", {"spec": {"replicas": 3}})
    api.merge("Shop", namespace, "shop", {"spec": {"services": {"product": {"replicas": 2}}}})
    wait_until("the Deployment to go", lambda: api.get("Deployment", namespace, "shop-user") is None, 20)
    cluster.server.etcd("kv/compaction", {"revision": str(revision(cluster.server)), "physical": True})
    # A new API server has nothing older in its own cache.
    cluster.server.restart()
    proxy.reopen()
    wait_until("the deleted Deployment", lambda: (api.get("Deployment", namespace, "shop-user") or {"metadata": {"uid": old}})
               ["metadata"]["uid"] != old, 60)
    wait_until("the changed one", lambda: api.get("Deployment", namespace, "shop-order")["spec"]["replicas"] == 1, 20)
    wait_until("the wanted one", lambda: api.get("Deployment", namespace, "shop-product")["spec"]["replicas"] == 2, 20)
    api.ready(namespace)
    assert "a watch has expired: relisting" in operator.text()
    proxy.stop()


def certificate(folder, name):
    """A new authority and a server's certificate by it: their paths."""
    folder.mkdir(exist_ok=True)
    ca, key, request, cert, extension = (str(folder / f"{name}.{end}") for end in ("ca", "key", "csr", "crt", "ext"))
    (folder / f"{name}.ext").write_text("subjectAltName=IP:127.0.0.1\n")
    make = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    for args in (["req", "-x509", *make, "-keyout", f"{ca}.key", "-out", ca, "-subj", f"/CN=authority-{name}", "-days", "2"],
                 ["req", *make, "-keyout", key, "-out", request, "-subj", "/CN=server"],
                 ["x509", "-req", "-in", request, "-CA", ca, "-CAkey", f"{ca}.key", "-CAcreateserial", "-out", cert, "-days", "2",
                  "-extfile", extension]):
        subprocess.run(["openssl", *args], check=True, capture_output=True, timeout=30)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return ca, context


def test_a_new_certificate_of_the_api_server_is_trusted_once_its_authority_is_mounted(cluster, api, tmp_path):
    namespace = cluster.namespace()
    (ca, old), (new_ca, new) = (certificate(tmp_path, name) for name in ("old", "new"))
    mounted = tmp_path / "mounted.crt"
    shutil.copy(ca, mounted)
    proxy = Proxy(cluster.server, cluster.folder, cluster.kubeconfig, tls=old)
    proxy.trust(mounted)
    operator = Operator(proxy.kubeconfig, cluster.folder, "--leader-elect=false")
    cluster.operators.append(operator)
    api.shop(namespace)
    api.ready(namespace)
    quiet(operator)
    # The server is first; the kubelet brings the new authority a while later.
    proxy.tls = new
    proxy.drop()
    api.merge("Shop", namespace, "shop", {"spec": {"services": {"user": {"replicas": 2}}}})
    time.sleep(3)
    written = len(proxy.written)
    assert api.get("Deployment", namespace, "shop-user")["spec"]["replicas"] == 1, "a certificate of an unknown authority was trusted"
    shutil.copy(new_ca, mounted)
    api.ready(namespace, timeout=60)
    assert api.get("Deployment", namespace, "shop-user")["spec"]["replicas"] == 2 and len(proxy.written) > written
    proxy.stop()
