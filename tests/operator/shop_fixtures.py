"""The fixtures of the tests of Shops (a pytest plugin: see `pytest_plugins` in them)."""

import subprocess

import pytest
from apiserver import ApiServer
from shop_kit import OPERATOR, World


@pytest.fixture(scope="session")
def shop_server(tmp_path_factory):
    """An API server that knows Shops."""
    server = ApiServer(tmp_path_factory.mktemp("shop-api"))
    try:
        server.start()
        done = subprocess.run([str(OPERATOR), "crd", "apply", "--kubeconfig", str(server.kubeconfig)], capture_output=True,
                              text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        server.start_controllers()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def shop_world(shop_server, tmp_path_factory):
    return World(shop_server, tmp_path_factory.mktemp("shop-world"))


@pytest.fixture
def world(shop_world, request):
    yield shop_world
    if getattr(request.node, "failed", False):
        for each in shop_world.operators:
            print(f"--- {each.log.name}\n{each.text()[-4000:]}")
    shop_world.clean()


@pytest.fixture
def api(world):
    return world.api


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == "call":
        item.failed = outcome.get_result().failed
