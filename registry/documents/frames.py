"""What stands around the articles: titles and notes before the text, the preamble, the closing words, the annexes.

None of it is numbered, so it is known by the words that treaties begin and end with, and only looked for where it can
stand: before the first article of a count and after the last.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from registry.documents.headings import MARKUP, annex_heading, instrument_heading, is_unfinished

if TYPE_CHECKING:
    from registry.documents.headings import Heading, Line

_LONGEST_TITLE = 1000
_LONGEST_FORMULA = 600
_LONGEST_HEADLINE = 200
_LINES_OF_A_FRONT = 200
_READ = 400

#: The formulas of the testimonium and of the date (Vienna Convention, Art. 10; UN Final Clauses Handbook, ch. 4).
_CLOSING = re.compile(
    r"""(?mx) (?: ^[ \t*_]{0,20} | (?<=[.;:)”"»。]) [ \t]{0,3} ) (
      IN\ (?:WITNESS|TESTIMONY|FAITH|CONFIRMATION)\ (?:WHEREOF|THEREOF)
    | In\ (?:witness|testimony|faith|confirmation)\ (?:whereof|thereof)
    | (?:DONE|SIGNED|Done|Signed),?\ (?:at|AT|in|IN|this|THIS|on|ON)\b | Given\ under\ (?:our|my)
    | В\ (?:удостоверение|подтверждение|свидетельство|УДОСТОВЕРЕНИЕ|ПОДТВЕРЖДЕНИЕ)\ (?:чего|ЧЕГО|этого)
    | (?:Совершенн?о|СОВЕРШЕНО|Составлено|СОСТАВЛЕНО|Подписано|Учинено)\ (?:в|В|во|на|\d|["«])
    | (?:Здзейснена|Учынена|Падпісана|Зроблена|Складзена)\ (?:ў|у|на|\d) | У\ (?:сведчанне|пацвярджэнне)\ чаго
    | (?:Вчинено|Учинено|Здійснено)\ (?:в|у|на) | На\ (?:посвідчення|підтвердження)\ чого
    | Осыны\ (?:куәландыру|растау)
    | (?:Zu|Zum|ZU)\ (?:Urkunde?|Zeugnis|URKUND)\ (?:dessen|hiervon|DESSEN)
    | (?:So\ geschehen|Geschehen|GESCHEHEN|Ausgefertigt|Gegeben|Gefertigt|Unterzeichnet),?\ (?:zu|ZU|in|am|im)\b
    | (?:Ten|TEN)\ (?:blijke|BLIJKE|getuige)\ (?:waarvan|WAARVAN)
    | (?:Gedaan|GEDAAN|Opgemaakt|Ondertekend)\ (?:te|TE|in|op)\b
    | (?:En|EN)\ (?:foi|FOI|témoignage|TÉMOIGNAGE)\ (?:de|DE)\ (?:quoi|QUOI)
    | (?:Fait|FAIT)\ (?:à|À|A|en|EN|le)\b
    | (?:En|EN)\ (?:fe|FE|testimonio|TESTIMONIO)\ (?:de|DE)\ (?:lo|LO)\ (?:cual|CUAL)
    | (?:Hecho|HECHO|Firmado|FIRMADO|Dado|DADO|Firmada)\ (?:en|EN|a)\b
    | In\ fede\ di\ (?:che|quanto) | Fatto\ (?:a|in)\b
    | Em\ (?:fé|testemunho)\ do\ que | (?:Feito|FEITO)\ (?:em|EM)\b
    | (?:為此|为此)[^\n]{0,60}昭信守 | صدر\ بمدينة
    )"""
)
#: Kazakh closes with the verb: «2011 жылғы 8 қарашада Астана қаласында … екі данада жасалды».
_DONE_IN_KAZAKH, _YEAR_IN_KAZAKH, _COPIES_IN_KAZAKH = " жасалды", "жылғы", "дана"

#: What says that a line stands before the treaty: a comment, a law about it, notes on its publication.
_COMMENT = re.compile(r"#|//|<!--")
_ABOUT = re.compile(
    r"""(?x) (?i:о\ (?:ратификации|присоединении|принятии|денонсации|утверждении)|об\ утверждении)\b
    | (?:Ратифицировать|Утвердить|Примечание|Сноска|Президент\ Республики|Закон\ Республики|Вступил[оа]?\ в\ силу
        |Принят[оа]?\b|Ескерту|Қазақстан\ Республикасының\ Президенті|Об\ официальном)
    | (?i:приложение|қосымша|дадатак)\s*$
    | \([^()]*(?:\([^()]*\)[^()]*)*\)(?:\s*\([^()]*\))*\s*$
    | (?:\d\s)?(?:Übersetzung|Originaltext|Abgeschlossen\ (?:in|am|durch)|Von\ der\ Bundesversammlung
        |In\ Kraft\ getreten|Schweizerische\ Ratifikationsurkunde|Ratifikationsurkunden\ ausgetauscht
        |Angenommen\ (?:in|am)|Unterzeichnet\ (?:in|am)|\(Stand\ am|\(Übersetzung)
    | (?:Signed\ at|Entered\ into\ force|Adopted\ (?:at|by|on)|Opened\ for\ signature|Ratified\ by)\b
    """
)
_RATIFIES = re.compile(r"(?:Статья \d{1,2}\.? *)?(?:Ратифицировать|Утвердить|Присоединиться)(?![^\W_])")

_TITLE = re.compile(
    r"""(?xi) (?:исполнительный\ |дополнительный\ |международный\ )?(?:соглашение|договор|протокол|конвенция|меморандум
        |устав|статут|хартия|пакт|декларация|пагадненне|пратакол|дагавор)(?![^\W_])
    | (?:free\ trade\ |framework\ |interim\ |partnership\ |supplementary\ |additional\ |optional\ )*
        (?:agreement|treaty|convention|protocol|memorandum|covenant|charter|statute)(?![^\W_])
    | (?:rahmen|handels|freihandels|zusatz|staats|freundschafts)?(?:abkommen|vertrag|übereinkommen|übereinkunft
        |vereinbarung|protokoll|konvention|satzung|notenaustausch|briefwechsel)(?![^\W_])
    | (?:overeenkomst|verdrag|akkoord|conventie|accord|traité|protocole|acuerdo|tratado|convenio|protocolo|accordo
        |trattato|acordo)(?![^\W_])
    """
)
_KAZAKH_TITLE = re.compile(r"(?i:кел[іi]с[іi]м\w{0,4}|шарт\w{0,3}|хаттама\w{0,3}|конвенция\w{0,3}|меморандум\w{0,3})$")
_PREAMBLE = re.compile(
    r"(?i)\W{0,3}(?:the )?(?:preamb(?:le|ule|olo)|pr[eé]ambule|präambel|pre[aá]mbulo|преамбула|прэамбула|кіріспе)\b"
)
#: How the parties are named at the head of a text, which tells where the next language of a file begins.
_PARTIES = re.compile(
    r"""(?x) (?:The|De|Het|Die|Der|Das|Le|La|Les|El|Los|Las|Il|O|A|Seine|Sa|Zijne|Her|His|Hare)\s
    (?:Majest|Excellen|Gouvernement|Government|Regering|Regierung|Gobierno|Governo|Koninkrijk|Kingdom|Royaume|Reino
    |Königreich|Republi|République|Staten|State|Staat|Etats|États|Estados|Contracting|High|Hoge|Hohen|Haut|Altas|Partes
    |Parties|Partijen|Vertrag|Verdragsluitende|Lidstaten|Member|Schweizerische|Bundes|Union|Unie)
    | (?:Правительств[оа]|Республика|Государства|Договаривающиеся|Стороны)(?![^\W_])"""
)
#: Which treaty an annex belongs to, on the line below its heading.
_TO_TREATY = re.compile(
    r"(?:ко?|до|да|to|zum?|zur|bij|à|aux?|al)\s(?:[^\W\d_]+\s){0,4}?"
    r"(?:[A-ZА-ЯІЎҚ]|соглашени|протокол|договор|конвенци|меморандум|пагаднен|пратакол|дагавор|угод)"
)
#: The parties in capitals are no title.
_CAPITALS = "PARTIES"
_ENDS_A_SENTENCE = (".", ",", ";", ":")


class Closings:
    """Finds the closing words in a text. Asked from its beginning to its end, it reads the text once."""

    def __init__(self, text: str) -> None:
        """Search `text`."""
        self._text = text
        self._from, self._found = 0, -1

    def after(self, place: int) -> int:
        """Return where the first closing words at or after `place` begin, the length of the text where none do."""
        if not self._from <= place <= self._found:
            self._from, self._found = place, self._search(place)
        return self._found

    def _search(self, place: int) -> int:
        match = _CLOSING.search(self._text, place)
        found = len(self._text) if match is None else match.start(1)
        verb = self._text.find(_DONE_IN_KAZAKH, place, found)
        while verb >= 0:
            nearest = max(verb - _LONGEST_FORMULA, place)
            line = self._text.rfind("\n", nearest, verb) + 1 or nearest
            if _YEAR_IN_KAZAKH in self._text[line:verb] and _COPIES_IN_KAZAKH in self._text[line:verb]:
                return line
            verb = self._text.find(_DONE_IN_KAZAKH, verb + 1, found)
        return found


def front_length(lines: list[Line], *, capitals: bool) -> int:
    """Return how many of the `lines` before the first article are title, comment or law, and not yet the preamble.

    With `capitals` a line in capital letters is a title too; in letters it is the name of the sender.
    """
    last = 0
    for place, line in enumerate(lines[:_LINES_OF_A_FRONT]):
        if _PREAMBLE.match(line.text[:_READ]):
            return place
        if _is_front(line.text) or (capitals and _is_in_capitals(line.text)):
            last = place + 1
        elif len(line.text) > _LONGEST_HEADLINE or _PARTIES.match(line.text) or line.text.endswith((",", ":", ";")):
            break
    # A title that is broken into lines goes on to the next empty line.
    while 0 < last < len(lines) and not lines[last].apart and not lines[last].text.endswith(_ENDS_A_SENTENCE):
        last += 1
    return last


def is_law(lines: list[Line], place: int) -> bool:
    """Return whether the article at `place` is that of a law which ratifies the treaty after it."""
    return any(_RATIFIES.match(line.text) for line in lines[place + 1 : place + 2]) or bool(
        _RATIFIES.search(lines[place].text[:_READ])
    )


def begins_text(line: str) -> bool:
    """Return whether `line` is the title or the naming of the parties at the head of a further text."""
    return bool(_PREAMBLE.match(line[:_READ]) or _PARTIES.match(line)) or names_treaty(line)


def annex_at(lines: list[Line], place: int, end: int) -> Heading | None:
    """Return the heading of an annex at `place` among the `lines`, whose next article is at `end`."""
    heading = annex_heading(lines, place)
    if heading is None or is_unfinished(lines[place - 1].text if place else ""):
        return None
    following = lines[place + 1] if place + 1 < min(end, len(lines)) else None
    if heading.rest or following is None or following.apart or not following.text[0].islower():
        return heading
    # «Приложение № 1», and below it «к Соглашению между …»; in the middle of a sentence the words above go on to it.
    return heading if _TO_TREATY.match(following.text) else None


def instrument_at(lines: list[Line], place: int) -> Heading | None:
    """Return the title of another instrument at `place` among the `lines`."""
    heading = instrument_heading(lines, place)
    return None if heading is None or is_unfinished(lines[place - 1].text if place else "") else heading


def names_treaty(line: str) -> bool:
    """Return whether `line` is a title that names a kind of treaty, and no sentence."""
    if len(line) > _LONGEST_TITLE or line.endswith(_ENDS_A_SENTENCE):
        return False
    bare = line.lstrip(MARKUP + '«"')
    return not bare[:1].islower() and bool(_TITLE.match(bare) or _KAZAKH_TITLE.search(bare))


def _is_front(line: str) -> bool:
    """Return whether `line` is a title, a comment, or words of a law on the treaty or on its publication."""
    if _COMMENT.match(line) or names_treaty(line):
        return True
    return len(line) <= _LONGEST_TITLE and not line.endswith((",", ":")) and bool(_ABOUT.match(line))


def _is_in_capitals(line: str) -> bool:
    return len(_CAPITALS) < len(line) <= _LONGEST_TITLE and line.isupper() and not line.endswith(_ENDS_A_SENTENCE)
