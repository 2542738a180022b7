"""Without a setting of Slack's there is no Slack: no way in, no way out, and its library is not imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
STARTED = """
import sys
import tovholder.command_line, tovholder.serving
from tovholder import wiring
from tovholder.settings import read_settings

settings = read_settings({"DATABASE_URL": "sqlite:///none.db", "SMTP_URL": "smtp://127.0.0.1:1",
    "TOVHOLDER_MAILBOX": "klima@alliance.example"})
assert wiring.slack_app(settings, None, None) is None
assert set(wiring.transports(settings, None, [])) == {"mail"}
print(sorted(name for name in sys.modules if name.partition(".")[0] in ("slack_sdk", "slack_bolt")))
"""


@pytest.mark.slow
def test_the_library_is_not_imported_while_slack_is_off() -> None:
    started = subprocess.run([sys.executable, "-c", STARTED], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (started.returncode, started.stdout.strip()) == (0, "[]"), started.stderr
