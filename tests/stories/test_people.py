"""Who holds an office, who acts for it and how they are reached: dated, and true on the day."""

from __future__ import annotations

import asyncio

import pytest

from scheduling.deliver import deliver_one
from tests.conftest import local
from tests.storage.small_alliance import Post

pytestmark = pytest.mark.usefixtures("sound_register")
MAYOR, COORDINATOR = "borgmester@koege.example", "klima@koege.example"
SECRETARIAT = "sekretariat@frederiksberg.example"
NEW = {"office": "mayor", "name": "Ny Borgmester", "mail": "ny@koege.example", "since": "2027-03-10"}


def changed_office(talk, **filled):
    return talk.enter(SECRETARIAT, talk.say(SECRETARIAT, "for Køge: embede"), **(NEW | filled))


@pytest.mark.parametrize(
    "at, who",
    [("2027-03-09T23:59", MAYOR), ("2027-03-10T00:00", "ny@koege.example"), ("2027-03-11T09:00", "ny@koege.example")],
)
def test_an_office_passes_on_the_day_and_with_it_who_may_act(talk, at, who):
    receipt = changed_office(talk)
    assert "Rikke Toft" in receipt.text and "Ny Borgmester" in receipt.text
    talk.at = at
    allowed = [a for a in (MAYOR, "ny@koege.example") if talk.say(a, "svar topmøde").done]
    assert allowed == [who]


@pytest.mark.parametrize(
    "since, before, after",
    [  # midnight of the days on which the clocks change, and of the days after
        ("2027-03-28", "2027-03-27T23:59", "2027-03-28T00:00"),
        ("2027-03-29", "2027-03-28T23:59", "2027-03-29T00:00"),
        ("2027-10-31", "2027-10-30T23:59", "2027-10-31T00:00"),
        ("2027-11-01", "2027-10-31T23:59", "2027-11-01T00:00"),
    ],
)
def test_an_office_passes_at_local_midnight_on_both_clock_changes(talk, since, before, after):
    changed_office(talk, since=since)
    may = []
    for talk.at in (before, after):
        may += [who for who in (MAYOR, "ny@koege.example") if talk.say(who, "kontakter").done]
    assert may == [MAYOR, "ny@koege.example"]


def test_what_is_owed_stays_with_the_office(talk):
    changed_office(talk)
    talk.at = "2027-03-10T09:00"
    assert "Køge Kommune" in talk.say("ny@koege.example", "liste").text
    assert talk.say(MAYOR, "liste").offered() == []
    gone = talk.say(MAYOR, "indberet")
    assert not gone.done and "intet" not in gone.summary.lower() and "embede" in gone.text


def test_the_office_is_changed_by_the_button_that_shows_the_contacts(talk):
    form = talk.press(SECRETARIAT, talk.say(SECRETARIAT, "for Køge: kontakter"), "embede")
    receipt = talk.enter(SECRETARIAT, form, **NEW)
    talk.at = "2027-03-10T09:00"
    contacts = talk.press(SECRETARIAT, receipt, "kontakter")
    assert ("borgmester", "Ny Borgmester") in [row[:2] for row in contacts.rows()]
    assert "Rikke Toft" not in contacts.text


def test_a_change_pressed_eleven_times_is_one(talk):
    changed_office(talk)
    before = talk.dump()
    for _ in range(10):
        assert changed_office(talk).done
    assert talk.changed(before) == set()


def test_a_name_corrected_on_the_same_day_leaves_one_holder(talk):
    changed_office(talk, name="Forkert Person", mail="forkert@koege.example")
    changed_office(talk)
    talk.at = "2027-03-10T09:00"
    held = [row[1] for row in talk.say(SECRETARIAT, "for Køge: kontakter").rows() if row[0] == "borgmester"]
    assert held == ["Ny Borgmester"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "field, typed",
    [
        ("office", ""),
        ("office", "kejser"),
        ("office", "secretariat"),  # Køge does not run it
        ("name", ""),
        ("mail", ""),
        ("mail", "ny.koege.example"),
        ("mail", "a@b.dk, c@d.dk"),
        ("mail", COORDINATOR),  # somebody else's
        ("since", ""),
        ("since", "snart"),
        ("since", "2027-02-29"),
        ("since", "0001-01-01"),
        ("since", "9999-12-31"),
    ],
)
@pytest.mark.parametrize("command", ["embede", "fuldmagt"])
def test_what_is_wrong_is_named_at_its_field_and_what_was_typed_stays(talk, command, field, typed):
    form = talk.say(SECRETARIAT, f"for Køge: {command}")
    before = talk.dump()
    again = talk.send(SECRETARIAT, form, **(NEW | {field: typed}))
    assert set(again.errors()) == {field}
    assert {key: again.ask(key).value for key in NEW} == NEW | {field: typed}
    assert talk.changed(before) == set()


@pytest.mark.parametrize("typed", ["2027-03-10", "10.3.2027", "10-03-2027"])
def test_a_day_is_read_as_the_form_says_it_may_be_written(talk, typed):
    changed_office(talk, since=typed)
    talk.at = "2027-03-10T09:00"
    assert talk.say("ny@koege.example", "svar topmøde").done


# ----------------------------------------------------------------------------------- may act for


def granted(talk, who=MAYOR, **filled):
    good = {"office": "mayor", "name": "Sara Sekretær", "mail": "sara@koege.example", "since": "2027-03-10"}
    return talk.send(who, talk.say(who, "fuldmagt"), **(good | {"until": "2027-03-12"} | filled))


@pytest.mark.parametrize(
    "at, may",
    [
        ("2027-03-09T23:59", False),
        ("2027-03-10T00:00", True),
        ("2027-03-12T23:59", True),
        ("2027-03-13T00:00", False),
    ],
)
def test_a_proxy_acts_from_its_first_to_its_last_day(talk, at, may):
    assert granted(talk).done
    talk.at = at
    assert talk.say("sara@koege.example", "svar topmøde").done is may


def test_the_office_does_not_change_hands_with_a_proxy_and_it_is_journalled(talk):
    granted(talk)
    entry = talk.journal()[0]
    assert (entry.action, entry.who, entry.organisation) == ("proxy_granted", "Rikke Toft", "Køge")
    talk.at = "2027-03-10T09:00"
    assert talk.say(MAYOR, "svar topmøde").done
    rows = talk.say(MAYOR, "kontakter").rows()
    assert [row[0] for row in rows if row[1] == "Sara Sekretær"] == ["borgmester (fuldmagt)"]


def test_a_proxy_without_a_last_day_runs_on(talk):
    granted(talk, until="")
    talk.at = "2029-03-10T09:00"
    assert talk.say("sara@koege.example", "liste").message.summary
    assert "borgmester" in talk.say("sara@koege.example", "hjælp").text


@pytest.mark.parametrize("until", ["2027-03-09", "snart", "9999-12-31"])
def test_a_proxy_that_ends_before_it_begins_is_refused_at_the_field(talk, until):
    again = granted(talk, until=until)
    assert set(again.errors()) == {"until"} and again.ask("until").value == until


def test_a_proxy_granted_eleven_times_is_one(talk):
    granted(talk)
    before = talk.dump()
    for _ in range(10):
        assert granted(talk).done
    assert talk.changed(before) == set()


@pytest.mark.slow
@pytest.mark.parametrize("office", ["mayor", "climate_coordinator"])
@pytest.mark.parametrize("who", [MAYOR, COORDINATOR, "sara@koege.example", SECRETARIAT])
def test_a_proxy_is_granted_by_who_holds_the_office_or_the_secretariat(talk, who, office):
    granted(talk, since="2027-03-01")  # Sara acts for the mayor and holds nothing
    before = talk.dump()
    filled = {"office": office, "name": "Ny", "mail": "ny@koege.example", "since": "2027-03-01"}
    reply = talk.hand_in(who, "for Køge: fuldmagt", filled)
    may = who == SECRETARIAT or (who, office) in {(MAYOR, "mayor"), (COORDINATOR, "climate_coordinator")}
    assert (talk.changed(before) != set()) is may
    assert ("må handle" in reply.text) is may


def test_the_form_of_a_proxy_offers_the_offices_one_holds_and_without_any_refuses_kindly(talk):
    offered = {choice.value for choice in talk.say(COORDINATOR, "fuldmagt").ask("office").choices}
    assert offered == {"climate_coordinator"}
    granted(talk, since="2027-03-01")
    refused = talk.say("sara@koege.example", "fuldmagt")
    assert not refused.done and "sekretariatet kan give fuldmagt" in refused.text


# ---------------------------------------------------------------------------------------- who leaves


def leave(talk, who, mail, member="Køge"):
    return talk.surely(who, f"for {member}: fratræd {mail}")


@pytest.mark.parametrize("word", ["fratræd", "fratraed", "leave"])
def test_a_leaver_has_no_access_from_the_moment_the_secretariat_ends_their_terms(talk, word):
    receipt = talk.surely(SECRETARIAT, f"for Køge: {word} {COORDINATOR.upper()}")
    assert receipt.done and "klimakoordinator" in receipt.text
    entry = talk.journal()[0]
    assert (entry.action, entry.who, entry.organisation) == ("office_ended", "Bo Hede", "Køge")
    assert not talk.say(COORDINATOR, "for Køge: dokumenter 4").done
    contacts = talk.press(SECRETARIAT, receipt, "kontakter")
    assert COORDINATOR not in contacts.text and "klimakoordinator er ledigt" in contacts.text


def test_all_that_somebody_has_at_the_member_ends_and_nothing_elsewhere(for_two):
    granted(for_two, name=for_two.person(COORDINATOR).name, mail=COORDINATOR, since="2027-03-01")
    receipt = leave(for_two, SECRETARIAT, COORDINATOR)
    assert "borgmester (fuldmagt)" in receipt.text and "klimakoordinator" in receipt.text
    assert {entry.action for entry in for_two.journal()[:2]} == {"office_ended", "proxy_ended"}
    assert not for_two.say(COORDINATOR, "for Køge: svar topmøde").done
    assert for_two.say(COORDINATOR, "for Lejre: svar topmøde").done


def test_who_holds_an_office_ends_a_proxy_for_it_and_only_that(talk):
    granted(talk, since="2027-03-01", name=talk.person(COORDINATOR).name, mail=COORDINATOR)
    assert not leave(talk, COORDINATOR, MAYOR).done
    receipt = leave(talk, MAYOR, COORDINATOR)
    assert receipt.done and talk.journal()[0].action == "proxy_ended"
    assert [row[0] for row in talk.say(MAYOR, "kontakter").rows()] == ["borgmester", "klimakoordinator"]


@pytest.mark.parametrize("who, mail", [(MAYOR, COORDINATOR), (MAYOR, MAYOR), (COORDINATOR, MAYOR)])
def test_a_member_does_not_end_an_office(talk, who, mail):
    before = talk.dump()
    refused = leave(talk, who, mail)
    assert not refused.done and "sekretariatet" in refused.text and talk.changed(before) == set()


@pytest.mark.parametrize("mail", ["klima@aalborg.example", "nogen@ukendt.example", "x", "Søren Ukendt"])
def test_who_has_nothing_at_the_member_is_refused_with_those_who_have(talk, mail):
    refused = leave(talk, SECRETARIAT, mail)
    assert not refused.done and COORDINATOR in refused.text


def test_leaving_twice_is_refused_and_changes_nothing(talk):
    leave(talk, SECRETARIAT, COORDINATOR)
    before = talk.dump()
    assert not leave(talk, SECRETARIAT, COORDINATOR).done
    assert talk.changed(before) == set()


def test_the_last_of_the_secretariat_stays_until_somebody_else_is_there(talk):
    refused = leave(talk, SECRETARIAT, SECRETARIAT, "Frederiksberg")
    assert not refused.done and "embede" in refused.text and talk.say(SECRETARIAT, "status").done
    form = talk.say(SECRETARIAT, "for Frederiksberg: embede")
    new = {"office": "secretariat", "name": "Ny Sekretær", "mail": "ny@frederiksberg.example", "since": "2027-03-01"}
    talk.enter(SECRETARIAT, form, **new)
    assert leave(talk, SECRETARIAT, SECRETARIAT, "Frederiksberg").done
    may = [who for who in (SECRETARIAT, "ny@frederiksberg.example") if talk.say(who, "status").done]
    assert may == ["ny@frederiksberg.example"]


def test_the_contacts_say_how_somebody_leaves_to_those_who_may_end_it(talk):
    said = talk.say(SECRETARIAT, "for Køge: kontakter")
    assert f"for Køge: fratræd {MAYOR}" in said.text
    assert "fratræd" in talk.say(SECRETARIAT, "for Køge: fratræd").text
    assert "fratræd" not in talk.say(MAYOR, "kontakter").text
    granted(talk, since="2027-03-01")
    assert "fratræd sara@koege.example" in talk.say(MAYOR, "kontakter").text
    assert "fratræd" not in talk.say(COORDINATOR, "kontakter").text


def test_the_contacts_offer_only_what_their_reader_may_change(talk):
    assert talk.say(MAYOR, "kontakter").offered() == ["fuldmagt", "adresse"]
    assert [words.split()[-1] for words in talk.say(SECRETARIAT, "for Køge: kontakter").offered()] == [
        "embede",
        "fuldmagt",
        "adresse",
    ]


@pytest.mark.parametrize("office, holders", [("mayor", 1), ("climate_coordinator", 1), ("official", 2)])
def test_only_an_office_with_one_holder_passes_from_one_to_the_next(talk, office, holders):
    for name in ("En", "To"):
        mail, since = f"{name}@koege.example", "2027-03-01"
        receipt = changed_office(talk, office=office, name=name, mail=mail, since=since)
        again = changed_office(talk, office=office, name=name, mail=mail, since="2027-03-01")
    assert ("har det indtil den dag" in receipt.text) is (holders == 1) and again.done
    title = {"mayor": "borgmester", "official": "medarbejder"}.get(office, "klimakoordinator")
    rows = talk.say(SECRETARIAT, "for Køge: kontakter").rows()
    assert len([row for row in rows if row[0] == title]) == holders


# ------------------------------------------------------------------------------- acting for several


@pytest.fixture
def for_two(talk):
    """The coordinator of Køge also acts for the one of Lejre."""
    me = talk.person(COORDINATOR)
    form = talk.say(SECRETARIAT, "for Lejre: fuldmagt")
    filled = {"name": me.name, "mail": COORDINATOR, "since": "2027-03-01"}
    assert talk.send(SECRETARIAT, form, office="climate_coordinator", **filled).done
    return talk


def test_who_acts_for_several_members_is_asked_which_and_presses_one(for_two):
    talk = for_two
    asked = talk.say(COORDINATOR, "svar topmøde nej")
    assert not asked.done
    assert asked.offered() == ["for Køge: svar topmøde nej", "for Lejre: svar topmøde nej"]
    assert talk.press(COORDINATOR, asked, "Lejre").done
    assert talk.standing("Lejre", "summit") == "awaiting" and talk.standing("Køge", "summit") == "open"


def test_the_list_of_several_members_has_buttons_that_say_which(for_two):
    words = for_two.say(COORDINATOR, "liste").offered()
    assert "for Lejre: indberet 2027" in words and "for Køge: indberet 2027" in words
    form = for_two.say(COORDINATOR, "for Lejre: indberet 2027")
    assert all(button.words.startswith("for Lejre: ") for button in form.buttons())
    receipt = for_two.send(COORDINATOR, form, ghg_total="1000,5")
    assert all(words.startswith("for Lejre: ") for words in receipt.offered())
    assert for_two.standing("Lejre", "report") == "fulfilled"
    already = for_two.send(COORDINATOR, form, ghg_total="1000,5")
    assert "for Lejre: indberet 2027" in already.offered()


@pytest.mark.parametrize(
    "spelled",
    [
        "for Høje-Taastrup:",
        "for Høje-Taastrup",
        "for hoeje-taastrup:",
        "for Hoeje Taastrup",
        "FOR HØJE TÅSTRUP:",
        "for Høje-Taastrup Kommune:",
        "for Høje-Taastrup Kommune",
        "for 0169:",
        "for 169",
        "  for   Høje-Taastrup :  ",
        "/tovholder for Høje-Taastrup:",
    ],
)
def test_a_member_is_known_however_it_is_written(talk, spelled):
    reply = talk.say(SECRETARIAT, f"{spelled} kontakter")
    assert reply.done and "Høje-Taastrup Kommune" in reply.text


@pytest.mark.parametrize(
    "spelled, member",
    [
        ("Århus", "Aarhus Kommune"),
        ("Aarhus", "Aarhus Kommune"),
        ("Bornholms Regionskommune", "Bornholms Regionskommune"),
        ("Copenhagen", "Københavns Kommune"),
        ("Koebenhavns Kommune", "Københavns Kommune"),
        ("Brønderslev", "Brønderslev Kommune"),
    ],
)
def test_the_odd_names_are_known_too(talk, spelled, member):
    assert member in talk.say(SECRETARIAT, f"for {spelled}: kontakter").text


def test_a_member_nobody_knows_is_refused_with_what_looks_like_it(talk):
    reply = talk.say(SECRETARIAT, "for Køøge: kontakter")
    assert not reply.done and "Køge" in reply.text


# ----------------------------------------------------------------------------------------- addresses


def corrected(talk, mail, who=COORDINATOR):
    form = talk.say(who, "adresse")
    return talk.send(who, form, person=str(talk.person(COORDINATOR).id), mail=mail)


def test_a_corrected_address_is_the_one_that_is_used_and_the_old_is_nobodys(talk):
    receipt = corrected(talk, "Nyt.Navn@koege.example")
    assert "nyt.navn@koege.example" in receipt.text and COORDINATOR in receipt.text
    assert talk.say("nyt.navn@KOEGE.example", "liste").done
    assert not talk.say(COORDINATOR, "liste").done


@pytest.mark.parametrize("mail", ["", "nyt.koege.example", MAYOR])
def test_an_address_that_is_none_or_anothers_is_refused_at_the_field(talk, mail):
    again = corrected(talk, mail)
    assert set(again.errors()) == {"mail"} and again.ask("mail").value == mail
    assert talk.say(COORDINATOR, "liste").done


def test_nobody_takes_over_a_person_of_another_member_by_granting_them_a_proxy(talk):
    victim = talk.person("klima@aalborg.example")
    form = talk.say(COORDINATOR, "fuldmagt")
    filled = {"name": victim.name, "mail": "klima@aalborg.example", "since": "2027-03-01"}
    assert talk.send(COORDINATOR, form, office="climate_coordinator", **filled).done
    offered = {choice.value for choice in talk.say(COORDINATOR, "adresse").ask("person").choices}
    assert offered == {str(talk.person(COORDINATOR).id)}
    reply = talk.hand_in(COORDINATOR, "adresse", {"person": str(victim.id), "mail": "mit@eget.example"})
    assert set(reply.errors()) == {"person"}
    assert [a.value for a in talk.addresses(victim.id)] == ["klima@aalborg.example"]
    receipt = talk.hand_in(SECRETARIAT, "for Køge: adresse", {"person": str(victim.id), "mail": "ny@aalborg.example"})
    assert "ny@aalborg.example" in receipt.text  # the secretariat may


def test_who_may_sit_in_a_body_is_corrected_by_themselves_who_acts_for_them_and_the_secretariat_only(talk):
    mayor = {"person": str(talk.person(MAYOR).id), "mail": "mig@privat.example"}
    assert set(talk.hand_in(COORDINATOR, "adresse", mayor).errors()) == {"person"}
    assert [a.value for a in talk.addresses(talk.person(MAYOR).id)] == [MAYOR]
    proxy = {"office": "mayor", "name": "Ib Gram", "mail": "ib@koege.example", "since": "2027-03-01", "until": ""}
    assert talk.hand_in(MAYOR, "fuldmagt", proxy).done
    assert talk.hand_in("ib@koege.example", "adresse", {**mayor, "mail": "ny@koege.example"}).done
    assert talk.hand_in("ny@koege.example", "adresse", {**mayor, "mail": MAYOR}).done
    assert talk.hand_in(SECRETARIAT, "for Køge: adresse", {**mayor, "mail": "fin@koege.example"}).done


def test_the_secretariat_hears_when_somebody_elses_address_was_corrected_until_it_is_another(talk):
    other = {"person": str(talk.person(COORDINATOR).id)}
    assert talk.hand_in(COORDINATOR, "adresse", {**other, "mail": "a@koege.example"}).done  # one's own
    assert talk.hand_in(SECRETARIAT, "for Køge: adresse", {**other, "mail": "b@koege.example"}).done
    assert talk.told("address_corrected") == []
    assert talk.hand_in(MAYOR, "adresse", {**other, "mail": "c@koege.example"}).done
    assert [record.recipient for record in talk.told("address_corrected")] == [SECRETARIAT]
    assert talk.hand_in(MAYOR, "adresse", {**other, "mail": "d@koege.example"}).done
    for record in talk.told("address_corrected"):
        post = {"mail": Post(can_be_asked=False)}
        asyncio.run(deliver_one(talk.engine, post, record.id, lambda: local("2027-03-01T09:01")))
    assert sorted((r.state, r.reason) for r in talk.told("address_corrected")) == [
        ("sent", ""),
        ("withdrawn", "another_address"),
    ]


def test_an_address_is_not_corrected_by_a_member_before_an_office_elsewhere_begins(talk):
    form = talk.say(SECRETARIAT, "for Lejre: embede")
    me = talk.person(COORDINATOR)
    new = {"office": "official", "name": me.name, "mail": COORDINATOR, "since": "2027-03-02"}
    talk.enter(SECRETARIAT, form, **new)
    assert str(me.id) not in {choice.value for choice in talk.say(MAYOR, "adresse").ask("person").choices}


def test_an_address_that_is_so_already_changes_nothing(talk):
    before = talk.dump()
    assert corrected(talk, COORDINATOR).done
    assert talk.changed(before) == set()


def test_an_address_that_failed_is_tried_again_when_it_is_given_again(talk):
    from storage.changes import register

    talk.change(
        lambda c, _: register.mark_unreachable(
            c, talk.addresses(talk.person(COORDINATOR).id)[0].id, "550", talk.played.alliance.demo_now
        )
    )
    assert "(kan ikke nås på mail: 550)" in talk.say(COORDINATOR, "kontakter").text
    corrected(talk, COORDINATOR)
    assert "550" not in talk.say(COORDINATOR, "kontakter").text


@pytest.mark.parametrize(
    "day, holder",
    [
        ("2027-03-09", "Rikke Toft"),
        ("2027-03-10", "Ida Mellem"),
        ("2027-03-31", "Ida Mellem"),
        ("2027-04-01", "Ny Borgmester"),
    ],
)
def test_who_steps_in_leaves_when_the_successor_who_is_noted_begins(talk, day, holder):
    changed_office(talk, since="2027-04-01")
    receipt = changed_office(talk, name="Ida Mellem", mail="mellem@koege.example")
    assert "til og med den 31. marts 2027" in receipt.text and "Ny Borgmester er noteret i embedet fra" in receipt.text
    talk.at = f"{day}T09:00"
    contacts = [row for row in talk.say(SECRETARIAT, "for Køge: kontakter").rows() if row[0] == "borgmester"]
    assert contacts[0][1] == holder
    before = talk.dump()
    again = changed_office(talk, name="Ida Mellem", mail="mellem@koege.example")
    assert "31. marts" in again.text and not talk.changed(before) & {"office_term", "journal", "person"}


@pytest.mark.parametrize("name, people", [("Rikke Toft", 0), ("En Anden", 1)])
def test_an_address_typed_as_it_was_means_the_same_person_if_the_name_does(talk, name, people):
    rikke = talk.person(MAYOR)
    form = talk.say(SECRETARIAT, "for Køge: adresse")
    talk.send(SECRETARIAT, form, person=str(rikke.id), mail="rikke@koege.example")
    before = len(talk.dump()["person"])
    receipt = changed_office(talk, office="councillor", name=name, mail=MAYOR)
    assert len(talk.dump()["person"]) - before == people
    assert ("rikke@koege.example" if name == rikke.name else MAYOR) in receipt.text


# ------------------------------------------------------------------------------- shown before it is written


def test_an_office_is_given_only_once_who_loses_it_and_what_follows_was_shown(talk):
    form = talk.say(SECRETARIAT, "for Køge: embede")
    before = talk.dump()
    shown = talk.send(SECRETARIAT, form, **NEW)
    assert "Ny Borgmester får embedet som borgmester" in shown.summary and "Intet er skrevet endnu" in shown.summary
    assert "Rikke Toft er borgmester til og med" in shown.text and "9. marts 2027" in shown.text
    assert "Pladsen i styregruppen følger embedet: Ny Borgmester sidder der" in shown.text
    assert talk.changed(before) <= {"form_draft"}
    corrected = talk.sure(SECRETARIAT, talk.send(SECRETARIAT, shown, name="Ny Navn"))
    assert "Ny Navn har embedet" in corrected.text and talk.journal()[0].action == "office_given"


def test_a_confirmation_of_an_office_counts_for_what_was_shown_and_nothing_else(talk):
    form = talk.say(SECRETARIAT, "for Køge: embede")
    shown = talk.send(SECRETARIAT, form, **NEW)
    again = talk.send(SECRETARIAT, shown, since="2027-03-11")
    assert "Intet er skrevet endnu" in again.summary and "10. marts 2027" in again.text
    assert "office_given" not in {entry.action for entry in talk.journal()}


def test_nobody_leaves_before_what_follows_was_shown(talk):
    before = talk.dump()
    shown = talk.say(SECRETARIAT, f"for Køge: fratræd {COORDINATOR}")
    assert "handler fra" in shown.summary and "Intet er skrevet endnu" in shown.summary
    assert "Derefter er ingen klimakoordinator" in shown.text and "embede" in shown.text
    assert "er stadig åben: derefter spørges" in shown.text and "mister adgangen" in shown.text
    assert talk.changed(before) == set() and talk.say(COORDINATOR, "liste").done
    assert talk.sure(SECRETARIAT, shown).done and talk.journal()[0].action == "office_ended"


def test_the_seat_that_is_empty_when_its_holder_leaves_is_named_first(talk):
    shown = talk.say(SECRETARIAT, f"for Køge: fratræd {MAYOR}")
    assert "Pladsen i styregruppen følger embedet: den står tom" in shown.text


@pytest.mark.parametrize("typed", ["Rikke Toft", "rikke toft", "Toft"])
def test_who_leaves_is_known_by_name_too(talk, typed):
    shown = talk.say(SECRETARIAT, f"for Køge: fratræd {typed}")
    assert "Rikke Toft handler" in shown.summary
    assert talk.sure(SECRETARIAT, shown).done and not talk.say(MAYOR, "svar topmøde").done


def test_where_two_have_the_name_it_is_asked_who_leaves(talk):
    changed_office(talk, office="official", name="Rikke Holm", mail="holm@koege.example", since="2027-03-01")
    asked = talk.say(SECRETARIAT, "for Køge: fratræd Rikke")
    assert "Hvem stopper?" in asked.text
    assert asked.offered() == [f"for Køge: fratræd {MAYOR}", "for Køge: fratræd holm@koege.example"]
    assert "Rikke Holm handler" in talk.press(SECRETARIAT, asked, "holm@").summary


def test_the_journal_tells_who_was_given_an_office_from_who_left_one(talk):
    changed_office(talk, since="2027-03-01")
    leave(talk, SECRETARIAT, COORDINATOR)
    told = [row[2] for row in talk.say(SECRETARIAT, "journal").rows()]
    assert told[:2] == ["afsluttede et embede", "gav et embede"]
