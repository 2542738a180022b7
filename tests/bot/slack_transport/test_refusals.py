"""Every refusal of Slack ends in one of the ways the outbox knows."""

from __future__ import annotations

import pytest

from alliance.deliveries import Uncertain, Undeliverable
from bot.slack.refusals import MEANINGS, Refusal, refusal
from bot.slack.transport import SlackTransport
from tests.bot.slack_transport.sending import SENDER, one


def test_every_code_ends_in_one_of_the_ways_the_outbox_knows() -> None:
    for code, (meaning, said) in MEANINGS.items():
        error = refusal(code, 200, posts=True)
        assert said and isinstance(error, Uncertain) is (meaning == "doubt"), code
        if isinstance(error, Undeliverable):
            assert error.permanent is (meaning in ("recipient", "access", "data", "gone")), code
            assert error.address_is_wrong is (meaning == "recipient"), code
            assert (error.cause, error.park) == (("busy", "account") if meaning == "busy" else ("down", "")), code
            assert code in error.reason


def test_what_posts_nothing_is_never_in_doubt() -> None:
    for code in (*MEANINGS, "", "new_one"):
        for status in (200, 404, 429, 500, 503):
            assert isinstance(refusal(code, status), Refusal)


@pytest.mark.parametrize("code", ["<script>", "a b", "x" * 61, "Åse"])
def test_a_code_that_is_no_code_is_not_repeated(code: str) -> None:
    assert str(refusal(code, 200)) == "not yet deliverable: slack: unreadable"


@pytest.mark.parametrize(("url", "token"), [("slack.com/api", "x"), ("ftp://x/", "x"), ("", "x"), ("https://x/", " ")])
def test_settings_that_cannot_be_used_are_refused_at_once(url: str, token: str) -> None:
    with pytest.raises(ValueError, match="Slack"):
        SlackTransport(token, SENDER, one, api_url=url)
