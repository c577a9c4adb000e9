"""A PostgreSQL with its volume, run as the operator's pod runs it, and the scripts of its backups on it, as its Jobs run them."""

import json
import os
import pathlib
import shutil
import signal
import subprocess

from api import REPO
from lib.process import as_user, start, stop, tail, wait_until

BIN = pathlib.Path(os.environ.get("POSTGRES_BIN", "/usr/lib/postgresql/15/bin"))
SCRIPTS = REPO / "operator/shop/desired/backup_scripts"


class DatabaseVolume:
    """`configure` says where the store is (pgbackrest.conf and the credentials); `run` runs a script and returns its result."""

    def __init__(self, folder: pathlib.Path, owner="shops/shop"):
        self.folder, self.owner, self.process, self.scratch, self.repository = folder, owner, None, 0, None
        self.volume, self.scripts, self.secret = folder / "volume", folder / "pgbackrest", folder / "secret"
        folder.mkdir(mode=0o755)
        for each in (self.volume, self.scripts, self.secret, self.volume / "socket"):
            each.mkdir(mode=0o755)
        for each in SCRIPTS.glob("*.sh"):
            shutil.copy(each, self.scripts)
        self._own()

    def _own(self):
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", "postgres:postgres", str(self.folder)], check=True, timeout=30)

    def configure(self, store, configuration, **credentials):
        (self.scripts / "store").write_text(store, encoding="utf-8")
        common = ("[global]\nlog-level-file=off\nlog-level-console=off\nlog-level-stderr=info\ncompress-type=zst\nstart-fast=y\n"
                  f"lock-path={self.folder}/lock\nio-timeout=3\nprotocol-timeout=20\ndb-timeout=10\n"
                  "repo1-retention-full=2\nrepo1-bundle=y\narchive-timeout=10\n")
        server = f"[postgres]\npg1-path={self.volume}/pgdata\npg1-socket-path={self.volume}/socket\npg1-user=postgres\n"
        (self.scripts / "pgbackrest.conf").write_text(common + configuration + "\n" + server, encoding="utf-8")
        for name, value in credentials.items():
            (self.secret / name.replace("_", "-")).write_text(value, encoding="utf-8")
        self._own()
        return self

    def environment(self, **more):
        return {"PATH": f"{BIN}:/usr/bin:/bin", "LANG": "C.UTF-8", "VOLUME": str(self.volume), "PGDATA": str(self.volume / "pgdata"),
                "PGBACKREST_STANZA": "postgres", "STORE_SECRET": str(self.secret), "RESULT": str(self.folder / "result"),
                "OWNER": self.owner, "FULL_DAYS": "7", **({"REPOSITORY": str(self.repository)} if self.repository else {}), **more}

    def init(self):
        subprocess.run(as_user("postgres", [str(BIN / "initdb"), "-D", str(self.volume / "pgdata"), "-U", "postgres", "-A", "trust",
                                            "--no-sync", "--locale=C.UTF-8"]), check=True, timeout=60, capture_output=True, cwd="/")
        return self

    def start(self):
        """As the operator's pod, archiving included, but without a port."""
        command = [str(BIN / "postgres"), "-D", str(self.volume / "pgdata"), "-c", "listen_addresses=",
                   "-c", f"unix_socket_directories={self.volume}/socket", "-c", "archive_mode=on",
                   "-c", f"archive_command=bash {self.scripts}/archive.sh %p", "-c", "max_connections=50"]
        self.process = start(as_user("postgres", command), self.folder / "postgres.log", self.environment())
        wait_until("PostgreSQL", lambda: self._psql("select 1").returncode == 0, 30)
        return self

    def stop(self, how=signal.SIGINT):
        stop(self.process, 30, how)
        self.process = None

    def _psql(self, sql):
        return subprocess.run([str(BIN / "psql"), "-X", "-qAt", "-v", "ON_ERROR_STOP=1", "-h", str(self.volume / "socket"),
                               "-U", "postgres", "-c", sql], capture_output=True, text=True, timeout=30, check=False)

    def sql(self, sql):
        done = self._psql(sql)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def run(self, script, timeout=120, **environment):
        """(exit code, result): of a success the JSON, of a failure "REASON: message"."""
        result = self.folder / "result"
        result.unlink(missing_ok=True)
        if script == "verify":
            self.scratch += 1
            environment["SCRATCH"] = str(self.folder / f"scratch-{self.scratch}")
            pathlib.Path(environment["SCRATCH"]).mkdir()
            self._own()
        done = subprocess.run(as_user("postgres", ["bash", str(self.scripts / f"{script}.sh")]), env=self.environment(**environment),
                              capture_output=True, text=True, timeout=timeout, check=False, cwd="/")
        text = result.read_text(encoding="utf-8").strip() if result.exists() else ""
        print(f"--- {script}: {done.returncode}\n{done.stderr[-3000:]}\n{tail(self.folder / 'postgres.log', limit=500)}")
        return done.returncode, json.loads(text) if done.returncode == 0 and text else text
