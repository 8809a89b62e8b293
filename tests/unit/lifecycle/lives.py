"""Short words for life cycles, so that the tables of the tests can be read as law."""

from __future__ import annotations

from registry.core.durations import Period
from registry.core.edtf import PartialDate
from registry.lifecycle.life import (
    Action,
    DenunciationClause,
    DurationClause,
    EntryIntoForceClause,
    LifeCycle,
    ProvisionalApplicationClause,
)
from registry.lifecycle.vocabulary import ActionKind, Certainty, DurationForm, EntryRule, NoticeCount, TermStart


def on(text):
    return None if text is None else PartialDate.parse(text)


def act(kind, dated=None, **more):
    """Make an action; dates are texts."""
    for name in ("effective_on", "until"):
        if name in more:
            more[name] = on(more[name])
    return Action(ActionKind(kind), on(dated), certainty=Certainty.DOCUMENTED, **more)


def life(
    signed="2000-01-01",
    *actions,
    entry=None,
    delay=None,
    entry_on=None,
    provisional=None,
    duration=None,
    notice=None,
    seen=True,
):
    """Make a life cycle.

    `duration` is a form, or (form, details); `notice` is (period, how it counts) or (…, earliest after).
    """
    form, details = duration if isinstance(duration, tuple) else (duration, {})
    for name in ("term", "renewal"):
        if name in details:
            details = {**details, name: Period.parse(details[name])}
    if "ends_on" in details:
        details = {**details, "ends_on": on(details["ends_on"])}
    if "counts_from" in details:
        details = {**details, "counts_from": TermStart(details["counts_from"])}
    return LifeCycle(
        signed_on=on(signed),
        signature_seen=seen,
        actions=actions,
        entry_into_force=EntryIntoForceClause(EntryRule(entry), Period.parse(delay) if delay else None, on(entry_on))
        if entry
        else None,
        provisional_application=ProvisionalApplicationClause(
            provisional == "signature", on(provisional) if provisional != "signature" else None
        )
        if provisional
        else None,
        duration=DurationClause(DurationForm(form), **details) if form else None,
        denunciation=DenunciationClause(
            Period.parse(notice[0]), NoticeCount(notice[1]), Period.parse(notice[2]) if len(notice) > 2 else None
        )
        if notice
        else None,
    )


IN_FORCE = act("entry_into_force", "2000-06-01")
FOREVER = "indefinite"
FIVE_FIVE = ("tacit_renewal", {"term": "P5Y", "renewal": "P5Y"})
