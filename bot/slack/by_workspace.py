"""The way out to several workspaces: each parcel by the token of the workspace its reader was met in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from alliance.deliveries import Parcel, Sender, Undeliverable
from alliance.pacing import Rate
from bot.slack.installations import Access, Installations, not_installed
from bot.slack.refusals import Refusal
from bot.slack.transport import SlackTransport

Way = Callable[[str], SlackTransport]
TAKEN_BACK = ("invalid_auth", "token_revoked", "account_inactive", "token_expired", "not_authed")
"""Slack's words for a token that is none any more; which workspace it was for, only we know."""


@dataclass(frozen=True)
class _Open:
    """A workspace's way out, and the token it was opened with."""

    token: str
    way: SlackTransport


class ByWorkspace:
    """A transport for every workspace we are installed in, opened when something is to go there.

    ``way`` makes the transport of a token. What is said here waits for nobody but the workspace it is meant for.
    """

    channel: str = "slack"
    can_be_asked: bool = True
    at_once: int = SlackTransport.at_once
    rate: Rate = SlackTransport.rate

    def __init__(self, installations: Installations, sender: Sender, way: Way) -> None:
        self._installations, self._sender, self._way = installations, sender, way
        self._open: dict[str, _Open] = {}
        self._replaced: list[SlackTransport] = []

    @property
    def sender(self) -> Sender:
        """Whom we send for: the same mailbox as on every channel."""
        return self._sender

    async def send(self, parcel: Parcel) -> str:
        """Post a parcel in its reader's workspace; raises Undeliverable where we are not installed there."""
        way = await self._way_of(parcel)
        try:
            return await way.send(parcel)
        except Refusal as refused:
            raise _named(refused, _team(parcel)) from refused

    async def find(self, parcel: Parcel) -> str | None:
        """Return the receipt if all of a parcel is in its workspace, else None; raises as ``send`` does."""
        way = await self._way_of(parcel)
        try:
            return await way.find(parcel)
        except Refusal as refused:
            raise _named(refused, _team(parcel)) from refused

    async def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        for way in (*self._replaced, *(each.way for each in self._open.values())):
            await way.close()
        self._replaced.clear()

    async def _way_of(self, parcel: Parcel) -> SlackTransport:
        """The way to a parcel's reader, by the token that holds now."""
        team = _team(parcel)
        access = await self._access(team)
        # A contact of an alliance that has left a workspace to another: that one's app must not speak for it.
        if access is None or access.workspace.alliance_id != parcel.alliance_id:
            raise Undeliverable(True, not_installed(team))
        known = self._open.get(team)
        if known is not None and known.token != access.token:
            self._replaced.append(known.way)  # something may be under way there
        if known is None or known.token != access.token:
            self._open[team] = known = _Open(access.token, self._way(access.token))
        return known.way

    async def _access(self, team: str) -> Access | None:
        known = self._installations.remembered(team)
        return known[0] if known is not None else await asyncio.to_thread(self._installations.access, team)


def _team(parcel: Parcel) -> str:
    """The workspace of an address; raises Undeliverable where it names none."""
    team, slash, user = parcel.to_address.partition("/")
    if not (team and slash and user):
        raise Undeliverable(True, "recipient: not a workspace and a user", address_is_wrong=True)
    return team


def _named(refused: Refusal, team: str) -> Undeliverable:
    """A refusal of our token says which workspace must install us anew."""
    return Undeliverable(True, not_installed(team)) if refused.code in TAKEN_BACK else refused
