"""What does not fit together in a life cycle, and what is not known yet. Reported, never raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.core.edtf import is_certainly_before
from registry.core.findings import Finding, Severity
from registry.core.i18n import N_
from registry.lifecycle.endings import ENDING_KINDS, endings
from registry.lifecycle.entry import entry_by_clause, entry_into_force
from registry.lifecycle.vocabulary import ActionKind, DurationForm

if TYPE_CHECKING:
    from registry.core.edtf import PartialDate
    from registry.lifecycle.life import Action, LifeCycle

MESSAGES = {
    "in_force_before_signature": N_(
        "The entry into force (%(entry)s) lies before the signature (%(signed)s). Retroactive effect is possible "
        "(Vienna Convention, Art. 28) but must be stated."
    ),
    "two_entries": N_("More than one entry into force is recorded; the earliest counts."),
    "entry_differs_from_clause": N_(
        "The recorded entry into force (%(entry)s) is not the day that the clause yields (%(clause)s)."
    ),
    "second_termination": N_("More than one act of ending is recorded; the earliest counts."),
    "action_after_end": N_("An act of %(date)s comes after the end of the agreement."),
    "action_before_signature": N_("An act of %(date)s comes before the signature."),
    "ended_before_entry": N_("An act of ending (%(date)s) comes before the entry into force."),
    "resumption_without_suspension": N_("A resumption is recorded, but no suspension before it."),
    "overlapping_suspensions": N_("A suspension begins before the one before it was ended."),
    "extension_without_term": N_("An extension is recorded, but no term that could be extended."),
    "signature_date_missing": N_("No source seen so far gives the date of signature."),
    "entry_date_missing": N_("No source seen so far gives the date of entry into force."),
    "duration_missing": N_("The clause on duration has not been seen."),
    "end_date_missing": N_("The agreement was ended, but the day from which it has no effect is not known."),
}

#: Acts that may come before the signature: initialling fixes the text (Art. 10), and effect can be retroactive.
_BEFORE_SIGNATURE = (ActionKind.INITIALLING, ActionKind.ENTRY_INTO_FORCE)

#: Acts that make sense after the end: it is registered, published, and its end recorded.
_AFTER_END = (ActionKind.UN_REGISTRATION, *ENDING_KINDS)


def findings(life: LifeCycle) -> list[Finding]:
    """Return the findings about a life cycle: contradictions first, then what is missing."""
    return [*_entry(life), *_order(life), *_ends(life), *_suspensions(life), *_missing(life)]


def _entry(life: LifeCycle) -> list[Finding]:
    found = []
    recorded = [action for action in life.of_kind(ActionKind.ENTRY_INTO_FORCE) if action.on is not None]
    entry = entry_into_force(life)
    if entry and life.signed_on and is_certainly_before(entry.on, life.signed_on):
        params = {"entry": str(entry.on), "signed": str(life.signed_on)}
        found.append(Finding("in_force_before_signature", Severity.WARNING, params, _keys(recorded)))
    if len(recorded) > 1:
        found.append(Finding("two_entries", Severity.ERROR, {}, _keys(recorded)))
    by_clause = entry_by_clause(life)
    if recorded and entry and by_clause and _differ(entry.on, by_clause.on):
        params = {"entry": str(entry.on), "clause": str(by_clause.on)}
        found.append(Finding("entry_differs_from_clause", Severity.WARNING, params, _keys(recorded)))
    return found


def _order(life: LifeCycle) -> list[Finding]:
    found = []
    ended = min((ending.ended_from for ending in endings(life) if ending.ended_from), default=None)
    for action in life.actions:
        if action.on is None:
            continue
        params = {"date": str(action.on)}
        signed = life.signed_on
        if signed and action.kind not in _BEFORE_SIGNATURE and is_certainly_before(action.on, signed):
            found.append(Finding("action_before_signature", Severity.WARNING, params, _keys([action])))
        if ended and action.kind not in _AFTER_END and action.on.earliest >= ended:
            found.append(Finding("action_after_end", Severity.WARNING, params, _keys([action])))
    return found


def _ends(life: LifeCycle) -> list[Finding]:
    found = []
    acts = life.of_kind(*ENDING_KINDS)
    entry = entry_into_force(life)
    if len(acts) > 1:
        found.append(Finding("second_termination", Severity.WARNING, {}, _keys(acts)))
    for action in acts:
        dated = action.effective_on or action.on
        if entry and dated and is_certainly_before(dated, entry.on):
            found.append(Finding("ended_before_entry", Severity.ERROR, {"date": str(dated)}, _keys([action])))
    if acts and not any(ending.ended_from for ending in endings(life)):
        found.append(Finding("end_date_missing", Severity.WARNING, {}, _keys(acts)))
    extensions = life.of_kind(ActionKind.EXTENSION)
    if extensions and (
        life.duration is None or life.duration.form in (DurationForm.INDEFINITE, DurationForm.NOT_STATED)
    ):
        found.append(Finding("extension_without_term", Severity.WARNING, {}, _keys(extensions)))
    return found


def _suspensions(life: LifeCycle) -> list[Finding]:
    found = []
    acts = [
        (dated, action)
        for action in life.of_kind(ActionKind.SUSPENSION, ActionKind.RESUMPTION)
        if (dated := action.effective_on or action.on) is not None
    ]
    suspended: Action | None = None
    for dated, action in sorted(acts, key=lambda item: item[0].earliest):
        if action.kind == ActionKind.RESUMPTION:
            if suspended is None:
                found.append(Finding("resumption_without_suspension", Severity.WARNING, {}, _keys([action])))
            suspended = None
            continue
        if suspended is not None and not (suspended.until and suspended.until.latest < dated.earliest):
            found.append(Finding("overlapping_suspensions", Severity.WARNING, {}, _keys([suspended, action])))
        suspended = action
    return found


def _missing(life: LifeCycle) -> list[Finding]:
    if not life.signature_seen:
        return []
    missing = []
    if life.signed_on is None:
        missing.append("signature_date_missing")
    if entry_into_force(life) is None:
        missing.append("entry_date_missing")
    if life.duration is None:
        missing.append("duration_missing")
    return [Finding(code, Severity.NOTE) for code in missing]


def _differ(first: PartialDate, second: PartialDate) -> bool:
    """Return whether no day fits both dates."""
    return first.latest < second.earliest or second.latest < first.earliest


def _keys(actions: list[Action]) -> tuple[str, ...]:
    return tuple(action.key for action in actions if action.key is not None)
