"""Nothing typed is lost when a session ends while a long form is open: the answer carries it, to be sent again.

The answer to such a form holds what was typed in a form of its own, with a signature (`http.resumed`) that the new
session takes for its token. Its owner signs in, in another tab and by whatever way there is, and presses its button;
that saves it. Nothing is kept at the server for people who are not signed in, and nothing is saved without that press.
Only a form that this very registry sent (RFC 6454: its Origin) is answered so: what another site sends is never shown
as if the reader had typed it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import jsonify, render_template, request
from flask_babel import gettext

from registry.http import resumed
from registry.http.access import current_user
from registry.http.csrf import NOT_TYPED, ForeignRequestError
from registry.http.errors import registry_error, say_error
from registry.http.uploads import FORM_BYTES

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from registry.core.errors import RegistryError

#: The forms in which people type much.
RESUMABLE = frozenset(
    {
        "web.save_step",
        "web.add_submission_file",
        "web.hand_in",
        "web.comment_on_submission",
        "web.decide_submission",
        "web.begin_submission",
    }
)

_NOT_CARRIED = NOT_TYPED | {resumed.FIELD}


def install(app: Flask) -> None:
    """Answer forms whose session has ended, or was begun anew since they were opened."""
    app.register_error_handler(ForeignRequestError, _token_is_old)


def can_be_resumed() -> bool:
    """Return whether the present request is a long form that this registry's own page sent.

    One with a large file is not read to its end without a session, so that what came with the file is not carried.
    """
    is_short = request.content_length is not None and request.content_length <= FORM_BYTES
    return request.method == "POST" and request.endpoint in RESUMABLE and is_short and resumed.is_from_here()


def resume_page(error: RegistryError, status: int) -> ResponseReturnValue:
    """Return the page that carries what was typed; a form that saves by itself is told that it did not."""
    if request.form.get("autosave"):
        return jsonify(message=gettext("Not saved: your session has ended. Press “Save and continue”.")), status
    fields = [
        (name, value) for name in request.form if name not in _NOT_CARRIED for value in request.form.getlist(name)
    ]
    page = render_template(
        "submissions/resume.html",
        fields=fields,
        signature=resumed.signature_of(fields),
        reason=say_error(error),
        has_file=bool(request.files),
    )
    return page, status


def _token_is_old(error: ForeignRequestError) -> ResponseReturnValue:
    if not can_be_resumed():
        return registry_error(error)
    return resume_page(error, 400 if current_user() else 403)
