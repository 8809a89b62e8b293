"""What a form held when its session had ended may be sent once more without the token of the new session.

The page that carries it (`web.resuming`) signs its address and its very fields; with that signature, and only from a
page of this registry (RFC 6454: its Origin; Fetch Metadata), it counts as a form of the session that began meanwhile.
Against other sites only the second guards: a program can have anything signed that it sends, but no site can make a
browser say that this registry sent it. The signature confines that to what was carried, where, and for a day. What the
sender may do is asked as ever.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

if TYPE_CHECKING:
    from collections.abc import Iterable

FIELD = "resumed"
_SECONDS = 24 * 60 * 60


def is_from_here() -> bool:
    """Return whether a browser says that a page of this registry sent the request. No page can make it say so."""
    if "Sec-Fetch-Site" in request.headers:
        return request.headers["Sec-Fetch-Site"] == "same-origin"
    return request.headers.get("Origin") == request.host_url.rstrip("/")


def signature_of(fields: Iterable[tuple[str, str]]) -> str:
    """Return the signature of these fields for the address of the present request."""
    return str(_signer().dumps(_digest(fields)))


def is_resumed(not_carried: frozenset[str]) -> bool:
    """Return whether the present request holds the very fields that such a page signed for this address.

    `not_carried` names the fields that say how a form is sent, which the page signs none of.
    """
    given = request.form.get(FIELD, "")
    if not given or not is_from_here():
        return False
    left = {*not_carried, FIELD}
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in left]
    try:
        return bool(_signer().loads(given, max_age=_SECONDS) == _digest(fields))
    except BadSignature:
        return False


def _digest(fields: Iterable[tuple[str, str]]) -> str:
    # Browsers write line breaks in their own way when they send a form.
    plain = sorted((name, re.sub("\r\n?", "\n", value)) for name, value in fields)
    return hashlib.sha256(json.dumps([request.path, plain]).encode()).hexdigest()


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="resumed form")
