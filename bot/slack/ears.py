"""The way in from Slack: whatever is typed, pressed or handed in becomes a request, and its reply is shown in place.

What was asked is committed before Slack is told that we have heard it. The acknowledgement calls nobody: modals are
opened and pages published afterwards, which changes nothing of ours and may fail.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, cast

import aiohttp
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.payload_utils import is_block_actions, is_slash_command
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from alliance.messages import Form, Message, Text
from bot.request import Reply, Request, Typed, Upload
from bot.slack.acquaintance import Acquaintance
from bot.slack.blocks import Posting, dressed
from bot.slack.fields import at_first_field, errors, file_errors, with_errors, without_errors
from bot.slack.files import NotFetched, all_fetched
from bot.slack.heard import Heard, about_chosen_member, commanded, handed_in, pressed, searched, shut
from bot.slack.home import home
from bot.slack.limits import ANSWERS
from bot.slack.modal import DEEPEST, STAMP, Carried, View, modal, with_answers, wrong_pages
from bot.slack.refusals import MEANINGS, seconds
from bot.slack.replying import NotSaid
from bot.slack.shown import stamped
from bot.unsent import is_anew, without_anew
from templates.phrases import Phrases

log = logging.getLogger("tovholder.slack")

FETCHED_AT_ONCE = 1.5  # seconds; Slack waits three for its answer, and the answer itself takes some
FAILURES = (SlackApiError, aiohttp.ClientError, OSError, AttributeError, ValueError)
"""How Slack fails to do what we ask; the last two are the library's words for an answer that is not Slack's."""
AGAIN_AFTER = (0.5, 2.0, 6.0)
"""Seconds until something is shown once more that Slack could not show for a moment, and that does no harm twice."""
LONGEST_LOOK = 60.0
"""Seconds that somebody's page waits for Slack to take it."""
REMEMBERED = 500
"""Modals that were handed in lately."""
NO_FILES: Mapping[str, Upload] = {}
Fetching = asyncio.Task[dict[str, Upload]]
ANYTHING = re.compile(r".*", re.DOTALL)
Ack = Callable[..., Awaitable[Any]]
Showing = Callable[[], Awaitable[Any]]
Body = Mapping[str, Any]
Outcome = tuple[dict[str, Any], Message]
"""What Slack is told of a modal that was sent in, and the message it shows."""


class Respond(Protocol):
    async def __call__(self, **said: Any) -> Any: ...


class Ears:
    """The listeners of one app, a handful whatever it can be asked."""

    def __init__(self, app: AsyncApp, people: Acquaintance, left: Callable[[str, str], Awaitable[None]]) -> None:
        """``left`` is told which team took our access back, and Slack's word for that."""
        self._people, self._left = people, left
        self._handed_in: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)
        self._later: set[asyncio.Task[None]] = set()
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
        while self._later:
            await asyncio.wait(self._later)

    # --------------------------------------------------------------------------------------------- what is heard

    async def command(self, ack: Ack, body: Body, client: AsyncWebClient, respond: Respond) -> None:
        """``/tovholder …``: answered to whoever asked, a form as a button that opens it if it cannot be opened now."""
        heard = commanded(body)
        reply, say = await asyncio.to_thread(self._people.answer_and_catalog, _request(heard))
        if not reply.known:
            await ack()
            self._afterwards(heard, self._meet_and_answer(heard, client, respond))
        elif reply.repeated:
            await ack()
        elif _form(reply.message) is None:
            first, *others = self._dressed(heard, reply.message, say)
            await ack(**_ephemeral(first))
            if others:
                self._afterwards(heard, self._say_or_publish(heard, reply.message, others, client, respond))
        else:
            await ack()
            self._afterwards(heard, self._show_and_refresh(heard, reply, client, respond))

    async def press(self, ack: Ack, body: Body, client: AsyncWebClient, respond: Respond) -> None:
        """A button, or a field of a form that keeps what is typed."""
        heard = pressed(body)
        if heard is None:
            await ack()
            return
        if heard.at_home and heard.page:
            await ack()
            self._afterwards(heard, self._publish(heard, client, heard.page))
            return
        if heard.page and await asyncio.to_thread(self._people.known, heard.address):
            view = await self._turned(heard)
            await ack()
            self._afterwards(heard, self._update(client, heard, view))
            return
        reply = await self._answered(heard)
        await ack()
        if not reply.known:
            self._afterwards(heard, self._meet_and_answer(heard, client, respond))
            return
        if reply.repeated:
            return
        if heard.in_modal and heard.words == heard.carried.keep:
            return  # kept, and nothing to see: whoever types is not disturbed
        if _refuses_form(heard, reply):
            self._afterwards(heard, self._lay_upon(heard, reply.message, client))
            self._refresh(heard, client)
        else:
            self._afterwards(heard, self._show_and_refresh(heard, reply, client, respond))

    async def hand_in(self, ack: Ack, body: Body, client: AsyncWebClient) -> None:
        """A modal sent in: what is wrong is shown in it, and so is the confirmation."""
        heard = handed_in(body)
        if not heard.page:
            self._handed_in.append(heard.as_it_stood)
        if heard.page:
            await ack(response_action="update", view=await self._turned(heard))
        elif heard.uploads:
            await self._hand_in_files(ack, heard, client)
        else:
            told, _ = await self._outcome(heard)
            await ack(**told)
        self._refresh(heard, client)

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
        self._afterwards(heard, self._show_late(heard, fetching, client))

    async def suggest(self, ack: Ack, body: Body) -> None:
        """Somebody types in a list that is searched; the form it stands in is asked for anew, and nothing changes."""
        heard, field, typed = searched(body)
        found = await asyncio.to_thread(self._people.suggested, heard.address, heard.words, field, typed)
        await ack(**found)

    async def close(self, ack: Ack, body: Body) -> None:
        """A modal closed without being sent in."""
        heard = shut(body)
        if heard is not None:
            await self._answered(heard)
        await ack()

    async def visit(self, ack: Ack, event: Body, body: Body, client: AsyncWebClient) -> None:
        """Somebody opened our page."""
        await ack()
        if event.get("tab") == "home":
            heard = Heard(str(body.get("team_id", "")), str(event.get("user", "")), "")
            self._afterwards(heard, self._publish(heard, client, 1))

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

    # -------------------------------------------------------------------------------------------- what is shown

    async def _answered(self, heard: Heard, files: Mapping[str, Upload] = NO_FILES) -> Reply:
        return await asyncio.to_thread(self._people.answer, _request(heard, files))

    async def _outcome(self, heard: Heard, files: Mapping[str, Upload] = NO_FILES) -> Outcome:
        """What Slack is told of a modal that was sent in: errors at its fields, or what it shows from now on."""
        heard = about_chosen_member(heard)
        reply = await self._answered(heard, files)
        if _refuses_form(heard, reply):
            if heard.carried.depth >= DEEPEST:
                return await self._above(heard, reply.message), reply.message
            view = await self._view(heard, reply.message, upon=True)
            return {"response_action": "push", "view": view}, reply.message  # closed, it shows the form as it was left
        view = await self._view(heard, reply.message)
        fresh = await self._view(heard, without_errors(reply.message), heard.carried.page)
        told = errors(reply.message, fresh, heard.view) or {"response_action": "update", "view": view}
        return told, reply.message

    async def _with_files(self, heard: Heard, fetching: Fetching) -> Outcome:
        """What Slack is told of a modal with files that have been fetched, or could not be: then nothing happened."""
        try:
            return await self._outcome(heard, await fetching)
        except NotFetched as error:
            await self._rest(heard, error.__cause__)
            say = await asyncio.to_thread(self._people.catalog, heard.address)
            why = say(f"slack.file.{error.reason}")
            return {"response_action": "errors", "errors": file_errors(heard.uploads, why)}, Message(why, (Text(why),))

    async def _show_late(self, heard: Heard, fetching: Fetching, client: AsyncWebClient) -> None:
        """What became of a form that waited for its files: as it was typed, where they did not come."""
        told, message = await self._with_files(heard, fetching)
        view = told.get("view")
        if view is None:
            again = await self._answered(replace(heard, words=heard.carried.again, answers={}, key=""))
            wrong = with_errors(with_answers(again.message, heard.answers), told["errors"])
            view = await self._view(heard, wrong)
        try:
            await self._shown(heard, lambda: client.views_update(view_id=heard.view.get("id"), view=view))
        except FAILURES as error:  # whoever has closed the modal meanwhile finds on their page what came of it
            await self._failed(heard, error, "what came of a form was not shown in it")
            await self._publish(heard, client, 1, message)
        else:
            self._refresh(heard, client)

    async def _postings(self, heard: Heard, message: Message) -> tuple[Posting, ...]:
        say = await asyncio.to_thread(self._people.catalog, heard.address)
        return self._dressed(heard, message, say)

    def _dressed(self, heard: Heard, message: Message, say: Phrases) -> tuple[Posting, ...]:
        """A message as it is shown to one person only, now."""
        postings = dressed(message, say, base_url=self._people.base_url, fill_in=without_anew(heard.words))
        return stamped(postings, self._people.clock())

    async def _view(self, heard: Heard, message: Message, page: int = 0, *, upon: bool = False) -> View:
        """The modal of a message: on its first page that is wrong, unless another is asked for.

        ``upon``: it is to lie upon the modal that it was asked in.
        """
        say = await asyncio.to_thread(self._people.catalog, heard.address)
        wrong = wrong_pages(message, say, base_url=self._people.base_url)
        before = heard.carried if heard.in_modal else Carried()
        same = before.again and heard.words in (before.words, before.keep, before.again)
        home = "yes" if heard.at_home else before.home
        again = before.again if same else without_anew(heard.words)
        anew = str(int(before.anew or 0) + 1) if is_anew(heard.words) else before.anew
        carry = replace(before, again=again, home=home, anew=anew, depth=before.depth + upon)
        return modal(message, say, base_url=self._people.base_url, page=page or (wrong or (1,))[0], carry=carry)

    async def _turned(self, heard: Heard) -> View:
        """Another page of the same form, with what was typed on this one kept."""
        if heard.carried.keep:
            await self._answered(replace(heard, words=heard.carried.keep, page=0, key=""))
        reply = await self._answered(replace(heard, answers={}, page=0, key=""))
        return await self._view(heard, with_answers(reply.message, heard.answers), heard.page)

    async def _show_and_refresh(self, heard: Heard, reply: Reply, client: AsyncWebClient, respond: Respond) -> None:
        """Show an answer, and anew the page it may have changed; what could not be shown stands on the page."""
        shown = True
        try:
            shown = await self._show(heard, reply, client, respond)
        finally:
            if not shown:
                await self._publish(heard, client, 1, reply.message)
            elif heard.on_page:
                await self._publish(heard, client, 1)

    async def _show(self, heard: Heard, reply: Reply, client: AsyncWebClient, respond: Respond) -> bool:
        """Answer a press: a modal in itself, a form as a modal, else words beneath the message that was pressed.

        Returns whether it was shown.
        """
        message = reply.message
        if heard.in_modal:
            view = await self._view(heard, message)
            try:
                await self._update(client, heard, view)
            except FAILURES as error:
                await self._failed(heard, error, "an answer was not shown in its modal")
                return False
            return True
        if _form(message) is not None or not heard.response_url:
            return await self._open(heard, message, client, respond)
        return await self._say(heard, self._dressed(heard, message, Phrases(reply.language, reply.zone)), respond)

    async def _say(self, heard: Heard, postings: Sequence[Posting], respond: Respond) -> bool:
        """Say something where it was asked; returns whether Slack took all of it."""
        try:
            await _say_all(respond, postings, instead=heard.ephemeral)
        except (NotSaid, *FAILURES) as error:
            await self._failed(heard, error, "Slack would not take an answer")
            return False
        return True

    async def _say_or_publish(
        self, heard: Heard, message: Message, rest: Sequence[Posting], client: AsyncWebClient, respond: Respond
    ) -> None:
        """Say the rest of an answer that has begun; what Slack does not take of it, all of it stands on the page."""
        if not await self._say(heard, rest, respond):
            await self._publish(heard, client, 1, message)

    async def _update(self, client: AsyncWebClient, heard: Heard, view: View) -> None:
        """Change a modal: what was done in it last is what it shows, unless it was handed in as it stood then."""
        named, as_it_stood = heard.as_it_stood
        try:
            await self._shown(heard, lambda: client.views_update(view_id=named, hash=as_it_stood or None, view=view))
        except SlackApiError as error:
            if _code(error) != "hash_conflict":
                raise
            if heard.as_it_stood not in self._handed_in:
                await self._shown(heard, lambda: client.views_update(view_id=named, view=view))

    def _refresh(self, heard: Heard, client: AsyncWebClient) -> None:
        """Show anew the page that was pressed, or that lies beneath the modal: it may have been settled."""
        if heard.on_page:
            self._afterwards(heard, self._publish(heard, client, 1))

    async def _lay_upon(self, heard: Heard, message: Message, client: AsyncWebClient) -> None:
        """Show a message upon a form, which is as it was left when it is closed; too late or too deep, above it."""
        if heard.carried.depth >= DEEPEST:
            await self._lay_above(heard, message, client)
            return
        view = await self._view(heard, message, upon=True)
        try:
            await client.views_push(trigger_id=heard.trigger, view=view)
        except FAILURES as error:
            await self._failed(heard, error, "an answer was not laid upon its form")
            await self._lay_above(heard, message, client)

    async def _lay_above(self, heard: Heard, message: Message, client: AsyncWebClient) -> None:
        view = (await self._above(heard, message)).get("view")
        try:
            if view:
                await self._update(client, heard, view)
                return
        except FAILURES as error:
            await self._failed(heard, error, "an answer was not shown above its form")
        await self._publish(heard, client, 1, message)

    async def _above(self, heard: Heard, message: Message) -> dict[str, Any]:
        """The form as it is filled in, with a message above it; at its first field, where it cannot be had now."""
        heard = replace(heard, words=heard.carried.again)
        again = await self._answered(replace(heard, answers={}, key=""))
        if _form(again.message) is None:
            return at_first_field(heard.view, message.summary)
        whole = replace(again.message, blocks=(*message.blocks, *again.message.blocks))
        view = await self._view(heard, with_answers(whole, heard.answers), heard.carried.page)
        return {"response_action": "update", "view": view}

    async def _open(self, heard: Heard, message: Message, client: AsyncWebClient, respond: Respond) -> bool:
        """Open a message as a modal; too late for that, it is said with a button that opens it, where it can be."""
        view = await self._view(heard, message)
        try:
            await client.views_open(trigger_id=heard.trigger, view=view)
        except FAILURES as error:
            await self._failed(heard, error, "a modal was not opened")
            if not heard.response_url:
                return False
            return await self._say(heard, await self._postings(heard, message), respond)
        return True

    async def _publish(self, heard: Heard, client: AsyncWebClient, page: int, above: Message | None = None) -> None:
        """Show somebody's page, to whomever it is; ``above`` is what could not be shown where it was asked."""
        known = await asyncio.to_thread(self._people.known, heard.address)
        refused = None if known else await self._met(heard, client)
        messages = await asyncio.to_thread(self._people.home, heard.address) if refused is None else [refused]
        await self._publish_these(heard, client, messages, page, above)

    async def _publish_these(
        self, heard: Heard, client: AsyncWebClient, said: Sequence[Message], page: int = 1, above: Message | None = None
    ) -> None:
        say = await asyncio.to_thread(self._people.catalog, heard.address)
        words = without_anew(heard.words)
        view = home(said, say, page=page, base_url=self._people.base_url, above=above, fill_in=words)
        await self._shown(heard, lambda: client.views_publish(user_id=heard.user, view=view), "views.publish")

    async def _shown(self, heard: Heard, show: Showing, rests: str = "") -> None:
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
                busy = bool(rests) and await self._rest(heard, error)
                if wait is None or not (busy or _passes(error)):
                    raise
            await asyncio.sleep(0 if busy else wait)

    async def _leave_alone(self, heard: Heard, method: str) -> None:
        """Wait while Slack wants a method left alone, for as long as somebody may still look at what it shows."""
        await asyncio.sleep(min(await self._people.tiers.rests(heard.team, method), LONGEST_LOOK))

    async def _rest(self, heard: Heard, error: BaseException | None) -> bool:
        """Have every process leave a method alone that Slack says was asked too often; whether it says that."""
        if not isinstance(error, SlackApiError) or getattr(error.response, "status_code", 0) != 429:
            return False
        method = str(error.response.api_url).rpartition("/")[2]
        await self._people.tiers.rest(heard.team, method, seconds(error.response.headers.get("Retry-After")))
        return True

    async def _met(self, heard: Heard, client: AsyncWebClient) -> Message | None:
        """Know somebody by the mail address of their profile; what they are told where that cannot be."""
        if await self._people.tiers.rests(heard.team, "users.info"):
            return self._people.unanswered()
        try:
            told = await client.users_info(user=heard.user, include_locale=True)
            profile: Mapping[str, Any] = told.get("user") or {}
        except FAILURES as error:
            await self._failed(heard, error, "who somebody is was not told")
            return self._people.unanswered()
        return await asyncio.to_thread(self._people.meet, heard.address, profile, heard.words)

    async def _meet_and_answer(self, heard: Heard, client: AsyncWebClient, respond: Respond) -> None:
        """Somebody we do not know yet: by the mail address of their profile we may, else they are told what to do."""
        refused = await self._met(heard, client)
        if refused is None:
            reply = await self._answered(heard)
            if not reply.repeated:
                await self._show_and_refresh(heard, reply, client, respond)
        elif heard.in_modal:
            await self._update(client, heard, await self._view(heard, refused))
        elif heard.response_url:
            await _say_all(respond, await self._postings(heard, refused))
        else:
            await self._publish_these(heard, client, [refused])

    # ----------------------------------------------------------------------------------- after the acknowledgement

    def _afterwards(self, heard: Heard, work: Coroutine[Any, Any, None]) -> None:
        """Show something once Slack has been answered; only the showing can be lost."""
        task = asyncio.create_task(self._logged(heard, work))
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _logged(self, heard: Heard, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except SlackApiError as error:
            await self._failed(heard, error, "Slack would not show what was done")
        except NotSaid as error:
            log.error("Slack would not take an answer: %s", error)
        except Exception:
            log.exception("what was done could not be shown")

    async def _failed(self, heard: Heard, error: Exception, what: str) -> None:
        """Note what was not shown, and, apart, what only somebody who administers our installation can mend."""
        code, needed = _code(error), _code(error, "needed")
        log.error("%s: %s", what, code or error or type(error).__name__)
        await self._rest(heard, error)
        if MEANINGS.get(code, ("",))[0] == "access":
            await asyncio.to_thread(self._people.refused, heard.team, code, needed)


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


def _request(heard: Heard, files: Mapping[str, Upload] = NO_FILES) -> Request:
    asked = Request(heard.address, heard.words, heard.answers, "slack", files, key=heard.key, pressed=heard.pressed)
    if heard.shown_at:
        return replace(asked, offered_at=heard.shown_at, overwrites=False)
    if heard.typed_at and heard.in_modal and heard.words == heard.carried.keep:
        return replace(asked, typed=Typed(STAMP.sub("", heard.words), heard.typed_at))
    return asked


def _refuses_form(heard: Heard, reply: Reply) -> bool:
    """Whether somebody's form was not taken, and the answer does not hold it."""
    return bool(heard.in_modal and heard.carried.words) and not reply.done and _form(reply.message) is None


def _form(message: Message) -> Form | None:
    return next((block for block in message.blocks if isinstance(block, Form)), None)


def _code(error: Exception, key: str = "error") -> str:
    """Slack's own word for a refusal; empty where what came was no answer of Slack's."""
    data = getattr(error.response, "data", None) if isinstance(error, SlackApiError) else None
    return str(data.get(key) or "") if isinstance(data, dict) else ""


def _passes(error: Exception) -> bool:
    """Whether Slack was away for a moment, or failed on its side; a limit is not that."""
    if not isinstance(error, SlackApiError):
        return True
    code, status = _code(error), getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0)
    return status != 429 and (status >= 500 or not code or MEANINGS.get(code, ("",))[0] in ("again", "doubt"))


def _ephemeral(posting: Posting) -> dict[str, Any]:
    return {"text": posting.text, "blocks": list(posting.blocks), "response_type": "ephemeral"}


async def _say_all(respond: Respond, postings: Sequence[Posting], *, instead: bool = False) -> None:
    """Say something beneath what was pressed, or ``instead`` of it where only one person sees that."""
    if len(postings) > ANSWERS:
        raise NotSaid(0, f"{len(postings)} messages, and a response_url takes {ANSWERS}")
    for number, posting in enumerate(postings):
        await respond(**_ephemeral(posting), replace_original=instead and not number)
