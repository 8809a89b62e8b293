"""Reminders: to the right people, of what they may see, once, and not lost while the mail server is down."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.exc import IntegrityError

from registry.agreements.models import Agreement
from registry.cli import main
from registry.core.errors import ConfigurationError
from registry.deadlines.models import SentReminder
from registry.deadlines.queries import due_days, responsible_bodies
from registry.deadlines.reminders import distances_of, remind
from registry.deadlines.rules import distance_due
from registry.deadlines.schemas import DeadlineRequest
from registry.deadlines.services import issue_calendar_address, renew_deadlines
from registry.http.context import EXTENSION
from registry.mail.models import MailMessage
from registry.mail.sending import send_next
from registry.outbox.services import note_changes
from registry.web.reminders import write_digest
from tests.conftest import TODAY
from tests.helpers.accounts import MovableClock, new_user
from tests.helpers.applications import application
from tests.helpers.servers import environment
from tests.helpers.smtp import smtp_server

DISTANCES = (7, 30, 3660)


@pytest.fixture
def clock():
    return MovableClock(TODAY)


@pytest.fixture
def app(settings, clock):
    made = application(
        replace(
            settings,
            smtp_host="127.0.0.1",
            smtp_port=1,
            smtp_security="none",
            mail_from="registry@example.org",
            public_url="https://registry.example.org/",
        ),
        clock,
    )
    yield made
    made.extensions[EXTENSION].close()


@pytest.fixture
def registry(app):
    return app.extensions[EXTENSION]


def run(app, distances=DISTANCES, **more):
    registry = app.extensions[EXTENSION]
    renew_deadlines(registry.database)
    with app.test_request_context("/"):
        return remind(registry.database, "KAZ", distances, write_digest, **more)


def queued(registry):
    """Return recipients, subjects and texts of the messages that wait."""
    with registry.database.read() as session:
        rows = session.scalars(sa.select(MailMessage).order_by(MailMessage.id)).all()
        return [(row.recipient, row.subject, registry.post.sealer.open(row.sealed_text)) for row in rows]


def due(registry, **asked):
    with registry.database.read() as session:
        return due_days(session, DeadlineRequest(days=3660, **asked), registry.clock.today(), "KAZ")


@pytest.mark.parametrize(
    ("left", "distance"), [(181, None), (180, 180), (100, 180), (90, 90), (8, 30), (7, 7), (0, 7), (-1, None)]
)
def test_the_nearest_distance_that_is_reached_counts(left, distance):
    today = date(2026, 11, 24)
    assert distance_due(date.fromordinal(today.toordinal() + left), today, (180, 90, 30, 7)) == distance


@pytest.mark.parametrize("text", ["", "a", "7,-1", "99999"])
def test_distances_that_are_none_are_refused(text):
    with pytest.raises(ConfigurationError, match="list of days"):
        distances_of(text)
    assert distances_of(" 7, 30,7") == (7, 30)


def test_an_officer_is_reminded_of_everything_once(app, registry):
    new_user(registry, login="officer@example.org")
    every = due(registry)
    assert run(app).queued == (("officer@example.org", len(every)),)
    ((recipient, subject, text),) = queued(registry)
    assert recipient == "officer@example.org"
    assert subject == f"Treaty registry: {len(every)} deadlines"
    assert text.count("https://registry.example.org/agreements/") == len(every)
    assert "Last day to give notice" in text
    assert "\n\n\n\n" not in text
    assert run(app).queued == ()
    assert len(queued(registry)) == 1


def test_each_distance_reminds_again_and_the_next_term_is_another_deadline(app, registry, clock):
    new_user(registry, login="officer@example.org")
    first = due(registry)[0]
    assert run(app).queued
    clock.pass_by(days=(first.on - clock.today()).days - 20)
    assert run(app).queued[0][1] >= 1
    with registry.database.read() as session:
        days = session.scalars(
            sa.select(SentReminder.days).where(
                SentReminder.agreement_id == first.agreement_id,
                SentReminder.kind == str(first.kind),
                SentReminder.due_on == first.on,
            )
        ).all()
    assert sorted(days) == [30, 3660]
    assert run(app).queued == ()
    clock.pass_by(days=3000)
    assert run(app).queued


def test_a_ministry_is_reminded_of_what_it_signed_and_may_see(app, registry):
    with registry.database.read() as session:
        bodies = responsible_bodies(session, {day.agreement_id for day in due(registry)}, "KAZ")
    body = next(found[0] for found in bodies.values())
    own = due(registry, body=body.key)
    new_user(registry, login="ministry@example.org", role="submitter", body=body.key)
    new_user(registry, login="nobody@example.org", role="submitter")
    assert run(app).queued == (("ministry@example.org", len(own)),)
    with registry.database.write("test") as uow:
        uow.session.execute(sa.delete(SentReminder))
        ids = sorted({day.agreement_id for day in own})
        uow.session.execute(sa.update(Agreement).where(Agreement.id.in_(ids)).values(access="internal"))
        note_changes(uow.session, ids)
    assert run(app).queued == ()


def test_the_language_is_that_of_the_persons_calendar(app, registry):
    user_id = new_user(registry, login="officer@example.org")
    with registry.database.write("officer@example.org") as uow:
        issue_calendar_address(uow, user_id, "ru")
    run(app)
    ((_, subject, text),) = queued(registry)
    assert subject.startswith("Реестр договоров: ")
    assert "Последний день для уведомления о прекращении" in text
    assert "give notice" not in text


def test_a_dry_run_writes_nothing_and_who_has_no_address_is_named(app, registry):
    new_user(registry, login="officer@example.org")
    new_user(registry, login="colleague")
    done = run(app, dry_run=True)
    assert [login for login, _ in done.queued] == ["officer@example.org"]
    assert done.without_address == ("colleague",)
    assert queued(registry) == []
    assert run(app).without_address == ("colleague",)


def test_the_database_refuses_a_second_reminder(app, registry):
    new_user(registry, login="officer@example.org")
    run(app)
    with registry.database.read() as session:
        row = session.scalars(sa.select(SentReminder)).first()
        session.expunge(row)
    values = {name: getattr(row, name) for name in ("user_id", "agreement_id", "kind", "due_on", "days", "queued_at")}
    with pytest.raises(IntegrityError), registry.database.write("test") as uow:
        uow.session.execute(sa.insert(SentReminder), values)


def test_what_cannot_be_queued_is_due_again(app, registry):
    new_user(registry, login="officer@example.org")

    def broken(_digest):
        raise ZeroDivisionError

    with app.test_request_context("/"), pytest.raises(ZeroDivisionError):
        remind(registry.database, "KAZ", DISTANCES, broken)
    assert run(app).queued


def test_without_a_mail_server_nothing_is_noted(settings, clock):
    plain = application(settings, clock)
    registry = plain.extensions[EXTENSION]
    new_user(registry, login="officer@example.org")
    with pytest.raises(ConfigurationError):
        run(plain)
    with registry.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(SentReminder.id))) == 0
    registry.close()


def test_a_reminder_arrives_although_the_mail_server_was_down(settings, tmp_path, monkeypatch):
    with smtp_server(tmp_path / "smtp") as mail_server:
        mail_server.stop()
        for name, value in {**environment(settings), "REGISTRY_REMIND_DAYS": "3660"}.items():
            monkeypatch.setenv(name, value)
        for name, value in mail_server.settings.items():
            monkeypatch.setenv(f"REGISTRY_{name.upper()}", str(value))
        registry = application().extensions[EXTENSION]
        new_user(registry, login="officer@example.org")
        assert CliRunner().invoke(main, ["remind", "--dry-run"]).exit_code == 0
        done = CliRunner().invoke(main, ["remind"])
        assert done.exit_code == 0, done.output
        assert "1 people reminded" in done.output
        assert send_next(registry.database, registry.post) is False
        assert "0 people reminded" in CliRunner().invoke(main, ["remind"]).output
        mail_server.start()
        assert CliRunner().invoke(main, ["mail", "retry"]).exit_code == 0
        assert CliRunner().invoke(main, ["mail", "send"]).exit_code == 0
        (message,) = mail_server.taken
        assert message["To"] == "officer@example.org"
        assert "Last day to give notice" in message.get_content()
        registry.close()
