"""`/agreements/<number>/dossier.zip`: all that the registry holds of one agreement, with its proofs, in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, redirect, request, url_for

from registry.accounts.vocabulary import Permission
from registry.audit.queries import current_head
from registry.audit.vocabulary import Act
from registry.dossiers.contents import Keeping
from registry.http.access import current_reader, current_user
from registry.http.auditing import note, note_read
from registry.http.context import current_registry
from registry.http.dossiers import dossier_request, make_dossier
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/agreements/<number>/dossier.zip")
def dossier(number: str) -> ResponseReturnValue:
    """Send the dossier. With `log_size=now` its proofs are under the newest head, whose size the address then names."""
    registry, user = current_registry(), current_user()
    shows_log = user is not None and user.may(Permission.READ_AUDIT_LOG)
    given = request.args.to_dict()
    if given.get("log_size") == "now":
        with registry.database.read() as session:
            size = current_head(session).size if shows_log else None
        arguments: dict[str, Any] = {**given, "log_size": size}
        return redirect(url_for("web.dossier", number=number, **arguments))
    keeping = Keeping(
        registry.database, registry.storage, registry.log_key, current_reader(), user is not None, shows_log
    )
    made = make_dossier(number, dossier_request(given), keeping)
    note_read(made.agreement, Act.DOSSIER_DOWNLOADED, made.access)
    if shows_log:
        note(Act.LOG_EXPORTED, "dossier", detail={"criteria": {"object": number}})
    answer = Response(made.chunks, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    answer.headers["Content-Location"] = made.address
    return answer
