"""`/submissions/<key>/review`: the treaty office compares, remarks on fields, and returns, registers or rejects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from marshmallow import ValidationError

from registry.accounts.vocabulary import Permission
from registry.core.errors import InvalidInputError, RuleViolationError, StaleVersionError
from registry.core.i18n import N_
from registry.core.messages import Message, flatten
from registry.http.access import required_user
from registry.http.changes import say_change
from registry.http.context import current_registry
from registry.http.errors import say_error
from registry.http.submission_findings import previewed
from registry.submissions.decisions import assign, register, reject, return_for_correction
from registry.submissions.pending import pending_alike
from registry.submissions.queries import officers, seen_submission
from registry.submissions.schemas import AssignSchema, DecideSchema
from registry.submissions.services import draft_duplicates, draft_problems
from registry.submissions.vocabulary import Deed, Kind
from registry.web.forms import Form
from registry.web.submission_rounds import answers_to_review, last_return
from registry.web.submission_words import words_of
from registry.web.views.blueprint import blueprint
from registry.web.views.submission_files import doubts_about
from registry.web.views.submission_steps import said_problems
from registry.web.views.submitting import person_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response
    from flask.typing import ResponseReturnValue

    from registry.submissions.rules import Person
    from registry.submissions.schemas import Decide

_REMARK = "remark:"


@blueprint.get("/submissions/<key>/review")
def review_submission(key: str) -> ResponseReturnValue:
    """Show what was submitted: as a difference where it concerns a record, and whole."""
    return _review_page(key)


@blueprint.post("/submissions/<key>/review")
def decide_submission(key: str) -> ResponseReturnValue:
    """Return, register or reject what stood on the page. What was typed stays when that is not possible."""
    user = required_user(Permission.REVIEW_SUBMISSIONS)
    person = person_of(user)
    decision = request.form.get("decision", "")
    try:
        command = DecideSchema().load(_given())
        notice = _decide(person, key, decision, command)
    except ValidationError as error:
        return _review_page(key, flatten(error.messages, gettext), 422)
    except InvalidInputError as error:
        return _review_page(key, flatten(error.errors, gettext), 422)
    except StaleVersionError as error:
        return _review_page(key, [("differences", say_error(error))], 412)
    except RuleViolationError as error:
        return _review_page(key, [("", say_error(error))], 409)
    flash(notice)
    return redirect(url_for("web.submission", key=key), 303)


def _decide(person: Person, key: str, decision: str, command: Decide) -> str:
    """Do in one transaction what the pressed button means; return what to tell the officer."""
    registry = current_registry()
    with registry.database.write(person.login) as uow:
        if decision == "register":
            kind = seen_submission(uow.session, person, key).submission.kind
            agreement = register(uow, person, key, command, registry.settings, registry.storage)
            if kind == Kind.NEW_AGREEMENT:
                return str(gettext("It is registered as %(number)s.", number=agreement.registry_number))
            return str(gettext("It is entered in the record of %(number)s.", number=agreement.registry_number))
        if decision == "return":
            return_for_correction(uow, person, key, command, registry.settings)
            return str(gettext("It is returned; the ministry sees your remarks."))
        if decision == "reject":
            reject(uow, person, key, command, registry.settings)
            return str(gettext("It is rejected."))
    raise InvalidInputError({"text": [Message(N_("Choose whether to register, return or reject it."))]})


@blueprint.post("/submissions/<key>/assign")
def assign_submission(key: str) -> ResponseReturnValue:
    """Give a submission to an officer, or to nobody."""
    user = required_user(Permission.REVIEW_SUBMISSIONS)
    login = request.form.get("login", "").strip() or None
    try:
        command = AssignSchema().load({"version": request.form.get("version", 0, int), "login": login})
        with current_registry().database.write(user.login) as uow:
            assign(uow, person_of(user), key, command)
    except ValidationError as error:
        return _review_page(key, flatten(error.messages, gettext), 422)
    except StaleVersionError as error:
        return _review_page(key, [("", say_error(error))], 412)
    flash(gettext("The assignment is noted."))
    return redirect(url_for("web.review_submission", key=key), 303)


def _given() -> dict[str, Any]:
    remarks = [
        {"field": name.removeprefix(_REMARK), "text": value.strip()}
        for name, value in request.form.items()
        if name.startswith(_REMARK) and value.strip()
    ]
    given: dict[str, Any] = {"version": request.form.get("version", 0, int), "remarks": remarks}
    if text := request.form.get("text", "").strip():
        given["text"] = text
    if seen := request.form.get("seen_revision", type=int):
        given["seen_revision"] = seen
    return given


def _review_page(key: str, problems: Sequence[tuple[str, str]] = (), status: int = 200) -> Response:
    user = required_user(Permission.REVIEW_SUBMISSIONS)
    person, registry = person_of(user), current_registry()
    with registry.database.read() as session:
        seen = seen_submission(session, person, key)
        found = seen.submission
        if Deed.REGISTER not in seen.may:
            if problems:
                # Somebody else was quicker: what was meant can no longer be done, but what was typed is not lost.
                page = render_template(
                    "submissions/overtaken.html",
                    submission=found,
                    refused=[text for _, text in problems],
                    text=request.form.get("text", "").strip(),
                    remarks=_given()["remarks"],
                )
                return make_response(page, status)
            return make_response(redirect(url_for("web.submission", key=key)))
        words = words_of(session, found.agreement_id)
        proposal, outlook = previewed(person, key)
        is_new = found.kind == Kind.NEW_AGREEMENT
        typed = {name: value for name, value in request.form.items() if name == "text" or name.startswith(_REMARK)}
        page = render_template(
            "submissions/review.html",
            submission=found,
            sections=answers_to_review(found, words),
            returned=last_return(found, words),
            changes=[] if is_new else [say_change(item) for item in proposal.changes],
            since=[say_change(item) for item in proposal.since],
            contested=proposal.contested,
            outlook=outlook,
            doubts=doubts_about(found.present_files),
            pending=pending_alike(session, person, found),
            obstacle=say_error(proposal.obstacle) if proposal.obstacle else "",
            seen_revision=None if is_new else proposal.revision,
            duplicates=draft_duplicates(session, person, found),
            problems=said_problems(draft_problems(session, person, found, current_registry().clock.today())),
            officers=officers(session),
            form=Form(typed, problems),
        )
    return make_response(page, status)
