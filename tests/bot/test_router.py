"""Whatever anybody says, they get an answer: never an apology, and never a change that was not asked for."""

from __future__ import annotations

import dataclasses
import logging

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from alliance.messages import Buttons, Form
from bot.commands import COMMANDS
from bot.plain import plain
from bot.request import Request
from bot.router import BY_NAME, handle
from storage.seed import DEMO_START
from tests.conftest import Played

MAYOR, COORDINATOR = "borgmester@koege.example", "klima@koege.example"
SECRETARIAT, DEPUTY = "sekretariat@frederiksberg.example", "borgmestersekretaer@frederiksberg.example"
PERSONAS = (COORDINATOR, MAYOR, SECRETARIAT, DEPUTY, "klima@frederiksberg.example", "nogen@ukendt.example")
FIELDS = [
    *("office", "name", "mail", "since", "until", "person", "to", "text", "why", "decided_by", "kind", "what", "link"),
    *("response", "attendee", "ghg_total", "ghg_total.note", "ghg_total.meant", "bus_alt_fuel_pct", "data_year"),
    "adaptation_effect",
]

odd = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "So", "Nd", "Zs"]), max_size=20),
    st.sampled_from(
        [
            *("", " ", "1.234", "0", "-0", "1e9", "NaN", "𝟙𝟚", "9" * 60, "2027-03-01", "9999-12-31", "0001-01-01"),
            *(
                "31.12.2027",
                "https://[::1",
                "http://x",
                "{{ 7*7 }}",
                "%s",
                "æøå",
                "👩‍👩‍👧",
                "\x00",
                "\ud800",
                "x" * 5000,
            ),
            *("all", "owing", "mayor", "secretariat", "none", "yes", "tentative", "unknown", "nothing", "a@b.dk"),
            *(COORDINATOR, "zero_waste", "1", "196", "2027", "summit", "topmøde", "ja", "nej", "4", "3a", "r0"),
            *("r999999999", "gem", "send", "bekræft"),
        ]
    ),
)
command = st.sampled_from(sorted(BY_NAME))
member = st.sampled_from(
    ["", "for Køge: ", "for Aalborg ", "for 0147: ", "for : ", "for ", "for x: ", "/tovholder ", "for for: "]
)
words = st.one_of(
    odd,
    st.tuples(member, command, st.lists(odd, max_size=4)).map(lambda p: f"{p[0]}{p[1]} {' '.join(p[2])}"),
    st.tuples(member, odd).map("".join),
)
answers = st.one_of(
    st.just({}),
    st.dictionaries(st.sampled_from(FIELDS), odd, max_size=12),
    st.dictionaries(st.text(max_size=10), odd, max_size=3),
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(who=st.sampled_from(PERSONAS), said=words, typed=answers, late=st.booleans())
@example(COORDINATOR, "vis " + "9" * 30, {}, False)
@example(SECRETARIAT, "for Køge: svar topmøde", {"response": "yes", "attendee": "x", "office": "paven"}, False)
@example(SECRETARIAT, "for Køge: dokumenter 4", {"kind": "zero_waste", "what": "x", "link": "http://["}, False)
@example(
    SECRETARIAT, "for Køge: embede", {"office": "mayor", "name": "x", "mail": "a@b.dk", "since": "0001-01-01"}, False
)
@example(SECRETARIAT, "\ud800", {"\udfff": "\ud800"}, False)
@example("\ud800@x", "liste", {}, False)
def test_nobody_ever_gets_an_apology(demo, who, said, typed, late):
    now = DEMO_START.replace(month=6, day=2) if late else DEMO_START
    reply = handle(demo, Request(who, said, typed), now)
    shown = plain(reply.message)
    assert "Beklager" not in shown and "Sorry" not in shown, shown
    assert len(reply.message.summary) < 8_000


@pytest.mark.parametrize("command", COMMANDS, ids=[command.key for command in COMMANDS])
@pytest.mark.slow
def test_every_command_alone_and_about_a_member_is_answered_to_everybody(demo, command):
    name = command.names[0]
    for month in (2, 6, 12):
        for who in PERSONAS:
            for said in (name, f"for Køge: {name}", f"{name} topmøde", f"for Køge: {name} 4"):
                reply = handle(demo, Request(who, said), DEMO_START.replace(month=month, day=20))
                assert "Beklager" not in plain(reply.message), (month, who, said)


def everything(engine):
    return Played(engine).dump()


def test_an_unexpected_error_apologises_with_a_reference_changes_nothing_and_is_logged(demo, monkeypatch, caplog):
    def breaks(ctx):
        ctx.note("answered", "half a change")
        raise ZeroDivisionError("the words of a secret")

    broken = dataclasses.replace(BY_NAME["liste"], handle=breaks)
    monkeypatch.setitem(BY_NAME, "liste", broken)
    before = everything(demo)
    with caplog.at_level(logging.ERROR):
        reply = handle(demo, Request(COORDINATOR, "liste"), DEMO_START)
    assert not reply.done and "Beklager" in reply.message.summary
    reference = reply.message.summary.split("reference ")[1].rstrip(").")
    assert reference in caplog.text and "ZeroDivisionError" in caplog.text
    assert "secret" not in plain(reply.message)
    assert everything(demo) == before


def test_an_apology_comes_in_the_readers_language(demo, monkeypatch):
    def breaks(_ctx):
        raise ZeroDivisionError

    handle(demo, Request(COORDINATOR, "sprog en"), DEMO_START)
    monkeypatch.setitem(BY_NAME, "liste", dataclasses.replace(BY_NAME["liste"], handle=breaks))
    monkeypatch.setitem(BY_NAME, "list", dataclasses.replace(BY_NAME["list"], handle=breaks))
    assert "Sorry" in handle(demo, Request(COORDINATOR, "list"), DEMO_START).message.summary


def test_a_request_is_one_transaction(demo, monkeypatch):
    """A handler that fails after the receipt was written leaves neither the answer nor its journal line."""
    from bot.commands.meetings import rsvp

    before = everything(demo)
    monkeypatch.setattr(rsvp, "_receipt", lambda *_: 1 / 0)
    assert not handle(demo, Request(MAYOR, "svar topmøde ja borgmester"), DEMO_START).done
    assert everything(demo) == before
    monkeypatch.undo()
    assert handle(demo, Request(MAYOR, "svar topmøde ja borgmester"), DEMO_START).done
    assert everything(demo) != before


def test_an_address_is_known_in_any_case_and_with_spaces_around(demo):
    for address in ("KLIMA@Koege.example", " klima@koege.example "):
        assert handle(demo, Request(address, "liste"), DEMO_START).done


def test_reading_commands_write_nothing(demo):
    before = everything(demo)
    for who in (COORDINATOR, SECRETARIAT):
        for said in (
            "liste",
            "hjælp",
            "for Køge: tal",
            "for Køge: kontakter",
            "for Køge: liste",
            "for Køge: vis 2",
            "sprog da",
        ):
            assert handle(demo, Request(who, said), DEMO_START).done, said
    for said in ("status", "mangler", "journal", "besked", "for Køge: embede"):
        assert handle(demo, Request(SECRETARIAT, said), DEMO_START).done
    assert everything(demo) == before


def test_the_secretariat_chooses_from_all_members_and_what_it_asked_goes_on(played: Played) -> None:
    asked = played.say(SECRETARIAT, "kontakter", "2027-03-01T09:00")
    (form,) = [block for block in asked.message.blocks if isinstance(block, Form)]
    (ask,) = form.sections[0].asks
    assert not asked.done and len(ask.choices) == 98 and ask.searched
    chosen = played.say(SECRETARIAT, form.buttons[0].words, "2027-03-01T09:00", {ask.key: "Køge"})
    typed = played.say(SECRETARIAT, "for Køge: kontakter", "2027-03-01T09:00")
    assert chosen.done and chosen == typed


def test_what_everybody_may_read_of_a_member_is_offered_for_the_names_alike(played: Played) -> None:
    asked = played.say(COORDINATOR, "for Solrødd: plan", "2027-03-01T09:00")
    offer, *_ = [button for block in asked.message.blocks if isinstance(block, Buttons) for button in block.items]
    assert not asked.done and not any(isinstance(block, Form) for block in asked.message.blocks)
    assert played.say(COORDINATOR, offer.words, "2027-03-01T09:00").done


def test_whoever_chooses_a_member_that_is_not_theirs_is_refused_as_if_they_had_typed_it(played: Played) -> None:
    reply = played.say(COORDINATOR, "kontakter", "2027-03-01T09:00", {"for_member": "Aalborg"})
    assert not reply.done and "Aalborg" in plain(reply.message)
