#!/usr/bin/python3
"""Measures the operator with 1 to 1,000 Shops on a real etcd and kube-apiserver, with a stand-in for kubelets (nodes.py).

    tests/operator/scale.py 1 10 100 1000      # measures each, then writes the table of operator/README.md and operator/scale.svg
    tests/operator/scale.py --keep 100         # measures only; the figures stay in build/scale
    tests/operator/scale.py --report           # writes table and plot from figures that were measured before

It needs the binary of build/dev (or $SHOPKEEPER_BUILD; a release build is smaller) and stops by itself: each number of Shops has a limit
of --limit seconds, after which it fails. Times depend on the machine; processor time, memory and requests hardly do.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1] / "services")]

# pylint: disable=wrong-import-position
from api import REPO, Api  # noqa: E402
from apiserver import ApiServer  # noqa: E402
from cluster import OPERATOR, SimulatedCluster  # noqa: E402
from lib.process import wait_until  # noqa: E402
from nodes import Nodes, SELECTOR, Watch  # noqa: E402
from scale_report import write_report  # noqa: E402

FIGURES = REPO / "build/scale"
NAMESPACES, SAMPLES = 10, 50
TICKS = os.sysconf("SC_CLK_TCK")


def memory(pid):
    """Resident now and at most so far, in MiB."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return tuple(int(re.search(rf"{name}:\s+(\d+)", text)[1]) / 1024 for name in ("VmRSS", "VmHWM"))


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def sockets(pid):
    return sum(os.readlink(each).startswith("socket:") for each in pathlib.Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink())


def threads(pid):
    return len(list(pathlib.Path(f"/proc/{pid}/task").iterdir()))


def percentile(values, share):
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def histogram_percentile(operator, name, share):
    """From a Prometheus histogram, interpolated within its bucket."""
    buckets = [(float(le), float(count)) for le, count in
               re.findall(rf'^{name}_bucket{{.*le="([^"]+)"}} (\S+)$', operator.ask("/metrics")[1], re.M)]
    want, below, before = buckets[-1][1] * share, 0.0, 0.0
    for limit, count in buckets:
        if count >= want:
            return limit if limit == float("inf") else below + (limit - below) * (want - before) / max(count - before, 1)
        below, before = limit, count
    return float("nan")


class Clock:
    """When Shops became reconciled and ready, and when objects became as expected, by watches of the script's own."""

    def __init__(self, api):
        self.lock, self.first, self.ready, self.seen = threading.Condition(), {}, {}, {}
        self.watches = [Watch(api, "Shop", self._shop)] + [Watch(api, kind, self._object, SELECTOR) for kind in ("Deployment", "Service")]

    def end(self):
        for each in self.watches:
            each.end()

    def _shop(self, event, each):
        key = each["metadata"]["namespace"], each["metadata"]["name"]
        conditions = {each["type"]: each["status"] for each in each.get("status", {}).get("conditions", [])}
        with self.lock:
            if conditions and event != "DELETED":
                self.first.setdefault(key, time.monotonic())
            if conditions.get("Ready") == "True":
                self.ready.setdefault(key, time.monotonic())
            self.lock.notify_all()

    def _object(self, event, each):
        if event != "DELETED":
            with self.lock:
                self.seen[each["kind"], each["metadata"]["namespace"], each["metadata"]["name"]] = (
                    time.monotonic(), each["metadata"]["uid"], each["spec"].get("replicas"))
                self.lock.notify_all()

    def until(self, what, test, seconds):
        with self.lock:
            if not self.lock.wait_for(test, seconds):
                raise TimeoutError(f"{what} took longer than {seconds:.0f} s")


class Measurement:
    def __init__(self, cluster, count, limit, rest):
        self.cluster, self.api, self.count, self.rest, self.deadline = cluster, cluster.api, count, rest, time.monotonic() + limit
        self.figures = {"shops": count}
        self.keys = []

    def left(self):
        return self.deadline - time.monotonic()

    def run(self):
        namespaces = [self.cluster.namespace(run=False) for _ in range(min(NAMESPACES, self.count))]
        self.keys = [(namespaces[n % len(namespaces)], f"shop-{n}") for n in range(self.count)]
        nodes, clock = Nodes(self.api), Clock(self.api)
        try:
            operator = self.cluster.operator()
            wait_until("the operator to lead", lambda: operator.metric("leader_election_master_status") == 1, 30)
            self.create(operator, clock)
            self.at_rest(operator)
            self.changes(clock)
            self.deletions(clock)
            self.restart(operator)
        finally:
            clock.end()
            nodes.end()
        return self.figures

    def idle(self, operator, passes):
        """Whether nothing is queued, and nothing is being worked on."""
        return operator.metric("controller_runtime_reconcile_total") >= passes and operator.metric("workqueue_depth") == 0 \
            and operator.metric("controller_runtime_active_workers") == 0

    def create(self, operator, clock):
        began, pid = time.monotonic(), operator.process.pid
        before = processor_seconds(pid)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda key: self.api.shop(key[0], {"access": "Open"}, key[1]), self.keys))
        clock.until("the first reconcile of all", lambda: len(clock.first) == self.count, self.left())
        clock.until("readiness of all", lambda: len(clock.ready) == self.count, self.left())
        wait_until("the operator to have nothing to do", lambda: self.idle(operator, self.count), max(1, self.left()))
        used = processor_seconds(pid) - before
        passes = operator.metric("controller_runtime_reconcile_total")
        requests = operator.metric("rest_client_requests_total")
        now, peak = memory(pid)
        self.figures |= {
            "first_reconciled_s": max(clock.first.values()) - began, "first_ready_s": min(clock.ready.values()) - began,
            "all_ready_s": max(clock.ready.values()) - began, "cpu_s": used, "passes": passes, "cpu_per_pass_ms": used / passes * 1000,
            "requests_per_shop": requests / self.count,
            "not_found_per_shop": operator.metric("rest_client_requests_total", code="404") / self.count,
            "reconcile_p50_s": histogram_percentile(operator, "controller_runtime_reconcile_time_seconds", 0.5),
            "reconcile_p99_s": histogram_percentile(operator, "controller_runtime_reconcile_time_seconds", 0.99),
            "rss_ready_mib": now, "rss_peak_mib": peak, "threads": threads(pid), "sockets": sockets(pid)}

    @staticmethod
    def busy(operator):
        """Whether it has sent anything but renewals of its Lease within two seconds."""
        before = operator.metric("rest_client_requests_total", method="POST") + operator.metric("rest_client_requests_total", method="PATCH")
        time.sleep(2)
        return operator.metric("rest_client_requests_total", method="POST") + operator.metric("rest_client_requests_total",
                                                                                              method="PATCH") != before

    def at_rest(self, operator):
        """What the operator asks of the API server while nothing happens; watches count when they begin."""
        def requests():
            return operator.metric("rest_client_requests_total")
        wait_until("the last Events to be written", lambda: self.idle(operator, self.count) and not self.busy(operator), 60)
        pid, offset = operator.process.pid, self.cluster.server.audit_log.stat().st_size
        before, used = requests(), processor_seconds(pid)
        time.sleep(self.rest)  # the time at rest is what is measured
        sent, used = requests() - before, processor_seconds(pid) - used
        with open(self.cluster.server.audit_log, encoding="utf-8") as log:
            log.seek(offset)
            events = [json.loads(line) for line in log if line.startswith("{") and line.endswith("}\n") and "shopkeeper-operator" in line]
        others = [each for each in events if "/leases" not in each["requestURI"] and each["verb"] != "watch"]
        for each in others:
            print("at rest:", each["verb"], each["requestURI"], file=sys.stderr)
        self.figures |= {"rss_rest_mib": memory(pid)[0], "requests_per_minute_at_rest": sent * 60 / self.rest,
                         "other_than_lease_and_watch_at_rest": len(others), "cpu_at_rest_percent": used / self.rest * 100}

    def changes(self, clock):
        """From a changed field of a Shop to the changed Deployment."""
        took = []
        for number in range(SAMPLES):
            namespace, name = random.choice(self.keys)
            began = time.monotonic()
            self.api.merge("Shop", namespace, name, {"spec": {"services": {"user": {"replicas": 2 + number % 2}}}})
            wanted, at = 2 + number % 2, ("Deployment", namespace, f"{name}-user")
            clock.until("a change", lambda at=at, wanted=wanted: clock.seen[at][2] == wanted, 30)
            took.append(max(0.0, clock.seen[at][0] - began))
            time.sleep(0.05)  # so that one change does not queue behind the last one's rollout
        self.figures |= {"change_p50_s": statistics.median(took), "change_p99_s": percentile(took, 0.99)}

    def deletions(self, clock):
        """From a deleted Service to its successor."""
        took = []
        for _ in range(SAMPLES):
            namespace, name = random.choice(self.keys)
            at = ("Service", namespace, f"{name}-order")
            old, began = clock.seen[at][1], time.monotonic()
            self.api.delete(*at)
            clock.until("a repair", lambda at=at, old=old: clock.seen[at][1] != old, 30)
            took.append(clock.seen[at][0] - began)
        self.figures |= {"deletion_p50_s": statistics.median(took), "deletion_p99_s": percentile(took, 0.99)}

    def restart(self, operator):
        operator.stop()
        began, again = time.monotonic(), self.cluster.operator()
        wait_until("all to be looked at again", lambda: self.idle(again, self.count), max(1, self.left()))
        now, peak = memory(again.process.pid)
        self.figures |= {"restart_s": time.monotonic() - began, "restart_cpu_s": processor_seconds(again.process.pid),
                         "rss_restart_mib": now, "rss_restart_peak_mib": peak,
                         "restart_writes": sum(again.metric("rest_client_requests_total", method=method) for method in ("POST", "PATCH", "DELETE"))}


def measure(count, limit, rest):
    with tempfile.TemporaryDirectory(prefix="shopkeeper-scale-") as folder:
        server, cluster = ApiServer(pathlib.Path(folder)), None
        try:
            server.start()
            subprocess.run([str(OPERATOR), "crd", "apply", "--kubeconfig", str(server.kubeconfig)], check=True, timeout=60)
            cluster = SimulatedCluster(server, pathlib.Path(folder))
            assert isinstance(cluster.api, Api)
            return Measurement(cluster, count, limit, rest).run()
        finally:
            for each in cluster.operators if cluster else []:
                each.process.kill()
                each.process.wait(10)
            server.stop()


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # takes down what it started
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shops", type=int, nargs="*", help="numbers of Shops")
    parser.add_argument("--limit", type=int, default=1800, help="seconds for each number of Shops")
    parser.add_argument("--rest", type=int, default=60, help="seconds to count requests at rest")
    parser.add_argument("--keep", action="store_true", help="do not write the report")
    parser.add_argument("--report", action="store_true", help="only write the report")
    options = parser.parse_args()
    FIGURES.mkdir(parents=True, exist_ok=True)
    for count in options.shops:
        figures = measure(count, options.limit, options.rest)
        (FIGURES / f"{count}.json").write_text(json.dumps(figures, indent=1))
        print(json.dumps({key: round(value, 3) for key, value in figures.items()}), flush=True)
    if options.report or (options.shops and not options.keep):
        write_report([json.loads(each.read_text()) for each in FIGURES.glob("*.json")])


if __name__ == "__main__":
    main()
