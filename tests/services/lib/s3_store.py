"""An S3-compatible store in this process, over TLS: what pgBackRest asks of one (GET also of a range, PUT, HEAD, list, uploads in parts, deletions)."""

import hashlib
import http.server
import pathlib
import re
import ssl
import subprocess
import threading
import urllib.parse
import xml.sax.saxutils


class S3Store:
    """At this address, with a certificate for this name. `objects` by key. `full` refuses what would be written; `stop` and `start` make it unreachable and reachable again."""

    def __init__(self, folder: pathlib.Path, port, address="127.0.0.1", name="localhost"):
        self.folder, self.address, self.port, self.objects, self.parts, self.full = folder, address, port, {}, {}, False
        self.bucket, self.access_key, self.server = "backups", "shop-key", None
        self.ca = folder / "ca.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=store", "-addext", f"subjectAltName=DNS:{name}",
                        "-keyout", str(folder / "tls.key"), "-out", str(self.ca)], check=True, capture_output=True, timeout=30)
        self.ca.chmod(0o644)

    def start(self):
        store = self

        class Handler(_Handler):
            pass

        Handler.store = store
        self.server = http.server.ThreadingHTTPServer((self.address, self.port), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca, self.folder / "tls.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store = None

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass

    def _answer(self, code, body=b"", **headers):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _refuse(self, code, reason):
        self._answer(code, f'<?xml version="1.0"?><Error><Code>{reason}</Code></Error>'.encode())

    def _begin(self):
        """(key, query, body); None when the request was refused."""
        url = urllib.parse.urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if f"Credential={self.store.access_key}/" not in self.headers.get("Authorization", ""):
            return self._refuse(403, "InvalidAccessKeyId")
        _, bucket, *key = urllib.parse.unquote(url.path).split("/", 2)
        if bucket != self.store.bucket:
            return self._refuse(404, "NoSuchBucket")
        return (key or [""])[0], dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True)), body

    def do_GET(self):  # pylint: disable=invalid-name
        request = self._begin()
        if not request:
            return
        key, query, _ = request
        if "list-type" in query:
            self._answer(200, self._listing(query.get("prefix", ""), query.get("delimiter")))
        elif key in self.store.objects:
            content = self.store.objects[key]
            part = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            if part:  # one file of a bundle
                content = content[int(part[1]):int(part[2] or len(content)) + 1]
            self._answer(206 if part else 200, content, ETag=_etag(content), Last_Modified="Thu, 01 Jan 2026 00:00:00 GMT")
        else:
            self._refuse(404, "NoSuchKey")

    do_HEAD = do_GET

    def _listing(self, prefix, delimiter):
        entries, folders = "", set()
        for key, content in sorted(self.store.objects.items()):
            if not key.startswith(prefix):
                continue
            rest = key[len(prefix):]
            if delimiter and delimiter in rest:
                folders.add(prefix + rest.split(delimiter)[0] + delimiter)
                continue
            entries += (f"<Contents><Key>{xml.sax.saxutils.escape(key)}</Key><Size>{len(content)}</Size>"
                        "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>")
        entries += "".join(f"<CommonPrefixes><Prefix>{each}</Prefix></CommonPrefixes>" for each in sorted(folders))
        return f'<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>'.encode()

    def do_PUT(self):  # pylint: disable=invalid-name
        request = self._begin()
        if not request:
            return
        key, query, body = request
        if self.store.full:
            self._refuse(507, "XMinioStorageFull")
            return
        if "uploadId" in query:
            self.store.parts[query["uploadId"]][int(query["partNumber"])] = body
        else:
            self.store.objects[key] = body
        self._answer(200, ETag=_etag(body))

    def do_POST(self):  # pylint: disable=invalid-name
        request = self._begin()
        if not request:
            return
        key, query, body = request
        if "uploads" in query:
            upload = hashlib.sha256(f"{key}{len(self.store.parts)}".encode()).hexdigest()[:16]
            self.store.parts[upload] = {}
            self._answer(200, f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>".encode())
        elif "uploadId" in query:
            parts = self.store.parts.pop(query["uploadId"])
            self.store.objects[key] = b"".join(parts[number] for number in sorted(parts))
            self._answer(200, b"<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>")
        else:
            for part in body.decode().split("<Key>")[1:]:
                self.store.objects.pop(xml.sax.saxutils.unescape(part.split("</Key>")[0]), None)
            self._answer(200, b"<DeleteResult></DeleteResult>")

    def do_DELETE(self):  # pylint: disable=invalid-name
        request = self._begin()
        if request:
            self.store.objects.pop(request[0], None)
            self._answer(204)


def _etag(content):
    return f'"{hashlib.md5(content).hexdigest()}"'
