"""Tables of submissions. Triggers in the database refuse to change or delete receipts."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from registry.accounts.models import User
from registry.agreements.models import Agreement
from registry.core.db import Base
from registry.documents.models import HeldFile
from registry.parties.models import Body

if TYPE_CHECKING:
    from sqlalchemy import Dialect

_KINDS = "kind in ('new_agreement', 'action', 'correction', 'document')"
_STATES = "state in ('draft', 'submitted', 'returned', 'registered', 'rejected', 'withdrawn')"


class AsTyped(TypeDecorator[dict[str, Any]]):
    """JSON kept as text of ASCII: what people typed is given back to the letter.

    PostgreSQL's own type of JSON refuses NUL and half characters, which a draft may hold until its author mends them.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        """Write the JSON."""
        del dialect
        return None if value is None else json.dumps(value, allow_nan=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:
        """Read it back."""
        del dialect
        return None if value is None else dict(json.loads(value))

    def compare_values(self, x: Any, y: Any) -> bool:
        """Return whether two values are written alike: for Python, true and 1 are the same."""
        return json.dumps(x, sort_keys=True) == json.dumps(y, sort_keys=True)


class Submission(Base):
    """What a body (or, without one, an officer of the treaty office) submits, from the first draft to its end.

    `public_id` names it in addresses and cannot be guessed. `version` counts every change, and who changes it says
    which version they saw.
    """

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("created_by_id", "form_key"),
        CheckConstraint(_KINDS, name="kind_known"),
        CheckConstraint(_STATES, name="state_known"),
        CheckConstraint("(kind = 'new_agreement') or (agreement_id is not null)", name="concerns_agreement"),
        CheckConstraint("(state in ('draft', 'withdrawn')) or (intake_number is not null)", name="received"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
        Index("ix_submission_state", "state", "due_on"),
        Index("ix_submission_body", "body_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int]
    # In whose name it is submitted; none for what the treaty office enters itself.
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    # The agreement that it concerns; of a new one, the agreement that was made of it.
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    # The revision of that agreement which the author saw.
    base_revision: Mapped[int | None]
    content: Mapped[dict[str, Any]] = mapped_column(AsTyped())
    # Of a correction: the record that its author saw when they began.
    base_content: Mapped[dict[str, Any] | None] = mapped_column(AsTyped())
    # Why it is another agreement than those that look like it.
    another_because: Mapped[str | None] = mapped_column(Text)
    form_key: Mapped[str] = mapped_column(String(64))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    changed_at: Mapped[datetime]
    # Given at the first receipt, without gaps in a year, and kept ever after.
    intake_number: Mapped[str | None] = mapped_column(String(20), unique=True)
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    due_on: Mapped[date | None] = mapped_column(Date)
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    agreement: Mapped[Agreement | None] = relationship(lazy="raise", foreign_keys=[agreement_id])
    body: Mapped[Body | None] = relationship(lazy="raise", foreign_keys=[body_id])
    created_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[created_by_id])
    changed_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[changed_by_id])
    submitted_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[submitted_by_id])
    assigned_to: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[assigned_to_id])
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[decided_by_id])
    files: Mapped[list[SubmissionFile]] = relationship(lazy="raise", order_by="SubmissionFile.id")
    rounds: Mapped[list[Round]] = relationship(lazy="raise", order_by="Round.number")
    events: Mapped[list[Event]] = relationship(lazy="raise", order_by="Event.id")

    @property
    def present_files(self) -> list[SubmissionFile]:
        """Return the files that belong to it now."""
        return [file for file in self.files if file.removed_at is None]


class SubmissionFile(Base):
    """A file of a submission, with what its sender says about it. One that was handed in once is never deleted."""

    __tablename__ = "submission_file"
    __table_args__ = (UniqueConstraint("submission_id", "form_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    held_file_id: Mapped[int] = mapped_column(ForeignKey("held_file.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    role: Mapped[str] = mapped_column(String(24))
    # How open it is to be once it is a document; where nothing is said, as open as its agreement.
    access: Mapped[str | None] = mapped_column(String(12))
    title: Mapped[str | None] = mapped_column(String(1000))
    source: Mapped[str | None] = mapped_column(String(1000))
    form_key: Mapped[str] = mapped_column(String(64))
    removed_at: Mapped[datetime | None]

    held: Mapped[HeldFile] = relationship(lazy="joined")


class Round(Base):
    """The receipt of one round: what was submitted, word for word, when, by whom, and its hashes. It never changes."""

    __tablename__ = "submission_round"
    __table_args__ = (UniqueConstraint("submission_id", "number"), UniqueConstraint("submission_id", "form_key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    number: Mapped[int]
    form_key: Mapped[str] = mapped_column(String(64))
    intake_number: Mapped[str] = mapped_column(String(20))
    submitted_at: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(String(64))
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    base_revision: Mapped[int | None]
    # Canonical JSON (RFC 8785) as it was hashed.
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    # Of each document: id, file_name, role, language, size, sha256.
    documents: Mapped[list[dict[str, Any]]]
    another_because: Mapped[str | None] = mapped_column(Text)
    # The agreements that looked like it: registry_number, score, reasons.
    duplicates: Mapped[list[dict[str, Any]]]

    submitted_by: Mapped[User] = relationship(lazy="raise")


class Event(Base):
    """One deed in the life of a submission: who, when, from which state to which, and what they wrote."""

    __tablename__ = "submission_event"
    __table_args__ = (UniqueConstraint("submission_id", "form_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    deed: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    form_key: Mapped[str | None] = mapped_column(String(64))
    text: Mapped[str | None] = mapped_column(Text)
    # Remarks on single fields: field (a path such as sides.0.level), text.
    remarks: Mapped[list[dict[str, Any]]]

    by: Mapped[User] = relationship(lazy="raise")


class IntakeSeries(Base):
    """The last intake number given in a year, so that numbers have no gaps."""

    __tablename__ = "intake_series"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_number: Mapped[int]


class Notification(Base):
    """What a user is told about a submission, until they have read it."""

    __tablename__ = "notification"
    __table_args__ = (Index("ix_notification_user", "user_id", "read_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    notice: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship(lazy="raise")
