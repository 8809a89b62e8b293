"""The one map from errors to answers: a page for people, problem details (RFC 9457) below /api."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import jsonify, make_response, render_template, request
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import HTTPException

from registry.core.errors import (
    AccessDeniedError,
    GoneError,
    InvalidInputError,
    NotFoundError,
    RegistryError,
    RuleViolationError,
    StaleVersionError,
)
from registry.core.i18n import N_
from registry.core.messages import flatten
from registry.documents.extraction import UnreadableDocumentError
from registry.documents.scanning import InfectedError, ScannerError
from registry.documents.storage.interface import MissingBytesError, StorageError
from registry.documents.storage.spool import TooLargeError
from registry.exports.selection import IndexBehindError
from registry.http.auditing import note_denied
from registry.http.bearer import TokenNeededError, VersionNeededError
from registry.http.limits import say_limit
from registry.http.submission_items import stored_version
from registry.search.engine.errors import IndexUnreadableError
from registry.search.query_language.errors import QuerySyntaxError
from registry.submissions.errors import DraftConflictError

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

log = logging.getLogger(__name__)

_STATUS: dict[type[RegistryError], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    GoneError: HTTPStatus.GONE,
    VersionNeededError: HTTPStatus.PRECONDITION_REQUIRED,
    AccessDeniedError: HTTPStatus.FORBIDDEN,
    StaleVersionError: HTTPStatus.PRECONDITION_FAILED,
    RuleViolationError: HTTPStatus.CONFLICT,
    InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    QuerySyntaxError: HTTPStatus.UNPROCESSABLE_ENTITY,
    InfectedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnreadableDocumentError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    IndexBehindError: HTTPStatus.SERVICE_UNAVAILABLE,
    ScannerError: HTTPStatus.SERVICE_UNAVAILABLE,
    StorageError: HTTPStatus.SERVICE_UNAVAILABLE,
    MissingBytesError: HTTPStatus.SERVICE_UNAVAILABLE,
}

_TITLES = {
    HTTPStatus.UNAUTHORIZED: N_("This needs a token"),
    HTTPStatus.PRECONDITION_REQUIRED: N_("Say which version you have seen"),
    HTTPStatus.BAD_REQUEST: N_("This request cannot be read"),
    HTTPStatus.FORBIDDEN: N_("This is not open to you"),
    HTTPStatus.NOT_FOUND: N_("There is nothing at this address"),
    HTTPStatus.GONE: N_("This was withdrawn"),
    HTTPStatus.METHOD_NOT_ALLOWED: N_("This address does not do that"),
    HTTPStatus.CONFLICT: N_("This contradicts a rule of the registry"),
    HTTPStatus.PRECONDITION_FAILED: N_("Somebody else has changed this meanwhile"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("This is too large"),
    HTTPStatus.UNPROCESSABLE_ENTITY: N_("Something in the request cannot be used"),
    HTTPStatus.INTERNAL_SERVER_ERROR: N_("The registry has made a mistake"),
    HTTPStatus.SERVICE_UNAVAILABLE: N_("The registry cannot answer this now"),
}


def say_error(error: RegistryError) -> str:
    """Return the message of an error in the language of the request."""
    template: str = gettext(error.template)
    return template % error.params if error.params else template


def install(app: Flask) -> None:
    """Map every error of the application."""
    app.register_error_handler(RegistryError, registry_error)
    app.register_error_handler(IndexUnreadableError, _index_unreadable)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def is_for_programs() -> bool:
    """Return whether the present request is one of a program, which is answered in JSON."""
    return request.path.startswith("/api/") or request.path.endswith(".json")


def registry_error(error: RegistryError) -> ResponseReturnValue:
    """Answer an error that a user can understand and mend."""
    if isinstance(error, TokenNeededError):
        answer = make_response(_answer(HTTPStatus.UNAUTHORIZED, say_error(error), {}))
        answer.headers["WWW-Authenticate"] = 'Bearer realm="registry"'
        return answer
    if isinstance(error, AccessDeniedError):
        note_denied()
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)
    extra: dict[str, Any] = {}
    if isinstance(error, InvalidInputError):
        extra["errors"] = [{"field": path, "message": message} for path, message in flatten(error.errors, gettext)]
    if isinstance(error, DraftConflictError):
        extra["stored"] = stored_version(error)
    if isinstance(error, QuerySyntaxError):
        extra["errors"] = [
            {"field": "q", "message": say_error(error), "position": error.position, "length": error.length}
        ]
    return _answer(status, say_error(error), extra)


def _index_unreadable(error: IndexUnreadableError) -> ResponseReturnValue:
    log.error("the search index cannot be read: %s", error)
    return _answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        gettext("The search index is being built. Browsing works; try the words again in a moment."),
        {},
    )


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    status = HTTPStatus(error.code)
    detail = "" if status == HTTPStatus.NOT_FOUND else error.description or ""
    if isinstance(error, RateLimitExceeded):
        title, detail = say_limit(error)
        return _answer(status, detail, {}, title)
    return _answer(status, detail, {})


def _unexpected(error: Exception) -> ResponseReturnValue:
    # The cause goes to the log with its trace; what the reader learns must not help an attacker.
    log.error("unexpected error at %s %s", request.method, request.path, exc_info=error)
    detail = gettext("The mistake is written to the log. Nothing was changed by your request.")
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, detail, {})


def _answer(status: HTTPStatus, detail: str, extra: dict[str, Any], title: str = "") -> ResponseReturnValue:
    title = title or gettext(_TITLES.get(status, status.phrase))
    if is_for_programs():
        problem = {"type": "about:blank", "title": title, "status": int(status), "instance": request.path, **extra}
        if detail:
            problem["detail"] = detail
        response = jsonify(problem)
        response.mimetype = "application/problem+json"
        return response, int(status)
    return render_template(
        "errors/error.html", title=title, detail=detail, status=int(status), errors=extra.get("errors", [])
    ), int(status)
