"""Ours with so many commands: ``python -m bench.contenders.slack_commands NUMBER`` is ``tovholder web`` with them.

One is the language command alone; more are all there are and as many invented ones as are missing, behind them.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import bot.commands
from bot.commands.people import language
from tovholder.command_line import main


def commands(number: int) -> tuple[bot.commands.Command, ...]:
    if number == 1:
        return (language.COMMAND,)
    known = tuple(each for each in bot.commands.COMMANDS if each is not language.COMMAND)
    missing = range(number - len(known) - 1)
    invented = tuple(replace(language.COMMAND, key=f"made{n}", names=(f"opfundet{n}", f"made{n}")) for n in missing)
    return (*known, *invented, language.COMMAND)


if __name__ == "__main__":
    # The router puts its dictionary together when it is imported, which is when the web is served.
    assert "bot.router" not in sys.modules
    bot.commands.COMMANDS = commands(int(sys.argv[1]))
    sys.exit(main(["web"]))
