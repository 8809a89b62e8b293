"""The head of the audit log that covers the records of an export, as it is printed in the file itself.

It is not the head of the day on which the file is made, or the same list would never give the same file again: it is
the one that was signed with the newest revision that the export can hold. The manifest prints the head that covers the
export's own entry.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import select

from registry.audit.models import Entry
from registry.audit.queries import first_signed_size, head_at
from registry.audit.vocabulary import Act
from registry.core.i18n import N_
from registry.revisions.models import Revision

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.audit.heads import Head
    from registry.core.i18n import Translate


def head_of_records(session: Session, recorded_at: datetime) -> Head | None:
    """Return the head that was signed with the newest revision of then; None when there was none yet."""
    newest = session.execute(
        select(Revision.snapshot, Revision.sha256)
        .where(Revision.recorded_at <= recorded_at)
        .order_by(Revision.recorded_at.desc(), Revision.id.desc())
        .limit(1)
    ).first()
    if newest is None:
        return None
    position = session.scalar(
        select(Entry.position)
        .where(
            Entry.object == orjson.loads(newest.snapshot)["registry_number"],
            Entry.act == Act.AGREEMENT_REVISED,
            Entry.detail.contains(f'"sha256":"{newest.sha256}"', autoescape=True),
        )
        .order_by(Entry.position.desc())
        .limit(1)
    )
    return None if position is None else head_at(session, first_signed_size(session, position))


def head_line(head: Head, translate: Translate) -> tuple[str, str]:
    """Return the head as a name and a value, which stand among the criteria of a file."""
    value = translate(N_("%(size)s entries, root %(root)s")) % {
        "size": head.size,
        "root": b64encode(head.root).decode(),
    }
    return translate(N_("Head of the audit log")), value
