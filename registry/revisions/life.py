"""The life cycle of a recorded state, in the form in which the rules compute with it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from registry.core.edtf import PartialDate
from registry.lifecycle.life import Action, LifeCycle
from registry.lifecycle.queries import assembled
from registry.lifecycle.vocabulary import ActionKind, Certainty

if TYPE_CHECKING:
    from collections.abc import Mapping


def life_of_record(record: Mapping[str, Any]) -> LifeCycle:
    """Return what the rules need to know of a record as its snapshot holds it; actions have their place for a key."""
    return assembled(
        _date(record["signed_on"]),
        record["proof"],
        tuple(
            Action(
                kind=ActionKind(item["kind"]),
                on=_date(item["on"]),
                effective_on=_date(item["effective_on"]),
                until=_date(item["until"]),
                side=item["side"],
                certainty=Certainty(item["certainty"]),
                by_agreement=item["by_agreement"],
                key=str(place),
            )
            for place, item in enumerate(record["actions"], start=1)
        ),
        {item["kind"]: item["terms"] for item in record["final_clauses"]},
    )


def _date(text: str | None) -> PartialDate | None:
    return _parsed(text) if text else None


#: The same days stand in many records of a long list.
_parsed = lru_cache(maxsize=4096)(PartialDate.parse)
