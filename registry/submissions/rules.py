"""Who may do what to a submission, in which state, and what becomes of it: the workflow as data. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from registry.accounts.policy import may, reader_of
from registry.accounts.vocabulary import Permission
from registry.core.errors import AccessDeniedError, NotFoundError, RuleViolationError
from registry.core.i18n import N_
from registry.submissions.vocabulary import Deed, State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from registry.accounts.queries import SignedIn
    from registry.accounts.tokens import TokenHolder


@dataclass(frozen=True)
class Person:
    """Who acts: the user, their role, and in whose name they submit (None for the treaty office)."""

    user_id: int
    login: str
    role: str
    body_id: int | None = None

    @classmethod
    def of(cls, user: SignedIn | TokenHolder) -> Self:
        """Return a user who is signed in, or as whom a program acts; officers act for no ministry."""
        submits_for_body = user.body is not None and not may(user.role, Permission.REVIEW_SUBMISSIONS)
        return cls(user.user_id, user.login, user.role, user.body.id if user.body and submits_for_body else None)

    @property
    def sees(self) -> tuple[str, ...]:
        """Return how open agreements may be for this person to see them."""
        return reader_of(self.role).sees

    @property
    def may_submit(self) -> bool:
        """Return whether this person submits at all; a submitter needs a body in whose name they do it."""
        return may(self.role, Permission.SUBMIT) and (self.body_id is not None or self.may_review)

    @property
    def may_review(self) -> bool:
        """Return whether this person decides what was submitted."""
        return may(self.role, Permission.REVIEW_SUBMISSIONS)

    @property
    def may_read_all(self) -> bool:
        """Return whether this person reads all submissions, drafts too."""
        return may(self.role, Permission.READ_SUBMISSIONS)


@dataclass(frozen=True)
class Standing:
    """What of a submission decides who may do what: its state, whether it was handed in, and whose it is."""

    state: State
    was_received: bool
    body_id: int | None
    created_by_id: int
    submitted_by: frozenset[int] = frozenset()

    def is_of(self, person: Person) -> bool:
        """Return whether it is the person's own: of their body, or their own where it is of no body."""
        if self.body_id is not None:
            return self.body_id == person.body_id
        return self.created_by_id == person.user_id


#: Who does it: somebody of the body that submits, somebody of the treaty office, or either.
_AUTHOR, _OFFICE = "author", "office"
_OPEN = frozenset({State.DRAFT, State.RETURNED})
_RECEIVED = frozenset({State.SUBMITTED, State.RETURNED})


@dataclass(frozen=True)
class Transition:
    """Who does a deed, in which states, and which state follows (None: it stays as it is)."""

    by: frozenset[str]
    in_: frozenset[State]
    to: State | None = None


#: The workflow. What does not stand here is impossible.
WORKFLOW: Mapping[Deed, Transition] = {
    Deed.EDIT: Transition(frozenset({_AUTHOR}), _OPEN),
    Deed.SUBMIT: Transition(frozenset({_AUTHOR}), _OPEN, State.SUBMITTED),
    Deed.WITHDRAW: Transition(frozenset({_AUTHOR}), _OPEN | {State.SUBMITTED}, State.WITHDRAWN),
    Deed.COMMENT: Transition(frozenset({_AUTHOR, _OFFICE}), _RECEIVED),
    Deed.ASSIGN: Transition(frozenset({_OFFICE}), frozenset({State.SUBMITTED})),
    Deed.RETURN: Transition(frozenset({_OFFICE}), frozenset({State.SUBMITTED}), State.RETURNED),
    Deed.REGISTER: Transition(frozenset({_OFFICE}), frozenset({State.SUBMITTED}), State.REGISTERED),
    Deed.REJECT: Transition(frozenset({_OFFICE}), frozenset({State.SUBMITTED}), State.REJECTED),
}


def may_see(person: Person, standing: Standing) -> bool:
    """Return whether a person may read a submission.

    The body that submits reads its own; the treaty office what was handed in, never a draft; auditors read everything.
    """
    own = person.may_submit and standing.is_of(person)
    return own or (person.may_review and standing.was_received) or person.may_read_all


def may_do(person: Person, deed: Deed, standing: Standing) -> bool:
    """Return whether a person may do this to a submission now, the two-person rule apart."""
    if deed == Deed.READ:
        return may_see(person, standing)
    transition = WORKFLOW[deed]
    return standing.state in transition.in_ and bool(transition.by & _capacities(person, standing))


def check(person: Person, deed: Deed, standing: Standing, *, two_persons: bool = True) -> State:
    """Return the state that follows when a person does this.

    Raises `NotFoundError` for what the person may not even see, `AccessDeniedError` for what is not theirs to do,
    `RuleViolationError` for what is not possible in this state, or when who submitted would register (two-person rule).
    """
    if not may_see(person, standing):
        raise NotFoundError(N_("There is no such submission."))
    if deed == Deed.READ:
        return standing.state
    transition = WORKFLOW[deed]
    if not transition.by & _capacities(person, standing):
        raise AccessDeniedError(N_("Your role does not allow this."))
    if standing.state not in transition.in_:
        raise RuleViolationError(_IMPOSSIBLE[deed])
    if deed == Deed.REGISTER and two_persons and person.user_id in standing.submitted_by:
        raise RuleViolationError(N_("Who submitted cannot register: somebody else of the treaty office has to do it."))
    return transition.to or standing.state


def due_on(received_on: date, working_days: int) -> date:
    """Return the day by which the treaty office decides: so many working days (Monday to Friday) after receipt."""
    day = received_on
    while working_days > 0:
        day += timedelta(days=1)
        working_days -= day.weekday() < _SATURDAY
    return day


def intake_number(year: int, number: int) -> str:
    """Write an intake number, such as `IN-2026-0001`."""
    return f"IN-{year}-{number:04d}"


_SATURDAY = 5

_IMPOSSIBLE = {
    Deed.EDIT: N_("This was handed in; it can be changed again only when the treaty office returns it."),
    Deed.SUBMIT: N_("This was handed in already."),
    Deed.WITHDRAW: N_("This is closed and can no longer be withdrawn."),
    Deed.COMMENT: N_("Nothing can be remarked on this now."),
    Deed.ASSIGN: N_("This does not wait for the treaty office now."),
    Deed.RETURN: N_("This does not wait for the treaty office now."),
    Deed.REGISTER: N_("This does not wait for the treaty office now."),
    Deed.REJECT: N_("This does not wait for the treaty office now."),
}


def _capacities(person: Person, standing: Standing) -> frozenset[str]:
    """Return in which capacities a person meets a submission; an officer who submits has both."""
    found = set()
    if person.may_submit and standing.is_of(person):
        found.add(_AUTHOR)
    if person.may_review and standing.was_received:
        found.add(_OFFICE)
    return frozenset(found)
