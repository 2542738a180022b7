"""Political influence: framework conditions that members raise, and what the alliance asks of whom."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email import message_from_bytes, policy

import pytest
from sqlalchemy import update

from alliance.notifications import reminder
from alliance.reminders import Digest
from bot.mail.local import LocalMailTransport
from scheduling.deliver import send_due
from scheduling.influence import remind_of_asks
from storage.changes.meetings import plan_meeting
from storage.engine import writing
from storage.tables import tables
from tests.conftest import LETTERHEAD, local

KOEGE, SOLROED, GREVE = "klima@koege.example", "klima@solroed.example", "klima@greve.example"
MAYOR, SECRETARIAT = "borgmester@koege.example", "sekretariat@frederiksberg.example"
WIND = "Afstandskrav til vindmøller"
TEXT = "Kravet spænder ben for at udskifte gamle møller. Det bør kunne fraviges."
LETTER = {
    "recipient": "Klima-, energi- og forsyningsministeren",
    "subject": "At afstandskravet kan fraviges.",
    "sent_on": "12.1.2027",
    "hoped_by": "2027-03-03",
    "link": "https://alliancen.example/brev",
    "issue": "",
}


@pytest.fixture(autouse=True)
def called(talk):
    """A called meeting on Tuesday 16 March 2027."""
    with writing(talk.engine) as connection:
        planned = plan_meeting(
            connection,
            talk.played.alliance.id,
            kind="steering_group",
            year=2027,
            number=2,
            starts_at=datetime(2027, 3, 16, 9, tzinfo=UTC),
            ends_at=datetime(2027, 3, 16, 13, tzinfo=UTC),
            place="Køge Rådhus",
            answer_by=date(2027, 3, 2),
        )
        meeting = tables["meeting"]
        connection.execute(update(meeting).where(meeting.c.id == planned).values(state="called"))


def raised(talk, who=KOEGE, heading=WIND, words="rammevilkår nyt"):
    return talk.send(who, talk.say(who, words), heading=heading, text=TEXT)


def decided(talk, outcome, words="", number=1):
    return talk.send(SECRETARIAT, talk.say(SECRETARIAT, f"rammevilkår {number} afgør"), outcome=outcome, words=words)


def news(talk, occasion):
    """Who is told: every recipient of a kind of occasion, each as often as they are."""
    return sorted(one.recipient for one in talk.told("issue_news") if one.occasion.startswith(occasion))


def asked(talk, **typed):
    return talk.send(SECRETARIAT, talk.say(SECRETARIAT, "henvendelse ny"), **(LETTER | typed))


def answered(talk, number=1, **typed):
    form = talk.say(SECRETARIAT, f"henvendelse {number} svar")
    given = {"outcome": "partly", "answered_on": "1.3.2027", "words": "Kravet ses efter.", "link": ""}
    return talk.send(SECRETARIAT, form, **(given | typed))


def sent(talk, *addresses):
    """Let everything leave that waits; returns the mails these people ever got, as text."""
    now = local(talk.at)
    send_due(talk.engine, {"mail": LocalMailTransport(talk.engine, LETTERHEAD)}, lambda: now)
    return [text_of(mail) for mail in talk.played.letters() if mail.recipient in addresses]


def text_of(mail):
    body = message_from_bytes(mail.content, policy=policy.default).get_body(("plain",))
    return " ".join(body.get_content().split()) if body else ""


def reminded(talk):
    """What the morning does about asks, without all else it does."""
    now, today = local(talk.at), talk.day()
    said = reminder(Digest(0, today, ()), local(f"{today}T16:00"))
    with writing(talk.engine) as connection:
        remind_of_asks(connection, talk.played.alliance, said, today, now)


# A member raises it


def test_a_member_raises_a_framework_condition_and_the_secretariat_is_told_once(talk):
    form = talk.say(KOEGE, f"rammevilkår nyt: {WIND}")
    assert form.ask("heading").value == WIND
    shown = talk.send(KOEGE, form, text=TEXT)
    again = raised(talk)
    assert "er rejst" in shown.summary and TEXT in shown.text and len(talk.played.rows("framework_issue")) == 1
    assert "er rejst" in again.summary
    assert news(talk, "raised") == [SECRETARIAT]
    listed = talk.say(GREVE, "rammevilkår")
    assert listed.rows() == [("1", WIND, "Køge", "0", "rejst")]


def test_what_is_missing_is_said_at_its_field_and_nothing_is_written(talk):
    form = talk.send(KOEGE, talk.say(KOEGE, "rammevilkår nyt"), heading="x" * 201, text="")
    assert set(form.errors()) == {"heading", "text"} and talk.played.rows("framework_issue") == []


def test_the_very_same_again_changes_nothing_and_other_words_or_a_declined_one_are_raised_anew(talk):
    raised(talk)
    raised(talk)
    assert len(talk.played.rows("framework_issue")) == 1
    form = talk.say(KOEGE, "rammevilkår nyt")
    assert "Nye ord" in talk.send(KOEGE, form, heading=WIND, text="Nye ord").text
    decided(talk, "declined", "Ikke nu.")
    assert "Kravet spænder" in raised(talk).text
    assert len(talk.played.rows("framework_issue")) == 3 and len(news(talk, "raised")) == 3


def test_who_may_do_it_is_looked_at_and_a_refusal_changes_nothing(talk):
    raised(talk)
    asked(talk)
    before = talk.dump("journal")
    for who, words, may in (
        (KOEGE, "rammevilkår nyt", True),
        (MAYOR, "rammevilkår nyt", True),
        (SECRETARIAT, "for Køge: rammevilkår nyt", True),
        (KOEGE, "for Greve: rammevilkår nyt", False),
        (KOEGE, "for Greve: rammevilkår 1 støt", False),
        (KOEGE, "rammevilkår 1 på 2/2027", False),
        (KOEGE, "rammevilkår 1 afgør", False),
        (GREVE, "rammevilkår 1 træk", False),
        (KOEGE, "rammevilkår 1 fortryd", False),
        (KOEGE, "henvendelse ny", False),
        (MAYOR, "henvendelse 1 svar", False),
    ):
        said = talk.say(who, words)
        assert said.done is may and said.is_form is may, (who, words)
    assert talk.dump("journal") == before


def test_what_the_secretariat_raises_for_a_member_is_on_its_behalf_and_the_member_is_told(talk):
    shown = raised(talk, SECRETARIAT, words="for Køge: rammevilkår nyt")
    assert "på vegne af Køge" in shown.text
    assert {KOEGE, MAYOR} <= set(news(talk, "raised"))
    assert talk.journal()[0].on_behalf


def test_the_secretariat_is_asked_for_whom_it_speaks(talk):
    chosen = talk.say(SECRETARIAT, "rammevilkår nyt")
    assert not chosen.errors() and chosen.ask("for_member").required


# Others support it


@pytest.mark.slow
def test_support_counts_a_member_once_and_is_taken_back(talk):
    raised(talk)
    for who in (SOLROED, SOLROED, GREVE):
        shown = talk.say(who, "rammevilkår 1 støt")
    assert "Greve" in shown.text and talk.say(KOEGE, "rammevilkår").rows()[0][3] == "2"
    back = talk.press(GREVE, shown, "støtter det ikke længere")
    assert "trukket tilbage" in back.summary and talk.say(KOEGE, "rammevilkår").rows()[0][3] == "1"
    assert len(talk.played.rows("framework_support")) == 2, "what was taken back stays"
    talk.say(GREVE, "rammevilkår 1 støt")
    assert talk.say(KOEGE, "rammevilkår").rows()[0][3] == "2"


def test_ones_own_and_what_is_settled_cannot_be_supported(talk):
    raised(talk)
    assert "Andre kan støtte det" in talk.say(KOEGE, "rammevilkår 1 støt").text
    decided(talk, "taken_up")
    assert "er afgjort" in talk.say(GREVE, "rammevilkår 1 støt").text
    assert talk.played.rows("framework_support") == []


def test_the_most_supported_stand_first_and_words_are_searched_for(talk):
    raised(talk)
    raised(talk, heading="Afgift på overskudsvarme")
    talk.say(GREVE, "rammevilkår 2 støt")
    assert [row[0] for row in talk.say(KOEGE, "rammevilkår").rows()] == ["2", "1"]
    assert [row[0] for row in talk.say(KOEGE, "rammevilkår VINDMOELLER").rows()] == ["1"]
    assert "0 af 2" in talk.say(KOEGE, "rammevilkår biogas").summary
    decided(talk, "taken_up")
    assert [row[0] for row in talk.say(KOEGE, "rammevilkår").rows()] == ["2"]
    assert [row[0] for row in talk.say(KOEGE, "rammevilkår alle").rows()] == ["2", "1"]


def test_who_raised_it_withdraws_it_until_it_is_on_an_agenda(talk):
    raised(talk)
    raised(talk, heading="Andet")
    talk.press(KOEGE, talk.say(KOEGE, "rammevilkår 1"), "Træk det tilbage")
    assert "intet rammevilkår" in talk.say(KOEGE, "rammevilkår 1").text
    talk.say(SECRETARIAT, "rammevilkår 2 på 2/2027")
    assert "på en dagsorden" in talk.say(KOEGE, "rammevilkår 2 træk").text
    assert raised(talk, heading="Tredje").summary.count("Rammevilkår 3") == 1, "no number is used twice"


# The steering group takes it up


def test_it_is_put_on_a_meeting_as_an_item_and_those_behind_it_are_told_once(talk):
    raised(talk)
    talk.say(GREVE, "rammevilkår 1 støt")
    shown = talk.press(SECRETARIAT, talk.say(SECRETARIAT, "rammevilkår 1"), "Sæt det på")
    talk.say(SECRETARIAT, "rammevilkår 1 på 2/2027")
    assert "på dagsordenen den 16. marts 2027" in shown.summary
    agenda = talk.say(SECRETARIAT, "dagsorden 2/2027")
    assert agenda.text.count(f"Rammevilkår: {WIND}") >= 1
    items = [row for row in talk.played.rows("agenda_item") if row["heading"].endswith(WIND)]
    assert len(items) == 1 and TEXT in items[0]["case"] and "Greve" in items[0]["case"]
    assert news(talk, "step:") == [GREVE, KOEGE]


def test_an_item_that_is_taken_off_leaves_the_issue_raised_and_it_can_go_on_another(talk):
    raised(talk)
    talk.say(SECRETARIAT, "rammevilkår 1 på 2/2027")
    assert "allerede på en dagsorden" not in talk.say(SECRETARIAT, "rammevilkår 1 på 2/2027").text
    (item,) = [row["id"] for row in talk.played.rows("agenda_item") if row["heading"].endswith(WIND)]
    talk.say(SECRETARIAT, f"punkt #{item} fjern bekræft")
    shown = talk.say(KOEGE, "rammevilkår 1")
    assert shown.summary.endswith("rejst.") and "siden udgået" in shown.text
    assert talk.told("proposal_decided"), "who raised it hears that it is off again"
    assert "på dagsordenen" in talk.say(SECRETARIAT, "rammevilkår 1 på 2/2027").summary


def test_a_meeting_that_is_over_waits_for_its_outcome(talk):
    raised(talk)
    talk.say(SECRETARIAT, "rammevilkår 1 på 2/2027")
    talk.at = "2027-03-16T23:00"
    assert "på dagsordenen den 16. marts" in talk.say(KOEGE, "rammevilkår 1").summary
    talk.at = "2027-03-17T09:00"
    assert "udfaldet er ikke noteret" in talk.say(KOEGE, "rammevilkår 1").summary


@pytest.mark.parametrize(
    ("outcome", "words", "wrong"),
    [
        ("taken_up", "", ""),
        ("sent_on", "Til KL's klimaudvalg.", ""),
        ("declined", "Loven ændres i forvejen.", ""),
        ("declined", "", "words"),
    ],
)
def test_the_outcome_is_told_to_who_raised_it_and_who_supports_it_once(talk, outcome, words, wrong):
    raised(talk)
    talk.say(GREVE, "rammevilkår 1 støt")
    shown = decided(talk, outcome, words)
    assert set(shown.errors() if shown.is_form else ()) == ({wrong} if wrong else set())
    told = [] if wrong else [GREVE, KOEGE]
    assert news(talk, "step:") == told
    assert "er afgjort" in talk.say(SECRETARIAT, "rammevilkår 1 afgør").text or wrong
    assert all(WIND in mail and words in mail for mail in sent(talk, KOEGE) if "Nyt" not in mail)
    assert len(sent(talk, KOEGE)) == len(told) / 2


def test_an_outcome_that_is_taken_back_before_it_left_is_not_told_and_the_issue_waits_again(talk):
    raised(talk)
    talk.press(SECRETARIAT, decided(talk, "taken_up"), "Fortryd udfaldet")
    assert talk.say(KOEGE, "rammevilkår 1").summary.endswith("rejst.")
    sent(talk, KOEGE)
    states = {one.occasion: one.state for one in talk.told("issue_news") if one.occasion.startswith("step")}
    assert sorted(states.values()) == ["sent", "withdrawn"] and states["step:1"] == "withdrawn"
    stale = talk.say(SECRETARIAT, "rammevilkår 1 fortryd s1")
    assert not stale.done


# What the alliance asks of whom


def test_an_ask_has_recipient_day_and_answer_and_is_found(talk):
    shown = asked(talk)
    assert "Sendt: den 12. januar 2027, mens Frederiksberg havde formandskabet" in shown.text
    assert "ønskes senest den 3. marts 2027" in shown.summary
    assert len(talk.played.rows("policy_ask")) == 1 and "registreret" in asked(talk).summary
    assert len(talk.played.rows("policy_ask")) == 1, "the same letter is written down once"
    given = answered(talk)
    assert "delvist imødekommet den 1. marts 2027" in given.summary and "Kravet ses efter." in given.text
    assert [row[0] for row in talk.say(KOEGE, "henvendelse ministeren").rows()] == ["1"]
    assert "0 af 1" in talk.say(KOEGE, "henvendelse biogas").summary
    assert talk.say(KOEGE, "henvendelse åbne").rows() == []


def test_what_is_wrong_with_an_ask_or_its_answer_is_said_at_its_field(talk):
    wrong = {"recipient": "x" * 301, "subject": "", "sent_on": "2.3.2027", "link": "brev", "issue": "7"}
    shown = asked(talk, **wrong)
    assert set(shown.errors()) == set(wrong) and talk.played.rows("policy_ask") == []
    asked(talk)
    form = answered(talk, outcome="", answered_on="11.1.2027", link="svar")
    assert set(form.errors()) == {"outcome", "answered_on", "link"} and talk.played.rows("policy_answer") == []


def test_an_ask_is_corrected_from_what_was_seen_and_keeps_its_number(talk):
    first = asked(talk)
    form = talk.press(SECRETARIAT, first, "Ret den")
    fixed = talk.send(SECRETARIAT, form, recipient="Ministeren")
    assert "Henvendelse 1 til Ministeren" in fixed.summary
    assert "er rettet af" in talk.press(SECRETARIAT, first, "Ret den").text, "an old button overwrites nothing"
    assert [row["withdrawn_at"] is None for row in talk.played.rows("policy_ask")] == [False, True]


def test_an_answer_stands_until_it_is_taken_back(talk):
    asked(talk)
    given = answered(talk)
    again = talk.say(SECRETARIAT, "henvendelse 1 svar")
    assert not again.done and "fortryd det først" in again.text
    back = talk.press(SECRETARIAT, given, "Fortryd svaret")
    assert "afventer svar" in back.summary
    assert not talk.press(SECRETARIAT, given, "Fortryd svaret").done
    gone = talk.press(SECRETARIAT, back, "Fjern den")
    assert "fjernet" in gone.summary and talk.say(KOEGE, "henvendelse").rows() == []


@pytest.mark.parametrize(
    "said, taken",
    [
        ({}, True),
        ({"answered_on": "24.2.2027"}, False),
        ({"link": "https://ministeriet.example/svar"}, False),
        ({"words": "Nej."}, False),
    ],
)
def test_the_very_same_answer_is_harmless_and_another_one_is_not_taken_for_it(talk, said, taken):
    asked(talk)
    form = talk.say(SECRETARIAT, "henvendelse 1 svar")
    given = {"outcome": "partly", "answered_on": "26.2.2027", "words": "Kravet ses efter.", "link": ""}
    assert talk.send(SECRETARIAT, form, **given).done
    assert talk.send(SECRETARIAT, form, **(given | said)).done is taken


def test_the_register_stays_when_the_chair_and_with_it_the_secretariat_changes(talk):
    asked(talk)
    form = talk.say(SECRETARIAT, "for Køge: plads")
    preview = talk.send(SECRETARIAT, form, what="chair", since="2027-03-02")
    talk.press(SECRETARIAT, preview, "bekræft")
    talk.at = "2027-03-31T23:00"  # both may act for thirty days
    assert talk.say(SECRETARIAT, "henvendelse ny").done
    talk.at = "2027-04-01T09:00"
    assert not talk.say(SECRETARIAT, "henvendelse ny").done
    assert "mens Frederiksberg havde formandskabet" in talk.say(KOEGE, "henvendelse 1").text


@pytest.mark.parametrize(
    ("at", "listed"),
    [("2027-03-03T15:00", False), ("2027-03-04T09:00", True)],
)
def test_an_unanswered_ask_is_on_the_secretariats_list_from_the_day_after(talk, at, listed):
    asked(talk)
    talk.at = at
    assert ("Henvendelser uden svar" in talk.say(SECRETARIAT, "liste").text) is listed
    assert "Henvendelser uden svar" not in talk.say(KOEGE, "liste").text
    form = talk.press(SECRETARIAT, talk.say(SECRETARIAT, "henvendelse 1"), "Notér svaret")
    talk.send(SECRETARIAT, form, outcome="none")
    assert "Henvendelser uden svar" not in talk.say(SECRETARIAT, "liste").text


def test_an_unanswered_ask_brings_the_secretariats_reminder_about_once(talk):
    asked(talk)
    seen = {}
    for day in (3, 4, 5, 8):
        talk.at = f"2027-03-{day:02}T08:30"
        for _ in range(2):
            reminded(talk)
            mails = sent(talk, SECRETARIAT)
        seen[day] = sum("svar var ønsket senest den 3. marts 2027" in mail for mail in mails)
    assert seen == {3: 0, 4: 1, 5: 1, 8: 1}
    assert [one.recipient for one in talk.told("reminder")] == [SECRETARIAT]


def test_an_ask_that_is_written_down_late_comes_with_the_next_days_reminder(talk):
    asked(talk)
    talk.at = "2027-03-04T08:30"
    reminded(talk)
    sent(talk, SECRETARIAT)
    talk.at = "2027-03-04T13:00"
    asked(talk, recipient="Folketingets klimaudvalg", hoped_by="1.3.2027")
    reminded(talk)
    assert len(talk.told("reminder")) == 1, "one digest a day"
    talk.at = "2027-03-05T08:30"
    reminded(talk)
    assert sum("Folketingets klimaudvalg" in mail for mail in sent(talk, SECRETARIAT)) == 1


def test_an_ask_that_is_answered_before_the_reminder_leaves_is_not_told(talk):
    asked(talk)
    talk.at = "2027-03-04T08:30"
    reminded(talk)
    answered(talk, answered_on="4.3.2027")
    assert sent(talk, SECRETARIAT) == []
    assert [one.state for one in talk.told("reminder")] == ["withdrawn"]


@pytest.mark.slow
def test_the_clock_brings_it_with_all_else_the_secretariat_owes(talk):
    asked(talk)
    talk.played.tick("2027-03-04T08:30")
    mails = [mail for mail in map(text_of, talk.played.letters(SECRETARIAT)) if "svar var ønsket" in mail]
    assert len(mails) == 1


# The standing item


def test_the_item_on_influence_is_fed_from_both_registers_and_can_be_drawn_anew(talk):
    raised(talk)
    asked(talk)
    talk.say(SECRETARIAT, "dagsorden 2/2027")
    (item,) = [row for row in talk.played.rows("agenda_item") if row["standing"] == "influence"]
    assert item["heading"] == "Styrke netværkets politiske indflydelse og forankring"
    assert "venter ét rammevilkår" in item["summary"] and WIND in item["summary"]
    assert "Nr. 1 til Klima-, energi- og forsyningsministeren" in item["summary"]
    decided(talk, "sent_on", "Til KL.")
    answered(talk)
    form = talk.say(SECRETARIAT, f"punkt #{item['id']}")
    talk.press(SECRETARIAT, form, "tal")
    (again,) = [row for row in talk.played.rows("agenda_item") if row["standing"] == "influence"]
    assert "venter ingen rammevilkår" in again["summary"] and "sendt videre (Til KL.)" in again["summary"]
    assert "Svar siden sidst:" in again["summary"] and "delvist imødekommet" in again["summary"]


# Long lists


def test_long_lists_have_pages_and_nothing_is_cut(talk):
    raised(talk)
    with writing(talk.engine) as connection:
        (row,) = connection.execute(tables["framework_issue"].select()).mappings()
        more = [{**row, "id": number, "number": number} for number in range(2, 28)]
        connection.execute(tables["framework_issue"].insert(), more)
    first = talk.say(KOEGE, "rammevilkår")
    second = talk.press(KOEGE, first, "Næste side")
    seen = {row[0] for row in (*first.rows(), *second.rows())}
    assert len(first.rows()) == 25 and seen == {str(number) for number in range(1, 28)}
    assert len(talk.press(KOEGE, second, "Forrige side").rows()) == 25
