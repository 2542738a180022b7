"""Who takes part: what is done anew in each period, who is behind with it, and what is new since a meeting."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from alliance.accounts import Account, BoardRow
from alliance.members import Organisation
from alliance.obligations import Obligation, Period, Settlement, Standing, State
from alliance.participation import News, behind_since, news_since, turnout
from alliance.validity import Validity
from storage.charters import charter

CHARTER = charter("dk2020")
DUE, EVENT, OPENS = date(2027, 3, 31), date(2027, 5, 20), date(2027, 1, 15)
MET = datetime(2027, 3, 31, 8, tzinfo=UTC)


def account(
    key: str, state: State, name: str = "Køge", year: int = 2027, due: date | None = DUE, at: datetime | None = None
) -> Account:
    period = Period(date(year, 1, 1), date(year + 1, 1, 1))
    event = EVENT if key == "summit" else None
    owed = Obligation(259, key, period, OPENS, due, event)
    fact = (
        Settlement(1, 0, 259, key, "evidence", "fulfilled", "", "", Validity(OPENS), at, 1) if at is not None else None
    )
    who = Organisation(259, "0259", name, name, "municipality")
    return Account(who, owed, CHARTER.requirement(key), Standing(state, fact))


@pytest.mark.parametrize(
    ("one", "since"),
    [
        (account("report", "open"), None),
        (account("report", "overdue"), DUE),
        (account("report", "fulfilled"), None),
        (account("summit", "awaiting"), None),
        (account("summit", "unfulfilled"), EVENT),
        (account("sharing_local", "open", due=None), OPENS),
        (account("sharing_local", "unfulfilled", due=None), date(2028, 1, 1)),
        (account("report", "exempt"), None),
    ],
)
def test_a_member_is_behind_from_the_day_that_was_missed(one: Account, since: date | None) -> None:
    assert behind_since(one) == since


def test_what_carries_on_is_no_turnout_and_of_old_periods_only_what_is_still_owed() -> None:
    known = [
        account("sharing_local", "open", due=None),
        account("plan", "overdue"),
        account("declaration", "overdue"),
        account("report", "overdue", "Greve", 2026, date(2026, 3, 31)),
        account("report", "fulfilled", year=2026),
        account("report", "open", due=DUE),
        account("summit", "fulfilled", year=2026),
    ]
    found = turnout(known, CHARTER.requirements, date(2027, 3, 31))
    assert [(one.requirement.number, one.period, [name for name, _ in one.behind], one.owing) for one in found] == [
        ("2", "2026", ["Greve"], 1),
        ("2", "2027", [], 1),
        ("5a", "2027", ["Køge"], 1),
    ]


@pytest.mark.parametrize(
    ("one", "news"),
    [
        (account("report", "fulfilled", at=MET), News()),  # it was known at the meeting
        (account("report", "fulfilled", at=MET + timedelta(seconds=1)), News(came=("2",))),
        (account("report", "partial", at=MET + timedelta(days=1)), News(came=("2",))),
        (account("report", "overdue", due=date(2027, 3, 30)), News()),
        (account("report", "overdue", due=DUE), News(late=("2",))),  # in time on the day of the meeting
        (account("report", "open"), News()),
    ],
)
def test_news_is_what_came_or_fell_due_after_the_meeting(one: Account, news: News) -> None:
    row = BoardRow(one.organisation, {one.requirement.key: one})
    assert news_since(row, CHARTER.requirements, MET, CHARTER.calendar) == news
