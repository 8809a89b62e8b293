"""Writes: save an export template, delete it. Whose it is stands in the condition of every statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from registry.accounts.models import User
from registry.audit.services import record
from registry.audit.vocabulary import Act
from registry.core.errors import NotFoundError, RuleViolationError
from registry.core.i18n import N_
from registry.exports.templates.models import ExportTemplate

if TYPE_CHECKING:
    from registry.core.uow import UnitOfWork
    from registry.exports.templates.schemas import SaveTemplate

#: The page of an export names all of them.
MOST = 50


def save_template(uow: UnitOfWork, user_id: int, command: SaveTemplate) -> ExportTemplate:
    """Save a template of a user; one of the same name is replaced.

    Raises `RuleViolationError` when the user has as many templates as are allowed.
    """
    # Two windows of one user take turns here, so that the name is taken once and the number is counted right.
    uow.session.execute(select(User.id).where(User.id == user_id).with_for_update())
    found = uow.session.scalar(
        select(ExportTemplate).where(ExportTemplate.user_id == user_id, ExportTemplate.name == command.name)
    )
    if found is None:
        count = uow.session.scalar(select(func.count(ExportTemplate.id)).where(ExportTemplate.user_id == user_id)) or 0
        if count >= MOST:
            raise RuleViolationError(
                N_("You have %(most)s templates already; delete one that you no longer need."), most=MOST
            )
        found = ExportTemplate(user_id=user_id, name=command.name)
        uow.session.add(found)
    found.settings, found.saved_at = command.settings, uow.clock.now()
    uow.session.flush()
    record(uow, Act.EXPORT_TEMPLATE_SAVED, command.name)
    return found


def delete_template(uow: UnitOfWork, user_id: int, template_id: int) -> None:
    """Delete a template. Raises `NotFoundError` when the user has no such template."""
    found = uow.session.scalar(
        select(ExportTemplate).where(ExportTemplate.id == template_id, ExportTemplate.user_id == user_id)
    )
    if found is None:
        raise NotFoundError(N_("You have no such template."))
    uow.session.delete(found)
    record(uow, Act.EXPORT_TEMPLATE_DELETED, found.name)
