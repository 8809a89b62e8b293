"""How open a record or a text is, and who reads. Everybody reads as somebody, so that nothing is shown by default."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Access(StrEnum):
    """How open something is, the most open first: what is internal is seen by officers, what is restricted by few."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"


@dataclass(frozen=True)
class Reader:
    """Who reads: what is as open as `clearance` or more open is seen, everything else does not exist for them."""

    clearance: Access

    @property
    def sees(self) -> tuple[str, ...]:
        """Return the values of `Access` that this reader may see."""
        order = list(Access)
        return tuple(str(access) for access in order[: order.index(self.clearance) + 1])


#: Somebody of whom nothing is known.
ANYBODY = Reader(Access.PUBLIC)

#: Whoever works on the machine itself can read its database, so the command line sees everything.
OPERATOR = Reader(Access.RESTRICTED)


def stricter(first: str, second: str) -> str:
    """Return the less open of two: a text is never more open than its agreement."""
    order = [str(access) for access in Access]
    return max(first, second, key=order.index)
