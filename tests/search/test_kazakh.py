"""Forms of a Kazakh word fall together, and words that are none of its forms stay apart."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.search.words.analysis import exact_form
from registry.search.words.kazakh import stem

#: One word in its forms, a line each.
GROUPS = """
келісім келісімнің келісімге келісімді келісімде келісімнен келісіммен келісімдер келісімдерді келісімі келісімімен
шарт шарттың шартқа шартты шартта шарттан шартпен шарттар шарттардың шарты шартында шарттарын
мемлекет мемлекеттер мемлекеттің мемлекетке мемлекетінің мемлекетін мемлекеттеріне мемлекеттердегі
үкімет үкіметі үкіметінің үкіметін үкіметіне үкіметтер үкіметтерінің
министрлік министрлігі министрлігінің министрлігіне министрліктер министрліктері
салық салығы салығын салықтар салықты салықтың салықтан салықтардан
ынтымақтастық ынтымақтастығы ынтымақтастығын ынтымақтастықты ынтымақтастықтың ынтымақтастыққа
азамат азаматтар азаматтары азаматын азаматтарының азаматы азаматының
азаматтық азаматтығы азаматтығын азаматтықтан азаматтығының
республика республикасы республикасының республикасында республикасына республикасынан республикалар
тарап тараптар тараптардың тараптары тарапы тарапқа тараптың тарапынан тарабы
хаттама хаттамасы хаттаманың хаттамаға хаттамалар хаттамамен хаттаманы
конвенция конвенциясы конвенциясының конвенцияға конвенцияны конвенциялар конвенцияда
меморандум меморандумы меморандумға меморандумның меморандумды
ереже ережелер ережелері ережелеріне ережесі ережені
бап бабы бабының бабында бапта баптың бапқа баптар
тармақ тармағы тармағында тармақтың тармақта тармақтар
құжат құжаты құжаттар құжаттарды құжаттардың құжаттарына құжаттардағы құжатын
құқық құқығы құқығын құқықтар құқықтары құқықтың құқықтарынан
халық халқы халқының халықтар халықтары
мүлік мүлкі мүлкінің мүлікті мүлікке
кәсіпорын кәсіпорны кәсіпорындар кәсіпорындардың кәсіпорынның
орган органы органдар органдары органдарының органдарына органның
аумақ аумағы аумағында аумағынан аумақтары аумақта аумағын
мерзім мерзімі мерзіміне мерзімде мерзімді мерзімдер
күш күші күшіне күшін
іс істер ісі істері іске ісіне істі істерді
ел елдер елі елдің елдердің еліміз елімен
заң заңы заңдар заңдары заңдарына заңның заңында
хабарлама хабарламасы хабарламалар хабарламаны
қызмет қызметі қызметін қызметтер қызметтері қызметінде
мақсат мақсаты мақсатында мақсаттары мақсатта
қатынас қатынасы қатынастар қатынастары қатынастарын қатынасын
байланыс байланысы байланыстар байланыстарды байланыста
қағида қағидалар қағидалары қағидасы қағиданы
норма нормалары нормаларын нормасы нормаға
комитет комитеті комитетін комитетінің комитетке
кеден кедені кеденнің кеденге кедендер
тауар тауарлар тауарды тауардың тауарлары тауарларға
шекара шекарасы шекараның шекаралар шекарада
сот соты соттың сотқа соттар сотында
жауапкершілік жауапкершілігі жауапкершілікке жауапкершілікті
қаржы қаржының қаржыға қаржысы қаржыны
экономика экономикасы экономиканың экономикалық экономикаға
дипломатия дипломатиялық дипломатиясы дипломатияны
қазақстан қазақстанның қазақстанда қазақстанға қазақстандағы
беларусь беларуське беларусьтің беларусьпен
кітап кітабы кітаптар кітапты кітабының
төраға төрағасы төрағаның төрағалар
өкіл өкілі өкілдер өкілдері өкілінің
бекіту бекітуге бекітеді бекітілген бекітілді бекіткен бекітілуге бекітетін
жасау жасайды жасалған жасалды жасауға жасалады жасаған
қолдану қолданылады қолданылған қолдануға қолданатын қолданылатын
енгізу енгізілген енгізеді енгізуге енгізілді
тоқтату тоқтатылды тоқтатады тоқтатылған тоқтатуды
сақтау сақтайды сақталады сақтауға сақталған сақтады
ратификациялау ратификацияланды ратификациялады ратификацияланған ратификациялауға
орындау орындалады орындауға орындалған орындалуы орындалуын
келу келеді келген келетін келді
болу болады болып болған болатын болмаған болмайды
ету етеді еткен етілген етуге етпейді
беру береді берген берілген берілетін бермейтін беруді
өзгерту өзгертілген өзгертуге өзгертеді өзгертілуі
тіркеу тіркелген тіркелетін тіркеуге тіркелді
"""
FORMS = [line.split() for line in GROUPS.strip().splitlines()]

#: Words that look alike and are none of each other's forms.
DIFFERENT = """
бала балық, қала қалам, ал алма, сал салық, хат хаттама, тау тауар, сау сауда, жар жарлық, жар жарты, мем мемлекет,
азамат азаматтық, министр министрлік, қол қолдану, қолдау қолдану, келісім келіссөз, келісім келісу, білім білу,
заң заңсыз, заң заңнама, тарап тарау, тара тарап, тала талап, мек мекен, мектеп мекеме, ереже ерекше, құқық құжат,
кеден кедей, хабар хабарлама, шек шекара, бас басқа, өз өзге, тең теңге, орта орталық, жол жолдау, бір бірлік,
құр құрал, аударма аудан, қазақ қазақстан, өкіл өкілет, еркін ерік, жарғы жарық, мәтін мәні, нота нотариус,
сот сотталған, тәртіп тәрбие, күш күшейту, үкім үкімет, мін міндет, қару қар, комитет комиссия, пакт пакет,
конвенция конференция, қызмет қызу, мүлік мүмкіндік, ел елу, мақсат мақта, байланыс байлық, халық халықаралық,
түсіну түсу, жасау жасыру, тіл тілек, жер жергілікті, алтын алты, орган орғу, ақша ақы
"""
PAIRS = [pair.split() for pair in DIFFERENT.replace("\n", " ").split(",")]

#: The errors that are known and borne, so that a change in them is seen.
UNITED_BY_MISTAKE = [("заң", "заңды"), ("қос", "қосылу")]
PARTED_BY_MISTAKE = [("келісім", "келісімім"), ("кеден", "кедендік"), ("бюллетень", "бюллетені")]

KAZAKH_LETTERS = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"


def counts(groups, stemmer):
    """Return how many pairs of one group got two stems, and how many pairs of two groups got one (Paice 1994)."""
    stems = [[stemmer(word) for word in group] for group in groups]
    under = sum(one != other for group in stems for one, other in combinations(group, 2))
    over = sum(one == other for group, more in combinations(stems, 2) for one in group for other in more)
    return under, over


@pytest.mark.parametrize("forms", FORMS, ids=[forms[0] for forms in FORMS])
def test_the_forms_of_a_word_have_one_stem(forms):
    assert {stem(form) for form in forms} == {stem(forms[0])}


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_words_that_look_alike_stay_apart(one, other):
    assert stem(one) != stem(other)


def test_the_words_of_the_groups_stay_apart():
    assert len({stem(forms[0]) for forms in FORMS}) == len(FORMS)


@pytest.mark.parametrize(("one", "other"), UNITED_BY_MISTAKE)
def test_what_it_unites_by_mistake(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), PARTED_BY_MISTAKE)
def test_what_it_parts_by_mistake(one, other):
    assert stem(one) != stem(other)


def test_it_is_better_than_nothing_and_than_five_letters():
    assert counts(FORMS, stem) == (0, 0)
    assert counts(FORMS, lambda word: word)[0] > 1000
    under, over = counts(FORMS, lambda word: word[:5])
    assert under > 300
    assert over > 30


@given(st.text(KAZAKH_LETTERS, min_size=1, max_size=25))
def test_a_stem_is_never_empty_and_never_longer(word):
    found = stem(word)
    assert found
    assert len(found) <= len(word)
    assert found[:2] == word[:2] or len(word) < 4


@given(st.text(max_size=12))
def test_it_takes_whatever_comes(word):
    assert bool(stem(word)) == bool(word)


def test_a_stem_is_not_stemmed_again():
    assert stem("қолдану") == "қолдан"
    assert stem("қолдан") == "қол"


def test_the_words_of_real_texts_become_fewer(texts_folder):
    vocabulary = set()
    for path in texts_folder.glob("*.kk.txt"):
        # The first line names the source, in English.
        text = path.read_text(encoding="utf-8").split("\n", 1)[1]
        vocabulary.update(word for raw in re.findall(r"[^\W\d_]+", text) if not (word := exact_form(raw)).isascii())
    stems = {stem(word) for word in vocabulary}
    assert len(vocabulary) > 1000
    assert len(stems) < 0.62 * len(vocabulary)
