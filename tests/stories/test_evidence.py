"""Evidence, dispensations, and taking them back: every requirement can be settled from the first day."""

from __future__ import annotations

import pytest

from storage.engine import reading
from storage.queries import accounts

MAYOR, COORDINATOR = "borgmester@koege.example", "klima@koege.example"
ELSEWHERE = "klima@aalborg.example"
SECRETARIAT = "sekretariat@frederiksberg.example"


def recorded(talk, number="4", who=COORDINATOR, **filled):
    good = {"kind": "zero_waste", "what": "Tilsluttet i byrådet", "link": "", "since": "2027-02-01"}
    form = talk.say(who, f"dokumenter {number}")
    return talk.send(who, form, **{k: v for k, v in (good | filled).items() if k in form.asks()})


def test_the_lists_button_leads_to_the_form_that_settles_the_requirement(talk):
    form = talk.press(COORDINATOR, talk.say(COORDINATOR, "liste"), "dokumenter 4")
    receipt = talk.send(COORDINATOR, form, kind="zero_waste", what="Tilsluttet", since="2027-02-01")
    assert receipt.done and talk.standing("Køge", "declaration") == "fulfilled"
    assert "dokumenter 4" not in " ".join(talk.say(COORDINATOR, "liste").offered())


@pytest.mark.parametrize(
    "number, requirement, kind, state",
    [
        ("4", "declaration", "zero_waste", "fulfilled"),
        ("4", "declaration", "inclusive_climate_action", "partial"),
        ("1", "plan", "adopted_plan", "fulfilled"),
        ("5a", "sharing_local", "talk", "fulfilled"),
        ("5b", "sharing_global", "case", "fulfilled"),
    ],
)
def test_each_requirement_is_met_as_far_as_the_charter_says(talk, number, requirement, kind, state):
    assert recorded(talk, number, kind=kind).done
    assert talk.standing("Køge", requirement) == state


def test_a_declaration_is_given_from_the_day_there_was_one_and_its_former_name_is_said(talk):
    form = talk.say(COORDINATOR, "dokumenter 4")
    assert "urban_nature" in {choice.value for choice in form.ask("kind").choices}
    assert "Bynatur (Urban Nature) (før Urban Nature Declaration)" in form.text
    early = recorded(talk, kind="urban_nature", since="2021-06-30")
    assert early.is_form and "kind" in early.errors()
    assert "urban_nature" not in {choice.value for choice in early.ask("kind").choices}
    assert recorded(talk, kind="urban_nature", since="2021-07-01").done
    assert talk.standing("Køge", "declaration") == "fulfilled"


def test_the_workshop_is_contributed_to_once_it_has_opened(talk):
    assert not talk.say(COORDINATOR, "dokumenter 3b").done
    talk.at = "2027-04-01T09:00"
    talk.played.plan(talk.at)
    assert recorded(talk, "3b", kind="attendance_only").done
    assert talk.standing("Køge", "workshop") == "partial"
    assert recorded(talk, "3b", kind="talk").done  # the better one counts
    assert talk.standing("Køge", "workshop") == "fulfilled"


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind, state",
    [
        ("talk", "fulfilled"),
        ("host", "fulfilled"),
        ("facilitation", "fulfilled"),
        ("material", "fulfilled"),
        ("case", "fulfilled"),
        ("attendance_only", "partial"),
    ],
)
def test_each_way_to_contribute_to_the_workshop_can_be_given_and_counts_as_the_charter_says(talk, kind, state):
    talk.at = "2027-04-01T09:00"
    talk.played.plan(talk.at)
    offered = {choice.value for choice in talk.say(COORDINATOR, "dokumenter 3b").ask("kind").choices}
    assert offered == {"talk", "host", "facilitation", "material", "case", "attendance_only"}
    assert recorded(talk, "3b", kind=kind).done
    assert talk.standing("Køge", "workshop") == state


@pytest.mark.parametrize(
    "field, typed",
    [
        ("kind", ""),
        ("kind", "opfundet"),
        ("what", ""),
        ("link", "koege.dk/klima"),
        ("link", "javascript:alert(1)"),
        ("link", "https://[::1"),
        ("link", "https://koege.dk/a b"),
        ("since", "i går"),
        ("since", "2027-02-30"),
        ("since", "0001-01-01"),
        ("since", "2027-03-02"),  # tomorrow
        ("since", "2028-01-01"),
        ("until", "2027-01-31"),
        ("until", "9999-12-31"),
    ],
)
def test_what_is_wrong_is_named_at_its_field_and_nothing_typed_is_lost(talk, field, typed):
    filled = {"kind": "zero_waste", "what": "Tilsluttet", "link": "https://koege.dk", "since": "2027-02-01"} | {
        field: typed
    }
    again = talk.send(COORDINATOR, talk.say(COORDINATOR, "dokumenter 4"), **filled)
    assert set(again.errors()) == {field}
    assert {key: again.ask(key).value for key in filled} == filled
    assert talk.settlements("Køge", "declaration") == ()


@pytest.mark.parametrize("since", ["2027-02-01", "1.2.2027", "01-02-2027", "1/2/2027"])
def test_a_date_is_read_as_a_browser_sends_it_and_as_danes_write_it(talk, since):
    assert recorded(talk, since=since).done
    (fact,) = talk.settlements("Køge", "declaration")
    assert fact.validity.since.isoformat() == "2027-02-01"


@pytest.mark.parametrize(
    "at, state", [("2027-03-31T09:00", "fulfilled"), ("2027-04-01T00:00", "open"), ("2027-07-01T09:00", "overdue")]
)
def test_evidence_counts_up_to_and_including_its_last_day(talk, at, state):
    recorded(talk, until="2027-03-31")
    talk.at = at
    assert talk.standing("Køge", "declaration") == state


@pytest.mark.parametrize("at, words", [("2027-03-01T23:59", "fremtiden"), ("2027-03-02T00:00", "")])
def test_evidence_counts_from_its_first_day_and_is_not_taken_before_it(talk, at, words):
    talk.at = at
    reply = recorded(talk, since="2027-03-02")
    assert (words in reply.errors()["since"]) if words else reply.done
    assert talk.standing("Køge", "declaration") == ("open" if words else "fulfilled")


def test_the_same_evidence_again_is_already_received(talk):
    recorded(talk)
    before = talk.dump()
    for _ in range(11):
        assert "allerede modtaget" in recorded(talk).text
    assert talk.changed(before) == set()


@pytest.mark.parametrize("number, how", [("2", "indberetning"), ("3a", "fremmøde")])
def test_a_requirement_met_otherwise_says_how(talk, number, how):
    reply = talk.say(COORDINATOR, f"dokumenter {number}")
    assert not reply.done and how in reply.text


@pytest.mark.parametrize(
    "typed", ["4", "declaration", "C40-sektordeklaration", "c40 sektordeklaration", "C40 sector declaration"]
)
def test_a_requirement_is_known_by_number_key_and_title(talk, typed):
    assert talk.say(COORDINATOR, f"dokumenter {typed}").is_form


def test_a_requirement_nobody_knows_is_refused_with_the_ones_there_are(talk):
    for words in ("dokumenter 9", "evidence 9"):
        reply = talk.say(COORDINATOR, words)
        assert not reply.done and "C40-sektordeklaration" in reply.text


# ------------------------------------------------------------------------------------------ taking back


def test_taking_evidence_back_reopens_the_requirement_and_leaves_it_in_the_history(talk):
    receipt = recorded(talk)
    taken = talk.press(COORDINATOR, receipt, "Fortryd")
    assert taken.done and talk.standing("Køge", "declaration") == "open"
    shown = talk.press(COORDINATOR, taken, "vis")
    assert "Tilsluttet i byrådet" in shown.text and "trukket tilbage" in shown.text
    entry = talk.journal()[0]
    assert (entry.action, entry.organisation, entry.on_behalf) == ("withdrawn", "Køge", False)


def test_taking_back_twice_is_refused_and_changes_nothing(talk):
    receipt = recorded(talk)
    talk.press(COORDINATOR, receipt, "Fortryd")
    before = talk.dump()
    again = talk.press(COORDINATOR, receipt, "Fortryd")
    assert not again.done and "allerede trukket tilbage" in again.text
    assert talk.changed(before) == set()


def test_nobody_takes_back_what_another_member_gave_and_trying_is_written_down(talk):
    recorded(talk)
    (fact,) = talk.settlements("Køge", "declaration")
    refused = talk.say(ELSEWHERE, f"fortryd {fact.id}")
    assert not refused.done and "Køge" not in refused.text
    assert talk.standing("Køge", "declaration") == "fulfilled"
    assert talk.journal()[0].action == "refused_role"


def test_a_member_does_not_take_back_what_only_the_secretariat_records(talk):
    form = talk.say(SECRETARIAT, "for Køge: dispensation 4")
    talk.send(SECRETARIAT, form, why="Brand", decided_by="Styregruppen", until="2027-12-31")
    (fact,) = talk.settlements("Køge", "declaration")
    assert not talk.say(COORDINATOR, f"fortryd {fact.id}").done
    assert talk.standing("Køge", "declaration") == "exempt"


def test_a_report_is_answered_by_a_new_version_and_not_taken_back(talk):
    talk.send(COORDINATOR, talk.say(COORDINATOR, "indberet"), ghg_total="410250,5")
    (fact,) = talk.settlements("Køge", "report")
    assert not talk.say(COORDINATOR, f"fortryd {fact.id}").done
    assert not talk.say(SECRETARIAT, f"fortryd {fact.id}").done
    assert talk.standing("Køge", "report") == "fulfilled"


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "²", "99999999", "9" * 30, "9" * 1900])
@pytest.mark.parametrize("command", ["fortryd", "vis"])
def test_a_number_that_is_none_of_ours_is_refused(talk, command, number):
    for who in (COORDINATOR, SECRETARIAT):
        reply = talk.say(who, f"{command} {number}")
        assert not reply.done and "Beklager" not in reply.text


# --------------------------------------------------------------------------------------- dispensations


def dispensed(talk, what="4", **filled):
    good = {"why": "Brand i rådhuset", "decided_by": "Styregruppen 3. marts", "until": "2027-12-31"}
    return talk.send(SECRETARIAT, talk.say(SECRETARIAT, f"for Køge: dispensation {what}"), **(good | filled))


def test_a_dispensation_has_a_reason_who_decided_it_and_an_end(talk):
    assert "Køge" in dispensed(talk).text and talk.standing("Køge", "declaration") == "exempt"
    (fact,) = talk.settlements("Køge", "declaration")
    assert (fact.what, fact.decided_by) == ("Brand i rådhuset", "Styregruppen 3. marts")
    assert fact.validity.until.isoformat() == "2028-01-01"
    listed = talk.say(COORDINATOR, "liste").text
    assert "Brand i rådhuset" in listed and "Styregruppen" in listed


@pytest.mark.parametrize("field", ["why", "decided_by", "until"])
def test_a_dispensation_without_any_of_them_is_refused_at_the_field(talk, field):
    again = dispensed(talk, **{field: ""})
    assert set(again.errors()) == {field} and talk.settlements("Køge", "declaration") == ()


@pytest.mark.parametrize(
    "until, taken",
    [("2027-02-28", False), ("2027-03-01", True), ("2027-03-02", True), ("9999-12-31", False), ("snart", False)],
)
def test_a_dispensation_ends_today_or_later(talk, until, taken):
    reply = dispensed(talk, until=until)
    assert reply.is_form is not taken
    if not taken:
        assert reply.ask("until").value == until


@pytest.mark.parametrize(
    "at, state", [("2027-03-10T09:00", "exempt"), ("2027-03-11T00:00", "open"), ("2027-07-01T09:00", "overdue")]
)
def test_a_dispensation_counts_to_its_last_day_and_not_longer(talk, at, state):
    dispensed(talk, until="2027-03-10")
    talk.at = at
    assert talk.standing("Køge", "declaration") == state


def test_a_dispensation_that_ran_on_the_due_day_counts_for_good(talk):
    dispensed(talk, until="2027-06-30")
    talk.at = "2027-08-01T09:00"
    assert talk.standing("Køge", "declaration") == "exempt"


def test_a_dispensation_pressed_eleven_times_is_one(talk):
    dispensed(talk)
    before = talk.dump()
    for _ in range(10):
        assert dispensed(talk).done
    assert talk.changed(before) == set()
    assert len(talk.settlements("Køge", "declaration")) == 1


@pytest.mark.parametrize(
    "at, state",
    [
        ("2027-04-19T23:59", "overdue"),
        ("2027-04-20T09:00", "exempt"),
        ("2027-04-21T09:00", "exempt"),
        ("2027-04-30T23:59", "exempt"),
        ("2027-05-01T00:00", "overdue"),
    ],
)
def test_a_dispensation_from_an_overdue_duty_is_not_backdated_and_runs_out(talk, at, state):
    talk.at = "2027-04-20T09:00"
    dispensed(talk, "2", until="2027-04-30")
    (fact,) = talk.settlements("Køge", "report")
    assert fact.validity.since.isoformat() == "2027-04-20"
    talk.at = at
    assert talk.standing("Køge", "report") == state


# ---------------------------------------------------------------------------------------- past periods


@pytest.fixture
def new_year(talk):
    """January 2028: the duties of both years have opened."""
    talk.played.plan("2027-12-30T09:00")
    talk.at = "2028-01-20T09:00"
    talk.played.plan(talk.at)
    return talk


def standings(talk, requirement):
    """How each period of a requirement stands for Køge, by its label."""
    alliance = talk.played.alliance
    with reading(talk.engine) as connection:
        ids = [id for id, key in accounts.requirement_keys(connection, alliance.id).items() if key == requirement]
        everybodys = accounts.accounts(connection, alliance, talk.day(), obligation_ids=ids)
    return {a.obligation.period.label: a.standing.state for a in everybodys if a.organisation.name == "Køge"}


def test_the_lists_button_settles_the_year_it_stands_beside_after_new_year(new_year):
    assert standings(new_year, "workshop") == {"2027": "overdue"}
    assert standings(new_year, "declaration") == {"2027": "overdue", "2028": "open"}
    for words in ("dokumenter 3b 2027", "dokumenter 4 2027"):
        form = new_year.press(COORDINATOR, new_year.say(COORDINATOR, "liste"), words)
        assert [button.words for button in form.form.buttons] == [words]
        typed = {"kind": form.ask("kind").choices[0].value, "what": "Vi gjorde det"}
        receipt = new_year.send(COORDINATOR, form, **typed)
        assert receipt.done and "2027" in receipt.summary
        again = new_year.hand_in(COORDINATOR, words, typed)
        assert "allerede modtaget" in again.text
    assert standings(new_year, "workshop") == {"2027": "fulfilled"}
    assert standings(new_year, "declaration")["2027"] == "fulfilled"


def test_evidence_of_what_came_after_the_period_is_refused_at_the_field(new_year):
    form = new_year.say(COORDINATOR, "dokumenter 4 2027")
    again = new_year.send(COORDINATOR, form, kind="zero_waste", what="Tilsluttet", since="2028-01-01")
    assert set(again.errors()) == {"since"}
    assert new_year.send(COORDINATOR, form, kind="zero_waste", what="Tilsluttet", since="2027-12-31").done


def test_a_dispensation_is_from_the_period_named(new_year):
    assert standings(new_year, "sharing_global") == {"2025-27": "unfulfilled", "2027-29": "open"}
    form = new_year.say(SECRETARIAT, "for Køge: dispensation 5b 2025-27")
    assert "2025-27" in form.text and form.form.buttons[0].words.endswith("dispensation 5b 2025-27")
    dispensed(new_year, "5b 2025-27", until="2028-02-01")
    assert standings(new_year, "sharing_global")["2025-27"] == "exempt"


def test_attendance_at_last_years_meeting_is_recorded_after_new_year_and_corrected(new_year):
    form = new_year.say(SECRETARIAT, "for Køge: fremmøde topmøde 2027")
    receipt = new_year.send(SECRETARIAT, form, office="none")
    assert "2027" in receipt.summary and standings(new_year, "summit")["2027"] == "unfulfilled"
    corrected = new_year.press(SECRETARIAT, receipt, "fremmøde topmøde 2027")
    assert new_year.send(SECRETARIAT, corrected, office="mayor", attendee="Rikke Toft").done
    assert standings(new_year, "summit")["2027"] == "fulfilled"


def test_the_recording_buttons_of_an_obligation_name_its_period(new_year):
    number = new_year.account("Køge", "declaration").obligation.id
    offered = new_year.say(SECRETARIAT, f"vis {number}").offered()
    assert {"for Køge: dokumenter 4 2028", "for Køge: dispensation 4 2028"} <= set(offered)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    ["dokumenter 4 2019", "dokumenter 5b 2026", "dispensation 4 1999-01", "fremmøde topmøde 2019", "dokumenter 2027"],
)
def test_a_period_that_is_not_owed_is_refused(new_year, words):
    before = new_year.dump()
    reply = new_year.say(SECRETARIAT, f"for Køge: {words}")
    assert not reply.done and "Beklager" not in reply.text and new_year.changed(before) == set()
