"""Between the operator and the API server: counts the operator's writes, and can lose an answer, end the operator right after a write, cut
every connection, or speak TLS with a certificate of its own.

Writes are requests that change something, apart from those of the Lease and of Events, which are not part of a Shop's state."""

import contextlib
import http.client
import json
import socket
import ssl
import threading

USER_AGENT_MARK = " proxied"


class Request:
    """One request of the operator."""

    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body

    @property
    def writes(self):
        return self.method != "GET" and "/leases" not in self.path and "/events" not in self.path

    def __str__(self):
        return f"{self.method} {self.path.split('?')[0]}"


class Proxy:
    """`after_write(number, request)` is called when the API server has executed the operator's number-th write and before the operator sees
    the answer; on False the answer is lost with its connection."""

    def __init__(self, server, folder, kubeconfig, tls=None):
        self.server, self.after_write, self.written, self.closed = server, None, [], False
        self.upstream = ssl.create_default_context(cafile=str(server.folder / "ca.crt"))
        self.lock, self.open = threading.Lock(), set()
        self.tls = tls  # an ssl.SSLContext, or None for plain HTTP
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.kubeconfig = folder / f"proxy-{self.port}.conf"
        config = json.loads(kubeconfig.read_text())
        config["clusters"][0]["cluster"] = {"server": f"http{'s' if tls else ''}://127.0.0.1:{self.port}"}
        self.kubeconfig.write_text(json.dumps(config))
        threading.Thread(target=self._accept, daemon=True).start()

    def trust(self, authority):
        """Names the certificate authority's file in the kubeconfig."""
        config = json.loads(self.kubeconfig.read_text())
        config["clusters"][0]["cluster"]["certificate-authority"] = str(authority)
        self.kubeconfig.write_text(json.dumps(config))

    def cut(self):
        """Ends all connections, and every new one at once until reopen()."""
        self.closed = True
        self.drop()

    def reopen(self):
        self.closed = False

    def drop(self):
        """Ends all connections there are."""
        with self.lock:
            for each in self.open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def stop(self):
        self.cut()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            if self.closed:
                connection.close()
                continue
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
            connection.settimeout(700)
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with self.lock:
                self.open.add(connection)
            port = int(self.server.url.rsplit(":", 1)[1])
            upstream = http.client.HTTPSConnection("127.0.0.1", port, timeout=700, context=self.upstream)
            reader = connection.makefile("rb")
            while (request := self._read(reader)) and self._pass_on(request, upstream, connection):
                pass
        with self.lock:
            self.open.discard(connection)
        with contextlib.suppress(OSError):
            connection.close()

    @staticmethod
    def _read(reader):
        line = reader.readline().decode()
        if not line:
            return None
        method, path, _ = line.split()
        headers = http.client.parse_headers(reader)
        return Request(method, path, headers, reader.read(int(headers.get("Content-Length", 0))))

    def _pass_on(self, request, upstream, connection):
        """True when the connection stays open."""
        headers = {name: value for name, value in request.headers.items() if name.lower() not in ("host", "connection", "content-length")}
        headers["User-Agent"] = request.headers.get("User-Agent", "") + USER_AGENT_MARK
        if self.closed:
            return False
        upstream.request(request.method, request.path, request.body or None, headers)
        answer = upstream.getresponse()
        if request.writes:
            with self.lock:
                self.written.append(str(request))
                number = len(self.written)
            if self.after_write and self.after_write(number, request) is False:
                return False
        kept = "".join(f"{name}: {value}\r\n" for name, value in answer.getheaders()
                       if name.lower() not in ("transfer-encoding", "content-length", "connection"))
        connection.sendall(f"HTTP/1.1 {answer.status} {answer.reason}\r\n{kept}Transfer-Encoding: chunked\r\n\r\n".encode())
        while part := answer.read1(65536):
            connection.sendall(b"%x\r\n%s\r\n" % (len(part), part))
        connection.sendall(b"0\r\n\r\n")
        return True
