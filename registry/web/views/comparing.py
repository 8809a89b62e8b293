"""`/exports/compare`: what two exports have not in common, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request
from flask_babel import gettext
from marshmallow import ValidationError

from registry.accounts.vocabulary import Permission
from registry.core.access import OPERATOR, Access, Reader
from registry.core.errors import InvalidInputError
from registry.core.i18n import N_
from registry.core.pagination import Paging
from registry.exports.runs.comparing import account, changes_of, compare
from registry.exports.runs.schemas import PairSchema
from registry.http.access import required_user
from registry.http.auditing import note_list
from registry.http.changes import say_change
from registry.http.context import current_registry, reading
from registry.http.writing import pick
from registry.revisions.queries import states
from registry.web.export_words import request_of, words_of
from registry.web.views.blueprint import blueprint
from registry.web.views.export_history import found_export

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from registry.accounts.queries import SignedIn
    from registry.exports.runs.comparing import Account
    from registry.exports.runs.models import ExportRun
    from registry.revisions.queries import State

#: How many agreements of each kind a page shows.
_PER_PAGE = 50


@blueprint.get("/exports/compare")
def compare_exports() -> ResponseReturnValue:
    """Compare two exports that the user may open; each is selected anew at its record time, with the user's rights."""
    user = required_user(Permission.EXPORT_LISTS)
    registry = current_registry()
    try:
        asked = PairSchema().load(
            {name: request.args[name] for name in ("before", "after", "page") if name in request.args}
        )
    except ValidationError as error:
        raise InvalidInputError(error.messages, N_("Choose two exports to compare.")) from error
    with registry.database.read() as session:
        before, after = (found_export(session, user, asked[name]) for name in ("before", "after"))
    # Neither side is read with more rights than it was made with: the comparison is of the two files.
    clearance = min((before.clearance, after.clearance), key=[str(access) for access in Access].index)
    reader = Reader(Access(clearance))
    with reading(reader) as session:
        found = compare(session, registry.index, request_of(before), request_of(after), reader)
        paging = Paging(asked["page"], _PER_PAGE)
        part = slice(paging.offset, paging.offset + _PER_PAGE)
        added, removed = states(session, found.added[part]), states(session, found.removed[part])
        changed = changes_of(session, found.changed[part])
        shown = [*added, *removed, *(item.after for item in changed)]
        earlier = states(session, [before for before, _ in found.changed[part]])
        closed = {
            state.record["registry_number"] for state in (*shown, *earlier) if state.record["access"] != Access.PUBLIC
        }
        note_list(session, [state.agreement_id for state in shown], closed_then=closed)
    pairs = ((before, found.before), (after, found.after))
    accounts = _accounts(user, pairs)
    most = max(len(found.added), len(found.removed), len(found.changed))
    return render_template(
        "exports/compare.html",
        before=before,
        after=after,
        words={export.id: words_of(export) for export in (before, after)},
        found=found,
        added=[_named(state) for state in added],
        removed=[_named(state) for state in removed],
        changed=[(_named(item.after), [say_change(one) for one in item.differences]) for item in changed],
        page=paging.page,
        last_page=paging.last_page(most),
        accounts=accounts,
        differing=[] if accounts else [export.id for export, keys in pairs if export.agreements != len(keys)],
        is_narrower=before.clearance != after.clearance,
    )


def _accounts(user: SignedIn, pairs: Sequence[tuple[ExportRun, frozenset[int]]]) -> list[tuple[ExportRun, Account]]:
    """Return what is left out of either export and why, to those who may see everything; what is named is in the log.

    Others learn no more than that the sums differ: a number of closed records is nothing that they may know.
    """
    if not user.may(Permission.READ_AUDIT_LOG) or not set(Access).issubset(user.reader.sees):
        return []
    registry = current_registry()
    with reading(OPERATOR) as session:
        found = [
            (export, account(session, registry.index, export, request_of(export), compared))
            for export, compared in pairs
        ]
        note_list(session, [key for _, one in found for key in (*one.closed, *one.opened)])
    return found


def _named(state: State) -> tuple[str, str]:
    """Return number and title of a state."""
    titles = {item["language"]: item["text"] for item in reversed(state.record["titles"])}
    return state.record["registry_number"], pick(titles) or gettext("No title")
