"""The outbox: said once, claimed by one, settled by its holder only, and never forgotten."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.exc import IntegrityError

from alliance.deliveries import GIVE_UP_AFTER, Undeliverable
from alliance.notifications import Notification, edit
from alliance.reminders import Line
from storage import outbox
from storage.bulk import insert_rows
from storage.changes import register as change
from storage.engine import reading, writing
from storage.outbox import LEASE, Claim, leases
from storage.queries import register
from storage.tables import tables

NOW = datetime(2027, 3, 3, 7, tzinfo=UTC)
ANNE = 1
SECOND = timedelta(seconds=1)
LATER = Undeliverable(permanent=False, reason="421 later")
SPREAD_OUT = 1.2  # retries of many are spread over a fifth more of their wait


def letter(**changes: Any) -> Notification:
    return replace(Notification("broadcast", "audience:all", "2027-03-03", ANNE, {"text": "Hej"}), **changes)


def post(engine: Engine, notification: Notification | None = None, now: datetime = NOW) -> int | None:
    with writing(engine) as connection:
        return outbox.post(connection, 1, notification or letter(), now)


def claim(engine: Engine, now: datetime = NOW, channels: tuple[str, ...] = ("mail",)) -> tuple[Claim, ...]:
    with writing(engine) as connection:
        return outbox.claim(connection, now, channels)


def settle(engine: Engine, outcome: Callable[..., bool], *facts: Any, **more: Any) -> bool:
    with writing(engine) as connection:
        return outcome(connection, *facts, **more)


def states(engine: Engine) -> list[str]:
    return [record.state for record in records(engine)]


def records(engine: Engine) -> tuple[outbox.DeliveryRecord, ...]:
    with reading(engine) as connection:
        return outbox.deliveries(connection, 1)


# --------------------------------------------------------------------------------------------------- posting


def test_what_is_posted_twice_is_said_once(demo: Engine) -> None:
    assert post(demo) is not None
    assert post(demo, letter(facts={"text": "Hej igen"}), NOW + SECOND) is None
    assert states(demo) == ["queued"]


def test_two_who_post_the_same_at_once_say_it_once(demo: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        posted = list(pool.map(lambda _: post(demo), range(8)))
    assert len([number for number in posted if number is not None]) == 1
    assert states(demo) == ["queued"]


@pytest.mark.parametrize(
    "other", [{"kind": "reminder"}, {"about": "audience:1"}, {"occasion": "2027-03-04"}, {"recipient_id": 2}]
)
def test_another_kind_matter_occasion_or_person_is_another_thing_to_say(demo: Engine, other: dict[str, Any]) -> None:
    post(demo)
    assert post(demo, letter(**other)) is not None


def test_what_is_posted_in_a_transaction_that_fails_was_never_said(demo: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(demo) as connection:
        outbox.post(connection, 1, letter(), NOW)
        raise ZeroDivisionError
    assert states(demo) == []


def test_somebody_without_an_address_is_given_up_at_once_and_shown(demo: Engine) -> None:
    with writing(demo) as connection:
        change.end_addresses(connection, 1, ANNE, "mail", NOW)
    post(demo)
    assert [(r.state, r.reason, r.recipient) for r in records(demo)] == [("given_up", "no_address", "")]
    assert claim(demo, NOW + GIVE_UP_AFTER) == ()


def test_an_address_that_does_not_work_is_no_address(demo: Engine) -> None:
    with writing(demo) as connection:
        address = connection.execute(
            select(tables["address"].c.id).where(tables["address"].c.person_id == ANNE)
        ).scalar_one()
        change.mark_unreachable(connection, address, "550 unknown", NOW)
    post(demo)
    assert states(demo) == ["given_up"]


def test_a_new_set_of_lines_replaces_the_old(demo: Engine) -> None:
    first, second, third = obligation_ids(demo)[:3]
    posted = post(demo, letter(kind="reminder", lines=(Line(first, -20), Line(second, None))))
    assert posted is not None
    with writing(demo) as connection:
        outbox.write_lines(connection, 1, posted, ANNE, (Line(third, -5), Line(second, None)))
    with reading(demo) as connection:
        assert outbox.lines_of(connection, posted) == (Line(third, -5), Line(second, None))
    assert [line["obligation"] for line in records(demo)[0].lines] == [third, second]


def obligation_ids(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        return list(connection.execute(select(tables["obligation"].c.id).order_by(tables["obligation"].c.id)).scalars())


# -------------------------------------------------------------------------------------------------- claiming


@pytest.mark.slow
@pytest.mark.parametrize(
    ("later", "claimed"), [(-SECOND, 0), (timedelta(milliseconds=-1), 0), (timedelta(0), 1), (SECOND, 1)]
)
def test_nothing_is_claimed_before_it_is_due(demo: Engine, later: timedelta, claimed: int) -> None:
    post(demo)
    assert len(claim(demo, NOW + later)) == claimed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("later", "claimed"), [(timedelta(0), 0), (LEASE - timedelta(milliseconds=1), 0), (LEASE, 1), (LEASE * 2, 1)]
)
def test_a_second_claimer_gets_nothing_until_the_lease_ends(demo: Engine, later: timedelta, claimed: int) -> None:
    post(demo)
    (first,) = claim(demo)
    again = claim(demo, NOW + later)
    assert len(again) == claimed
    assert all(second.uncertain and second.token != first.token and second.attempts == 2 for second in again)
    assert not first.uncertain


@pytest.mark.slow
def test_many_claimers_at_once_share_what_is_due_without_overlap(demo: Engine) -> None:
    for person in range(1, 41):
        post(demo, letter(recipient_id=person))
    with ThreadPoolExecutor(6) as pool:
        turns = list(pool.map(lambda _: claim(demo), range(12)))
    claimed = [found.id for turn in turns for found in turn]
    assert len(claimed) == len(set(claimed)) == 40


def test_the_oldest_goes_first_and_only_a_handful_at_a_time(demo: Engine) -> None:
    for person in range(20, 0, -1):
        post(demo, letter(recipient_id=person), NOW - SECOND * person)
    with writing(demo) as connection:
        found = outbox.claim(connection, NOW, ("mail",), at_most=3)
    assert [c.recipient_id for c in found] == [20, 19, 18]


def test_a_channel_without_a_way_out_is_left_in_the_queue(demo: Engine) -> None:
    post(demo)
    assert claim(demo, channels=("slack",)) == () == claim(demo, channels=())
    assert states(demo) == ["queued"]


def test_the_key_is_the_same_on_every_attempt_and_differs_by_what_is_said(demo: Engine) -> None:
    post(demo)
    post(demo, letter(recipient_id=2))
    first = claim(demo)
    again = claim(demo, NOW + LEASE)
    assert [c.key for c in first] == [c.key for c in again]
    assert len({c.key for c in first}) == 2


# -------------------------------------------------------------------------------------------------- settling

OUTCOMES: list[tuple[str, Callable[[Connection, Claim], bool]]] = [
    ("sent", lambda c, held: outbox.sent(c, held, "250 OK", NOW)),
    ("failed", lambda c, held: outbox.failed(c, held, LATER, NOW)),
    ("given_up", lambda c, held: outbox.given_up(c, held, "550 unknown", NOW)),
    ("withdrawn", lambda c, held: outbox.withdrawn(c, held, "settled", NOW)),
    ("sending", lambda c, held: outbox.left_uncertain(c, held, "timeout", NOW)),
]


@pytest.mark.parametrize(("state", "outcome"), OUTCOMES, ids=[state for state, _ in OUTCOMES])
def test_the_holder_settles(demo: Engine, state: str, outcome: Callable[[Connection, Claim], bool]) -> None:
    post(demo)
    (held,) = claim(demo)
    assert settle(demo, outcome, held)
    assert states(demo) == [state]


def test_what_the_provider_said_is_kept_to_the_letter(demo: Engine) -> None:
    post(demo)
    (held,) = claim(demo)
    said = '250 2.0.0 "Ok": køet 🙂 \\ {"a": [1]}\n\ttak'
    assert settle(demo, outbox.sent, held, said, NOW)
    assert [record.receipt for record in records(demo)] == [said]


@pytest.mark.parametrize(("state", "outcome"), OUTCOMES, ids=[state for state, _ in OUTCOMES])
def test_who_lost_the_lease_settles_nothing(
    demo: Engine, state: str, outcome: Callable[[Connection, Claim], bool]
) -> None:
    post(demo)
    (stale,) = claim(demo)
    (held,) = claim(demo, NOW + LEASE)
    assert not settle(demo, outcome, stale)
    assert states(demo) == ["sending"]
    assert settle(demo, outbox.sent, held, "250 OK", NOW + LEASE)
    assert not settle(demo, outcome, stale)
    assert [(r.state, r.receipt) for r in records(demo)] == [("sent", "250 OK")]


@pytest.mark.parametrize(("state", "outcome"), OUTCOMES[:4], ids=[state for state, _ in OUTCOMES[:4]])
def test_what_is_settled_stays_so(demo: Engine, state: str, outcome: Callable[[Connection, Claim], bool]) -> None:
    post(demo)
    (held,) = claim(demo)
    settle(demo, outcome, held)
    assert not settle(demo, outbox.sent, held, "250 another", NOW + SECOND)
    assert states(demo) == [state]


def test_what_was_uncertain_once_stays_so_and_remembers_the_first_claim(demo: Engine) -> None:
    post(demo)
    (first,) = claim(demo)
    later = NOW + timedelta(minutes=3)
    settle(demo, outbox.left_uncertain, first, "timeout", NOW + SECOND)
    (second,) = claim(demo, later)
    assert second.uncertain
    settle(demo, outbox.left_uncertain, second, "timeout", later)
    (third,) = claim(demo, later + timedelta(minutes=10))
    settle(demo, outbox.failed, third, LATER, later + timedelta(minutes=10))
    (fourth,) = claim(demo, later + timedelta(minutes=60))
    assert third.uncertain and fourth.uncertain
    delivery = tables["delivery"]
    with reading(demo) as connection:
        kept = connection.execute(select(delivery.c.uncertain_ms)).scalar_one()
    assert kept == outbox.as_ms(NOW)


@pytest.mark.parametrize("attempt", range(1, 12))
def test_a_failed_one_waits_longer_each_time_and_is_given_up_after_two_days(demo: Engine, attempt: int) -> None:
    waits = [1, 5, 15, 60, 240, 240, 240, 240, 240, 240, 240]
    now = NOW
    post(demo)
    for wait in waits[: attempt - 1]:
        (held,) = claim(demo, now)
        settle(demo, outbox.failed, held, LATER, now)
        assert claim(demo, now + timedelta(minutes=wait) - SECOND) == ()
        now += timedelta(minutes=wait) * SPREAD_OUT
    (held,) = claim(demo, now)
    assert held.attempts == attempt


def test_a_failed_one_is_given_up_when_the_next_attempt_would_be_after_two_days(demo: Engine) -> None:
    post(demo)
    (held,) = claim(demo, NOW + GIVE_UP_AFTER)
    settle(demo, outbox.failed, held, LATER, NOW + GIVE_UP_AFTER)
    assert [(r.state, r.reason) for r in records(demo)] == [("given_up", "421 later")]


def test_the_wait_a_server_asks_for_is_honoured(demo: Engine) -> None:
    post(demo)
    (held,) = claim(demo)
    settle(demo, outbox.failed, held, Undeliverable(False, "429", 600.0), NOW)
    assert claim(demo, NOW + timedelta(seconds=599)) == ()
    assert len(claim(demo, NOW + timedelta(seconds=600) * SPREAD_OUT)) == 1


# -------------------------------------------------------------------------------------------------- expiring


@pytest.mark.parametrize(
    ("later", "state"), [(-SECOND, "sending"), (timedelta(0), "expired"), (SECOND, "expired")], ids=str
)
def test_what_has_not_left_when_its_moment_is_gone_does_not_leave(demo: Engine, later: timedelta, state: str) -> None:
    until = NOW + timedelta(hours=8)
    post(demo, letter(expires_at=until))
    claim(demo, until + later)
    assert states(demo) == [state]


@pytest.mark.slow
def test_a_failed_one_expires_and_a_sent_one_does_not(demo: Engine) -> None:
    until = NOW + timedelta(hours=8)
    for person in (1, 2):
        post(demo, letter(recipient_id=person, expires_at=until))
    first, second = claim(demo)
    settle(demo, outbox.failed, first, LATER, NOW)
    settle(demo, outbox.sent, second, "250 OK", NOW)
    assert claim(demo, until) == ()
    assert states(demo) == ["expired", "sent"]


@pytest.mark.slow
def test_what_expires_is_closed_a_chunk_at_a_time_until_all_of_it_is(
    demo: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "CHUNK", 2)
    until = NOW + timedelta(hours=8)
    for person in range(1, 8):
        post(demo, letter(recipient_id=person, expires_at=until))
    assert claim(demo, until) == () and states(demo) == ["expired"] * 7


@pytest.mark.parametrize(("kind", "ending"), [("broadcast", ""), ("edit", "/edits")])
def test_what_goes_to_a_new_address_keeps_to_the_limits_there(demo: Engine, kind: str, ending: str) -> None:
    """Changing messages has a limit of its own, at the new address too."""
    with writing(demo) as connection:
        change.add_address(connection, 1, ANNE, "slack", "T1/UOLD", NOW, verified=True)
        outbox.post(connection, 1, edit(1, ANNE, 0) if kind == "edit" else letter(), NOW)
        change.end_addresses(connection, 1, ANNE, "slack", NOW)
        change.add_address(connection, 1, ANNE, "slack", "T2/UNEW", NOW, verified=True)
    with writing(demo) as connection:
        (taken,) = outbox.claim(connection, NOW, ["slack"])
        (address,) = (a for a in register.addresses(connection, 1, [ANNE])[ANNE] if a.channel == "slack")
        moved = outbox.readdress(connection, taken, address)
        row = connection.execute(select(tables["delivery"])).one()
    assert (moved.lane, moved.account, moved.address_id) == (row.lane, row.account, row.address_id)
    assert (row.lane, row.account) == ("slack:T2/UNEW", f"slack:T2{ending}")


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.postgresql
def test_after_a_long_silence_more_expire_at_once_than_a_statement_has_parameters(demo: Engine) -> None:
    """PostgreSQL takes 65,535 of them: one more, and nothing would ever have been sent again."""
    many, until = 70_000, NOW + timedelta(hours=8)
    told = {"alliance_id": 1, "kind": "broadcast", "about": "all", "recipient_id": ANNE, "facts": {}}
    with writing(demo) as connection:
        occasions = [(str(number),) for number in range(many)]
        insert_rows(connection, tables["notification"], {**told, "posted_at": NOW}, ("occasion",), occasions)
        ids = connection.execute(select(tables["notification"].c.id).where(tables["notification"].c.about == "all"))
        way = {"alliance_id": 1, "channel": "mail", "lane": "mail:a", "account": "mail", "ready_ms": outbox.as_ms(NOW)}
        same = {**way, "state": "queued", "reason": "", "strand": "", "attempts": 0, "token": "", "receipt": ""}
        waits = {**same, "expires_ms": outbox.as_ms(until)}
        insert_rows(connection, tables["delivery"], waits, ("notification_id",), [(id_,) for id_ in ids.scalars()])
    post(demo, now=until)
    (taken,) = claim(demo, until)
    delivery, step = tables["delivery"].c, tables["transition"].c
    with reading(demo) as connection:
        for column in (delivery.state, step.state):
            expired = select(func.count()).where(column == "expired")
            assert connection.execute(expired).scalar_one() == many
    assert taken.about == "audience:all"


@pytest.mark.slow
def test_an_uncertain_one_does_not_expire_unasked(demo: Engine) -> None:
    """It may have arrived: whoever claims it next must find out."""
    until = NOW + timedelta(hours=8)
    post(demo, letter(expires_at=until))
    claim(demo)
    (held,) = claim(demo, until + SECOND)
    assert held.uncertain
    assert states(demo) == ["sending"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("later", "told"), [(timedelta(0), False), (GIVE_UP_AFTER - SECOND, False), (GIVE_UP_AFTER, True)], ids=str
)
def test_one_that_may_have_arrived_is_asked_after_for_two_days_and_then_counts_as_told(
    demo: Engine, later: timedelta, told: bool
) -> None:
    """It surely failed the second time, but the first may have arrived: told again tomorrow it could be twice."""
    until = NOW + timedelta(hours=8)
    post(demo, letter(expires_at=until))
    settle(demo, outbox.left_uncertain, claim(demo)[0], "timeout", NOW)
    (again,) = claim(demo, NOW + timedelta(minutes=10))
    settle(demo, outbox.failed, again, LATER, NOW + timedelta(minutes=10))
    assert [held.uncertain for held in claim(demo, until + later)] == ([] if told else [True])
    expected = ("given_up", "perhaps_sent") if told else ("sending", "421 later")
    assert [(r.state, r.reason) for r in records(demo)] == [expected]


def test_what_has_no_end_is_still_sent_a_year_later(demo: Engine) -> None:
    post(demo)
    assert len(claim(demo, NOW + timedelta(days=365))) == 1


# ------------------------------------------------------------------------------------------------- the states


def test_a_state_nobody_knows_is_refused_by_the_database(demo: Engine) -> None:
    post(demo)
    with pytest.raises(IntegrityError), writing(demo) as connection:
        connection.execute(update(tables["delivery"]).values(state="lost"))


STEPS = st.lists(
    st.tuples(st.sampled_from(["claim", "sent", "failed", "uncertain", "stale"]), st.integers(0, 200)), max_size=12
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_however_claims_and_outcomes_interleave_at_most_one_holder_settles(
    demo: Engine, steps: list[tuple[str, int]]
) -> None:
    """A delivery is sent by the newest claim or not at all, and is never lost from the open states before that."""
    with writing(demo) as connection:
        for name in ("transition", "delivery", "notification"):
            connection.execute(tables[name].delete())
    post(demo)
    now, claims, wins = NOW, list[Claim](), 0
    for step, seconds in steps:
        now += SECOND * seconds
        if step == "claim":
            claims += claim(demo, now)
        elif claims and step == "stale":
            assert not any(settle(demo, outbox.sent, old, "250 stale", now) for old in claims[:-1])
        elif claims:
            outcome = {"sent": outbox.sent, "failed": outbox.failed, "uncertain": outbox.left_uncertain}[step]
            facts = {"sent": ("250 OK", now), "failed": (LATER, now), "uncertain": ("timeout", now)}[step]
            wins += settle(demo, outcome, claims[-1], *facts) and step == "sent"
    assert wins <= 1
    assert states(demo) == ["sent"] if wins else states(demo)[0] in ("queued", "sending", "failed", "given_up")
