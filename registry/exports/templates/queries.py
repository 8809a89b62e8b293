"""Reads: the export templates of a user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.exports.templates.models import ExportTemplate

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def templates_of(session: Session, user_id: int) -> list[ExportTemplate]:
    """Return the templates of a user by their names."""
    return list(
        session.scalars(select(ExportTemplate).where(ExportTemplate.user_id == user_id).order_by(ExportTemplate.name))
    )


def template_of(session: Session, user_id: int, template_id: int) -> ExportTemplate | None:
    """Return a template of a user, or None when the user has no such template."""
    return session.scalar(
        select(ExportTemplate).where(ExportTemplate.id == template_id, ExportTemplate.user_id == user_id)
    )
