"""What commands with filters read in one way, and how they say that something in it is wrong."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from registry.core.errors import InvalidInputError
from registry.core.messages import flatten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def pairs_of(filters: Sequence[str]) -> list[tuple[str, str]]:
    """Return (name, value) of each filter that was written as NAME=VALUE. Raises `click.BadParameter` for another."""
    pairs = []
    for text in filters:
        name, sign, value = text.partition("=")
        if not sign:
            raise click.BadParameter(f"write NAME=VALUE, not {text!r}", param_hint="--filter")
        pairs.append((name, value))
    return pairs


@contextmanager
def as_usage_error() -> Iterator[None]:
    """Say what is wrong with the arguments as click says it."""
    try:
        yield
    except InvalidInputError as error:
        lines = "\n".join(f"  {path}: {message}" for path, message in flatten(error.errors, str))
        raise click.UsageError(f"{error}\n{lines}") from error
