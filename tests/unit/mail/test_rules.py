"""When a message is tried again, and what may stand in its headers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from registry.config import Settings, load_settings
from registry.core.errors import ConfigurationError, RegistryError
from registry.core.mailboxes import is_address, is_sender
from registry.core.sealing import Sealer
from registry.mail.rules import GIVE_UP_AFTER, PAUSES, one_line, pause_after
from registry.mail.transport import compose, open_post

POST = open_post(
    Settings(
        smtp_host="mail.example.org", mail_from="Реестр <registry@example.org>", secret_key="k", smtp_password="hush"
    )
)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("officer@example.org", True),
        ("a.b+c@mfa.gov.kz", True),
        ("officer", False),
        ("", False),
        ("@example.org", False),
        ("officer@", False),
        ("A <officer@example.org>", False),
        ("one@example.org, two@example.org", False),
        ("one@example.org\r\nBcc: all@example.org", False),
        ("one@example.org\x00", False),
        ("o" * 250 + "@example.org", False),
    ],
)
def test_an_address_is_one_plain_mailbox(text, fits):
    assert is_address(text) is fits


def test_a_sender_may_have_a_name():
    assert is_sender("Реестр <registry@example.org>")
    assert is_sender("registry@example.org")
    assert not is_sender("Реестр")
    assert not is_sender("Реестр <registry@example.org>\nBcc: x@example.org")


def test_pauses_grow_and_end_before_the_message_is_given_up():
    found = [pause_after(count) for count in range(1, 12)]
    assert found == sorted(found)
    assert found[: len(PAUSES)] == list(PAUSES)
    assert max(found) < GIVE_UP_AFTER


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Срок\r\nBcc: all@example.org", "Срок Bcc: all@example.org"),
        ("  a\tb\u2028c\x00d ", "a b c d"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_a_subject_is_one_line(text, line):
    assert one_line(text) == line


def test_a_message_is_composed_the_same_each_time():
    given = {
        "recipient": "officer@example.org",
        "subject": "Напоминание о сроках: соглашение о сотрудничестве в области лёгкой промышленности и торговли",
        "text": "Последний день уведомления — 30 января.\n" + "очень длинная строка " * 100,
        "message_id": "<1@example.org>",
        "queued_at": datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    }
    message = compose(POST, **given)
    assert message.items()[:5] == compose(POST, **given).items()[:5]
    assert message["Subject"] == given["subject"]
    assert message["Date"] == "Tue, 24 Nov 2026 09:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().splitlines() == given["text"].splitlines()
    data = bytes(message)
    assert data.isascii()
    assert max(len(line) for line in data.splitlines()) <= 998
    with pytest.raises(ValueError, match="Header values"):
        compose(POST, **{**given, "subject": "a\r\nBcc: all@example.org"})


def test_what_is_secret_is_not_in_a_representation():
    assert "hush" not in repr(POST)
    assert "hush" not in repr(Settings(smtp_password="hush"))


def test_a_sealed_text_opens_by_its_own_key_only():
    sealed = Sealer("one", "e-mail").seal("ссылка")
    assert "ссылка" not in sealed
    assert Sealer("one", "e-mail").open(sealed) == "ссылка"
    with pytest.raises(RegistryError, match="another secret key"):
        Sealer("two", "e-mail").open(sealed)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"SMTP_SECURITY": "ssl"}, "none of starttls"),
        ({"MAIL_FROM": ""}, "no address"),
        ({"SMTP_SECURITY": "none", "SMTP_USER": "registry"}, "open connection"),
        ({"SMTP_PORT": "many"}, "not a whole number"),
    ],
)
def test_settings_that_could_send_nothing_are_refused(tmp_path, given, words):
    base = {"INSTANCE": str(tmp_path), "SMTP_HOST": "mail.example.org", "MAIL_FROM": "registry@example.org"}
    with pytest.raises(ConfigurationError, match=words):
        load_settings({f"REGISTRY_{name}": value for name, value in {**base, **given}.items()})


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_each_kind_of_connection_has_its_port(security, port):
    assert Settings(smtp_security=security).effective_smtp_port == port
    assert Settings(smtp_security=security, smtp_port=2525).effective_smtp_port == 2525
