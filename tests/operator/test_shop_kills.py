"""The operator is killed right after its writes, one by one, in installation, upgrade, key rotation and restore: a Shop ends as it does undisturbed.

The tier kills it after each write in one go, and once after some of the writes. SHOPKEEPER_TEST_EVERY_KILL=1: once after every write, a
Shop for each (some 10 minutes).
"""

import base64
import collections
import json
import os
import re
import time

import pytest
from cluster import Operator
from proxy import Proxy

EVERY = os.environ.get("SHOPKEEPER_TEST_EVERY_KILL") == "1"
# Values that differ between two Shops of the same spec: generated ones, digests of them, addresses and times.
GENERATED = re.compile(r"-----BEGIN CERTIFICATE-----[^-]*|\b[0-9a-f]{10,}\b|(?<![\w-])(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,}(?![\w-])|\b1[6-9]\d{8}\b|\d{4}-\d\d-\d\dT[\d:.]+Z")


def normal(api, namespace):
    """What there is of a Shop, without what differs between two equal ones: (kind, name) -> list of texts."""
    found = collections.defaultdict(list)
    for (kind, name), each in api.owned(namespace).items():
        meta = each["metadata"]
        content = {key: value for key, value in each.items() if key not in ("metadata", "status", "kind", "apiVersion")}
        if kind == "Secret":
            content = sorted(each["data"])
        if kind == "Service":
            content["spec"] = {key: value for key, value in each["spec"].items() if not key.startswith("clusterIP")}
        if kind == "Job":
            del content["spec"]["selector"]
            content["spec"]["template"].pop("metadata")
        text = json.dumps([meta.get("labels"), sorted(meta.get("annotations", {})), content], sort_keys=True)
        found[kind, re.sub(r"-[0-9a-f]{8,}$", "", name)].append(GENERATED.sub("#", text.replace(namespace, "NAMESPACE")))
    return {key: sorted(values) for key, values in found.items()}


def credentials(api, namespace):
    """What must not be generated twice: the passwords and certificates, and the ids of the signing keys."""
    passwords, signing, certificates = (api.get("Secret", namespace, f"shop-{name}") for name in ("passwords", "signing", "certificates"))
    keys = json.loads(base64.b64decode(signing["data"]["signing.json"]))["keys"] if signing else []
    once = {name: value for each in (passwords, certificates) if each for name, value in each["data"].items()}
    return once, {each["kid"] for each in keys}


class Trial:
    """A Shop whose operator goes through a proxy and may be killed after a write."""

    def __init__(self, cluster, kill):
        self.cluster, self.api, self.kill = cluster, cluster.api, kill
        self.namespace = cluster.namespace()
        self.proxy = Proxy(cluster.server, cluster.folder, cluster.kubeconfig)
        self.proxy.after_write = self._after_write
        self.operator, self.kills, self.before = None, 0, 0

    def _after_write(self, number, _request):
        if not self.kill(number - self.before):
            return True
        self.kills += 1
        self.operator.process.kill()
        self.proxy.cut()
        return False

    def phase(self, act, done, limit=90):
        """Acts, and restarts the operator whenever it was killed, until `done` holds and nothing is written for a while. Returns the writes."""
        self.before = len(self.proxy.written)
        act()
        until, since, last = time.monotonic() + limit, time.monotonic(), 0
        passwords, keys = {}, set()
        while time.monotonic() < until:
            if self.operator is None or self.operator.process.poll() is not None:
                self.proxy.reopen()
                self.operator = Operator(self.proxy.kubeconfig, self.cluster.folder, "--leader-elect=false", "--namespaces", self.namespace)
                self.cluster.operators.append(self.operator)
                since = time.monotonic()
            before, (passwords, now) = passwords, credentials(self.api, self.namespace)
            assert before.items() <= passwords.items(), "passwords or certificates were generated twice"
            assert keys <= now and len(now) <= 2, "signing keys were generated twice"
            keys = now
            if len(self.proxy.written) != last:
                last, since = len(self.proxy.written), time.monotonic()
            if time.monotonic() - since > 0.7 and self.operator.process.poll() is None and done():
                return self.proxy.written[self.before:]
            time.sleep(0.02)
        raise TimeoutError(f"not done after {self.kills} kills and {len(self.proxy.written) - self.before} writes: "
                           f"{self.api.condition(self.namespace)}\n" + "\n".join(self.proxy.written[-5:]) + self.operator.text()[-2000:])

    def ready(self):
        shop = self.api.get("Shop", self.namespace, "shop")
        now, under_way = (self.api.condition(self.namespace, each) for each in ("Ready", "Progressing"))
        return (now["status"] == "True" and under_way["status"] == "False"  # it stays ready during a rollout
                and now["observedGeneration"] == shop["metadata"]["generation"])

    def rotated(self):
        return self.keys() and len(self.keys()) == 2 and self.ready()

    def keys(self):
        found = self.api.get("ConfigMap", self.namespace, "shop-keys")
        return found and json.loads(found["data"]["jwks.json"])["keys"]

    def install(self):
        return self.phase(lambda: self.api.shop(self.namespace), self.ready)

    def restore(self):
        source = {"volume": {"shop": "old"}, "targetTime": "2026-01-01T12:00:00Z"}
        return self.phase(lambda: self.api.shop(self.namespace, {"restoreFrom": source}), self.restored)

    def restored(self):
        return self.ready() and any(each["metadata"]["name"].startswith("shop-restore-") for each in self.api.list("Job", self.namespace))

    def upgrade(self):
        return self.phase(lambda: self.api.merge("Shop", self.namespace, "shop", {"spec": {"version": "2.0"}}), self.ready)

    def rotate(self):
        asked = {"metadata": {"annotations": {"shopkeeper.dev/rotate-keys": "now"}}}
        return self.phase(lambda: self.api.merge("Shop", self.namespace, "shop", asked), self.rotated)

    def end(self):
        self.operator.stop()
        self.proxy.stop()
        workloads = next(each for each in self.cluster.workloads if each.namespace == self.namespace)
        workloads.end()
        self.cluster.workloads.remove(workloads)


@pytest.fixture(scope="module", params=[("install", "upgrade", "rotate"), ("restore",)], ids=["installed", "restored"])
def phases(request):
    """What happens to a Shop, one after the other."""
    return request.param


@pytest.fixture(scope="module")
def undisturbed(simulated_cluster, phases):
    """What an undisturbed run writes in each phase, and what there is after it."""
    trial = Trial(simulated_cluster, kill=lambda number: False)
    result = {}
    for phase in phases:
        writes = getattr(trial, phase)()
        result[phase] = len(writes), normal(trial.api, trial.namespace), changes(trial, writes)
    trial.end()
    return result


def changes(trial, writes):
    """The objects that were written, and how often; without the status, which a pass may report after each of its parts."""
    return collections.Counter(re.sub(r"-[0-9a-f]{8,}$", "", each.replace(trial.namespace, "NAMESPACE"))
                               for each in writes if not each.endswith("/status"))


def compare(found, expected):
    assert {key: len(each) for key, each in found.items()} == {key: len(each) for key, each in expected.items()}, "objects"
    for key, texts in expected.items():
        assert found[key] == texts, key


def test_killed_after_each_write_it_ends_as_undisturbed(cluster, undisturbed):
    trial = Trial(cluster, kill=lambda number: True)
    for phase in undisturbed:
        before = trial.kills
        writes = getattr(trial, phase)()
        count, expected, changes_expected = undisturbed[phase]
        print(f"{phase}: {count} writes undisturbed, {len(writes)} with {trial.kills - before} kills")
        assert trial.kills - before >= count * 0.5, "no kills, no test"
        assert changes(trial, writes) == changes_expected, "a restart writes nothing that was written before"
        compare(normal(trial.api, trial.namespace), expected)
    trial.end()


def test_lost_answers_change_nothing(cluster, undisturbed):
    """Each write is executed once and its answer lost; the operator sees a broken connection, and tries again."""
    trial = Trial(cluster, kill=lambda number: False)
    seen = set()

    def lose_the_first(_number, request):
        key = f"{request} {request.body}"
        fresh = key not in seen
        seen.add(key)
        return not fresh
    trial.proxy.after_write = lose_the_first
    for phase in undisturbed:
        getattr(trial, phase)()
        compare(normal(trial.api, trial.namespace), undisturbed[phase][1])
    trial.end()


def moments(counts):
    """Of each trial, the write after which the operator is killed in each phase: some, or all of them."""
    if EVERY:
        return [{phase: min(at, count) for phase, count in counts.items()} for at in range(1, max(counts.values()) + 1)]
    return [{phase: max(1, round(count * part)) for phase, count in counts.items()} for part in (0.4, 1)]


def test_killed_once_in_each_phase_it_ends_as_undisturbed(cluster, undisturbed):
    for moment in moments({phase: undisturbed[phase][0] for phase in undisturbed}):
        trial = Trial(cluster, kill=lambda number: False)
        for phase, at in moment.items():
            trial.kill = lambda number, at=at: number == at  # pylint: disable=cell-var-from-loop
            before = trial.kills
            getattr(trial, phase)()
            # The last write may be a status that another pass joined with the one before.
            assert trial.kills == before + 1 or at == undisturbed[phase][0], f"{phase}: no kill at {at}"
            compare(normal(trial.api, trial.namespace), undisturbed[phase][1])
        trial.end()
