"""What the form of a submission offers and fills in: steps, choices, presets, and names that people type for keys."""

from __future__ import annotations

import unicodedata
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from registry.agreements.models import Subject
from registry.agreements.queries import agreement_by_number, agreements_by_ids
from registry.agreements.vocabulary import Level, Office, Proof, RelationKind, SourceKind
from registry.core.access import Access
from registry.core.edtf import PartialDate
from registry.core.schemas import LANGUAGES
from registry.documents.schemas import TEXT_LANGUAGES
from registry.documents.vocabulary import Role
from registry.http.context import current_registry, reading
from registry.http.writing import LABELS, label, pick, write
from registry.lifecycle.vocabulary import ActionKind, DurationForm, EntryRule
from registry.parties.models import Body, Party
from registry.search.query_language.errors import QuerySyntaxError
from registry.search.schemas import ListRequest
from registry.search.services import find
from registry.submissions.content import FIELDS
from registry.submissions.vocabulary import Kind, Step
from registry.web.helpers import title_of
from registry.web.submission_words import COUNTS_FROM, NOTICE_COUNTS, say_path, terms_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flask import Flask
    from sqlalchemy.orm import Session

    from registry.accounts.queries import SignedIn
    from registry.core.access import Reader
    from registry.submissions.models import Submission
    from registry.submissions.schemas import Duplicate, Pending

_STEPS: Mapping[Kind, tuple[Step, ...]] = {
    Kind.NEW_AGREEMENT: tuple(Step),
    Kind.CORRECTION: tuple(Step),
    Kind.ACTION: (Step.DATES, Step.DOCUMENTS),
    Kind.DOCUMENT: (Step.DOCUMENTS,),
}

#: Parts of a record that the form has no fields for: what a form sends of them was made by hand, and is not taken.
_NOT_ASKED = frozenset(name for names in FIELDS.values() for name in names) - {
    *("kind", "titles", "nature", "abstract", "access"),
    *("sides", "signatures"),
    *("signed_on", "signed_at", "final_clauses", "actions"),
    *("relations", "subjects"),
    *("proof", "languages", "sources"),
}

#: Before the name of a group of fields: which of the candidates that the form offered was chosen.
_CHOOSE = "choose:"
_AS_WRITTEN = "-"
_CANDIDATES = 6

#: Longer names of submissions are cut.
_NAME = 120


def steps_of(kind: str) -> list[str]:
    """Return the steps of the form of a kind of submission, in their order."""
    return [str(step) for step in _STEPS[Kind(kind)]]


def say_similar(item: Duplicate) -> str:
    """Return an agreement that may be the same one, with why, as one line."""
    when = write(PartialDate.parse(item.signed_on)) if item.signed_on else ""
    reasons = ", ".join(label("likeness", reason) for reason in item.reasons)
    return ", ".join(part for part in (f"{item.registry_number} · {pick(item.titles)}", when) if part) + f" ({reasons})"


def say_pending(item: Pending) -> str:
    """Return an open submission that may be of the same agreement, with why, as one line."""
    reasons = ", ".join(label("likeness", reason) for reason in item.reasons)
    name = pick(item.titles) or label("submission_kind", Kind.NEW_AGREEMENT)
    return f"{' · '.join(part for part in (item.intake_number, name[:_NAME]) if part)} ({reasons})"


def options_of(session: Session) -> dict[str, list[tuple[str, str]]]:
    """Return the choices of all fields as (value, label)."""

    def of(vocabulary: str, values: Iterable[str] | None = None) -> list[tuple[str, str]]:
        return [(str(value), label(vocabulary, str(value))) for value in values or LABELS[vocabulary]]

    subjects = [(code, pick(labels)) for code, labels in session.execute(select(Subject.code, Subject.labels))]
    parties = [(code, pick(names)) for code, names in session.execute(select(Party.code, Party.names))]
    return {
        "kind": of("kind"),
        "access": of("access", Access),
        "language": of("language", LANGUAGES),
        "title_status": of("title_status"),
        "nature": of("nature"),
        "level": of("level", Level),
        "office": of("office", Office),
        "party": sorted(parties, key=lambda pair: pair[1]),
        "entry_rule": of("term", EntryRule),
        "duration_form": of("term", DurationForm),
        "counts_from": [(value, gettext(text)) for value, text in COUNTS_FROM.items()],
        "notice_count": [(value, gettext(text)) for value, text in NOTICE_COUNTS.items()],
        "action": of("action", [kind for kind in ActionKind if kind != ActionKind.SIGNATURE]),
        "relation": of("relation", RelationKind),
        "subject": sorted(subjects, key=lambda pair: pair[1]),
        "proof": of("proof", Proof),
        "source": of("source", SourceKind),
        "text_language": of("language", TEXT_LANGUAGES),
        "text_role": of("text_role", Role),
    }


@dataclass(frozen=True)
class Presets:
    """What stands in fields before anybody has typed: what is most often right for this user."""

    level: str = ""
    party: str = ""
    body: str = ""
    proof: str = ""
    locator: str = ""


def presets_of(user: SignedIn, submission: Submission) -> Presets:
    """Return the presets of a new agreement; whatever else is submitted begins with what the registry knows."""
    if submission.kind != Kind.NEW_AGREEMENT:
        return Presets()
    home = current_registry().settings.home_party
    if user.body is None:
        return Presets(party=home, proof=str(Proof.OFFICIAL_TEXT))
    locator = gettext("Signed original, kept by: %(body)s", body=pick(user.body.names))
    return Presets(str(Level.MINISTRIES), home, user.body.key, str(Proof.OFFICIAL_TEXT), locator)


def with_reported_act(submission: Submission, asked: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the content of an empty draft with the act that somebody came to report (`act`, `side`), else as it is."""
    act, side = asked.get("act", ""), asked.get("side", "")
    if submission.kind != Kind.ACTION or submission.content.get("actions") or act not in list(ActionKind):
        return submission.content
    return {**submission.content, "actions": [{"kind": act, **({"side": side} if side in ("1", "2") else {})}]}


@dataclass(frozen=True)
class Lookups:
    """Finds what people name: bodies by any of their names, agreements by number or words, as far as they may see."""

    session: Session
    reader: Reader

    def bodies(self) -> Sequence[Body]:
        """Return all bodies, with their parties."""
        return self.session.scalars(select(Body).order_by(Body.key).options(joinedload(Body.party))).all()

    def body_name(self, typed: str) -> str:
        """Return the name of a body by its key; what is no key stays as it was typed."""
        return next((pick(body.names) for body in self.bodies() if body.key == typed), typed)

    def is_body(self, typed: str) -> bool:
        """Return whether this is the key of a body."""
        return any(body.key == typed for body in self.bodies())

    def body_key(self, typed: str, party: str = "") -> str:
        """Return the key of the one body that has this name, first among those of `party`; else what was typed.

        The body of another party is returned too: that it cannot act for this one is said at its field.
        """
        wanted = _folded(typed)
        found = [body for body in self.bodies() if wanted in {body.key, *map(_folded, _names(body))}]
        own = [body for body in found if body.party.code == party] or found
        return own[0].key if len(own) == 1 else typed

    def bodies_like(self, typed: str, party: str = "", most: int = _CANDIDATES) -> list[Body]:
        """Return the bodies whose names have the most of the words that were typed, of `party` only if one is given."""
        words = _folded(typed).split()
        scored = []
        for body in self.bodies():
            if party and body.party.code != party:
                continue
            text = " ".join(map(_folded, _names(body)))
            score = sum(word[: max(4, len(word) - 3)] in text for word in words)
            if score:
                scored.append((-score, len(text), body))
        best = min((score for score, _, _ in scored), default=0)
        close = [entry for entry in scored if entry[0] == best] if -best == len(words) else scored
        return [body for _, _, body in sorted(close, key=lambda entry: entry[:2])[:most]]

    def agreement_title(self, number: str) -> str:
        """Return the title of the agreement with this number, or nothing when the reader may see none."""
        with reading(self.reader) as session:
            agreement = agreement_by_number(session, number)
            return title_of(agreement).text if agreement else ""

    def agreements_like(self, typed: str, most: int = _CANDIDATES) -> list[tuple[str, str]]:
        """Return (number, title) of agreements in which these words stand, the best first."""
        registry = current_registry()
        with reading(self.reader) as session:
            try:
                asked = ListRequest(q=typed[:200], per_page=most)
                answer = find(session, registry.index, registry.columns, asked, registry.clock.today(), self.reader)
            except QuerySyntaxError:
                return []
            found = agreements_by_ids(session, answer.listing.ids, whole=False)
            return [(agreement.registry_number, title_of(agreement).text) for agreement in found]


def at_chosen(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the form with what was chosen among candidates in the place of what had been typed.

    Fields that the form does not have are left out.
    """
    changed = MultiDict(pair for pair in form.items(multi=True) if pair[0].partition(".")[0] not in _NOT_ASKED)
    for name, value in form.items():
        if not name.startswith(_CHOOSE):
            continue
        group = name.removeprefix(_CHOOSE)
        changed.pop(name)
        if group.startswith("relations."):
            changed[f"{group}.to"] = value
        elif value != _AS_WRITTEN:
            changed[f"{group}.body"] = value
        else:
            changed[f"{group}.name"] = form.get(f"{group}.name") or form.get(f"{group}.body", "")
            changed[f"{group}.body"] = ""
    return changed


def completed(lookups: Lookups, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return content with keys for the names of bodies, and the party of each signature where its side has only one."""
    done = deepcopy(dict(content))
    sides = done.get("sides")
    if not isinstance(sides, list):
        return done
    parties: dict[str, set[str]] = {}
    for number, side in enumerate(sides):
        for member in _dicts(side, "members"):
            if isinstance(member.get("body"), str):
                member["body"] = lookups.body_key(member["body"], str(member.get("party", "")))
            parties.setdefault(str(number + 1), set()).add(str(member.get("party", "")))
    for signature in _dicts(done, "signatures"):
        own = parties.get(str(signature.get("side")), set()) - {""}
        if len(own) == 1 and (not signature.get("party") or signature["party"] not in own):
            signature["party"] = own.pop()
    return done


def has_many_parties(content: Mapping[str, Any]) -> bool:
    """Return whether a side has several parties, so that each signature has to say whose it is."""
    sides = content.get("sides")
    return isinstance(sides, list) and any(len(list(_dicts(side, "members"))) > 1 for side in sides)


def _dicts(holder: Any, name: str) -> list[dict[str, Any]]:
    items = holder.get(name) if isinstance(holder, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _names(body: Body) -> list[str]:
    return [*body.names.values(), *body.also_known_as]


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("ё", "е").split())


def install(app: Flask) -> None:
    """Give the templates what they call."""
    app.jinja_env.globals.update(
        explain_kind=explain_kind,
        form_languages=form_languages,
        free_source=free_source,
        has_many_parties=has_many_parties,
        name_of_submission=name_of_submission,
        say_field=say_path,
        say_pending=say_pending,
        say_similar=say_similar,
        terms_in_words=terms_in_words,
    )


def form_languages(own: str) -> list[str]:
    """Return the languages of texts, the reader's own first."""
    return sorted(LANGUAGES, key=lambda code: code != own)


def free_source(content: Mapping[str, Any], number: int) -> str:
    """Return an id for the source at this place that no source of the content has."""
    used = {str(item.get("id")) for item in _dicts(content, "sources")}
    return next(f"s{count}" for count in range(number + 1, number + 2 + len(used)) if f"s{count}" not in used)


def name_of_submission(submission: Submission) -> str:
    """Return what a submission is called: by its first title, or by what it is and what it concerns."""
    titles = _dicts(submission.content, "titles") if submission.kind != Kind.CORRECTION else []
    texts = {str(item.get("language")): str(item["text"]) for item in titles if isinstance(item.get("text"), str)}
    name = pick(texts) or label("submission_kind", submission.kind)
    name = name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
    return f"{submission.intake_number} · {name}" if submission.intake_number else name


def explain_kind(kind: str) -> str:
    """Return a sentence that says what a kind of submission is for."""
    return str(
        {
            Kind.NEW_AGREEMENT: gettext("A treaty, agreement or memorandum that was signed and is not registered yet."),
            Kind.ACTION: gettext("It was ratified, entered into force, was extended, denounced and so on."),
            Kind.CORRECTION: gettext("Something in the record is wrong or missing."),
            Kind.DOCUMENT: gettext("A text, a translation or a scan that the registry does not have."),
        }[Kind(kind)]
    )
