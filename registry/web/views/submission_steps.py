"""`/submissions/<key>/<step>`: the form by which something is submitted, step by step, saved at each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext

from registry.core.errors import NotFoundError, RegistryError
from registry.core.i18n import N_
from registry.core.messages import Message, say
from registry.http.context import current_registry
from registry.http.errors import say_error
from registry.submissions.errors import DraftConflictError
from registry.submissions.problems import step_of
from registry.submissions.queries import seen_submission
from registry.submissions.receiving import remove_file
from registry.submissions.rules import check
from registry.submissions.schemas import SaveDraft
from registry.submissions.services import draft_duplicates, draft_problems, save_draft
from registry.submissions.vocabulary import Deed, Step
from registry.web import own_saves
from registry.web.comparing import compared, decided
from registry.web.forms import Form, digest_of, typed_over, write_date, write_period
from registry.web.helpers import instant
from registry.web.submission_forms import (
    Lookups,
    at_chosen,
    completed,
    options_of,
    presets_of,
    say_similar,
    steps_of,
    with_reported_act,
)
from registry.web.submission_rounds import parts_of
from registry.web.views.blueprint import blueprint
from registry.web.views.submitting import person_of, submitting_user

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from registry.accounts.queries import SignedIn
    from registry.submissions.models import Submission
    from registry.submissions.queries import Seen
    from registry.submissions.rules import Person
    from registry.submissions.schemas import Problem

#: What of the schemas' own words does not help somebody who fills in a form, where nobody writes ISO 8601.
_PLAINER = {
    "Missing data for required field.": N_("This has to be filled in."),
    "“%(value)s” is not a date; write YYYY, YYYY-MM or YYYY-MM-DD.": N_(
        "“%(value)s” is not a date. Write day, month and year, such as 17.01.1996 or 17 January 1996; or 01.1996 or "
        "1996 if only that is known."
    ),
    "“%(value)s” is not a period; write it as P5Y (years), P6M (months) or P30D (days).": N_(
        "“%(value)s” is not a length of time. Write a number and choose years, months or days beside it."
    ),
}

#: How many agreements that look alike are named while somebody still types.
_SIMILAR_SHOWN = 3


@blueprint.get("/submissions/<key>/<step>")
def step(key: str, step: str) -> ResponseReturnValue:
    """Show one step with what was typed so far; with `check`, also what is wrong with it."""
    user = submitting_user()
    with current_registry().database.read() as session:
        seen = seen_submission(session, person_of(user), key)
        checked_step(seen, step)
        if Deed.EDIT not in seen.may:
            return redirect(url_for("web.submission", key=key))
        return _step_page(session, user, seen.submission, step)


@blueprint.post("/submissions/<key>/<step>")
def save_step(key: str, step: str) -> ResponseReturnValue:
    """Keep what was typed, right or wrong, and go on: to the next step, or back to this one if something is wrong."""
    user = submitting_user()
    by_itself = bool(request.form.get("autosave"))
    try:
        saved = _save(user, key, step)
        if file := request.form.get("remove_file"):
            with current_registry().database.write(user.login) as uow:
                remove_file(uow, person_of(user), key, file)
    except DraftConflictError as error:
        if by_itself:
            return jsonify(message=say_error(error)), 412
        return _comparison(user, key, step, error), 412
    except RegistryError as error:
        if by_itself:
            return jsonify(message=say_error(error)), 409
        raise
    if by_itself:
        return _saved_by_itself(user, saved, parts_of(saved.kind, step))
    return redirect(_onward(user, saved, step), 303)


def _onward(user: SignedIn, saved: Submission, step: str) -> str:
    """Return where to go on after a step was saved: where its button leads, or else back to what is wrong, or on."""
    key, pressed = saved.public_id, request.form
    here = url_for("web.step", key=key, step=step)
    if pressed.get("go") == "later":
        flash(gettext("The draft is saved. Nothing is submitted yet."))
    places = {
        "later": url_for("web.submission", key=key),
        "file": url_for("web.submission_file_form", key=key),
    }
    if pressed.get("go") in places:
        return places[pressed["go"]]
    if added := pressed.get("add"):
        return url_for("web.step", key=key, step=step, added=added, _anchor=added)
    if pressed.get("remove") or pressed.get("remove_file"):
        return f"{here}#{quote(pressed.get('remove', '').rpartition('.')[0] or 'files')}"
    with current_registry().database.read() as session:
        problems = draft_problems(session, person_of(user), saved, current_registry().clock.today())
    if any(problem.step == step for problem in problems):
        return f"{here}?check=yes"
    following = steps_of(saved.kind)[steps_of(saved.kind).index(step) + 1 :]
    if following:
        return url_for("web.step", key=key, step=following[0])
    return url_for("web.check_answers", key=key)


def checked_step(seen: Seen, step: str) -> None:
    """Raise `NotFoundError` for a step that the form of this kind of submission does not have."""
    if step not in steps_of(seen.submission.kind):
        raise NotFoundError(N_("The form has no such step."))


def said_problems(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    """Return problems as (path, sentence), in the reader's language."""
    return [(problem.field, say(_plain(problem.message), gettext)) for problem in problems]


def _plain(message: str) -> str:
    """Return a message in the words of the form, with dates and periods as they are typed there."""
    template = message.template if isinstance(message, Message) else message
    words = _PLAINER.get(template, template)
    params = dict(message.params) if isinstance(message, Message) else {}
    if isinstance(value := params.get("value"), str):
        params["value"] = write_period(write_date(value))
    return Message(words, **params)


def _save(user: SignedIn, key: str, step: str) -> Submission:
    """Keep what the form holds for one step. Raises `DraftConflictError` when the step was changed elsewhere."""
    registry, person = current_registry(), person_of(user)
    with registry.database.read() as session:
        seen = seen_submission(session, person, key)
        checked_step(seen, step)
        check(person, Deed.EDIT, seen.standing)
        parts = parts_of(seen.submission.kind, step)
        stored = seen.submission.content
        removed = request.form.get("remove", "")
        typed = typed_over(stored, decided(at_chosen(request.form), stored), parts, removed)
        content = completed(Lookups(session, user.reader), typed)
    given = {name: value for name, value in content.items() if value is not None}
    version = request.form.get("version", 0, int)
    number = request.form.get(own_saves.FIELD, "")
    try:
        saved = _keep(person, key, SaveDraft(given, version, step))
    except DraftConflictError as error:
        # Where only other steps were changed meanwhile, or this very form saved last, there is nothing to decide.
        present = digest_of(error.stored.content, parts)
        if request.form.get("base") != present and not own_saves.is_own(number, present):
            raise
        saved = _keep(person, key, SaveDraft(given, error.stored.version, step))
    own_saves.remember(number, digest_of(saved.content, parts))
    return saved


def _keep(person: Person, key: str, command: SaveDraft) -> Submission:
    with current_registry().database.write(person.login) as uow:
        return save_draft(uow, person, key, command)


def _saved_by_itself(user: SignedIn, saved: Submission, parts: tuple[str, ...]) -> ResponseReturnValue:
    with current_registry().database.read() as session:
        similar = draft_duplicates(session, person_of(user), saved)[:_SIMILAR_SHOWN]
    return jsonify(
        message=gettext("Saved at %(time)s", time=instant(saved.changed_at)),
        version=saved.version,
        base=digest_of(saved.content, parts),
        similar=[
            {"text": say_similar(item), "url": url_for("web.agreement", number=item.registry_number)}
            for item in similar
        ],
    )


def _step_page(session: Session, user: SignedIn, submission: Submission, step: str) -> str:
    person = person_of(user)
    problems = (
        draft_problems(session, person, submission, current_registry().clock.today())
        if request.args.get("check")
        else []
    )
    parts = parts_of(submission.kind, step)
    form = Form(
        with_reported_act(submission, request.args) if step == Step.DATES else submission.content,
        said_problems([problem for problem in problems if problem.step == step]),
        frozenset(request.args.getlist("added")),
    )
    return render_template(
        "submissions/step.html",
        submission=submission,
        step=step,
        steps=steps_of(submission.kind),
        form=form,
        parts=parts,
        base=digest_of(submission.content, parts),
        options=options_of(session),
        presets=presets_of(user, submission),
        lookups=Lookups(session, user.reader),
        remarks=remarks_for(submission, step),
        files=submission.present_files,
        similar=draft_duplicates(session, person, submission)[:_SIMILAR_SHOWN] if step != Step.DOCUMENTS else [],
    )


def remarks_for(submission: Submission, step: str) -> list[dict[str, str]]:
    """Return what the treaty office remarked on the fields of a step when it returned the submission the last time."""
    returned = [event for event in submission.events if event.deed == Deed.RETURN]
    if not returned or submission.state != "returned":
        return []
    found: list[dict[str, str]] = [item for item in returned[-1].remarks if step_of(item["field"]) == step]
    return found


def _comparison(user: SignedIn, key: str, step: str, error: DraftConflictError) -> str:
    """Return the page on which two states of one step stand side by side, and the person decides, part by part."""
    with current_registry().database.read() as session:
        submission = seen_submission(session, person_of(user), key).submission
        parts = parts_of(submission.kind, step)
        return render_template(
            "submissions/compare.html",
            submission=submission,
            step=step,
            steps=steps_of(submission.kind),
            stored=error.stored,
            is_own=submission.changed_by_id == user.user_id,
            parts=compared(session, parts, error.stored.content, error.given),
            fields=[
                (name, value)
                for name in request.form
                if name not in ("csrf_token", "version", "base") and not name.startswith("take:")
                for value in request.form.getlist(name)
            ],
            base=digest_of(error.stored.content, parts),
        )
