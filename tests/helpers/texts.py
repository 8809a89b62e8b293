"""Attaches texts to agreements in tests."""

from __future__ import annotations

from sqlalchemy import select

from registry.agreements.models import Agreement
from registry.documents.schemas import AttachTextSchema
from registry.documents.services import attach_text


def attach(uow, reference, text, *, language="ru", access="public", role="unofficial_text"):
    """Attach a text to the agreement with this reference."""
    agreement = uow.session.scalar(select(Agreement).where(Agreement.reference == reference))
    command = AttachTextSchema().load(
        {
            "language": language,
            "role": role,
            "access": access,
            "file_name": f"{reference}.{language}.txt",
            "text": text,
            "data": text.encode(),
        }
    )
    return attach_text(uow, agreement, command)
