"""Shapes of the commands of accounts, for forms and the command line alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields, post_load, validates_schema

from registry.accounts.rules import NO_ADDRESS, is_login, normal_login
from registry.accounts.vocabulary import Role
from registry.core.i18n import N_
from registry.core.mailboxes import is_address
from registry.core.messages import Message
from registry.core.schemas import BaseSchema, Choice, Text


@dataclass(frozen=True)
class AddUser:
    """Command: a new user, who then chooses a password by a link."""

    login: str
    name: str
    role: str
    body: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class ChangeUser:
    """Command: what a user is from now on. The login stays, since the log names users by it."""

    name: str
    role: str
    body: str | None
    email: str | None


@dataclass(frozen=True)
class Credentials:
    """What somebody who signs in gives."""

    login: str
    password: str


def _address(text: str) -> None:
    if not is_address(text):
        raise ValidationError(Message(NO_ADDRESS))


class AddUserSchema(BaseSchema):
    """A new user."""

    login = Text(required=True, max_length=254)
    name = Text(required=True, max_length=200)
    role = Choice(Role, required=True)
    body = Text(load_default=None, max_length=80)
    email = Text(load_default=None, max_length=254, validate=_address)

    @post_load
    def _command(self, data: dict[str, Any], **_: object) -> AddUser:
        login = normal_login(data["login"])
        if not is_login(login):
            raise ValidationError(
                Message(N_("Write an address of e-mail, or a name of Latin letters, digits and “.”, “_”, “-”, “+”.")),
                "login",
            )
        return AddUser(login, data["name"], data["role"], data["body"], data["email"])


class ChangeUserSchema(BaseSchema):
    """What a user is from now on."""

    name = Text(required=True, max_length=200)
    role = Choice(Role, required=True)
    body = Text(load_default=None, max_length=80)
    email = Text(load_default=None, max_length=254, validate=_address)

    @post_load
    def _command(self, data: dict[str, Any], **_: object) -> ChangeUser:
        return ChangeUser(**data)


class CredentialsSchema(BaseSchema):
    """The form by which users sign in. The password is taken as it stands; spaces belong to it."""

    login = fields.String(load_default="")
    password = fields.String(load_default="")

    @post_load
    def _command(self, data: dict[str, Any], **_: object) -> Credentials:
        return Credentials(normal_login(data["login"]), data["password"])


class NewPasswordSchema(BaseSchema):
    """The form by which a password is chosen, given twice since it cannot be seen."""

    password = fields.String(load_default="")
    again = fields.String(load_default="")

    @validates_schema
    def _same(self, data: dict[str, Any], **_: object) -> None:
        if data["password"] != data["again"]:
            raise ValidationError({"again": [Message(N_("The two passwords differ; write the same one twice."))]})

    @post_load
    def _password(self, data: dict[str, Any], **_: object) -> str:
        return str(data["password"])
