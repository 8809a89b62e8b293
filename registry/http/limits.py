"""How often one address may ask: enough for people and fair harvesters, too little to keep others waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

if TYPE_CHECKING:
    from flask import Flask

#: What the machine that runs the registry asks for all the time.
_NEVER_LIMITED = {"static", "web.healthz", "web.readyz"}


def install(app: Flask, limit: str) -> None:
    """Limit the requests of each address to `limit`, such as "600 per minute"; an empty limit turns this off.

    Each process counts for itself. A proxy that counts for all nodes can stand before them.
    """
    if not limit:
        return
    limiter = Limiter(
        get_remote_address, app=app, application_limits=[limit], storage_uri="memory://", headers_enabled=True
    )
    limiter.request_filter(lambda: request.endpoint in _NEVER_LIMITED)
