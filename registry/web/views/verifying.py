"""`/exports/verify`: is this file what the registry exported; and what is needed to ask that without the registry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, render_template, request
from flask_babel import gettext
from marshmallow import ValidationError

from registry.audit.queries import current_head
from registry.core.errors import InvalidInputError
from registry.core.i18n import N_
from registry.core.messages import Message, flatten
from registry.exports import verifier
from registry.exports.runs.schemas import HashSchema
from registry.exports.runs.verifying import verify
from registry.http.access import current_user
from registry.http.context import current_registry
from registry.http.uploads import hashed_file
from registry.web.export_words import words_of
from registry.web.views.blueprint import blueprint
from registry.web.views.export_history import may_know

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/exports/verify")
def verify_export() -> ResponseReturnValue:
    """Show the form; with a hash in the address also what is known of a file that has it."""
    given = request.args.get("sha256", "").strip()
    if not given:
        return _page()
    try:
        sha256 = HashSchema().load({"sha256": given})["sha256"].lower()
    except ValidationError as error:
        return _page(given=given, problems=flatten(error.messages, gettext))
    return _page(sha256, given=given)


@blueprint.post("/exports/verify")
def verify_files() -> ResponseReturnValue:
    """Say what a file, a manifest, or both are. The files are hashed while they come, and not kept."""
    file, manifest = hashed_file("file"), hashed_file("manifest")
    if file is None and manifest is None:
        raise InvalidInputError(
            {"file": [Message(N_("Choose a file, its manifest, or both."))]}, N_("There is nothing to verify.")
        )
    return _page(file.digest if file else None, manifest.beginning if manifest else None)


@blueprint.get("/exports/verifier.py")
def verifier_script() -> ResponseReturnValue:
    """Answer the program that verifies without the registry, as it stands here."""
    answer = Response(Path(verifier.__file__).read_bytes(), mimetype="text/x-python")
    answer.headers["Content-Disposition"] = 'attachment; filename="verifier.py"'
    return answer


@blueprint.get("/exports/key")
def public_key() -> ResponseReturnValue:
    """Answer the public key by which manifests and heads of the log are checked."""
    registry = current_registry()
    with registry.database.read() as session:
        line = registry.log_key.verifier(current_head(session).log)
    return Response(f"{line}\n", mimetype="text/plain")


def _page(
    sha256: str | None = None,
    manifest: bytes | None = None,
    *,
    given: str = "",
    problems: list[tuple[str, str]] | None = None,
) -> ResponseReturnValue:
    registry, user = current_registry(), current_user()
    with registry.database.read() as session:
        finding = verify(session, registry.log_key, sha256, manifest) if sha256 or manifest is not None else None
        head = current_head(session)
        known = [export for export in finding.exports if may_know(user, export)] if finding else []
    return render_template(
        "exports/verify.html",
        finding=finding,
        sha256=sha256,
        known=known,
        words={export.id: words_of(export) for export in known},
        given=given,
        problems=problems or [],
        most=registry.settings.max_upload,
        most_bytes=registry.settings.most_bytes,
        public_key=registry.log_key.verifier(head.log),
        checkpoint=registry.log_key.checkpoint(head, registry.log_key.sign(head)),
    ), 422 if problems else 200
