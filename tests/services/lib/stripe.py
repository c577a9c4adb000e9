"""Stripe, as far as tests need it: a REAL stripe-mock, which checks every request against Stripe's own OpenAPI description
but keeps no state, and before it a door that does: what is captured and refunded, by idempotency key, as a book."""

import http.server
import json
import os
import pathlib
import shutil
import threading
import urllib.parse

from lib.client import Client
from lib.process import free_port, kill_session, start, wait_for_answer

CACHE = pathlib.Path(os.environ.get("SHOPKEEPER_CACHE", pathlib.Path.home() / ".cache/shopkeeper"))
DECLINED = {"error": {"type": "card_error", "code": "card_declined", "decline_code": "generic_decline",
                      "message": "Your card was declined."}}
UNEXPECTED = {"error": {"type": "invalid_request_error", "code": "payment_intent_unexpected_state",
                        "message": "It is not in that state."}}


def program():
    """The pinned stripe-mock that `tool stripe-mock` of k8s/kind/tools.sh makes."""
    built = CACHE / "bin/stripe-mock"
    found = str(built) if built.exists() else shutil.which("stripe-mock")
    assert found, "no stripe-mock: tests/run.sh builds it (k8s/kind/tools.sh: tool stripe-mock)"
    return found


class Stripe:
    """`url` is for the service. Everything asked is in `requests`: (method, path, form, headers, status of stripe-mock)."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.mock_port = free_port()
        log, key = folder / "stripe-mock.log", {"Authorization": "Bearer sk_test_123"}
        self.process = start([program(), "-http-port", str(self.mock_port)], log)
        wait_for_answer("stripe-mock", self.process, lambda: self.mock("GET", "/v1/balance", b"", key)[0] == 200, log)
        self.lock = threading.Lock()
        self.requests, self.intents, self.answers, self.refunds = [], {}, {}, {}
        self.lose = 0      # of so many answers the work is done, and nothing comes back
        self.fail = 0      # so many requests are answered 503, and nothing is done
        door = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """Each request goes to stripe-mock first."""
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                """Answers, or closes the connection."""
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer = door.handle(self.command, self.path, body, self.headers)
                if answer is None:
                    self.close_connection = True
                    return
                status, text = answer
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_DELETE = handle_any  # noqa: N815

            def log_message(self, *_):  # pylint: disable=arguments-differ
                """Quiet."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def mock(self, method, path, body, headers):
        """(status, body) of stripe-mock itself."""
        passed = {k: v for k, v in headers.items() if k.lower() in ("authorization", "content-type", "stripe-version", "idempotency-key")}
        answer = Client(self.mock_port, timeout=10).request(method, path, body or None, passed)
        return answer.status, answer.body

    def handle(self, method, path, body, headers):
        """One request: stripe-mock checks it, the book answers."""
        form = dict(urllib.parse.parse_qsl(body.decode()))
        if form.get("payment_method") == "pm_refused":  # to see what becomes of a request that is not as Stripe wants it
            body = body.replace(b"capture_method=manual", b"capture_method=never")
        status, text = self.mock(method, path, body, headers)
        with self.lock:
            self.requests.append((method, path, form, dict(headers), status))
            if status != 200:
                return status, text
            if self.fail > 0:
                self.fail -= 1
                return 503, b'{"error":{"type":"api_error","message":"try later"}}'
            key = headers.get("Idempotency-Key")
            answer = self.answers.get(key) or self.work(method, path, form, json.loads(text))
            if key:
                self.answers[key] = answer
            if self.lose > 0 and method == "POST":
                self.lose -= 1
                return None
        return answer[0], json.dumps(answer[1]).encode()

    def work(self, method, path, form, shape):
        """What the book makes of it; `shape` is stripe-mock's answer, which has every field."""
        parts = path.strip("/").split("/")
        if parts[1] == "refunds":
            intent = self.intents[form["payment_intent"]]
            amount = int(form["amount"])
            if amount > intent["captured"] - intent["refunded"]:
                return 400, {"error": {"type": "invalid_request_error", "code": "charge_already_refunded"}}
            intent["refunded"] += amount
            number = f"re_{len(self.refunds) + 1}"
            self.refunds[number] = amount
            return 200, {**shape, "id": number, "amount": amount, "status": "succeeded"}
        if len(parts) == 2:
            number = f"pi_{len(self.intents) + 1}"
            self.intents[number] = {"status": "requires_confirmation", "amount": int(form["amount"]), "captured": 0,
                                    "refunded": 0, "method": form["payment_method"]}
            return 200, {**shape, "id": number, "status": "requires_confirmation"}
        number = parts[2]
        intent = self.intents[number]
        verb = parts[3] if len(parts) > 3 else None
        moves = {"confirm": ("requires_confirmation", "requires_capture"), "capture": ("requires_capture", "succeeded")}
        if verb in moves:
            before, after = moves[verb]
            if intent["status"] != before:
                return 400, UNEXPECTED
            if verb == "confirm" and intent["method"] == "pm_declined":
                intent["status"] = "requires_payment_method"
                return 402, DECLINED
            intent["status"] = after
            if verb == "capture":
                intent["captured"] = intent["amount"]
        elif verb == "cancel":
            if intent["status"] in ("succeeded", "canceled", "processing"):
                return 400, UNEXPECTED
            intent["status"] = "canceled"
        return 200, {**shape, "id": number, "status": intent["status"], "amount": intent["amount"]}

    def taken(self):
        """Money captured less money refunded."""
        with self.lock:
            return sum(i["captured"] - i["refunded"] for i in self.intents.values())

    def close(self):
        """The end of both."""
        self.server.shutdown()
        self.server.server_close()
        kill_session(self.process)
