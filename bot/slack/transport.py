"""The way out to Slack: a parcel as messages in the reader's conversation with us, which can be asked for again.

Slack has no key that keeps a message from being posted twice. So each carries an opaque key in its metadata, and after
a doubt the conversation is searched for it before anything is posted again. Anybody in the workspace may read metadata:
nothing about anybody is in it.

What a parcel becomes, in this order, so that a crash anywhere leaves something that can be found again:

1. its files are uploaded, which nobody sees yet;
2. the first message is posted; its metadata names the key, how many messages there are, and the ids of the files;
3. the others are posted in its thread, each with the key and its number;
4. the files are shared in its thread.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Protocol
from uuid import uuid5

from alliance.deliveries import Parcel, Sender, Uncertain, Undeliverable
from alliance.messages import File, Invite, Message
from alliance.pacing import Rate
from bot.plain import INVITE
from bot.slack.limits import EDIT_TEXT
from bot.slack.receipts import Posted, opaque_key
from bot.slack.refusals import LONGEST_LANE_REST, Refusal
from bot.slack.tiers import Tiers
from bot.slack.web import API_URL, Answer, Web
from bot.slack.writing import shortened

log = logging.getLogger("tovholder.slack")

EVENT = "tov_outbox"
CLOCKS_DIFFER = timedelta(minutes=1)
"""How far ours may be ahead of Slack's: searching that much further back costs nothing, and a key stands only once."""
PAGE = 200
TRIES_OF_A_PART = 3


class Posting(Protocol):
    """One message as Slack wants it. ``text`` is all of it in words; ``blocks`` may be empty."""

    @property
    def text(self) -> str: ...
    @property
    def blocks(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def files(self) -> Sequence[File | Invite]: ...


Dress = Callable[[Parcel], Sequence[Posting]]


@dataclass(frozen=True)
class _Begun:
    """What of a parcel is in Slack: its first message, the parts that are posted, the uploads that are not shared."""

    at: Posted
    parts: frozenset[int]
    uploads: tuple[str, ...]


class SlackTransport:
    """Posts parcels as direct messages of one workspace's app; lives in one event loop.

    An address is ``T1/U042``: workspace and user. ``dress`` makes the messages of a parcel. ``conversations`` are the
    direct messages that are known to begin with, by address, so that a restart does not ask for all of them again.
    ``tiers`` are the limits of single methods, shared with every other process.
    """

    channel: str = "slack"
    can_be_asked: bool = True
    at_once: int = 8
    # A conversation takes a message a second. A workspace takes several hundred a minute, of which this leaves most
    # to the answers that people are waiting for.
    rate: Rate = Rate(lane_gap_ms=1_000, account_gap_ms=334, account_burst_ms=3_340)

    def __init__(
        self,
        token: str,
        sender: Sender,
        dress: Dress,
        *,
        api_url: str = API_URL,
        timeout: float = 15.0,
        proxy: str = "",
        conversations: Mapping[str, str] | None = None,
        tiers: Tiers | None = None,
    ) -> None:
        self.web = Web(token, api_url, timeout, proxy, tiers)
        self._sender, self._dress = sender, dress
        self._conversations = dict(conversations or {})
        self._workspace: str | None = None
        self._begun: dict[str, _Begun] = {}

    @property
    def sender(self) -> Sender:
        """Whom we send for: the same mailbox as on every channel."""
        return self._sender

    async def close(self) -> None:
        """Close the connections; the next send opens new ones."""
        await self.web.close()

    # ------------------------------------------------------------------------------------------------- sending

    async def send(self, parcel: Parcel) -> str:
        """Post a parcel, or what is missing of one that ``find`` found begun; returns channel and time stamp.

        Raises Undeliverable where nothing of it was posted (or the rest never will be), Uncertain where it may have.
        """
        if parcel.edits:
            return await self._edit(parcel, Posted.of(parcel.edits))
        postings = self._dressed(parcel)
        begun = self._begun.pop(parcel.key, None) or await self._begin(parcel, postings)
        for part in range(1, len(postings)):
            if part not in begun.parts:
                await self._follow(parcel, postings, part, begun.at)
        if begun.uploads:
            await self._share(_team(parcel.to_address), begun, _files(postings))
        return str(begun.at)

    async def _begin(self, parcel: Parcel, postings: Sequence[Posting]) -> _Begun:
        """Upload the files and post the first message; up to then nothing is seen by anybody."""
        channel = await self._conversation(parcel.to_address)
        uploads = tuple([await self._upload(_team(parcel.to_address), file) for file in _files(postings)])
        about = {"of": len(postings), **({"files": " ".join(uploads)} if uploads else {})}
        try:
            at = await self._post(parcel, postings[0], channel, 0, about)
        except Undeliverable as error:
            at = await self._post(parcel, postings[0], await self._reopened(parcel, channel, error), 0, about)
        return _Begun(replace(at, count=len(postings)), frozenset([0]), uploads)

    async def _follow(self, parcel: Parcel, postings: Sequence[Posting], part: int, at: Posted) -> None:
        """Post a further message in the thread, a lane's gap after the one before it.

        What came before is there already, so what surely failed is still a doubt: it is asked for and then continued.
        """
        try:
            for left in reversed(range(TRIES_OF_A_PART)):
                await asyncio.sleep(self.rate.lane_gap_ms / 1000)
                try:
                    await self._post(parcel, postings[part], at.channel, part, {"of": len(postings)}, at.ts)
                    return
                except Undeliverable as error:
                    if not left or error.park != "lane":
                        raise
                    await asyncio.sleep(error.retry_after or LONGEST_LANE_REST)
        except Undeliverable as error:
            raise _after_the_first(error) from error

    async def _post(
        self, parcel: Parcel, posting: Posting, channel: str, part: int, about: Mapping[str, Any], thread: str = ""
    ) -> Posted:
        key = opaque_key(parcel.key)
        message = {
            "channel": channel,
            "text": posting.text,
            "blocks": [dict(block) for block in posting.blocks] or None,
            "thread_ts": thread or None,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": {"event_type": EVENT, "event_payload": {"key": str(key), "part": part, **about}},
        }
        twin = str(uuid5(key, str(part)) if part else key)
        try:
            answer = await self._say({**message, "client_msg_id": twin})
        except Refusal as refused:
            if not refused.code.startswith("duplicate_"):
                raise
            answer = await self._say(message)  # Slack remembers the id and has no message for it: it was deleted
        return Posted(answer["channel"], answer["ts"])

    async def _say(self, message: Mapping[str, Any]) -> Answer:
        return await self.web.ask(lambda client: client.chat_postMessage(**message), posts=True, lane=True)

    async def _edit(self, parcel: Parcel, at: Posted) -> str:
        """Change the messages of a parcel that stands; doing it again changes nothing.

        A new message would be a notification: words that need more room than there is are cut to their summary, and
        what is not needed any more is taken away.
        """
        team = _team(parcel.to_address)
        try:
            places = await self._places(team, at)
            postings = self._dressed(parcel)
            if len(postings) > len(places):
                postings = self._dressed(replace(parcel, message=Message(parcel.message.summary)))[: len(places)]
            for posting, ts in zip(postings, places, strict=False):
                await self._change(team, at.channel, ts, posting)
            for ts in places[len(postings) :]:
                await self._remove(team, at.channel, ts)
        except Refusal as refused:
            if refused.permanent and not refused.reason.startswith("access:"):
                # It says nothing of the address: another message may reach it.
                raise Undeliverable(True, f"gone: {refused.code}") from refused
            raise
        return str(at)

    async def _places(self, team: str, at: Posted) -> list[str]:
        """The time stamps of a parcel's messages that stand, the first one's first."""
        if at.count == 1:
            return [at.ts]
        found = {0: at.ts}
        async for message in self._thread(team, at):
            payload = _payload(message)
            if payload.get("part"):
                found[int(payload["part"])] = message["ts"]
        return [found[part] for part in sorted(found)]

    async def _change(self, team: str, channel: str, ts: str, posting: Posting) -> None:
        """Change a message. Its text may be shorter than the one it was posted with: its blocks still say all."""
        text, blocks = shortened(posting.text, EDIT_TEXT), [dict(block) for block in posting.blocks]
        await self.web.ask(
            lambda client: client.chat_update(channel=channel, ts=ts, text=text, blocks=blocks),
            limit=(team, "chat.update"),
        )

    async def _remove(self, team: str, channel: str, ts: str) -> None:
        await self.web.ask(lambda client: client.chat_delete(channel=channel, ts=ts), limit=(team, "chat.delete"))

    def _dressed(self, parcel: Parcel) -> Sequence[Posting]:
        """The messages of a parcel; what we cannot dress for Slack surely was not sent, and goes the next way."""
        try:
            postings = self._dress(parcel)
        except Exception as fault:
            log.exception("delivery %s cannot be dressed for Slack", parcel.delivery_id)
            raise Undeliverable(True, f"words: {type(fault).__name__}") from fault
        if not postings:
            raise Undeliverable(True, "words: nothing to say")
        return postings

    # ------------------------------------------------------------------------------------------- conversations

    async def _conversation(self, address: str) -> str:
        """The id of the reader's direct message with us, opened if need be; raises Undeliverable."""
        user = await self._user(address)
        if address not in self._conversations:
            limit = (_team(address), "conversations.open")
            answer = await self.web.ask(lambda client: client.conversations_open(users=user), limit=limit)
            self._conversations[address] = answer["channel"]["id"]
        return self._conversations[address]

    async def _user(self, address: str) -> str:
        """The user of an address in the token's own workspace.

        Asked of Slack once: with the token of another workspace everybody would be unknown, and every address in our
        register would be marked as wrong.
        """
        workspace, slash, user = address.partition("/")
        if not (workspace and slash and user):
            raise Undeliverable(True, "recipient: not a workspace and a user", address_is_wrong=True)
        if self._workspace is None:
            answer = await self.web.ask(lambda client: client.auth_test())
            self._workspace = "" if answer.get("is_enterprise_install") else answer["team_id"]
        if self._workspace not in ("", workspace):
            raise Undeliverable(True, "access: another workspace's token")
        return user

    async def _reopened(self, parcel: Parcel, channel: str, error: Undeliverable) -> str:
        """Another conversation, where the one we knew is gone; raises the error where there is none."""
        known = self._conversations.pop(parcel.to_address, None) if error.address_is_wrong else None
        if known is None or (again := await self._conversation(parcel.to_address)) == channel:
            raise error
        return again

    # --------------------------------------------------------------------------------------------------- files

    async def _upload(self, team: str, file: File | Invite) -> str:
        """Bring a file to Slack and return its id; it is not shared with anybody yet."""
        name, length = _name(file), len(file.content)
        answer = await self.web.ask(
            lambda client: client.files_getUploadURLExternal(filename=name, length=length),
            limit=(team, "files.getUploadURLExternal"),
        )
        await self.web.upload(answer["upload_url"], file.content)
        return str(answer["file_id"])

    async def _share(self, team: str, begun: _Begun, files: Sequence[File | Invite]) -> None:
        """Share the uploads in the thread, anew where Slack has forgotten them."""
        try:
            try:
                await self._complete(team, begun.uploads, begun.at)
            except Refusal as refused:
                if refused.code != "file_not_found":
                    raise
                if not await self._completed(team, begun.uploads[0]):
                    await self._complete(team, [await self._upload(team, file) for file in files], begun.at)
        except Undeliverable as error:
            raise _after_the_first(error) from error

    async def _completed(self, team: str, upload: str) -> bool:
        """Whether an upload has become a file: it can be completed once, and may show late in its thread."""
        try:
            await self.web.ask(lambda client: client.files_info(file=upload), limit=(team, "files.info"))
        except Refusal as refused:
            if refused.code != "file_not_found":
                raise
            return False
        return True

    async def _complete(self, team: str, uploads: Sequence[str], at: Posted) -> None:
        files: list[dict[str, str | None]] = [{"id": upload} for upload in uploads]
        await self.web.ask(
            lambda client: client.files_completeUploadExternal(files=files, channel_id=at.channel, thread_ts=at.ts),
            posts=True,
            limit=(team, "files.completeUploadExternal"),
        )

    # ------------------------------------------------------------------------------------------------- finding

    async def find(self, parcel: Parcel) -> str | None:
        """Return the receipt if all of a parcel is in Slack, else None; what is missing then is what ``send`` sends.

        Raises Undeliverable or Uncertain where Slack cannot be asked.
        """
        if parcel.edits:
            return None  # to change it once more costs less than to find out whether it was
        self._begun.pop(parcel.key, None)  # what an earlier search found may be in another conversation
        channel = await self._conversation(parcel.to_address)
        first = await self._first(parcel, channel)
        if first is None:
            return None
        postings, payload = self._dressed(parcel), _payload(first)
        at = Posted(channel, first["ts"], len(postings))
        uploads = str(payload.get("files") or "").split() if _files(postings) else []
        wanted = min(int(payload.get("of") or 1), len(postings))
        if wanted == 1 and not uploads:
            return str(at)
        begun = await self._standing(parcel, at, uploads, _files(postings))
        if not begun.uploads and begun.parts >= set(range(wanted)):
            return str(at)
        self._begun[parcel.key] = begun
        return None

    async def _first(self, parcel: Parcel, channel: str) -> Answer | None:
        key = str(opaque_key(parcel.key))
        oldest = str(((parcel.since or parcel.at) - CLOCKS_DIFFER).timestamp())
        history = self.web.messages(
            lambda client, cursor: client.conversations_history(
                channel=channel, oldest=oldest, limit=PAGE, include_all_metadata=True, cursor=cursor or None
            ),
            (_team(parcel.to_address), "conversations.history"),
        )
        async for message in history:
            payload = _payload(message)
            if (payload.get("key") == key and not payload.get("part")) or message.get("client_msg_id") == key:
                return message
        return None

    def _thread(self, team: str, at: Posted) -> AsyncIterator[Answer]:
        """The first message, and what stands in its thread."""
        return self.web.messages(
            lambda client, cursor: client.conversations_replies(
                channel=at.channel, ts=at.ts, limit=PAGE, include_all_metadata=True, cursor=cursor or None
            ),
            (team, "conversations.replies"),
        )

    async def _standing(
        self, parcel: Parcel, at: Posted, uploads: Sequence[str], files: Sequence[File | Invite]
    ) -> _Begun:
        """What stands in the thread of the first message: its parts, and the files that not the reader shared."""
        key, reader = str(opaque_key(parcel.key)), parcel.to_address.partition("/")[2]
        parts, shared = {0}, set[str]()
        async for message in self._thread(_team(parcel.to_address), at):
            payload = _payload(message)
            if payload.get("key") == key:
                parts.add(int(payload.get("part") or 0))
            if message.get("user") != reader:
                shared |= {str(file.get(name)) for file in message.get("files") or () for name in ("id", "name")}
        there = shared & {*uploads} or {_name(file) for file in files} <= shared
        return _Begun(at, frozenset(parts), () if there else tuple(uploads))


def _team(address: str) -> str:
    """The workspace of ``T1/U042``."""
    return address.partition("/")[0]


def _after_the_first(error: Undeliverable) -> Undeliverable | Uncertain:
    """Where a part of a parcel is in Slack, only what fails for good surely failed."""
    return error if error.permanent else Uncertain(error.reason)


def _payload(message: Answer) -> Mapping[str, Any]:
    """What our metadata says; raises Uncertain where Slack shows that it is ours, but not what it says."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT:
        return {}
    payload: Mapping[str, Any] = metadata.get("event_payload") or {}
    if not payload.get("key"):
        raise Uncertain("access: metadata cannot be read")
    return payload


def _files(postings: Sequence[Posting]) -> list[File | Invite]:
    return [file for posting in postings for file in posting.files]


def _name(file: File | Invite) -> str:
    return file.name if isinstance(file, File) else INVITE
