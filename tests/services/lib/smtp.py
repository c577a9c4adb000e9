"""A real SMTP server (Debian's python3-aiosmtpd) that keeps what it is sent, and misbehaves on request."""

import asyncio
import email
import email.policy
import ssl
import subprocess
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from lib.process import free_port


class _Dropping(SMTP):
    """Closes the connection without a word at the steps that the sink's `drops` says, each once."""

    def _drop(self, step):
        drops = self.event_handler.drops
        if step not in drops:
            return False
        drops.remove(step)
        self.transport.abort()
        return True

    def connection_made(self, transport):
        super().connection_made(transport)
        if not self.session.ssl:
            self._drop("greeting")

    async def smtp_DATA(self, arg):
        if self._drop("DATA"):
            return
        if "body" in self.event_handler.drops:
            await self.push("354 go on")
            await self._reader.readline()
            self._drop("body")
            return
        await super().smtp_DATA(arg)


def _dropping(command):
    async def handle(self, arg):
        if not self._drop(command):  # pylint: disable=protected-access
            await getattr(SMTP, f"smtp_{command}")(self, arg)
    return handle


for _command in ("EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT"):
    setattr(_Dropping, f"smtp_{_command}", _dropping(_command))


class _Controller(Controller):
    def factory(self):
        return _Dropping(self.handler, **self.SMTP_kwargs)


class Sink:
    """`with Sink() as sink:` listens on `sink.port`; `sink.mails` are what was taken: decoded messages with
    `.sender` and `.recipients`.

    What it does with the next ones: `sink.replies` maps a step ("RCPT", "DATA") to the reply that it gives instead of
    "250 OK"; a callable is called first and may return None. `sink.hold("RCPT")` makes it wait at that step until
    `release()`, and `held` tells that somebody waits; `hold("TAKEN")` is with the mail taken and the reply not yet given.
    `sink.hang_up_after_data` closes without that reply. `sink.drops` lists the steps at which the connection is closed,
    each once: greeting, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, body.
    """

    def __init__(self, port=None, login=None, tls=None, implicit=False):
        """`login`: (name, password) that is asked for. `tls`: a Certificate, and then STARTTLS is demanded, or with
        `implicit` TLS from the first byte."""
        self.port = port or free_port()
        self.mails = []
        self.replies = {}
        self.hang_up_after_data = False
        self.drops = []
        self.held = threading.Event()
        self._step = None
        self._free = threading.Event()
        self._free.set()
        self.logins = []
        options = {}
        if tls and implicit:
            options.update(ssl_context=tls.context())
        elif tls:
            options.update(tls_context=tls.context(), require_starttls=True)
        if login:
            # aiosmtpd knows of its own STARTTLS only.
            options.update(authenticator=self._check(login), auth_required=True, auth_require_tls=bool(tls) and not implicit)
        self._controller = _Controller(self, hostname="127.0.0.1", port=self.port, **options)

    def _check(self, login):
        def authenticate(server, session, envelope, mechanism, data):
            given = (data.login.decode(), data.password.decode())
            self.logins.append(given[0])
            return AuthResult(success=given == login, handled=False)
        return authenticate

    def __enter__(self):
        self._controller.start()
        return self

    def __exit__(self, *_):
        self.release()
        self._controller.stop()

    def hold(self, step):
        self.held.clear()
        self._free.clear()
        self._step = step

    def release(self):
        self._step = None
        self._free.set()

    async def _reply(self, step):
        if self._step == step:
            self.held.set()
            while not self._free.is_set():
                await asyncio.sleep(0.01)
        reply = self.replies.get(step)
        return reply() if callable(reply) else reply

    # What aiosmtpd calls.

    async def handle_MAIL(self, server, session, envelope, address, options):
        reply = await self._reply("MAIL")
        if reply is None:
            envelope.mail_from = address
        return reply or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        reply = await self._reply("RCPT")
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        reply = await self._reply("DATA")
        if reply is not None:
            return reply
        mail = email.message_from_bytes(envelope.content, policy=email.policy.SMTP)
        mail.sender, mail.recipients, mail.raw = envelope.mail_from, envelope.rcpt_tos, envelope.content
        mail.tls = server.transport.get_extra_info("ssl_object") is not None
        self.mails.append(mail)
        await self._reply("TAKEN")
        if self.hang_up_after_data:
            server.transport.abort()
        return "250 OK"


class Certificate:
    """A self-signed certificate for 127.0.0.1 and localhost, made with openssl."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.file, self.key = str(folder / "smtp.crt"), str(folder / "smtp.key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", self.key, "-out", self.file, "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
                       check=True, timeout=30, capture_output=True)

    def context(self):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file, self.key)
        return context
