"""What people in Slack see when we fail before a reply could be made: the database is away, or we have a fault.

Nothing of the request was carried out, or all of it; asked again it is answered as if for the first time.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from slack_bolt import BoltResponse

from alliance.messages import Message
from bot.slack.acquaintance import BOTH
from bot.slack.blocks import dressed
from bot.slack.door import VERIFIED
from bot.slack.fields import at_first_field
from bot.slack.modal import DEEPEST, Carried, carried, modal
from templates import write_in
from templates.phrases import Phrases

log = logging.getLogger("tovholder.slack")


async def apology(error: Exception, body: Mapping[str, Any], context: Mapping[str, Any], respond: Any) -> BoltResponse:
    """Say where it was asked, in both languages, that nothing has changed, with a reference that stands in our log.

    Whose language it is, only the database knows, and it may be what is away.

    Whoever has not been found to be Slack is told nothing: what they sent is what failed.
    """
    reference = secrets.token_hex(4)
    log.error("a request from Slack failed, reference %s", reference, exc_info=error)
    if not context.get(VERIFIED):
        return BoltResponse(status=401, body="turned away")
    say, message = Phrases(BOTH[0]), write_in(BOTH, "sorry", reference=reference)
    (posting,) = dressed(message, say, base_url="")
    ephemeral = {"text": posting.text, "blocks": list(posting.blocks), "response_type": "ephemeral"}
    if "command" in body:
        return _answer(ephemeral)
    if body.get("type") == "view_submission":
        return _answer(_upon(body.get("view") or {}, message, say))
    if body.get("type") == "block_suggestion":
        return _answer({"options": []})
    if body.get("type") == "event_callback":
        return BoltResponse(status=503, body="")  # Slack tells us of it again
    if body.get("response_url"):
        try:
            await respond(**ephemeral, replace_original=False)
        except Exception:
            log.exception("that a request failed could not be shown")
    return BoltResponse(status=200, body="")


def _upon(view: Mapping[str, Any], message: Message, say: Phrases) -> Mapping[str, Any]:
    """Upon the form, which keeps all that was typed; where no more lies upon it, at its first field."""
    depth = carried(view).depth
    beside = at_first_field(view, message.summary) if depth >= DEEPEST else {}
    return beside or {
        "response_action": "push",
        "view": modal(message, say, base_url="", carry=Carried(depth=depth + 1)),
    }


def _answer(said: Mapping[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(said), headers={"content-type": "application/json"})
