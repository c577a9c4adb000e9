"""The real thing: `make up` on a kind cluster of the tests' own (CLUSTER, PORT in the environment), then requests through
its Ingress. The files run in the order of their numbers on one shop: the first wants it new, the last deletes it.

Run: `make test TIERS=cluster`, or with the cluster kept for the next run `KEEP=1 TIERS=cluster tests/run.sh`.
"""

import pathlib
import shutil
import signal
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "services")]

from kit import Cluster, Shop  # noqa: E402  pylint: disable=wrong-import-position


FIGURES = {}

# A run that is ended (the tier's time is up) takes down what it started, as with Ctrl-C.
signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def figures():
    """Measured figures, printed at the end: name -> (value, unit, limit)."""
    return FIGURES


def pytest_terminal_summary(terminalreporter):
    for name, (value, unit, limit) in FIGURES.items():
        terminalreporter.write_line(f"figure: {name} {value:.1f} {unit} (at most {limit})")


@pytest.fixture(scope="session")
def cluster(figures):
    made = Cluster()
    have_kind = shutil.which("kind", path=made.env["PATH"])
    if have_kind and made.name in made.run("kind", "get", "clusters", check=False).stdout.split():
        # Left by a run that was kept: the shop must be new, since the examples' numbers are those of a new shop.
        made.run("helm", "--kube-context", made.context, "uninstall", "shop", "-n", "shop", "--wait", check=False, timeout=180)
        made.kubectl("delete", "namespace", "shop", "--ignore-not-found", "--timeout=180s", timeout=200)
    figures["make up (first)"] = (made.up(), "s", 1800)
    return made


@pytest.fixture(scope="session")
def shop(cluster):
    return Shop(cluster)


@pytest.fixture(scope="session")
def http(shop):
    return shop.http


@pytest.fixture(autouse=True)
def explained(request):
    """A failed test shows what the cluster says of the shop."""
    yield
    report = getattr(request.node, "report_call", None)
    if report is not None and report.failed and "shop" in request.fixturenames:
        print(request.getfixturevalue("shop").explain())


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == "call":
        item.report_call = outcome.get_result()
