"""The docs tell the truth: every command, setting, file and decision they speak of is there, and vice versa."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from alliance.quiet import CAN_WAIT
from bot.commands import COMMANDS
from scheduling.wording import KINDS
from storage.outbox.posting import CHANNELS, CHANNELS_OF, CHATS, EDITABLE
from storage.tables import tables
from tovholder.command_line import _parser
from tovholder.settings import KNOWN

ROOT = Path(__file__).parent.parent


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.key)
def test_every_word_of_every_command_is_documented(command) -> None:  # type: ignore[no-untyped-def]
    documented = page("docs/commands.md")
    words = set(re.findall(r"`(?:for Køge: )?([^` ]+)", documented))
    words |= set(re.findall(r"`(?:for Køge: )?([^`]+)`", documented))  # those of two words
    assert set(command.names) <= words


def test_every_documented_command_is_one() -> None:
    names = {name.split()[0] for command in COMMANDS for name in command.names}
    rows = [line for line in page("docs/commands.md").splitlines() if line.startswith("| `")]
    cells = [cell for row in rows for cell in row.split("|")[1:3]]
    spans = [span for cell in cells for span in re.findall(r"`([^`]+)`", cell)]
    assert {span.removeprefix("for Køge: ").split()[0] for span in spans} <= names


def test_every_setting_is_documented() -> None:
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", page("docs/settings.md")))
    assert documented == set(KNOWN)


def test_every_command_of_the_command_line_is_documented() -> None:
    text = page("docs/commands.md")
    names = next(a for a in _parser()._actions if a.metavar == "COMMAND").choices or {}
    assert all(f"`{name}" in text for name in names)


def test_every_kind_of_notification_is_documented_with_where_it_goes_and_whether_it_waits() -> None:
    rows = [line.split("|") for line in page("docs/notifications.md").splitlines() if line.startswith("| `")]
    documented = {row[1].strip(" `"): (row[4].strip(), row[5].strip() == "yes") for row in rows}
    where = {("mail",): "mail", CHATS: "chat", EDITABLE: "Slack", CHANNELS: "chat, else mail"}
    told = {kind: (where[CHANNELS_OF.get(kind, CHANNELS)], kind in CAN_WAIT) for kind in KINDS}
    told["alert"] = ("a channel that is not the failing one", False)
    assert documented == told


@pytest.mark.parametrize("name", ["README.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))])
def test_links_and_named_files_exist(name: str) -> None:
    text = page(name)
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    missing = [link for link in links if not ((ROOT / name).parent / link).exists()]
    named = set(re.findall(r"`((?:alliance|storage|templates|bot|scheduling|tovholder|tests|docs)/[\w./]+\.\w+)", text))
    missing += [path for path in named if not (ROOT / path).exists()]
    assert not missing


def test_the_secretarys_page_names_only_commands_that_work() -> None:
    names = {name for command in COMMANDS for name in command.names}
    rows = [line for line in page("docs/secretary.da.md").splitlines() if line.startswith("| ") and "`" in line]
    said = {word for row in rows for word in re.findall(r"`(?:for Køge: )?([^` ]+)", row.split("|")[2])}
    assert said <= names


def test_every_table_stands_in_a_row_that_says_why_it_is_kept_how_long_and_who_sees_it() -> None:
    lines = [line for line in page("docs/security.md").splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "`" in line]
    assert all(len(row) == 5 and all(row) for row in rows)
    kept = [name for row in rows for name in re.findall(r"`(\w+)`", row[1])]
    assert set(kept) == set(tables)
    assert [name for name in kept if kept.count(name) > 1] == ["person", "person"]  # who, and their quiet hours


def test_the_licence_is_whole_and_the_package_says_which_it_is() -> None:
    text = page("LICENSE")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\nEUPL © the European Union 2007, 2016\n")
    numbered = [int(number) for number in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]
    assert numbered == list(range(1, 16))
    assert "‘Compatible Licences’ according to Article 5 EUPL are:" in text
    assert text.rstrip().endswith("this Appendix require the production of a new EUPL version.")
    project = tomllib.loads(page("pyproject.toml"))["project"]
    assert (project["license"], project["license-files"]) == ("EUPL-1.2", ["LICENSE"])
    assert "[EUPL-1.2](LICENSE)" in page("README.md")


def test_the_walk_has_as_many_pictures_as_its_page_says() -> None:
    walk = ast.parse((ROOT / "tests/browser/walk.py").read_text(encoding="utf-8"))
    (stops,) = (
        node.value
        for node in walk.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "STOPS" and isinstance(node.value, ast.Dict)
    )
    said = re.search(r"\((\d+) pictures\)", " ".join((ROOT / "docs/walk.md").read_text(encoding="utf-8").split()))
    assert said and int(said[1]) == len(stops.keys) * 8  # two languages, two widths, two schemes
