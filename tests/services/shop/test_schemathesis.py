"""schemathesis asks every operation of every service, with valid and invalid data, as anonymous and as customer: all of its
checks (conformance of status, content type, headers and body; refusal of bad data; no 5xx; no ignored authentication).
Its choices are the same in every run (--seed). One worker: ast.parse of
Python 3.11, which hypothesis uses, fails in threads ("AST constructor recursion depth mismatch")."""

import os
import pathlib
import subprocess

import pytest
from lib.venv import venv

REQUIREMENTS = ["schemathesis==4.32.5"]
HERE = pathlib.Path(__file__).parent
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "10"))


@pytest.fixture(scope="module")
def tested_shop(running_shop):
    """A shop for these tests alone: what is tried here leaves much behind."""
    with running_shop(access="Authenticated") as made:
        yield made


@pytest.mark.parametrize("caller", ["anonymous", "customer"])
@pytest.mark.parametrize("service", ["user", "product", "order", "notification"])
def test_answers_are_as_described(tested_shop, tmp_path, service, caller):
    api = tested_shop.services[service].api
    config = tmp_path / "schemathesis.toml"
    # The token is in a file, not on a command line.
    headers = "" if caller == "anonymous" else f'[headers]\nAuthorization = "Bearer {tested_shop.token(1)}"\n\n'
    config.write_text(headers + (HERE / "schemathesis.toml").read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run(
        [str(venv("schemathesis", REQUIREMENTS) / "schemathesis"), "--config-file", str(config), "run", "--checks", "all",
         "--max-examples", str(EXAMPLES), "--seed", "4", "--workers", "1", "--request-timeout", "15", "--no-color", "--generation-allow-x00", "false",
         "--continue-on-failure", "--generation-database", "none", "--url", api.url, f"{api.url}/openapi.yaml"],
        cwd=tmp_path, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stdout[-20000:] + done.stderr[-2000:]
