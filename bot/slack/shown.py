"""When an answer was shown that only one person sees: it has no receipt, so its buttons say so themselves.

Nothing changes such an answer when something else has come in since; whoever presses a button in it then is told what
has been received. The time stands in the button's id, so that its words stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.slack.blocks import Posting
from bot.slack.parts import SAY
from bot.slack.writing import Block

SINCE = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
STAMPED = re.compile(rf"{SAY}\d+@(\d{{1,17}})")


def stamped(postings: Iterable[Posting], at: datetime) -> tuple[Posting, ...]:
    """Write into the id of every button that says something when it was shown (aware UTC)."""
    stamp = f"@{(at - SINCE) // MICROSECOND}"
    return tuple(replace(one, blocks=tuple(_stamped(block, stamp) for block in one.blocks)) for one in postings)


def shown_at(action_id: str) -> datetime | None:
    """Read when a button was shown; None where its id does not say."""
    found = STAMPED.fullmatch(action_id)
    return SINCE + int(found[1]) * MICROSECOND if found else None


def _stamped(block: Block, stamp: str) -> Block:
    if block["type"] != "actions":
        return block
    elements = [
        {**each, "action_id": each["action_id"] + stamp} if each["action_id"].startswith(SAY) else each
        for each in block["elements"]
    ]
    return {**block, "elements": elements}
