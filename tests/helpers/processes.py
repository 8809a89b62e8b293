"""Processes of the registry, forked from one that has read its code already: real ones, without seconds of reading.

Each has a memory, an environment and an end of its own, as if the system had started it; that the system can start it
is told by the tests that run `python -m registry.cli`.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from registry.cli import _COMMANDS

ROOT = Path(__file__).parents[2]
_LONGEST = 120

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["registry.app", *sorted({place.split(":")[0] for place in _COMMANDS.values()})])


class Forked:
    """A process that runs a command of the registry or code, asked and ended as those of `subprocess` are."""

    def __init__(self, environ, *, arguments=None, code=None, out=os.devnull, errors=os.devnull):
        """Start `registry` with these arguments, or run the code; both streams are added to files."""
        self._process = _forks.Process(target=_run, args=(environ, arguments, code, str(out), str(errors)))
        self._process.start()
        self.pid = self._process.pid

    def poll(self):
        """Return the code of its end, below zero for a signal, or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout=None):
        """Wait for its end, and return the code."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("registry", timeout)
        return self._process.exitcode

    def kill(self):
        """End it at once."""
        self._process.kill()


def finished(environ, *, arguments=None, code=None):
    """Run a command or code to its end; return what `subprocess.run` does."""
    with tempfile.TemporaryDirectory() as folder:
        out, errors = Path(folder, "out"), Path(folder, "errors")
        process = Forked(environ, arguments=arguments, code=code, out=out, errors=errors)
        try:
            ended = process.wait(_LONGEST)
        finally:
            process.kill()
        return subprocess.CompletedProcess(arguments or [code], ended, out.read_bytes(), errors.read_bytes())


def _run(environ, arguments, code, out, errors):
    """Become the process that was asked for."""
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(ROOT)
    for stream, path in ((sys.stdout, out), (sys.stderr, errors)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, stream.fileno())
        os.close(file)
    sys.argv = ["registry", *map(str, arguments or ())]
    if code is None:
        from registry.cli import main

        main()
    else:
        exec(code, {"__name__": "__main__"})  # noqa: S102  The code is that of a test.
