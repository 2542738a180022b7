"""The command line as people and programs meet it: real processes, their words and their exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.web.app import Demo, demo_app
from storage.engine import connect
from storage.seed import DEMO_START
from tests.installation import TestClient
from tovholder.command_line import main

ROOT = Path(__file__).parents[1]
COORDINATOR, MAYOR = "klima@koege.example", "borgmester@koege.example"
COMMANDS = ("demo", "serve", "web", "worker", "migrate", "import", "say", "tick", "outbox", "board")
COMMANDS += ("move-database", "backup", "restore")


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Shell:
    """Runs ``tovholder`` against one database file, with nothing else in its environment."""

    database: Path

    def environment(self, **settings: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**kept, "PYTHONWARNINGS": "error", "DATABASE_URL": f"sqlite:///{self.database}", **settings}

    def __call__(self, *words: str, **settings: str) -> Ran:
        """In a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "tovholder", *words],
            cwd=ROOT,
            env=self.environment(**settings),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    def here(self, *words: str, **settings: str) -> Ran:
        """In this process, which is quicker: for the many cases of one rule."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr(os, "environ", self.environment(**settings))
            status = main(words)
        return Ran(status, out.getvalue(), err.getvalue())

    def start(self, *words: str, **settings: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tovholder", *words],
            cwd=ROOT,
            env=self.environment(**settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def empty(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "new" / "empty.db")


@pytest.fixture
def shell(demo_file: Path, tmp_path: Path) -> Shell:
    """With a demo of its own."""
    shutil.copyfile(demo_file, tmp_path / "demo.db")
    return Shell(tmp_path / "demo.db")


@pytest.fixture
def real(empty: Shell, tmp_path: Path) -> Shell:
    """With an alliance of real members: Køge and Lejre."""
    assert empty.here("migrate").status == 0
    file = tmp_path / "members.csv"
    file.write_text("code,name,joined\n0259,Køge,2023-01-01\n0350,Lejre,2023-01-01\n", encoding="utf-8")
    done = empty.here("import", "members", str(file), "--json")
    assert (done.status, done.json["members"]) == (0, 2), done
    return empty


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# ------------------------------------------------------------------------------------------------- help


def test_help_lists_every_command(empty):
    told = empty("--help")
    assert told.status == 0
    for command in COMMANDS:
        assert command in told.out.split()
    assert not empty.database.parent.exists()


@pytest.mark.parametrize("command", [*((c,) for c in COMMANDS), ("import", "members"), ("import", "reports")])
def test_each_command_has_help_of_its_own(command, capsys):
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    assert left.value.code == 0 and len(capsys.readouterr().out) > 80


@pytest.mark.parametrize("words", [(), ("dance",), ("say", "liste"), ("import",), ("import", "people", "x")])
def test_what_we_cannot_read_is_refused_with_how_it_is_used(words, capsys):
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2 and "usage: tovholder" in capsys.readouterr().err


# ------------------------------------------------------------------------------------------------- demo


@pytest.mark.slow
def test_the_demo_is_prepared_once_and_preparing_again_changes_nothing(empty):
    assert empty("demo", "--prepare").status == 0
    assert empty("say", "--as", MAYOR, "svar topmøde ja borgmester").status == 0
    again = empty("demo", "--prepare")
    assert again.status == 0 and "Planting" not in again.err
    assert "allerede modtaget" in empty("say", "--as", MAYOR, "svar topmøde ja borgmester").out


@pytest.mark.slow
@pytest.mark.slow
def test_the_first_page_of_the_demo_offers_both_alliances(empty):
    assert empty.here("demo", "--prepare").status == 0
    engine = connect(f"sqlite:///{empty.database}")
    demo = Demo(engine, lambda: DEMO_START, lambda to: None, lambda: None)
    with TestClient(demo_app(demo), base_url="http://127.0.0.1:8000") as client:
        page = client.get("/").text
    offered = set(re.findall(r'name="address" value="([^"]+)"', page))
    assert {"sekretariat@frederiksberg.example", "secretariat@kl.example"} <= offered
    assert {"adviser@kkr-sjaelland.example", "official@concito.example"} <= offered
    assert 'name="office" value="mayor"' in page and 'name="office" value="climate_coordinator"' in page
    engine.dispose()


@pytest.mark.slow
def test_a_fresh_demo_forgets_what_was_played(shell):
    shell.here("say", "--as", MAYOR, "svar topmøde ja borgmester")
    assert shell.here("demo", "--prepare", "--fresh").status == 0
    assert "Noteret" in shell.here("say", "--as", MAYOR, "svar topmøde ja borgmester").out


def test_the_demo_never_touches_a_real_alliance(real):
    for words in (("demo", "--prepare"), ("demo", "--prepare", "--fresh")):
        refused = real.here(*words)
        assert refused.status == 2 and "real alliance" in refused.err and "DATABASE_URL" in refused.err
    assert "Køge" in real.here("board", "--csv").out


# -------------------------------------------------------------------------------------------------- say


@pytest.mark.slow
def test_what_is_said_is_answered_in_text(shell):
    said = shell("say", "--as", COORDINATOR, "liste")
    assert said.status == 0 and "Søren Uldum" in said.out and "skriv: indberet 2027" in said.out


def test_a_form_is_filled_in_with_answers_and_the_reply_can_be_read_by_a_program(shell):
    form = shell.here("say", "--as", COORDINATOR, "indberet", "--json").json
    (found,) = [block for block in form["blocks"] if block["type"] == "Form"]
    words = found["buttons"][0]["words"]
    sent = shell.here(
        "say", "--as", COORDINATOR, words, "--answer", "data_year=2025", "--answer", "ghg_total=1234,5", "--json"
    )
    assert sent.status == 0 and sent.json["done"] is True and "2027-0259-v1" in sent.json["summary"]


@pytest.mark.slow
def test_a_refusal_is_answered_and_told_by_the_exit_status(shell):
    refused = shell("say", "--as", COORDINATOR, "status", "--json")
    assert refused.status == 1 and refused.json["done"] is False
    stranger = shell.here("say", "--as", "x@ukendt.example", "liste")
    assert stranger.status == 1 and "x@ukendt.example" in stranger.out


def test_an_answer_without_an_equals_sign_is_refused_with_what_was_wanted(shell):
    refused = shell.here("say", "--as", COORDINATOR, "indberet", "--answer", "ghg_total")
    assert refused.status == 2 and "ghg_total" in refused.err and "FIELD=VALUE" in refused.err


# ---------------------------------------------------------------------------------- tick and the outbox


@pytest.mark.slow
def test_a_tick_reminds_and_the_outbox_tells_every_delivery(shell):
    rehearsed = shell.here("tick", "--at", "2027-02-26", "--dry-run", "--json")
    assert rehearsed.json["dry_run"] is True and rehearsed.json["posted"] == 98
    assert shell.here("outbox", "--json").json == []
    ticked = shell("tick", "--at", "2027-02-26", "--json").json
    assert (ticked["posted"], ticked["deliveries"]) == (98, {"sent": 98})
    records = shell.here("outbox", "--json").json
    assert len(records) == 98
    (mine,) = [record for record in records if record["recipient"] == COORDINATOR]
    assert {"kind", "about", "occasion", "recipient", "channel", "state", "due", "sent", "reason"} <= set(mine)
    assert (mine["kind"], mine["occasion"], mine["channel"], mine["state"]) == (
        "reminder",
        "2027-02-26",
        "mail",
        "sent",
    )
    assert mine["due"].startswith("2027-02-26T07:00") and mine["sent"].startswith("2027-02-26T07:00")
    assert "98 deliveries." in shell.here("outbox").out


@pytest.mark.slow
def test_ticking_again_at_the_same_time_posts_nothing_more(shell):
    shell.here("tick", "--at", "2027-02-26T08:00")
    again = shell.here("tick", "--at", "2027-02-26T08:00", "--json").json
    assert (again["opened"], again["posted"], again["deliveries"]) == (0, 0, {})
    assert "0 reminders posted" in shell.here("tick", "--at", "2027-02-26T08:00").out


def test_a_rehearsal_changes_nothing(shell, tmp_path):
    before = rows(shell.database)
    assert shell.here("tick", "--at", "2027-05-03", "--dry-run").status == 0
    assert rows(shell.database) == before


def rows(database: Path) -> list[str]:
    import sqlite3

    connection = sqlite3.connect(database)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


# -------------------------------------------------------------------------------------------------- --at


@pytest.mark.slow
@pytest.mark.parametrize("words", [("tick",), ("say", "--as", COORDINATOR, "liste"), ("board",)])
def test_the_clock_is_not_moved_where_real_people_could_be_written_to(real, words):
    refused = real.here(*words, "--at", "2027-03-01")
    assert refused.status == 2 and "--at" in refused.err and "not the demo" in refused.err
    assert "--dry-run" in refused.err


def test_a_dry_run_may_ask_about_any_time_anywhere(real):
    done = real.here("tick", "--at", "2027-03-01", "--dry-run", "--json")
    assert done.status == 0 and done.json["at"].startswith("2027-03-01T07:00")


@pytest.mark.parametrize("typed", ["i morgen", "2027-02-30", "2027", "08:00", "2027-03-01T25:00", ""])
def test_a_time_that_is_none_is_refused_with_how_it_is_written(shell, typed):
    refused = shell.here("tick", "--at", typed)
    assert refused.status == 2 and repr(typed) in refused.err and "2027-03-01" in refused.err


def test_the_demos_clock_goes_on_from_where_it_was_moved(shell):
    shell.here("say", "--as", COORDINATOR, "liste", "--at", "2027-05-03T10:00")
    assert "mandag den 3. maj 2027" in shell.here("say", "--as", COORDINATOR, "liste").out


# ------------------------------------------------------------------------------------------------- board


def test_the_board_comes_as_text_as_csv_and_as_json_with_the_same_counts(shell):
    assert "98 af 98 medlemmer" in shell.here("board").out
    found = shell.here("board", "--json").json
    assert len({str(member.get("code") or member) for member in _members(found)}) == 98
    sheet = shell.here("board", "--csv").out
    delimiter = ";" if sheet.splitlines()[0].count(";") > sheet.splitlines()[0].count(",") else ","
    lines = list(csv.reader(io.StringIO(sheet.lstrip("\ufeff")), delimiter=delimiter))
    assert len({len(line) for line in lines}) == 1 and len(lines) > 98
    assert sum("Høje-Taastrup" in ",".join(line) for line in lines) >= 1


def _members(board: Any) -> list[dict[str, Any]]:
    lists = [value for value in board.values() if isinstance(value, list)] if isinstance(board, dict) else [board]
    return next(found for found in lists if len(found) >= 98)


# ----------------------------------------------------------------------------------------------- imports


def test_a_second_alliance_is_founded_beside_the_first_and_then_has_to_be_named(real, tmp_path):
    file = tmp_path / "anden.csv"
    lines = (
        "name,office,person,mail",
        "Køge,climate_coordinator,Camilla Dahl,camilla@koege.dk",
        "KL,secretariat,Ida Holm,ida@kl.dk",
    )
    file.write_text("\n".join(lines), encoding="utf-8")
    done = real.here("import", "members", str(file), "--alliance", "klimaalliancen", "--json")
    assert done.json == {"members": 2, "joined": 1, "left": 0, "people": 2}
    unnamed = real.here("board")
    assert unnamed.status == 2 and "dk2020, klimaalliancen" in unnamed.err
    assert "det ene medlem" in real.here("board", "--alliance", "klimaalliancen").out
    assert real.here("board", "--alliance", "dk2020").status == 0
    unknown = real.here("import", "members", str(file), "--alliance", "klimaaliancen")
    assert unknown.status == 2 and "is not a charter we have" in unknown.err
    said = real.here("say", "--as", "ida@kl.dk", "møde")
    assert said.status == 0


@pytest.mark.slow
def test_a_file_with_a_broken_row_saves_nothing_and_names_row_and_column(shell, tmp_path):
    file = tmp_path / "accounts.csv"
    head = "municipality_code,municipality,year,sector,tonnes_co2e\n"
    file.write_text(head + "0259,Køge,2022,samlet,410250.5\n0259,Køge,2023,samlet,mange\n", encoding="utf-8")
    before = rows(shell.database)
    refused = shell.here("import", "reports", str(file))
    assert refused.status == 1 and refused.out == ""
    assert "accounts.csv" in refused.err and "3" in refused.err and "tonnes_co2e" in refused.err
    assert "mange" in refused.err
    assert rows(shell.database) == before
    file.write_text(head + "0259,Køge,2022,samlet,410250.5\n", encoding="utf-8")
    assert shell.here("import", "reports", str(file), "--json").json["added"] == 1


def test_a_file_that_is_not_there_is_named(shell):
    refused = shell.here("import", "reports", "ingen.csv")
    assert refused.status == 2 and "ingen.csv" in refused.err


def test_members_with_faults_are_refused_on_stderr(empty, tmp_path):
    empty.here("migrate")
    file = tmp_path / "members.csv"
    file.write_text("code,name,joined\n0259,Køge,2023-01-01\n9999,Utopia,2023-01-01\n", encoding="utf-8")
    refused = empty.here("import", "members", str(file))
    assert refused.status == 1 and "3" in refused.err and "9999" in refused.err
    assert empty.here("board").status == 2


# ---------------------------------------------------------------------------------------------- settings


@pytest.mark.parametrize(
    "settings, told",
    [
        ({"PORT": "abc"}, ["PORT", "'abc'", "65535"]),
        ({"PORT": "0"}, ["PORT", "'0'", "1 to 65535"]),
        ({"PORT": "65536"}, ["PORT", "65536"]),
        ({"TOVHOLDER_LANGAUGE": "da"}, ["TOVHOLDER_LANGAUGE", "TOVHOLDER_LANGUAGE"]),
        ({"TOVHOLDER_QQQ": "1"}, ["TOVHOLDER_QQQ", "TOVHOLDER_MAILBOX"]),
        ({"TOVHOLDER_LANGUAGE": "tysk"}, ["TOVHOLDER_LANGUAGE", "tysk", "da or en"]),
        ({"TOVHOLDER_BASE_URL": "koege.dk"}, ["TOVHOLDER_BASE_URL", "koege.dk", "https://"]),
        ({"SMTP_URL": "smtp://mail.example"}, ["SMTP_URL", "TOVHOLDER_MAILBOX", "name@host"]),
        ({"DATABASE_URL": "nonsense"}, ["DATABASE_URL", "nonsense", "sqlite:///"]),
        ({"DATABASE_URL": "mysql://x/y"}, ["DATABASE_URL", "mysql", "sqlite:///"]),
        ({"DATABASE_URL": "sqlite://"}, ["DATABASE_URL", "sqlite:///"]),
        ({"DATABASE_URL": "sqlite:////proc/nowhere/x.db"}, ["DATABASE_URL", "/proc/nowhere", "Check path and rights"]),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_got_wanted_and_to_do(empty, settings, told):
    refused = empty.here("outbox", **settings)
    assert refused.status == 2 and refused.out == ""
    for part in told:
        assert part in refused.err, refused.err


def test_a_wrong_setting_ends_a_real_process_with_status_2(empty):
    refused = empty("outbox", PORT="abc")
    assert (refused.status, refused.out) == (2, "") and "PORT='abc'" in refused.err


@pytest.mark.parametrize("command", ["tick", "web", "worker"])
def test_a_wrong_mail_server_is_named_before_anything_runs(shell, command):
    mailbox = {"TOVHOLDER_MAILBOX": "bot@koege.example"}
    refused = shell.here(command, SMTP_URL="gopher://mail", PORT=str(free_port()), **mailbox)
    assert refused.status == 2 and "SMTP_URL" in refused.err and "smtp://" in refused.err


@pytest.mark.slow
def test_a_database_without_the_newest_schema_says_what_to_run(empty):
    refused = empty.here("outbox")
    assert refused.status == 2 and "tovholder migrate" in refused.err
    assert empty.here("migrate").status == 0
    assert empty.here("migrate").status == 0
    without = empty.here("outbox")
    assert without.status == 2 and "no alliance" in without.err and "import members" in without.err


# -------------------------------------------------------------------------------- processes that stay up


@pytest.fixture
def stays(shell: Shell) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []

    def start(*words: str, **settings: str) -> subprocess.Popen[str]:
        running.append(shell.start(*words, **settings))
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def answered(url: str, process: subprocess.Popen[str]) -> Any:
    """What a server answers as soon as it does, within 30 s."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, process.communicate()
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return response.status, response.read().decode()
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"{url} did not answer")


@pytest.mark.parametrize("command", ["web", pytest.param("serve", marks=pytest.mark.slow), "demo"])
def test_what_serves_answers_and_stops_gently_when_told_to(stays, command):
    port = free_port()
    process = stays(command, PORT=str(port))
    if command == "demo":
        status, page = answered(f"http://127.0.0.1:{port}/", process)
        assert status == 200 and "<html" in page
    else:
        status, health = answered(f"http://127.0.0.1:{port}/health", process)
        assert status == 200 and json.loads(health)["ok"] is True
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    out, err = process.communicate()
    assert f"http://127.0.0.1:{port}" in out and "Traceback" not in err


@pytest.mark.slow
def test_the_worker_runs_until_it_is_told_to_stop(stays):
    process = stays("worker")
    assert process.stderr is not None
    assert any("the clock runs" in line for line in iter(process.stderr.readline, ""))
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0


@pytest.mark.parametrize(
    "command", ["demo", *(pytest.param(command, marks=pytest.mark.slow) for command in ("web", "serve"))]
)
def test_a_port_in_use_is_a_clear_error(shell, command):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = shell(command, PORT=str(port))
    assert refused.status == 2 and f"port {port}" in refused.err and f"PORT={port + 1}" in refused.err


def test_a_server_does_not_start_on_a_database_without_its_schema(empty):
    for command in ("web", "serve", "worker"):
        refused = empty.here(command, PORT=str(free_port()))
        assert refused.status == 2 and "tovholder migrate" in refused.err
