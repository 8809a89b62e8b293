"""The set phrases in which protocols order amendments, for each language in which the registry's texts are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from registry.agreements.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

#: How the number of an article is written: 5, 20-1, 5bis, 5A, XII.
NUMBER = r"(?:\d{1,3}(?:[-.]\d{1,2}(?!\d))?(?:\s?(?:bis|ter|quater|quinquies)\b|[A-Za-z](?![\w]))?|\b[IVXL]{1,6}\b)"


class Change(StrEnum):
    """What an amendment does to an article. CHANGED is a part of it: a paragraph, a sentence, some words."""

    REPLACED = "replaced"
    CHANGED = "changed"
    INSERTED = "inserted"
    DELETED = "deleted"
    RENUMBERED = "renumbered"


@dataclass(frozen=True)
class Grammar:
    """What the orders of one language are made of.

    `order` is the verb; `opening` is how a clause begins that is an order; `reference` names articles, in its group
    `numbers`; `inserting` names new articles; `quoted` a new article at the head of its text; `aside` ends before a
    reference that says only where («после статьи 5»); `own` is the protocol itself; `part` what is less than an
    article; `heading` the heading of an article of the protocol.
    """

    changes: Mapping[Change, re.Pattern[str]]
    order: re.Pattern[str]
    opening: re.Pattern[str]
    reference: re.Pattern[str]
    inserting: re.Pattern[str]
    quoted: re.Pattern[str]
    aside: re.Pattern[str]
    own: re.Pattern[str]
    part: re.Pattern[str]
    list_of: re.Pattern[str]
    heading: re.Pattern[str]
    instruments: Mapping[re.Pattern[str], Kind]
    #: Whether the noun that the others depend on stands at the end, as in Kazakh.
    head_last: bool = False

    def change_of(self, clause: str) -> Change:
        """Return what the order in `clause` does to the articles that it names."""
        return next((change for change, verb in self.changes.items() if verb.search(clause)), Change.CHANGED)

    def instrument_in(self, clause: str) -> Kind | None:
        """Return the kind of instrument that `clause` speaks of, or None."""
        found = [(match.start(), kind) for word, kind in self.instruments.items() for match in word.finditer(clause)]
        if not found:
            return None
        return (max if self.head_last else min)(found)[1]


def _some(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


def _enumerated(between: str) -> str:
    """Return the pattern of numbers that are enumerated, as the group `numbers`."""
    return rf"(?P<numbers>{NUMBER}(?:(?:\s?(?:,|{between})\s?|\s[-–—]\s|[–—]){NUMBER})*)"


def _kinds(agreement: str, treaty: str, convention: str, protocol: str, memorandum: str) -> dict[re.Pattern[str], Kind]:
    return {
        _some(agreement): Kind.AGREEMENT,
        _some(treaty): Kind.TREATY,
        _some(convention): Kind.CONVENTION,
        _some(protocol): Kind.PROTOCOL,
        _some(memorandum): Kind.MEMORANDUM_OF_UNDERSTANDING,
    }


_RUSSIAN = Grammar(
    changes={
        Change.INSERTED: _some(r"дополн(?:ить|яется|яются)"),
        Change.RENUMBERED: _some(r"считать\s+(?:соответственно\s+)?стать(?:ей|ёй|ями)|перенумеровать"),
        Change.REPLACED: _some(r"из(?:ложить|лагается|лагаются)|заменить\s+(?:следующ|стать|новой)"),
        Change.DELETED: _some(r"исключ(?:ить|ается|аются)|утратив\w+\s+силу|отмен(?:ить|яется)"),
    },
    order=_some(
        r"""\b(?:изложить|излагает?ся|излагаются|дополнить|дополняется|дополняются|исключить|исключается|исключаются
        |заменить|заменяется|заменяются|внести|вносятся|перенумеровать|отменить|отменяется
        |(?:считать|признать)\s+(?:соответственно\s+стать|стать|утратив))"""
    ),
    opening=_some(
        r"""(?:(?:во?|из|после|по)\s+)?(?:\w+\s+){0,4}?(?:(?:под)?пункт|абзац|част[ьи]|стать|предложени|назван|наименован
        |заголов|преамбул|слов|текст|соглашени|договор|протокол|конвенци|меморандум|дополнить|исключить|заменить
        |внести|изложить|признать)"""
    ),
    reference=_some(rf"\bстать(?:[яиею]|ей|ёй|ями|ям|ях)\s+{_enumerated('и')}"),
    inserting=_some(r"\bстать(?:ей|ёй|ями)\b"),
    quoted=re.compile(rf"[Сс]тать[яи]\s+(?P<number>{NUMBER})"),
    aside=_some(r"(?:\bпосле|\bсогласно|\bпредусмотренн\w+|\bуказанн\w+\s+в)\s+(?:\w+\s+\d+\s+)?$"),
    own=_some(r"настоящ(?:его|ий|ему|им|ем|ей)\s+(?:протокол|соглашени|договор|конвенци)"),
    part=_some(r"пункт|абзац|\bчаст[ьи]|\bслов|предложени|наименовани|названи|заголов|строк|позици|приложени"),
    list_of=_some(rf"(?:во?\s+)?стать\w+\s+{_enumerated('и')}(?:\s+\w+)?\s*:\s*$"),
    heading=_some(r"стать[яи]\s+\d+\s*$"),
    instruments=_kinds("соглашени", r"\bдоговор", "конвенци", "протокол", "меморандум"),
)

_BELARUSIAN = Grammar(
    changes={
        Change.INSERTED: _some(r"дап(?:оўніць|аўняецца|аўняюцца)"),
        Change.RENUMBERED: _some(r"лічыць\s+(?:адпаведна\s+)?артыкул(?:ам|амі)"),
        Change.REPLACED: _some(r"выкла(?:сці|дваецца|даецца|дваюцца)"),
        Change.DELETED: _some(r"выключ(?:ыць|аецца|аюцца)|страціўш\w+\s+сілу"),
    },
    order=_some(
        r"""\b(?:выкласці|выклад(?:в)?аецца|выкладваюцца|дапоўніць|дапаўняецца|дапаўняюцца|выключыць|выключаецца
        |выключаюцца|замяніць|замяняецца|замяняюцца|унесці|ўнесці|(?:лічыць|прызнаць)\s+(?:адпаведна\s+артыкул|артыкул
        |страціўш))"""
    ),
    opening=_some(
        r"""(?:(?:у|ў|з|пасля)\s+)?(?:\w+\s+){0,4}?(?:(?:пад)?пункт|абзац|частк|артыкул|сказ|назв|загалов|прэамбул
        |слов|тэкст|пагадненн|дагавор|пратакол|канвенцы|мемарандум|дапоўніць|выключыць|замяніць|унесці|выкласці)"""
    ),
    reference=_some(rf"\bартыкул(?:ам[іи]?|[аеыу]|аў|ах)?\s+{_enumerated('і')}"),
    inserting=_some(r"\bартыкул(?:ам|амі)\b"),
    quoted=re.compile(rf"[Аа]ртыкул\s+(?P<number>{NUMBER})"),
    aside=_some(r"\bпасля\s+$"),
    own=_some(r"гэта(?:га|й|му)\s+(?:пратакол|пагадненн|дагавор|канвенцы)"),
    part=_some(r"пункт|абзац|частк|\bслов|\bсказ|назв|загалов|дадат"),
    list_of=_some(rf"(?:[уў]\s+)?артыкул\w*\s+{_enumerated('і')}(?:\s+\w+)?\s*:\s*$"),
    heading=_some(r"артыкул\s+\d+\s*$"),
    instruments=_kinds("пагадненн", r"\bдагавор", "канвенцы", "пратакол", "мемарандум"),
)

_KAZAKH = Grammar(
    changes={
        Change.INSERTED: _some(r"толықтырыл(?:сын|ады)"),
        Change.RENUMBERED: _some(r"-бап\w*\s+деп\s+(?:есептелсін|саналсын)"),
        Change.REPLACED: _some(r"жазыл(?:сын|ады)|жаңа\s+редакцияда"),
        Change.DELETED: _some(r"ал(?:ып|ынып)\s+таста\w+|күші\s+жой\w+"),
    },
    order=_some(
        r"""\b(?:жазыл(?:сын|ады)|толықтырыл(?:сын|ады)|ал(?:ып|ынып)\s+таста(?:лсын|лады)|ауыстырыл(?:сын|ады)
        |енгізіл(?:сін|еді)|күші\s+жойылды\s+деп\s+танылсын|деп\s+(?:есептелсін|саналсын))"""
    ),
    opening=re.compile(""),
    reference=_some(rf"{_enumerated('және|мен')}-?\s?ба[пб]\w*"),
    inserting=_some(rf"(?:{NUMBER}-)?\s?бап(?:пен|тармен)\b"),
    quoted=re.compile(rf"(?P<number>{NUMBER})-бап"),
    aside=re.compile(r"(?!)"),
    own=_some(r"\bосы\s+(?:хаттама|келісім|шарт|конвенция)"),
    part=_some(r"тармақ|тармағ|абзац|бөлі[кг]|\bсөз|сөйлем|атау|тақырып|қосымша"),
    list_of=_some(rf"(?:\w+\s+)?{_enumerated('және|мен')}-ба[пб]\w*\s*:\s*$"),
    heading=_some(r"\d+-бап\s*$"),
    instruments=_kinds("келісім", r"\bшарт", "конвенция", "хаттама", "меморандум"),
    head_last=True,
)

_ENGLISH = Grammar(
    changes={
        Change.REPLACED: _some(r"\b(?:replaced|substituted|(?:to|shall|as\s+amended\s+shall)\s+read|reads)\b"),
        Change.INSERTED: _some(r"\b(?:inserted|added|supplemented|insert|add)\b"),
        Change.RENUMBERED: _some(r"\brenumbered\b"),
        Change.DELETED: _some(r"^(?!.*\bby\s+deleting).*\b(?:deleted|repealed|suppressed|abrogated|delete)\b"),
    },
    order=_some(
        r"""\b(?:(?:(?:shall|will)\s+(?:hereby\s+)?be|is|are)\s+(?:hereby\s+)?(?:amended|replaced|substituted|deleted
        |repealed|suppressed|abrogated|inserted|added|supplemented|modified|renumbered)\b
        |shall\s+(?:now\s+)?read\b|^(?:delete|insert|add|replace)\b)"""
    ),
    # Notes propose amendments in the middle of a sentence, after “that”.
    opening=_some(
        r"""(?:.*\bthat\s+)?(?:accordingly,?\s+)?(?:(?:in|to|after|at)\s+)?(?:(?:the|a|an)\s+)?(?:new|first|second|third|last
        |following|whole|entire|text|provisions?|title|heading|words?|sentence|sub-?paragraphs?|paragraphs?|articles?
        |section|clause|item|delete|insert|replace|add)\b"""
    ),
    reference=_some(
        rf"\bArticles?\s+{_enumerated('and|to')}(?!\s+of\s+(?:Council\s+)?(?:Directive|Regulation|Decision|Law|Act)\b)"
    ),
    inserting=_some(r"\b(?:the\s+following\s+|a\s+|as\s+)?(?:new\s+|following\s+|additional\s+|as\s+)Articles?\b"),
    quoted=re.compile(rf"Article\s+(?P<number>{NUMBER})"),
    aside=_some(
        r"""\b(?:after|following|before|with|under|by|pursuant\s+to|addition\s+to|reference\s+to|subject\s+to
        |apply\s+to|which|(?:referred\s+to|specified|provided\s+for|set\s+(?:forth|out)|laid\s+down|described
        |contained|listed|defined)\s+in)\s+(?:the\s+provisions\s+of\s+)?(?:\w+\s+\S+\s+of\s+)?$"""
    ),
    own=_some(r"\bArticles?\s+\S+\s+of\s+(?:this|the\s+present)\s+"),
    part=_some(
        r"paragraph|sub-?para|sentence|\bwords?\b|\bclause|\bitem|\bsection|\bArticles?\s+\w+\s?\(|\bphrase|title"
    ),
    list_of=_some(rf"(?:in\s+)?articles?\s+{_enumerated('and|to')}(?:\s+of\s+the\s+\w+)?\s*:\s*$"),
    heading=_some(r"article\s+[\dIVXL]+\.?\s*$"),
    instruments=_kinds(
        r"\bAgreement\b", r"\bTreaty\b", r"\bConvention\b", r"(?<!this\s)(?<!present\s)\bProtocol\b", r"\bMemorandum\b"
    ),
)

GRAMMARS = (_RUSSIAN, _KAZAKH, _BELARUSIAN, _ENGLISH)
