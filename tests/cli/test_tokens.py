"""`registry tokens` and `registry numbers`, as an administrator uses them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from registry.accounts.services import disable_user
from registry.accounts.tokens import holder_of, issue_token
from registry.agreements.models import RegistrySeries
from registry.agreements.numbers import unexplained_gaps, void_number, void_numbers
from registry.audit.models import Entry
from registry.core.errors import NotFoundError, RuleViolationError
from registry.lifecycle.schemas import AgreementSchema
from registry.lifecycle.services import register_agreement
from tests.cli.test_commands import text
from tests.helpers.accounts import new_user
from tests.helpers.servers import command
from tests.helpers.submissions import memorandum


def holder(registry, token, **later):
    with registry.database.read() as session:
        return holder_of(session, token, registry.clock.now() + timedelta(**later))


def test_a_token_is_shown_once_and_revoked(settings, registry):
    new_user(registry, password=None)
    added = command(settings, "tokens", "add", "officer", "--name", "document system", "--days", "30")
    assert added.returncode == 0, text(added)
    (token,) = added.stdout.decode().split()
    prefix, _, secret = token.partition(".")
    listed = text(command(settings, "tokens", "list"))
    assert prefix in listed
    assert "works" in listed
    assert secret not in listed
    assert holder(registry, token).login == "officer"
    assert "officer" in text(command(settings, "tokens", "revoke", prefix))
    assert holder(registry, token) is None
    assert "revoked" in text(command(settings, "tokens", "list"))
    wrong = command(settings, "tokens", "revoke", prefix)
    assert wrong.returncode == 1
    assert "Traceback" not in text(wrong)


def test_a_token_ends_with_its_time_its_user_and_its_secret(registry):
    new_user(registry, password=None)
    with registry.database.write("test") as uow:
        token = issue_token(uow, "Officer", "x", days=2)
    assert holder(registry, token, days=1).role == "legal_officer"
    assert holder(registry, token, days=2) is None
    prefix, _, secret = token.partition(".")
    for wrong in (prefix, f"{prefix}.", f"{prefix}.{secret}x", f"{secret}.{prefix}", "", ".", "ä.x", "\0.x"):
        assert holder(registry, wrong) is None
    with registry.database.write("test") as uow:
        disable_user(uow, "officer")
        with pytest.raises(RuleViolationError):
            issue_token(uow, "officer", "x")
        with pytest.raises(NotFoundError):
            issue_token(uow, "nobody", "x")
    assert holder(registry, token) is None
    with registry.database.read() as session:
        written = "".join(session.scalars(sa.select(Entry.detail)))
        kept = session.connection().exec_driver_sql("select * from api_token").all()
    assert secret not in written + str(kept)
    assert prefix in written


def test_a_number_that_no_agreement_has_keeps_its_reason(settings, registry):
    with registry.database.read() as session:
        gaps = unexplained_gaps(session)
        last = session.scalar(sa.select(RegistrySeries.last_number).where(RegistrySeries.year == "2026"))
    asked = f"BLR-2026-{(last or 0) + 3:03d}"
    first, second = (f"BLR-2026-{(last or 0) + place:03d}" for place in (1, 2))
    record = AgreementSchema().load(memorandum(registry_number=asked))
    with registry.database.write("test") as uow:
        register_agreement(uow, record, "KAZ")
    with registry.database.read() as session:
        assert unexplained_gaps(session) == sorted([*gaps, first, second])
    with registry.database.write("officer") as uow:
        void_number(uow, first, "Registered twice by mistake, before the registry was opened.")
        for number in (first, asked, "BLR-2026-999", "XXX-2026-001"):
            with pytest.raises(RuleViolationError):
                void_number(uow, number, "Again.")
    with registry.database.read() as session:
        assert [void.registry_number for void in void_numbers(session)] == [first]
        assert first not in unexplained_gaps(session)
    other = AgreementSchema().load(memorandum(registry_number=first, signed_on="2026-01-02"))
    with pytest.raises(RuleViolationError, match="void"), registry.database.write("test") as uow:
        register_agreement(uow, other, "KAZ")
    listed = command(settings, "numbers", "list")
    assert listed.returncode == 1
    assert "Registered twice" in text(listed)
    assert f"{second:14} not explained" in text(listed)
    assert command(settings, "numbers", "void", second, "Never given.").returncode == 0
    assert command(settings, "numbers", "void", "nonsense", "x").returncode == 2
