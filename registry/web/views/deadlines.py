"""`/deadlines`: what is due, by date, drawn and in a table; `/deadlines.ics`: the same as a calendar."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import Response, flash, redirect, render_template, request, url_for
from flask import session as flask_session
from flask_babel import force_locale, gettext
from marshmallow import ValidationError
from sqlalchemy.exc import OperationalError

from registry.agreements.vocabulary import Level
from registry.core.access import Access
from registry.core.errors import InvalidInputError, NotFoundError
from registry.core.i18n import N_
from registry.core.pagination import Paging
from registry.deadlines.queries import (
    agreements_not_said,
    due_days,
    has_calendar,
    home_bodies,
    not_said,
    subscriber_of,
    with_agreements,
)
from registry.deadlines.schemas import USUAL_DAYS, DeadlineRequest, DeadlineRequestSchema
from registry.deadlines.services import end_calendar_address, issue_calendar_address, renew_deadlines
from registry.http.access import current_reader, current_user, required_user
from registry.http.auditing import Followed, note_list
from registry.http.context import current_registry, reading
from registry.http.writing import language
from registry.interchange.calendar import MEDIA_TYPE, DeadlineEvent, deadline_calendar
from registry.lifecycle.schedule import DeadlineKind
from registry.web.due import body_names, due_label, due_sentence, due_timeline
from registry.web.helpers import title_of
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import MultiDict

    from registry.core.access import Reader
    from registry.deadlines.queries import Due

log = logging.getLogger(__name__)

#: Rows of one page, and horizons that the form offers, in days.
_ROWS = 100
_HORIZONS = (30, 90, 180, 365, 730, 1825)

#: Events of one calendar, and how far it looks ahead unless it is asked for another horizon.
_MOST_EVENTS, _CALENDAR_DAYS = 2000, 730

#: Of how many agreements a page reckons deadlines anew that have passed; each day few do.
_RECKONED = 500

#: How many days before it a calendar program speaks up: notice takes preparing, an end wants to be known.
_ALARMS = {DeadlineKind.NOTICE: (90, 14), DeadlineKind.EXPIRY: (30,)}

#: Where the session keeps a new secret address until the next page has shown it.
_NEW_CALENDAR = "new_calendar"


@blueprint.get("/deadlines")
def deadlines() -> ResponseReturnValue:
    """Show what is due; or, for one reason, the agreements whose deadlines cannot be said."""
    registry = current_registry()
    asked = _asked(request.args)
    home, today, user = registry.settings.home_party, registry.clock.today(), current_user()
    late = _renew()
    paging = Paging(asked.page, _ROWS)
    with reading(current_reader()) as session:
        days = [] if asked.not_known else due_days(session, asked, today, home)
        unknown = not_said(session, asked, home)
        total = unknown.get(asked.not_known, 0) if asked.not_known else len(days)
        last_page = paging.last_page(total)
        if paging.page > last_page:
            return redirect(_address(asked, page=last_page))
        rows = with_agreements(session, days[paging.offset : paging.offset + _ROWS], home)
        unsaid = agreements_not_said(session, asked, home, paging.offset, _ROWS) if asked.not_known else []
        note_list(session, [*(due.agreement.id for due in rows), *(item.agreement.id for item in unsaid)])
        return render_template(
            "deadlines/deadlines.html",
            asked=asked,
            address=_address,
            rows=rows,
            unsaid=unsaid,
            unknown=unknown,
            total=total,
            last_page=last_page,
            late=late,
            today=today,
            timeline=due_timeline(days, today, asked.days) if days else None,
            bodies=home_bodies(session, home),
            levels=list(Level),
            kinds=list(DeadlineKind),
            horizons=sorted({*_HORIZONS, asked.days}),
            due_label=due_label,
            due_sentence=due_sentence,
            body_names=body_names,
            user=user,
            has_calendar=user is not None and has_calendar(session, user.user_id),
            new_calendar=_new_calendar(),
        )


@blueprint.get("/deadlines.ics")
def calendar() -> ResponseReturnValue:
    """Answer what is due as a calendar, as the present reader may see it: nobody signed in sees what is public."""
    return _calendar(_asked(request.args, usual=_CALENDAR_DAYS), current_reader())


@blueprint.get("/deadlines/<token>.ics")
def private_calendar(token: str) -> ResponseReturnValue:
    """Answer what is due as the user of a secret address may see it: a calendar program cannot sign in."""
    registry = current_registry()
    with registry.database.read() as session:
        found = subscriber_of(session, token)
    if found is None:
        raise NotFoundError(N_("This calendar was ended, has a newer address, or never was."))
    with force_locale(found.language):
        followed = Followed("private calendar", found.login, found.reader)
        answer = _calendar(_asked(request.args, usual=_CALENDAR_DAYS), found.reader, followed)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@blueprint.post("/deadlines/calendar")
def make_calendar() -> ResponseReturnValue:
    """Give the user a new secret address of their calendar. The page then shows it, this once."""
    user = required_user()
    with current_registry().database.write(user.login) as uow:
        flask_session[_NEW_CALENDAR] = issue_calendar_address(uow, user.user_id, language())
    return redirect(url_for("web.deadlines", _anchor="calendar"), 303)


@blueprint.post("/deadlines/calendar/end")
def end_calendar() -> ResponseReturnValue:
    """Let the secret address of the user's calendar stop working."""
    user = required_user()
    with current_registry().database.write(user.login) as uow:
        end_calendar_address(uow, user.user_id)
    flash(gettext("The private calendar has ended; its address works no more."))
    return redirect(url_for("web.deadlines", _anchor="calendar"), 303)


def _asked(args: MultiDict[str, str], usual: int = USUAL_DAYS) -> DeadlineRequest:
    """Read the arguments; empty ones count as not given, since forms send every field."""
    schema = DeadlineRequestSchema()
    given = {name: args[name] for name in schema.fields if args.get(name, "").strip()}
    try:
        asked: DeadlineRequest = schema.load({"days": usual, **given})
    except ValidationError as error:
        raise InvalidInputError(error.messages, N_("Some of the filters cannot be used.")) from error
    return asked


def _address(asked: DeadlineRequest, endpoint: str = "web.deadlines", **changes: object) -> str:
    """Return the address of these deadlines with other arguments; what is at its default is left out."""
    usual, values = DeadlineRequest(), {**vars(asked), "page": 1, **changes}
    return url_for(endpoint, **{name: value for name, value in values.items() if value != getattr(usual, name)})


def _renew() -> int:
    """Reckon deadlines anew whose day has passed; return of how many agreements that is still to be done.

    While somebody else holds the only place of a writer in SQLite, it waits for the next reader, and the page says so.
    """
    try:
        return renew_deadlines(current_registry().database, _RECKONED)
    except OperationalError as error:
        log.warning("deadlines could not be reckoned anew: %s", error.orig)
        return 1


def _calendar(asked: DeadlineRequest, reader: Reader, followed: Followed | None = None) -> Response:
    registry = current_registry()
    home = registry.settings.home_party
    database_id, _ = registry.index.source.position()
    _renew()
    with reading(reader) as session:
        found = due_days(session, asked, registry.clock.today(), home)[:_MOST_EVENTS]
        rows = with_agreements(session, found, home)
        note_list(session, [due.agreement.id for due in rows], followed)
        events = [_event(due, database_id) for due in rows]
        data = deadline_calendar(gettext("Deadlines of agreements"), language(), events)
    answer = Response(data, mimetype=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return answer


def _event(due: Due, database_id: str) -> DeadlineEvent:
    agreement = due.agreement
    address = url_for("web.agreement", number=agreement.registry_number, _external=True)
    responsible = body_names(due)
    lines = [title_of(agreement).text, due_sentence(due)]
    if responsible:
        lines.append(gettext("Responsible: %(bodies)s", bodies=responsible))
    return DeadlineEvent(
        identity=f"{agreement.registry_number}-{due.kind}-{due.on.isoformat()}@{database_id}",
        revision=agreement.revision,
        revised_at=agreement.revised_at,
        on=due.on,
        summary=f"{due_label(due)}: {agreement.registry_number}",
        description="\n".join(lines),
        address=address,
        category=due_label(due),
        alarms=_ALARMS[due.kind],
        is_open=agreement.access == Access.PUBLIC,
    )


def _new_calendar() -> str:
    token = flask_session.pop(_NEW_CALENDAR, None)
    return url_for("web.private_calendar", token=token, _external=True) if token else ""
