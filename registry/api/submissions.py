"""`/api/v1/submissions…`: programs of ministries and of the treaty office submit and decide, by a token.

Whoever changes something says which version they have seen (`If-Match`), and what must count once carries a key
(`Idempotency-Key`), so that a request can be sent again when its answer was lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, request, url_for
from marshmallow import ValidationError, fields, validate

from registry.audit.vocabulary import Act, Outcome
from registry.core.errors import AccessDeniedError, InvalidInputError
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.core.pagination import DEFAULT_PER_PAGE, MAX_PER_PAGE, Paging
from registry.core.schemas import BaseSchema, Choice
from registry.documents.storage.spool import too_large
from registry.http.auditing import note
from registry.http.bearer import BLUEPRINT, form_key, seen_version, token_holder
from registry.http.context import current_registry
from registry.http.errors import registry_error, say_error
from registry.http.files import file_response
from registry.http.submission_findings import Outlook, previewed
from registry.http.submission_items import proposal_item, receipt_content, receipt_item, summary_item, whole_item
from registry.submissions.decisions import assign, register, reject, return_for_correction
from registry.submissions.pending import pending_alike
from registry.submissions.queries import inbox, own_submissions, receipt, seen_file, seen_submission
from registry.submissions.receiving import add_file, remove_file
from registry.submissions.rules import Person
from registry.submissions.schemas import (
    AssignSchema,
    CommentSchema,
    DecideSchema,
    DescribeFileSchema,
    HandInSchema,
    SaveDraftSchema,
    StartDraftSchema,
)
from registry.submissions.services import (
    comment,
    create_draft,
    draft_duplicates,
    draft_problems,
    save_draft,
    submit,
    withdraw,
)
from registry.submissions.vocabulary import Deed, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.typing import ResponseReturnValue

    from registry.core.uow import UnitOfWork

blueprint = Blueprint("submissions", __name__)

_CHUNK = 64 * 1024


class _ListSchema(BaseSchema):
    """The arguments of a list."""

    state = fields.List(Choice(State))
    box = Choice(["own", "office"])
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10**6, error=N_("There is no such page.")))
    per_page = fields.Integer(
        load_default=DEFAULT_PER_PAGE, validate=validate.Range(1, MAX_PER_PAGE, error=N_("There is no such page."))
    )


@blueprint.before_request
def _known() -> None:
    """Ask who it is before anything of the request is read."""
    token_holder()


@blueprint.errorhandler(AccessDeniedError)
def _denied(error: AccessDeniedError) -> ResponseReturnValue:
    """Note that the holder of a token may not do what they asked for."""
    note(
        Act.ACCESS_DENIED,
        f"{request.method} {request.path}",
        outcome=Outcome.REFUSED,
        actor=token_holder().login,
    )
    return registry_error(error)


@blueprint.get("/submissions")
def submissions() -> ResponseReturnValue:
    """Answer the submissions of the body (`box=own`), or what was handed in (`box=office`)."""
    person = _person()
    args: dict[str, Any] = request.args.to_dict()
    args.pop("lang", None)
    if "state" in args:
        args["state"] = request.args.getlist("state")
    asked = _loaded(_ListSchema(), args)
    paging = Paging(asked["page"], asked["per_page"])
    box = asked.get("box", "own" if person.may_submit and not person.may_review else "office")
    with current_registry().database.read() as session:
        listed = (
            own_submissions(session, person, paging, asked.get("state", tuple(State)))
            if box == "own"
            else inbox(session, person, paging, asked.get("state", (State.SUBMITTED,)))
        )
        items = [summary_item(item, _address(item.public_id)) for item in listed.items]
    return jsonify(items=items, total=listed.total, page=paging.page, per_page=paging.per_page)


@blueprint.post("/submissions")
def start() -> ResponseReturnValue:
    """Begin a draft."""
    person = _person()
    command = _loaded(StartDraftSchema(), {**_body(), "form_key": form_key()})
    with current_registry().database.write(person.login) as uow:
        public_id = create_draft(uow, person, command).public_id
    answer = _answer(public_id, 201)
    answer.headers["Location"] = _address(public_id)
    return answer


@blueprint.get("/submissions/<public_id>")
def submission(public_id: str) -> ResponseReturnValue:
    """Answer a submission with its files, receipts and events, and what keeps it from being handed in."""
    return _answer(public_id)


@blueprint.put("/submissions/<public_id>")
def save(public_id: str) -> ResponseReturnValue:
    """Keep a draft's content, whole or (with `step`) the fields of one step."""
    command = _loaded(SaveDraftSchema(), {**_body(), "version": seen_version()})
    return _done(public_id, lambda uow, person: save_draft(uow, person, public_id, command))


@blueprint.post("/submissions/<public_id>/files")
def attach(public_id: str) -> ResponseReturnValue:
    """Add a file, whose bytes are the body of the request; what is said about it stands in the query."""
    registry, person = current_registry(), _person()
    args = request.args.to_dict()
    args.pop("lang", None)
    file_name = args.pop("file_name", "")
    if not file_name:
        raise InvalidInputError({"file_name": [Message(N_("Say how the file is called."))]})
    command = _loaded(DescribeFileSchema(), {**args, "form_key": form_key()})
    most = registry.settings.most_bytes
    if (request.content_length or 0) > most:
        raise too_large(most)
    request.max_content_length = most
    with registry.database.read() as session:
        # Whoever may not add a file is told before the file is read.
        if Deed.EDIT not in seen_submission(session, person, public_id).may:
            raise AccessDeniedError(N_("Nothing can be added to this now."))
    with registry.storage.spool.receive(most) as incoming:
        while data := request.stream.read(_CHUNK):
            incoming.write(data)
        if request.content_length is not None and incoming.size != request.content_length:
            raise InvalidInputError({"file": [Message(N_("The file did not come whole. Send it again."))]})
        add_file(registry.database, registry.storage, registry.scanner, person, public_id, incoming, file_name, command)
    return _answer(public_id, 201)


@blueprint.get("/submissions/<public_id>/files/<file_id>")
def file_bytes(public_id: str, file_id: str) -> ResponseReturnValue:
    """Answer the bytes of a file."""
    registry, person = current_registry(), _person()
    with registry.database.read() as session:
        held = seen_file(session, person, public_id, file_id).held
        session.expunge(held)
    note(Act.FILE_DOWNLOADED, f"submission {public_id}", detail={"sha256": held.sha256}, actor=person.login)
    return file_response(registry.storage, held, "submission")


@blueprint.delete("/submissions/<public_id>/files/<file_id>")
def take_out(public_id: str, file_id: str) -> ResponseReturnValue:
    """Take a file out of a draft."""
    return _done(public_id, lambda uow, person: remove_file(uow, person, public_id, file_id))


@blueprint.post("/submissions/<public_id>/submit")
def hand_in(public_id: str) -> ResponseReturnValue:
    """Hand a draft in, and answer the receipt."""
    registry, person = current_registry(), _person()
    command = _loaded(HandInSchema(), {**_body(), "version": seen_version(), "form_key": form_key()})
    with registry.database.write(person.login) as uow:
        number = submit(uow, person, public_id, command, registry.settings).number
    return _receipt(public_id, number)


@blueprint.get("/submissions/<public_id>/receipts/<int:number>")
def receipt_of(public_id: str, number: int) -> ResponseReturnValue:
    """Answer the receipt of a round, with what was submitted word for word."""
    return _receipt(public_id, number)


@blueprint.get("/submissions/<public_id>/changes")
def changes(public_id: str) -> ResponseReturnValue:
    """Answer in words what registering it would change as things stand now."""
    proposal, outlook = previewed(_person(), public_id)
    return jsonify(proposal_item(proposal, say_error(proposal.obstacle) if proposal.obstacle else None, outlook))


@blueprint.post("/submissions/<public_id>/comments")
def remark(public_id: str) -> ResponseReturnValue:
    """Remark something."""
    command = _loaded(CommentSchema(), {**_body(), "form_key": form_key()})
    return _done(public_id, lambda uow, person: comment(uow, person, public_id, command))


@blueprint.post("/submissions/<public_id>/assign")
def give(public_id: str) -> ResponseReturnValue:
    """Assign it to an officer, or to nobody."""
    command = _loaded(AssignSchema(), {**_body(), "version": seen_version()})
    return _done(public_id, lambda uow, person: assign(uow, person, public_id, command))


@blueprint.post("/submissions/<public_id>/return")
def return_(public_id: str) -> ResponseReturnValue:
    """Return it with remarks on its fields."""
    settings = current_registry().settings
    command = _loaded(DecideSchema(), {**_body(), "version": seen_version()})
    return _done(public_id, lambda uow, person: return_for_correction(uow, person, public_id, command, settings))


@blueprint.post("/submissions/<public_id>/register")
def register_(public_id: str) -> ResponseReturnValue:
    """Make it part of the registry."""
    registry = current_registry()
    command = _loaded(DecideSchema(), {**_body(), "version": seen_version()})
    return _done(
        public_id,
        lambda uow, person: register(uow, person, public_id, command, registry.settings, registry.storage),
    )


@blueprint.post("/submissions/<public_id>/reject")
def reject_(public_id: str) -> ResponseReturnValue:
    """Reject it for a reason."""
    settings = current_registry().settings
    command = _loaded(DecideSchema(), {**_body(), "version": seen_version()})
    return _done(public_id, lambda uow, person: reject(uow, person, public_id, command, settings))


@blueprint.post("/submissions/<public_id>/withdraw")
def take_back(public_id: str) -> ResponseReturnValue:
    """Withdraw it."""
    command = _loaded(DecideSchema(), {**_body(), "version": seen_version()})
    return _done(public_id, lambda uow, person: withdraw(uow, person, public_id, command))


def _person() -> Person:
    return Person.of(token_holder())


def _body() -> dict[str, Any]:
    """Return the object in the body of the request; an empty body is an empty object."""
    if not request.content_length:
        return {}
    found = request.get_json()
    if not isinstance(found, dict):
        raise InvalidInputError({"": [Message(N_("Send an object with named fields."))]})
    named = {"version", "form_key"} & found.keys()
    if named:
        # These are headers here, and must not be said twice.
        raise InvalidInputError({name: [Message(N_("Unknown field."))] for name in sorted(named)})
    return found


def _loaded(schema: BaseSchema, given: dict[str, Any]) -> Any:
    try:
        return schema.load(given)
    except ValidationError as error:
        raise InvalidInputError(error.messages) from error


def _done(public_id: str, deed: Callable[[UnitOfWork, Person], object]) -> Response:
    """Do something in one transaction, and answer the submission as it is then."""
    person = _person()
    with current_registry().database.write(person.login) as uow:
        deed(uow, person)
    return _answer(public_id)


def _answer(public_id: str, status: int = 200) -> Response:
    """Answer a submission as it is now; its entity tag is its version."""
    person, outlook = _person(), Outlook()
    # Services and queries ask by themselves what the person may see.
    with current_registry().database.read() as session:
        seen = seen_submission(session, person, public_id)
        found, alike, pending = [], [], []
        if Deed.EDIT in seen.may:
            found = draft_problems(session, person, seen.submission, current_registry().clock.today())
            alike = draft_duplicates(session, person, seen.submission)
            pending = pending_alike(session, person, seen.submission)
            if not found:
                outlook = previewed(person, public_id)[1]
        answer = jsonify(whole_item(seen, _address(public_id), found, alike, pending, outlook))
        answer.set_etag(str(seen.submission.version))
    answer.status_code = status
    return answer


def _receipt(public_id: str, number: int) -> Response:
    with current_registry().database.read() as session:
        found = receipt(session, _person(), public_id, number)
        return jsonify({**receipt_item(found, _address(public_id)), "content": receipt_content(found)})


def _address(public_id: str) -> str:
    return url_for(f"{BLUEPRINT}.submission", public_id=public_id)
