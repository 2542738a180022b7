"""What is done once Slack has heard that we heard: shown, or shown once more, or noted that it could not be.

Nothing of it changes what was committed, so only the showing can be lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.slack.acquaintance import Acquaintance
from bot.slack.heard import Heard
from bot.slack.refusals import MEANINGS, seconds
from bot.slack.replying import NotSaid

log = logging.getLogger("tovholder.slack")

FAILURES = (SlackApiError, aiohttp.ClientError, OSError, AttributeError, ValueError)
"""How Slack fails to do what we ask; the last two are the library's words for an answer that is not Slack's."""
AGAIN_AFTER = (0.5, 2.0, 6.0)
"""Seconds until something is shown once more that Slack could not show for a moment, and that does no harm twice."""
LONGEST_LOOK = 60.0
"""Seconds that somebody's page waits for Slack to take it."""
Showing = Callable[[], Awaitable[Any]]


class Afterwards:
    """What one app has still to show."""

    def __init__(self, people: Acquaintance) -> None:
        self._people = people
        self._later: set[asyncio.Task[None]] = set()

    def begin(self, heard: Heard, work: Coroutine[Any, Any, None]) -> None:
        """Show something once Slack has been answered; only the showing can be lost."""
        task = asyncio.create_task(self._logged(heard, work))
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def finish(self) -> None:
        """Wait for what was to be shown after the acknowledgement."""
        while self._later:
            await asyncio.wait(self._later)

    async def _logged(self, heard: Heard, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except SlackApiError as error:
            await self.failed(heard, error, "Slack would not show what was done")
        except NotSaid as error:
            log.error("Slack would not take an answer: %s", error)
        except Exception:
            log.exception("what was done could not be shown")

    async def show(self, heard: Heard, show: Showing, rests: str = "") -> None:
        """Show what may be shown twice: once more where that fails for a moment; raises what it fails by in the end.

        ``rests`` is the method to wait for while Slack wants it left alone; without, that is a failure as any other.
        """
        for wait in (*AGAIN_AFTER, None):
            if rests:
                await self._leave_alone(heard, rests)
            try:
                await show()
                return
            except FAILURES as error:
                busy = bool(rests) and await self.rest(heard, error)
                if wait is None or not (busy or _passes(error)):
                    raise
            await asyncio.sleep(0 if busy else wait)

    async def _leave_alone(self, heard: Heard, method: str) -> None:
        """Wait while Slack wants a method left alone, for as long as somebody may still look at what it shows."""
        await asyncio.sleep(min(await self._people.tiers.rests(heard.team, method), LONGEST_LOOK))

    async def rest(self, heard: Heard, error: BaseException | None) -> bool:
        """Have every process leave a method alone that Slack says was asked too often; whether it says that."""
        if not isinstance(error, SlackApiError) or getattr(error.response, "status_code", 0) != 429:
            return False
        method = str(error.response.api_url).rpartition("/")[2]
        await self._people.tiers.rest(heard.team, method, seconds(error.response.headers.get("Retry-After")))
        return True

    async def failed(self, heard: Heard, error: Exception, what: str) -> None:
        """Note what was not shown, and, apart, what only somebody who administers our installation can mend."""
        word, needed = code(error), code(error, "needed")
        log.error("%s: %s", what, word or error or type(error).__name__)
        await self.rest(heard, error)
        if MEANINGS.get(word, ("",))[0] == "access":
            await asyncio.to_thread(self._people.refused, heard.team, word, needed)


def code(error: Exception, key: str = "error") -> str:
    """Slack's own word for a refusal; empty where what came was no answer of Slack's."""
    data = getattr(error.response, "data", None) if isinstance(error, SlackApiError) else None
    return str(data.get(key) or "") if isinstance(data, dict) else ""


def _passes(error: Exception) -> bool:
    """Whether Slack was away for a moment, or failed on its side; a limit is not that."""
    if not isinstance(error, SlackApiError):
        return True
    word, status = code(error), getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0)
    return status != 429 and (status >= 500 or not word or MEANINGS.get(word, ("",))[0] in ("again", "doubt"))
