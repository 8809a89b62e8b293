"""A light stemmer for Kazakh: the forms of a noun, of a verb and of its participles get one stem.

Kazakh adds endings in a fixed order: stem, voice and negation of a verb, participle, plural, possessor, case. They
are taken off from the outside, layer by layer. An ending is one only where the rules of sound let it stand: its
vowel agrees with the stem («тарап-қа» but «мемлекет-ке»), and its first consonant with the sound before it
(«тарап-тар», «адам-дар», «бала-лар»). These two checks do most of the work of a dictionary: «карта» keeps its «-та»,
since no «-та» can follow «р». What they cannot decide stands in short lists below.

Left alone is what makes another word: «-лық» (азамат is a citizen, азаматтық citizenship; only after borrowed nouns
it goes, экономикалық), «-шы», «-сыз», «-ма», and causatives. The possessors «my» and «thy» stay as well: treaties do
not say them, and келісім, білім and ғылым end like them.

Written from the rules of the grammar; no code or word list of another stemmer was used. How good it is:
docs/adr/0011-stemming-kazakh-and-belarusian.md.
"""

from __future__ import annotations

import re

_BACK = frozenset("аоұыя")
_FRONT = frozenset("әеөүіэ")
#: Each is written for a back and a front sound (and ю for both), so that either kind of ending can follow.
_EITHER = frozenset("иую")
_VOWELS = _BACK | _FRONT | _EITHER

# Sounds that decide about the first consonant of an ending. «у» and «и» end in a glide (тау-лар, тау-дың).
_OPEN = "аәеоөұүыіэя"
_GLIDES = "йуюи"
_NASALS = "мнң"
#: Borrowed words in б, в, г, д take the endings of voiceless sounds (актив-тер).
_VOICELESS = "пфкқтсшщчцхһбвгд"
_VOICED = _GLIDES + _NASALS + "лрзж"
_CLOSED = _VOICED + _VOICELESS + "ғ"
_SOFT = _OPEN + "лрйу"

#: The endings of one layer, each with the sounds that can stand before it.
_Layer = tuple[tuple[str, str], ...]


def _layer(*rows: tuple[str, str]) -> _Layer:
    """Return the layer of `rows`, in which the back and the front form of an ending stand together."""
    return tuple((ending, sounds) for endings, sounds in rows for ending in endings.split())


_CASES = _layer(
    ("ның нің", _OPEN + _NASALS),
    ("дың дің", _GLIDES + "лрзж"),
    ("тың тің", _VOICELESS),
    ("нан нен", "ыі" + _NASALS),
    ("дан ден", _OPEN + _GLIDES + "лрзж"),
    ("тан тен", _VOICELESS),
    ("мен", _OPEN + _GLIDES + _NASALS + "лр"),
    ("бен", "зж"),
    ("пен", _VOICELESS),
    ("нда нде", "ыі"),
    ("да де", _OPEN + _VOICED),
    ("та те", _VOICELESS),
    ("ға ге", _OPEN + _VOICED),
    ("қа ке", _VOICELESS),
    ("на не", "ыі"),
    ("ны ні", _OPEN),
    ("ды ді", _VOICED),
    ("ты ті", _VOICELESS),
    ("н", "ыі"),
    ("нсыз нсіз", "ыі"),
)
_POSSESSORS = _layer(
    ("ымыз іміз ыңыз іңіз", _CLOSED),
    ("мыз міз ңыз ңіз", _OPEN),
    ("сы сі", _OPEN),
    ("ы і", _CLOSED),
)
_PLURALS = _layer(
    ("лар лер", _OPEN + _GLIDES + "р"),
    ("дар дер", _NASALS + "лзж"),
    ("тар тер", _VOICELESS),
)
#: «That which is in»: саласындағы, құжаттардағы.
_PLACES = _layer(
    ("ндағы ндегі", "ыі"),
    ("дағы дегі", _OPEN + _VOICED),
    ("тағы тегі", _VOICELESS),
)
#: Ends of verbs that no noun has.
_FINITE = _layer(
    ("ады еді амын емін амыз еміз", _CLOSED),
    ("йды йді ймын ймін ймыз йміз", _OPEN),
    ("май мей мастан местен маса месе", _SOFT),
    ("бай бей бастан бестен баса бесе", _NASALS + "зж"),
    ("пай пей пастан пестен паса песе", _VOICELESS),
    ("сын сін", _NASALS + "лрзжйуптқкш"),
    ("са се", "л"),
    ("ып іп", _NASALS + "лрзжйутсшғ"),
)
_PARTICIPLES = _layer(
    ("атын етін", _CLOSED),
    ("йтын йтін", _OPEN + "иу"),
    ("ған ген", _OPEN + _VOICED),
    ("қан кен", _VOICELESS),
)
_NEGATIONS = _layer(
    ("ма ме", _SOFT),
    ("ба бе", _NASALS + "зж"),
    ("па пе", _VOICELESS),
)

#: A past that is one beyond doubt: сақта-ды is no present of «сақт-», шақырыл-ды no accusative of a noun.
_PAST = re.compile(
    r"(?:..+(?:(?:[^аоұыияюуәеөүіэрй]|ия)[лдт](?:а|е|ал|ел)|[^аоұыияюуәеөүіэ](?:ыл|іл)|л[ае]н)|қабылдан|жасал|тіркел)"
    r"(?=(?:ды|ді)$)"
)
#: «Having done» of verbs in -ла, -да, -та: қолдап. Other stems in a vowel are too like nouns (тарап).
_CONVERB = re.compile(r"..[лдт][ае]п$")
#: «That it has been done», a noun made of a participle: орындал-ған-дық-ы.
_FACT = re.compile(r"(?<=ған|ген|қан|кен|тын|тін)(?:дық|дік|дығ|діг)$")
#: Adjectives of borrowed nouns say no more than the noun: экономикалық, дипломатиялық.
_BORROWED = re.compile(r"(?<=ия|ка)(?:лық|лік|лығ|ліг)$")

#: Words of which the end looks like an ending: of a case, of a possessor (-сы, -ны), of a participle (-ет-ін).
_WHOLE_WORDS = """
    абай ағын ақорда ақпан алдын алтын анық апта армян ауру әріптес басқа босаға бұрын бүгін бүтін гектар дастан
    дәстүр дейін дүние егемен елорда еркін жағдай жақын жалған жалын жасырын желтоқсан жиын зардап кәсіп кәсіпорын
    кеден кейін келін кесте кешен команда кітап қағида қазан қалып қарағанды қарқын қару қатын қауіп қорғасын
    қорытынды қысқа қытай майдан маңдай мәтін мекен мектеп мойын нысан оқиға олимпиада орын отан отбасы отын
    өзге өнеркәсіп пайда портал почта пошта сарай сауда серпін сұлтан таблица тақырып талап тарап тәртіп тегін теңге
    төмен төраға тұлға тұрғын түрікмен түтін ұстын үлес үшін шағын шахта шығын шілде

    ауғанстан әзірбайжан дағыстан иран қазақстан қырғызстан өзбекстан пәкістан татарстан тәжікстан түркістан
    түрікменстан

    адрес айырмас алғыс алмас бизнес елес жолдас интерес кеңес күрес қарындас қатынас процесс соғыс талас шығыс

    арман аспан бюро аудан ветеран дүкен жоспар заман кеңсе құран маман мейман орган өзен план ресторан уран ұран
    экран

    авторитет адамзат азамат акт ақиқат ақпарат аманат апат аппарат аспект аттестат әдебиет әдет әділет әлеумет
    әрекет билет бюджет ғимарат дәулет делегат депутат дипломат жамағат зат интеллект кабинет кандидат климат
    комитет консулат контракт қабілет қағидат қажет қанат қаражат қасиет қиянат қуат құдірет құжат құзырет құрмет
    қызмет мақсат мандат марапат мәдениет мемлекет міндет насихат ниет нотариат объект өкілет өсиет пакет парасат
    паритет патронат президент приоритет продукт проект прокат пункт результат рекорд рұқсат сағат салтанат санат
    саясат сәулет секретариат сенат сертификат сипат совет субъект суверенитет съезд университет үкімет факт
    факультет фонд формат хат чемпионат эффект
"""
_WHOLE = frozenset(_WHOLE_WORDS.split())
#: Words of two letters that treaties use with endings; other stems are longer.
_SHORT_NOUNS = frozenset({"іс", "ел", "үй", "ай", "өз"})
_SHORT_VERBS = frozenset({"ет", "ен", "өт", "ал", "аш", "өс", "ер"})
_SHORTEST = 3
#: Before «ы» and «і» they tell a stem (жарғы, үлгі, қатысушы) from an ending of the next layer.
_LAST_BUT_ONE = "ғгқкшж"

_DEVOICED = str.maketrans("бғг", "пқк")
#: Nouns that lose the vowel of the last syllable before an ending: халық, халқы.
_FULL_FORMS = {
    "ауз": "ауыз",
    "ерк": "ерік",
    "ерн": "ерін",
    "көрк": "көрік",
    "құлқ": "құлық",
    "қалп": "қалып",
    "қарн": "қарын",
    "мойн": "мойын",
    "мүлк": "мүлік",
    "нарқ": "нарық",
    "халқ": "халық",
}


def stem(word: str) -> str:
    """Return the stem of a Kazakh word.

    `word` is in its exact form (casefolded, Cyrillic). The stem is never empty and never longer than the word; it is
    a key that joins the forms of a word, and not always a word itself. It is not to be stemmed again: «қолдан», the
    stem of «қолдану» (to apply), would become «қол» (hand).
    """
    found = _finished(_inner(word))
    return found if len(found) <= len(word) else word


def _inner(word: str) -> str:
    """Return the stem as it stands inside the word."""
    if word in _WHOLE:
        return word
    past = _PAST.match(word)
    verb = past.group() if past else _without(word, _FINITE, _SHORT_VERBS)
    if verb and _without(word, _CASES, _SHORT_NOUNS) not in _WHOLE:
        return _root(verb)
    noun = _noun(word)
    return noun if noun in _WHOLE else _root_of_name(_BORROWED.sub("", _FACT.sub("", noun)))


def _noun(word: str) -> str:
    """Take case, possessor and plural off, and once more inside «that which is in» (құжаттар-дағы-лар)."""
    layers = [_CASES, _POSSESSORS, _PLURALS]
    while word not in _WHOLE and not _participle(word):
        place = _without(word, _PLACES, _SHORT_NOUNS)
        if place:
            word, layers = place, [_POSSESSORS, _PLURALS]
        elif not layers:
            break
        else:
            layer = layers.pop(0)
            if layer is not _CASES or not _has_possessor_only(word):
                word = _without(word, layer, _SHORT_NOUNS) or word
    return word


def _root_of_name(noun: str) -> str:
    """Return the root of the verb of which `noun` is the name or a participle (бекіту, бекіткен), else `noun`."""
    verb = _participle(noun)
    if not verb and noun.endswith("у"):
        verb = noun[:-1] if _is_stem(noun[:-1], _SHORT_VERBS) else ""
    if verb:
        return _root(verb)
    if noun.endswith("ю") and len(noun) >= _SHORTEST:
        return noun[:-1] + "й"
    return noun[:-1] if _CONVERB.search(noun) else noun


def _participle(word: str) -> str:
    """Return the verb of a participle, or "": мемлекет-ін (its state, accusative) only looks like one in «-етін»."""
    return "" if word[:-2] in _WHOLE else _without(word, _PARTICIPLES, _SHORT_VERBS)


def _root(verb: str) -> str:
    """Take negation and passive off a verb."""
    verb = _without(verb, _NEGATIONS, _SHORT_VERBS) or verb
    shorter = verb
    if verb.endswith(("лын", "лін")) or (verb.endswith(("ыл", "іл")) and verb[-3:-2] not in _VOWELS):
        shorter = verb[:-2]
    elif verb.endswith(("ал", "ел")) and len(verb) > _SHORTEST + 1:
        shorter = verb[:-1]
    verb = shorter if _is_stem(shorter, _SHORT_VERBS) else verb
    # Verbs in -ла have the passive in -н. «қолдан» (to apply) is not the passive of «қолда» (to support).
    return verb[:-1] if verb.endswith(("лан", "лен", "қабылдан")) and len(verb) > _SHORTEST else verb


def _without(word: str, layer: _Layer, short: frozenset[str]) -> str:
    """Return `word` without the longest ending of `layer` that can stand there, or "" when there is none.

    A stem of `_WHOLE` is better than a shorter one.
    """
    best = ""
    for ending, sounds in layer:
        if not word.endswith(ending):
            continue
        rest = word[: -len(ending)]
        if rest in _WHOLE:
            return rest
        if (
            _is_stem(rest, short)
            and rest.rstrip("ьъ")[-1:] in sounds
            and _agree(rest, ending)
            and not (layer is _POSSESSORS and ending in {"сы", "сі"} and _ends_in_s(rest))
            and (not best or len(rest) < len(best))
        ):
            best = rest
    return best


def _ends_in_s(rest: str) -> bool:
    """Return whether «-сы» after `rest` belongs to a stem in «с» (қозғалыс-ы) and not to one in a vowel (жарғы-сы)."""
    if rest + "с" in _WHOLE or rest[-1] in _EITHER:
        return True
    return rest[-1] in "ыі" and rest[-2:-1] not in _LAST_BUT_ONE and not rest.endswith("кті")


def _has_possessor_only(word: str) -> bool:
    """Return whether the end of `word` looks like a case and is the end of its stem with a possessor: орган-ы."""
    if word[:-1] in _WHOLE:
        return True
    if word[:-2] in _WHOLE or not word.endswith(("ны", "ні")):
        return False
    if word.endswith(("ыны", "іні")):
        return word[-4:-3] not in _LAST_BUT_ONE
    return bool(_participle(word[:-1])) or word.endswith("оны")


def _is_stem(rest: str, short: frozenset[str]) -> bool:
    """Return whether `rest` is long enough for a stem, or one of the `short` ones."""
    return rest in short or (len(rest) >= _SHORTEST and not _VOWELS.isdisjoint(rest))


def _agree(rest: str, ending: str) -> bool:
    """Return whether the vowel of an ending agrees with the last vowel of the stem."""
    if ending in {"мен", "бен", "пен"} or rest.endswith(("ь", "ев")):
        return True
    last = next((letter for letter in reversed(rest) if letter in _VOWELS), "")
    own = next((letter for letter in ending if letter in _VOWELS), "")
    return not own or last in _EITHER or (own in _BACK) == (last in _BACK)


def _finished(found: str) -> str:
    """Bring the end of a stem to one form: кітаб to кітап, халқ to халық; белгі, like белгі-сі, to белг."""
    found = found.rstrip("ьъ") or found
    if found.endswith(("ы", "і")) and found[-2:-1] not in _VOWELS and _is_stem(found[:-1], frozenset()):
        found = found[:-1]
    if len(found) < _SHORTEST:
        return found
    if found in _FULL_FORMS:
        return _FULL_FORMS[found]
    if found.endswith("орн"):
        return found[:-1] + "ын"
    return found[:-1] + found[-1].translate(_DEVOICED) if found[-2] in _VOWELS else found
