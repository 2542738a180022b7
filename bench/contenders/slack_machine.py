"""slack-machine as it comes, and one plugin: ``ping`` is answered, ``keep en`` remembered in its SQLite storage.

``python -m bench.contenders.slack_machine URL FOLDER``, with ``requirements-bench-slack-machine.txt`` installed. Only
where Slack's Web API is has been changed; nothing is logged, and no other plugin is loaded.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import sys
from pathlib import Path

from machine.core import Machine
from machine.plugins.base import MachineBasePlugin
from machine.plugins.decorators import respond_to
from machine.utils.collections import CaseInsensitiveDict
from slack_sdk.web.async_client import AsyncWebClient


class Pinged(MachineBasePlugin):
    """Answers."""

    @respond_to("^ping$")
    async def ping(self, msg):  # type: ignore[no-untyped-def]
        await msg.say("pong")

    @respond_to("^keep (?P<language>.+)$")
    async def keep(self, msg, language):  # type: ignore[no-untyped-def]
        await self.storage.set("language", language)
        await msg.say(f"kept {await self.storage.get('language')}")


SETTINGS = {
    "SLACK_APP_TOKEN": "xapp-bench",
    "SLACK_BOT_TOKEN": "xoxb-bench",
    "PLUGINS": ["bench.contenders.slack_machine.Pinged"],
    "STORAGE_BACKEND": "machine.storage.backends.sqlite.SQLiteStorage",
    "HTTP_PROXY": None,
    "TZ": "UTC",
    "LOG_HANDLED_MESSAGES": False,
    "LOGLEVEL": "ERROR",
}


def main(url: str, folder: Path) -> None:
    folder.mkdir(parents=True)
    AsyncWebClient.__init__ = functools.partialmethod(AsyncWebClient.__init__, base_url=url)  # type: ignore[method-assign]
    logging.disable(logging.WARNING)
    asyncio.run(Machine(CaseInsensitiveDict({**SETTINGS, "SQLITE_PATH": str(folder / "its.db")})).run())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
