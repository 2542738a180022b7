"""Slack as it is in most tests: a workspace in which two of the register are known, and one is nobody's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Played, local
from tests.workspace import Workspace, link, workspace

NOW = "2027-03-01T09:30"
COORDINATOR, SECRETARY = "klima@koege.example", "sekretariat@frederiksberg.example"
ANNE, SISSE, NOBODY = "UANNE", "USISSE", "UNOBODY"


@pytest.fixture
def slack(played: Played) -> Iterator[Workspace]:
    """A coordinator and a secretary who have been linked, at half past nine on a Monday of March."""
    played.plan("2027-03-01T08:00")
    for mail, user in ((COORDINATOR, ANNE), (SECRETARY, SISSE)):
        link(played.engine, mail, user, local(NOW))
    with workspace(played.engine, lambda: local(NOW)) as made:
        for user, mail in ((ANNE, COORDINATOR), (SISSE, SECRETARY), (NOBODY, "nobody@else.example")):
            made.slack.add_user(user, mail)
        yield made
