"""A PostgreSQL 15 of our own: private data, a free loopback port, never the machine's cluster."""

import os
import pathlib
import secrets
import shutil
import signal
import subprocess

import psycopg2
import psycopg2.extensions
from lib.process import as_user, free_port, start, stop, wait_for_answer

BIN = pathlib.Path(os.environ.get("POSTGRES_BIN", "/usr/lib/postgresql/15/bin"))
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "64MB",
    # Only a crash of the machine could lose anything by this, and the tests crash no more than processes.
    "fsync": "off",
    "log_line_prefix": "%m [%p] %a ",
    "log_lock_waits": "on",
}
# Every value as PostgreSQL writes it.
_TEXT = psycopg2.extensions.new_type(tuple(psycopg2.extensions.string_types), "TEXT", lambda value, _: value)


class Postgres:
    """The server. `database(name)` makes a database with a role of its own; `stop`, `kill`, `start` are for faults."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "postgres.log"
        self.port = free_port()
        self.password = secrets.token_hex(16)
        self.process = None

    def init(self):
        """Makes the cluster and starts it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        self.data.mkdir(mode=0o700)
        password_file = self.folder / "password"
        password_file.write_text(self.password, encoding="ascii")
        command = [str(BIN / "initdb"), "-D", str(self.data), "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8",
                   "--locale=C.UTF-8", "--no-sync", f"--pwfile={password_file}"]
        if os.geteuid() == 0:
            for path in (self.data, password_file):
                shutil.chown(path, "postgres", "postgres")
        subprocess.run(as_user("postgres", command), check=True, timeout=60, stdout=subprocess.DEVNULL, cwd="/")
        self.start()
        return self

    def start(self):
        """Starts it and waits until it answers."""
        settings = [arg for key, value in SETTINGS.items() for arg in ("-c", f"{key}={value}")]
        command = [str(BIN / "postgres"), "-D", str(self.data), "-p", str(self.port), *settings]
        self.process = start(as_user("postgres", command), self.log)
        wait_for_answer("PostgreSQL", self.process, lambda: self.query("select 1"), self.log, not_yet=psycopg2.OperationalError)

    def stop(self):
        """A fast shutdown: transactions are rolled back, connections closed."""
        stop(self.process, 30, signal.SIGINT)

    def kill(self):
        """An immediate shutdown (SIGQUIT): as a crash, with recovery at the next start, but leaving no process behind."""
        stop(self.process, 30, signal.SIGQUIT)

    def restart(self):
        """Stops and starts it, on the same port."""
        self.stop()
        self.start()

    def query(self, sql, database="postgres", user="postgres", password=None):
        """Runs SQL (several statements are one transaction) and returns the last one's rows as lists of strings; null is the
        empty string. A connection each time, since tests end them."""
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, dbname=database, user=user, password=password or self.password,
                                      connect_timeout=5, options="-c statement_timeout=60s")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                psycopg2.extensions.register_type(_TEXT, cursor)
                cursor.execute(sql)
                return [["" if value is None else value for value in row] for row in cursor] if cursor.description else []
        finally:
            connection.close()

    def database(self, name):
        """A new database `name` and a role of that name that owns it and nothing else."""
        password = secrets.token_hex(16)
        for statement in (f"create role {name} login password '{password}'", f"create database {name} owner {name}",
                          f"revoke connect on database {name} from public"):
            self.query(statement)
        return Database(self, name, password)


class Database:
    """One database. `url` is what a service is given."""

    def __init__(self, server: Postgres, name: str, password: str):
        self.server, self.name, self.password = server, name, password

    @property
    def url(self):
        return f"postgresql://{self.name}:{self.password}@127.0.0.1:{self.server.port}/{self.name}"

    def query(self, sql):
        """Rows as lists of strings, asked by the owning role."""
        return self.server.query(sql, self.name, self.name, self.password)

    def value(self, sql):
        """The one value of a query, as a string."""
        return self.query(sql)[0][0]

    def cut(self):
        """Ends every backend that works for this database (pg_terminate_backend); returns how many."""
        return len(self.server.query("select pg_terminate_backend(pid) from pg_stat_activity "
                                     f"where datname = '{self.name}' and pid <> pg_backend_pid()"))

    def drop(self):
        """Removes database and role, ending their connections."""
        for statement in (f"drop database if exists {self.name} with (force)", f"drop role if exists {self.name}"):
            self.server.query(statement)
