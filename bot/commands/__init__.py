"""What Tovholder can be asked. COMMANDS is the only list."""

from __future__ import annotations

from bot.commands import (
    attendance,
    board,
    broadcast,
    evidence,
    exemption,
    helping,
    journal,
    language,
    leaving,
    my_list,
    people,
    report,
    rsvp,
    show,
    withdraw,
)
from bot.commands.context import Command, Context

COMMANDS: tuple[Command, ...] = (
    helping.COMMAND,
    my_list.COMMAND,
    report.COMMAND,
    show.FIGURES,
    rsvp.COMMAND,
    evidence.COMMAND,
    show.SHOW,
    board.BOARD,
    board.MISSING,
    attendance.COMMAND,
    exemption.COMMAND,
    withdraw.COMMAND,
    people.CONTACTS,
    people.OFFICE,
    people.PROXY,
    people.ADDRESS,
    leaving.COMMAND,
    broadcast.COMMAND,
    journal.COMMAND,
    language.COMMAND,
)

__all__ = ["COMMANDS", "Command", "Context"]
