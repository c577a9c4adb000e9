"""kit/db and kit/events against the real servers: the C++ program kit_stores_test, each of its tests on a database and a
virtual host of its own. What a test wants done to a server it asks for on its standard output ("##fault rabbitmq.kill")."""

import os
import subprocess
import threading

import pytest
from lib.service import BUILD

PROGRAM = BUILD / "tests" / "services" / "kit_stores_test"
LIMIT = 180


def _tests():
    if not PROGRAM.exists():
        return []
    listing = subprocess.run([PROGRAM, "--gtest_list_tests"], check=True, timeout=60, capture_output=True, text=True)
    names, suite = [], ""
    for line in listing.stdout.splitlines():
        if line.startswith("  "):
            names.append(suite + line.strip())
        elif line.endswith("."):
            suite = line.strip()
    return names


def test_the_program_is_built():
    assert PROGRAM.exists(), f"ninja -C {BUILD} kit_stores_test"


def _do(fault, servers):
    """Does "rabbitmq.kill", "vhost.cut", "vhost.delete_queue NAME"."""
    what, *arguments = fault.split()
    server, action = what.split(".")
    getattr(servers[server], action)(*arguments)


@pytest.mark.parametrize("name", _tests())
def test_kit(name, postgres, rabbitmq, database, vhost):
    servers = {"postgres": postgres, "rabbitmq": rabbitmq, "vhost": vhost}
    env = {**os.environ, "DATABASE_URL": database.url, "AMQP_URL": vhost.url}
    process = subprocess.Popen([PROGRAM, f"--gtest_filter={name}"], env=env, text=True, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    watchdog = threading.Timer(LIMIT, process.kill)
    watchdog.start()
    output = []
    try:
        for line in process.stdout:
            if line.startswith("##fault "):
                _do(line.removeprefix("##fault ").strip(), servers)
                process.stdin.write("done\n")
                process.stdin.flush()
            else:
                output.append(line)
        assert process.wait(10) == 0, "".join(output)[-8000:]
    finally:
        watchdog.cancel()
        process.kill()
        process.wait(10)
        for server in (postgres, rabbitmq):
            if server.process.poll() is not None:
                server.start()
