"""Checks for the machine that runs the registry, and the choice of the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, request, url_for

from registry.core.errors import NotFoundError
from registry.core.i18n import N_
from registry.http.addresses import own_address
from registry.http.context import current_registry
from registry.http.language import COOKIE, INTERFACE_LANGUAGES
from registry.migrations.schema import is_current
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_ONE_YEAR = 365 * 24 * 3600


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Say whether database and index can serve: 200 when they can, 503 when not."""
    registry = current_registry()
    checks = {"database": False, "index": False}
    if is_current(registry.database.engine):
        checks["database"] = True
        checks["index"] = registry.index.is_readable()
    ready = all(checks.values())
    return {"status": "ready" if ready else "not ready", **checks}, 200 if ready else 503


@blueprint.get("/language/<code>")
def language(code: str) -> ResponseReturnValue:
    """Remember the language of the interface and go back to the page that `next` names."""
    if code not in INTERFACE_LANGUAGES:
        raise NotFoundError(N_("The interface does not have this language yet."))
    answer = redirect(own_address(request.args.get("next", ""), url_for("web.home")))
    answer.set_cookie(
        COOKIE,
        code,
        max_age=_ONE_YEAR,
        samesite="Lax",
        httponly=True,
        secure=current_registry().settings.secure_cookies,
    )
    return answer
