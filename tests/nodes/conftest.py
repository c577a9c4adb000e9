"""A cluster of three nodes (CLUSTER, PORT, NODES in the environment) with a shop whose stores are on one of its two workers, so that the
other can be drained: the volumes of kind cannot follow a pod to another node.

Run: `make test TIERS=nodes`; it is not among the tiers that run by default.
"""

import contextlib
import pathlib
import sys

import pytest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "cluster"), str(TESTS / "services")]

from kit import Cluster, Shop, install, wait_until, REPO  # noqa: E402  pylint: disable=wrong-import-position


@pytest.fixture(scope="session")
def cluster():
    made = Cluster()
    made.up()
    return made


@pytest.fixture(scope="session")
def workers(cluster):
    """Names of the two workers: that of the stores, and the other."""
    names = sorted(each["metadata"]["name"] for each in cluster.items("nodes") if "node-role.kubernetes.io/control-plane" not in each["metadata"]["labels"])
    assert len(names) == 2, names
    return names


@contextlib.contextmanager
def cordoned(cluster, node):
    """New pods go to the other worker."""
    cluster.kubectl("cordon", node)
    try:
        yield
    finally:
        cluster.kubectl("uncordon", node)


@pytest.fixture(scope="session")
def shop(cluster, workers):
    """Two replicas of each service, spread over both workers."""
    host = "nodes.example.com"
    made = Shop(cluster, "nodes", "shop", cluster.gateway(host))
    with cordoned(cluster, workers[1]):
        install(cluster, REPO / "charts/shop", "nodes", "access=Open", "sampleData=true", f"gateway.host={host}")
        made.wait_ready(240)
    with cordoned(cluster, workers[0]):
        made.patch({"services": {service: {"replicas": 2} for service in ("user", "product", "order", "notification")}})
        made.wait_ready(240)
    wait_until("the gateway", lambda: made.http.get("/products/1").status == 200, 30)
    return made
