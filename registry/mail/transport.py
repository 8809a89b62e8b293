"""Hands one message to the mail server, and says whether a refusal is for now or for ever (RFC 5321)."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING

from registry.core.sealing import Sealer
from registry.mail.rules import MAX_REASON, one_line

if TYPE_CHECKING:
    from datetime import datetime

    from registry.config import Settings

#: What the key is for by which texts are sealed while they wait.
_PURPOSE = "texts of e-mail"

#: Seconds that each step of the conversation may take.
TIMEOUT = 30.0

#: Replies of this class say that the same command will never succeed (RFC 5321, 4.2.1).
_FOR_EVER = 500

#: Letters beyond ASCII as base64 or quoted-printable: every server takes them, however old.
_POLICY = SMTP.clone(cte_type="7bit")


class UndeliveredError(Exception):
    """The server did not take a message; `for_ever` says that it is useless to try again."""

    def __init__(self, reason: str, *, for_ever: bool) -> None:
        """Keep the reason in one line."""
        super().__init__(one_line(reason, MAX_REASON))
        self.for_ever = for_ever


@dataclass(frozen=True)
class Post:
    """The mail server that takes the messages of this registry, in whose name they go, and how texts are sealed."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    sender: str
    sealer: Sealer = field(repr=False)

    @property
    def domain(self) -> str:
        """Return the right side of the sender's address, by which Message-IDs are unlike all others."""
        return parseaddr(self.sender)[1].rpartition("@")[2]


def open_post(settings: Settings) -> Post | None:
    """Return the mail server that the settings name, or None when they name none."""
    if not settings.smtp_host or not settings.secret_key:
        return None
    return Post(
        settings.smtp_host,
        settings.effective_smtp_port,
        settings.smtp_security,
        settings.smtp_user,
        settings.smtp_password,
        settings.mail_from,
        Sealer(settings.secret_key, _PURPOSE),
    )


def compose(
    post: Post, *, recipient: str, subject: str, text: str, message_id: str, queued_at: datetime
) -> EmailMessage:
    """Return a message; the same values give the same headers, so that a repeat can be recognised.

    Raises `ValueError` when a header would hold a line break.
    """
    message = EmailMessage(_POLICY)
    message["From"] = post.sender
    message["To"] = recipient
    message["Subject"] = subject
    message["Date"] = format_datetime(queued_at)
    message["Message-ID"] = message_id
    # RFC 3834: programs that answer for people who are away do not answer this.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def deliver(post: Post, message: EmailMessage) -> None:
    """Give a message to the server. Raises `UndeliveredError` when it was not taken.

    Only a refusal of this recipient or of this message is for ever. A server that cannot be reached, refuses the
    password or the sender, or lacks what the settings ask for, may be mended: no message is lost by that.
    """
    try:
        with _connected(post) as connection:
            connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        (code, words), *_ = error.recipients.values()
        raise UndeliveredError(_said(code, words), for_ever=code >= _FOR_EVER) from error
    except smtplib.SMTPDataError as error:
        raise UndeliveredError(
            _said(error.smtp_code, error.smtp_error), for_ever=error.smtp_code >= _FOR_EVER
        ) from error
    except smtplib.SMTPResponseException as error:
        raise UndeliveredError(_said(error.smtp_code, error.smtp_error), for_ever=False) from error
    except (OSError, smtplib.SMTPException) as error:
        raise UndeliveredError(f"{post.host}:{post.port}: {error or type(error).__name__}", for_ever=False) from error


def _connected(post: Post) -> smtplib.SMTP:
    """Return a connection that is encrypted and signed in as the settings say."""
    context = ssl.create_default_context()
    connection = (
        smtplib.SMTP_SSL(post.host, post.port, timeout=TIMEOUT, context=context)
        if post.security == "tls"
        else smtplib.SMTP(post.host, post.port, timeout=TIMEOUT)
    )
    try:
        if post.security == "starttls":
            # Raises when the server does not offer it: nothing is sent in the open instead.
            connection.starttls(context=context)
        if post.user:
            connection.login(post.user, post.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _said(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"
