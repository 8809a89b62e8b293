"""`registry users add|list|link|disable|enable|set-role|set-body|set-email|remove-second-factor|tidy`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from marshmallow import ValidationError

from registry.accounts.queries import users as all_users
from registry.accounts.rules import LINK_LIMIT
from registry.accounts.schemas import AddUserSchema
from registry.accounts.second_factors import remove_second_factor
from registry.accounts.services import (
    add_user,
    delete_past,
    disable_user,
    enable_user,
    issue_password_link,
    set_body,
    set_email,
    set_role,
)
from registry.accounts.vocabulary import Role
from registry.cli.opening import opened
from registry.core.messages import flatten

if TYPE_CHECKING:
    from registry.accounts.schemas import AddUser

_ACTOR = "command line"


@click.group()
def users() -> None:
    """Look after the users who can sign in. Passwords are chosen by the users themselves, by a link."""


@users.command()
@click.argument("login")
@click.option("--name", required=True, help="The name shown, such as “Aigerim Sarsenova, Ministry of Justice”.")
@click.option("--role", required=True, type=click.Choice([str(role) for role in Role]))
@click.option(
    "--body", help="The key of the ministry in whose name a submitter submits, such as kaz-ministry-of-finance."
)
@click.option("--email", help="Where links and messages go; LOGIN if that is an address.")
def add(login: str, name: str, role: str, body: str | None, email: str | None) -> None:
    """Add a user who signs in as LOGIN (an address of e-mail or a name), and print a link to choose a password."""
    command = _command({"login": login, "name": name, "role": role, "body": body, "email": email})
    with opened() as registry:
        with registry.database.write(_ACTOR) as uow:
            user = add_user(uow, command)
            token = issue_password_link(uow, user.login)
        click.secho(f"added {user.login} ({user.role})", fg="green", err=True)
        _print_link(token)


@users.command("list")
def list_() -> None:
    """List the users: login, role, state, body, name."""
    with opened() as registry, registry.database.read() as session:
        for user, body in all_users(session):
            state = "disabled" if not user.is_active else "active" if user.password_hash else "no password yet"
            click.echo(f"{user.login:32} {user.role:14} {state:16} {body.key if body else '-':24} {user.name}")


@users.command()
@click.argument("login")
def link(login: str) -> None:
    """Print a new link by which the user LOGIN chooses a password. Links printed before stop working."""
    with opened() as registry:
        with registry.database.write(_ACTOR) as uow:
            token = issue_password_link(uow, login)
        _print_link(token)


@users.command()
@click.argument("login")
def disable(login: str) -> None:
    """Let the user LOGIN sign in no more, and end what is open at once. The user stays in the list."""
    with opened() as registry:
        with registry.database.write(_ACTOR) as uow:
            ended = disable_user(uow, login)
        click.secho(f"disabled {login}; sign-ins ended: {ended}", fg="green")


@users.command()
@click.argument("login")
def enable(login: str) -> None:
    """Let the disabled user LOGIN sign in again with the password of before; `link` gives them a new one."""
    with opened() as registry:
        with registry.database.write(_ACTOR) as uow:
            user = enable_user(uow, login)
        click.secho(f"enabled {user.login} ({user.role})", fg="green")


@users.command("set-role")
@click.argument("login")
@click.argument("role", type=click.Choice([str(role) for role in Role]))
def set_role_command(login: str, role: str) -> None:
    """Give the user LOGIN the role ROLE. It holds from the next request on, for what is open too."""
    with opened() as registry:
        with registry.database.write(_ACTOR) as uow:
            user = set_role(uow, login, Role(role))
        click.secho(f"{user.login} is {user.role} now", fg="green")


@users.command("set-body")
@click.argument("login")
@click.argument("body", required=False)
def set_body_command(login: str, body: str | None) -> None:
    """Let the user LOGIN belong to the body with the key BODY, or to none. It holds from the next request on."""
    with opened() as registry:
        with registry.database.write(_ACTOR) as uow:
            user = set_body(uow, login, body)
        click.secho(f"{user.login} belongs to {body or 'no body'} now", fg="green")


@users.command("set-email")
@click.argument("login")
@click.argument("email", required=False)
def set_email_command(login: str, email: str | None) -> None:
    """Write to the user LOGIN at the address EMAIL, or nowhere. Links that were sent before stop working."""
    with opened() as registry:
        with registry.database.write(_ACTOR) as uow:
            user = set_email(uow, login, email)
        click.secho(f"{user.login} is written to at {email or 'no address'} now", fg="green")


@users.command("remove-second-factor")
@click.argument("login")
def remove_second_factor_command(login: str) -> None:
    """Take the second factor of the user LOGIN away and sign them out: the password alone lets them in then.

    Do it only for somebody who has shown you who they are. They can set up another one.
    """
    with opened() as registry:
        with registry.database.write(_ACTOR) as uow:
            remove_second_factor(uow, login)
        click.secho(f"the second factor of {login} is taken away", fg="green")


@users.command()
def tidy() -> None:
    """Delete all sign-ins and links that have ended. Each new sign-in deletes some of them by itself."""
    with opened() as registry:
        with registry.database.write(_ACTOR) as uow:
            count = delete_past(uow)
        click.secho(f"sign-ins and links deleted: {count}", fg="green")


def _command(given: dict[str, str | None]) -> AddUser:
    try:
        command: AddUser = AddUserSchema().load({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        lines = "\n".join(f"  {path}: {message}" for path, message in flatten(error.messages, str))
        raise click.UsageError(f"This user cannot be added.\n{lines}") from error
    return command


def _print_link(token: str) -> None:
    """Print the path of a link alone on the standard output, so that it can be piped; what it is goes beside it."""
    hours = int(LINK_LIMIT.total_seconds() // 3600)
    click.echo(f"/account/password/{token}")
    click.echo(f"Give the user this address after that of the registry. It works once, for {hours} hours.", err=True)
