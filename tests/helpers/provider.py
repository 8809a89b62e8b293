"""A provider of OpenID Connect as a process of its own on loopback, which insists on PKCE (RFC 7636) and a nonce."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import requests

from tests.helpers.servers import ROOT, free_port


class Pkce:
    """Keeps the challenge of each code, and refuses a token to who has not its verifier."""

    def __init__(self, app):
        self.app = app
        self.challenges = {}

    def __call__(self, environ, start_response):
        query = parse_qs(environ.get("QUERY_STRING", ""))
        if environ["PATH_INFO"] == "/oauth2/authorize":
            if query.get("code_challenge_method") != ["S256"] or not query.get("nonce") or not query.get("state"):
                return self.refuse(start_response)
            return self.app(environ, lambda *answer: self.keep(query["code_challenge"][0], start_response, *answer))
        if environ["PATH_INFO"] == "/oauth2/token":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            form = parse_qs(body.decode())
            digest = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
            wanted = self.challenges.pop(form.get("code", [""])[0], None)
            if urlsafe_b64encode(digest).decode().rstrip("=") != wanted:
                return self.refuse(start_response)
            environ["wsgi.input"] = io.BytesIO(body)
        return self.app(environ, start_response)

    def keep(self, challenge, start_response, status, headers, *rest):
        for code in parse_qs(urlsplit(dict(headers).get("Location", "")).query).get("code", []):
            self.challenges[code] = challenge
        return start_response(status, headers, *rest)

    @staticmethod
    def refuse(start_response):
        start_response("400 Bad Request", [("Content-Type", "application/json")])
        return [b'{"error": "invalid_grant"}']


@contextmanager
def provider():
    """Run a provider; yield its address, which is its issuer."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.provider", str(port)],
        cwd=ROOT,
        env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            try:
                if requests.get(f"{address}/.well-known/openid-configuration", timeout=5).ok:
                    break
            except requests.ConnectionError:
                assert process.poll() is None, "the provider ended"
                time.sleep(0.1)
        yield address
    finally:
        process.kill()
        process.wait()


def set_claims(address, subject, **claims):
    """Let a user of the provider have these claims."""
    assert requests.put(f"{address}/users/{subject}", json=claims, timeout=10).ok


def authorize(asked, subject):
    """Sign in at the provider as a user; return the address to which it sends the browser back."""
    answer = requests.post(asked, data={"sub": subject}, allow_redirects=False, timeout=10)
    assert answer.status_code in (302, 303), answer.text
    return answer.headers["Location"]


def deny(asked):
    """Let the user refuse at the provider; return the address to which it sends the browser back."""
    return requests.post(asked, data={"action": "deny"}, allow_redirects=False, timeout=10).headers["Location"]


if __name__ == "__main__":
    from oidc_provider_mock import app as provider_app
    from werkzeug.serving import make_server

    made = provider_app(require_nonce=True)
    made.wsgi_app = Pkce(made.wsgi_app)
    make_server("127.0.0.1", int(sys.argv[1]), made, threaded=True).serve_forever()
