"""The yearly report: kept at every step, owned by the member, and nothing typed is ever lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from alliance.reports import Figure, Report
from bot.web.conversation import stamp_of
from storage.changes import facts
from storage.engine import reading, writing
from storage.queries import reports

MAYOR, COORDINATOR = "borgmester@koege.example", "klima@koege.example"
SECRETARIAT = "sekretariat@frederiksberg.example"
TOTAL, BUSES, PARTNERS = "ghg_total", "bus_alt_fuel_pct", "business_partnerships"


def versions(talk, member="Køge"):
    """Every version, the oldest first."""
    organisation = talk.account(member, "report").organisation.id
    with reading(talk.engine) as connection:
        found = reports.versions(connection, talk.played.alliance.id, organisation, 2027)
    return found[::-1]


def drafts(talk):
    return [row for row in talk.played.rows("report_draft") if row["answers"]]


def figure(talk, key):
    return versions(talk)[-1].figure(key)


def start(talk, who=COORDINATOR):
    return talk.say(who, "indberet")


def sent(talk, who=COORDINATOR, **filled):
    return talk.send(who, start(talk, who), **filled)


# ------------------------------------------------------------------------------------ sent in, kept


def test_a_report_gets_a_receipt_with_its_reference_and_meets_the_requirement(talk):
    receipt = sent(talk, ghg_total="410.250,5")
    assert receipt.done and "2027-0259-v1" in receipt.text and "Søren Uldum" in receipt.text
    assert talk.standing("Køge", "report") == "fulfilled"
    assert str(figure(talk, TOTAL).value) == "410250.5"
    assert drafts(talk) == []


def test_what_is_typed_is_kept_at_every_step_and_a_colleague_goes_on_with_it(talk):
    form = start(talk)
    kept = talk.send(COORDINATOR, form, "Gem", ghg_total="41", bus_alt_fuel_pct="40 %")
    assert "2 af" in kept.text
    theirs = talk.press(MAYOR, talk.say(MAYOR, "liste"), "topmøde")  # the list of somebody else is unharmed
    assert theirs.done
    continued = start(talk, MAYOR)
    assert (continued.ask(TOTAL).value, continued.ask(BUSES).value) == ("41", "40 %")
    assert "Søren Uldum" in continued.text
    assert versions(talk) == () and talk.standing("Køge", "report") == "open"


def test_the_form_keeps_itself_with_the_words_it_carries(talk):
    form = start(talk)
    assert form.form.keep
    kept = talk.hand_in(COORDINATOR, form.form.keep, talk.filled(form, ghg_total="41"))
    renewed = form.form.keep.replace(" r0", f" {stamp_of(kept.message)}")  # what a page does with the answer
    talk.hand_in(COORDINATOR, renewed, talk.filled(form, ghg_total="4102"))
    assert start(talk).ask(TOTAL).value == "4102"


def test_another_window_of_ones_own_loses_nothing_either(talk):
    one, other = start(talk), start(talk)
    talk.send(COORDINATOR, one, "Gem", ghg_total="410250,5", charging_points="77")
    shown = talk.send(COORDINATOR, other, "Gem", ghg_total="5000", climate_fte="3,5")
    assert set(shown.errors()) == {TOTAL}  # told, not overwritten
    kept = start(talk)
    assert [kept.ask(key).value for key in (TOTAL, "charging_points", "climate_fte")] == ["410250,5", "77", "3,5"]


def test_a_field_can_be_emptied_again_on_the_page_that_filled_it(talk):
    form = start(talk)
    kept = talk.hand_in(COORDINATOR, form.form.keep, talk.filled(form, charging_points="77"))
    renewed = form.form.keep.replace(" r0", f" {stamp_of(kept.message)}")
    talk.hand_in(COORDINATOR, renewed, talk.filled(form, charging_points=""))
    assert start(talk).ask("charging_points").value == ""


def test_the_draft_belongs_to_the_member_and_to_no_other(talk):
    talk.send(COORDINATOR, start(talk), "Gem", ghg_total="41")
    assert start(talk, "klima@aalborg.example").ask(TOTAL).value == ""


def test_opening_a_form_and_keeping_nothing_leaves_nothing_behind(talk):
    talk.send(COORDINATOR, start(talk), "Gem")
    assert drafts(talk) == []


def test_the_successor_finds_the_draft_of_the_predecessor(talk):
    talk.send(COORDINATOR, start(talk), "Gem", ghg_total="41")
    form = talk.say(SECRETARIAT, "for Køge: embede")
    filled = {"name": "Ny Klima", "mail": "ny@koege.example", "since": "2027-03-02"}
    talk.enter(SECRETARIAT, form, office="climate_coordinator", **filled)
    talk.at = "2027-03-02T09:00"
    assert start(talk, "ny@koege.example").ask(TOTAL).value == "41"


# --------------------------------------------------------------------- refused, doubted, asked about


@pytest.mark.parametrize(
    "key, typed",
    [
        (TOTAL, ""),
        (TOTAL, "mange"),
        (TOTAL, "12 æbler"),
        (BUSES, "-1"),
        (BUSES, "100,1"),
        (PARTNERS, "-3"),
        ("data_year", "2028"),
        ("data_year", "1989"),
        ("data_year", "i fjor"),
        ("data_year", ""),
    ],
)
def test_what_is_refused_comes_back_in_its_field_with_the_error_there(talk, key, typed):
    good = {TOTAL: "410250,5", BUSES: "40", "data_year": "2025"} | {key: typed}
    again = sent(talk, **good)
    assert set(again.errors()) == {key}
    assert {k: again.ask(k).value for k in good} == good
    assert versions(talk) == ()
    assert start(talk).ask(key).value == typed  # and it is in the draft too


@pytest.mark.parametrize(
    "typed, ok", [("0", True), ("100", True), ("100,0", True), ("100,01", False), ("-0,01", False)]
)
def test_the_limits_themselves_are_allowed(talk, typed, ok):
    reply = sent(talk, ghg_total="410250,5", bus_alt_fuel_pct=typed)
    assert reply.is_form is not ok


def test_an_implausible_figure_is_asked_about_and_kept_with_its_explanation(talk):
    asked = sent(talk, ghg_total="6.000.001")
    assert set(asked.errors()) == {TOTAL} and asked.ask(TOTAL).value == "6.000.001"
    assert versions(talk) == ()
    receipt = talk.send(COORDINATOR, asked, **{TOTAL + ".note": "Et nyt kraftværk"})
    assert "2027-0259-v1" in receipt.text
    assert figure(talk, TOTAL).note == "Et nyt kraftværk"
    assert "Et nyt kraftværk" in talk.say(COORDINATOR, "tal").text


def test_a_negative_total_is_accepted_without_a_question(talk):
    assert "v1" in sent(talk, ghg_total="-1.234,5").text
    assert str(figure(talk, TOTAL).value) == "-1234.5"


@pytest.mark.parametrize("meant, stored", [("1234", "1234"), ("1.234", "1.234")])
def test_an_ambiguous_number_is_asked_about_and_the_choice_counts(talk, meant, stored):
    asked = sent(talk, ghg_total="1.234")
    assert set(asked.errors()) == {TOTAL} and asked.ask(TOTAL).value == "1.234"
    choice = asked.ask(TOTAL + ".meant")
    assert {c.value for c in choice.choices} == {"1234", "1.234"}
    assert versions(talk) == ()
    receipt = talk.send(COORDINATOR, asked, **{TOTAL + ".meant": meant})
    assert "v1" in receipt.text
    assert str(figure(talk, TOTAL).value) == stored


def test_an_old_choice_does_not_speak_for_a_new_number(talk):
    asked = sent(talk, ghg_total="1.234")
    again = talk.send(COORDINATOR, asked, **{TOTAL: "5.678", TOTAL + ".meant": "1234"})
    assert set(again.errors()) == {TOTAL} and versions(talk) == ()


@pytest.mark.parametrize(
    "typed, value",
    [
        ("410250", "410250"),
        ("410.250,5", "410250.5"),
        ("410250,5", "410250.5"),
        ("410250.5", "410250.5"),
        ("1.234.567,8", "1234567.8"),
        ("410 250,5 t", "410250.5"),
        ("−410250", "-410250"),
    ],
)
def test_danish_and_plain_numbers_are_read_exactly(talk, typed, value):
    reply = sent(talk, **{TOTAL: typed})
    if reply.is_form:  # far below zero is asked about, and explained
        reply = talk.send(COORDINATOR, reply, **{TOTAL + ".note": "sådan er det"})
    assert str(figure(talk, TOTAL).value) == value


def test_zero_and_not_known_and_nothing_to_report_and_blank_are_four_different_things(talk):
    sent(
        talk,
        ghg_total="410250,5",
        bus_alt_fuel_pct="0",
        light_traffic_alt_fuel_pct="unknown",
        heavy_traffic_alt_fuel_pct="nothing",
        housing_renovated_pct="",
    )
    zero, unknown = figure(talk, BUSES), figure(talk, "light_traffic_alt_fuel_pct")
    assert (zero.state, zero.value) == ("value", 0)
    assert (unknown.state, unknown.value) == ("unknown", None)
    assert figure(talk, "heavy_traffic_alt_fuel_pct").state == "nothing"
    assert figure(talk, "housing_renovated_pct") is None
    told = dict(row[:2] for row in talk.say(COORDINATOR, "tal").tables()[0].rows)
    four = {told[next(label for label in told if part in label)] for part in ("busser", "let trafik", "tung", "bolig")}
    assert len(four) == 4 and "0 %" in four
    again = start(talk)
    assert [again.ask(k).value for k in (BUSES, "light_traffic_alt_fuel_pct", "housing_renovated_pct")] == [
        "0",
        "unknown",
        "",
    ]


def test_a_required_figure_that_is_not_known_meets_the_requirement_only_partly(talk):
    assert sent(talk, ghg_total="unknown").done
    assert talk.standing("Køge", "report") == "partial"


def test_a_note_without_a_figure_is_not_lost(talk):
    asked = sent(talk, **{TOTAL: "410250,5", BUSES + ".note": "kun bybusser"})
    assert set(asked.errors()) == {BUSES} and asked.ask(BUSES + ".note").value == "kun bybusser"
    talk.send(COORDINATOR, asked, **{BUSES: "unknown"})
    assert figure(talk, BUSES).note == "kun bybusser"


# ----------------------------------------------------------------------------- again, and once more


def test_sending_again_makes_version_2_and_keeps_version_1_with_author_and_time(talk):
    first = sent(talk, ghg_total="410250,5")
    talk.at = "2027-03-02T10:00"
    form = talk.press(MAYOR, first, "Ret et tal")
    assert "version 2" in form.text and form.ask(TOTAL).value == "410250,5"
    receipt = talk.send(MAYOR, form, ghg_total="400000")
    assert "2027-0259-v2" in receipt.text
    one, two = versions(talk)
    assert (one.version, one.submitted_by_name, str(one.value(TOTAL))) == (1, "Søren Uldum", "410250.5")
    assert (two.version, two.submitted_by_name, str(two.value(TOTAL))) == (2, "Rikke Toft", "400000")
    assert one.submitted_at < two.submitted_at
    shown = talk.say(COORDINATOR, "tal").text
    assert "2027-0259-v1" in shown and "2027-0259-v2" in shown and "Søren Uldum" in shown


@pytest.mark.parametrize("typed", ["410250,5", "410.250,5", "410250.5", " 410250,50 "])
def test_the_same_figures_again_are_already_received(talk, typed):
    sent(talk, ghg_total="410250,5")
    before = talk.dump()
    again = sent(talk, ghg_total=typed)
    assert "allerede modtaget" in again.text
    assert talk.changed(before) == set()


@pytest.mark.slow
def test_eleven_copies_of_one_press_make_one_version(talk):
    form = start(talk)
    answers = talk.filled(form, ghg_total="410250,5")
    words = form.form.buttons[0].words
    with ThreadPoolExecutor(11) as crowd:
        replies = list(crowd.map(lambda _: talk.hand_in(COORDINATOR, words, answers), range(11)))
    assert sum("er modtaget, reference" in reply.summary for reply in replies) == 1
    assert len(versions(talk)) == 1 and drafts(talk) == []
    assert len([e for e in talk.journal() if e.action == "report_submitted"]) == 1


def test_a_late_copy_of_an_old_press_does_not_undo_a_newer_version(talk):
    form = start(talk)
    old = talk.filled(form, ghg_total="410250,5")
    talk.hand_in(COORDINATOR, form.form.buttons[0].words, old)
    sent(talk, ghg_total="400000")
    before = talk.dump()
    late = talk.hand_in(COORDINATOR, form.form.buttons[0].words, old)
    assert "allerede modtaget" in late.text
    assert talk.changed(before) == set()


def test_a_keeping_that_arrives_after_the_sending_does_not_bring_the_draft_back(talk):
    form = start(talk)
    typed = talk.filled(form, ghg_total="410.250,5")
    talk.hand_in(COORDINATOR, form.form.buttons[0].words, typed)
    talk.hand_in(COORDINATOR, form.form.keep, typed)
    assert drafts(talk) == []


def test_going_back_to_an_earlier_figure_on_purpose_is_a_new_version(talk):
    sent(talk, ghg_total="410250,5")
    sent(talk, ghg_total="400000")
    sent(talk, ghg_total="410250,5")
    assert [str(v.value(TOTAL)) for v in versions(talk)] == ["410250.5", "400000", "410250.5"]


# ------------------------------------------------------------------------------- two at the same time


def test_the_later_of_two_colleagues_is_shown_the_others_value_and_overwrites_nothing(talk):
    mine, theirs = start(talk), start(talk, MAYOR)
    talk.send(MAYOR, theirs, "Gem", ghg_total="400000", business_partnerships="7")
    talk.at = "2027-03-01T09:05"
    shown = talk.send(COORDINATOR, mine, "Gem", ghg_total="410250,5", bus_alt_fuel_pct="40")
    assert set(shown.errors()) == {TOTAL}
    assert "Rikke Toft" in shown.ask(TOTAL).error and "400000" in shown.ask(TOTAL).error
    assert shown.ask(TOTAL).value == "410250,5"  # what I typed is not lost
    assert shown.ask(PARTNERS).value == "7"  # nor what she typed
    kept = start(talk)
    assert (kept.ask(TOTAL).value, kept.ask(BUSES).value, kept.ask(PARTNERS).value) == ("400000", "40", "7")
    assert versions(talk) == ()
    talk.send(COORDINATOR, shown)  # having seen it, mine is to count
    assert str(figure(talk, TOTAL).value) == "410250.5"
    assert str(figure(talk, PARTNERS).value) == "7"


def test_an_old_page_that_keeps_on_keeping_never_wins_over_a_colleague(talk):
    """The page keeps quietly after every change, so its reader may not have seen the conflict yet."""
    mine, theirs = start(talk), start(talk, MAYOR)
    talk.send(MAYOR, theirs, "Gem", ghg_total="400000")
    for _ in range(3):
        talk.hand_in(COORDINATOR, mine.form.keep, talk.filled(mine, ghg_total="410250,5", bus_alt_fuel_pct="40,5"))
    kept = start(talk, MAYOR)
    assert (kept.ask(TOTAL).value, kept.ask(BUSES).value) == ("400000", "40,5")
    shown = talk.send(COORDINATOR, mine, ghg_total="410250,5", bus_alt_fuel_pct="40,5")
    assert set(shown.errors()) == {TOTAL} and versions(talk) == ()


def test_a_colleague_who_sent_meanwhile_is_not_overwritten_silently(talk):
    mine = start(talk)
    sent(talk, MAYOR, ghg_total="400000", business_partnerships="7")
    shown = talk.send(COORDINATOR, mine, ghg_total="410250,5")
    assert set(shown.errors()) == {TOTAL} and "400000" in shown.ask(TOTAL).error
    assert len(versions(talk)) == 1
    talk.send(COORDINATOR, shown)
    assert len(versions(talk)) == 2 and str(figure(talk, PARTNERS).value) == "7"


def test_the_same_number_written_otherwise_is_no_conflict(talk):
    mine, theirs = start(talk), start(talk, MAYOR)
    talk.send(MAYOR, theirs, "Gem", ghg_total="410.250,5")
    assert "v1" in talk.send(COORDINATOR, mine, ghg_total="410250,5").text


def test_two_colleagues_in_different_fields_do_not_disturb_each_other(talk):
    mine, theirs = start(talk), start(talk, MAYOR)
    talk.send(MAYOR, theirs, "Gem", business_partnerships="7")
    assert "v1" in talk.send(COORDINATOR, mine, ghg_total="410250,5").text
    assert str(figure(talk, PARTNERS).value) == "7"


PEOPLE = {"a": COORDINATOR, "b": MAYOR}
steps = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["open", "keep", "send"]), st.sampled_from(["", "5", "6", "7"])),
    max_size=8,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=steps)
@example([("a", "keep", "5"), ("b", "send", ""), ("b", "keep", "")])
@example([("a", "keep", "5"), ("b", "send", ""), ("b", "keep", "6")])
@pytest.mark.slow
def test_nobody_ever_overwrites_a_value_that_they_were_not_shown(talk, plan):
    """Whatever two people do: a value of the other's changes only by somebody whose form showed it."""
    talk.played.say(SECRETARIAT, "status", talk.at)
    with writing(talk.engine) as connection:
        for rows in ("report_draft", "figure", "settlement WHERE kind = 'report'", "report"):
            connection.exec_driver_sql(f"DELETE FROM {rows}")
    pages = {who: start(talk, person) for who, person in PEOPLE.items()}
    seen = dict.fromkeys(PEOPLE, "")
    owner, value = "", ""
    for who, step, typed in plan:
        if step == "open":
            pages[who] = start(talk, PEOPLE[who])
            seen[who] = pages[who].ask(PARTNERS).value
            continue
        part = "Gem" if step == "keep" else ""
        reply = talk.send(PEOPLE[who], pages[who], part, ghg_total="410250", business_partnerships=typed)
        now = start(talk, PEOPLE[who]).ask(PARTNERS).value
        if now != value and owner not in ("", who) and value:
            assert seen[who] == value, (plan, who, step, typed)
        if now != value:
            owner, value = who, now
        if reply.is_form:
            pages[who] = reply
            seen[who] = value  # at the field, or in the words of the conflict


# ------------------------------------------------------------------------------------------- the rest


@pytest.mark.parametrize("year", ["2026", "2028", "1999"])
def test_a_year_that_is_not_owed_is_refused(talk, year):
    assert not talk.say(COORDINATOR, f"indberet {year}").done


@pytest.mark.parametrize("word", ["27", "tyve", "20277", "99999999999999999999"])
@pytest.mark.parametrize("command", ["indberet", "tal"])
def test_a_word_that_is_no_year_is_refused_with_what_is_wanted(talk, command, word):
    reply = talk.say(COORDINATOR, f"{command} {word}")
    assert not reply.done and word in reply.text and "2027" in reply.text


def test_historic_figures_fulfil_nothing_but_are_compared_with(talk):
    organisation = talk.account("Køge", "report").organisation.id
    known = Figure(TOTAL, "value", Decimal("410250"))
    at = talk.played.alliance.demo_now
    history = Report(0, organisation, None, 2023, 1, "h", at, 0, "", False, "import", (known,))
    talk.change(lambda connection, alliance: facts.add_report(connection, alliance, history))
    assert talk.standing("Køge", "report") == "open"
    form = start(talk)
    assert "410.250" in form.ask(TOTAL).hint
    asked = talk.send(COORDINATOR, form, ghg_total="300.000,0")
    assert set(asked.errors()) == {TOTAL} and "26,9" in asked.ask(TOTAL).error


@pytest.mark.parametrize(
    "typed, asked", [("307687,5", False), ("307687,4", True), ("512812,5", False), ("512812,6", True)]
)
def test_a_change_of_more_than_25_per_cent_is_asked_about(talk, typed, asked):
    test_historic_figures_fulfil_nothing_but_are_compared_with(talk)
    assert sent(talk, ghg_total=typed).is_form is asked


def test_a_report_without_adaptation_is_shown_as_one_track_on_its_receipt_and_the_board(talk):
    assert "uden tal om klimatilpasning" not in talk.say(SECRETARIAT, "status").text
    receipt = sent(talk, ghg_total="410.250,5")
    assert "kun det ene spor er med" in receipt.text and talk.standing("Køge", "report") == "fulfilled"
    assert "Indberettet uden tal om klimatilpasning: Køge." in talk.say(SECRETARIAT, "status").text
    again = talk.send(COORDINATOR, talk.say(COORDINATOR, "indberet 2027"), adaptation_projects_completed="3")
    assert again.done and "spor" not in again.text
    assert "uden tal om klimatilpasning" not in talk.say(SECRETARIAT, "status").text


def test_the_receipt_shows_how_the_figures_moved(talk):
    test_historic_figures_fulfil_nothing_but_are_compared_with(talk)
    receipt = sent(talk, ghg_total="400000")
    assert receipt.rows()[0][1:] == ("410.250 t CO2e/år", "400.000 t CO2e/år", "−2,5 %")
