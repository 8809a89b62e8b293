"""Words of one language find records of another, and the answer says what was added."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from importlib.resources import files

import pytest

from registry.search.highlight import Highlighter
from registry.search.query_language import thesaurus
from registry.search.query_language.grammar import parse
from registry.search.query_language.thesaurus import LANGUAGES, expand
from registry.search.query_language.tree import Alternative, And, Term, read_as, walk
from registry.search.words.analysis import words
from tests.search.conftest import record

DATA = files("registry") / "data"
CONTENT = json.loads((DATA / "thesaurus.json").read_text(encoding="utf-8"))
CONCEPTS = CONTENT["concepts"]
SUBJECTS = json.loads((DATA / "subjects.json").read_text(encoding="utf-8"))["subjects"]

#: The letters of each language, besides the space, the hyphen and the apostrophe inside a word.
LETTERS = {
    "en": r"[A-Za-zäé]+",
    "ru": r"[А-Яа-яЁё]+",
    "kk": r"[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]+",
    "be": r"[АаБбВвГгДдЕеЁёЖжЗзІіЙйКкЛлМмНнОоПпРрСсТтУуЎўФфХхЦцЧчШшЫыЬьЭэЮюЯя]+",
}

#: Concepts that may share a term. Laws of Kazakhstan call both ratification and approval «бекіту»; a search takes some
#: English words of one family for one word, though the other languages tell them apart.
SHARING = [{"approval", "ratification"}, {"forest", "forestry"}, {"tax", "taxation"}]

#: What is typed, and one term that must be looked for as well.
ADDED = [
    # From English.
    ("double taxation", "двойное налогообложение"),
    ("double taxation", "қосарланған салық салу"),
    ("double taxation", "двайное падаткаабкладанне"),
    ("entry into force", "вступление в силу"),
    ("denunciation", "денонсация"),
    ("provisional application", "уақытша қолдану"),
    ("full powers", "паўнамоцтвы"),
    ("settlement of disputes", "урегулирование споров"),
    ("extradition", "выдача"),
    ("transfer of sentenced persons", "сотталған адамдарды беру"),
    ("mutual legal assistance", "правовая помощь"),
    ("protection of investments", "защита инвестиций"),
    ("Ministry of Foreign Affairs", "МИД"),
    ("ministry of internal affairs", "ішкі істер министрлігі"),
    ("prosecutor general", "генеральная прокуратура"),
    ("border service", "пограничная служба"),
    ("KGB", "комитет государственной безопасности"),
    ("customs authorities", "мытныя органы"),
    ("civil aviation", "грамадзянская авіяцыя"),
    ("recognition of diplomas", "признание документов об образовании"),
    ("classified information", "құпия ақпарат"),
    ("plant quarantine", "карантин растений"),
    ("Almaty", "Алма-Ата"),
    ("Akmola", "Астана"),
    ("Belarus", "Рэспубліка Беларусь"),
    # Heads of common bilateral treaties.
    ("capital gains", "доходы от прироста стоимости имущества"),
    ("interest", "проценты"),
    ("dividends", "дивидендтер"),
    ("royalties", "роялти"),
    ("business profits", "прибыль от предпринимательской деятельности"),
    ("permanent establishment", "постоянное учреждение"),
    ("non-discrimination", "недискриминация"),
    ("nondiscrimination", "кемсітпеу"),
    ("mutual agreement procedure", "процедура взаимного согласования"),
    ("exchange of information", "обмен информацией"),
    ("immovable property", "жылжымайтын мүлік"),
    ("directors' fees", "гонорары директоров"),
    ("visa free", "безвизовый режим"),
    ("visa-free", "бязвізавы рэжым"),
    ("third-country nationals", "граждане третьих государств"),
    ("most favoured nation", "режим наибольшего благоприятствования"),
    ("expropriation", "экспрапрыяцыя"),
    ("air services", "воздушное сообщение"),
    ("social security", "әлеуметтік қамсыздандыру"),
    ("cabotage", "каботаж"),
    ("совместная комиссия", "бірлескен комиссия"),
    ("обмену информацией", "exchange of information"),
    ("недвижимого имущества", "immovable property"),
    ("жылжымайтын мүлік", "недвижимое имущество"),
    ("нерухомая маёмасць", "immovable property"),
    ("дывідэнды", "dividends"),
    # From Russian, also in other cases than the nominative.
    ("двойного налогообложения", "double taxation"),
    ("вступления в силу", "күшіне ену"),
    ("оговорка", "reservation"),
    ("депозитарий", "дэпазітарый"),
    ("присоединение", "accession"),
    ("пенсионное обеспечение", "pension"),
    ("пункты пропуска", "өткізу пункттері"),
    ("лесное хозяйство", "лясная гаспадарка"),
    ("организованная преступность", "organized crime"),
    ("СНГ", "Тәуелсіз Мемлекеттер Достастығы"),
    ("Казахстан", "Қазақстан"),
    # From Kazakh.
    ("қосарланған салық салу", "двойное налогообложение"),
    ("ұстап беру", "extradition"),
    ("халықаралық шарт", "международный договор"),
    ("кеден ісі", "мытная справа"),
    ("мәдени мұра", "культурное наследие"),
    ("қоршаған ортаны қорғау", "охрана окружающей среды"),
    ("Мәжіліс", "Мажилис"),
    ("бекіту", "ратификация"),
    ("бекіту", "утверждение"),
    # From Belarusian.
    ("двайное падаткаабкладанне", "двойное налогообложение"),
    ("ахова здароўя", "health"),
    ("міністэрства замежных спраў", "сыртқы істер министрлігі"),
    ("дзяржаўная граніца", "мемлекеттік шекара"),
    ("уступленне ў сілу", "entry into force"),
    ("пагадненне", "соглашение"),
    # Words of the vocabulary of subjects that the thesaurus leaves to it.
    ("finance and banking", "Финансы и банковское дело"),
    ("Labour and social protection", "Еңбек және әлеуметтік қорғау"),
]


def alternatives(node):
    """Return what was added to a query."""
    return [item for item in walk(node) if isinstance(item, Alternative)]


@pytest.mark.parametrize(("query", "term"), ADDED)
def test_a_term_is_looked_for_in_the_other_languages(query, term):
    assert term in expand(parse(query))[1]


def test_words_of_one_language_find_records_of_another(index, library):
    library.put(record(50, "Дорожная карта развития"), record(51, "Жол картасы"))
    hits = index.search(parse("road map"))
    assert set(hits.keys) == {50, 51}
    assert "дорожная карта" in hits.answer.also


def test_it_can_be_switched_off(index, library):
    library.put(record(50, "Конвенция о выдаче"))
    hits = index.search(parse("extradition"))
    assert hits.keys == [50]
    assert "выдача" in hits.answer.also
    hits = index.search(parse("extradition"), expanded=False)
    assert (hits.keys, hits.answer.also) == ([], [])


def test_ones_own_words_come_first(index, library):
    library.put(record(50, "Дорожная карта"), record(51, "Roadmap"))
    assert index.search(parse("roadmap")).keys == [51, 50]
    assert index.search(parse("дорожной картой")).keys == [50, 51]


def test_the_longest_term_wins():
    node, also = expand(parse("double taxation"))
    assert "двойное налогообложение" in also
    assert "(double AND taxation) OR" in read_as(node)
    _, also = expand(parse("free trade area"))
    assert "зона свободной торговли" in also
    assert "торговля" not in also


@pytest.mark.parametrize(
    "text",
    [
        '"road map"',
        "roadmap*",
        "roadm?p",
        "roadmap~",
        "title:roadmap",
        "title:(road map)",
        "article:(road map)",
        "NOT roadmap слово",
        "марсиане",
        # A name of a field of law in the list of subjects, but in most queries «в области».
        "области",
    ],
)
def test_what_is_meant_as_it_stands_is_not_widened(text):
    node = parse(text)
    assert expand(node) == (node, [])


def test_words_inside_brackets_are_widened():
    node, also = expand(parse("(roadmap OR протокол) 2024"))
    assert {"дорожная карта", "protocol"} <= set(also)
    assert isinstance(node, And)


def test_other_words_of_the_query_still_have_to_match(index, library):
    library.put(record(50, "Дорожная карта развития промышленности"), record(51, "Дорожная карта образования"))
    assert index.search(parse("roadmap образования")).keys == [51]
    assert 51 not in index.search(parse("roadmap -образования")).keys


def test_highlights_mark_what_was_added():
    node, _ = expand(parse("roadmap"))
    marked = [item.text for item in Highlighter(node).segments("Новая дорожная карта") if item.is_match]
    assert marked == ["дорожная", "карта"]


def test_small_words_of_a_term_that_was_added_are_not_looked_for():
    node, also = expand(parse("вступление в силу"))
    assert "entry into force" in also
    assert And((Term("entry"), Term("force"))) in [item.node for item in alternatives(node)]


def test_a_query_gets_a_bounded_number_of_terms():
    assert max(map(len, thesaurus._thesaurus().others.values())) <= thesaurus.MOST_PER_CONCEPT
    terms = [concept["ru"][0].replace("-", " ") for concept in CONCEPTS if "ru" in concept]
    node, also = expand(parse(" ".join(" ".join(terms).split()[:60])))
    assert len(alternatives(node)) == thesaurus.MOST_IN_ALL
    assert len(also) <= thesaurus.MOST_IN_ALL


def test_what_is_left_of_the_bound_keeps_the_preferred_terms(monkeypatch):
    monkeypatch.setattr(thesaurus, "MOST_IN_ALL", 3)
    _, also = expand(parse("double taxation (roadmap)"))
    assert also == ["двойное налогообложение", "қосарланған салық салу", "двайное падаткаабкладанне"]


def test_every_concept_has_a_name_and_terms_of_two_languages_at_least():
    names = Counter(concept["id"] for concept in CONCEPTS)
    assert [name for name, count in names.items() if count > 1] == []
    for concept in CONCEPTS:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", concept["id"])
        assert set(concept) <= {"id", "sources", *LANGUAGES}
        assert len(set(concept) & set(LANGUAGES)) >= 2, concept["id"]


def test_every_term_is_clean_and_in_the_letters_of_its_language():
    for concept in CONCEPTS:
        for language in set(concept) & set(LANGUAGES):
            terms = concept[language]
            assert terms, concept["id"]
            assert len({" ".join(word.text for word in words(term)) for term in terms}) == len(terms), terms
            for term in terms:
                assert term == unicodedata.normalize("NFC", term)
                assert all(re.fullmatch(LETTERS[language], word) for word in re.split(r"[ \-’]", term)), term
                assert any(word.text not in thesaurus._SMALL for word in words(term)), term


def test_no_term_is_in_two_concepts_unless_it_is_meant():
    owners = defaultdict(set)
    for concept in CONCEPTS:
        for language in set(concept) & set(LANGUAGES):
            for term in concept[language]:
                owners[thesaurus._stems(term)].add(concept["id"])
    assert {stems: names for stems, names in owners.items() if len(names) > 1 and names not in SHARING} == {}


def test_sources_are_explained_and_used():
    used = {source for concept in CONCEPTS for source in concept.get("sources", ())}
    assert used == set(CONTENT["sources"])


def test_words_that_are_not_widened_are_words_of_subjects():
    of_subjects = {term for subject in SUBJECTS for terms in subject["synonyms"].values() for term in terms}
    assert set(CONTENT["not_widened"]) <= of_subjects
    for word in CONTENT["not_widened"]:
        assert expand(parse(word))[1] == [], word


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject["code"])
def test_the_label_of_a_subject_is_looked_for_in_other_languages(subject):
    _, also = expand(parse(subject["labels"]["en"]))
    assert any(re.fullmatch(LETTERS["ru"], word) for term in also for word in term.split())


def test_the_description_of_the_data_counts_what_is_there():
    text = (DATA / "README.md").read_text(encoding="utf-8")
    terms = {language: sum(len(concept.get(language, ())) for concept in CONCEPTS) for language in LANGUAGES}
    counts = ", ".join(f"{terms[language]} {language}" for language in LANGUAGES)
    assert f"{len(CONCEPTS)} concepts with {sum(terms.values())} terms ({counts})" in text
