"""Findings about the quality of a record: they are shown and listed, and never stop a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How grave a finding is: a contradiction, a doubt, or something that is not known yet."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: a stable code, what fills its message, and the actions that it concerns."""

    code: str
    severity: Severity
    params: dict[str, str] = field(default_factory=dict)
    action_keys: tuple[str, ...] = ()
