"""The outbox of e-mail, against a real mail server: nothing is lost, and what is secret is not kept."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from registry.cli import main
from registry.core.errors import NotFoundError
from registry.mail.models import MailMessage
from registry.mail.rules import GIVE_UP_AFTER, ROW_KEPT_FOR, TEXT_KEPT_FOR
from registry.mail.sending import Sender, send_next
from registry.mail.services import LEASE, can_send, forget_past, queue_message, retry_messages, take
from registry.runtime import open_registry
from tests.helpers.accounts import MovableClock
from tests.helpers.servers import command, environment, script, serving
from tests.helpers.smtp import smtp_server

LINK = "https://registry.example.org/account/password/secret-token"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with smtp_server(tmp_path_factory.mktemp("smtp")) as started:
        yield started


@pytest.fixture
def mail_server(running):
    running.accept()
    for path in running.folder.glob("*.eml"):
        path.unlink()
    return running


@pytest.fixture
def clock():
    return MovableClock(datetime.now(UTC))


@pytest.fixture
def registry(settings, clock, mail_server):
    opened = open_registry(replace(settings, **mail_server.settings), clock)
    yield opened
    opened.close()


def queue(registry, recipient="officer@example.org", subject="Срок", **more):
    with registry.database.write("test") as uow:
        return queue_message(uow, recipient=recipient, subject=subject, text=f"Ссылка: {LINK}", **more)


def row_of(registry):
    with registry.database.read() as session:
        return session.scalars(select(MailMessage).order_by(MailMessage.id.desc())).first()


def send(registry):
    return send_next(registry.database, registry.post)


def test_a_message_arrives_once_and_its_text_is_gone(registry, mail_server):
    assert queue(registry)
    assert LINK not in str(row_of(registry).__dict__)
    assert (send(registry), send(registry)) == (True, None)
    (message,) = mail_server.taken
    assert message["To"] == "officer@example.org"
    assert message["Subject"] == "Срок"
    assert message["From"] == "Реестр договоров <registry@example.org>"
    assert LINK in message.get_content()
    row = row_of(registry)
    assert (row.state, row.sealed_text, row.message_id) == ("sent", None, message["Message-ID"])


def test_without_a_mail_server_nothing_is_queued_and_that_is_said(settings):
    registry = open_registry(settings)
    with registry.database.write("test") as uow:
        assert not can_send(uow.session)
        assert not queue_message(uow, recipient="officer@example.org", subject="a", text="b")
    assert row_of(registry) is None
    registry.close()


@pytest.mark.parametrize("recipient", ["officer", "a@example.org\r\nBcc: all@example.org"])
def test_who_has_no_address_gets_nothing(registry, recipient):
    assert not queue(registry, recipient)
    assert row_of(registry) is None


def test_a_subject_makes_no_headers(registry, mail_server):
    assert queue(registry, subject="Срок\r\nBcc: all@example.org\r\n\r\nтекст")
    assert send(registry)
    (message,) = mail_server.taken
    assert message["Bcc"] is None
    assert message["Subject"] == "Срок Bcc: all@example.org текст"


def test_what_is_undone_is_not_sent(registry):
    with registry.database.write("test") as uow:
        assert queue_message(uow, recipient="officer@example.org", subject="a", text="b")
        uow.undo()
    assert send(registry) is None


def test_a_server_that_is_down_is_tried_again_with_growing_pauses(registry, mail_server, clock):
    queue(registry)
    mail_server.stop()
    waited = []
    for _ in range(4):
        before = clock.now()
        assert send(registry) is False
        assert send(registry) is None
        waited.append(row_of(registry).due_at - before)
        clock.instant = row_of(registry).due_at
    assert waited == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30)]
    assert "refused" in row_of(registry).reason.lower()
    mail_server.start()
    assert send(registry) is True
    assert len(mail_server.taken) == 1


@pytest.mark.parametrize("stage", ["refuse", "refuse-data"])
def test_a_refusal_for_a_time_is_followed_by_another_attempt(registry, mail_server, clock, stage):
    queue(registry)
    mail_server.refuse("451 4.7.1 come back later", stage)
    assert send(registry) is False
    row = row_of(registry)
    assert (row.state, row.reason) == ("waiting", "451 4.7.1 come back later")
    mail_server.accept()
    clock.pass_by(minutes=1)
    assert send(registry) is True
    assert row_of(registry).reason is None


@pytest.mark.parametrize("stage", ["refuse", "refuse-data"])
def test_a_refusal_for_ever_ends_it_and_can_be_tried_again_by_hand(registry, mail_server, stage):
    queue(registry)
    mail_server.refuse("550 5.1.1 no such person", stage)
    assert send(registry) is False
    row = row_of(registry)
    assert (row.state, row.reason) == ("given_up", "550 5.1.1 no such person")
    mail_server.accept()
    assert send(registry) is None
    with registry.database.write("test") as uow:
        assert retry_messages(uow, [row.id]) == 1
    assert send(registry) is True


def test_a_message_that_nobody_takes_is_given_up_in_the_end(registry, mail_server, clock):
    queue(registry)
    mail_server.refuse("451 later")
    attempts, began = 0, clock.now()
    while row_of(registry).state == "waiting":
        assert send(registry) is False
        attempts += 1
        clock.instant = max(clock.now(), row_of(registry).due_at)
    assert (row_of(registry).state, row_of(registry).reason) == ("given_up", "451 later")
    assert timedelta(days=4) < row_of(registry).finished_at - began <= GIVE_UP_AFTER
    assert 20 < attempts < 60


def test_a_link_is_not_sent_after_it_expired(registry, mail_server, clock):
    queue(registry, useless_after=clock.now() + timedelta(hours=24))
    mail_server.refuse("451 later")
    assert send(registry) is False
    clock.pass_by(hours=25)
    mail_server.accept()
    assert send(registry) is None
    row = row_of(registry)
    assert (row.state, row.sealed_text, row.reason) == ("given_up", None, "451 later")
    with pytest.raises(NotFoundError), registry.database.write("test") as uow:
        retry_messages(uow, [row.id])


KILLED = """
import os, signal
import registry.mail.sending as sending
sending.note_sent = lambda *a: os.kill(os.getpid(), signal.SIGKILL)
from registry.cli import main
main(["mail", "send"])
"""


def test_a_process_killed_between_sending_and_noting_sends_again_under_the_same_id(registry, mail_server, clock):
    queue(registry)
    killed = script(registry.settings, KILLED, **environ(registry))
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert len(mail_server.taken) == 1
    assert send(registry) is None
    clock.instant = datetime.now(UTC) + LEASE + timedelta(seconds=1)
    assert send(registry) is True
    first, second = mail_server.taken
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


def test_two_who_send_at_once_send_each_message_once(registry, mail_server):
    for number in range(6):
        queue(registry, f"officer{number}@example.org")

    def work():
        while send(registry) is not None:
            pass

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(message["To"] for message in mail_server.taken) == [f"officer{n}@example.org" for n in range(6)]


def test_what_comes_too_late_changes_nothing(registry, clock):
    from registry.mail.services import note_failure, note_sent

    queue(registry)
    taken = take(registry.database)
    clock.pass_by(seconds=LEASE.total_seconds() + 1)
    other = take(registry.database)
    note_failure(registry.database, taken, "too late", for_ever=True)
    assert row_of(registry).state == "waiting"
    note_sent(registry.database, other)
    assert row_of(registry).state == "sent"


def test_a_message_sealed_by_another_key_is_given_up_with_the_reason(registry, mail_server):
    queue(registry)
    other = open_registry(replace(registry.settings, secret_key="another"), registry.clock)
    assert send_next(other.database, other.post) is False
    other.close()
    assert "another secret key" in row_of(registry).reason
    assert mail_server.taken == []


def test_a_mistake_with_one_message_does_not_hold_up_the_next(registry, monkeypatch, mail_server):
    queue(registry)
    queue(registry, "second@example.org")
    from registry.mail import sending

    compose, calls = sending.compose, []

    def breaking(*given, **named):
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError
        return compose(*given, **named)

    monkeypatch.setattr(sending, "compose", breaking)
    assert (send(registry), send(registry), send(registry)) == (False, True, None)
    assert [message["To"] for message in mail_server.taken] == ["second@example.org"]


def test_what_is_over_is_forgotten_in_the_end(registry, mail_server, clock):
    queue(registry)
    send(registry)
    queue(registry)
    mail_server.refuse("550 no")
    send(registry)
    clock.pass_by(days=TEXT_KEPT_FOR.days + 1)
    forget_past(registry.database)
    with registry.database.read() as session:
        assert session.scalars(select(MailMessage.sealed_text)).all() == [None, None]
    clock.pass_by(days=ROW_KEPT_FOR.days)
    forget_past(registry.database)
    assert row_of(registry) is None


def test_the_database_refuses_a_sent_message_with_a_text(registry):
    from sqlalchemy.exc import IntegrityError

    queue(registry)
    with pytest.raises(IntegrityError), registry.database.write("test") as uow:
        uow.session.execute(text("update mail_message set state = 'sent', finished_at = queued_at"))


def test_a_thread_sends_beside_the_requests(registry, mail_server):
    sender = Sender(registry.database, registry.post)
    sender.start()
    queue(registry)
    for _ in range(200):
        if mail_server.taken:
            break
        time.sleep(0.05)
    sender.stop()
    sender.join(10)
    assert len(mail_server.taken) == 1
    assert not sender.is_alive()


def test_a_server_of_the_registry_sends(registry, mail_server):
    queue(registry)
    with serving(registry.settings, **environ(registry)):
        for _ in range(200):
            if mail_server.taken and row_of(registry).state == "sent":
                break
            time.sleep(0.05)
    assert row_of(registry).state == "sent"
    assert len(mail_server.taken) == 1


@pytest.mark.parametrize("mode", ["starttls", "tls"])
def test_a_password_goes_over_an_encrypted_connection_to_a_server_that_proves_its_name(
    settings, tmp_path, monkeypatch, mode
):
    with smtp_server(tmp_path / "smtp", mode) as secured:
        registry = open_registry(replace(settings, **secured.settings))
        queue(registry)
        assert send(registry) is False
        assert "certificate" in row_of(registry).reason.lower()
        monkeypatch.setenv("SSL_CERT_FILE", str(secured.folder / "certificate.pem"))
        with registry.database.write("test") as uow:
            retry_messages(uow)
        assert send(registry) is True
        assert len(secured.taken) == 1
        registry.close()
        registry = open_registry(replace(settings, **{**secured.settings, "smtp_password": "wrong"}))
        queue(registry)
        assert send(registry) is False
        row = row_of(registry)
        assert row.state == "waiting"
        assert row.reason.startswith("535")
        assert "wrong" not in row.reason
        registry.close()


def test_nothing_is_sent_in_the_open_to_a_server_without_starttls(registry, mail_server):
    other = open_registry(replace(registry.settings, smtp_security="starttls"))
    queue(other)
    assert send_next(other.database, other.post) is False
    other.close()
    assert "STARTTLS" in row_of(registry).reason
    assert (row_of(registry).state, mail_server.taken) == ("waiting", [])


def environ(registry):
    """Return the settings of the mail server as variables of the environment."""
    names = ("smtp_host", "smtp_port", "smtp_security", "mail_from")
    return {f"REGISTRY_{name.upper()}": str(getattr(registry.settings, name)) for name in names}


def test_the_command_line_lists_sends_and_tries_again(registry, mail_server, monkeypatch):
    for name, value in {**environment(registry.settings), **environ(registry)}.items():
        monkeypatch.setenv(name, value)

    def run(*arguments):
        done = CliRunner().invoke(main, ["mail", *arguments])
        return done.exit_code, done.stdout

    queue(registry)
    mail_server.refuse("550 5.1.1 no such person")
    assert run("send")[0] == 1
    status, listed = run("list", "--state", "given_up")
    assert status == 0
    assert "officer@example.org\tСрок\t550 5.1.1 no such person" in listed
    assert LINK not in listed
    mail_server.accept()
    assert run("retry") == (0, "1 messages are due now\n")
    assert run("send") == (0, "1 sent, 0 failed\n")
    assert run("retry", "99")[0] == 1


def test_the_command_line_says_that_there_is_no_mail_server(settings):
    done = command(settings, "mail", "send")
    assert done.returncode == 1
    assert b"REGISTRY_SMTP_HOST" in done.stderr
