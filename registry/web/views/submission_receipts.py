"""The end of the form (check your answers, submit) and what is handed out for it: a receipt as page and as PDF."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from marshmallow import ValidationError

from registry.core.errors import InvalidInputError, RuleViolationError
from registry.core.messages import flatten
from registry.http.changes import say_change
from registry.http.context import current_registry
from registry.http.submission_findings import previewed
from registry.submissions.errors import DraftConflictError
from registry.submissions.pending import pending_alike
from registry.submissions.queries import receipt as receipt_of
from registry.submissions.queries import seen_submission
from registry.submissions.records import present_content, visible_agreement
from registry.submissions.schemas import HandInSchema
from registry.submissions.services import draft_duplicates, draft_problems, submit
from registry.submissions.vocabulary import Deed, Kind, State
from registry.web.forms import Form
from registry.web.submission_forms import steps_of
from registry.web.submission_rounds import answers_of, last_return, parts_of
from registry.web.submission_words import rows_of, words_of
from registry.web.views.blueprint import blueprint
from registry.web.views.submission_files import doubts_about
from registry.web.views.submission_steps import said_problems
from registry.web.views.submitting import new_key, person_of, reading_user, submitting_user

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from registry.accounts.queries import SignedIn
    from registry.submissions.models import Submission
    from registry.submissions.rules import Person
    from registry.submissions.schemas import Duplicate
    from registry.web.submission_words import Row, Words

_NUMBER = "<int(max=9999):number>"

#: What tells two agreements apart.
_COMPARED = ("kind", "titles", "signed_on", "signed_at", "sides", "signatures", "numbers")


@dataclass(frozen=True)
class Beside:
    """A registered agreement that may be the one that is submitted, and the facts of both in words."""

    duplicate: Duplicate
    mine: list[Row]
    theirs: list[Row]


@blueprint.get("/submissions/<key>/check")
def check_answers(key: str) -> ResponseReturnValue:
    """Show all answers with links to change them, what is missing, and agreements that look alike, side by side."""
    return _check_page(key)


@blueprint.post("/submissions/<key>/check")
def hand_in(key: str) -> ResponseReturnValue:
    """Submit what was checked, and hand out the receipt. The same form sent twice submits once."""
    user = submitting_user()
    given = {name: value for name in ("form_key", "another_because", "text") if (value := _typed(name))}
    try:
        command = HandInSchema().load({**given, "version": request.form.get("version", 0, int)})
        registry = current_registry()
        with registry.database.write(user.login) as uow:
            receipt = submit(uow, person_of(user), key, command, registry.settings)
            number = receipt.number
    except ValidationError as error:
        return _check_page(key, flatten(error.messages, gettext), 422)
    except InvalidInputError as error:
        return _check_page(key, flatten(error.errors, gettext), 422)
    except DraftConflictError as error:
        problem = gettext(
            "%(name)s has changed this draft meanwhile. Check it once more.", name=error.stored.changed_by
        )
        return _check_page(key, [("", problem)], 412)
    except RuleViolationError as error:
        return _handed_in_already(user, key, error)
    return redirect(url_for("web.receipt", key=key, number=number), 303)


def _handed_in_already(user: SignedIn, key: str, error: RuleViolationError) -> ResponseReturnValue:
    """Lead on to the receipt when another tab, or a colleague, has handed it in; raise the error for the rest."""
    with current_registry().database.read() as session:
        found = seen_submission(session, person_of(user), key).submission
        if not found.rounds or found.state in (State.DRAFT, State.RETURNED):
            raise error
        flash(gettext("It is handed in already; this is its receipt."))
        return redirect(url_for("web.receipt", key=key, number=found.rounds[-1].number), 303)


@blueprint.get(f"/submissions/<key>/receipts/{_NUMBER}")
def receipt(key: str, number: int) -> ResponseReturnValue:
    """Show what was received, when, from whom, and the hashes by which it can be known again."""
    user = reading_user()
    with current_registry().database.read() as session:
        found = receipt_of(session, person_of(user), key, number)
        seen = seen_submission(session, person_of(user), key)
        return render_template("submissions/receipt.html", submission=seen.submission, receipt=found)


@blueprint.get(f"/submissions/<key>/receipts/{_NUMBER}.pdf")
def receipt_pdf(key: str, number: int) -> ResponseReturnValue:
    """Send the receipt as PDF."""
    from registry.web.receipts import receipt_pdf as written_pdf  # noqa: PLC0415  Other pages need no PDF.

    user = reading_user()
    with current_registry().database.read() as session:
        found = receipt_of(session, person_of(user), key, number)
        seen = seen_submission(session, person_of(user), key)
        words = words_of(session, seen.submission.agreement_id)
        rows = answers_of(seen.submission.kind, json.loads(found.content), words)
        data = written_pdf(seen.submission, found, rows)
    answer = Response(data, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{found.intake_number}-{found.number}.pdf")
    return answer


def _check_page(key: str, refused: Sequence[tuple[str, str]] = (), status: int = 200) -> Response:
    user = submitting_user()
    person = person_of(user)
    with current_registry().database.read() as session:
        seen = seen_submission(session, person, key)
        found = seen.submission
        if Deed.EDIT not in seen.may:
            return make_response(redirect(url_for("web.submission", key=key)))
        words = words_of(session, found.agreement_id)
        problems = draft_problems(session, person, found, current_registry().clock.today())
        proposal, outlook = previewed(person, key)
        shown = {problem.field for problem in problems}
        more = [(path, text) for path, text in refused if path not in shown]
        steps = steps_of(found.kind)
        page = render_template(
            "submissions/check.html",
            submission=found,
            step="check",
            steps=steps,
            sections=[(step, rows_of(found.content, parts_of(found.kind, step), words)) for step in steps],
            form=Form(
                {"another_because": _typed("another_because") or found.another_because or "", "text": _typed("text")},
                [*said_problems(problems), *more],
            ),
            where={problem.field: url_for("web.step", key=key, step=problem.step, check="yes") for problem in problems},
            form_key=request.form.get("form_key") or new_key(),
            similar=[_beside(session, person, found, item, words) for item in draft_duplicates(session, person, found)],
            changes=[] if found.kind == Kind.NEW_AGREEMENT else [say_change(item) for item in proposal.changes],
            returned=last_return(found, words) if found.state == State.RETURNED else None,
            outlook=outlook,
            doubts=doubts_about(found.present_files),
            pending=pending_alike(session, person, found),
            files=found.present_files,
        )
    return make_response(page, status)


def _beside(session: Session, person: Person, found: Submission, item: Duplicate, words: Words) -> Beside:
    agreement = visible_agreement(session, person, item.registry_number)
    registered = present_content(session, agreement.id, person.sees)
    return Beside(item, rows_of(found.content, _COMPARED, words), rows_of(registered, _COMPARED, words))


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()
