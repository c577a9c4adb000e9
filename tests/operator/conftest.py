"""Fixtures of the operator's tests: a REAL etcd and kube-apiserver (see apiserver.py), started once a session.

    apiserver    .kubeconfig .kubectl("get", "ns") .get("pods", "-A") .audit() .writes("user-agent") .restart() .kill()
                 .start_controllers("garbage-collector-controller")
    namespace    a fresh namespace's name for each test
"""

import itertools
import os
import pathlib
import shutil
import signal
import sys
import tempfile

import pytest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

from apiserver import ApiServer  # noqa: E402  pylint: disable=wrong-import-position

_numbers = itertools.count(1)


def build_folder():
    return pathlib.Path(os.environ.get("SHOPKEEPER_BUILD", HERE.parent.parent / "build" / "dev"))

# A run that is ended (the tier's time is up) takes down what it started, as with Ctrl-C.
signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def apiserver():
    folder = tempfile.mkdtemp(prefix="shopkeeper-api-")
    server = ApiServer(folder)
    try:
        yield server.start()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def namespace(apiserver):  # pylint: disable=redefined-outer-name
    name = f"test-{next(_numbers)}"
    apiserver.kubectl("create", "namespace", name)
    return name
