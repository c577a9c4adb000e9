"""make up again: quickly, after an interruption, and make demo."""

import os
import signal
import subprocess
import time

import pytest

from kit import REPO


def test_warm(cluster, figures):
    took = cluster.up()
    figures["make up (again)"] = (took, "s", 180)
    assert took <= 180


@pytest.mark.parametrize("after", [1, 4, 9])
def test_after_an_interruption(cluster, http, after):
    """kill -9 of the whole run at some moment, then again."""
    process = subprocess.Popen(["k8s/kind/up.sh"], cwd=REPO, env=cluster.env, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    time.sleep(after)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    cluster.up()
    assert http.get("/health").status == 200


def test_the_endpoint_is_where_the_shop_answers(cluster, shop):
    assert shop.get("shop", shop.name)["status"]["endpoint"] == f"http://localhost:{cluster.port}"


def test_demo(cluster):
    said = cluster.run("make", "-s", "demo").stdout
    for part in ("GET" if "GET" in said else "curl", "Laptop", "alice@example.com", "order_id", "Product not found"):
        assert part in said, said


def test_port_taken_is_said_in_one_line(cluster):
    """A second cluster on the same port: refused before anything is made."""
    env = {**cluster.env, "CLUSTER": "shop-other"}
    done = subprocess.run(["k8s/kind/up.sh"], cwd=REPO, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode != 0
    assert f"port {cluster.port} is taken" in done.stderr
    assert "shop-other" not in cluster.run("kind", "get", "clusters").stdout
