"""A municipality joins: it asks, is refused kindly until its plan is approved, is signed for, and is a member."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from storage.changes.register import end_membership
from storage.tables import tables

SECRETARIAT, LEJRE = "sekretariat@frederiksberg.example", "klima@lejre.example"
SIGNED = {
    "signed_by": "Anne Holm",
    "signed_role": "borgmester",
    "signed_on": "26.2.2027",
    "document": "https://koege.example/erklaering.pdf",
    "since": "1.4.2027",
}


def left(talk: Any, name: str) -> None:
    """The municipality has left: since New Year it is no member."""

    def leave(connection: Any, alliance_id: int) -> None:
        organisation = tables["organisation"]
        known = organisation.select().where(organisation.c.alliance_id == alliance_id, organisation.c.name == name)
        end_membership(connection, alliance_id, connection.execute(known).one().id, date(2027, 1, 1))

    talk.change(leave)


def asked(talk: Any, name: str) -> Any:
    left(talk, name)
    form = talk.say(SECRETARIAT, f"tiltrædelse ny {name}")
    return talk.send(SECRETARIAT, form, asked_by="borgmester Anne Holm")


def members(talk: Any) -> dict[str, tuple[str, ...]]:
    return {row[0]: row[1:] for row in talk.say(LEJRE, "om medlemmer").rows()}


def test_who_asks_is_noted_then_signed_for_and_is_a_member_from_the_day(talk):
    noted = asked(talk, "Køge")
    assert "den 1. marts 2027 af borgmester Anne Holm" in noted.text and "Køge" not in members(talk)
    form = talk.press(SECRETARIAT, noted, "Notér underskriften")
    signed = talk.send(SECRETARIAT, form, **SIGNED)
    assert (
        "Anne Holm, borgmester, den 26. februar 2027" in signed.text and "medlem fra den 1. april 2027" in signed.text
    )
    for at, is_member in (("2027-03-31T23:59", False), ("2027-04-01T00:00", True)):
        talk.at = at
        assert ("Køge" in members(talk)) is is_member
    assert members(talk)["Køge"][-1] == "Anne Holm, borgmester, den 26. februar 2027"
    assert members(talk)["Lejre"][-1] == "–"
    talk.played.plan("2027-04-01T08:00")
    assert talk.standing("Køge", "plan") == "fulfilled"
    assert [entry.action for entry in talk.journal() if entry.action.startswith("accession")] == [
        "accession_signed",
        "accession_asked",
    ]


@pytest.mark.parametrize(
    "name, lacks, said",
    [
        ("Glostrup", "der er registreret, vedtaget og godkendt", "Der er ikke registreret nogen endnu"),
        ("Ballerup", "at planen er godkendt", "men ikke godkendt endnu"),
    ],
)
def test_nobody_signs_until_an_approved_plan_is_recorded_and_the_refusal_names_what_is_missing(talk, name, lacks, said):
    noted = asked(talk, name)
    assert lacks in noted.text and not any("underskriv" in words for words in noted.offered())
    before = talk.dump("journal", "heard")
    refused = talk.say(SECRETARIAT, "tiltrædelse 1 underskriv")
    assert not refused.done and "er velkommen, når" in refused.text and said in refused.text
    assert talk.dump("journal", "heard") == before


def test_a_plan_that_is_approved_meanwhile_opens_the_door(talk):
    asked(talk, "Ballerup")
    talk.say(SECRETARIAT, "for Ballerup: plan send")
    form = talk.say(SECRETARIAT, "for Ballerup: plan vurder")
    marks = {key: "ja" for key in form.asks() if key.startswith("mark_")}
    assert talk.send(SECRETARIAT, form, **marks, result="yes").done
    assert talk.send(SECRETARIAT, talk.say(SECRETARIAT, "accession 1 sign"), **SIGNED).done


def test_a_plan_from_before_is_the_evidence_from_the_day_the_municipality_owes_one(talk):
    asked(talk, "Glostrup")
    plan = {"title": "Klimaplan", "adopted_on": "1.2.2027", "adopted_by": "Kommunalbestyrelsen"}
    goals = {"reduction": "70 % i 2030", "net_zero_year": "2045", "risk_flooding": "ja", "resilient_year": "2050"}
    assert talk.send(SECRETARIAT, talk.say(SECRETARIAT, "for Glostrup: plan ny"), **plan, **goals).done
    talk.say(SECRETARIAT, "for Glostrup: plan send")
    form = talk.say(SECRETARIAT, "for Glostrup: plan vurder")
    talk.send(SECRETARIAT, form, result="yes", **{key: "ja" for key in form.asks() if key.startswith("mark_")})
    assert talk.send(SECRETARIAT, talk.say(SECRETARIAT, "tiltrædelse 1 underskriv"), **SIGNED).done
    talk.at = "2027-04-02T09:00"
    for morning in ("2027-03-31T08:00", "2027-04-01T08:00", "2027-04-02T08:00"):
        talk.played.plan(morning)
    assert talk.standing("Glostrup", "plan") == "fulfilled" and len(talk.settlements("Glostrup", "plan")) == 1


def test_it_is_taken_back_until_the_day_has_come(talk):
    asked(talk, "Køge")
    talk.send(SECRETARIAT, talk.say(SECRETARIAT, "tiltraedelse 1 underskriv"), **SIGNED)
    talk.at = "2027-03-31T09:00"
    assert "Ingen kommuner har bedt" in talk.say(SECRETARIAT, "tiltrædelse 1 fortryd").text
    talk.at = "2027-04-01T09:00"
    assert "Køge" not in members(talk)
    form = talk.say(SECRETARIAT, "tiltrædelse ny Køge")
    talk.send(SECRETARIAT, form, asked_by="borgmester Anne Holm")
    assert talk.send(SECRETARIAT, talk.say(SECRETARIAT, "tiltrædelse 2 underskriv"), **SIGNED).done
    refused = talk.say(SECRETARIAT, "tiltrædelse 2 fortryd")
    assert not refused.done and "siden den 1. april 2027" in refused.text and "Køge" in members(talk)


@pytest.mark.slow
@pytest.mark.parametrize(
    "who, words, said",
    [
        (LEJRE, "tiltrædelse", "sekretariat"),
        (LEJRE, "tiltrædelse ny Køge", "sekretariat"),
        (SECRETARIAT, "tiltrædelse ny Lejre", "allerede medlem"),
        (SECRETARIAT, "tiltrædelse ny Køge", "allerede noteret"),
        (SECRETARIAT, "tiltrædelse ny", "hvilken kommune"),
        (SECRETARIAT, "tiltrædelse 77", "nogen tiltrædelse"),
        (SECRETARIAT, "tiltrædelse 1 brænd", "forstår ikke"),
    ],
)
def test_whatever_is_refused_changes_nothing(talk, who, words, said):
    asked(talk, "Køge")
    before = talk.dump("journal", "heard")
    refused = talk.say(who, words)
    assert not refused.done and said in refused.text
    assert talk.dump("journal", "heard") == before


@pytest.mark.parametrize(
    "field, typed, words",
    [
        ("signed_by", "", "hvem der har underskrevet"),
        ("document", "erklæring", "https"),
        ("since", "25.2.2027", "tidligst"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(talk, field, typed, words):
    asked(talk, "Køge")
    form = talk.send(SECRETARIAT, talk.say(SECRETARIAT, "tiltrædelse 1 underskriv"), **(SIGNED | {field: typed}))
    assert words in form.errors()[field] and set(form.errors()) == {field}
