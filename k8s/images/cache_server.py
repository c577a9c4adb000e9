#!/usr/bin/env python3
"""A store of compiled objects for ccache in image builds: GET, HEAD, PUT and DELETE of files below one folder.

    cache_server.py FOLDER PORT PID

Docker's old builder has no cache mounts, so the build stage's ccache asks this server instead. The builds of `make test`
use the same folder as ccache's file storage (tests/run.sh), hence image builds find their objects. It listens on loopback
only, keeps at most MAX_BYTES (what was used longest ago goes first) and ends when process PID has ended.
"""
import http.server
import os
import re
import shutil
import sys
import tempfile
import threading
import time

MAX_BYTES = 1 << 30
MAX_OBJECT = 256 << 20  # a precompiled header is some 100 MB
KEY = re.compile(r"^/[0-9a-z]{1,64}(/[0-9a-z]{1,64}){0,2}$")


class Store:
    """Files by key. An entry appears whole or not at all. Thread-safe."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        os.makedirs(self.folder, exist_ok=True)
        self.lock = threading.Lock()
        self._evict()

    def _entries(self):
        for base, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(base, name)
                try:
                    info = os.stat(path)
                except FileNotFoundError:  # replaced meanwhile
                    continue
                yield info.st_mtime, info.st_size, path

    def path(self, key):
        return os.path.join(self.folder, key.lstrip("/"))

    def open(self, key):
        try:
            file = open(self.path(key), "rb")
        except OSError:
            return None
        try:
            os.utime(file.fileno())
        except OSError:
            pass  # its age is only a hint for what goes first
        return file

    def put(self, key, source, length):
        path = self.path(key)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".")
        try:
            with os.fdopen(handle, "wb") as file:
                shutil.copyfileobj(Limited(source, length), file)
                if file.tell() != length:
                    raise ConnectionError("the body ended early")
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
        with self.lock:
            self.bytes += length
            if self.bytes > MAX_BYTES:
                self._evict()

    def _evict(self):
        entries = sorted(self._entries())
        self.bytes = sum(size for _, size, _ in entries)
        if self.bytes <= MAX_BYTES:
            return
        for _, size, path in entries:
            if self.bytes <= MAX_BYTES * 3 // 4:
                return
            os.unlink(path)
            self.bytes -= size

    def remove(self, key):
        try:
            os.unlink(self.path(key))
            return True
        except OSError:
            return False


class Limited:
    """The first `left` bytes of a stream."""

    def __init__(self, stream, left):
        self.stream, self.left = stream, left

    def read(self, size=-1):
        size = self.left if size < 0 else min(size, self.left)
        data = self.stream.read(size) if size else b""
        self.left -= len(data)
        return data


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def answer(self, status, length=0):
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def checked(self):
        if KEY.match(self.path):
            return True
        self.close_connection = True
        self.answer(400)
        return False

    def do_GET(self):
        file = self.checked() and self.server.store.open(self.path)
        if file is None:
            self.answer(404)
        elif file:
            with file:
                self.answer(200, os.fstat(file.fileno()).st_size)
                if self.command == "GET":
                    shutil.copyfileobj(file, self.wfile)

    do_HEAD = do_GET

    def do_PUT(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_OBJECT:
            self.close_connection = True
            self.answer(413)
        elif self.checked():
            self.server.store.put(self.path, self.rfile, int(length))
            self.answer(201)

    def do_DELETE(self):
        if self.checked():
            self.answer(204 if self.server.store.remove(self.path) else 404)

    def log_message(self, *_):
        """Nothing: thousands of requests a build."""


def main():
    folder, port, pid = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.store = Store(folder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while os.path.exists(f"/proc/{pid}"):
        time.sleep(1)


if __name__ == "__main__":
    main()
