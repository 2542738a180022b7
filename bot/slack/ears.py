"""The way in from Slack: whatever is typed, pressed or handed in becomes a request, and its reply is shown in place.

What was asked is committed before Slack is told that we have heard it. The acknowledgement calls nobody: modals are
opened and pages published afterwards, which changes nothing of ours and may fail.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.payload_utils import is_block_actions, is_slash_command
from slack_sdk.web.async_client import AsyncWebClient

from alliance.messages import Message, Text
from bot.request import Reply, Upload
from bot.slack.acquaintance import Acquaintance
from bot.slack.afterwards import FAILURES, Afterwards
from bot.slack.fields import errors, file_errors, with_errors, without_errors
from bot.slack.files import NotFetched, all_fetched
from bot.slack.heard import (
    NO_FILES,
    Heard,
    about_chosen_member,
    as_request,
    commanded,
    handed_in,
    pressed,
    searched,
    shut,
)
from bot.slack.modal import DEEPEST, form_of, modal, with_answers
from bot.slack.screen import Respond, Screen, ephemeral

FETCHED_AT_ONCE = 1.5  # seconds; Slack waits three for its answer, and the answer itself takes some
Fetching = asyncio.Task[dict[str, Upload]]
ANYTHING = re.compile(r".*", re.DOTALL)
Ack = Callable[..., Awaitable[Any]]
Body = Mapping[str, Any]
Outcome = tuple[dict[str, Any], Message]
"""What Slack is told of a modal that was sent in, and the message it shows."""


class Ears:
    """The listeners of one app, a handful whatever it can be asked."""

    def __init__(self, app: AsyncApp, people: Acquaintance, left: Callable[[str, str], Awaitable[None]]) -> None:
        """``left`` is told which team took our access back, and Slack's word for that."""
        self._people, self._left = people, left
        self._afterwards = Afterwards(people)
        self._screen = Screen(people, self._afterwards)
        app.use(_Straight(self))
        app.action(ANYTHING)(self.press)
        app.view(ANYTHING)(self.hand_in)
        app.view_closed(ANYTHING)(self.close)
        app.options(ANYTHING)(self.suggest)
        app.event("app_home_opened")(self.visit)
        app.event("user_change")(self.account)
        app.event("team_join")(self.account)
        app.event("app_uninstalled")(self.goodbye)
        app.event("tokens_revoked")(self.goodbye)

    async def finish(self) -> None:
        """Wait for what was to be shown after the acknowledgement."""
        await self._afterwards.finish()

    async def command(self, ack: Ack, body: Body, client: AsyncWebClient, respond: Respond) -> None:
        """``/tovholder …``: answered to whoever asked, a form as a button that opens it if it cannot be opened now."""
        heard = commanded(body)
        reply, say = await asyncio.to_thread(self._people.answer_and_catalog, as_request(heard))
        if not reply.known:
            await ack()
            self._afterwards.begin(heard, self._screen.meet_and_answer(heard, client, respond))
        elif reply.repeated:
            await ack()
        elif form_of(reply.message) is None:
            first, *others = self._screen.dressed(heard, reply.message, say)
            await ack(**ephemeral(first))
            if others:
                self._afterwards.begin(
                    heard, self._screen.say_or_publish(heard, reply.message, others, client, respond)
                )
        else:
            await ack()
            self._afterwards.begin(heard, self._screen.show_and_refresh(heard, reply, client, respond))

    async def press(self, ack: Ack, body: Body, client: AsyncWebClient, respond: Respond) -> None:
        """A button, or a field of a form that keeps what is typed."""
        heard = pressed(body)
        if heard is None:
            await ack()
            return
        if heard.at_home and heard.page:
            await ack()
            self._afterwards.begin(heard, self._screen.publish(heard, client, heard.page))
            return
        if heard.page and await asyncio.to_thread(self._people.known, heard.address):
            view = await self._screen.turned(heard)
            await ack()
            self._afterwards.begin(heard, self._screen.update(client, heard, view))
            return
        reply = await self._screen.answered(heard)
        await ack()
        if not reply.known:
            self._afterwards.begin(heard, self._screen.meet_and_answer(heard, client, respond))
            return
        if reply.repeated:
            return
        if heard.in_modal and heard.words == heard.carried.keep:
            return  # kept, and nothing to see: whoever types is not disturbed
        if _refuses_form(heard, reply):
            self._afterwards.begin(heard, self._screen.lay_upon(heard, reply.message, client))
            self._screen.refresh(heard, client)
        else:
            self._afterwards.begin(heard, self._screen.show_and_refresh(heard, reply, client, respond))

    async def hand_in(self, ack: Ack, body: Body, client: AsyncWebClient) -> None:
        """A modal sent in: what is wrong is shown in it, and so is the confirmation."""
        heard = handed_in(body)
        if not heard.page:
            self._screen.handed_in(heard)
        if heard.page:
            await ack(response_action="update", view=await self._screen.turned(heard))
        elif heard.uploads:
            await self._hand_in_files(ack, heard, client)
        else:
            told, _ = await self._outcome(heard)
            await ack(**told)
        self._screen.refresh(heard, client)

    async def _hand_in_files(self, ack: Ack, heard: Heard, client: AsyncWebClient) -> None:
        """Files are fetched before anything is written; where that takes long, it is shown that it goes on."""
        fetching = asyncio.create_task(all_fetched(client, heard.uploads))
        done, _ = await asyncio.wait([fetching], timeout=FETCHED_AT_ONCE)
        if done:
            told, _ = await self._with_files(heard, fetching)
            await ack(**told)
            return
        say = await asyncio.to_thread(self._people.catalog, heard.address)
        await ack(response_action="update", view=modal(Message(say("slack.file.coming")), say, carry=heard.carried))
        self._afterwards.begin(heard, self._show_late(heard, fetching, client))

    async def suggest(self, ack: Ack, body: Body) -> None:
        """Somebody types in a list that is searched; the form it stands in is asked for anew, and nothing changes."""
        heard, field, typed = searched(body)
        found = await asyncio.to_thread(self._people.suggested, heard.address, heard.words, field, typed)
        await ack(**found)

    async def close(self, ack: Ack, body: Body) -> None:
        """A modal closed without being sent in."""
        heard = shut(body)
        if heard is not None:
            await self._screen.answered(heard)
        await ack()

    async def visit(self, ack: Ack, event: Body, body: Body, client: AsyncWebClient) -> None:
        """Somebody opened our page."""
        await ack()
        if event.get("tab") == "home":
            heard = Heard(str(body.get("team_id", "")), str(event.get("user", "")), "")
            self._afterwards.begin(heard, self._screen.publish(heard, client, 1))

    async def account(self, ack: Ack, event: Body, body: Body) -> None:
        """Somebody's account was closed, opened again or made; Slack says so of every change of a profile too."""
        user: Body = event.get("user") or {}
        address = f"{body.get('team_id', '')}/{user.get('id', '')}"
        await asyncio.to_thread(self._people.account_changed, address, closed=bool(user.get("deleted")))
        await ack()

    async def goodbye(self, ack: Ack, event: Body, body: Body) -> None:
        """Our access to a workspace was taken back; of tokens only a bot's is ours."""
        why = str(event.get("type", ""))
        if why == "app_uninstalled" or (event.get("tokens") or {}).get("bot"):
            await self._left(str(body.get("team_id", "")), why)
        await ack()

    async def _outcome(self, heard: Heard, files: Mapping[str, Upload] = NO_FILES) -> Outcome:
        """What Slack is told of a modal that was sent in: errors at its fields, or what it shows from now on."""
        heard = about_chosen_member(heard)
        reply = await self._screen.answered(heard, files)
        if _refuses_form(heard, reply):
            if heard.carried.depth >= DEEPEST:
                return await self._screen.above(heard, reply.message), reply.message
            view = await self._screen.view(heard, reply.message, upon=True)
            return {"response_action": "push", "view": view}, reply.message  # closed, it shows the form as it was left
        view = await self._screen.view(heard, reply.message)
        fresh = await self._screen.view(heard, without_errors(reply.message), heard.carried.page)
        told = errors(reply.message, fresh, heard.view) or {"response_action": "update", "view": view}
        return told, reply.message

    async def _with_files(self, heard: Heard, fetching: Fetching) -> Outcome:
        """What Slack is told of a modal with files that have been fetched, or could not be: then nothing happened."""
        try:
            return await self._outcome(heard, await fetching)
        except NotFetched as error:
            await self._afterwards.rest(heard, error.__cause__)
            say = await asyncio.to_thread(self._people.catalog, heard.address)
            why = say(f"slack.file.{error.reason}")
            return {"response_action": "errors", "errors": file_errors(heard.uploads, why)}, Message(why, (Text(why),))

    async def _show_late(self, heard: Heard, fetching: Fetching, client: AsyncWebClient) -> None:
        """What became of a form that waited for its files: as it was typed, where they did not come."""
        told, message = await self._with_files(heard, fetching)
        view = told.get("view")
        if view is None:
            again = await self._screen.answered(replace(heard, words=heard.carried.again, answers={}, key=""))
            wrong = with_errors(with_answers(again.message, heard.answers), told["errors"])
            view = await self._screen.view(heard, wrong)
        try:
            await self._afterwards.show(heard, lambda: client.views_update(view_id=heard.view.get("id"), view=view))
        except FAILURES as error:  # whoever has closed the modal meanwhile finds on their page what came of it
            await self._afterwards.failed(heard, error, "what came of a form was not shown in it")
            await self._screen.publish(heard, client, 1, message)
        else:
            self._screen.refresh(heard, client)


class _Straight(AsyncMiddleware):
    """Hands commands and presses on buttons to the ears, behind all that stands before the listeners.

    On the way to a listener the library puts together all that one could ask for, once for each that may be meant.
    """

    def __init__(self, ears: Ears) -> None:
        self._ears = ears

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[Any]]
    ) -> BoltResponse | None:
        ask, context = None, req.context
        if is_slash_command(req.body):
            ask = self._ears.command
        elif is_block_actions(req.body):
            ask = self._ears.press
        if ask is None:
            await next()
            return resp
        await ask(context.ack, req.body, context.client, cast(Respond, context.respond))
        return context.ack.response


def _refuses_form(heard: Heard, reply: Reply) -> bool:
    """Whether somebody's form was not taken, and the answer does not hold it."""
    return bool(heard.in_modal and heard.carried.words) and not reply.done and form_of(reply.message) is None
