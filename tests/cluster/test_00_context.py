"""`make down` leaves kubectl with the context that was current before `make up`. Needs no cluster."""

import json
import os
import subprocess

import pytest

from kit import CACHE, REPO


class Kubectl:
    """A kubeconfig of the test's own, and the functions of k8s/kind that change it."""

    def __init__(self, folder):
        self.file = folder / "config"
        # Not the user's own state; the programs are those of the real cache.
        self.env = {**os.environ, "KUBECONFIG": str(self.file), "SHOPKEEPER_CACHE": str(folder / "cache"), "CLUSTER": "shop-context",
                    "PATH": f"{os.environ['PATH']}:{CACHE}/bin"}

    def write(self, current, *contexts):
        self.file.write_text(json.dumps({"apiVersion": "v1", "kind": "Config", "current-context": current, "contexts": [
            {"name": name, "context": {"cluster": "c", "user": "u"}} for name in contexts]}))

    def call(self, function):
        subprocess.run(["bash", "-euo", "pipefail", "-c", f'. "$0" cluster; {function}', REPO / "k8s/kind/lib.sh"], env=self.env,
                       cwd=REPO, timeout=60, check=True)

    def current(self):
        done = subprocess.run(["kubectl", "config", "current-context"], env=self.env, capture_output=True, text=True, timeout=60, check=False)
        return done.stdout.strip()


@pytest.fixture
def kubectl(tmp_path):
    return Kubectl(tmp_path)


def test_the_previous_context_is_current_again(kubectl):
    kubectl.write("work", "work", "other")
    kubectl.call("context_remember")
    kubectl.write("kind-shop-context", "work", "other", "kind-shop-context")
    kubectl.call("context_remember")  # a second `make up`
    kubectl.write("", "work", "other")  # as `kind delete cluster` leaves it
    kubectl.call("context_restore")
    assert kubectl.current() == "work"


def test_a_context_that_the_user_chose_meanwhile_stays(kubectl):
    kubectl.write("work", "work", "other")
    kubectl.call("context_remember")
    kubectl.write("other", "work", "other")
    kubectl.call("context_restore")
    assert kubectl.current() == "other"


def test_a_context_that_is_gone_is_not_set(kubectl):
    kubectl.write("work", "work")
    kubectl.call("context_remember")
    kubectl.write("", "other")
    kubectl.call("context_restore")
    assert kubectl.current() == ""
