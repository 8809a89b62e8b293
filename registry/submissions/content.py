"""The content of a submission: which step holds which field, the record it starts from, the record it proposes. Pure.

Content has the shape of `AgreementSchema`. That of an action holds only the new actions and their sources; that of a
document holds nothing, since its files say everything; that of a correction holds the whole record as it should be.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from registry.agreements.vocabulary import Nature
from registry.core.edtf import PartialDate
from registry.lifecycle.schemas import AgreementSchema
from registry.submissions.vocabulary import Kind, Step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: The fields of each step of the form. Every field of the schema stands here but the number, which the registry gives.
FIELDS: Mapping[Step, tuple[str, ...]] = {
    Step.WHAT: ("kind", "titles", "nature", "abstract", "access", "reference", "numbers", "article_count", "notes"),
    Step.WHO: ("sides", "signatures"),
    Step.DATES: ("signed_on", "signing_date_range", "signing", "signed_at", "final_clauses", "actions"),
    Step.RELATIONS: ("subjects", "relations", "competent_bodies"),
    Step.DOCUMENTS: ("languages", "languages_clause", "proof", "sources"),
}

STEP_OF: Mapping[str, Step] = {name: step for step, names in FIELDS.items() for name in names} | {
    "registry_number": Step.WHAT,
    "files": Step.DOCUMENTS,
}

_WHOLE = tuple(name for name in AgreementSchema().fields if name != "registry_number")

#: The fields that the content of each kind may have.
PARTS: Mapping[Kind, tuple[str, ...]] = {
    Kind.NEW_AGREEMENT: _WHOLE,
    Kind.CORRECTION: _WHOLE,
    Kind.ACTION: ("actions", "sources"),
    Kind.DOCUMENT: (),
}

_FACT = ("certainty", "source", "article", "note")

#: Lists in which others may add items meanwhile, or hold items that the author may not see: these stay.
_MERGED = ("relations", "actions")


def content_of(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of a snapshot in the shape of `AgreementSchema`, without its registry number.

    Loaded and registered again it gives the same record.
    """
    content: dict[str, Any] = {
        **_given(snapshot, "reference", "kind", "proof", "access"),
        "titles": [_given(item, "language", "text", "status") for item in snapshot["titles"]],
        "nature": _nature(snapshot),
        "sides": [
            {
                "level": side["level"],
                "members": [{**_who(item), **_given(item, "name")} for item in side["members"]],
                **_given(side, *_FACT),
            }
            for side in snapshot["sides"]
        ],
        "signed_on": snapshot["signed_on"],
        "signing_date_range": _range(snapshot),
        "signing": _given({name: snapshot[f"signing_{name}"] for name in _FACT}, *_FACT),
        "signed_at": snapshot["signed_at"],
        "signatures": [
            {
                "side": item["side"],
                **_who(item),
                "person": item["person"],
                **_given({**item, "position": item["position_held"]}, "position"),
                **_given(item, "office", "full_powers", "signed_on", "signed_at", *_FACT),
            }
            for item in snapshot["signatures"]
        ],
        "languages": [_given(item, "language", "authentic", "prevails") for item in snapshot["languages"]],
        "languages_clause": _given(
            {"source": snapshot["languages_source"], "article": snapshot["languages_article"]}, "source", "article"
        ),
        "article_count": snapshot["article_count"],
        "subjects": [item["code"] for item in snapshot["subjects"]],
        "abstract": snapshot["abstract"],
        "numbers": [_given(item, "scheme", "value", "source") for item in snapshot["numbers"]],
        "relations": [
            _given(item, "kind", "to", "provisions", "effective_on", *_FACT) for item in snapshot["relations"]
        ],
        "competent_bodies": [
            {
                **_given(item, "side", "name", "article", "source"),
                **({"body": item["body"]["key"]} if item["body"] else {}),
            }
            for item in snapshot["competent_bodies"]
        ],
        "sources": [
            {"id": item["key"], **_given(item, "kind", "locator", "title", "language", "quote", "note")}
            for item in snapshot["sources"]
        ],
        "notes": list(snapshot["notes"]),
        "actions": [
            _given(item, "kind", "on", "effective_on", "until", "side", "act", "by_agreement", *_FACT)
            for item in snapshot["actions"]
        ],
        "final_clauses": {
            item["kind"]: {**item["terms"], **_given(item, "text", *_FACT)} for item in snapshot["final_clauses"]
        },
    }
    return {name: deepcopy(value) for name, value in content.items() if value not in (None, [], {})}


def proposed_content(
    kind: str, content: Mapping[str, Any], current: Mapping[str, Any] | None, base: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the whole record that a submission proposes, from its content and the present record.

    A new agreement is its content. An action adds its acts and sources to the present record; a source whose id is
    taken gets another one. A correction changes only what its author changed: what others have changed since `base`,
    the record that the author saw, stays, unless both changed the same field. A document changes nothing of it.
    """
    if kind == Kind.NEW_AGREEMENT or current is None:
        return dict(content)
    if kind == Kind.ACTION:
        return _with_actions(current, content)
    if kind == Kind.CORRECTION:
        return _corrected(current, content, base or current)
    return dict(current)


def changed_fields(base: Mapping[str, Any], content: Mapping[str, Any]) -> list[str]:
    """Return the fields that are not as in `base`, in the order of the record."""
    return [name for name in dict.fromkeys((*base, *content)) if base.get(name) != content.get(name)]


def contested_fields(base: Mapping[str, Any], content: Mapping[str, Any], current: Mapping[str, Any]) -> list[str]:
    """Return the fields that both the author of a correction and somebody else have changed since `base`."""
    since = changed_fields(base, current)
    return [name for name in changed_fields(base, content) if name in since and content.get(name) != current.get(name)]


def with_step(content: Mapping[str, Any], step: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return content with the fields of one step put in the place of what it had; fields of other steps stay."""
    kept = {name: value for name, value in content.items() if STEP_OF.get(name) != step}
    return kept | {name: value for name, value in given.items() if STEP_OF.get(name, step) == step}


def _with_actions(current: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(current)
    actions, sources = content.get("actions", []), content.get("sources", [])
    if not isinstance(actions, list) or not isinstance(sources, list):
        # The schema says what is wrong with it.
        return merged | {"actions": actions, "sources": sources}
    renamed = _free_ids(current.get("sources", []), sources)
    merged["actions"] = [*current.get("actions", []), *(_renamed(item, "source", renamed) for item in actions)]
    merged["sources"] = [*current.get("sources", []), *(_renamed(item, "id", renamed) for item in sources)]
    return merged


def _free_ids(taken: Sequence[Mapping[str, Any]], sources: Sequence[Any]) -> dict[str, str]:
    """Return another id for each source whose id the record has already, such as `s3` for `s1`."""
    used = {str(item["id"]) for item in taken}
    own = {item["id"] for item in sources if isinstance(item, dict) and isinstance(item.get("id"), str)}
    renamed: dict[str, str] = {}
    for name in sorted(own & used):
        number = 1
        while f"s{number}" in used | own | set(renamed.values()):
            number += 1
        renamed[name] = f"s{number}"
    return renamed


def _renamed(item: Any, name: str, renamed: Mapping[str, str]) -> Any:
    if not isinstance(item, dict) or not isinstance(item.get(name), str):
        return item
    return {**item, name: renamed.get(item[name], item[name])}


def _corrected(current: Mapping[str, Any], content: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(current)
    for name in changed_fields(base, content):
        lists = [part.get(name, []) for part in (base, content, current)]
        if name in _MERGED and all(isinstance(part, list) for part in lists):
            merged[name] = _merged(*lists)
        elif name in content:
            merged[name] = content[name]
        else:
            merged.pop(name, None)
    return {name: value for name, value in merged.items() if value != []}


def _merged(base: list[Any], content: list[Any], current: list[Any]) -> list[Any]:
    """Return the items of `content`, those that nobody touched as they are now, and those that `base` did not have."""
    now = {_known_by(item): item for item in current}
    before = [_known_by(item) for item in base]
    items = []
    for item in content:
        key = _known_by(item)
        if key not in before:
            items.append(item)
        elif key in now:
            items.append(now[key])
    return items + [item for key, item in now.items() if key not in before and item not in items]


def _known_by(item: Any) -> str:
    """Return by what an item is known again. An instrument that the author may not see is no part of it."""
    if isinstance(item, dict):
        return repr(sorted((name, repr(value)) for name, value in item.items() if name != "by_agreement"))
    return repr(item)


def _given(item: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: item[name] for name in names if item.get(name) is not None}


def _who(item: Mapping[str, Any]) -> dict[str, Any]:
    body = item["body"]
    return {"party": item["party"]["code"], **({"body": body["key"]} if body else {})}


def _nature(snapshot: Mapping[str, Any]) -> dict[str, Any] | None:
    if snapshot["nature"] == Nature.UNDETERMINED and not snapshot["nature_judged_by"]:
        return None
    return {
        "value": snapshot["nature"],
        "judged_by": snapshot["nature_judged_by"],
        "reason": snapshot["nature_reason"],
    }


def _range(snapshot: Mapping[str, Any]) -> list[str] | None:
    """Return the bounds of the day of signature where they say more than the date itself."""
    bounds = [snapshot["signed_earliest"], snapshot["signed_latest"]]
    if snapshot["signed_on"] is not None:
        signed = PartialDate.parse(snapshot["signed_on"])
        if bounds == [signed.earliest.isoformat(), signed.latest.isoformat()]:
            return None
    return None if None in bounds else bounds
