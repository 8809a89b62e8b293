"""`/agreements/<number>/history`: every revision of an agreement, with what differs in words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from flask import render_template
from flask_babel import gettext

from registry.agreements.queries import agreement_by_number
from registry.core.errors import NotFoundError
from registry.core.i18n import N_
from registry.core.messages import say
from registry.http.access import current_reader
from registry.http.auditing import note_read
from registry.http.changes import Change, say_change
from registry.http.context import reading
from registry.revisions.differences import differences
from registry.revisions.queries import history as history_of
from registry.revisions.vocabulary import reason_read
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.revisions.models import Revision


@dataclass(frozen=True)
class Step:
    """A revision as the page shows it; the first one has no changes but is where the history begins."""

    revision: Revision
    sha256: str
    reason: str
    changes: list[Change]
    is_first: bool


@blueprint.get("/agreements/<number>/history")
def history(number: str) -> ResponseReturnValue:
    """List the revisions, the newest first. One in which the reader may see no difference is left out."""
    with reading(current_reader()) as session:
        agreement = agreement_by_number(session, number)
        if agreement is None:
            raise NotFoundError(N_("There is no agreement %(number)s in this registry."), number=number[:40])
        states = history_of(session, agreement.id)
        note_read(agreement, access=[access for state in states for access in state.access])
        steps = []
        for after, before in pairwise([*states, None]):
            if after is None:
                continue
            found = differences(before.record, after.record) if before else []
            if found or before is None:
                reason = say(reason_read(after.revision.reason), gettext) if after.revision.reason else ""
                changes = [say_change(item) for item in found]
                steps.append(Step(after.revision, after.sha256, reason, changes, before is None))
        return render_template("agreements/history.html", agreement=agreement, steps=steps)
