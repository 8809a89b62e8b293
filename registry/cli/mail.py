"""`registry mail send|list|retry`."""

from __future__ import annotations

import sys

import click

from registry.cli.opening import opened
from registry.core.errors import ConfigurationError
from registry.core.i18n import N_
from registry.mail.queries import messages
from registry.mail.sending import send_next
from registry.mail.services import forget_past, retry_messages
from registry.mail.vocabulary import State

_ACTOR = "command line"


@click.group()
def mail() -> None:
    """Look after the e-mail that the registry sends: what waits, what failed and why."""


@mail.command()
def send() -> None:
    """Send what is due now, as the server does by itself. Exit code 1 when a message was not taken."""
    sent = failed = 0
    with opened() as registry:
        if registry.post is None:
            raise ConfigurationError(N_("There is no mail server: set REGISTRY_SMTP_HOST and REGISTRY_MAIL_FROM."))
        while (was_taken := send_next(registry.database, registry.post)) is not None:
            sent, failed = sent + was_taken, failed + (not was_taken)
        forget_past(registry.database)
    click.secho(f"{sent} sent, {failed} failed", fg="red" if failed else "green")
    if failed:
        click.echo("see “registry mail list”", err=True)
    sys.exit(1 if failed else 0)


@mail.command("list")
@click.option("--state", type=click.Choice([str(state) for state in State]), help="Only those in this state.")
@click.option("--most", type=click.IntRange(1), default=200, show_default=True, help="How many, the newest first.")
def list_(state: str | None, most: int) -> None:
    """List messages, the newest first. Columns are divided by tabs; texts are never shown."""
    with opened() as registry, registry.database.read() as session:
        click.echo("id\tstate\tqueued\tnext attempt\tattempts\trecipient\tsubject\treason")
        for row in messages(session, [state] if state else list(State), most):
            due = row.due_at.isoformat(timespec="seconds") if row.state == State.WAITING else ""
            queued = row.queued_at.isoformat(timespec="seconds")
            columns = (row.id, row.state, queued, due, row.attempts, row.recipient, row.subject, row.reason or "")
            click.echo("\t".join(str(column) for column in columns))


@mail.command()
@click.argument("ids", nargs=-1, type=int)
def retry(ids: tuple[int, ...]) -> None:
    """Have messages sent now: those with the IDS, or without any all that wait or were given up."""
    with opened() as registry, registry.database.write(_ACTOR) as uow:
        count = retry_messages(uow, ids)
    click.secho(f"{count} messages are due now", fg="green")
