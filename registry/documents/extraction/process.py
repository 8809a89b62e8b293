"""Reads a file in a process of its own, and gets away whatever the file does to that process."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import registry
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.documents.extraction.results import Extracted, MediaType, Method, UnreadableDocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from registry.documents.extraction.results import Limits

_log = logging.getLogger(__name__)

_MB = 1024 * 1024
_CHUNK = 65_536
#: JSON writes one character with at most twelve bytes; the rest is for notes and progress.
_BYTES_PER_CHARACTER = 12
_ROOM = 16 * _MB
_STDERR_KEPT = 2000
#: What the process may know of our environment: where programs and OCR data are, not the settings nor any secret.
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TESSDATA_PREFIX")


def extract(
    path: Path,
    *,
    file_name: str,
    languages: Sequence[str],
    limits: Limits,
    progress: Callable[[int, int], None] | None = None,
) -> Extracted:
    """Read the text of the file at `path`.

    `file_name` is the name under which it was sent (only its ending is compared with the content), `languages` are the
    codes of the registry («ru», «kk») that OCR is to expect, the likeliest first. `progress` is called with pages done
    and pages in all; what it raises ends the reading and is passed on. Raises `UnreadableDocumentError` with a message
    for the user when the file cannot be read within `limits`. Another thread or process may read at the same time.
    """
    job = {
        "path": str(path.resolve()),
        "file_name": file_name,
        "languages": list(languages),
        "limits": asdict(limits),
    }
    with tempfile.TemporaryDirectory(prefix="registry-extraction-") as folder, _started(Path(folder)) as process:
        deadline = time.monotonic() + limits.seconds
        _give(process, job)
        for line in _lines(process, deadline, limits):
            answer: dict[str, Any] = json.loads(line)
            if "result" in answer:
                return _extracted(answer["result"])
            if "error" in answer:
                raise UnreadableDocumentError(answer["error"]["template"], **answer["error"]["params"])
            if progress:
                progress(*answer["progress"])
        _explain(_end_of(process), Path(folder), limits)
    return None


@contextlib.contextmanager
def _started(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start the process with `folder` to write to; end it and all that it started, whatever happens."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {
        "PYTHONPATH": str(Path(registry.__file__).parents[1]),
        "PYTHONIOENCODING": "utf-8",
        "LC_ALL": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        # One reading takes one core: Tesseract would take all, and be slower for it on small machines.
        "OMP_THREAD_LIMIT": "1",
    }
    with (folder / "stderr").open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "registry.documents.extraction.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        # The process leads a group of its own, so that its children (Tesseract) end with it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _end_of(process: subprocess.Popen[bytes]) -> int:
    """Wait for the end of a process and return its code, below zero for a signal.

    The process stays in the table of processes, so that its number is not given to another one before its group is
    ended.
    """
    ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    if ended is None:
        raise RuntimeError("There is no such process.")
    return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status


def _give(process: subprocess.Popen[bytes], job: dict[str, Any]) -> None:
    """Hand the job over. A process that ended before it read its job is explained by how it ended."""
    if process.stdin is None:
        raise RuntimeError("The process has no input.")
    with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
        pipe.write(json.dumps(job).encode() + b"\n")


def _lines(process: subprocess.Popen[bytes], deadline: float, limits: Limits) -> Iterator[bytes]:
    """Yield the lines that the process writes, until it ends. Raises `UnreadableDocumentError` when time is up."""
    if process.stdout is None:
        raise RuntimeError("The process has no output.")
    pipe = process.stdout.fileno()
    pending, allowed = bytearray(), limits.characters * _BYTES_PER_CHARACTER + _ROOM
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            if not selector.select(max(deadline - time.monotonic(), 0)):
                _out_of_time(limits)
            chunk = os.read(pipe, _CHUNK)
            if not chunk:
                return
            allowed -= len(chunk)
            if allowed < 0:
                raise UnreadableDocumentError(N_("The text has more than %(most)s characters."), most=limits.characters)
            # Only the new bytes are searched for the end of a line: a long text comes as one line in many pieces.
            *whole, rest = chunk.split(b"\n")
            for line in whole:
                pending += line
                yield bytes(pending)
                pending.clear()
            pending += rest


def _extracted(given: dict[str, Any]) -> Extracted:
    return Extracted(
        media_type=MediaType(given["media_type"]),
        text=given["text"],
        page_starts=tuple(given["page_starts"]),
        method=Method(given["method"]),
        confidence=given["confidence"],
        notes=tuple(Message(note["template"], **note["params"]) for note in given["notes"]),
    )


def _out_of_time(limits: Limits) -> NoReturn:
    raise UnreadableDocumentError(
        N_("Reading this file takes more than %(most)s seconds; it was given up."), most=round(limits.seconds)
    )


def _explain(ended: int, folder: Path, limits: Limits) -> NoReturn:
    """Say why a process ended without an answer: by its limits, or because a reader failed on the file."""
    if -ended in (signal.SIGXCPU, signal.SIGKILL, signal.SIGALRM):
        _out_of_time(limits)
    told = (folder / "stderr").read_bytes()[-_STDERR_KEPT:].decode(errors="replace")
    _log.warning("The reading of a file ended with %s: %s", ended, told)
    if told.rstrip().endswith("MemoryError"):
        raise UnreadableDocumentError(
            N_("Reading this file takes more than %(most)s MB of memory."), most=limits.memory // _MB
        )
    raise UnreadableDocumentError(
        N_("This file cannot be read: its content makes the reading program fail. It may be damaged; save it anew.")
    )
