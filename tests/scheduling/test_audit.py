"""The self-audit finds what the planner and the sender did not do, and only that; the secretariat hears of it once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from alliance.deliveries import Undeliverable
from alliance.findings import REGISTER, Finding
from alliance.members import OfficesOn
from alliance.notifications import broadcast
from bot.plain import plain
from scheduling.audit import audit, check
from scheduling.notices import tell_undelivered
from scheduling.wording import words_for
from storage import outbox
from storage.bookmarks import bookmark, keep_place
from storage.changes import register as change
from storage.engine import reading, writing
from storage.outbox import Receipt, Transition
from storage.queries import outbox_looking, register
from storage.tables import tables
from tests.conftest import LETTERHEAD, Played, local
from tests.scheduling.test_channels import Provider

FIRST, SECOND = "2027-02-26", "2027-03-15"  # twenty and twelve working days before the report is due
KOEGE, KOEBENHAVN = "klima@koege.example", "klima@koebenhavn.example"
HOME = "sekretariat@frederiksberg.example"
CHANNELS = ("mail",)


@dataclass(frozen=True)
class Office:
    """The demo with nobody at its sender: what goes out is said to have."""

    played: Played

    def plan(self, day: str, at: str = "08:00") -> None:
        self.played.plan(f"{day}T{at}")

    def arrive(self, at: str, *, besides: Collection[str] = ()) -> None:
        """Everything that waits is accepted by the provider, but for what goes to these addresses."""
        waits = [r for r in self.played.outbox() if r.state == "queued"]
        with writing(self.played.engine) as connection:
            claims = outbox.claim(connection, local(at), CHANNELS, at_most=1_000)
            kept = {record.id for record in waits if record.recipient in besides}
            outbox.sent_all(connection, [Receipt(c, "250 ok", local(at)) for c in claims if c.id not in kept])

    def morning(self, day: str, **more: Any) -> None:
        self.plan(day)
        self.arrive(f"{day}T08:00", **more)

    def found(self, at: str, channels: Collection[str] | None = CHANNELS) -> tuple[Finding, ...]:
        with reading(self.played.engine) as connection:
            return check(connection, self.played.alliance, local(at), channels)

    def kinds(self, at: str, **more: Any) -> Counter[str]:
        return Counter(finding.kind for finding in self.found(at, **more))

    def audit(self, at: str) -> tuple[Finding, ...]:
        return audit(self.played.engine, local(at), CHANNELS)

    def person(self, address: str) -> int:
        with reading(self.played.engine) as connection:
            found = register.person_at(connection, 1, address)
        assert found
        return found.id

    def alter(self, table: str, where: Any, **values: Any) -> None:
        with writing(self.played.engine) as connection:
            connection.execute(update(tables[table]).where(where).values(**values))

    def forget(self, address: str) -> None:
        """What a planner that has a bug would leave: no trace of what it should have told this person."""
        numbers = [record.id for record in self.played.outbox() if record.recipient == address]
        delivery, line = tables["delivery"], tables["reminder_line"]
        with writing(self.played.engine) as connection:
            of = delivery.c.id.in_(numbers)
            told = list(connection.execute(delivery.select().with_only_columns(delivery.c.notification_id).where(of)))
            ids = [row.notification_id for row in told]
            connection.execute(delete(tables["transition"]).where(tables["transition"].c.delivery_id.in_(numbers)))
            connection.execute(delete(line).where(line.c.notification_id.in_(ids)))
            connection.execute(delete(delivery).where(of))
            connection.execute(delete(tables["notification"]).where(tables["notification"].c.id.in_(ids)))

    def settle(self, at: str) -> None:
        """Køge's report comes in, on the day of the first rung."""
        facts: dict[str, Any] = {"alliance_id": 1, "obligation_id": _report(self), "organisation_id": _koege(self)}
        facts |= {"requirement": "report", "kind": "report", "result": "fulfilled", "what": "version 1"}
        facts |= {
            "recorded_by": self.person(KOEGE),
            "valid_from": date(2027, 2, 1),
            "recorded_at": local(f"{FIRST}T{at}"),
        }
        with writing(self.played.engine) as connection:
            connection.execute(insert(tables["settlement"]).values(facts))

    def told(self, kind: str) -> list[outbox.DeliveryRecord]:
        return [record for record in self.played.outbox() if record.kind == kind]

    def reads(self, record: outbox.DeliveryRecord, at: str) -> str:
        """A notice as its recipient reads it."""
        with writing(self.played.engine) as connection:
            (claim,) = (c for c in outbox.claim(connection, local(at), CHANNELS, at_most=1_000) if c.id == record.id)
            person = register.people(connection, 1, [claim.recipient_id])[claim.recipient_id]
            message = words_for(connection, self.played.alliance, claim, person, LETTERHEAD.sender, local(at))
        return " ".join(plain(message, width=10_000).split())


@pytest.fixture
def office(played: Played) -> Office:
    return Office(played)


# ------------------------------------------------------------------------------------------ what was never told


def test_where_all_is_told_nothing_is_found(office: Office) -> None:
    assert office.found("2027-02-25T09:00") == ()
    office.morning(FIRST)
    for at in ("08:00", "15:59", "16:00", "23:59"):
        assert office.found(f"{FIRST}T{at}") == ()
    assert office.found("2027-02-27T09:30") == ()


def test_a_rung_reached_today_is_missed_once_its_hours_are_over(office: Office) -> None:
    office.morning(FIRST)
    office.forget(KOEGE)
    facts = (office.person(KOEGE), -20, FIRST)
    for at, gaps in (("08:00", 0), ("15:59", 0), ("16:00", 1), ("23:59", 1)):
        found = office.found(f"{FIRST}T{at}")
        assert [finding.kind for finding in found] == ["gap"] * gaps, at
        assert {tuple(finding.facts[key] for key in ("person", "rung", "day")) for finding in found} <= {facts}


@pytest.mark.sqlite
def test_a_day_without_any_tick_shows_as_gaps_of_everybody(office: Office) -> None:
    office.plan("2027-02-25", "09:00")
    assert office.kinds("2027-02-26T10:59") == {}
    assert office.kinds("2027-02-27T12:00") == {"gap": 98, "tick": 1}


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize("why", ["unreachable", "settled", "moved today"])
def test_what_has_a_reason_is_no_gap(office: Office, why: str) -> None:
    office.morning(FIRST)
    office.forget(KOEGE)
    address, person = tables["address"], office.person(KOEGE)
    if why == "unreachable":
        office.alter("address", address.c.person_id == person, unreachable_since=local("2027-01-02T08:00"))
    elif why == "settled":
        office.settle("07:59")
    else:
        office.alter("address", address.c.person_id == person, recorded_at=local(f"{FIRST}T10:00"))
    assert office.found(f"{FIRST}T17:00") == ()


def _koege(office: Office) -> int:
    with reading(office.played.engine) as connection:
        found = register.organisation_by_code(connection, 1, "0259", date(2027, 1, 1))
    assert found
    return found.id


def _report(office: Office) -> int:
    """Køge's obligation to report."""
    obligation = tables["obligation"]
    query = obligation.select().where(
        obligation.c.organisation_id == _koege(office),
        obligation.c.requirement == "report",
        obligation.c.period_start == date(2027, 1, 1),
    )
    with reading(office.played.engine) as connection:
        return int(connection.execute(query).one().id)


@pytest.mark.sqlite
def test_what_the_months_budget_holds_back_is_no_gap(office: Office) -> None:
    office.morning(FIRST)
    office.morning("2027-03-03")
    office.alter("bookmark", tables["bookmark"].c.name == "tick", at=local("2027-03-16T16:00"))
    assert office.kinds("2027-03-16T17:00")["gap"] == 98  # ten working days before, and no tick that morning
    person = office.person(KOEGE)
    with writing(office.played.engine) as connection:
        for day in range(1, 13):
            _reminded(connection, person, f"2027-03-{day:02}", local(f"2027-03-{day:02}T08:00"))
    assert person not in {finding.facts.get("person") for finding in office.found("2027-03-16T17:00")}
    assert office.kinds("2027-03-17T17:00")["gap"] == 97


def _reminded(connection: Any, person: int, occasion: str, at: Any, *, channel: str = "mail") -> int:
    """A reminder that was sent to somebody; returns the notification's id."""
    values = {"alliance_id": 1, "kind": "reminder", "about": "obligations", "occasion": occasion}
    values |= {"recipient_id": person, "facts": {}, "posted_at": at}
    notification = insert(tables["notification"]).values(values).returning(tables["notification"].c.id)
    posted = int(connection.execute(notification).scalar_one())
    sent = {
        "state": "sent",
        "sent_at": at,
        "receipt": "250 ok",
        "ready_ms": outbox.as_ms(at),
        "lane": "",
        "account": "",
    }
    sent |= {"alliance_id": 1, "notification_id": posted, "channel": channel, "claimed_ms": outbox.as_ms(at)}
    connection.execute(insert(tables["delivery"]).values(sent))
    return posted


@pytest.mark.sqlite
def test_somebody_whom_the_planner_forgets_to_ask_is_a_gap(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: for whom to ask the audit takes nobody's word."""
    koege, asked, since = _koege(office), OfficesOn.asked, date(2027, 1, 1)
    stand_in, at = office.person(KOEBENHAVN), local("2027-02-01T08:00")
    with writing(office.played.engine) as connection:  # of two somebody must be chosen
        change.add_office_term(connection, 1, koege, "climate_coordinator", stand_in, since, None, at, acting=True)

    def forgetful(self: OfficesOn, organisation_id: int, *more: Any, **named: Any) -> tuple[int, ...]:
        return () if organisation_id == koege else asked(self, organisation_id, *more, **named)

    with monkeypatch.context() as planted:
        planted.setattr(OfficesOn, "asked", forgetful)
        office.morning(FIRST)
        found = office.found(f"{FIRST}T16:00")
    gaps = [(one.kind, one.facts["obligation"], one.facts["person"]) for one in found]
    assert gaps == [("gap", _report(office), stand_in)]


@pytest.mark.sqlite
def test_what_the_planner_no_longer_looks_at_is_found_and_then_told(office: Office) -> None:
    office.morning(FIRST)
    office.alter("obligation", tables["obligation"].c.id == _report(office), next_look=None)  # a look that got lost
    office.morning("2027-03-16")
    assert [f.facts["obligation"] for f in office.audit("2027-03-16T17:00")] == [_report(office)]
    office.morning("2027-03-17")
    assert [r.occasion for r in office.played.outbox() if r.recipient == KOEGE] == [FIRST, "2027-03-17"]
    assert office.audit("2027-03-17T17:00") == ()


def test_an_obligation_that_was_never_opened_is_found_and_then_opened(office: Office) -> None:
    office.morning(FIRST)
    office.forget(KOEGE)
    with writing(office.played.engine) as connection:
        connection.execute(delete(tables["obligation"]).where(tables["obligation"].c.id == _report(office)))
    assert office.kinds("2027-02-27T09:00") == {"unopened": 1}
    office.audit("2027-02-27T09:00")
    office.morning("2027-03-01")
    assert office.found("2027-03-01T17:00") == ()
    assert [r.occasion for r in office.played.outbox() if r.recipient == KOEGE] == ["2027-03-01"]


# -------------------------------------------------------------------------------------------- clock and channels


@pytest.mark.sqlite
def test_a_tick_older_than_26_hours_has_stopped(office: Office) -> None:
    at = local("2027-02-25T09:00")
    for hours, late in ((0, False), (25.9, False), (26, False), (26.1, True), (400, True)):
        with writing(office.played.engine) as connection:
            keep_place(connection, 1, "tick", "", at - timedelta(hours=hours))
            kinds = {finding.kind for finding in check(connection, office.played.alliance, at)}
        assert kinds == ({"tick"} if late else set()), hours


def test_a_channel_on_which_nothing_leaves_for_an_hour_is_silent(office: Office) -> None:
    office.plan(FIRST)
    assert office.found(f"{FIRST}T08:59") == ()
    (silent,) = office.found(f"{FIRST}T09:00")
    assert (silent.kind, silent.about) == ("silent", "channel:mail")
    assert (silent.facts["count"], silent.facts["served"]) == (98, True)
    (unserved,) = office.found(f"{FIRST}T09:00", channels=())
    assert unserved.facts["served"] is False


def test_a_channel_that_does_not_let_us_in_is_told_of_until_something_leaves_there_again(office: Office) -> None:
    """What was refused has gone by mail, so that nothing waits: without this nobody would hear of it."""
    office.morning(FIRST)
    people = [office.person(KOEGE), office.person(KOEBENHAVN)]
    with writing(office.played.engine) as connection:
        for person in people:
            change.add_address(connection, 1, person, "slack", f"T1/U{person}", local(f"{FIRST}T09:00"), verified=True)

    def chat(at: str, *, lets_in: bool) -> None:
        now = local(at)
        with writing(office.played.engine) as connection:
            for person in people:
                outbox.post(connection, 1, broadcast(f"Hej {at}", "all", now.date(), person, "Sekretariatet"), now)
            for claim in outbox.claim(connection, now, ["slack"]):
                if lets_in:
                    outbox.sent(connection, claim, "D1 1.2", now)
                else:
                    outbox.given_up(connection, claim, "access: token_revoked", now)
        office.arrive(at)

    chat(f"{FIRST}T10:00", lets_in=False)
    (found,) = office.found(f"{FIRST}T10:01")
    assert (found.kind, found.about, found.facts["count"]) == ("shut_out", "channel:slack", 2)
    office.audit(f"{FIRST}T10:15")
    (told, *_) = office.told("alert")
    assert "Slack: 2 beskeder er afvist" in office.reads(told, f"{FIRST}T10:15")
    chat(f"{FIRST}T11:00", lets_in=True)
    assert office.found(f"{FIRST}T11:01") == ()
    chat(f"{FIRST}T12:00", lets_in=False)
    assert office.kinds(f"{FIRST}T12:01") == {"shut_out": 1}


def _doubt(office: Office, at: str, how_many: int) -> None:
    """So many of what waits go twice to a server that never says whether it took them; the others leave."""
    now = local(at)
    with writing(office.played.engine) as connection:
        claims = outbox.claim(connection, now, CHANNELS, at_most=1_000)
        for claim in claims[:how_many]:
            outbox.left_uncertain(connection, claim, "timeout", now)
        outbox.sent_all(connection, [Receipt(c, "250 ok", now) for c in claims[how_many:]])
    again = now + timedelta(minutes=5)
    with writing(office.played.engine) as connection:
        for claim in outbox.claim(connection, again, CHANNELS, at_most=1_000):
            outbox.given_up(connection, claim, "perhaps_sent", again)


@pytest.mark.slow
def test_a_channel_that_takes_everything_and_never_says_so_is_in_doubt_for_a_day(office: Office) -> None:
    """Each counts as told, and nothing waits: without this everybody would be silenced and nobody would hear."""
    office.plan(FIRST)
    _doubt(office, f"{FIRST}T08:00", 98)
    assert {(r.state, r.reason) for r in office.played.outbox()} == {("given_up", "perhaps_sent")}
    for at in (f"{FIRST}T08:06", f"{FIRST}T23:00", "2027-02-27T08:05"):
        (found,) = office.found(at)
        assert (found.kind, found.about, found.facts["count"]) == ("in_doubt", "channel:mail", 98)
    assert office.found("2027-02-27T08:06") == ()


@pytest.mark.slow
@pytest.mark.parametrize(("doubts", "found"), [(2, 0), (3, 0), (48, 0), (49, 0), (50, 1), (96, 1)])
@pytest.mark.sqlite
def test_a_channel_is_in_doubt_where_more_is_than_surely_left(office: Office, doubts: int, found: int) -> None:
    office.plan(FIRST)
    _doubt(office, f"{FIRST}T08:00", doubts)
    assert office.kinds(f"{FIRST}T09:30")["in_doubt"] == found


@pytest.mark.sqlite
@pytest.mark.parametrize(("doubts", "found"), [(2, 0), (3, 1)])
def test_two_doubts_and_nothing_else_may_be_chance(office: Office, doubts: int, found: int) -> None:
    office.plan(FIRST)
    others = [record.id for record in office.played.outbox()][doubts:]
    office.alter("delivery", tables["delivery"].c.id.in_(others), state="withdrawn")
    _doubt(office, f"{FIRST}T08:00", doubts)
    assert office.kinds(f"{FIRST}T09:30")["in_doubt"] == found


@pytest.mark.sqlite
def test_an_alert_of_a_channel_in_doubt_takes_another_where_there_is_one(office: Office) -> None:
    office.morning(FIRST)
    people, now = [office.person(who) for who in (KOEGE, KOEBENHAVN, HOME)], local(f"{FIRST}T09:00")
    with writing(office.played.engine) as connection:
        for person in people:
            change.add_address(connection, 1, person, "slack", f"T1/U{person}", now, verified=True)
            outbox.post(connection, 1, broadcast("Hej", "all", now.date(), person, "Sekretariatet"), now)
        for claim in outbox.claim(connection, now, ["slack"]):
            outbox.left_uncertain(connection, claim, "timeout", now)
    office.audit(f"{FIRST}T09:30")
    (alert,) = office.told("alert")
    assert (alert.channel, alert.person) == ("mail", _name(office, people[2]))
    assert "Slack: 3 beskeder er måske ikke nået frem siden" in office.reads(alert, f"{FIRST}T09:30")


@pytest.mark.sqlite
def test_one_delivery_that_waits_while_others_leave_is_stuck(office: Office) -> None:
    office.plan(FIRST)
    with writing(office.played.engine) as connection:
        claims = outbox.claim(connection, local(f"{FIRST}T08:01"), CHANNELS, at_most=97)
        outbox.sent_all(connection, [Receipt(c, "250 ok", local(f"{FIRST}T08:01")) for c in claims])
    assert office.found(f"{FIRST}T09:00") == ()
    assert office.kinds(f"{FIRST}T09:01") == {"stuck": 1}


@pytest.mark.sqlite
def test_what_is_tried_again_later_is_not_stuck_before_49_hours(office: Office) -> None:
    office.plan(FIRST)
    office.arrive(f"{FIRST}T08:01", besides=[KOEGE])
    later = outbox.as_ms(local("2027-03-05T08:00"))
    office.alter("delivery", tables["delivery"].c.state == "sending", ready_ms=later)
    assert office.kinds("2027-02-28T08:30")["stuck"] == 0
    assert office.kinds("2027-02-28T09:01")["stuck"] == 1


# ----------------------------------------------------------------------------------------- what cannot both be true


def test_rows_that_cannot_be_true_are_found(office: Office) -> None:
    office.morning(FIRST)
    delivery, person = tables["delivery"], office.person(KOEGE)
    (mine,) = (record for record in office.played.outbox() if record.recipient == KOEGE)
    office.alter("delivery", delivery.c.id == mine.id, receipt="")
    with writing(office.played.engine) as connection:
        _reminded(connection, person, "2027-02-25", local(f"{FIRST}T08:30"))
    office.settle("07:55")  # whoever settled a moment before may just have waited for their turn
    assert office.kinds(f"{FIRST}T15:00") == {"no_receipt": 1, "after_settling": 1, "twice_a_day": 1}


@pytest.mark.sqlite
def test_an_answer_that_came_while_the_reminder_was_on_its_way_is_nobodys_fault(office: Office) -> None:
    office.morning(FIRST)
    office.settle("08:00")
    assert office.kinds(f"{FIRST}T15:00") == {}


@pytest.mark.parametrize(("day", "wrong"), [("2027-02-26", 1), ("2027-03-01", 1), ("2027-03-02", 0)])
def test_a_register_that_cannot_be_true_is_found_until_it_is_over(office: Office, day: str, wrong: int) -> None:
    ends = {"until": date(2027, 3, 2), "now": local("2027-02-25T10:00")}
    with writing(office.played.engine) as connection:
        koege = register.organisation_by_code(connection, 1, "0259", date(2027, 2, 26))
        assert koege
        person = change.add_person(connection, 1, "Anden Borgmester", "da")
        change.add_office_term(connection, 1, koege.id, "mayor", person, date(2027, 2, 26), **ends)
        change.add_seat_term(
            connection, 1, "steering_group", "KKR Sjælland", koege.id, date(2027, 2, 26), **ends, chair=True
        )
        change.add_membership(connection, 1, koege.id, "member", date(2027, 2, 26), **ends)
    found = office.kinds(f"{day}T07:00")
    assert {kind: found[kind] for kind in REGISTER if found[kind]} == (
        {"two_holders": 1, "two_chairs": 1, "two_memberships": 1} if wrong else {}
    )


@pytest.mark.sqlite
def test_the_secretariat_reads_what_is_wrong_with_the_register(office: Office) -> None:
    with writing(office.played.engine) as connection:
        koege = register.organisation_by_code(connection, 1, "0259", date(2027, 2, 26))
        assert koege
        person = change.add_person(connection, 1, "Anden Borgmester", "da")
        now = local("2027-02-25T10:00")
        change.add_office_term(connection, 1, koege.id, "mayor", person, date(2027, 3, 1), None, now)
    office.morning(FIRST)
    office.audit(f"{FIRST}T09:00")
    (told,) = office.told("alert")
    text = office.reads(told, f"{FIRST}T09:01")
    assert "Køge: Anden Borgmester og en anden har samme embede fra den 1. marts 2027" in text and "fratræd" in text


# ------------------------------------------------------------------------------------------ what is told of it


@pytest.mark.sqlite
def test_the_secretariat_hears_of_a_kind_of_finding_once_a_day(office: Office) -> None:
    office.morning(FIRST)
    office.forget(KOEGE)
    for at in ("16:30", "17:00"):
        assert len(office.audit(f"{FIRST}T{at}")) == 1
    with reading(office.played.engine) as connection:
        place = bookmark(connection, 1, "audit")
    assert place and (place.value, place.at) == ("1", local(f"{FIRST}T17:00"))
    first = office.told("alert")
    assert [(record.about, record.occasion) for record in first] == [("audit:gap", FIRST)] * len(first) and first
    office.audit("2027-02-27T16:30")
    gaps = [record for record in office.told("alert") if record.about == "audit:gap"]
    assert [record.occasion for record in gaps] == [FIRST] * len(first) + ["2027-02-27"] * len(first)
    assert "Søren Uldum, Køge, krav 2: påmindelsen fra den 26. februar 2027" in office.reads(first[0], f"{FIRST}T18:00")


@pytest.mark.sqlite
def test_an_alert_of_a_silent_channel_takes_another_where_there_is_one(office: Office) -> None:
    office.plan(FIRST)
    chatting = office.person(HOME)
    with writing(office.played.engine) as connection:
        change.add_address(connection, 1, chatting, "slack", "U0HOME", local("2027-02-01T08:00"), verified=True)
        change.add_address(
            connection, 1, chatting, "mail", "andet@frederiksberg.example", local("2027-02-01T08:00"), verified=True
        )
    office.audit(f"{FIRST}T09:30")
    assert {record.channel for record in office.told("alert") if record.person == _name(office, chatting)} == {"slack"}


def _name(office: Office, person: int) -> str:
    with reading(office.played.engine) as connection:
        return register.people(connection, 1, [person])[person].name


@pytest.mark.sqlite
def test_the_log_names_kinds_and_numbers_only(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.morning(FIRST)
    office.forget(KOEGE)
    office.audit(f"{FIRST}T17:00")
    (record,) = (record for record in caplog.records if record.name == "tovholder.audit")
    assert (record.__dict__["kind"], record.__dict__["count"]) == ("gap", 1)


# ---------------------------------------------------------------------------------------- who could not be reached


def give_up(office: Office, address: str, reason: str, at: str) -> int:
    """A provider refuses one reminder for good; everything else stays as it is. Returns the delivery."""
    (mine,) = (record for record in office.played.outbox() if record.recipient == address and record.state == "queued")
    with writing(office.played.engine) as connection:
        claims = outbox.claim(connection, local(at), CHANNELS, at_most=1_000)
        (claim,) = (claim for claim in claims if claim.id == mine.id)
        assert outbox.given_up(connection, claim, reason, local(at))
        held = tables["delivery"].c.id.in_([c.id for c in claims if c.id != mine.id])
        connection.execute(update(tables["delivery"]).where(held).values(state="queued", ready_ms=0))
    return mine.id


def undelivered(office: Office, at: str) -> int:
    with writing(office.played.engine) as connection:
        return tell_undelivered(connection, office.played.alliance, local(at))


def test_the_secretariat_hears_the_same_day_of_whom_nothing_reached_and_at_most_once_an_hour(office: Office) -> None:
    office.plan(FIRST)
    assert undelivered(office, f"{FIRST}T08:00") == 0
    give_up(office, KOEGE, "recipient: 550 5.1.1 no such user", f"{FIRST}T08:01")
    assert undelivered(office, f"{FIRST}T08:02") == 1
    notices = office.told("undelivered")
    assert notices and undelivered(office, f"{FIRST}T08:03") == 0
    give_up(office, KOEBENHAVN, "recipient: 550 5.1.1 no such user", f"{FIRST}T08:04")
    assert undelivered(office, f"{FIRST}T09:01") == 0
    assert undelivered(office, f"{FIRST}T09:02") == 1
    assert undelivered(office, f"{FIRST}T12:00") == 0 and undelivered(office, "2027-02-27T12:00") == 0
    assert len(office.told("undelivered")) == 2 * len(notices)
    text = office.reads(notices[0], f"{FIRST}T10:00")
    assert "Søren Uldum, Køge" in text and "mail: klima@koege.example" in text
    assert "modtagerens server kender ikke adressen" in text and "Ret adressen i Køge" in text
    assert "5.1.1" not in text and "København" not in text


FULL = Undeliverable(False, "refused: 452 4.2.2 mailbox full")


def _through_the_day(office: Office, day: str, transport: Provider) -> None:
    for at in ("08:00", "08:05", "09:00", "12:00", "15:59", "21:00", "21:01"):
        office.played.tick(f"{day}T{at}", transport)


@pytest.mark.slow
def test_a_mailbox_that_is_full_all_day_is_told_of_by_name_and_is_no_gap(office: Office) -> None:
    """One person's mailbox must not silence the heartbeat each evening; nor is it passed over in silence."""
    mail = Provider("mail", trouble={KOEGE: [FULL] * 99})
    _through_the_day(office, FIRST, mail)
    (mine,) = (record for record in office.told("reminder") if record.recipient == KOEGE)
    assert (mine.state, mine.reason) == ("expired", "moment_gone")
    assert office.found(f"{FIRST}T21:30") == () == office.found("2027-02-27T20:00")
    assert office.played.rows("notification")[-1]["facts"]["deliveries"] == [mine.id]
    text = " ".join(parcel.message.summary for parcel in mail.accepted if parcel.key.startswith("1/undelivered"))
    assert "1 besked nåede ikke frem" in text
    with reading(office.played.engine) as connection:
        (lost,) = outbox_looking.lost(connection, office.played.alliance, [mine.id], date(2027, 2, 26))
    assert (lost.person, lost.reason) == ("Søren Uldum", "refused: 452 4.2.2 mailbox full")
    before = len(office.told("undelivered"))
    assert before
    _through_the_day(office, "2027-03-01", mail)  # tried again on the next working day, and told again
    assert len(office.told("undelivered")) == 2 * before
    assert office.found("2027-03-01T21:30") == ()


@pytest.mark.slow
@pytest.mark.sqlite
def test_where_nobody_was_reached_all_day_it_stays_a_gap(office: Office) -> None:
    everybody = {address["value"]: [FULL] * 99 for address in office.played.rows("address")}
    _through_the_day(office, FIRST, Provider("mail", trouble=everybody))
    assert office.kinds(f"{FIRST}T21:30")["gap"] == 98


@pytest.mark.sqlite
def test_what_was_never_tried_before_its_moment_was_gone_is_a_gap_and_no_refusal(office: Office) -> None:
    office.plan(FIRST)
    office.arrive(f"{FIRST}T08:01", besides=[KOEGE])
    office.alter("delivery", tables["delivery"].c.state == "sending", state="queued")
    with writing(office.played.engine) as connection:
        outbox.expire(connection, local(f"{FIRST}T16:00"))
    assert undelivered(office, f"{FIRST}T16:01") == 0
    assert office.kinds(f"{FIRST}T17:00") == {"gap": 1}


@pytest.mark.sqlite
def test_what_was_perhaps_sent_or_went_another_way_is_not_lost(office: Office) -> None:
    office.plan(FIRST)
    give_up(office, KOEBENHAVN, "perhaps_sent", f"{FIRST}T08:01")
    number = give_up(office, KOEGE, "account_inactive", f"{FIRST}T08:01")
    (claimed,) = (record for record in office.played.outbox() if record.id == number)
    delivery = tables["delivery"]
    with writing(office.played.engine) as connection:
        row = connection.execute(delivery.select().where(delivery.c.id == claimed.id)).one()
        other = {**row._mapping, "channel": "slack", "state": "queued"}
        del other["id"]
        connection.execute(insert(delivery).values(other))
    assert undelivered(office, f"{FIRST}T08:02") == 0
    office.alter("delivery", delivery.c.channel == "slack", state="sent")
    assert undelivered(office, f"{FIRST}T10:00") == 0


@pytest.mark.sqlite
@pytest.mark.parametrize(("kind", "told"), [("invitation", 1), ("paper", 1), ("reminder", 0), ("alert", 0)])
def test_of_what_was_perhaps_sent_the_secretariat_hears_where_nobody_else_brings_it(
    office: Office, kind: str, told: int
) -> None:
    office.plan(FIRST)
    give_up(office, KOEGE, "perhaps_sent", f"{FIRST}T08:01")
    notification, delivery = tables["notification"], tables["delivery"]
    given_up = select(delivery.c.notification_id).where(delivery.c.state == "given_up")
    office.alter("notification", notification.c.id.in_(given_up), kind=kind)
    assert undelivered(office, f"{FIRST}T08:02") == told
    assert undelivered(office, f"{FIRST}T09:30") == 0, "and once"
    for notice in office.told("undelivered")[:told]:
        text = office.reads(notice, f"{FIRST}T10:00")
        assert "1 besked er måske ikke nået frem" in text and "måske sendt" in text


@pytest.mark.sqlite
def test_a_notice_that_cannot_be_delivered_makes_no_other_notice(office: Office) -> None:
    office.plan(FIRST)
    give_up(office, KOEGE, "recipient: 550", f"{FIRST}T08:01")
    assert undelivered(office, f"{FIRST}T08:02") == 1
    for record in office.told("undelivered"):
        give_up(office, record.recipient, "recipient: 550", f"{FIRST}T08:03")
    assert undelivered(office, f"{FIRST}T10:03") == 0


@pytest.mark.sqlite
def test_the_tick_tells_the_secretariat(office: Office) -> None:
    office.plan(FIRST)
    number = give_up(office, KOEGE, "recipient: 550", f"{FIRST}T08:01")
    office.plan(FIRST, "08:02")
    assert office.told("undelivered")
    with reading(office.played.engine) as connection:
        story = outbox.story(connection, 1, number)
    assert [step.state for step in story] == ["queued", "sending", "given_up"]
    assert isinstance(story[0], Transition)
