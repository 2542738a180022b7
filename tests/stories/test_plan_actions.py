"""The actions of climate action plans: written down, updated, found, and asked about once after a year in silence."""

from __future__ import annotations

from typing import Any

import pytest

KOEGE, MAYOR, LEJRE, GLOSTRUP = (
    "klima@koege.example",
    "borgmester@koege.example",
    "klima@lejre.example",
    "klima@glostrup.example",
)
SECRETARIAT = "sekretariat@frederiksberg.example"
FILLED = {
    "title": "Varmeplan for midtbyen",
    "track": "reduction",
    "theme": "energy",
    "owner": "Planchefen",
    "due": "30.6.2028",
    "state": "planned",
}
A_YEAR_LATER = "2028-03-01T08:00"


def added(talk: Any, who: str = KOEGE, words: str = "handling ny", **filled: str) -> Any:
    return talk.send(who, talk.say(who, words), **(FILLED | filled))


def recipients(talk: Any) -> list[str]:
    return [record.recipient for record in talk.told("actions_stale")]


# Writing it down


def test_an_action_has_track_owner_day_and_state_and_stands_on_the_page_of_the_plan(talk):
    shown = added(talk)
    for said in (
        "Handlingen er registreret.",
        "Varmeplan for midtbyen",
        "Spor: reduktion",
        "Tema: Energi og varme",
        "Ansvarlig: Planchefen",
        "Frist: den 30. juni 2028",
        "Status: planlagt",
        "Senest opdateret: ",
        "af Søren Uldum",
    ):
        assert said in shown.text, said
    for reader, words in ((KOEGE, "plan"), (LEJRE, "for Køge: plan")):  # everybody sees a plan
        page = talk.say(reader, words)
        assert "1 handling: 1 planlagt, 0 i gang, 0 udført. 0 % er begyndt, 0 % er udført." in page.text
        assert page.rows()[0][:2] == ("1", "Varmeplan for midtbyen")
    assert "under gennemførelse" not in talk.say(KOEGE, "plan").summary


def test_the_plan_says_how_much_of_it_has_begun_and_is_done(talk):
    for number in range(4):
        added(talk, title=f"Handling {number}")
    for words in ("handling 1 i gang", "handling 2 udført", "handling 3 opgivet"):
        assert talk.say(KOEGE, words).done
    page = talk.say(KOEGE, "plan")
    assert "under gennemførelse" in page.summary
    assert "4 handlinger: 1 planlagt, 1 i gang, 1 udført, 1 opgivet. 67 % er begyndt, 33 % er udført." in page.text


@pytest.mark.parametrize(
    "words, state",
    [
        ("handling 1 i gang", "i gang"),
        ("action 1 under way", "i gang"),
        ("handling 1 udfoert", "udført"),
        ("handling 1 udført", "udført"),
        ("action 1 done", "udført"),
        ("handling 1 opgivet", "opgivet"),
    ],
)
def test_how_far_it_has_come_is_said_in_two_words(talk, words, state):
    added(talk)
    shown = talk.say(KOEGE, words)
    assert f"Status: {state}" in shown.text and [row[1] for row in shown.rows()] == [state, "planlagt"]
    before = talk.dump("journal", "heard")
    assert talk.say(KOEGE, words).done and talk.dump("journal", "heard") == before  # said again, it is so already


def test_an_update_keeps_what_was_said_before_and_undoing_it_brings_that_back(talk):
    added(talk)
    form = talk.say(KOEGE, "handling 1 opdater")
    assert form.ask("title").value == FILLED["title"] and form.ask("due").value == "2028-06-30"
    talk.at = "2027-05-03T09:00"
    updated = talk.send(KOEGE, form, state="under_way", note="Udbuddet er afsluttet.")
    assert [row[1] for row in updated.rows()] == ["i gang", "planlagt"] and "Udbuddet er afsluttet." in updated.text
    back = talk.press(KOEGE, updated, "Fortryd")
    assert "Status: planlagt" in back.text and "den 1. marts" in back.text.replace("1. mar.", "den 1. marts")
    assert not talk.press(KOEGE, updated, "Fortryd").done  # what is newest by now is another
    gone = talk.press(KOEGE, back, "Fortryd")
    assert "taget ud" in gone.text and "ikke registreret nogen handlinger" in talk.say(KOEGE, "handlinger").text
    actions = [entry.action for entry in talk.journal()][:4]
    assert actions == ["plan_action_back", "plan_action_back", "plan_action_updated", "plan_action_added"]


def test_a_form_from_before_somebody_elses_update_overwrites_nothing(talk):
    added(talk)
    form, button = talk.say(KOEGE, "handling 1 opdater"), talk.say(KOEGE, "handling 1")
    talk.say(MAYOR, "handling 1 i gang")
    before = talk.dump("journal", "heard", "unsent")
    for said in (talk.send(KOEGE, form, owner="En anden"), talk.press(KOEGE, button, "Den er udført")):
        assert not said.done and "siden du så den" in said.text
    assert talk.dump("journal", "heard", "unsent") == before


def test_a_form_sent_in_twice_is_one_action(talk):
    form = talk.say(KOEGE, "handling ny")
    talk.send(KOEGE, form, **FILLED)
    assert "står der allerede" in talk.send(KOEGE, form, **FILLED).text
    assert len(talk.played.rows("plan_action")) == 1


@pytest.mark.parametrize(
    "field, typed, words",
    [
        ("title", "", "hvad der skal gøres"),
        ("title", "x" * 201, "for langt"),
        ("owner", " ", "hvem der har ansvaret"),
        ("due", "", "hvornår"),
        ("due", "snart", "1.1.2027"),
        ("track", "", "reduktion eller tilpasning"),
        ("note", "x" * 1001, "for langt"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(talk, field, typed, words):
    before = talk.dump("journal", "heard", "unsent")
    form = added(talk, **{field: typed})
    assert words in form.errors()[field] and set(form.errors()) == {field}
    assert form.ask("owner" if field == "title" else "title").value
    assert talk.dump("journal", "heard", "unsent") == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "who, words, said",
    [
        (LEJRE, "handling 1 udført", "kun kommunen selv"),
        (LEJRE, "handling 1 opdater", "kun kommunen selv"),
        (LEJRE, "handling 1 fortryd h1", "kun kommunen selv"),
        (LEJRE, "for Køge: handling ny", "kun kommunen selv"),
        (KOEGE, "handling 77", "nogen handling nr."),
        (KOEGE, "handling", "handlingens nummer"),
        (KOEGE, "handling 1 brænd", "forstår ikke"),
        (KOEGE, "handling 1 fortryd h77", "ikke længere det seneste"),
        (GLOSTRUP, "handling ny", "ikke registreret en plan"),
        (SECRETARIAT, "handling ny", "hvilken kommune"),
        (SECRETARIAT, "for Lejre: handling 1", "nogen handling nr."),
    ],
)
def test_whatever_is_refused_changes_nothing(talk, who, words, said):
    added(talk)
    before = talk.dump("journal", "heard")
    told = talk.say(who, words)
    assert not told.done and said in told.text
    assert talk.dump("journal", "heard") == before


@pytest.mark.slow
def test_what_the_secretariat_writes_for_a_member_the_member_hears(talk):
    added(talk, SECRETARIAT, "for Køge: handling ny")
    assert [record.recipient for record in talk.told("plan_news")] == [KOEGE]
    talk.played.tick("2027-03-01T09:05")
    assert "på kommunens vegne" in talk.played.letters(KOEGE)[-1].content.decode(errors="replace").replace(
        "=\r\n", ""
    ).replace("=C3=A5", "å")
    assert talk.journal()[0].on_behalf or any(e.action == "plan_action_added" and e.on_behalf for e in talk.journal())


# Finding it


def test_a_long_list_comes_a_page_at_a_time_with_what_is_due_first(talk):
    for number in range(12):
        added(talk, title=f"Handling {number}", due=f"{number + 1}.6.2028")
    first = talk.say(KOEGE, "handlinger")
    second = talk.press(KOEGE, first, "Næste side")
    assert [row[1] for row in (*first.rows(), *second.rows())] == [f"Handling {number}" for number in range(12)]
    assert "(side 2 af 2)" in second.summary and len(talk.say(KOEGE, "plan").tables()[0].rows) == 10


@pytest.mark.parametrize(
    "words, found",
    [
        ("handlinger varmeplan", {"Varmeplan for midtbyen"}),
        ("handlinger energi", {"Varmeplan for midtbyen"}),
        ("handlinger lejre", {"Højvandssikring"}),
        ("handlinger hoejvand", {"Højvandssikring"}),
        ("actions adaptation", {"Højvandssikring"}),
        ("handlinger tilpasning varmeplan", set()),
        ("handlinger alle", {"Varmeplan for midtbyen", "Højvandssikring"}),
        ("for Lejre: handlinger", {"Højvandssikring"}),
        ("handlinger", {"Varmeplan for midtbyen"}),
    ],
)
def test_actions_are_searched_across_the_plans_by_words_theme_track_and_member(talk, words, found):
    added(talk)
    added(talk, LEJRE, title="Højvandssikring", track="adaptation", theme="")
    titles = {row[2] if len(row) == 8 else row[1] for row in talk.say(KOEGE, words).rows()}
    assert titles == found


# After a year in silence


@pytest.mark.slow
@pytest.mark.parametrize(
    "at, told",
    [("2028-02-29T09:00", False), ("2028-03-01T07:59", False), (A_YEAR_LATER, True), ("2028-03-02T08:00", True)],
)
def test_after_a_year_without_an_update_the_coordinator_is_reminded_once(talk, at, told):
    added(talk)
    talk.played.tick(at)
    assert recipients(talk) == [KOEGE] * told
    for again in ("2028-03-03T08:00", "2028-03-06T08:00"):
        talk.played.tick(again)
    assert recipients(talk) == [KOEGE]


@pytest.mark.slow
def test_what_is_done_or_given_up_is_left_in_peace(talk):
    added(talk, state="done")
    added(talk, title="En anden", state="given_up")
    talk.played.tick(A_YEAR_LATER)
    assert recipients(talk) == []


@pytest.mark.slow
def test_an_update_while_the_reminder_waits_withdraws_it(talk):
    added(talk)
    talk.played.plan(A_YEAR_LATER)
    talk.at = "2028-03-01T08:01"
    shown = talk.say(KOEGE, "handling 1")
    assert "ikke opdateret i et år" in shown.text
    assert "stadig passer" in talk.press(KOEGE, shown, "Det passer stadig").text
    talk.played.tick("2028-03-01T08:05")
    assert [record.state for record in talk.told("actions_stale")] == ["withdrawn"]
    assert "ikke opdateret i et år" not in talk.say(KOEGE, "plan").text


def test_what_nobody_updates_stands_on_the_secretariats_list_until_somebody_does(talk):
    added(talk)
    added(talk, LEJRE)
    talk.at = A_YEAR_LATER
    for words in ("liste", "handlinger forældede"):
        listed = talk.say(SECRETARIAT, words)
        assert "2 handlinger" in listed.text or listed.rows()[0][2] == FILLED["title"]
    assert "i 2 kommuners planer" in talk.say(SECRETARIAT, "liste").text
    for who, number in ((KOEGE, 1), (LEJRE, 2)):
        talk.say(who, f"handling {number} uændret")
    assert "uden nyt i et år" not in talk.say(SECRETARIAT, "liste").text
    assert talk.say(SECRETARIAT, "handlinger foraeldede").rows() == []


# Where else it is seen


def test_the_page_of_the_requirement_says_when_its_actions_were_updated_last(talk):
    number = talk.account("Køge", "plan").obligation.id
    assert (
        "Handlinger i planen: Der er ikke registreret nogen handlinger endnu." in talk.say(KOEGE, f"vis {number}").text
    )
    added(talk)
    shown = talk.say(KOEGE, f"vis {number}").text
    assert "1 handling: 1 planlagt" in shown and "Senest opdateret" in shown and "af Søren Uldum" in shown
    other = talk.account("Køge", "report").obligation.id
    assert "Handlinger i planen" not in talk.say(KOEGE, f"vis {other}").text


def test_the_steering_group_sees_how_far_all_plans_have_come_and_no_name(talk):
    assert "Der er ikke registreret nogen handlinger endnu." in talk.say(MAYOR, "overblik").text
    added(talk)
    added(talk, LEJRE, state="done")
    seen = talk.say(MAYOR, "overblik").text
    assert "2 handlinger: 1 planlagt, 0 i gang, 1 udført. 50 % er begyndt, 50 % er udført." in seen
    assert "Planchefen" not in seen and FILLED["title"] not in seen


def test_an_english_reader_has_it_in_english(talk):
    added(talk)
    talk.say(LEJRE, "sprog en")
    shown = talk.say(LEJRE, "for Køge: actions")
    assert "Actions of the climate action plan, Køge Kommune: 1." in shown.summary and "planned" in shown.text
