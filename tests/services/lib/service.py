"""One of our programs, run as it is shipped: configured by a file and the environment, on free ports."""

import json
import os
import pathlib
import subprocess
import threading

from lib.client import Client
from lib.process import free_port, kill_session, start, stop, tail, wait_for_answer

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("SHOPKEEPER_BUILD", ROOT / "build" / "dev"))


def program(name, build=BUILD):
    """The path of shopkeeper-NAME in a build tree (SHOPKEEPER_BUILD, else build/dev)."""
    found = [p for p in (build / "services" / name / f"shopkeeper-{name}", build / f"shopkeeper-{name}") if p.exists()]
    if not found:
        raise FileNotFoundError(f"shopkeeper-{name} is not built in {build}: ninja -C {build} shopkeeper-{name}")
    return found[0]


def nested(flat):
    """{"http.port": 1} as {"http": {"port": 1}}."""
    tree = {}
    for key, value in flat.items():
        *parents, leaf = key.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[leaf] = value
    return tree


class Service:
    """A service. `api` and `ops` are clients of its two ports; `log()` what it has written."""

    def __init__(self, name, folder: pathlib.Path, config=None, env=None, build=BUILD):
        self.program = program(name, build)
        self.name = name
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.http_port, self.ops_port = free_port(), free_port()
        self.config = {"http.address": "127.0.0.1", "http.port": self.http_port, "ops.address": "127.0.0.1",
                       "ops.port": self.ops_port, **(config or {})}
        self.env = dict(env or {})
        self.log_file = folder / f"{name}-{self.http_port}.log"
        self.process = None
        self.api = Client(self.http_port)
        self.ops = Client(self.ops_port)

    def _prepare(self):
        path = self.folder / f"{self.name}-{self.http_port}.yaml"
        # Renamed into place: commands may run side by side, and none must read half a file.
        new = path.with_suffix(f".{threading.get_ident()}")
        new.write_text(json.dumps(nested(self.config), indent=2), encoding="utf-8")  # JSON is YAML, too
        new.chmod(0o600)
        new.replace(path)
        env = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "SHOPKEEPER_CONFIG": str(path)}
        for variable in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
            if variable in os.environ:
                env[variable] = os.environ[variable]
        return {**env, **self.env}

    def run(self, *arguments, timeout=60, check=True):
        """Runs a command of the program ("migrate", "sample-data", "check-config", …) to its end."""
        done = subprocess.run([str(self.program), *arguments], env=self._prepare(), cwd="/", timeout=timeout,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        with open(self.log_file, "a", encoding="utf-8") as log:
            log.write(done.stderr)
        if check and done.returncode != 0:
            raise RuntimeError(f"shopkeeper-{self.name} {' '.join(arguments)} exited {done.returncode}:\n"
                               f"{done.stdout}{done.stderr}")
        return done

    def start(self, ready=True, timeout=20):
        """Starts `serve`; waits for /readyz unless told not to."""
        self.process = start([str(self.program), "serve"], self.log_file, env=self._prepare())
        if ready:
            self.wait_ready(timeout)
        return self

    def wait_ready(self, timeout=20):
        """Until /readyz answers 200."""
        wait_for_answer(f"shopkeeper-{self.name}", self.process, lambda: self.ops.get("/readyz", timeout=5).status == 200,
                        self.log_file, timeout)

    def stop(self, timeout=20):
        """SIGTERM; the exit code (0 when it ended well)."""
        return stop(self.process, timeout)

    def kill(self):
        """kill -9."""
        kill_session(self.process)

    def restart(self):
        self.stop()
        return self.start()

    def metric(self, name, **labels):
        """The sum of a metric's samples whose labels hold these; None when there is none."""
        found = None
        for line in self.ops.get("/metrics").text.splitlines():
            sample, _, value = line.rpartition(" ")
            if sample.split("{")[0] == name and all(f'{k}="{v}"' in sample for k, v in labels.items()):
                found = (found or 0.0) + float(value)
        return found

    def log(self, start_at=0):
        """The end of what it has logged."""
        return tail(self.log_file, start_at, 12000)

    def log_lines(self):
        """Its log as decoded JSON lines (others left out)."""
        lines = []
        for line in tail(self.log_file, 0, 10_000_000).splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:
                pass
        return lines
