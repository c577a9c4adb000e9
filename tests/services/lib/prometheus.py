"""A Prometheus of our own (Debian package prometheus): one server on a free port of loopback, and promtool."""

import json
import pathlib
import subprocess
import urllib.parse

from lib.client import Client
from lib.process import free_port, kill_session, start, wait_for_answer


def promtool(*arguments, text=None):
    """Runs promtool; (exit code, all that it says)."""
    done = subprocess.run(["promtool", *map(str, arguments)], input=text, capture_output=True, text=True, timeout=60,
                          check=False)
    return done.returncode, done.stdout + done.stderr


class Prometheus:
    """The server, with a configuration as a dict (`rule_files` may be in it)."""

    def __init__(self, folder: pathlib.Path, config):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.client = Client(self.port, timeout=30)
        (folder / "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
        log = folder / "prometheus.log"
        self.process = start(
            ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
             f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn", "--query.lookback-delta=60s"], log)
        wait_for_answer("Prometheus", self.process, lambda: self.client.get("/-/ready").status == 200, log)

    def api(self, path, **parameters):
        """`data` of an answer of its HTTP API; ValueError with what it says when it refuses."""
        answer = self.client.get(f"/api/v1/{path}?{urllib.parse.urlencode(parameters, doseq=True)}").json()
        if answer["status"] != "success":
            raise ValueError(answer["error"])
        return answer["data"]

    def query(self, expression):
        """The series that an expression has now: [{"metric": {…}, "value": [time, text]}]."""
        return self.api("query", query=expression)["result"]

    def targets(self):
        return self.api("targets", state="active")["activeTargets"]

    def close(self):
        kill_session(self.process)
