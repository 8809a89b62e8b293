"""A light stemmer for Belarusian: the forms of a noun, of an adjective and of a verb get one stem.

Belarusian is written as it is spoken: an unstressed «о» becomes «а» («бок», but «бакі»), «у» after a vowel becomes
«ў» («урад», «ва ўрадзе»), and the last consonant of a stem changes before some endings («рэспубліка», «у рэспубліцы»;
«савет», «у савеце»; «народ», «у народзе»). One ending is taken off, the longest that leaves a stem; then the end of
the stem is brought to one form. A vowel that comes and goes («падатак», «падаткі») goes.

The words for an action and for one who is bound by it (-нне, -нік, -асць) are left alone. The exception are borrowed
verbs, of which treaties are full: ратыфікацыя, ратыфікаваць and ратыфікаваны are one stem.

Written from the rules of the grammar; no code or word list of another stemmer was used. How good it is:
docs/adr/0011-stemming-kazakh-and-belarusian.md.
"""

from __future__ import annotations

import re

_VOWELS = frozenset("аеиіоуыэюя")
#: A stem has so many letters at least, and one vowel.
_SHORTEST = 3

_NOUN_ENDINGS = """
    а я о е э і ы у ю ь й ой ай яй ей ою аю яю ею ом ам ем ям ав яв ов ев ах ях амі ямі
    ыя ія ыі іі ыю ію ый ій ыяй іяй ыяю іяю ыем іем ыям іям ыях іях ыямі іямі ыяв іяв
    аі аяв аем аях аям аямі
"""
_ADJECTIVE_ENDINGS = """
    ага яга ога аму яму ому ая яя ае яе ое ым ім ымі імі ых іх ую юю
"""
_VERB_ENDINGS = """
    аць яць іць ыць ець эць уць юць аваць яваць аюць яюць уюць уе юе
    ацца яцца іцца ыцца ецца эцца уцца юцца авацца явацца аецца яецца уецца юецца аюцца яюцца уюцца
    ів ыв ала яла іла ыла ела ало яло іло ыло ела алі ялі ілі ылі елі авав явав авала явала авалі явалі
    ався явся івся ывся алася ялася ілася ылася алося ялося ілося ылося аліся яліся іліся ыліся
    аючы яючы уючы ючы учы ачы ячы авшы явшы івшы ывшы
"""
#: The longest come first.
_ENDINGS = sorted(f"{_NOUN_ENDINGS} {_ADJECTIVE_ENDINGS} {_VERB_ENDINGS}".split(), key=lambda ending: -len(ending))

#: Stems of which the end looks like an ending, as of «праграма» in «праграму» (like «-аму» of an adjective).
_WHOLE_STEMS = """
    аб'ем атам віетнам дыплом дыяграм панарам пад'ем праблем праграм прыем рэжым рэклам сістэм тэлеграм узаем
    вымог дапамог дарог перамог трывог адваг паваг пераваг разваг равнаваг уваг
    арыгінал вакзал генерал журнал ідэал інтэрвал канал капітал квартал крымінал магіл матэрыял медал мемарыял метал
    патэнцыял персанал правіл сігнал філіял
    вугал гомел дэтал кінафестывал магістрал мадэл нядзел фестывал
    аснов дамов дзяржав застав магілев матыв перамов пастанов прамов размов спадзев умов установ
    памяц
"""
_WHOLE = frozenset(_WHOLE_STEMS.split())

#: Stems that differ by a vowel of the root or by the last consonant, and have the form of the value elsewhere.
_SAME_STEMS = {
    "абласц": "вобласц",
    "бак": "бок",
    "вад": "вод",
    "верасн": "верасен",
    "гад": "год",
    "гарад": "горад",
    "дактар": "доктар",
    "дапамоз": "дапамог",
    "дароз": "дарог",
    "дзец": "дзяц",
    "жнівн": "жнівен",
    "земл": "зямл",
    "кніз": "кніг",
    "ляс": "лес",
    "музе": "муз",
    "паслуз": "паслуг",
    "перамоз": "перамог",
    "сел": "сял",
    "снежн": "снежан",
    "сторан": "старан",
    "уваз": "уваг",
    "узровн": "узровен",
    "цан": "цэн",
}
_DAY = frozenset({"дзень", "дня", "дню", "днем", "дні", "дзен", "дням", "днямі", "днях"})

#: «-аны» and «-анне» of verbs in -аваць, and «-ацыя» of the nouns beside them.
_BORROWED = re.compile(r"(?<=....)(?:[ая]ванн?|[ая]ц)$")
_SINGULATIVE = re.compile(r"(?<=[ая]н)ін$")
_FLEETING = re.compile(r"(?<=[^аеиіоуыэюя'])(?:[аео](?=к$)|е(?=ц$))")
_FLEETING_FROM = 5


def stem(word: str) -> str:
    """Return the stem of a Belarusian word.

    `word` is in its exact form (casefolded, «ё» written «е», a straight apostrophe). The stem is never empty and
    never longer than the word; it is a key that joins the forms of a word, and not always a word itself. It is not
    to be stemmed again.
    """
    if word in _DAY:
        return "дні"
    # «ў» is «у» after a vowel of the word before, and «в» at the end of a syllable.
    plain = ("у" + word[1:] if word.startswith("ў") else word).replace("ў", "в")
    ending = _ending(plain)
    found = _finished(plain.removesuffix(ending), ending)
    return found if len(found) <= len(word) else word


def _ending(word: str) -> str:
    """Return the ending of a word, "" when it has none."""
    if word in _WHOLE:
        return ""
    longest = ""
    for ending in _ENDINGS:
        if not word.endswith(ending):
            continue
        rest = word.removesuffix(ending)
        if rest in _WHOLE:
            return ending
        if not longest and len(rest) >= _SHORTEST and not _VOWELS.isdisjoint(rest):
            longest = ending
    return longest


def _finished(found: str, ending: str) -> str:
    """Bring the end of a stem, from which `ending` was taken, to one form."""
    if ending == "е" and found.endswith("дз"):
        found = found[:-1]
    elif ending == "е" and found.endswith("ц") and not found.endswith("цц"):
        found = found[:-1] + "т"
    elif ending == "ю" and found.endswith(("сс", "зз", "лл")):
        found = found[:-1]  # Беларуссю of Беларусь; «-ння» keeps its letters in all forms.
    is_noun_in_ya = len(ending) > 1 and ending[0] in "ыі"
    if is_noun_in_ya or not found.endswith("ц"):
        found = _BORROWED.sub("", found)
    # Граніца becomes «гранік» as well; what counts is that «рэспубліцы» becomes «рэспублік».
    if found.endswith(("іц", "ыц")) and not is_noun_in_ya:
        found = found[:-1] + "к"
    found = _SINGULATIVE.sub("", found)
    if len(found) >= _FLEETING_FROM:
        found = _FLEETING.sub("", found)
    return _SAME_STEMS.get(found, found)
