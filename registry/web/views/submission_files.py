"""Files of a submission: added to a draft one at a time, sent to those who may see it, taken out of the draft again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from marshmallow import ValidationError

from registry.audit.vocabulary import Act
from registry.core.errors import InvalidInputError, RegistryError, RuleViolationError
from registry.core.messages import flatten, say
from registry.documents.doubts import doubt_about
from registry.documents.extraction import UnreadableDocumentError
from registry.documents.scanning import InfectedError, ScannerError
from registry.documents.storage.interface import StorageError
from registry.documents.storage.spool import TooLargeError
from registry.http.auditing import note
from registry.http.context import current_registry
from registry.http.errors import say_error
from registry.http.files import file_response
from registry.http.uploads import received_file, refused_with
from registry.submissions.queries import seen_file, seen_submission
from registry.submissions.receiving import add_file
from registry.submissions.rules import check
from registry.submissions.schemas import DescribeFileSchema
from registry.submissions.services import draft_problems
from registry.submissions.vocabulary import Deed, Step
from registry.web.forms import Form
from registry.web.submission_forms import options_of, steps_of
from registry.web.views.blueprint import blueprint
from registry.web.views.submitting import new_key, person_of, reading_user, submitting_user

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response
    from flask.typing import ResponseReturnValue

    from registry.accounts.queries import SignedIn
    from registry.submissions.models import SubmissionFile

_FIELDS = ("language", "role", "access", "title", "source")

#: Why a file is not taken, as far as its sender can do something about it; the form then says so.
_REFUSALS = (
    ValidationError,
    InvalidInputError,
    RuleViolationError,
    InfectedError,
    ScannerError,
    StorageError,
    UnreadableDocumentError,
    TooLargeError,
)


@blueprint.get("/submissions/<key>/files/new")
def submission_file_form(key: str) -> ResponseReturnValue:
    """Show the form by which a file is added."""
    return _file_page(key)


@blueprint.post("/submissions/<key>/files/new")
def add_submission_file(key: str) -> ResponseReturnValue:
    """Receive a file and keep it with the draft. The same form sent twice adds one."""
    user = submitting_user()
    registry = current_registry()
    with registry.database.read() as session:
        check(person_of(user), Deed.EDIT, seen_submission(session, person_of(user), key).standing)
    given = {name: value for name in (*_FIELDS, "form_key") if (value := request.form.get(name, "").strip())}
    try:
        command = DescribeFileSchema().load(given)
        incoming = received_file()
        name = request.files["file"].filename
        add_file(registry.database, registry.storage, registry.scanner, person_of(user), key, incoming, name, command)
    except _REFUSALS as error:
        return _file_page(key, _problems(error), refused_with(error))
    flash(gettext("The file is kept."))
    for said in _remarks(user, key):
        flash(said)
    return redirect(url_for("web.step", key=key, step=str(Step.DOCUMENTS), _anchor="files"), 303)


@blueprint.get("/submissions/<key>/files/<file>")
def submission_file(key: str, file: str) -> Response:
    """Send the bytes of a file to somebody who may see the submission."""
    user = reading_user()
    registry = current_registry()
    with registry.database.read() as session:
        held = seen_file(session, person_of(user), key, file).held
        session.expunge_all()
    note(Act.FILE_DOWNLOADED, f"submission {key[:32]}", detail={"sha256": held.sha256}, actor=user.login)
    return file_response(registry.storage, held, "submitted")


def _remarks(user: SignedIn, key: str) -> list[str]:
    """Return what is to be said about the file that was added last, and about files that cannot stand together."""
    registry, person = current_registry(), person_of(user)
    with registry.database.read() as session:
        found = seen_submission(session, person, key).submission
        problems = draft_problems(session, person, found, registry.clock.today())
        doubts = doubts_about(found.present_files[-1:])
    return [*doubts.values(), *(say(item.message, gettext) for item in problems if item.field.startswith("files."))]


def doubts_about(files: Sequence[SubmissionFile]) -> dict[str, str]:
    """Return, by the public ids of files, why no text may be readable in them."""
    storage = current_registry().storage
    found = {file.public_id: doubt_about(storage, file.held.sha256, file.held.media_type) for file in files}
    return {key: say(doubt, gettext) for key, doubt in found.items() if doubt is not None}


def _file_page(key: str, problems: Sequence[tuple[str, str]] = (), status: int = 200) -> Response:
    user = submitting_user()
    registry = current_registry()
    with registry.database.read() as session:
        seen = seen_submission(session, person_of(user), key)
        if Deed.EDIT not in seen.may:
            return make_response(redirect(url_for("web.submission", key=key)))
        page = render_template(
            "submissions/file.html",
            submission=seen.submission,
            step=str(Step.DOCUMENTS),
            steps=steps_of(seen.submission.kind),
            form=Form({name: request.form.get(name, "") for name in _FIELDS}, problems),
            # What was refused kept nothing: its key is not used up.
            form_key=request.form.get("form_key") or new_key(),
            options=options_of(session),
            most=registry.settings.max_upload,
            most_bytes=registry.settings.most_bytes,
        )
    return make_response(page, status)


def _problems(error: ValidationError | RegistryError) -> list[tuple[str, str]]:
    if isinstance(error, ValidationError):
        return flatten(error.messages, gettext)
    if isinstance(error, InvalidInputError):
        return flatten(error.errors, gettext)
    return [("file", say_error(error))]
