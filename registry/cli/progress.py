"""Progress of long work, on a terminal only: a log or a pipe gets no bars."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress_bar(text: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function (done, total) that draws a bar on the error stream."""
    stream: TextIO = sys.stderr
    drawn: list[int] = []

    def report(done: int, total: int) -> None:
        if not stream.isatty():
            return
        filled = 30 * done // max(total, 1)
        click.echo(f"\r{text}  [{'#' * filled}{'-' * (30 - filled)}]  {done}/{total}", file=stream, nl=False)
        drawn.append(done)

    try:
        yield report
    finally:
        if drawn:
            click.echo(file=stream)
