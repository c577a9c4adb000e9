"""A proxy before PostgreSQL that loses the answer to one COMMIT, so that the client cannot know whether it is committed."""

import re
import select
import socket
import threading


class LostCommits:
    """Passes everything on. After `arm(b"name")`, the next transaction that runs a prepared statement of that name is committed, and
    its connection ends before the answer reaches the client. `lost` counts them."""

    def __init__(self, url):
        self.host, port = re.search(r"@([^:/]+):(\d+)", url).groups()
        self.port = int(port)
        self.marker, self.lost, self.open = None, 0, True
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = re.sub(r"@[^:/]+:\d+", "@127.0.0.1:%d" % self.listener.getsockname()[1], url)
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, marker):
        self.marker = marker

    def close(self):
        self.open = False
        self.listener.close()

    def _accept(self):
        while self.open:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        marked = False
        with client, socket.create_connection((self.host, self.port)) as server:
            while True:
                for source in select.select([client, server], [], [])[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    if source is server:
                        client.sendall(data)
                        continue
                    if self.marker and self.marker in data:
                        marked, self.marker = True, None
                    server.sendall(data)
                    if marked and b"COMMIT" in data.upper():
                        server.recv(65536)  # it is committed once this is there
                        self.lost += 1
                        return
