"""The registry's own errors. The edge maps them once: to a page, to problem details (RFC 9457) or to an exit code."""

from __future__ import annotations

from typing import Any


class RegistryError(Exception):
    """Base of every error that a user can understand and mend.

    `message` is an English template with named places (`%(name)s`); `params` fills them. The edge
    translates the template before it fills it, so an error reaches the user in the user's language.
    """

    def __init__(self, message: str, **params: object) -> None:
        """Keep the template and what fills it."""
        self.template = message
        self.params = params
        super().__init__(message % params if params else message)


class NotFoundError(RegistryError):
    """What was asked for is not in the registry."""


class GoneError(RegistryError):
    """What was asked for was in the registry once, and was taken back."""


class AccessDeniedError(RegistryError):
    """The actor may not do this."""


class RuleViolationError(RegistryError):
    """The law of treaties or a rule of the registry forbids it."""


class StaleVersionError(RegistryError):
    """Somebody else changed the record after it was read."""


class ConfigurationError(RegistryError):
    """A setting is missing or cannot be used; the server does not start."""


class InvalidInputError(RegistryError):
    """Input that does not have the required shape.

    `errors` has marshmallow's form: field name -> list of messages, or a nested mapping.
    """

    def __init__(self, errors: Any, message: str = "The input is not valid.", **params: object) -> None:
        """Keep the field errors beside the message."""
        super().__init__(message, **params)
        self.errors = errors
