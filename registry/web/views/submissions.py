"""`/submissions`: what waits for whom, a new submission, and the page of each with its state and history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from marshmallow import ValidationError

from registry.core.errors import NotFoundError
from registry.core.messages import flatten
from registry.core.pagination import Paging
from registry.http.context import current_registry, reading
from registry.submissions.notices import mark_read
from registry.submissions.open_actions import OpenAction, open_actions
from registry.submissions.queries import (
    Listed,
    age_in_days,
    inbox,
    is_overdue,
    notifications,
    own_submissions,
    seen_submission,
)
from registry.submissions.schemas import CommentSchema, DecideSchema, StartDraftSchema
from registry.submissions.services import comment, create_draft, withdraw
from registry.submissions.vocabulary import FINAL, Kind, State
from registry.web.forms import Form
from registry.web.submission_forms import Lookups, steps_of
from registry.web.submission_rounds import answers_of
from registry.web.submission_words import words_of
from registry.web.views.blueprint import blueprint
from registry.web.views.submitting import new_key, person_of, reading_user, submitting_user

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response
    from flask.typing import ResponseReturnValue

    from registry.accounts.queries import SignedIn

_PER_PAGE = 20

#: The lists of the page by their names in the address: the states that each shows.
_OPEN = tuple(str(state) for state in State if state not in FINAL)
_CLOSED = tuple(str(state) for state in FINAL)


@dataclass(frozen=True)
class Queue:
    """One list of the page: what it is called by in the address, what is in it, and on which page it stands."""

    name: str
    listed: Listed
    paging: Paging


@blueprint.get("/submissions")
def submissions() -> ResponseReturnValue:
    """Show the lists of the user: what the own ministry submits, and, for the treaty office, what waits for it."""
    user = reading_user()
    person, registry = person_of(user), current_registry()
    closed = request.args.get("closed") == "yes"
    page = max(1, min(request.args.get("page", 1, int), 10_000))
    paging = Paging(page, _PER_PAGE)
    mine = request.args.get("assigned") == "me"
    with registry.database.read() as session:
        queues = []
        if person.may_review or person.may_read_all:
            states = _CLOSED if closed else (str(State.SUBMITTED),)
            queues.append(Queue("inbox", inbox(session, person, paging, states, assigned_to_me=mine), paging))
        if person.may_submit:
            listed = own_submissions(session, person, paging, _CLOSED if closed else _OPEN)
            queues.append(Queue("own", listed, paging))
        told = notifications(session, user.user_id)
        return render_template(
            "submissions/list.html",
            queues=queues,
            told=told,
            closed=closed,
            assigned_to_me=mine,
            person=person,
            waiting=_waiting(user) if person.may_submit and not closed else [],
            age_in_days=lambda submission: age_in_days(submission, registry.clock.now()),
            is_overdue=lambda submission: is_overdue(submission, registry.clock.today()),
        )


@blueprint.get("/submissions/new")
def new_submission() -> ResponseReturnValue:
    """Ask what is to be submitted."""
    submitting_user()
    given = {name: request.args.get(name, "") for name in ("kind", "agreement", "act", "side")}
    return _new_page(given, new_key(), [])


@blueprint.post("/submissions/new")
def begin_submission() -> ResponseReturnValue:
    """Begin a draft and go on to its first step. The same form sent twice begins one."""
    user = submitting_user()
    given = {name: request.form.get(name, "").strip() for name in ("kind", "agreement", "act", "side")}
    # Of the candidates that the form offered, one may have been chosen.
    given["agreement"] = request.form.get("candidate", "") or given["agreement"]
    key = request.form.get("form_key", "")
    try:
        wanted = {name: value for name, value in given.items() if value and name in ("kind", "agreement")}
        if wanted.get("kind") == Kind.NEW_AGREEMENT:
            wanted.pop("agreement", None)
        command = StartDraftSchema().load({**wanted, "form_key": key})
        with current_registry().database.write(user.login) as uow:
            begun = create_draft(uow, person_of(user), command)
    except ValidationError as error:
        return _new_page(given, key or new_key(), flatten(error.messages, gettext)), 422
    except NotFoundError:
        problem = gettext("There is no agreement with this number. Choose one of those below, or look it up.")
        return _new_page(given, key, [("agreement", problem)]), 422
    preset: dict[str, Any] = (
        {name: given[name] or None for name in ("act", "side")} if begun.kind == Kind.ACTION else {}
    )
    return redirect(url_for("web.step", key=begun.public_id, step=steps_of(begun.kind)[0], **preset), 303)


@blueprint.get("/submissions/<key>")
def submission(key: str) -> ResponseReturnValue:
    """Show where a submission stands: its state, what was answered, its files, its receipts and its history."""
    return _submission_page(key)


@blueprint.post("/submissions/<key>/comments")
def comment_on_submission(key: str) -> ResponseReturnValue:
    """Remark something without deciding anything. The same form sent twice remarks it once."""
    user = reading_user()
    given = {name: request.form.get(name, "") for name in ("text", "form_key")}
    try:
        command = CommentSchema().load({name: value for name, value in given.items() if value.strip()})
    except ValidationError as error:
        return _submission_page(key, flatten(error.messages, gettext), 422)
    with current_registry().database.write(user.login) as uow:
        comment(uow, person_of(user), key, command)
    return redirect(url_for("web.submission", key=key, _anchor="history"), 303)


@blueprint.post("/submissions/<key>/withdraw")
def withdraw_submission(key: str) -> ResponseReturnValue:
    """Take back what was begun or handed in."""
    user = submitting_user()
    text = request.form.get("text", "").strip()
    given = {"version": request.form.get("version", 0, int), **({"text": text} if text else {})}
    try:
        command = DecideSchema().load(given)
    except ValidationError as error:
        return _submission_page(key, flatten(error.messages, gettext), 422)
    with current_registry().database.write(user.login) as uow:
        withdraw(uow, person_of(user), key, command)
    flash(gettext("It is withdrawn."))
    return redirect(url_for("web.submission", key=key), 303)


def _waiting(user: SignedIn) -> list[OpenAction]:
    """Return what the registry waits for from the user's ministry, as far as the user may see it."""
    if user.body is None:
        return []
    with reading(user.reader) as session:
        return open_actions(session, user.body.id)


def _submission_page(key: str, problems: Sequence[tuple[str, str]] = (), status: int = 200) -> Response:
    user = reading_user()
    registry = current_registry()
    with registry.database.read() as session:
        seen = seen_submission(session, person_of(user), key)
        found = seen.submission
        is_news = any(item.submission_id == found.id for item in notifications(session, user.user_id))
        page = render_template(
            "submissions/submission.html",
            submission=found,
            may=seen.may,
            rows=answers_of(found.kind, found.content, words_of(session, found.agreement_id)),
            form=Form({name: request.form.get(name, "") for name in ("text",)}, problems),
            form_key=request.form.get("form_key") or new_key(),
            steps=steps_of(found.kind),
            is_overdue=is_overdue(found, registry.clock.today()),
            age=age_in_days(found, registry.clock.now()),
        )
    if is_news:
        with registry.database.write(user.login) as uow:
            mark_read(uow, user.user_id, found.id)
    return make_response(page, status)


def _new_page(given: dict[str, str], key: str, problems: list[tuple[str, str]]) -> str:
    user = submitting_user()
    candidates: list[tuple[str, str]] = []
    if given["agreement"]:
        with current_registry().database.read(user.reader) as session:
            lookups = Lookups(session, user.reader)
            if not lookups.agreement_title(given["agreement"]):
                candidates = lookups.agreements_like(given["agreement"])
    return render_template(
        "submissions/new.html", form=Form(given, problems), form_key=key, kinds=list(Kind), candidates=candidates
    )
