"""A client of server-sent events, as a browser is one."""

import http.client
import json
import threading
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """One event; `id` as text, empty where it has none."""

    type: str
    id: str
    data: dict


class EventStream:
    """Reads a stream on a thread of its own: `status`, `headers`, `events` so far, `ended` (by the server), `body` when it is
    no stream. Use with `with`, or close() it."""

    def __init__(self, client, path, last_event_id=None, timeout=60):
        self.events = []
        self.ended = False
        headers = {"Accept": "text/event-stream", **client.headers}
        if last_event_id is not None:
            headers["Last-Event-ID"] = str(last_event_id)
        self._connection = http.client.HTTPConnection(client.host, client.port, timeout=timeout)
        self._connection.request("GET", path, None, headers)
        self._socket = self._connection.sock
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        self.headers = {k.lower(): v for k, v in self._answer.getheaders()}
        self.body = b""
        self._thread = None
        if self.headers.get("content-type", "").startswith("text/event-stream"):
            self._thread = threading.Thread(target=self._read, daemon=True)
            self._thread.start()
        else:
            self.body = self._answer.read()
            self._connection.close()

    def _read(self):
        fields = {}
        try:
            while line := self._answer.readline():
                line = line.decode().rstrip("\n")
                if line == "":
                    if "data" in fields:
                        self.events.append(Event(fields.get("event", "message"), fields.get("id", ""),
                                                 json.loads(fields["data"])))
                    fields = {}
                elif not line.startswith(":"):
                    name, _, value = line.partition(": ")
                    fields[name] = fields[name] + "\n" + value if name in fields else value
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass
        self.ended = True

    @property
    def types(self):
        return [event.type for event in self.events]

    @property
    def last_id(self):
        return next((event.id for event in reversed(self.events) if event.id), None)

    def close(self):
        """As a client that leaves."""
        if self._thread:
            try:
                self._socket.shutdown(2)
            except OSError:
                pass
            self._thread.join(10)
            self._connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
