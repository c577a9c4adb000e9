#!/usr/bin/python3
"""A real etcd and kube-apiserver on free ports of loopback, without a cluster: ready in a few seconds.

As a module: `ApiServer(folder)` with start(), stop(), restart(), kill(). By hand (it stays until it is stopped):

    tests/operator/apiserver.py start /tmp/api       # prints the kubeconfig's path
    KUBECONFIG=/tmp/api/admin.conf kubectl get namespaces
    tests/operator/apiserver.py stop /tmp/api

The binary is `kube` of k8s/kind (all of Kubernetes in one): $KUBE_BIN, or in the cache ($SHOPKEEPER_CACHE), or on the path.
"""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "services"))

from lib.process import can_listen, free_port, wait_until  # noqa: E402  pylint: disable=wrong-import-position

POLICY = """apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
# Of the kinds of other operators also what was sent: a definition drops the fields that it does not know.
- level: Request
  verbs: [create, patch]
  resources: [{group: postgresql.cnpg.io}, {group: rabbitmq.com}]
- level: Metadata
"""

ADMIN, VIEWER = "admin-token", "viewer-token"


def kube_binary():
    """The all-in-one binary's path; a message that helps when there is none."""
    cache = os.environ.get("SHOPKEEPER_CACHE", os.path.expanduser("~/.cache/shopkeeper"))
    for path in (os.environ.get("KUBE_BIN"), f"{cache}/bin/kube", shutil.which("kube")):
        if path and os.access(path, os.X_OK):
            return path
    raise RuntimeError("no kube binary: set KUBE_BIN, or build it with k8s/kind (make up does)")


class ApiServer:
    """The pair of processes and their folder: certificates, data, logs, pids, audit log, kubeconfig."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.kubeconfig = self.folder / "admin.conf"
        self.audit_log = self.folder / "audit.log"

    # --- starting and stopping -----------------------------------------------------------------------------------------------------

    def start(self):
        if not self.kubeconfig.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._make_files()
        if not self._alive("etcd"):
            self._start_etcd()
        if not self._alive("kube-apiserver"):
            self._start_apiserver()
        wait_until("kube-apiserver", self._ready, 60)
        return self

    def stop(self):
        for name in ("kube-controller-manager", "kube-apiserver", "etcd"):
            self._end(name, signal.SIGTERM)

    def kill(self, name="kube-apiserver"):
        self._end(name, signal.SIGKILL)

    def restart(self):
        """Killed, not stopped: connections break in the middle."""
        self.kill()
        # Threads that still exit keep the port open for a while after the process looks gone.
        wait_until("the API server's port", lambda: can_listen(self._port("apiserver")), 30)
        self.start()

    def start_controllers(self, controllers="garbage-collector-controller,namespace-controller"):
        """Some of kube-controller-manager's: nothing is collected or made without them."""
        self._spawn("kube-controller-manager", [f"--kubeconfig={self.kubeconfig}", f"--controllers={controllers}",
                                                "--leader-elect=false", f"--secure-port={free_port()}",
                                                "--bind-address=127.0.0.1", f"--cert-dir={self.folder}/kcm",
                                                "--concurrent-gc-syncs=4"])

    # --- what tests ask -------------------------------------------------------------------------------------------

    def kubectl(self, *args):
        return subprocess.run([kube_binary(), "kubectl", f"--kubeconfig={self.kubeconfig}", *args], capture_output=True,
                              text=True, timeout=60, check=True).stdout

    def audit(self):
        """Every request so far, as audit events (complete ones; watches appear when they end)."""
        if not self.audit_log.exists():
            return []
        with open(self.audit_log, encoding="utf-8") as log:
            return [json.loads(line) for line in log if line.endswith("\n")]

    def writes(self, user_agent=""):
        """Requests that change something, by programs whose user agent begins so."""
        return [e for e in self.audit() if e["verb"] not in ("get", "list", "watch")
                and e.get("userAgent", "").startswith(user_agent) and e["requestURI"].startswith(("/api/", "/apis/"))
                and "selfsubject" not in e["requestURI"]]

    def etcd(self, call, body):
        """One of etcd's calls by its JSON gateway: "kv/range", "kv/compaction"."""
        request = urllib.request.Request(f"http://127.0.0.1:{self._port('etcd')}/v3/{call}", json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    @property
    def url(self):
        return f"https://127.0.0.1:{self._port('apiserver')}"

    # --- how ------------------------------------------------------------------------------------------------------

    def _port(self, name):
        return int((self.folder / f"{name}.port").read_text())

    def _make_files(self):
        for name in ("etcd", "peer", "apiserver"):
            (self.folder / f"{name}.port").write_text(str(free_port()))
        (self.folder / "policy.yaml").write_text(POLICY)
        (self.folder / "tokens.csv").write_text(
            f'{ADMIN},test-admin,1,"system:masters"\n{VIEWER},test-viewer,2,"nobody"\n')
        self._openssl("req", "-x509", *self._new_key("ca"), "-out", "ca.crt", "-subj", "/CN=test-ca", "-days", "2",
                      "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
        self._certificate("apiserver", "/CN=kube-apiserver",
                          "subjectAltName=IP:127.0.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes.default.svc")
        self._certificate("admin", "/O=system:masters/CN=admin", "extendedKeyUsage=clientAuth")
        self._openssl("genrsa", "-out", "sa.key", "2048")
        self._openssl("rsa", "-in", "sa.key", "-pubout", "-out", "sa.pub")
        self.kubeconfig.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "admin",
            "clusters": [{"name": "test", "cluster": {"server": self.url, "certificate-authority": "ca.crt"}}],
            "users": [{"name": "admin", "user": {"client-certificate": "admin.crt", "client-key": "admin.key"}},
                      {"name": "token", "user": {"token": ADMIN}}, {"name": "viewer", "user": {"token": VIEWER}}],
            "contexts": [{"name": user, "context": {"cluster": "test", "user": user}}
                         for user in ("admin", "token", "viewer")]}))

    @staticmethod
    def _new_key(name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key"]

    def _certificate(self, name, subject, extension):
        self._openssl("req", *self._new_key(name), "-out", f"{name}.csr", "-subj", subject)
        (self.folder / f"{name}.ext").write_text(extension + "\n")
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                      "-out", f"{name}.crt", "-days", "2", "-extfile", f"{name}.ext")

    def _openssl(self, *args):
        done = subprocess.run(["openssl", *args], cwd=self.folder, capture_output=True, text=True, timeout=30,
                              check=False)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {args[0]}: {done.stderr}")

    def _start_etcd(self):
        url, peer = (f"http://127.0.0.1:{self._port(name)}" for name in ("etcd", "peer"))
        self._spawn("etcd", [f"--data-dir={self.folder}/etcd", f"--listen-client-urls={url}",
                             f"--advertise-client-urls={url}", f"--listen-peer-urls={peer}",
                             f"--initial-advertise-peer-urls={peer}", f"--initial-cluster=default={peer}",
                             "--unsafe-no-fsync", "--log-level=warn"])

    def _start_apiserver(self):
        at = self.folder
        self._spawn("kube-apiserver", [
            f"--etcd-servers=http://127.0.0.1:{self._port('etcd')}", f"--secure-port={self._port('apiserver')}",
            "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", f"--cert-dir={at}/run",
            f"--tls-cert-file={at}/apiserver.crt", f"--tls-private-key-file={at}/apiserver.key",
            f"--client-ca-file={at}/ca.crt", f"--token-auth-file={at}/tokens.csv",
            f"--service-account-key-file={at}/sa.pub", f"--service-account-signing-key-file={at}/sa.key",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            "--service-cluster-ip-range=10.96.0.0/16", "--authorization-mode=RBAC",
            "--disable-admission-plugins=ServiceAccount", f"--audit-policy-file={at}/policy.yaml",
            f"--audit-log-path={self.audit_log}", "--shutdown-delay-duration=0s"])

    def _spawn(self, name, args):
        with open(self.folder / f"{name}.log", "ab") as log:
            process = subprocess.Popen([kube_binary(), name, *args], stdout=log, stderr=log,
                                       stdin=subprocess.DEVNULL, start_new_session=True)
        (self.folder / f"{name}.pid").write_text(str(process.pid))
        # For a moment after exec a process has no command line, by which we know it as ours.
        wait_until(f"{name} to begin", lambda: process.poll() is not None or self._alive(name), 10)

    def _pid(self, name):
        """The process's id while it is ours and runs."""
        with contextlib.suppress(FileNotFoundError, ValueError, ProcessLookupError):
            pid = int((self.folder / f"{name}.pid").read_text())
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if name.encode() in command and str(self.folder).encode() in b" ".join(command):
                return pid
        return None

    def _alive(self, name):
        return self._pid(name) is not None

    def _end(self, name, how):
        pid = self._pid(name)
        if pid is None:
            return
        os.kill(pid, how)
        try:
            wait_until(f"the end of {name}", lambda: not self._alive(name), 15)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)

    def _ready(self):
        if not self._alive("kube-apiserver"):
            logs = [(self.folder / f"{name}.log").read_text()[-3000:] for name in ("etcd", "kube-apiserver")]
            raise RuntimeError("kube-apiserver ended:\n" + "\n".join(logs))
        request = urllib.request.Request(f"{self.url}/readyz", headers={"Authorization": f"Bearer {ADMIN}"})
        context = ssl.create_default_context(cafile=str(self.folder / "ca.crt"))
        try:
            with urllib.request.urlopen(request, timeout=2, context=context) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False


if __name__ == "__main__":
    the_server = ApiServer(pathlib.Path(sys.argv[2]).absolute())
    getattr(the_server, sys.argv[1])()
    print(the_server.kubeconfig)
