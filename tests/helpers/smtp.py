"""A real SMTP server in a process of its own, which keeps what it takes as files and refuses what it is told to.

A file `refuse` in its folder holds the reply that every recipient gets, `refuse-data` the one that every content gets.
"""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.helpers.servers import ROOT, free_port

USER, PASSWORD = "registry", "a password of the mail server"


class SmtpServer:
    """A server that can be started and stopped on one port, and the messages that it took."""

    def __init__(self, folder, mode="none"):
        self.folder, self.mode, self.port = folder, mode, free_port()
        self._process = None

    def start(self):
        line = [sys.executable, "-m", "tests.helpers.smtp", str(self.port), str(self.folder), self.mode]
        self._process = subprocess.Popen(line, cwd=ROOT)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert self._process.poll() is None, "the mail server ended"
                time.sleep(0.05)

    def stop(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def refuse(self, reply, stage="refuse"):
        (self.folder / stage).write_text(reply, encoding="utf-8")

    def accept(self):
        for stage in ("refuse", "refuse-data"):
            (self.folder / stage).unlink(missing_ok=True)

    @property
    def taken(self):
        """Return the messages that it took, the oldest first."""
        return [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(self.folder.glob("*.eml"))]

    @property
    def settings(self):
        """Return the settings by which a registry uses this server."""
        found = {
            "smtp_host": "127.0.0.1",
            "smtp_port": self.port,
            "smtp_security": self.mode,
            "mail_from": "Реестр договоров <registry@example.org>",
        }
        return {**found, "smtp_user": USER, "smtp_password": PASSWORD} if self.mode != "none" else found


@contextmanager
def smtp_server(folder, mode="none"):
    """Run a server until the block ends; `mode` is a value of REGISTRY_SMTP_SECURITY."""
    folder.mkdir(exist_ok=True)
    made = SmtpServer(folder, mode)
    if mode != "none":
        _certify(folder)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def _certify(folder):
    """Make a key and a certificate for 127.0.0.1 that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


class _Handler:
    def __init__(self, folder):
        self._folder = folder

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802  aiosmtpd finds it so.
        refusal = self._told("refuse")
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        refusal = self._told("refuse-data")
        if refusal:
            return refusal
        (self._folder / f"{time.time_ns()}.eml").write_bytes(envelope.content)
        return "250 taken"

    def _told(self, stage):
        path = self._folder / stage
        return path.read_text(encoding="utf-8") if path.exists() else ""


def _serve(port, folder, mode):
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult

    def authenticate(server, session, envelope, mechanism, login):
        fits = (login.login, login.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=fits, handled=False)

    options = {}
    if mode != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        options = {"authenticator": authenticate, "auth_required": True}
        if mode == "tls":
            options |= {"ssl_context": context, "auth_require_tls": False}
        else:
            options |= {"tls_context": context, "require_starttls": True}
    Controller(_Handler(folder), hostname="127.0.0.1", port=port, **options).start()
    while True:
        time.sleep(60)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
