"""What members have learned: shared from chat on any day, found by the others, and by nobody else."""

from __future__ import annotations

import pytest

KOEGE, RINGSTED, MAYOR = "klima@koege.example", "klima@ringsted.example", "borgmester@koege.example"
SECRETARIAT = "sekretariat@frederiksberg.example"
TYPED = "del Fælles indkøb af varmepumper https://koege.example/varmepumper"


def numbers(said):
    return [row[0] for row in said.rows()]


def test_what_is_shared_is_found_by_the_others_with_author_day_link_theme_and_whom_to_ask(talk):
    assert "Ingen har delt" in talk.say(RINGSTED, "erfaringer").text
    told = talk.press(KOEGE, talk.say(KOEGE, TYPED), "Energi og varme")
    assert "Energi og varme" in told.summary
    listed = talk.say(RINGSTED, "erfaringer varmepumpe koege")
    (row,) = listed.rows()
    assert row[1:2] + row[3:] == ("Køge", "Energi og varme", "1. mar. 2027", "Søren Uldum")
    assert "https://koege.example/varmepumper" in row[2]
    one = talk.press(RINGSTED, listed, "Nr. 1, Køge")
    assert "Søren Uldum" in one.text and "https://koege.example/varmepumper" in one.text
    assert not any("fortryd" in words or "tema" in words for words in one.offered())
    assert talk.press(RINGSTED, talk.say(RINGSTED, "erfaringer varmpumper"), "varmepumper").rows() == [row]


def test_sharing_counts_as_evidence_where_that_is_required_and_both_are_taken_back_as_one(talk):
    assert "krav 5a" in talk.say(KOEGE, TYPED).text
    assert talk.standing("Køge", "sharing_local") == "fulfilled"
    assert "allerede delt" in talk.say(KOEGE, TYPED).text and len(talk.settlements("Køge", "sharing_local")) == 1
    talk.say(KOEGE, "erfaring 1 fortryd")
    assert talk.standing("Køge", "sharing_local") != "fulfilled"
    assert "trukket tilbage" in talk.say(RINGSTED, "erfaring 1").text
    assert numbers(talk.say(RINGSTED, "erfaringer")) == []
    assert "allerede trukket" in talk.say(KOEGE, "fortryd 95").text


@pytest.mark.parametrize(
    "number, kind, shares",
    [("5a", "knowledge", True), ("5a", "peer_advice", True), ("5b", "case", True), ("4", "zero_waste", False)],
)
def test_evidence_of_sharing_is_an_experience_and_no_other_evidence_is(talk, number, kind, shares):
    form = talk.say(KOEGE, f"dokumenter {number}")
    assert ("theme" in form.asks()) is shares
    given = {"kind": kind, "what": "Varmepumper", "since": "2027-02-01", "theme": "energy"}
    receipt = talk.send(KOEGE, form, **{key: value for key, value in given.items() if key in form.asks()})
    assert receipt.done and len(numbers(talk.say(RINGSTED, "erfaringer energi"))) == shares
    if shares:
        talk.press(KOEGE, receipt, "Fortryd")
        assert numbers(talk.say(RINGSTED, "erfaringer")) == []


def test_attendance_alone_shares_nothing(talk):
    talk.at = "2027-04-01T09:00"
    talk.played.plan(talk.at)
    for kind, shared in (("attendance_only", 0), ("talk", 1)):
        talk.send(KOEGE, talk.say(KOEGE, "dokumenter 3b"), kind=kind, what="Workshoppen om transport")
        assert len(numbers(talk.say(RINGSTED, "erfaringer"))) == shared


@pytest.mark.parametrize("who, may", [(KOEGE, True), (MAYOR, True), (SECRETARIAT, True), (RINGSTED, False)])
@pytest.mark.parametrize("words", ["erfaring 1 tema transport", "erfaring 1 fortryd"])
def test_only_who_acts_for_the_member_changes_what_it_shared(talk, who, may, words):
    talk.say(KOEGE, TYPED)
    before = talk.dump("journal")
    assert talk.say(who, words).done is may
    assert bool(before != talk.dump("journal")) is may


@pytest.mark.parametrize(
    "typed, wrong",
    [
        ({"what": ""}, "what"),
        ({"what": "x" * 501}, "what"),
        ({"link": "koege.dk"}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"theme": "opfundet"}, "theme"),
    ],
)
def test_what_is_wrong_is_named_at_its_field_and_nothing_is_shared(talk, typed, wrong):
    good = {"what": "Varmepumper", "link": "", "theme": ""}
    again = talk.send(KOEGE, talk.say(KOEGE, "del"), **(good | typed))
    assert set(again.errors()) == {wrong}
    assert numbers(talk.say(RINGSTED, "erfaringer")) == []


@pytest.mark.parametrize(
    "words, said",
    [
        ("erfaring 1 tema snak", "Jeg kender ikke temaet ”snak”"),
        ("erfaring 7 tema transport", "ingen erfaring nr. 7"),
        ("erfaringer 2030", "passer på ”2030”"),
        ("erfaringer mangler", "Den liste er for sekretariatet"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_can(talk, words, said):
    talk.say(KOEGE, TYPED)
    assert said in talk.say(KOEGE, words).text


def test_a_long_list_comes_a_page_at_a_time_newest_first_and_nothing_is_cut(talk):
    for number in range(1, 13):
        talk.say(KOEGE, f"del Erfaring med emne {number}")
    first = talk.say(RINGSTED, "erfaringer emne")
    second = talk.press(RINGSTED, first, "Ældre")
    assert numbers(first) + numbers(second) == [str(number) for number in range(12, 0, -1)]
    assert "side 2 af 2" in second.summary and numbers(talk.press(RINGSTED, second, "Nyere")) == numbers(first)
    assert numbers(talk.say(RINGSTED, "erfaringer emne side 99")) == numbers(second)


@pytest.mark.parametrize("at, lacking", [("2028-02-29T09:00", False), ("2028-03-01T09:00", True)])
def test_who_has_shared_nothing_for_a_year_is_shown_to_the_secretariat(talk, at, lacking):
    talk.say(KOEGE, TYPED)
    talk.say(RINGSTED, "del En erfaring mere")
    talk.say(RINGSTED, "erfaring 2 fortryd")
    talk.at = at
    named = {row[0]: row[2] for row in talk.say(SECRETARIAT, "erfaringer mangler").rows()}
    assert named["Ringsted"] == "endnu ikke"
    assert ("Køge" in named) is lacking


def test_who_has_left_office_reads_nothing_any_more(talk):
    talk.say(KOEGE, TYPED)
    assert talk.surely(SECRETARIAT, f"for Ringsted: fratræd {RINGSTED}").done
    told = talk.say(RINGSTED, "erfaringer")
    assert not told.done and "varmepumper" not in told.text
