#!/usr/bin/env python3
"""A store of compiled objects for ccache in image builds: GET, HEAD, PUT and DELETE of files below one folder.

    cache_server.py FOLDER PORT PID

Docker's old builder has no cache mounts, so the build stage's ccache asks this server instead. The builds of `make test`
use the same folder as ccache's file storage (tests/run.sh), hence image builds find their objects. It listens on loopback
only and ends when process PID has ended.
"""
import functools
import http.server
import os
import pathlib
import sys
import tempfile
import threading
import time

MAX_OBJECT = 256 << 20  # a precompiled header is some 100 MB


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def send_error(self, code, message=None, explain=None):
        """Keeps the connection, unlike the base class: most objects are not found."""
        self.answer(code)

    def send_head(self):
        path = self.translate_path(self.path)
        if os.path.isfile(path):
            os.utime(path)  # what was used longest ago is deleted first (build.sh)
        return super().send_head()

    def list_directory(self, path):
        self.answer(404)

    def do_PUT(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_OBJECT:
            self.close_connection = True
            self.answer(413)
            return
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ConnectionError("the body ended early")
        path = pathlib.Path(self.translate_path(self.path))
        path.parent.mkdir(parents=True, exist_ok=True)
        # Renamed into place: an entry appears whole or not at all.
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            file.write(body)
        os.replace(file.name, path)
        self.answer(201)

    def do_DELETE(self):
        path = pathlib.Path(self.translate_path(self.path))
        found = path.is_file()
        path.unlink(missing_ok=True)
        self.answer(204 if found else 404)

    def log_message(self, *_):
        """Nothing: thousands of requests a build."""


def main():
    folder, port, pid = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    handler = functools.partial(Handler, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while os.path.exists(f"/proc/{pid}"):
        time.sleep(1)


if __name__ == "__main__":
    main()
