"""errbot with its Slack backend, as it comes, and a plugin: ``ping`` is answered, ``keep en`` kept in its shelf.

``python -m bench.contenders.slack_errbot URL FOLDER``, in the environment of ``requirements-bench-errbot.txt``. Only
where Slack's Web API is has been changed; nothing is logged, and of its own plugins those are loaded that need no net.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path

CONFIG = """
import logging
BACKEND = "SlackV3"
BOT_DATA_DIR = {folder!r}
BOT_EXTRA_PLUGIN_DIR = {plugins!r}
BOT_LOG_FILE = None
BOT_LOG_LEVEL = logging.ERROR
BOT_ADMINS = ("@nobody",)
BOT_IDENTITY = {{"token": "xoxb-bench", "app_token": "xapp-bench"}}
BOT_PREFIX_OPTIONAL_ON_CHAT = True
CORE_PLUGINS = ("ACLs", "CommandNotFoundFilter", "Help")
"""
PLUG = "[Core]\nName = Pinged\nModule = pinged\n\n[Python]\nVersion = 3\n\n[Documentation]\nDescription = ping\n"
PLUGIN = """
from errbot import BotPlugin, botcmd


class Pinged(BotPlugin):
    @botcmd
    def ping(self, msg, args):
        return "pong"

    @botcmd
    def keep(self, msg, args):
        self["language"] = args
        return "kept " + self["language"]
"""


def main(url: str, folder: Path) -> None:
    plugins = folder / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "pinged.plug").write_text(PLUG)
    (plugins / "pinged.py").write_text(PLUGIN)
    (folder / "config.py").write_text(CONFIG.format(folder=str(folder), plugins=str(plugins)))
    from slack_sdk.web import WebClient

    WebClient.__init__ = functools.partialmethod(WebClient.__init__, base_url=url)  # type: ignore[method-assign]
    sys.argv = ["errbot", "--config", str(folder / "config.py")]
    from errbot.cli import main as errbot

    errbot()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
