"""What one state of a record says, as far as its gaps depend on it: small, and the same for today and for the past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from registry.agreements.rules import level_findings, signature_findings
from registry.agreements.vocabulary import Nature, Office, Proof
from registry.core.edtf import PartialDate
from registry.core.facts import Certainty
from registry.core.findings import Finding, Severity
from registry.documents.vocabulary import Role
from registry.lifecycle.entry import entry_into_force
from registry.lifecycle.findings import findings
from registry.lifecycle.rules import status_periods
from registry.revisions.life import life_of_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

#: Documents that somebody vouches for: the authentic text, and the copy that reproduces it (Art. 77(1)(b)).
VOUCHED = frozenset({Role.AUTHENTIC_TEXT, Role.CERTIFIED_COPY})


@dataclass(frozen=True, slots=True)
class Text:
    """A document of the record: its language, whether somebody vouches for it, and who may see it."""

    language: str
    is_vouched: bool
    access: str


@dataclass(frozen=True, slots=True)
class Link:
    """What the agreement does to another one; `is_partial` when that concerns some provisions only."""

    kind: str
    to: str
    is_partial: bool = False
    effective_on: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """One state of a record.

    `signed_by` is the last day on which it can have been signed, `periods` are first day, last day and status, `own`
    the findings that follow from the record alone, `acts_by` the agreements by which acts are said to be done.
    """

    number: str
    levels: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    signed_by: date = date.max
    is_announced: bool = False
    is_binding: bool = True
    has_entry: bool = True
    own: tuple[Finding, ...] = ()
    authentic_in: tuple[str, ...] = ()
    texts: tuple[Text, ...] = ()
    links: tuple[Link, ...] = ()
    acts_by: tuple[str, ...] = ()
    periods: tuple[tuple[date, date, str], ...] = ()

    def status_on(self, day: date) -> str:
        """Return the status on a day."""
        return next((status for first, last, status in self.periods if first <= day <= last), "unknown")


def stated_in(record: Mapping[str, Any], once: Callable[[Any, Any], Any] = lambda key, value: value) -> Stated:  # noqa: ARG005  The names are those of a protocol.
    """Return what a snapshot says. `once` may return a value that is kept for the same key, since records are alike."""

    def same(values: Iterable[Any]) -> Any:
        found = tuple(values)
        return once(found, found)

    life = life_of_record(record)
    sides = record["sides"]
    levels = [side["level"] for side in sides]
    is_announced = record["proof"] == Proof.ANNOUNCED_ONLY
    own = [
        *level_findings(
            [title["text"] for title in record["titles"]],
            levels,
            [[member["body"]["kind"] for member in side["members"] if member["body"]] for side in sides],
        ),
        *findings(life),
    ]
    if not is_announced:
        own += _signing(record)
    own += _sources(record)
    return Stated(
        number=record["registry_number"],
        levels=same(sorted(set(levels))),
        bodies=same(sorted({member["body"]["key"] for side in sides for member in side["members"] if member["body"]})),
        signed_by=_signed_by(record),
        is_announced=is_announced,
        is_binding=record["nature"] != Nature.NON_BINDING,
        has_entry=entry_into_force(life) is not None,
        own=once(tuple((item.code, *item.params.items(), item.action_keys) for item in own), tuple(own)),
        authentic_in=same(item["language"] for item in record["languages"] if item["authentic"]),
        texts=same(Text(item["language"], item["role"] in VOUCHED, item["access"]) for item in record["documents"]),
        links=tuple(_link(item) for item in record["relations"]),
        acts_by=tuple(sorted({item["by_agreement"] for item in record["actions"] if item["by_agreement"]})),
        periods=same((item.from_on, item.to_on, str(item.status)) for item in status_periods(life)),
    )


def _signed_by(record: Mapping[str, Any]) -> date:
    """Return the last day on which it can have been signed: nothing is registered before it is signed."""
    if record["signed_latest"] is not None:
        return date.fromisoformat(record["signed_latest"])
    return datetime.fromisoformat(record["registered_at"]).date()


def _signing(record: Mapping[str, Any]) -> list[Finding]:
    """Return what is not known of the signing (Vienna Convention, Art. 7, 12)."""
    found = []
    signed = PartialDate.parse(record["signed_on"]) if record["signed_on"] else None
    if signed is not None and not signed.is_exact:
        found.append(Finding("signature_day_missing", Severity.NOTE, {"date": str(signed)}))
    if not record["signed_at"]:
        found.append(Finding("signature_place_missing", Severity.NOTE))
    signatures = record["signatures"]
    found += signature_findings(
        [(item["side"], item["office"], _person(item), item["full_powers"] is not None) for item in signatures]
    )
    found += [
        Finding("office_missing", Severity.NOTE, {"person": _person(item)})
        for item in signatures
        if item["office"] == Office.UNKNOWN
    ]
    return found


def _person(signature: Mapping[str, Any]) -> str:
    return str(next(iter(signature["person"].values())))


def _sources(record: Mapping[str, Any]) -> list[Finding]:
    """Return what nobody can verify: the conclusion itself, sources without words, facts without a source."""
    found = []
    proof = record["proof"]
    if proof == Proof.ANNOUNCED_ONLY:
        found.append(Finding("only_announced", Severity.WARNING))
    elif proof in (Proof.PRESS, Proof.DATA_SET):
        found.append(Finding("proof_weak", Severity.WARNING, {"proof": proof}))
    wordless = [item["key"] for item in record["sources"] if not item["quote"]]
    if wordless:
        found.append(Finding("source_without_words", Severity.NOTE, {"keys": ", ".join(wordless)}))
    keys = {item["key"] for item in record["sources"]}
    facts = [(item["kind"], item["source"], item["certainty"]) for item in record["actions"] if _dated(item)]
    if record["signed_on"]:
        facts.insert(0, ("signature", record["signing_source"], record["signing_certainty"]))
    loose = [kind for kind, source, _ in facts if source not in keys]
    if loose:
        found.append(Finding("fact_without_source", Severity.WARNING, {"acts": _each_once(loose)}))
    inferred = [kind for kind, _, certainty in facts if certainty != Certainty.DOCUMENTED]
    if inferred:
        found.append(Finding("fact_not_documented", Severity.NOTE, {"acts": _each_once(inferred)}))
    return found


def _dated(action: Mapping[str, Any]) -> bool:
    return bool(action["on"] or action["effective_on"])


def _each_once(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _link(relation: Mapping[str, Any]) -> Link:
    dated = relation["effective_on"]
    return Link(
        relation["kind"],
        relation["to"],
        bool(relation["provisions"]),
        PartialDate.parse(dated) if dated else None,
    )
