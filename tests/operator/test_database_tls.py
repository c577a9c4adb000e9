"""TLS of the managed PostgreSQL: a real server, run as the operator's pod runs it, and clients with the environment of its pods."""

import base64
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import tempfile

import psycopg2
import pytest
from api import REPO
from database_volume import BIN
from lib.process import as_user, free_port, start, stop, tail, wait_until


class Pod:
    """The files and the environment that the kubelet gives to a pod's containers, below a folder of its own."""

    def __init__(self, api, namespace, folder, spec):
        self.api, self.namespace, self.folder, self.spec = api, namespace, folder, spec
        folder.mkdir(mode=0o755)
        self.places = {mount["mountPath"]: folder / mount["name"]
                       for each in spec.get("initContainers", []) + spec["containers"] for mount in each["volumeMounts"]}
        for volume in spec["volumes"] + [{"name": name.name} for name in self.places.values()]:
            self.mount(volume)

    def mount(self, volume):
        """Writes a volume; one that is there is replaced at once, as the kubelet replaces it."""
        at = self.folder / volume["name"]
        at.mkdir(exist_ok=True)
        at.chmod(0o777)
        source = volume.get("secret") or volume.get("configMap")
        if not source:
            return
        kind, name = ("Secret", source["secretName"]) if "secret" in volume else ("ConfigMap", source["name"])
        data = self.api.get(kind, self.namespace, name)["data"]
        content = pathlib.Path(tempfile.mkdtemp(prefix="..", dir=at))
        content.chmod(0o755)
        for item in source.get("items") or [{"key": key, "path": key} for key in data]:
            file, value = content / item["path"], data[item["key"]]
            file.write_bytes(base64.b64decode(value) if kind == "Secret" else value.encode())
            file.chmod(source.get("defaultMode", 0o644))
            if os.geteuid() == 0:
                shutil.chown(file, "root", "postgres")  # the kubelet's user and the pod's fsGroup
            elif kind == "Secret":
                file.chmod(0o400)
            if not (at / item["path"]).is_symlink():
                (at / item["path"]).symlink_to(f"..data/{item['path']}")
        (at / "..new").symlink_to(content.name)
        (at / "..new").rename(at / "..data")

    def text(self, text):
        """With the paths inside the containers replaced by those here."""
        paths = "|".join(sorted(map(re.escape, self.places), key=len, reverse=True))
        return re.sub(rf"(?<![\w.])({paths})(?![\w-])", lambda found: str(self.places[found[1]]), text)

    def environment(self, container, **more):
        result = {"PATH": f"{BIN}:/usr/bin:/bin", "LANG": "C.UTF-8"}
        for each in container["env"]:
            if "value" in each:
                result[each["name"]] = self.text(each["value"])
            else:
                source = each["valueFrom"]["secretKeyRef"]
                result[each["name"]] = base64.b64decode(self.api.get("Secret", self.namespace, source["name"])["data"][source["key"]]).decode()
        return {**result, **more}

    def run(self, container, command, user="postgres", **more):
        return subprocess.run(as_user(user, [self.text(each) for each in command]), env=self.environment(container, **more), check=False,
                              capture_output=True, text=True, timeout=60, cwd="/")


class Server(Pod):
    """The pod of the StatefulSet, with PostgreSQL on a port of 127.0.0.1."""

    def __init__(self, api, namespace, folder):
        super().__init__(api, namespace, folder, api.get("StatefulSet", namespace, "shop-postgres")["spec"]["template"]["spec"])
        self.container, self.port = self.spec["containers"][0], free_port()
        first = self.spec["initContainers"][0]
        done = self.run(first, first["command"])
        assert done.returncode == 0, done.stderr
        entrypoint = shutil.copy(REPO / "k8s/images/postgres/entrypoint.sh", folder)
        command = ["bash", str(entrypoint), *(self.text(each) for each in self.container["args"]),
                   "-c", f"port={self.port}", "-c", f"unix_socket_directories={folder}/run"]
        self.process = start(as_user("postgres", command), folder / "log", self.environment(self.container))
        wait_until("PostgreSQL", lambda: self.probe("startupProbe").returncode == 0 or self.ended(), 60)

    def ended(self):
        assert self.process.poll() is None, tail(self.folder / "log")

    def probe(self, kind):
        return self.run(self.container, self.container[kind]["exec"]["command"], PGPORT=str(self.port))

    def certificate(self):
        """What it serves, in PEM."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as plain:
            plain.sendall(struct.pack("!ii", 8, 80877103))  # SSLRequest
            assert plain.recv(1) == b"S"
            with context.wrap_socket(plain) as channel:
                return ssl.DER_cert_to_PEM_cert(channel.getpeercert(binary_form=True))

    def stop(self):
        stop(self.process, 30, signal.SIGINT)


@pytest.fixture
def shop(cluster, api):
    """(namespace, the running server, the pod of the user service), the databases set up by the Job's own command."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tls-"))
    folder.chmod(0o755)
    server = None
    try:
        namespace, _ = cluster.ready_shop()
        server = Server(api, namespace, folder / "server")
        job = next(each for each in api.list("Job", namespace) if each["metadata"]["name"].startswith("shop-postgres-setup-"))
        set_up = Pod(api, namespace, folder / "set-up", job["spec"]["template"]["spec"])
        container = set_up.spec["containers"][0]
        done = set_up.run(container, container["command"], PGHOSTADDR="127.0.0.1", PGPORT=str(server.port))
        assert done.returncode == 0, done.stderr
        yield namespace, server, Pod(api, namespace, folder / "user", api.get("Deployment", namespace, "shop-user")["spec"]["template"]["spec"])
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def connect(server, pod, **differently):
    """As a service does, with the environment of its pod; None removes a parameter."""
    environment = pod.environment(pod.spec["containers"][0])
    parameters = {"sslmode": environment["PGSSLMODE"], "sslrootcert": environment["PGSSLROOTCERT"], "hostaddr": "127.0.0.1",
                  "port": server.port, "connect_timeout": 5, **differently}
    return psycopg2.connect(environment["DATABASE_URL"].replace(":5432/", "/"), **{key: value for key, value in parameters.items() if value})


def value(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


ENCRYPTED = "select version from pg_stat_ssl where pid = pg_backend_pid() and ssl"


def test_services_verify_the_server_which_refuses_plain_connections(shop):
    _, server, pod = shop
    with connect(server, pod) as connection:
        assert value(connection, ENCRYPTED) == "TLSv1.3"
    # A program of an earlier version, which knows nothing of TLS.
    with connect(server, pod, sslmode=None, sslrootcert=None) as connection:
        assert value(connection, ENCRYPTED) == "TLSv1.3"
    with pytest.raises(psycopg2.OperationalError, match="no pg_hba.conf entry for host .* no encryption"):
        connect(server, pod, sslmode="disable")
    other = server.folder / "other.crt"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=Shopkeeper databases",
                    "-keyout", "/dev/null", "-out", str(other)], check=True, capture_output=True, timeout=30)
    with pytest.raises(psycopg2.OperationalError, match="certificate verify failed"):
        connect(server, pod, sslrootcert=str(other))
    with pytest.raises(psycopg2.OperationalError, match='does not match host name "shop-rabbitmq"'):
        connect(server, pod, host="shop-rabbitmq")
    for name in ("shop-postgres.{}", "shop-postgres.{}.svc", "shop-postgres.{}.svc.cluster.local"):
        connect(server, pod, host=name.format(shop[0])).close()
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        connect(server, pod, password="wrong")


def test_a_renewed_certificate_is_served_without_breaking_connections(shop, api):
    namespace, server, pod = shop

    def secret():
        return {key: base64.b64decode(text).decode() for key, text in api.get("Secret", namespace, "shop-certificates")["data"].items()}
    before = secret()
    assert server.certificate() == before["tls.crt"] and server.probe("livenessProbe").returncode == 0
    connection = connect(server, pod)
    backend = value(connection, "select pg_backend_pid()")
    generation = api.get("StatefulSet", namespace, "shop-postgres")["metadata"]["generation"]
    # What the operator does when it is time, as it does for a certificate that cannot be read.
    api.merge("Secret", namespace, "shop-certificates", {"data": {"tls.crt": ""}})
    after = wait_until("a new certificate", lambda: secret()["tls.crt"] and secret(), 20)
    assert after["tls.crt"] != before["tls.crt"] and after["tls.key"] != before["tls.key"] and after["ca.crt"] == before["ca.crt"]
    server.mount(next(each for each in server.spec["volumes"] if each["name"] == "certificate"))
    assert server.certificate() == before["tls.crt"], "the server reads it when it is reloaded"
    assert server.probe("livenessProbe").returncode == 0
    wait_until("the new certificate", lambda: server.certificate() == after["tls.crt"], 10)
    assert value(connection, "select pg_backend_pid()") == backend, "the connection is as it was"
    with connect(server, pod) as another:
        assert value(another, ENCRYPTED) == "TLSv1.3"
    log = (server.folder / "log").read_text()
    assert server.probe("livenessProbe").returncode == 0
    assert log.count("SIGHUP") == (server.folder / "log").read_text().count("SIGHUP"), "it is reloaded for another certificate only"
    assert api.get("StatefulSet", namespace, "shop-postgres")["metadata"]["generation"] == generation
