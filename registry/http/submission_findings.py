"""What is missing and what contradicts itself through a submission, before anybody registers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from registry.accounts.policy import reader_of
from registry.completeness.report import findings_by_change
from registry.http.context import current_registry
from registry.submissions.applying import preview

if TYPE_CHECKING:
    from registry.core.findings import Finding
    from registry.submissions.applying import Proposal
    from registry.submissions.rules import Person


@dataclass(frozen=True)
class Outlook:
    """What the record would lack (`gaps`), and what in it would not fit together, both only through the submission."""

    gaps: list[Finding] = field(default_factory=list)
    contradictions: list[Finding] = field(default_factory=list)


def previewed(person: Person, public_id: str) -> tuple[Proposal, Outlook]:
    """Return what registering a submission would change, and what would be said about the record then.

    While a submission cannot be registered nothing is said: its problems come first. Raises `NotFoundError` for what
    the person may not see.
    """
    registry = current_registry()
    proposal = preview(registry.database, person, public_id, registry.settings, registry.storage)
    if not proposal.after:
        return proposal, Outlook()
    with registry.database.read(reader_of(person.role)) as session:
        found = findings_by_change(session, proposal.before, proposal.after, registry.clock.today())
    return proposal, Outlook(*found)
