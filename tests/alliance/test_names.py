"""Every municipality is found however it is written, and Danish names come in Danish order."""

from __future__ import annotations

import random
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.errors import Refused
from alliance.names import danish_key, find, fold, matching

# Code and name of all 98, from the register of municipalities.
MUNICIPALITIES = dict(
    line.split(" ", 1)
    for line in """\
0101 København
0147 Frederiksberg
0151 Ballerup
0153 Brøndby
0155 Dragør
0157 Gentofte
0159 Gladsaxe
0161 Glostrup
0163 Herlev
0165 Albertslund
0167 Hvidovre
0169 Høje-Taastrup
0173 Lyngby-Taarbæk
0175 Rødovre
0183 Ishøj
0185 Tårnby
0187 Vallensbæk
0190 Furesø
0201 Allerød
0210 Fredensborg
0217 Helsingør
0219 Hillerød
0223 Hørsholm
0230 Rudersdal
0240 Egedal
0250 Frederikssund
0253 Greve
0259 Køge
0260 Halsnæs
0265 Roskilde
0269 Solrød
0270 Gribskov
0306 Odsherred
0316 Holbæk
0320 Faxe
0326 Kalundborg
0329 Ringsted
0330 Slagelse
0336 Stevns
0340 Sorø
0350 Lejre
0360 Lolland
0370 Næstved
0376 Guldborgsund
0390 Vordingborg
0400 Bornholm
0410 Middelfart
0420 Assens
0430 Faaborg-Midtfyn
0440 Kerteminde
0450 Nyborg
0461 Odense
0479 Svendborg
0480 Nordfyns
0482 Langeland
0492 Ærø
0510 Haderslev
0530 Billund
0540 Sønderborg
0550 Tønder
0561 Esbjerg
0563 Fanø
0573 Varde
0575 Vejen
0580 Aabenraa
0607 Fredericia
0615 Horsens
0621 Kolding
0630 Vejle
0657 Herning
0661 Holstebro
0665 Lemvig
0671 Struer
0706 Syddjurs
0707 Norddjurs
0710 Favrskov
0727 Odder
0730 Randers
0740 Silkeborg
0741 Samsø
0746 Skanderborg
0751 Aarhus
0756 Ikast-Brande
0760 Ringkøbing-Skjern
0766 Hedensted
0773 Morsø
0779 Skive
0787 Thisted
0791 Viborg
0810 Brønderslev
0813 Frederikshavn
0820 Vesthimmerlands
0825 Læsø
0840 Rebild
0846 Mariagerfjord
0849 Jammerbugt
0851 Aalborg
0860 Hjørring
""".splitlines()
)
OFFICIAL = {code: f"{name} Kommune" for code, name in MUNICIPALITIES.items()} | {
    "0101": "Københavns Kommune",
    "0400": "Bornholms Regionskommune",
}

# How an æ, ø or å gets typed where the keyboard or the form has none.
SPELLINGS = {
    "æ": ("æ", "ae", "ä"),
    "ø": ("ø", "oe", "o", "ö"),
    "å": ("å", "aa", "a"),
    "aa": ("aa", "å", "a"),
    "-": ("-", " ", "\u2013", " - ", "\u00a0", "\u2011", ""),
}


def refused(name: str, known: dict[str, str] = MUNICIPALITIES) -> Refused:
    with pytest.raises(Refused) as caught:
        find(name, known)
    return caught.value


def suggestions(name: str, known: dict[str, str] = MUNICIPALITIES) -> tuple[object, ...]:
    offered = refused(name, known).facts["suggestions"]
    assert isinstance(offered, tuple)
    return offered


@st.composite
def written(draw: st.DrawFn, name: str) -> str:
    """Draw a way to write a name: other letters, hyphens, capitals, invisible characters and words around."""
    text, rest = "", name.lower()
    while rest:
        piece = "aa" if rest.startswith("aa") else rest[0]
        text += draw(st.sampled_from(SPELLINGS.get(piece, (piece,))))
        text += draw(st.sampled_from(("", "", "\u200b", "\u00ad")))
        rest = rest[len(piece) :]
    cased = draw(st.sampled_from((str.lower, str.upper, str.title)))(text)
    form: Literal["NFC", "NFD"] = draw(st.sampled_from(("NFC", "NFD")))
    around = draw(st.sampled_from(("{}", " {}\n", "{} Kommune", "{}  kommune", "City of {}", "{} municipality")))
    return unicodedata.normalize(form, around.format(cased))


def test_there_are_98_municipalities() -> None:
    assert len(MUNICIPALITIES) == 98


@pytest.mark.parametrize("code", MUNICIPALITIES)
def test_every_municipality_is_found_by_its_code_its_name_and_its_official_name(code: str) -> None:
    for written_as in (code, code.lstrip("0"), MUNICIPALITIES[code], OFFICIAL[code]):
        assert find(written_as, MUNICIPALITIES) == code


@given(st.data(), st.sampled_from(sorted(MUNICIPALITIES)))
def test_a_municipality_is_found_in_any_spelling_of_its_letters_and_hyphens(data: st.DataObject, code: str) -> None:
    name = data.draw(written(MUNICIPALITIES[code]))
    assert find(name, MUNICIPALITIES) == code


@pytest.mark.parametrize(
    ("name", "official"),
    [
        ("Høje Taastrup", "Høje-Taastrup Kommune"),
        ("Hoeje-Taastrup", "Høje-Taastrup Kommune"),
        ("Hoeje-Taastrup Kommune", "Høje-Taastrup Kommune"),
        ("Høje-Tåstrup", "Høje-Taastrup Kommune"),
        ("hojetastrup", "Høje-Taastrup Kommune"),
        ("Århus", "Aarhus Kommune"),
        ("A\u030arhus", "Aarhus Kommune"),
        ("City of Aarhus", "Aarhus Kommune"),
        ("Aarhus Kommunes", "Aarhus Kommune"),
        ("AARHUS KOMMUNE", "Aarhus Kommune"),
        ("Ålborg", "Aalborg Kommune"),
        ("Elsinore Municipality", "Helsingør Kommune"),
        ("Elsinore", "Helsingør Kommune"),
        ("Copenhagen", "Københavns Kommune"),
        ("City of Copenhagen", "Københavns Kommune"),
        ("Municipality of Copenhagen", "Københavns Kommune"),
        ("Københavns Kommune", "Københavns Kommune"),
        ("Koebenhavns Kommune", "Københavns Kommune"),
        ("Koebenhavn", "Københavns Kommune"),
        ("Kobenhavn", "Københavns Kommune"),
        ("Nordfyn", "Nordfyns Kommune"),
        ("Nordfyns", "Nordfyns Kommune"),
        ("Nordfyn Kommune", "Nordfyns Kommune"),
        ("Vesthimmerland", "Vesthimmerlands Kommune"),
        ("Vesthimmerlands", "Vesthimmerlands Kommune"),
        ("Bornholms Regionskommune", "Bornholms Regionskommune"),
        ("Bornholm", "Bornholms Regionskommune"),
        ("Bornholms Kommune", "Bornholms Regionskommune"),
        ("Bornholm Regional Municipality", "Bornholms Regionskommune"),
        ("koge", "Køge Kommune"),
        ("koege", "Køge Kommune"),
        ("Köge", "Køge Kommune"),
        ("Køge?", "Køge Kommune"),
        ("Køges", "Køge Kommune"),
        ("Lyngby Taarbæk", "Lyngby-Taarbæk Kommune"),
        ("Lyngby – Tårbæk", "Lyngby-Taarbæk Kommune"),
        ("Brønderslev", "Brønderslev Kommune"),
        ("bronderslev", "Brønderslev Kommune"),
        ("0147", "Frederiksberg Kommune"),
        ("147", "Frederiksberg Kommune"),
        (" 0147\u200b ", "Frederiksberg Kommune"),
        ("\u200bK\u200bøge\ufeff", "Køge Kommune"),
        ("\t Ikast \u00a0\u2011  Brande\u202f", "Ikast-Brande Kommune"),
    ],
)
def test_a_municipality_is_found_as_people_write_it(name: str, official: str) -> None:
    assert OFFICIAL[find(name, MUNICIPALITIES)] == official


def test_a_name_is_found_where_the_official_names_are_the_known_ones() -> None:
    assert find("Aarhus", OFFICIAL) == "0751"
    assert find("Høje Taastrup", OFFICIAL) == "0169"


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "\u200b",
        "Kommune",
        "City of",
        "Malmø",
        "0000",
        "0",
        "999",
        "1470",
        "Aarhus Vejle",
        "Aarhu",
        "%",
    ],
)
def test_a_name_that_is_no_municipality_is_refused_with_what_we_got(name: str) -> None:
    refusal = refused(name)
    assert (refusal.reason, refusal.facts["got"]) == ("unknown_municipality", name)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Lyngby", "Lyngby-Taarbæk"),
        ("Ringkøbing", "Ringkøbing-Skjern"),
        ("Guld", "Guldborgsund"),
        ("Århuss", "Aarhus"),
        ("Kalunborg Kommune", "Kalundborg"),
        ("Hilerod", "Hillerød"),
    ],
)
def test_a_near_or_begun_name_is_suggested_and_not_accepted(name: str, first: str) -> None:
    assert suggestions(name)[0] == first


@pytest.mark.parametrize("name", ["Gul", "xyzzy", "", "q" * 5000])
def test_nothing_is_suggested_for_fewer_than_four_letters_or_for_nonsense(name: str) -> None:
    assert suggestions(name) == ()


@pytest.mark.parametrize(
    ("name", "begun"),
    [
        ("Ring", {"Ringsted", "Ringkøbing-Skjern"}),
        ("Frederiks", {"Frederiksberg", "Frederikssund", "Frederikshavn"}),
    ],
)
def test_the_names_that_were_begun_are_suggested_before_those_that_look_alike(name: str, begun: set[str]) -> None:
    assert set(suggestions(name)[: len(begun)]) == begun


@given(st.text(max_size=40))
def test_any_text_is_found_or_refused_with_at_most_three_known_suggestions(name: str) -> None:
    try:
        assert find(name, MUNICIPALITIES) in MUNICIPALITIES
    except Refused as refusal:
        offered = refusal.facts["suggestions"]
        assert isinstance(offered, tuple)
        assert len(offered) <= 3
        assert set(offered) <= set(MUNICIPALITIES.values())


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Køge", {"1": "Køge", "2": "Koege"}),
        ("Koge", {"1": "Køge", "2": "Kooge", "3": "Koege"}),
        ("7", {"007": "Køge", "07": "Vejle"}),
    ],
)
def test_a_name_that_fits_two_as_well_is_refused_with_both(name: str, known: dict[str, str]) -> None:
    refusal = refused(name, known)
    assert (refusal.reason, refusal.facts["got"]) == ("ambiguous_municipality", name)
    assert len(suggestions(name, known)) == 2


@pytest.mark.parametrize(
    ("name", "code"),
    [("Nord", "1"), ("Nords", "2"), ("Sørø", "3"), ("Soeroe", "3"), ("Soro", "4")],
)
def test_the_name_itself_goes_before_another_spelling_of_a_neighbours(name: str, code: str) -> None:
    assert find(name, {"1": "Nord", "2": "Nords", "3": "Sørø", "4": "Soro"}) == code


# Order


def test_danish_names_come_with_ae_oe_aa_last_however_aa_is_written() -> None:
    in_order = ["Assens", "Odense", "Varde", "Æblø", "Ærø", "Øer", "Aabenraa", "Aalborg", "Århus", "Aars"]
    shuffled = random.Random(7).sample(in_order, len(in_order))
    assert sorted(shuffled, key=danish_key) == in_order


def test_the_last_municipalities_are_aeroe_aabenraa_aalborg_aarhus() -> None:
    last = sorted(MUNICIPALITIES.values(), key=danish_key)[-4:]
    assert last == ["Ærø", "Aabenraa", "Aalborg", "Aarhus"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Aarhus", "Århus"),
        ("AARHUS", "aarhus"),
        ("Åben", "A\u030aben"),
        ("Allé", "Alle"),
        ("Ärö", "Ærø"),
        ("Müller", "Myller"),
        ("Høje-Taastrup", "høje taastrup"),
        ("Kø\u200bge", "Køge"),
    ],
)
def test_capitals_accents_and_foreign_letters_do_not_change_the_order(one: str, other: str) -> None:
    assert danish_key(one) == danish_key(other)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("z", "æ"),
        ("æ", "ø"),
        ("ø", "å"),
        ("ø", "aa"),
        ("az", "aa"),
        ("Vejen", "Vejle"),
        ("2", "a"),
        ("", "a"),
    ],
)
def test_one_letter_comes_before_another(first: str, second: str) -> None:
    assert danish_key(first) < danish_key(second)


# Folding


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hjælp", "hjaelp"),
        ("NÆSTE", "naeste"),
        ("Århus", "aarhus"),
        ("a\u030a", "aa"),
        ("\u212b", "aa"),
        ("Köln Ärö", "koeln aeroe"),
        ("Allé", "alle"),
        ("Ǿ", "oe"),
        ("ﬁ", "fi"),
        ("  Høje -\u2013 Taastrup\u00a0", "hoeje taastrup"),
        ("næ\u200bste\ufeff", "naeste"),
        ("", ""),
        ("Straße", "strasse"),
    ],
)
def test_text_folds_to_small_ascii_letters_and_single_spaces(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text("abcæøåÆØÅé -", max_size=20))
def test_danish_text_folds_to_ascii_whatever_its_capitals_and_form(text: str) -> None:
    assert fold(text).isascii()
    assert fold(text.upper()) == fold(text) == fold(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("kø", ["Køge", "København"]),
        ("ringk", ["Ringkøbing-Skjern"]),
        ("ring", ["Ringsted", "Ringkøbing-Skjern"]),
        ("skjern", ["Ringkøbing-Skjern"]),
        ("kobenhavn", ["København"]),
        ("copenhagen", ["København"]),
        ("Aabenraa Kommune", ["Aabenraa"]),
        ("åben", ["Aabenraa"]),
        ("Kjøge", ["Køge"]),
        ("sønder", ["Sønderborg"]),
        ("borg", ["Faaborg-Midtfyn", "Sønderborg", "Fredensborg"]),
    ],
)
def test_a_name_is_found_while_it_is_typed_those_that_begin_so_first(typed: str, found: list[str]) -> None:
    offered = matching(typed, MUNICIPALITIES.values())
    assert [name for name in offered if name in found] == sorted(found, key=offered.index) and offered[0] in found


def test_every_name_is_found_by_each_of_its_beginnings() -> None:
    for name in MUNICIPALITIES.values():
        for end in range(1, len(name) + 1):
            assert name in matching(name[:end], MUNICIPALITIES.values()), name[:end]


def test_nothing_typed_offers_all_names_in_the_order_they_came() -> None:
    assert matching(" ", MUNICIPALITIES.values()) == list(MUNICIPALITIES.values())
