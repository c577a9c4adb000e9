"""HTTP with the standard library only."""

import http.client
import json
import re
import socket
from dataclasses import dataclass, field


@dataclass
class Response:
    """An answer: `headers` by lower-case name, `body` as bytes."""

    status: int
    headers: dict = field(default_factory=dict)
    body: bytes = b""

    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")


def problem(answer, status, title=None):
    """The body of an answer that must be a problem (RFC 9457) with this status and title."""
    assert answer.status == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status and body["title"] and title in (None, body["title"]), body
    return body


def fields(answer, status):
    """The fields that a problem names."""
    return [error["field"] for error in problem(answer, status).get("errors", [])]


def walk(client, path, **kwargs):
    """All items of a list, page by page: each page holds at most `limit`, and the last one has no link."""
    found, limit = [], re.search(r"limit=(\d+)", path)
    while path:
        answer = client.get(path, **kwargs)
        assert answer.status == 200, answer.text
        assert limit is None or len(answer.json()) <= int(limit[1])
        found += answer.json()
        link = answer.headers.get("link")
        path = re.fullmatch(r'<(/[^>]+)>; rel="next"', link)[1] if link else None
    return found


class Methods:
    """The methods of HTTP as calls of `request`."""

    def get(self, path, **kwargs):
        return self.request("GET", path, **kwargs)

    def post(self, path, body=None, **kwargs):
        return self.request("POST", path, body, **kwargs)

    def put(self, path, body=None, **kwargs):
        return self.request("PUT", path, body, **kwargs)

    def patch(self, path, body=None, **kwargs):
        return self.request("PATCH", path, body, **kwargs)

    def delete(self, path, **kwargs):
        return self.request("DELETE", path, **kwargs)


class Client(Methods):
    """Speaks to one port. Each call is a connection of its own, so that calls may come from several threads."""

    def __init__(self, port, host="127.0.0.1", headers=None, timeout=15.0):
        self.host, self.port, self.timeout = host, port, timeout
        self.headers = dict(headers or {})

    @property
    def url(self):
        return f"http://{self.host}:{self.port}"

    def bearer(self, token):
        """The same client, with a token."""
        return Client(self.port, self.host, {**self.headers, "Authorization": f"Bearer {token}"}, self.timeout)

    def request(self, method, path, body=None, headers=None, timeout=None, head_only=False):
        """`body`: bytes or str as they are; anything else as JSON. `head_only` leaves out a body that may have no end."""
        sent = {"Connection": "close", **self.headers}
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout or self.timeout)
        try:
            connection.request(method, path, body.encode() if isinstance(body, str) else body, sent)
            response = connection.getresponse()
            received = b"" if head_only and response.status < 400 else response.read()
            return Response(response.status, {k.lower(): v for k, v in response.getheaders()}, received)
        finally:
            connection.close()

    def raw(self, data, timeout=None):
        """Sends bytes as they are and returns all that comes back until the server closes the connection, or the timeout."""
        with socket.create_connection((self.host, self.port), timeout or self.timeout) as connection:
            connection.sendall(data)
            parts = []
            try:
                while part := connection.recv(65536):
                    parts.append(part)
            except (TimeoutError, ConnectionResetError):
                pass
            return b"".join(parts)
