"""Two alliances in one database: the second has parties beside its members, and neither shows in the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from email import message_from_bytes, policy
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import Connection, select

from alliance.alliances import Alliance
from alliance.imports import read_members
from storage.changes import imports
from storage.changes.parties import enter_parties
from storage.engine import connect, reading, writing
from storage.queries import actors, meetings, plans, register
from storage.seed_second import plant_second
from storage.tables import tables
from tests.conftest import Played, local
from tests.stories.conftest import Conversation
from tests.stories.test_meeting_page import Pages, pages

__all__ = ["pages"]  # a fixture

SECRETARIAT, ADVISER = "secretariat@kl.example", "adviser@kkr-syddanmark.example"
KL, REALDANIA = "project-representative@kl.example", "project-representative@realdania.example"
POLITICIAN, OBSERVER = "representative@realdania.example", "official@concito.example"
KOEGE, ODENSE = "klimaalliance@koege.example", "klimaalliance@odense.example"
DK2020_SECRETARIAT, DK2020_MAYOR = "sekretariat@frederiksberg.example", "borgmester@koege.example"


@dataclass(frozen=True)
class Second(Played):
    """The demo as the second alliance in it sees it."""

    @property
    def alliance(self) -> Alliance:
        with reading(self.engine) as connection:
            return register.alliances(connection)[1]


@pytest.fixture(scope="module")
def both_once(databases: Any) -> Iterator[str]:
    """The address of the demo with its second alliance; copy it, do not change it."""
    at = databases.copy(databases.demo())
    engine = connect(at)
    with writing(engine) as connection:
        plant_second(connection)
    engine.dispose()
    yield at
    databases.drop(at)


@pytest.fixture
def both(both_once: str, copied: Callable[[str], Any]) -> Any:
    return copied(both_once)


@pytest.fixture
def talk(both: Any) -> Conversation:
    """A conversation in the second alliance; the first one stands beside it."""
    return Conversation(Second(both))


def confirmed(talk: Conversation, words: str, **filled: str) -> Any:
    preview = talk.say(SECRETARIAT, words)
    if preview.is_form:
        return talk.send(SECRETARIAT, preview, "bekræft", **filled)
    return talk.press(SECRETARIAT, preview, "bekræft")


# Who takes part


def test_the_parties_are_in_the_register_for_their_dates(talk: Conversation) -> None:
    alliance = talk.played.alliance

    def on(day: date, role: str) -> set[str]:
        with reading(talk.engine) as connection:
            found = register.memberships(connection, alliance.id)
            names = register.organisations(connection, alliance.id, day)
        return {names[m.organisation_id].name for m in found if m.role == role and m.validity.covers(day)}

    assert len(on(date(2027, 3, 1), "member")) == 98
    assert {"Region Syddanmark", "KL"} <= on(date(2024, 6, 1), "partner")
    assert "Region Syddanmark" not in on(date(2025, 1, 1), "partner")
    assert on(date(2027, 3, 1), "partner") >= {"KL", "Realdania", "KKR Syddanmark"}
    assert on(date(2028, 4, 1), "partner") & {"KL", "Realdania"} == set()
    assert on(date(2027, 3, 1), "observer") == {"CONCITO", "C40"}


def test_all_98_municipalities_are_members_in_their_five_areas(talk: Conversation) -> None:
    alliance, day = talk.played.alliance, date(2027, 3, 1)
    with reading(talk.engine) as connection:
        found = register.memberships(connection, alliance.id)
        here = register.organisations(connection, alliance.id, day)
    members = {m.organisation_id for m in found if m.role == "member" and m.validity.covers(day)}
    areas = {"Hovedstaden": 29, "Sjælland": 17, "Syddanmark": 22, "Midtjylland": 19, "Nordjylland": 11}
    assert Counter(here[id_].group("kkr") for id_ in members) == {f"KKR {name}": n for name, n in areas.items()}


@pytest.mark.parametrize(
    ("at", "told"), [("2027-03-31T09:00", 0), ("2027-04-01T07:59", 0), ("2027-04-01T08:00", 2), ("2027-06-01T09:00", 2)]
)
def test_the_secretariat_hears_a_year_ahead_that_the_partnership_ends_and_once(
    talk: Conversation, at: str, told: int
) -> None:
    for _ in range(2):
        talk.played.plan(at)
    found = talk.told("term_ends")
    assert len(found) == told
    assert {(one.about, one.recipient) for one in found} <= {
        ("party:KL", SECRETARIAT),
        ("party:REALDANIA", SECRETARIAT),
    }


def test_to_enter_the_parties_again_changes_nothing(talk: Conversation) -> None:
    before = talk.dump()
    with writing(talk.engine) as connection:
        assert enter_parties(connection, talk.played.alliance, local("2027-03-01T09:00")) == 0
    assert talk.changed(before) == set()


def test_a_partner_whose_term_the_charter_ends_keeps_what_it_was(talk: Conversation) -> None:
    alliance = talk.played.alliance
    over = tuple(
        replace(p, validity=replace(p.validity, until=date(2027, 7, 1))) if p.code == "C40" else p
        for p in alliance.charter.parties
    )
    changed = replace(alliance, charter=replace(alliance.charter, parties=over))
    with writing(talk.engine) as connection:
        enter_parties(connection, changed, local("2027-03-01T09:00"))
    with reading(talk.engine) as connection:
        c40 = register.organisation_by_code(connection, alliance.id, "C40", date(2027, 3, 1))
        assert c40 is not None
        (term,) = register.memberships(connection, alliance.id, [c40.id])
    assert (term.validity.since, term.validity.until) == (date(2023, 4, 1), date(2027, 7, 1))


def test_the_seats_of_both_bodies_are_the_partners_own(talk: Conversation) -> None:
    with reading(talk.engine) as connection:
        names = register.organisations(connection, talk.played.alliance.id, date(2027, 3, 1))
        seats = register.seats(connection, talk.played.alliance.id)
    held = {(seat.body, names[seat.organisation_id].code) for seat in seats if seat.validity.covers(date(2027, 3, 1))}
    assert held == {(b, c) for b in ("business_committee", "project_steering_group") for c in ("KL", "REALDANIA")}
    assert not [seat for seat in seats if seat.validity.covers(date(2028, 4, 1))]  # the partnership is over


def ended(talk: Conversation, until: date) -> None:
    """Let the terms of a KKR and of an observer end."""
    alliance = talk.played.alliance
    last = tuple(
        replace(p, validity=replace(p.validity, until=until)) if p.code in ("KKR-SD", "CONCITO") else p
        for p in alliance.charter.parties
    )
    with writing(talk.engine) as connection:
        changed = replace(alliance, charter=replace(alliance.charter, parties=last))
        enter_parties(connection, changed, local("2027-03-01T09:00"))


def test_the_people_of_a_partner_whose_term_is_over_lose_papers_meetings_and_members_that_day(
    talk: Conversation,
) -> None:
    ended(talk, date(2027, 3, 15))
    assert confirmed(talk, "møde indkald projektgruppe 2/2027").done
    assert confirmed(talk, "dagsorden udsend projektgruppe 2/2027").done
    for talk.at, may in (("2027-03-14T23:59", True), ("2027-03-15T00:00", False)):
        assert talk.say(ADVISER, "for Odense: kontakter").done is may
        assert talk.say(ADVISER, "status Syddanmark").done is may
        assert talk.say(OBSERVER, "papir 1").done is may
        for who in (ADVISER, OBSERVER):
            assert talk.say(who, "møde").done is may
            assert talk.say(who, "møde projektgruppe 2/2027").done is may
    assert talk.say(KL, "møde").done and talk.say(SECRETARIAT, "møde").done


@pytest.mark.slow
def test_the_pages_of_meetings_are_closed_to_them_too(pages: Pages) -> None:
    ended(pages.talk, date(2027, 3, 15))
    for pages.talk.at, status in (("2027-03-14T23:59", 200), ("2027-03-15T00:00", 403)):
        for path in ("/meetings", pages.page):
            assert pages.get(OBSERVER, path).status_code == status, path
            assert pages.get(KL, path).status_code == 200


def test_a_partnership_that_another_charter_would_have_ended_goes_on_when_that_is_undone(talk: Conversation) -> None:
    def parts() -> list[tuple[str, str, str]]:
        found = [row for row in talk.played.rows("membership") if row["alliance_id"] == talk.played.alliance.id]
        return sorted((row["role"], str(row["valid_from"]), str(row["valid_until"])) for row in found)

    before = parts()
    assert "der er ingen formand" in talk.say(SECRETARIAT, "vedtægt skift dk2020 1. april 2027").text
    assert confirmed(talk, "vedtægt skift dk2020 1. april 2027").done
    assert ("partner", "2023-04-01", "2027-04-01") in parts() and ("partner", "2023-04-01", "2027-04-01") not in before
    assert confirmed(talk, "vedtægt fortryd").done
    assert parts() == before


def test_a_line_of_a_members_file_about_a_party_brings_its_person_and_nothing_else(talk: Conversation) -> None:
    alliance, text = (
        talk.played.alliance,
        "name,joined,left,office,person,mail\nKL,2020-01-01,2026-01-01,official,Ida,ida@kl.example\n",
    )
    lines = read_members(text, {p.code: p.name.da for p in alliance.charter.parties}, alliance.charter.offices)
    before = talk.played.rows("membership")
    with writing(talk.engine) as connection:
        now = local("2027-03-01T09:00")
        done = imports.import_members(connection, alliance, lines, now, "members.csv", lambda *_: None)
    assert (done.joined, done.left, done.people) == (0, 0, 1)
    assert talk.played.rows("membership") == before and talk.say("ida@kl.example", "vedtægt").done


# What each of them is asked and may do


@pytest.mark.parametrize("who", [SECRETARIAT, ADVISER, POLITICIAN, OBSERVER, KOEGE])
def test_nobody_owes_anything_and_no_help_offers_what_nobody_asks(talk: Conversation, who: str) -> None:
    assert talk.say(who, "liste").done
    offered = {row[0] for row in talk.say(who, "hjælp").rows()}
    assert "møde" in offered and not offered & {"indberet", "tal", "fremmøde", "dispensation", "status", "mangler"}


def test_a_kkr_secretariat_sees_and_acts_for_its_own_municipalities_only(talk: Conversation) -> None:
    with reading(talk.engine) as connection:
        adviser = register.person_at(connection, talk.played.alliance.id, ADVISER)
        assert adviser
        actor = actors.actor(connection, talk.played.alliance, adviser, date(2027, 3, 1))
    assert len(actor.advised) == 22 and actor.own == ()
    assert talk.say(ADVISER, "for Odense: kontakter").done
    assert talk.say(ADVISER, "for Odense: adresse").done
    assert not talk.say(ADVISER, "for Køge: adresse").done
    assert "Odense" in talk.say(ADVISER, "status Syddanmark").text
    assert not talk.say(ADVISER, "status Sjælland").done
    assert not talk.say(KOEGE, "status").done
    assert not talk.say(ADVISER, "møde opret").done


def test_what_an_adviser_does_stands_as_done_on_the_members_behalf(talk: Conversation) -> None:
    form = talk.say(ADVISER, "for Odense: adresse")
    person = form.ask("person").choices[0].value
    assert talk.send(ADVISER, form, person=person, mail="klima.ny@odense.example").done
    entry = next(e for e in talk.journal() if e.who)
    assert entry.action.startswith("address") and entry.on_behalf and entry.organisation == "Odense"


# Two bodies


def test_a_number_that_two_bodies_have_given_is_asked_about(talk: Conversation) -> None:
    reply = talk.say(SECRETARIAT, "dagsorden 2/2027")
    assert not reply.done
    assert "forretningsudvalg 2/2027" in reply.text and "projektgruppe 2/2027" in reply.text
    assert talk.say(SECRETARIAT, "dagsorden projektgruppe 2/2027").done
    assert "projektstyregruppen" in talk.say(SECRETARIAT, "dagsorden").text  # the next meeting of all


def test_an_agenda_is_sent_out_by_the_button_that_shows_it(talk: Conversation) -> None:
    assert confirmed(talk, "møde indkald projektgruppe 2/2027").done
    sent = confirmed(talk, "dagsorden udsend projektgruppe 2/2027")
    assert sent.done and "på vej" in sent.summary
    assert talk.say(OBSERVER, "dagsorden projektgruppe 2/2027").done


@pytest.mark.parametrize(
    "words",
    [
        "møde projektgruppe 2/2027",
        "møde indkald projektgruppe 2/2027",
        "dagsorden projektgruppe 2/2027",
        "dagsorden forretningsudvalg 1/2027",
    ],
)
def test_every_button_of_a_meeting_names_its_body(talk: Conversation, words: str) -> None:
    offered = [said for said in talk.say(SECRETARIAT, words).offered() if "/2027" in said]
    body = next(word for word in words.split() if word in ("projektgruppe", "forretningsudvalg"))
    assert offered and all(f"{body} " in said for said in offered), offered


@pytest.mark.slow
def test_an_invitation_goes_to_the_partners_and_observers_and_no_municipality(talk: Conversation) -> None:
    assert confirmed(talk, "møde indkald projektgruppe 2/2027").done
    talk.played.tick("2027-03-01T09:05")
    letters = talk.played.letters()
    got = {letter.recipient for letter in letters}
    for mail in (message_from_bytes(letter.content, policy=policy.default) for letter in letters):
        assert mail["From"].addresses[0].display_name == "Tovholder for Klimaalliancen"
        assert "DK2020" not in mail.get_body(("plain",)).get_content()
    assert {KL, REALDANIA, OBSERVER} <= got
    assert not any(address.startswith("klimaalliance@") for address in got)
    assert POLITICIAN not in got
    roll = talk.say(SECRETARIAT, "møde projektgruppe 2/2027").text
    assert "KL" in roll and "Realdania" in roll and "CONCITO" in roll


@pytest.mark.slow
def test_what_the_project_group_decides_joins_the_next_agenda_of_the_business_committee(talk: Conversation) -> None:
    talk.at = "2027-05-03T09:00"
    assert confirmed(talk, "møde indkald projektgruppe 3/2027").done
    early = talk.say(SECRETARIAT, "dagsorden forretningsudvalg 2/2027").text
    assert "Fra projektstyregruppen" in early
    talk.at = "2027-05-10T09:00"
    assert talk.say(SECRETARIAT, "dagsorden projektgruppe 3/2027").done
    assert confirmed(talk, "dagsorden udsend projektgruppe 3/2027").done
    talk.at = "2027-06-01T09:00"
    form = talk.say(SECRETARIAT, "møde afhold projektgruppe 3/2027")
    here = {key: "present" for key, ask in form.asks().items() if "present" in {c.value for c in ask.choices}}
    held = talk.send(SECRETARIAT, form, **here)
    assert len(here) > 2 and "2 af 2 pladser" in held.text  # the observers were there, and do not count
    for number in range(1, 20):
        form = talk.say(SECRETARIAT, f"referat skriv projektgruppe 3/2027 {number}")
        if not form.is_form:
            break
        decision = {"decision": f"Besluttet i punkt {number}."} if "decision" in form.asks() else {}
        assert talk.send(SECRETARIAT, form, **decision).done
    item = talk.say(SECRETARIAT, "dagsorden forretningsudvalg 2/2027")
    report = next(words for words in item.offered() if words.startswith("punkt"))
    assert report
    number = _report_item(talk)
    waiting = talk.say(SECRETARIAT, f"punkt #{number} tal")
    assert "ikke godkendt endnu" in waiting.ask("summary").value
    assert confirmed(talk, "referat udsend projektgruppe 3/2027").done
    approve = talk.say(SECRETARIAT, "referat godkend projektgruppe 3/2027")
    assert talk.send(SECRETARIAT, approve).done
    told = talk.say(SECRETARIAT, f"punkt #{number} tal")
    assert "Besluttet i punkt 1." in told.ask("summary").value
    files = _minutes_enclosed(talk)
    assert [file["item_id"] for file in files] == [number] and files[0]["media_type"] == "application/pdf"
    talk.say(SECRETARIAT, f"punkt #{number} tal")
    assert len(_minutes_enclosed(talk)) == 1  # once
    wrong = talk.say(SECRETARIAT, "referat ret projektgruppe 3/2027 1")
    assert talk.send(SECRETARIAT, wrong, decision="Besluttet på ny.").done
    shown = talk.send(SECRETARIAT, talk.say(SECRETARIAT, "referat ret projektgruppe 3/2027"), reason="Forkert")
    assert talk.send(SECRETARIAT, shown, "bekræft").done
    talk.say(SECRETARIAT, f"punkt #{number} tal")
    first, second = _minutes_enclosed(talk)
    assert first["removed_at"] and not second["removed_at"]  # what was corrected is not passed on


def _minutes_enclosed(talk: Conversation) -> list[dict[str, Any]]:
    return [file for file in talk.played.rows("attachment") if not file["name"].startswith("Status")]


def test_the_task_of_anchoring_has_the_members_status_area_by_area(talk: Conversation) -> None:
    talk.say(SECRETARIAT, "dagsorden forretningsudvalg 2/2027")
    (item,) = [row for row in talk.played.rows("agenda_item") if row["standing"] == "progress"]
    assert item["heading"].startswith("Politisk forankring")
    lines = item["summary"].splitlines()
    assert "98 medlemmer" in lines[0] and [line.split(":")[0] for line in lines[1:]] == [
        "- KKR Hovedstaden",
        "- KKR Midtjylland",
        "- KKR Nordjylland",
        "- KKR Sjælland",
        "- KKR Syddanmark",
    ]
    counts = [re.findall(r"(\d+) kommuner, (\d+) med en vedtaget klimahandlingsplan", line) for line in lines[1:]]
    assert sum(int(members) for ((members, _),) in counts) == 98
    with reading(talk.engine) as connection:
        known = plans.records(connection, talk.played.alliance, talk.day())
    assert sum(int(adopted) for ((_, adopted),) in counts) == sum(one.has_plan(talk.day()) for one in known) > 0
    (annex,) = [file for file in talk.played.rows("attachment") if file["item_id"] == item["id"]]
    printed = "".join(page.extract_text() for page in PdfReader(BytesIO(annex["content"])).pages)
    assert "Opdateres senest" in printed and not [o for o in known if o.organisation.name not in printed]


def _report_item(talk: Conversation) -> int:
    (row,) = [row for row in talk.played.rows("agenda_item") if row["standing"].startswith("report_of:")]
    return int(row["id"])


# Neither shows in the other


def test_experience_is_shared_where_nothing_is_required_and_read_by_all_who_take_part_and_no_others(
    talk: Conversation,
) -> None:
    assert talk.say("klima@koege.example", "del Fælles indkøb af varmepumper").done
    told = talk.say(KOEGE, "del Klimatilpasning ved kysten").text
    assert "er delt" in told and "krav" not in told
    number = talk.played.rows("experience")[-1]["id"]
    for reader in (KOEGE, ODENSE, SECRETARIAT, ADVISER, KL, REALDANIA, POLITICIAN, OBSERVER):
        read = talk.say(reader, "erfaringer").text
        assert "Klimatilpasning ved kysten" in read and "varmepumper" not in read, reader
        assert "varmepumper" not in talk.say(reader, "erfaringer varmepumpe").text.replace("”varmepumpe”", ""), reader
    for other in ("klima@koege.example", DK2020_SECRETARIAT):
        assert "kysten" not in talk.say(other, "erfaringer").text
        assert not talk.say(other, f"erfaring {number} tema transport").done
    for reader in (KL, POLITICIAN, OBSERVER):  # who is no member reads, and shares nothing
        assert not talk.say(reader, "del Noget andet").done
        assert not talk.say(reader, f"erfaring {number} fortryd").done
    assert "kysten" in talk.say(SECRETARIAT, f"erfaring {number} tema klimatilpasning").text


def test_members_ask_each_other_within_their_alliance_and_partners_do_not(talk: Conversation) -> None:
    assert talk.say(KOEGE, "spørg Odense: Hvordan gjorde I?").done
    number = talk.played.rows("question")[-1]["id"]
    assert [record.recipient for record in talk.told("question")] == [ODENSE]
    for stranger in (KL, OBSERVER, "klima@odense.example", DK2020_SECRETARIAT):
        assert not talk.say(stranger, f"spørgsmål {number} svar Ja").done
        assert "Hvordan gjorde I" not in talk.say(stranger, "spørgsmål").text
    for partner in (KL, OBSERVER):
        assert not talk.say(partner, "spørg Odense: Og jer?").done
    assert talk.say(ADVISER, f"spørgsmål {number} svar Vi spurgte borgerne.").done  # who advises Odense
    assert [record.recipient for record in talk.told("question_answered")] == [KOEGE]


def test_the_actions_of_a_plan_are_its_alliances_and_who_advises_a_member_writes_them_for_it(
    talk: Conversation,
) -> None:
    filled = {"title": "Mere skov ved åen", "track": "adaptation", "owner": "Naturchefen", "due": "1.6.2029"}
    assert talk.send(ADVISER, talk.say(ADVISER, "for Odense: handling ny"), **filled).done
    assert [record.recipient for record in talk.told("plan_news")] == [ODENSE]
    number = talk.played.rows("plan_action")[-1]["number"]
    assert not talk.say(ADVISER, "for Køge: handling ny").done and not talk.say(KL, f"handling {number} udført").done
    for reader in (KOEGE, KL, OBSERVER):  # whoever takes part sees a plan
        assert "Mere skov ved åen" in talk.say(reader, "handlinger skov").text
    for stranger in ("klima@odense.example", DK2020_SECRETARIAT):
        assert "Mere skov" not in talk.say(stranger, "handlinger alle").text
        assert not talk.say(stranger, f"handling {number}").done


def test_the_secretariat_of_one_alliance_is_nobody_in_the_other(talk: Conversation, both: Any) -> None:
    with reading(both) as connection:
        first, second = register.alliances(connection)
        assert register.person_at(connection, first.id, SECRETARIAT) is None
        assert register.person_at(connection, second.id, DK2020_SECRETARIAT) is None
        mine = {m.kind for m in meetings.meetings(connection, second)}
    assert mine == {"business_committee", "project_steering_group"}
    assert "forretningsudvalg" not in talk.say(DK2020_SECRETARIAT, "møde").text.lower()
    assert "topmøde" not in talk.say(SECRETARIAT, "møde").text.lower()


def test_a_row_of_one_alliance_never_points_at_a_row_of_the_other(talk: Conversation) -> None:
    """Nor after months of ticks and meetings in both."""
    first = Conversation(Played(talk.engine))
    assert confirmed(talk, "møde indkald projektgruppe 2/2027").done
    for day in ("2027-03-01", "2027-04-01"):
        first.at = talk.at = f"{day}T09:30"
        first.played.plan(first.at)
        assert first.say("klima@koege.example", "svar topmøde ja").done and talk.say(KOEGE, "sprog en").done
    with reading(talk.engine) as connection:
        assert crossed(connection) == []


def crossed(connection: Connection) -> list[str]:
    """Every column by which a row of one alliance points at a row of another."""
    found = []
    for name, table in tables.items():
        for key in table.foreign_keys:
            other = key.column.table.alias("other")
            if "alliance_id" not in table.c or "alliance_id" not in other.c:
                continue
            joined = table.join(other, key.parent == other.c[key.column.name])
            query = select(table.c.id).select_from(joined).where(table.c.alliance_id != other.c.alliance_id)
            if connection.execute(query.limit(1)).first():
                found.append(f"{name}.{key.parent.name}")
    return found


@pytest.mark.parametrize(
    ("named", "offered"),
    [
        ("KL", {"official", "representative", "project_representative", "secretariat"}),
        ("Realdania", {"official", "representative", "project_representative"}),
        ("CONCITO", {"official"}),
        ("KKR Syddanmark", {"official", "adviser"}),
        ("Køge", {"mayor", "climate_coordinator", "official"}),
    ],
)
def test_an_organisation_is_offered_the_offices_that_its_kind_has(
    talk: Conversation, named: str, offered: set[str]
) -> None:
    form = talk.say(SECRETARIAT, f"for {named}: embede")
    assert {choice.value for choice in form.ask("office").choices} == offered


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        (SECRETARIAT, ("for Albertslund: kontakter", "møde projektgruppe ")),
        (ADVISER, ("for Assens: kontakter", "dagsorden projektgruppe ")),
        (KOEGE, ("nås: kontakter.", "svar projektgruppe 2/2027 ja", "dokumenter A12")),
    ],
)
def test_the_examples_in_help_can_be_said_as_they_stand(talk: Conversation, who: str, shown: tuple[str, ...]) -> None:
    for word in ("hjælp", "hej"):
        text = talk.say(who, word).text
        assert all(each in text for each in shown), text
        assert "2/2027" in text


def test_a_municipality_is_shown_who_advises_it(talk: Conversation) -> None:
    name = talk.person(ADVISER).name
    for who, words in (
        (ODENSE, "kontakter"),
        (SECRETARIAT, "for Odense: kontakter"),
        (ADVISER, "for Odense: kontakter"),
    ):
        assert f"Faglig rådgivning: {name}, KKR Syddanmark ({ADVISER})" in talk.say(who, words).text
    assert name not in talk.say(KOEGE, "kontakter").text  # another KKR serves it
    assert "rådgivning" not in talk.say(SECRETARIAT, "for KL: kontakter").text


# The secretariat's own work


def test_a_fixed_secretariat_has_tasks_of_its_own_and_nothing_to_hand_over(talk: Conversation) -> None:
    talk.say(SECRETARIAT, "opgave ny Nyhedsbrev hver måned den 5.")
    assert "Nyhedsbrev" in talk.say(SECRETARIAT, "liste").text
    talk.played.plan("2027-03-02T08:00")
    reminded = [line for line in talk.played.rows("reminder_line") if line["alliance_id"] == talk.played.alliance.id]
    assert len(reminded) == 1
    assert "KL har sekretariatet fast" in talk.say(SECRETARIAT, "overdragelse").text
    assert "Nyhedsbrev" not in talk.say(DK2020_SECRETARIAT, "opgaver").text
    assert "ingen opgave" in talk.say(DK2020_SECRETARIAT, "opgave 1 udført").text
    assert not talk.say(ADVISER, "opgaver").done and not talk.say(KL, "opgave 1").done


def test_it_says_what_it_is_with_the_people_of_its_partners_and_nothing_of_the_other(talk: Conversation) -> None:
    said = talk.say(KOEGE, "om").text
    assert "Klimaalliancen blev stiftet den 1. april 2023 og har 98 medlemmer" in said
    assert "holde temperaturstigningen under 2 grader" in said and "Forgænger: DK2020" in said
    assert "formandsperiode" not in said and "official@concito.example" in said and "secretariat@kl.example" in said
    assert "Køge Kommune: medlem i 3 år og 11 måneder, siden den 1. april 2023" in said, (
        "not before there was an alliance"
    )
    assert "frederiksberg.example" not in said
    assert "official@concito.example" not in talk.played.say(DK2020_MAYOR, "om", talk.at, {}).message.blocks.__repr__()


@pytest.mark.parametrize(
    ("who", "words", "done"),
    [
        (KOEGE, "mine data", True),
        (ADVISER, "for Odense: mine data", True),
        (ADVISER, "for Køge: mine data", False),  # of another area
        (OBSERVER, "for Køge: mine data", False),
        (OBSERVER, "mine data", False),
        (KL, "mine data", False),
        (SECRETARIAT, "for Køge: mine data", True),
        (SECRETARIAT, "for KL: mine data", False),
    ],
)
def test_a_members_own_data_is_for_itself_its_adviser_and_the_secretariat(
    talk: Conversation, who: str, words: str, done: bool
) -> None:
    said = talk.say(who, words)
    assert said.done is done
    assert ("Her er alt, hvad der er gemt om" in said.text) is done


@pytest.mark.parametrize("words", ["mangler", "mangler 2", "mangler indberetning", "missing 2"])
def test_where_nothing_is_required_nothing_is_missing_and_it_says_so(talk: Conversation, words: str) -> None:
    assert "stiller ingen krav til medlemmerne" in talk.say(SECRETARIAT, words).text


def test_a_first_call_names_no_earlier_day_to_answer_by(talk: Conversation) -> None:
    talk.at = "2027-03-16T09:00"  # the day that was planned is over
    shown = talk.say(SECRETARIAT, "møde indkald forretningsudvalg 1/2027")
    assert "Sådan bliver indkaldelsen" in shown.text and "(før:" not in shown.text
