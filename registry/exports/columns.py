"""The columns of an export. Each is a pure function of one recorded state of an agreement and of a legal day.

Their names are those of the import, so that a list can be read back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from registry.core.i18n import N_, translation
from registry.core.schemas import LANGUAGES
from registry.lifecycle.labels import label_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry.exports.rows import Row

    Value = Callable[[Row], Any]


@dataclass(frozen=True)
class Column:
    """A column: how its value is read from a row, its heading, what kind of value it has, and its width in letters.

    `kind` is `text`, `date` (a text that is a date where it is exact) or `number`.
    """

    value: Value
    heading: str
    kind: str = "text"
    width: int = 16


def _field(name: str) -> Value:
    return lambda row: row.record.get(name)


def _title(language: str) -> Value:
    def value(row: Row) -> str | None:
        for item in row.record["titles"]:
            if item["language"] == language:
                return str(item["text"])
        return None

    return value


def _best_title(row: Row) -> str:
    return pick({item["language"]: item["text"] for item in reversed(row.record["titles"])}, row.language)


def _label(vocabulary: str) -> Value:
    def value(row: Row) -> str | None:
        words = {"status": row.status, "reason": row.status_reason} if vocabulary in _COMPUTED else row.record
        token = words[vocabulary]
        return translation(row.language)(label_of(vocabulary, token)) if token else None

    return value


_COMPUTED = ("status", "reason")


def _place(language: str) -> Value:
    def value(row: Row) -> str | None:
        place = row.record["signed_at"]
        return place.get(language) if place else None

    return value


def _side(position: int, name: str) -> Value:
    def value(row: Row) -> str | None:
        for side in row.record["sides"]:
            if side["position"] != position:
                continue
            if name == "level":
                return str(side["level"])
            members = side["members"]
            if name == "party":
                return "; ".join([member["party"]["code"] for member in members])
            if name == "body":
                return next((member["body"]["key"] for member in members if member["body"]), None)
            return "; ".join([member["name"] for member in members if member["name"]]) or None
        return None

    return value


def _joined(items: list[str], between: str = "; ") -> str | None:
    return between.join(items) or None


def _signatories(row: Row) -> str | None:
    return _joined(
        [f"{next(iter(item['person'].values()))} ({item['party']['code']})" for item in row.record["signatures"]]
    )


def _ministries(row: Row) -> str | None:
    names = [pick(body["names"], row.language) for body in row.ministries]
    return _joined(names)


def _concluded_by(row: Row) -> str | None:
    """Name who concluded the agreement: of each member its ministry or other body, or else the party itself."""
    named = [member["body"] or member["party"] for side in row.record["sides"] for member in side["members"]]
    return _joined([pick(one["names"], row.language) for one in named])


def _sources(row: Row) -> str | None:
    return _joined([item["locator"] for item in row.record["sources"]], " | ")


def _first_source(name: str) -> Value:
    return lambda row: row.record["sources"][0][name] if row.record["sources"] else None


def _notes(row: Row) -> str | None:
    return _joined([pick(note, "en") for note in row.record["notes"]], " | ")


def pick(texts: dict[str, str], language: str) -> str:
    """Return a text in a language, or else in the first of Russian, English, Kazakh and Belarusian that it has."""
    for code in (language, "ru", "en", "kk", "be"):
        if code in texts:
            return texts[code]
    return next(iter(texts.values()), "")


_TITLES = {
    "en": N_("Title in English"),
    "ru": N_("Title in Russian"),
    "kk": N_("Title in Kazakh"),
    "be": N_("Title in Belarusian"),
}
_SIDES = {
    "party": (N_("First side: party"), N_("Second side: party")),
    "level": (N_("First side: level"), N_("Second side: level")),
    "body": (N_("First side: body"), N_("Second side: body")),
    "name": (N_("First side: named as"), N_("Second side: named as")),
}

COLUMNS: dict[str, Column] = {
    "registry_number": Column(_field("registry_number"), N_("Registry number")),
    "reference": Column(_field("reference"), N_("Reference"), width=20),
    "kind": Column(_field("kind"), N_("Kind")),
    "level": Column(_field("level"), N_("Level")),
    "proof": Column(_field("proof"), N_("Proof")),
    **{f"title_{code}": Column(_title(code), _TITLES[code], width=60) for code in LANGUAGES},
    "signed_on": Column(_field("signed_on"), N_("Signed on"), "date", 12),
    "signed_at_en": Column(_place("en"), N_("Signed at, in English")),
    "signed_at_ru": Column(_place("ru"), N_("Signed at, in Russian")),
    **{
        f"side{side}_{name}": Column(_side(side, name), headings[side - 1], width=24 if name == "name" else 16)
        for side in (1, 2)
        for name, headings in _SIDES.items()
    },
    "kind_label": Column(_label("kind"), N_("Kind, in words"), width=20),
    "level_label": Column(_label("level"), N_("Level, in words"), width=20),
    "status_label": Column(_label("status"), N_("Status, in words"), width=20),
    "reason_label": Column(_label("reason"), N_("Reason of the status, in words"), width=24),
    "title": Column(_best_title, N_("Title"), width=60),
    "concluded_by": Column(_concluded_by, N_("Parties, ministries and agencies"), width=40),
    "ministries": Column(_ministries, N_("Ministries and agencies"), width=40),
    "signatories": Column(_signatories, N_("Signatories"), width=40),
    "entered_into_force_on": Column(lambda row: row.entered_into_force_on, N_("In force since"), "date", 12),
    "status_on": Column(lambda row: row.on, N_("Status judged on"), "date", 12),
    "status": Column(lambda row: row.status, N_("Status")),
    "status_reason": Column(lambda row: row.status_reason, N_("Reason of the status")),
    "subjects": Column(
        lambda row: _joined([item["code"] for item in row.record["subjects"]]), N_("Subjects"), width=24
    ),
    "languages": Column(
        lambda row: _joined([item["language"] for item in row.record["languages"]]), N_("Languages"), width=12
    ),
    "relations": Column(
        lambda row: _joined([f"{item['kind']} {item['to']}" for item in row.record["relations"]]),
        N_("Relations"),
        width=24,
    ),
    "source": Column(_first_source("locator"), N_("First source"), width=40),
    "sources": Column(_sources, N_("Sources"), width=40),
    "source_quote": Column(_first_source("quote"), N_("Words of the first source"), width=40),
    "notes": Column(_notes, N_("Notes"), width=40),
    "revision": Column(lambda row: row.revision, N_("Revision"), "number", 8),
}

#: Columns in words, and what they stand for in tokens; a form shows the words first.
IN_WORDS = ("title", "kind_label", "level_label", "status_label", "reason_label", "concluded_by", "ministries")

#: What is exported when nobody chooses and headings are those of the import: all that the import reads.
IMPORTED_COLUMNS = tuple(name for name in COLUMNS if name not in IN_WORDS)

#: What is exported when nobody chooses and headings are in words: the values are in words too.
WORDED_COLUMNS = (
    "registry_number",
    "reference",
    "title",
    "kind_label",
    "level_label",
    "concluded_by",
    "signatories",
    "signed_on",
    "signed_at_en",
    "signed_at_ru",
    "entered_into_force_on",
    "status_on",
    "status_label",
    "reason_label",
    "languages",
    "sources",
    "notes",
    "revision",
)

#: What a sheet of paper has room for, so that it can be read.
SHORT_COLUMNS = (
    "registry_number",
    "title",
    "signed_on",
    "level_label",
    "concluded_by",
    "entered_into_force_on",
    "status_label",
)


def default_columns(format_: str, headings: str) -> tuple[str, ...]:
    """Return the columns of an export for which nobody has chosen any.

    JSON has the names of the columns whatever the headings are, and so the values of the record.
    """
    if format_ == "pdf":
        return SHORT_COLUMNS
    return WORDED_COLUMNS if headings == "labels" and not format_.startswith("json") else IMPORTED_COLUMNS
