"""What the cluster's tests share: the cluster as `make up` makes it, its Shops, kubectl, waiting."""

import http.client
import json
import os
import pathlib
import subprocess
import time

from lib.client import Client

REPO = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get("SHOPKEEPER_CACHE", pathlib.Path.home() / ".cache" / "shopkeeper"))

# A test's own Shop is beside that of the other tests on a node of two cores: it must ask for little to be scheduled.
SMALL = (*(f"services.{service}.resources.requests.cpu=10m" for service in ("user", "product", "order", "notification")),
         "database.managed.resources.requests.cpu=20m", "messaging.managed.resources.requests.cpu=20m")


def wait_until(what, check, timeout=60, interval=0.25):
    """The first true value that check returns; a check that throws is asked again."""
    end, last = time.monotonic() + timeout, None
    while True:
        try:
            last = check()
            if last:
                return last
        except (OSError, http.client.HTTPException, subprocess.CalledProcessError, AssertionError, KeyError, ValueError) as error:
            last = error
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout}s for {what}; last: {last}")
        time.sleep(interval)


class Cluster:
    def __init__(self):
        self.name = os.environ.get("CLUSTER", "shop-test")
        self.port = int(os.environ.get("PORT", "18080"))
        self.env = {**os.environ, "CLUSTER": self.name, "PORT": str(self.port),
                    "PATH": f"{os.environ['PATH']}:/usr/local/sbin:/usr/sbin:{CACHE}/bin"}
        self.context = f"kind-{self.name}"
        self.http = self.gateway("localhost")

    def gateway(self, host):
        """A client of the Ingress by this host name."""
        return Client(self.port, headers={"Host": host}, timeout=20)

    def run(self, *command, timeout=120, check=True, stdin=None):
        done = subprocess.run(command, cwd=REPO, env=self.env, timeout=timeout, input=stdin, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if check and done.returncode:
            raise AssertionError(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-8000:]}{done.stderr[-8000:]}")
        return done

    def up(self, timeout=2400):
        """`make up`; how long it took."""
        began = time.monotonic()
        print(self.run("make", "-s", "up", timeout=timeout).stdout)
        return time.monotonic() - began

    def kubectl(self, *args, timeout=120, check=True, stdin=None):
        return self.run("kubectl", "--context", self.context, *args, timeout=timeout, check=check, stdin=stdin).stdout

    def get(self, *args):
        return json.loads(self.kubectl("get", "-o", "json", *args))

    def items(self, *args):
        return self.get(*args)["items"]

    def helm(self, *args, timeout=300):
        return self.run("helm", "--kube-context", self.context, *args, timeout=timeout).stdout

    def tag(self):
        return self.run("k8s/images/build.sh", "--print-tag").stdout.strip()

    def rss(self):
        """Resident memory by program of the shop, in MiB, as the nodes' kernels count it."""
        found = {}
        for node in self.run("kind", "get", "nodes", "--name", self.name).stdout.split():
            # shell inside the node: name and VmRSS of each process whose name is one of ours
            lines = self.run("docker", "exec", node, "sh", "-c",
                             "for p in /proc/[0-9]*; do sed -n 's/^Name:\\s*//p; s/^VmRSS:\\s*//p' $p/status 2>/dev/null"
                             " | tr '\\n' ' '; readlink $p/exe; echo; done").stdout.splitlines()
            for line in lines:
                words = line.split()
                if len(words) == 4 and words[1].isdigit():
                    found.setdefault(words[3].rsplit("/", 1)[-1], []).append(int(words[1]) / 1024)
        return found


class Shop:
    """A Shop in a namespace of the cluster."""

    def __init__(self, cluster, namespace="shop", name="shop", http=None):
        self.cluster, self.namespace, self.name = cluster, namespace, name
        self.http = http or cluster.http

    def kubectl(self, *args, **more):
        return self.cluster.kubectl("-n", self.namespace, *args, **more)

    def get(self, *args):
        return self.cluster.get("-n", self.namespace, *args)

    def items(self, *args):
        return self.cluster.items("-n", self.namespace, *args)

    def patch(self, spec):
        self.kubectl("patch", "shop", self.name, "--type=merge", "-p", json.dumps({"spec": spec}))

    def conditions(self):
        return {c["type"]: c for c in self.get("shop", self.name).get("status", {}).get("conditions", [])}

    def ready(self):
        """Ready, with nothing under way, and for the spec as it is now."""
        shop = self.get("shop", self.name)
        status = shop.get("status", {})
        if status.get("observedGeneration") != shop["metadata"]["generation"]:
            return False
        said = {c["type"]: c["status"] for c in status.get("conditions", [])}
        return said.get("Ready") == "True" and said.get("Progressing") == "False"

    def wait_ready(self, timeout=180):
        try:
            wait_until(f"Shop {self.namespace}/{self.name} to be Ready", self.ready, timeout)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.explain()}") from None

    def explain(self):
        return "\n".join(self.kubectl(*args, check=False) for args in (
            ("get", "shop", self.name, "-o", "jsonpath={range .status.conditions[*]}{.type}={.status} {.reason}: {.message}{'\\n'}{end}"),
            ("get", "pods", "-o", "wide"),
            ("get", "events", "--sort-by=.lastTimestamp")))[-8000:]

    def wait_order_with_user(self, timeout):
        """Until an order is shown with its user: once the order service has asked in vain it waits for some seconds."""
        wait_until("an order with its user", lambda: (self.http.get("/orders/1").json()["user"] or {}).get("name") == "Alice", timeout)

    def deployment(self, service):
        return f"{self.name}-{service}"

    def sql(self, service, query):
        """What a service's database says, in rows of text."""
        pods = [p["metadata"]["name"] for p in self.items("pods") if "postgres" in p["metadata"]["name"]
                and p["metadata"].get("ownerReferences", [{}])[0].get("kind") == "StatefulSet"]
        out = self.kubectl("exec", pods[0], "--", "psql", "-U", "postgres", "-d", f"shopkeeper_{service}", "-v", "ON_ERROR_STOP=1",
                           "-qAtc", query)
        return [line.split("|") for line in out.splitlines()]


def install(cluster, chart, namespace, *settings, release="shop", command="install"):
    cluster.helm(command, release, str(chart), "-n", namespace, "--create-namespace", "--set", f"global.image.tag={cluster.tag()}",
                 *(argument for each in (*SMALL, *settings) for argument in ("--set", each)))
