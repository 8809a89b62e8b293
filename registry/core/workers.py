"""Threads of a server that work off a queue beside the requests."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

#: How often a server looks for work that another process has added.
_LOOKS_EVERY = 2.0


class Worker(threading.Thread):
    """Does one piece of work after another until it is stopped, and looks for more now and then."""

    def __init__(self, name: str, work: Callable[[], bool]) -> None:
        """Prepare; `start` begins. `work` does one piece and returns whether there was one."""
        super().__init__(name=name, daemon=True)
        self._work = work
        self._stopped = threading.Event()

    def run(self) -> None:
        """Do what waits, then look for more now and then."""
        while not self._stopped.is_set():
            try:
                if self._work():
                    continue
            except OperationalError as error:
                # Somebody else holds the only place of a writer in SQLite, or the database is away for a moment.
                log.warning("the %s cannot reach its queue: %s", self.name, error.orig)
            self._stopped.wait(_LOOKS_EVERY)

    def stop(self) -> None:
        """Begin no further piece of work; one that is being done is left to the next process."""
        self._stopped.set()
