"""What only the secretariat does, what it does on behalf of a member, and what nobody else may."""

from __future__ import annotations

from datetime import date

import pytest

from storage.changes import register

MAYOR, COORDINATOR = "borgmester@koege.example", "klima@koege.example"
OWN_COORDINATOR = "klima@frederiksberg.example"
SECRETARIAT = "sekretariat@frederiksberg.example"
STRANGER = "nogen@ukendt.example"


# ------------------------------------------------------------------------------------------ on behalf


def by_phone(talk):
    form = talk.say(SECRETARIAT, "for Køge: svar topmøde")
    return talk.send(SECRETARIAT, form, response="yes", office="mayor", attendee="Rikke Toft")


def test_a_phone_answer_is_recorded_journalled_on_behalf_and_told(talk):
    assert by_phone(talk).done
    assert talk.account("Køge", "summit").standing.answer.on_behalf
    entry = talk.journal()[0]
    assert (entry.action, entry.who, entry.organisation, entry.on_behalf) == ("answered", "Bo Hede", "Køge", True)
    assert {record.recipient for record in talk.told("recorded_on_behalf")} == {MAYOR, COORDINATOR}


def test_evidence_recorded_for_a_member_is_shown_as_such_in_its_list_and_obligation(talk):
    form = talk.say(SECRETARIAT, "for Køge: dokumenter 4")
    assert "Køge Kommune" in form.text
    receipt = talk.send(SECRETARIAT, form, kind="zero_waste", what="Tilsluttet", since="2027-02-01")
    assert receipt.done and talk.settlements("Køge", "declaration")[0].on_behalf
    listed = talk.say(COORDINATOR, "liste")
    (row,) = [row for row in listed.rows() if "C40-sektor" in row[1]]
    assert "sekretariatet (Bo Hede)" in row[3]
    shown = talk.say(COORDINATOR, f"vis {row[0]}").text
    assert "på vegne af" in shown or "på kommunens vegne" in shown
    assert talk.journal()[0].on_behalf
    assert [record.recipient for record in talk.told("recorded_on_behalf")] == [COORDINATOR]


def test_a_report_sent_in_for_a_member_says_so(talk):
    form = talk.say(SECRETARIAT, "for Køge: indberet")
    receipt = talk.send(SECRETARIAT, form, ghg_total="410250,5")
    assert "på kommunens vegne" in receipt.text
    assert "på kommunens vegne" in talk.say(COORDINATOR, "tal").text
    assert [record.recipient for record in talk.told("recorded_on_behalf")] == [COORDINATOR]
    assert all("for Køge: " in words for words in receipt.offered())


def test_attendance_recorded_for_a_member_is_told(talk):
    talk.at = "2027-05-27T16:00"
    form = talk.say(SECRETARIAT, "for Køge: fremmøde topmøde")
    talk.send(SECRETARIAT, form, office="mayor", attendee="Rikke Toft")
    assert talk.settlements("Køge", "summit")[0].on_behalf
    assert {record.recipient for record in talk.told("recorded_on_behalf")} == {MAYOR, COORDINATOR}


def test_taking_a_members_evidence_back_is_told_too(talk):
    form = talk.say(COORDINATOR, "dokumenter 4")
    talk.send(COORDINATOR, form, kind="zero_waste", what="Tilsluttet", since="2027-02-01")
    (fact,) = talk.settlements("Køge", "declaration")
    assert talk.say(SECRETARIAT, f"fortryd {fact.id}").done
    entry = talk.journal()[0]
    assert (entry.action, entry.organisation, entry.on_behalf) == ("withdrawn", "Køge", True)
    assert [record.recipient for record in talk.told("recorded_on_behalf")] == [COORDINATOR]


def test_what_the_members_own_people_do_is_not_on_behalf_and_not_told(talk):
    talk.say(MAYOR, "svar topmøde ja borgmester")
    assert not talk.account("Køge", "summit").standing.answer.on_behalf
    assert talk.told("recorded_on_behalf") == []


def test_a_member_corrects_what_was_recorded_for_it(talk):
    by_phone(talk)
    talk.at = "2027-03-02T09:00"
    talk.say(MAYOR, "svar topmøde nej")
    answer = talk.account("Køge", "summit").standing.answer
    assert answer.response == "no" and not answer.on_behalf


def test_without_a_member_the_secretariat_is_asked_which(talk):
    for words in ("indberet", "tal", "svar topmøde ja", "dokumenter 4", "kontakter", "embede", "fuldmagt"):
        reply = talk.say(SECRETARIAT, words)
        assert not reply.done and f"for Albertslund: {words}" in reply.text
        assert [choice.label for choice in reply.ask("for_member").choices][:2] == ["Albertslund", "Allerød"]
        assert "flere kommuner: ." not in reply.text


# -------------------------------------------------------------------------------------- wrong roles

SECRETARIATS = (
    "status",
    "mangler 2",
    "journal",
    "besked",
    "fremmøde topmøde",
    "dispensation 4",
    "embede",
    "for Køge: embede",
    "for Køge: dispensation 4",
    "for Køge: fremmøde topmøde",
)
OF_ANOTHER = (
    "for Aalborg: vis 2",
    "for Aalborg vis 2",
    "for Aalborg: tal",
    "for Aalborg: liste",
    "for Aalborg: kontakter",
    "for Aalborg: indberet",
    "for Aalborg: svar topmøde ja borgmester",
    "for Aalborg: dokumenter 4",
    "for Aalborg: fuldmagt",
    "for Aalborg: adresse",
    "for Aalborg: fortryd 1",
    "for Aalborg: journal",
)


@pytest.mark.slow
@pytest.mark.parametrize("words", SECRETARIATS + OF_ANOTHER)
@pytest.mark.parametrize("who", [COORDINATOR, MAYOR])
def test_a_wrong_role_is_refused_politely_and_journalled_and_changes_nothing(talk, who, words):
    before = talk.dump()
    reply = talk.hand_in(who, words, {"office": "mayor", "name": "X", "mail": "x@y.dk", "since": "2027-03-01"})
    assert not reply.done and "sekretariatet" in reply.text
    assert "@aalborg" not in reply.text
    assert talk.changed(before) == {"journal"}
    entry = talk.journal()[0]
    assert (entry.action, entry.facts["words"]) == ("refused_role", words)


@pytest.mark.parametrize("who", [COORDINATOR, MAYOR, OWN_COORDINATOR, SECRETARIAT])
@pytest.mark.parametrize("at", ["2027-03-01T09:00", pytest.param("2027-06-01T09:00", marks=pytest.mark.slow)])
def test_no_button_leads_where_its_reader_may_not_go(talk, who, at):
    """Presses every button that is offered, and those of the replies; a form is not filled in."""
    talk.at = at
    talk.played.plan(at)
    told, asked = [talk.say(who, words) for words in ("liste", "hjælp")], set()
    while told:
        for words in told.pop().offered():
            if words not in asked and len(asked) < 60:
                asked.add(words)
                told.append(talk.say(who, words))
    refused = [entry.facts["words"] for entry in talk.journal() if entry.action == "refused_role"]
    assert len(asked) > 5 and refused == []


def test_another_members_obligation_is_not_shown_by_its_number(talk):
    number = talk.account("Aalborg", "report").obligation.id
    reply = talk.say(COORDINATOR, f"vis {number}")
    assert not reply.done and "Aalborg" not in reply.text
    assert talk.journal()[0].action == "refused_role"
    assert talk.say(COORDINATOR, f"vis {talk.account('Køge', 'report').obligation.id}").done
    assert talk.say(SECRETARIAT, f"vis {number}").done


@pytest.mark.parametrize("words", ["vis 2", "vis Årlig indberetning", "udskyd 2 1 uge"])
def test_the_number_of_a_requirement_means_ones_own_and_is_no_attempt_on_anothers(talk, words):
    assert "indberetning" in talk.say(COORDINATOR, words).text.lower()
    assert all(entry.action != "refused_role" for entry in talk.journal())


def test_a_stranger_is_told_nothing_and_can_do_nothing(talk):
    before = talk.dump()
    for words in ("liste", "for Køge: liste", "status", "hjælp"):
        reply = talk.say(STRANGER, words)
        assert not reply.done and STRANGER in reply.text and "Køge" not in reply.text
    assert talk.changed(before) == set()


def test_working_for_the_secretariat_does_not_speak_for_its_municipality(talk):
    assert not talk.say(SECRETARIAT, "svar topmøde ja borgmester").done
    assert not talk.say(OWN_COORDINATOR, "status").done


@pytest.mark.parametrize("words", ["fuldmagt", "for Frederiksberg: fuldmagt"])
def test_nobody_grants_themselves_the_secretariat(talk, words):
    form = talk.say(OWN_COORDINATOR, words)
    assert "secretariat" not in {choice.value for choice in form.ask("office").choices}
    me = talk.person(OWN_COORDINATOR)
    filled = {"office": "secretariat", "name": me.name, "mail": OWN_COORDINATOR, "since": "2027-03-01"}
    refused = talk.hand_in(OWN_COORDINATOR, words, filled)
    assert set(refused.errors()) == {"office"}
    assert not talk.say(OWN_COORDINATOR, "status").done


def test_nobody_in_its_municipality_takes_over_the_secretariats_address(talk):
    victim = talk.person(SECRETARIAT)
    form = talk.say(OWN_COORDINATOR, "adresse")
    assert str(victim.id) not in {choice.value for choice in form.ask("person").choices}
    reply = talk.hand_in(OWN_COORDINATOR, "adresse", {"person": str(victim.id), "mail": "mit@eget.example"})
    assert set(reply.errors()) == {"person"}
    assert [a.value for a in talk.addresses(victim.id)] == [SECRETARIAT]


# ------------------------------------------------------------------------------- board and missing


def test_the_boards_counts_add_up_to_the_members_for_every_requirement(talk):
    by_phone(talk)
    requirements, regions = talk.say(SECRETARIAT, "status").tables()
    assert len(requirements.rows) == 7
    for row in requirements.rows:
        assert sum(map(int, row[1:-1])) == int(row[-1]) == 98
    assert sum(int(row[1]) for row in regions.rows) == 98


def test_the_boards_buttons_lead_from_who_is_missing_to_the_obligation_and_what_settles_it(talk):
    missing = talk.press(SECRETARIAT, talk.say(SECRETARIAT, "status"), "mangler 2")
    assert "98 medlemmer" in missing.text
    shown = talk.press(SECRETARIAT, missing, "vis")
    form = talk.press(SECRETARIAT, shown, "Indberet")
    receipt = talk.send(SECRETARIAT, form, ghg_total="1000,5")
    assert receipt.done
    assert "97 medlemmer" in talk.say(SECRETARIAT, "mangler 2").text


@pytest.mark.parametrize("words", ["mangler 2", "mangler indberetning", "missing report", "mangler Årlig indberetning"])
def test_who_is_missing_is_asked_by_number_key_or_title(talk, words):
    reply = talk.say(SECRETARIAT, words)
    assert reply.done and "krav 2" in reply.text


# ------------------------------------------------------------------------------------------ the journal


def test_the_journal_says_who_did_what_about_what_and_on_whose_behalf(talk):
    by_phone(talk)
    form = talk.say(SECRETARIAT, "for Køge: adresse")
    talk.send(SECRETARIAT, form, person=str(talk.person(COORDINATOR).id), mail="ny@koege.example")
    talk.say(COORDINATOR, "status")  # the old address is nobody's now
    talk.say(MAYOR, "besked til alle")
    log = talk.say(SECRETARIAT, "journal")
    cells = [row[1:] for row in log.rows()]
    number = talk.account("Køge", "summit").obligation.id
    assert ("Bo Hede på vegne af Køge", "svarede på en indkaldelse", f"Klimatopmødet (vis {number})") in cells
    assert ("Bo Hede på vegne af Køge", "rettede en mailadresse", "Søren Uldum") in cells
    assert any(cell[0] == "Rikke Toft" and cell[2] == "”besked til alle”" for cell in cells)
    (charter,) = [cell for cell in cells if cell[0] == "Tovholder"]
    assert charter[2].startswith("DK2020 klimaalliance (")


def test_the_journal_of_one_member_counts_only_its_own_lines(talk):
    by_phone(talk)
    talk.say("borgmester@aalborg.example", "svar topmøde nej")
    log = talk.say(SECRETARIAT, "for Køge: journal")
    assert len(log.rows()) == 1 and "1 linje" in log.summary


def test_an_obligations_own_journal_reads_in_words(talk):
    by_phone(talk)
    shown = talk.say(COORDINATOR, f"vis {talk.account('Køge', 'summit').obligation.id}")
    assert "obligation:" not in shown.text and "svarede på en indkaldelse" in shown.text


# ------------------------------------------------------------------- the secretariat follows the chair


def new_chair(connection, alliance):
    """Køge leads the alliance from 1 February 2028, and has somebody in the secretariat's office."""
    organisations = connection.exec_driver_sql("SELECT id FROM organisation WHERE code = '0259'").scalar_one()
    day, now = date(2028, 2, 1), connection.exec_driver_sql("SELECT demo_now FROM alliance").scalar_one()
    from datetime import UTC, datetime

    at = datetime.fromisoformat(str(now)).replace(tzinfo=UTC)
    register.add_seat_term(
        connection, alliance, "steering_group", "KKR Sjælland", organisations, day, date(2030, 1, 1), at, chair=True
    )
    person = register.add_person(connection, alliance, "Ny Sekretær", "da")
    register.add_address(connection, alliance, person, "mail", "sekretariat@koege.example", at, verified=True)
    register.add_office_term(connection, alliance, organisations, "secretariat", person, date(2028, 1, 2), None, at)


@pytest.mark.parametrize(
    "at, who_may",
    [
        ("2028-01-31T23:59", [SECRETARIAT]),
        ("2028-02-01T00:00", [SECRETARIAT, "sekretariat@koege.example"]),
        ("2028-03-01T09:00", [SECRETARIAT, "sekretariat@koege.example"]),
        ("2028-03-02T00:00", ["sekretariat@koege.example"]),
    ],
)
def test_the_secretariat_moves_with_the_chair_and_for_thirty_days_both_may_act(talk, at, who_may):
    talk.change(new_chair)
    talk.at = at
    may = [who for who in (SECRETARIAT, "sekretariat@koege.example") if talk.say(who, "status").done]
    assert may == who_may


# ---------------------------------------------------------------------------------------- region by region


def test_the_board_leads_to_a_region_and_from_there_to_a_members_list(talk):
    region = talk.press(SECRETARIAT, talk.say(SECRETARIAT, "status"), "status Region Østdanmark")
    assert len(region.rows()) == 46 and {row[0] for row in region.rows()} > {"Køge", "Stevns", "Lolland"}
    assert {talk.say(SECRETARIAT, f"status {typed}").text for typed in ("østdanmark", "OESTDANMARK")} == {region.text}
    listed = talk.press(SECRETARIAT, region, "for Køge: liste")
    assert "Køge Kommune" in listed.text and "for Køge: indberet 2027" in listed.offered()


def test_every_member_stands_in_exactly_one_region(talk):
    regions = [words for words in talk.say(SECRETARIAT, "status").offered() if words.startswith("status ")]
    names = [row[0] for words in regions for row in talk.say(SECRETARIAT, words).rows()]
    assert len(names) == len(set(names)) == 98


def test_a_region_that_is_none_is_refused_with_those_there_are_and_shown_to_nobody_else(talk):
    reply = talk.say(SECRETARIAT, "status Atlantis")
    assert not reply.done and "Region Østdanmark" in reply.text
    assert not talk.say(COORDINATOR, "status Region Østdanmark").done


def test_settings_say_how_one_is_written_to_and_change_the_language(talk):
    said = talk.say(COORDINATOR, "indstillinger")
    assert "på dansk" in said.text and "mail" in said.text and "mellem kl. 8 og 16" in said.text
    talk.press(COORDINATOR, said, "English")
    assert "in English" in talk.say(COORDINATOR, "settings").text


def test_the_newest_papers_are_none_where_none_were_issued(talk):
    assert "ikke udsendt" in talk.say(COORDINATOR, "papir").text


# ------------------------------------------------------------------------------------------ why, where nothing is owed


@pytest.mark.parametrize(
    ("whom", "said"),
    [
        (f"{COORDINATOR} 3b", "ikke åbnet for perioden, eller også gælder det ikke dem"),
        (f"{COORDINATOR} 2", "Uden svar kommer"),
    ],
)
def test_why_says_whether_there_is_anything_to_answer(talk, whom, said):
    text = talk.say(SECRETARIAT, f"hvorfor {whom}").text
    assert said in text and "ikke et embede" not in text, text


def test_why_says_that_somebody_without_an_office_is_asked_nothing(talk):
    talk.surely(SECRETARIAT, f"for Køge: fratræd {COORDINATOR}")
    assert "har intet embede" in talk.say(SECRETARIAT, f"hvorfor {COORDINATOR}").text


# ------------------------------------------------------------------------------------ members who are silent


def test_silent_members_are_surfaced_and_what_is_noted_for_them_does_not_count(talk):
    assert "Ingen kan endnu have været stille i 12 måneder" in talk.say(SECRETARIAT, "tavse").text
    by_phone(talk)  # noted by the secretariat
    talk.say("klima@greve.example", "for Aalborg: kontakter")  # refused: nothing that was heard
    form = talk.say(COORDINATOR, "dokumenter 5a")
    kind = form.ask("kind").choices[0].value
    assert talk.send(COORDINATOR, form, kind=kind, what="Oplæg").done
    talk.at = "2028-02-28T09:00"
    shown = talk.say(SECRETARIAT, "tavse 12 måneder")
    assert "97 af 98" in shown.text and "Køge" not in {row[0] for row in shown.rows()}
    assert all(row[3] for row in shown.rows())
    talk.at = "2028-03-01T09:00"
    assert "98 af 98" in talk.say(SECRETARIAT, "tavse").text


@pytest.mark.parametrize("typed", ["længe", "0", "61", "-1"])
def test_a_number_of_months_that_is_none_is_refused(talk, typed):
    assert "antal måneder" in talk.say(SECRETARIAT, f"tavse {typed}").text


def test_members_do_not_see_who_is_silent(talk):
    assert not talk.say(COORDINATOR, "tavse").done


def test_a_number_is_understood_with_its_members_name_before_it_and_not_with_anothers(talk):
    (number, *_) = [row[0] for row in talk.say(SECRETARIAT, "for Køge: liste").rows()]
    assert talk.say(SECRETARIAT, f"for Køge: vis {number}").text == talk.say(SECRETARIAT, f"vis {number}").text
    assert not talk.say(SECRETARIAT, f"for Solrød: vis {number}").done


@pytest.mark.parametrize(
    "words", ["hvem mangler krav 3a og 4", "hvem mangler 3a, 4", "mangler 3a 4", "mangler 4 og 3a"]
)
def test_who_is_missing_any_of_several_requirements_is_asked_at_once(talk, words):
    said = talk.say(SECRETARIAT, words)
    assert said.done and "krav 3a" in said.summary and "krav 4" in said.summary and "krav 2" not in said.text
