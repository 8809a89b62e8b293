"""What is wrong with a query."""

from __future__ import annotations

from registry.core.errors import RegistryError


class QuerySyntaxError(RegistryError):
    """A query that cannot be read: what is wrong, and where (`position` counts characters from 0)."""

    def __init__(self, message: str, position: int, length: int = 1, **params: object) -> None:
        """Keep the place beside the message."""
        super().__init__(message, **params)
        self.position = position
        self.length = length
