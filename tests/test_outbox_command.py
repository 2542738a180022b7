"""Looking into the outbox: what was told, narrowed down; why somebody was told of something, and why not."""

from __future__ import annotations

import io
import json
import os
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from alliance.deliveries import Undeliverable
from bot.plain import plain
from bot.web.app import Demo, demo_app
from storage.changes import register as change
from storage.engine import writing
from storage.outbox import Receipt, claim, failed, given_up, sent_all
from storage.tables import tables
from tests.conftest import Played, local
from tests.databases import address
from tovholder.command_line import main

with warnings.catch_warnings():  # the test client would rather have httpx2, which we do not need for anything else
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

FIRST = "2027-02-26"
KOEGE, ISHOEJ, MAYOR = "klima@koege.example", "klima@ishoej.example", "borgmester@koege.example"
SECRETARY = "sekretariat@frederiksberg.example"


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def text(self) -> str:
        return " ".join(self.out.split())


@pytest.fixture
def told(played: Played) -> Played:
    """The first rung's morning: 98 reminders, of which Ishøj's was refused for good."""
    played.plan(f"{FIRST}T08:00")
    (lost,) = (record.id for record in played.outbox() if record.recipient == ISHOEJ)
    with writing(played.engine) as connection:
        claims = claim(connection, local(f"{FIRST}T08:01"), ["mail"], at_most=1_000)
        sent_all(connection, [Receipt(c, "250 ok", local(f"{FIRST}T08:02")) for c in claims if c.id != lost])
        (refused,) = (c for c in claims if c.id == lost)
        given_up(connection, refused, "recipient: 550 5.1.1 no such user", local(f"{FIRST}T08:03"))
        change.mark_unreachable(connection, refused.address_id or 0, "recipient: 550", local(f"{FIRST}T08:03"))
    return played


@pytest.fixture
def run(told: Played, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    def ran(*words: str, **settings: str) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with monkeypatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr(os, "environ", {"DATABASE_URL": address(told.engine), **settings})
            status = main(words)
        return Ran(status, out.getvalue(), err.getvalue())

    return ran


# ----------------------------------------------------------------------------------------------------- outbox


@pytest.mark.slow
def test_the_outbox_is_narrowed_down_by_everything_one_may_ask_for(run: Callable[..., Ran]) -> None:
    for words, count in (
        ((), 98),
        (("--state", "given_up"), 1),
        (("--state", "queued"), 0),
        (("--kind", "reminder"), 98),
        (("--kind", "invitation"), 0),
        (("--channel", "mail"), 98),
        (("--channel", "slack"), 0),
        (("--to", KOEGE), 1),
        (("--to", KOEGE.upper()), 1),
        (("--to", "Søren Uldum"), 1),
        (("--to", "Køge"), 1),
        (("--about", "2"), 98),
        (("--about", "report"), 98),
        (("--about", "obligations", "--to", ISHOEJ), None),
        (("--about", "meeting:1"), 0),
        (("--since", FIRST), 98),
        (("--since", "2027-02-27"), 0),
        (("--until", FIRST), 98),
        (("--until", "2027-02-25"), 0),
        (("--limit", "3"), 3),
    ):
        found = run("outbox", "--json", *words)
        assert (len(found.json) if found.status == 0 else None) == count, words


def test_what_failed_says_when_it_is_tried_again(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    played.plan(f"{FIRST}T08:00")
    with writing(played.engine) as connection:
        (claimed,) = claim(connection, local(f"{FIRST}T08:01"), ["mail"], at_most=1)
        failed(connection, claimed, Undeliverable(False, "busy", 600, cause="busy"), local(f"{FIRST}T08:01"))
    out = io.StringIO()
    monkeypatch.setattr(os, "environ", {"DATABASE_URL": address(played.engine)})
    with redirect_stdout(out):
        main(("outbox", "--state", "failed"))
    (at,) = (record.again for record in played.outbox() if record.again)
    assert at >= local(f"{FIRST}T08:11") and f"again at {at.isoformat(timespec='minutes')}" in out.getvalue()
    demo = Demo(played.engine, lambda: local(f"{FIRST}T08:02"), lambda _: None, lambda: None)
    with TestClient(demo_app(demo), base_url="http://127.0.0.1:8000") as client:
        client.post("/persona", data={"address": SECRETARY})
        page = client.get("/outbox").text
    assert "prøves igen 26. feb. 2027 kl. 08." in page and "mislykkedes" not in page


def test_each_delivery_comes_with_every_step_it_took(run: Callable[..., Ran]) -> None:
    (mine,) = run("outbox", "--json", "--to", ISHOEJ).json
    assert [step["state"] for step in mine["story"]] == ["queued", "sending", "given_up"]
    assert mine["story"][-1] == {
        "at": "2027-02-26T07:03:00+00:00",
        "state": "given_up",
        "reason": "recipient: 550 5.1.1 no such user",
    }
    assert [(line["requirement"], line["rung"]) for line in mine["lines"]] == [("report", -20)]
    assert "98 deliveries." in run("outbox").out


def test_what_cannot_be_found_is_refused_with_what_was_wanted(run: Callable[..., Ran]) -> None:
    nobody = run("outbox", "--to", "Asger Ukendt")
    assert (nobody.status, nobody.out) == (1, "") and "Asger Ukendt" in nobody.err
    assert "indberetning" in run("why", "--to", KOEGE, "--about", "frokost").err.lower()
    assert "Søren Uldum and Rikke Toft" in run("why", "--to", "Køge", TOVHOLDER_LANGUAGE="en").err
    wrong = run("outbox", "--since", "i går")
    assert wrong.status == 2 and "'i går'" in wrong.err and "2027-03-01" in wrong.err


# -------------------------------------------------------------------------------------------------- why, why not


def test_why_somebody_was_told_and_when_the_next_comes(run: Callable[..., Ran]) -> None:
    found = run("why", "--to", KOEGE, "--about", "2").text
    assert "Påmindet fredag den 26. februar 2027 kl. 08.02 (mail, klima@koege.example)" in found
    assert "Uden svar kommer der en ny påmindelse" in found
    assert "26. feb. 2027 kl. 08.00 lagt i udbakken; 26. feb. 2027 kl. 08.01 taget op" in found
    english = run("why", "--to", KOEGE, "--about", "2", TOVHOLDER_LANGUAGE="en").text
    assert "Reminded on Friday 26 February 2027 at 08:02 (email, klima@koege.example)" in english


def keys(ran: Ran) -> list[str]:
    """The reasons of the first thing explained, and the general ones."""
    (explained,) = ran.json["explained"]
    return [reason["key"] for reason in (*ran.json["general"], *explained["reasons"])]


@pytest.mark.slow
def test_every_reason_why_not_is_said(run: Callable[..., Ran], told: Played) -> None:
    def why(who: str, about: str, on: str = FIRST) -> list[str]:
        return keys(run("why", "--json", "--to", who, "--about", about, "--on", on))

    assert why(MAYOR, "2") == ["not_asked"]
    assert why(KOEGE, "1") == ["settled"]
    assert why(KOEGE, "3a") == ["not_reached"]
    assert why(KOEGE, "5a") == ["standing"]
    assert why(KOEGE, "2", "2027-02-25") == ["not_reached"]
    assert why(KOEGE, "2", "2027-02-28") == ["not_working", "sent", "next"]
    assert why(KOEGE, "2", "2027-03-17") == ["due", "next"]
    assert why(KOEGE, "2", "2027-06-01") == ["due", "last"]
    assert why(ISHOEJ, "2") == ["unreachable", "given_up", "next"]
    delivery = tables["delivery"]
    (mine,) = (record.id for record in told.outbox() if record.recipient == KOEGE)
    for state, reason in (("withdrawn", "not_theirs"), ("expired", "moment_gone")):
        with writing(told.engine) as connection:
            connection.execute(update(delivery).where(delivery.c.id == mine).values(state=state, reason=reason))
        assert why(KOEGE, "2") == [state, "due", "next"]


def test_what_was_answered_later_does_not_explain_the_day_before(run: Callable[..., Ran], told: Played) -> None:
    with writing(told.engine) as connection:
        obligation = tables["obligation"]
        query = obligation.select().where(
            obligation.c.requirement == "report", obligation.c.period_start >= date(2027, 1, 1)
        )
        mine = next(row for row in connection.execute(query) if row.id == _lines(told)["report"])
        facts = {"alliance_id": 1, "obligation_id": mine.id, "organisation_id": mine.organisation_id}
        facts |= {"requirement": "report", "kind": "report", "result": "fulfilled", "what": "version 1"}
        facts |= {"valid_from": date(2027, 2, 1), "recorded_at": local("2027-03-02T09:00"), "recorded_by": 1}
        connection.execute(tables["settlement"].insert().values(facts))
    assert keys(run("why", "--json", "--to", KOEGE, "--about", "2", "--on", FIRST)) == ["sent", "next"]
    assert keys(run("why", "--json", "--to", KOEGE, "--about", "2", "--on", "2027-03-02")) == ["settled"]


def _lines(told: Played) -> dict[str, int]:
    (mine,) = (record for record in told.outbox() if record.recipient == KOEGE)
    return {str(line["requirement"]): int(str(line["obligation"])) for line in mine.lines}


@pytest.mark.parametrize("words", [f"hvorfor {KOEGE} 2", "hvorfor Søren Uldum 2", "why Søren Uldum Årlig indberetning"])
def test_the_secretariat_asks_why_in_the_chat(told: Played, words: str) -> None:
    reply = told.say(SECRETARY, words, f"{FIRST}T10:00")
    text = " ".join(plain(reply.message, width=10_000).split())
    assert reply.done and "Påmindet fredag den 26. februar 2027 kl. 08.02" in text


@pytest.mark.parametrize(
    ("who", "words", "part"),
    [
        (SECRETARY, "hvorfor", "hvem det handler om"),
        (SECRETARY, "hvorfor Asger Ukendt", "Asger Ukendt"),
        (SECRETARY, "hvorfor Asger 2", "Asger Damborg"),
        (SECRETARY, f"hvorfor {KOEGE} frokost", "frokost"),
        (KOEGE, f"hvorfor {MAYOR}", "hvorfor"),
    ],
)
def test_a_why_that_cannot_be_answered_says_what_to_do(told: Played, who: str, words: str, part: str) -> None:
    reply = told.say(who, words, f"{FIRST}T10:00")
    assert not reply.done and part in plain(reply.message)


# ---------------------------------------------------------------------------------------------------- the audit


@pytest.mark.slow
def test_the_audit_ends_with_1_when_it_finds_something(run: Callable[..., Ran], told: Played) -> None:
    clean = run("audit")
    assert (clean.status, clean.err) == (0, "") and "fandt intet" in clean.text
    assert run("audit", "--json").json == []
    with writing(told.engine) as connection:
        connection.execute(update(tables["delivery"]).where(tables["delivery"].c.state == "sent").values(receipt=""))
    found = run("audit", "--json")
    assert found.status == 1 and {one["kind"] for one in found.json} == {"no_receipt"} and len(found.json) == 97
    assert "Spørg modtageren" in run("audit").text
