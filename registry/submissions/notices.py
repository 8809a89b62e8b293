"""Writes: tell people what became of a submission."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from registry.accounts.models import User
from registry.deadlines.models import CalendarAddress
from registry.mail.services import queue_message
from registry.submissions.models import Notification, Round
from registry.submissions.vocabulary import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from registry.core.uow import UnitOfWork
    from registry.submissions.models import Submission
    from registry.submissions.rules import Person

_REGISTRY = {"en": "Treaty registry", "ru": "Реестр договоров"}

#: What is written by e-mail: in the language in which a user asked for a calendar, or in both where nothing is known of
#: theirs. It names the submission by its number only: mail is open to many eyes.
MAIL = {
    Notice.RETURNED: {
        "en": "The treaty office returned it for correction. Its remarks stand in the registry.",
        "ru": "Договорно-правовая служба вернула документ на доработку. Замечания — в реестре.",
    },
    Notice.REGISTERED: {
        "en": "The treaty office registered it.",
        "ru": "Договорно-правовая служба зарегистрировала документ.",
    },
    Notice.REJECTED: {
        "en": "The treaty office rejected it. The reason stands in the registry.",
        "ru": "Договорно-правовая служба отклонила документ. Причина — в реестре.",
    },
}


def tell(
    uow: UnitOfWork, person: Person, submission: Submission, notice: Notice, user_ids: Iterable[int | None]
) -> None:
    """Tell users, but not the person who did it themselves."""
    for user_id in sorted({key for key in user_ids if key is not None} - {person.user_id}):
        uow.session.add(
            Notification(
                user_id=user_id, submission_id=submission.id, notice=str(notice), at=uow.clock.now(), read_at=None
            )
        )
    uow.session.flush()


def tell_authors(uow: UnitOfWork, person: Person, submission: Submission, notice: Notice, public_url: str) -> None:
    """Tell who began a submission and who handed it in, on their pages and, where the registry can, by e-mail.

    The message leads to the submission when the registry knows the address at which it is reached, `public_url`.
    """
    authors = authors_of(uow.session, submission)
    tell(uow, person, submission, notice, authors)
    said = MAIL.get(notice, {})
    told = (
        select(User.email, CalendarAddress.language)
        .outerjoin(CalendarAddress, CalendarAddress.user_id == User.id)
        .where(User.id.in_(authors - {person.user_id}), User.is_active, User.email.is_not(None))
    )
    link = f"\n\n{public_url.rstrip('/')}/submissions/{submission.public_id}" if public_url else ""
    for address, language in uow.session.execute(told.order_by(User.id)) if said else ():
        chosen = [language] if language in said else list(said)
        subject = f"{' / '.join(_REGISTRY[code] for code in chosen)}: {submission.intake_number}"
        text = "\n\n".join(f"{submission.intake_number}: {said[code]}" for code in chosen)
        queue_message(uow, recipient=str(address), subject=subject, text=text + link)


def authors_of(session: Session, submission: Submission) -> set[int]:
    """Return who began and who handed in a submission."""
    rounds = session.scalars(select(Round.submitted_by_id).where(Round.submission_id == submission.id))
    return {submission.created_by_id, *rounds}


def mark_read(uow: UnitOfWork, user_id: int, submission_id: int | None = None) -> None:
    """Note that a user has read what they were told, about one submission or about all."""
    statement = update(Notification).where(Notification.user_id == user_id, Notification.read_at.is_(None))
    if submission_id is not None:
        statement = statement.where(Notification.submission_id == submission_id)
    uow.session.execute(statement.values(read_at=uow.clock.now()))
