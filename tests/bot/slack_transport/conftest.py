"""A stand-in for Slack, and somebody there for whom there is something."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.slack_transport.sending import ANNE, NOW, add, post
from tests.conftest import Played
from tests.slack_server import Slack, running


@pytest.fixture
def slack() -> Iterator[Slack]:
    server = Slack(clock=NOW.timestamp)
    with running(server):
        yield server


@pytest.fixture
def told(played: Played) -> Played:
    """Anne is on Slack, and there is something for her."""
    add(played, ANNE, "T1/UANNE")
    post(played, ANNE)
    return played
