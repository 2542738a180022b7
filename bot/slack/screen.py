"""How an answer is shown in Slack: in the modal it was asked in, as its own, beneath what was pressed, or at home.

Whatever Slack does not show where it was asked stands on the page of whoever asked.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from alliance.messages import Message
from bot.request import Reply, Upload
from bot.slack.acquaintance import Acquaintance
from bot.slack.afterwards import FAILURES, Afterwards, code
from bot.slack.blocks import Posting, dressed
from bot.slack.fields import at_first_field
from bot.slack.heard import NO_FILES, Heard, as_request
from bot.slack.home import home
from bot.slack.limits import ANSWERS
from bot.slack.modal import DEEPEST, Carried, View, form_of, modal, with_answers, wrong_pages
from bot.slack.replying import NotSaid
from bot.slack.shown import stamped
from bot.unsent import is_anew, without_anew
from templates.phrases import Phrases

REMEMBERED = 500
"""Modals that were handed in lately."""


class Respond(Protocol):
    async def __call__(self, **said: Any) -> Any: ...


class Screen:
    """What people see of one app; what is asked anew for that is asked as they would."""

    def __init__(self, people: Acquaintance, afterwards: Afterwards) -> None:
        self._people, self._afterwards = people, afterwards
        self._handed_in: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)

    def handed_in(self, heard: Heard) -> None:
        """A modal was sent in as it stood then: what was to be shown in it before is not any more."""
        self._handed_in.append(heard.as_it_stood)

    async def answered(self, heard: Heard, files: Mapping[str, Upload] = NO_FILES) -> Reply:
        """What is replied to somebody; what they changed is committed then."""
        return await asyncio.to_thread(self._people.answer, as_request(heard, files))

    async def _postings(self, heard: Heard, message: Message) -> tuple[Posting, ...]:
        say = await asyncio.to_thread(self._people.catalog, heard.address)
        return self.dressed(heard, message, say)

    def dressed(self, heard: Heard, message: Message, say: Phrases) -> tuple[Posting, ...]:
        """A message as it is shown to one person only, now."""
        postings = dressed(message, say, base_url=self._people.base_url, fill_in=without_anew(heard.words))
        return stamped(postings, self._people.clock())

    async def view(self, heard: Heard, message: Message, page: int = 0, *, upon: bool = False) -> View:
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

    async def turned(self, heard: Heard) -> View:
        """Another page of the same form, with what was typed on this one kept."""
        if heard.carried.keep:
            await self.answered(replace(heard, words=heard.carried.keep, page=0, key=""))
        reply = await self.answered(replace(heard, answers={}, page=0, key=""))
        return await self.view(heard, with_answers(reply.message, heard.answers), heard.page)

    async def show_and_refresh(self, heard: Heard, reply: Reply, client: AsyncWebClient, respond: Respond) -> None:
        """Show an answer, and anew the page it may have changed; what could not be shown stands on the page."""
        shown = True
        try:
            shown = await self._show(heard, reply, client, respond)
        finally:
            if not shown:
                await self.publish(heard, client, 1, reply.message)
            elif heard.on_page:
                await self.publish(heard, client, 1)

    async def _show(self, heard: Heard, reply: Reply, client: AsyncWebClient, respond: Respond) -> bool:
        """Answer a press: a modal in itself, a form as a modal, else words beneath the message that was pressed.

        Returns whether it was shown.
        """
        message = reply.message
        if heard.in_modal:
            view = await self.view(heard, message)
            try:
                await self.update(client, heard, view)
            except FAILURES as error:
                await self._afterwards.failed(heard, error, "an answer was not shown in its modal")
                return False
            return True
        if form_of(message) is not None or not heard.response_url:
            return await self._open(heard, message, client, respond)
        return await self._say(heard, self.dressed(heard, message, Phrases(reply.language, reply.zone)), respond)

    async def _say(self, heard: Heard, postings: Sequence[Posting], respond: Respond) -> bool:
        """Say something where it was asked; returns whether Slack took all of it."""
        try:
            await _say_all(respond, postings, instead=heard.ephemeral)
        except (NotSaid, *FAILURES) as error:
            await self._afterwards.failed(heard, error, "Slack would not take an answer")
            return False
        return True

    async def say_or_publish(
        self, heard: Heard, message: Message, rest: Sequence[Posting], client: AsyncWebClient, respond: Respond
    ) -> None:
        """Say the rest of an answer that has begun; what Slack does not take of it, all of it stands on the page."""
        if not await self._say(heard, rest, respond):
            await self.publish(heard, client, 1, message)

    async def update(self, client: AsyncWebClient, heard: Heard, view: View) -> None:
        """Change a modal: what was done in it last is what it shows, unless it was handed in as it stood then."""
        named, as_it_stood = heard.as_it_stood
        try:
            await self._afterwards.show(
                heard, lambda: client.views_update(view_id=named, hash=as_it_stood or None, view=view)
            )
        except SlackApiError as error:
            if code(error) != "hash_conflict":
                raise
            if heard.as_it_stood not in self._handed_in:
                await self._afterwards.show(heard, lambda: client.views_update(view_id=named, view=view))

    def refresh(self, heard: Heard, client: AsyncWebClient) -> None:
        """Show anew the page that was pressed, or that lies beneath the modal: it may have been settled."""
        if heard.on_page:
            self._afterwards.begin(heard, self.publish(heard, client, 1))

    async def lay_upon(self, heard: Heard, message: Message, client: AsyncWebClient) -> None:
        """Show a message upon a form, which is as it was left when it is closed; too late or too deep, above it."""
        if heard.carried.depth >= DEEPEST:
            await self._lay_above(heard, message, client)
            return
        view = await self.view(heard, message, upon=True)
        try:
            await client.views_push(trigger_id=heard.trigger, view=view)
        except FAILURES as error:
            await self._afterwards.failed(heard, error, "an answer was not laid upon its form")
            await self._lay_above(heard, message, client)

    async def _lay_above(self, heard: Heard, message: Message, client: AsyncWebClient) -> None:
        view = (await self.above(heard, message)).get("view")
        try:
            if view:
                await self.update(client, heard, view)
                return
        except FAILURES as error:
            await self._afterwards.failed(heard, error, "an answer was not shown above its form")
        await self.publish(heard, client, 1, message)

    async def above(self, heard: Heard, message: Message) -> dict[str, Any]:
        """The form as it is filled in, with a message above it; at its first field, where it cannot be had now."""
        heard = replace(heard, words=heard.carried.again)
        again = await self.answered(replace(heard, answers={}, key=""))
        if form_of(again.message) is None:
            return at_first_field(heard.view, message.summary)
        whole = replace(again.message, blocks=(*message.blocks, *again.message.blocks))
        view = await self.view(heard, with_answers(whole, heard.answers), heard.carried.page)
        return {"response_action": "update", "view": view}

    async def _open(self, heard: Heard, message: Message, client: AsyncWebClient, respond: Respond) -> bool:
        """Open a message as a modal; too late for that, it is said with a button that opens it, where it can be."""
        view = await self.view(heard, message)
        try:
            await client.views_open(trigger_id=heard.trigger, view=view)
        except FAILURES as error:
            await self._afterwards.failed(heard, error, "a modal was not opened")
            if not heard.response_url:
                return False
            return await self._say(heard, await self._postings(heard, message), respond)
        return True

    async def publish(self, heard: Heard, client: AsyncWebClient, page: int, above: Message | None = None) -> None:
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
        await self._afterwards.show(heard, lambda: client.views_publish(user_id=heard.user, view=view), "views.publish")

    async def _met(self, heard: Heard, client: AsyncWebClient) -> Message | None:
        """Know somebody by the mail address of their profile; what they are told where that cannot be."""
        if await self._people.tiers.rests(heard.team, "users.info"):
            return self._people.unanswered()
        try:
            told = await client.users_info(user=heard.user, include_locale=True)
            profile: Mapping[str, Any] = told.get("user") or {}
        except FAILURES as error:
            await self._afterwards.failed(heard, error, "who somebody is was not told")
            return self._people.unanswered()
        return await asyncio.to_thread(self._people.meet, heard.address, profile, heard.words)

    async def meet_and_answer(self, heard: Heard, client: AsyncWebClient, respond: Respond) -> None:
        """Somebody we do not know yet: by the mail address of their profile we may, else they are told what to do."""
        refused = await self._met(heard, client)
        if refused is None:
            reply = await self.answered(heard)
            if not reply.repeated:
                await self.show_and_refresh(heard, reply, client, respond)
        elif heard.in_modal:
            await self.update(client, heard, await self.view(heard, refused))
        elif heard.response_url:
            await _say_all(respond, await self._postings(heard, refused))
        else:
            await self._publish_these(heard, client, [refused])


def ephemeral(posting: Posting) -> dict[str, Any]:
    """A message that only whoever asked will see, as Slack takes it."""
    return {"text": posting.text, "blocks": list(posting.blocks), "response_type": "ephemeral"}


async def _say_all(respond: Respond, postings: Sequence[Posting], *, instead: bool = False) -> None:
    """Say something beneath what was pressed, or ``instead`` of it where only one person sees that."""
    if len(postings) > ANSWERS:
        raise NotSaid(0, f"{len(postings)} messages, and a response_url takes {ANSWERS}")
    for number, posting in enumerate(postings):
        await respond(**ephemeral(posting), replace_original=instead and not number)
