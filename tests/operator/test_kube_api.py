"""operator/kube against the real API server: the tests of operator_kube_api_test (*_test.cpp here), each a test of ours."""

import os
import pathlib
import subprocess

import pytest

HERE = pathlib.Path(__file__).parent
PROGRAM = pathlib.Path(os.environ.get("SHOPKEEPER_BUILD", HERE.parent.parent / "build" / "dev")) / "tests" / "operator" / \
    "operator_kube_api_test"


def names():
    if not PROGRAM.exists():
        return ["(not built: ninja -C build/dev operator_kube_api_test)"]
    listed = subprocess.run([PROGRAM, "--gtest_list_tests"], capture_output=True, text=True, timeout=30, check=True)
    out, suite = [], ""
    for line in listed.stdout.splitlines():
        word = line.split("#")[0].strip()
        if line.startswith("  "):
            out.append(suite + word)
        elif word.endswith("."):
            suite = word
    return out


@pytest.mark.parametrize("name", names())
def test_kube_api(apiserver, name):
    env = {**os.environ, "KUBECONFIG": str(apiserver.kubeconfig),
           "APISERVER": f"{HERE / 'apiserver.py'} restart {apiserver.folder}"}
    done = subprocess.run([PROGRAM, f"--gtest_filter={name}"], env=env, capture_output=True, text=True, timeout=120,
                          check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert "[  PASSED  ] 1 test." in done.stdout, done.stdout
