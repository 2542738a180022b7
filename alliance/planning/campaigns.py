"""The yearly report as it stands in the plan of a year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from alliance.charter import Charter, Requirement
from alliance.obligations import periods
from alliance.planning.values import Campaign
from alliance.validity import valid_on


def campaigns(charter: Charter, year: int) -> Iterator[Campaign]:
    """The reports that fall due in the year."""
    for need in charter.requirements:
        if need.settled_by == "report" and need.due is not None:
            yield from _campaign(need, need.due.in_year(year))


def _campaign(need: Requirement, due: date) -> Iterator[Campaign]:
    """The campaign that ends on the day; none where a longer period has the day again, later."""
    for period in periods(need.period, due, due):
        last = due.replace(year=due.year + 1) >= period.end
        if last and valid_on([need], due):
            opens = need.opens.in_year(due.year) if need.opens else period.start
            yield Campaign(need.title, opens if opens <= due else opens.replace(year=due.year - 1), due)
