"""What the pages of a text show of it: its pieces with the marks of a search, its citations, its addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask_babel import gettext

from registry.documents.alignment import aligned, aligned_paragraphs
from registry.documents.vocabulary import Role
from registry.http.items import addresses_of
from registry.http.writing import label, pick, write
from registry.lifecycle.explain import whole_sentence
from registry.lifecycle.vocabulary import Status
from registry.search.highlight import Segment
from registry.web.helpers import titles_by_rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from registry.agreements.models import Agreement, Title
    from registry.documents.amending import Amending, Placed
    from registry.documents.models import Article, Document
    from registry.search.highlight import Highlighter

#: Roles whose text is not the one that was signed (Vienna Convention, Art. 33).
TRANSLATIONS = frozenset({Role.OFFICIAL_TRANSLATION, Role.TRANSLATION})


@dataclass(frozen=True)
class Shown:
    """A piece of a text as a page shows it; `hits` counts the marked words."""

    article: Article
    name: str
    heading: list[Segment]
    words: list[Segment]
    citation: str = ""
    address: str = ""
    placed: list[Placed] = field(default_factory=list)

    @property
    def hits(self) -> int:
        """Return how many words or phrases are marked."""
        return sum(segment.is_match for segment in (*self.heading, *self.words))


@dataclass(frozen=True)
class Row:
    """Two pieces side by side, cut into paragraphs that belong together; one of them may be missing."""

    left: Shown | None
    right: Shown | None
    paragraphs: list[tuple[list[Segment], list[Segment]]]


def marked_segments(text: str, language: str, highlighter: Highlighter | None) -> list[Segment]:
    """Return `text` cut at the words that a search looks for."""
    if highlighter is None:
        return [Segment(text, is_match=False)] if text else []
    return highlighter.segments(text, language)


def name_of(article: Article) -> str:
    """Return what a piece is called: as the text says («Статья 5»), or in the reader's language («Preamble»)."""
    return article.label or label("article", article.kind)


def shown_pieces(
    agreement: Agreement, document: Document, address: str, highlighter: Highlighter | None
) -> list[Shown]:
    """Return the pieces of a text that have words, in their order."""
    return [
        Shown(
            article,
            name_of(article),
            marked_segments(article.heading, document.language, highlighter),
            marked_segments(article.words, document.language, highlighter),
            text_citation(agreement, document, address, article),
            f"{address}#{article.anchor}",
        )
        for article in document.articles
        if article.text.strip()
    ]


def side_by_side(left: Document, right: Document, highlighter: Highlighter | None) -> list[Row]:
    """Return the pieces of two texts in rows, article by article, and where their numbers agree by paragraph."""
    rows = []
    for pair in aligned(_with_words(left), _with_words(right)):
        paragraphs = aligned_paragraphs(pair.left.words if pair.left else "", pair.right.words if pair.right else "")
        rows.append(
            Row(
                _headed(pair.left, left.language, highlighter),
                _headed(pair.right, right.language, highlighter),
                [
                    (
                        marked_segments(one, left.language, highlighter),
                        marked_segments(other, right.language, highlighter),
                    )
                    for one, other in paragraphs
                ],
            )
        )
    return rows


def _with_words(document: Document) -> list[Article]:
    return [article for article in document.articles if article.text.strip()]


def _headed(article: Article | None, language: str, highlighter: Highlighter | None) -> Shown | None:
    if article is None:
        return None
    return Shown(article, name_of(article), marked_segments(article.heading, language, highlighter), [])


def text_address(agreement: Agreement, document: Document, documents: Sequence[Document]) -> str:
    """Return the permanent address of a text; `documents` are all present ones of its agreement."""
    number = agreement.registry_number
    for other, addresses in zip(documents, addresses_of(number, documents), strict=True):
        if other.id == document.id and addresses["url"]:
            return addresses["url"]
    return str(addresses_of(number, [document], alone=True)[0]["url"])


def text_title(agreement: Agreement, document: Document) -> Title:
    """Return the title of an agreement in the language of a text, or else in the reader's."""
    titles = titles_by_rank(agreement)
    return next((title for title in titles if title.language == document.language), titles[0])


def text_citation(agreement: Agreement, document: Document, address: str, article: Article | None = None) -> str:
    """Return a citation of a text or of one of its pieces.

    It names the title, place and day of signature, the registry number, the piece, the language and what the text is to
    the agreement (Vienna Convention, Art. 33), and the address.
    """
    when = write(agreement.signed_on) if agreement.signed_on else gettext("date of signature not known")
    parts = [
        text_title(agreement, document).text,
        ", ".join(part for part in (pick(agreement.signed_at), when) if part),
        gettext("No. %(number)s", number=agreement.registry_number),
    ]
    if article is not None:
        annex = article.part if article.anchor.startswith("annex") and article.kind != "annex" else ""
        parts.append(", ".join(part for part in (annex, name_of(article)) if part))
    parts.append(
        gettext(
            "Text in %(language)s: %(role)s",
            language=label("language", document.language),
            role=label("text_role", document.role),
        )
    )
    if article is not None:
        address = f"{address}#{article.anchor}"
    return " ".join(whole_sentence(f"{part}.") for part in parts) + f" {address}"


def since(amending: Amending) -> str:
    """Return from when an amendment holds, as the end of a sentence."""
    period, entry = amending.dossier.period, amending.dossier.entry
    status = label("status", period.status)
    if period.status == Status.IN_FORCE and entry is not None:
        status = gettext("in force since %(day)s", day=write(entry.on))
    elif period.status == Status.PROVISIONALLY_APPLIED:
        status = gettext("applied provisionally since %(day)s, not yet in force", day=write(period.from_on))
    elif period.status == Status.NOT_IN_FORCE:
        status = gettext("signed, not in force")
    elif period.status == Status.UNKNOWN:
        status = gettext("whether it is in force is not known")
    elif entry is not None:
        status = gettext("in force from %(day)s; today: %(status)s", day=write(entry.on), status=status)
    return whole_sentence(f"{status}.")


def total_hits(pieces: Iterable[Shown]) -> int:
    """Return how many words are marked in all of a text."""
    return sum(piece.hits for piece in pieces)
