"""Fixtures of the operator's tests: a REAL etcd and kube-apiserver (see apiserver.py), started once a session.

    apiserver    with the Shop's CRD and the controllers that collect garbage: .kubeconfig .kubectl("get", "ns")
                 .audit() .writes("user-agent") .restart() .kill()
    cluster        namespaces, operators, workloads that come up: taken away after each test;    api    its API server
"""

import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "services")]

# pylint: disable=wrong-import-position
from apiserver import ApiServer  # noqa: E402
from cluster import OPERATOR, SimulatedCluster  # noqa: E402

# A run that is ended (the tier's time is up) takes down what it started, as with Ctrl-C.
signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def apiserver():
    folder = tempfile.mkdtemp(prefix="shopkeeper-api-")
    server = ApiServer(folder)
    try:
        server.start()
        subprocess.run([str(OPERATOR), "crd", "apply", "--kubeconfig", str(server.kubeconfig)], check=True, timeout=60)
        server.start_controllers()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def simulated_cluster(apiserver, tmp_path_factory):  # pylint: disable=redefined-outer-name
    return SimulatedCluster(apiserver, tmp_path_factory.mktemp("cluster"))


@pytest.fixture
def cluster(simulated_cluster, request):  # pylint: disable=redefined-outer-name
    yield simulated_cluster
    if getattr(request.node, "failed", False):
        for each in simulated_cluster.operators:
            print(f"--- {each.log.name}\n{each.text()[-4000:]}")
    simulated_cluster.clean()


@pytest.fixture
def api(cluster):  # pylint: disable=redefined-outer-name
    return cluster.api


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == "call":
        item.failed = outcome.get_result().failed
