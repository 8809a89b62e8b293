"""What a process gives up before it reads a file from a stranger. Called first of all in that process."""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.documents.extraction.results import Limits

_OPEN_FILES = 64
#: The largest file that is written is the image of a page for OCR.
_WRITTEN = 512 * 1024 * 1024
#: The parent ends us in time; this is for the case that the parent itself was killed.
_GRACE = 5

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000


def give_up_rights(limits: Limits) -> None:
    """Bound memory, time, open and written files of this process and its children, and cut it from the network."""
    _leave_network()
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _bound(resource.RLIMIT_FSIZE, _WRITTEN)
    _bound(resource.RLIMIT_CPU, limits.cpu_seconds)
    _bound(resource.RLIMIT_AS, limits.memory)
    signal.alarm(math.ceil(limits.seconds) + _GRACE)


def _bound(what: int, most: int) -> None:
    """Set a limit for good, unless a lower one is in force already."""
    _, hard = resource.getrlimit(what)
    value = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (value, value))


def _leave_network() -> bool:
    """Move into a network namespace that has nothing in it; False where the system does not allow that.

    No reader of ours uses the network (entities and images are never fetched), so this is a second wall. Unless we are
    root it needs a user namespace; there our user keeps its number, or nothing could be written.
    """
    unshare = getattr(ctypes.CDLL(None, use_errno=True), "unshare", None)
    if unshare is None:
        return False
    if unshare(_CLONE_NEWNET) == 0:
        return True
    user, group = os.getuid(), os.getgid()
    if unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True
