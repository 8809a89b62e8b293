"""`registry tokens add|list|revoke`."""

from __future__ import annotations

import click

from registry.accounts.tokens import USUAL_DAYS, issue_token, revoke_token
from registry.accounts.tokens import tokens as all_tokens
from registry.cli.opening import opened

_ACTOR = "command line"
_MOST_DAYS = 3650


@click.group()
def tokens() -> None:
    """Look after the tokens by which programs use the API as a user."""


@tokens.command()
@click.argument("login")
@click.option("--name", required=True, help="What the token is for, such as “document system of the ministry”.")
@click.option("--days", type=click.IntRange(1, _MOST_DAYS), default=USUAL_DAYS, show_default=True)
def add(login: str, name: str, days: int) -> None:
    """Print a new token of the user LOGIN, once. Whoever has it acts as that user."""
    with opened() as registry:
        with registry.database.write(_ACTOR) as uow:
            token = issue_token(uow, login, name[:200], days)
        click.echo(token)
        click.echo(
            f"Send it as “Authorization: Bearer …”. It works for {days} days and cannot be shown again.", err=True
        )


@tokens.command("list")
def list_() -> None:
    """List the tokens: name for `revoke`, user, state, until when, what for."""
    with opened() as registry:
        now = registry.clock.now()
        with registry.database.read() as session:
            for token, login in all_tokens(session):
                state = "revoked" if token.revoked_at else "expired" if token.expires_at <= now else "works"
                click.echo(f"{token.prefix:18} {login:32} {state:8} {token.expires_at:%Y-%m-%d} {token.name}")


@tokens.command()
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """Let the token that begins with PREFIX (before the dot) work no more."""
    with opened() as registry:
        with registry.database.write(_ACTOR) as uow:
            login = revoke_token(uow, prefix.partition(".")[0])
        click.secho(f"revoked a token of {login}", fg="green")
