"""The command line: one function a command, each short enough to read the story in it."""

from __future__ import annotations

import argparse
import json
import mimetypes
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tovholder import carrying_commands, outbox_command, slack_commands, wiring
from tovholder.settings import Settings, Wrong, read_settings

if TYPE_CHECKING:
    from alliance.imports import Faulty
    from bot.request import Upload
    from scheduling.ticks import TickOutcome
    from templates.phrases import Phrases

MOST_FAULTS = 20


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 refused, 2 asked for wrongly."""
    args = _parser().parse_args(argv)
    try:
        status: int = args.run(read_settings(os.environ), args)
    except Wrong as wrong:
        print(f"tovholder: {wrong}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    return status


# ------------------------------------------------------------------------------------------------ the demo


def demo(settings: Settings, args: argparse.Namespace) -> int:
    engine = wiring.prepare_demo(settings, fresh=args.fresh)
    if args.prepare:
        print(f"The demo is ready in {wiring.shown_database(settings)}.")
        return 0
    from tovholder.serving import serve_demo

    return serve_demo(settings, engine)


# -------------------------------------------------------------------------------------------- running it


def migrate(settings: Settings, _args: argparse.Namespace) -> int:
    from storage.migrate import migrate as bring_to_head

    bring_to_head(wiring.open_database(settings, migrated=False))
    print(f"The database {wiring.shown_database(settings)} has the newest schema.")
    return 0


def serve(settings: Settings, _args: argparse.Namespace) -> int:
    from tovholder.serving import serve_web

    return serve_web(settings, wiring.open_database(settings), with_worker=True)


def web(settings: Settings, _args: argparse.Namespace) -> int:
    from tovholder.serving import serve_web

    return serve_web(settings, wiring.open_database(settings), with_worker=False)


def worker(settings: Settings, _args: argparse.Namespace) -> int:
    from tovholder.serving import run_worker

    return run_worker(settings, wiring.open_database(settings))


def tick(settings: Settings, args: argparse.Namespace) -> int:
    from scheduling import ticks

    engine = wiring.open_database(settings)
    alliances = wiring.all_alliances(engine)
    now = wiring.time_asked(args, alliances)
    if args.dry_run:
        outcome = ticks.rehearse(engine, now)
    else:
        transports = wiring.transports(settings, engine, alliances)
        clock = (lambda: now) if args.at is not None else lambda: wiring.time_of(alliances)
        outcome = ticks.tick(engine, transports, clock, move_clock=args.at is not None, bound=args.bound)
    if args.json:
        print(json.dumps(_tick_as_json(outcome, rehearsed=args.dry_run), ensure_ascii=False))
    else:
        told = "would be posted" if args.dry_run else "posted"
        sent = ", ".join(f"{count} {name}" for name, count in sorted(outcome.deliveries.items())) or "nothing to send"
        local = outcome.at.astimezone(ZoneInfo(wiring.zone_of(alliances)))
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(outcome.told.items()))
        by_kind = f" (in all: {kinds})" if kinds else ""
        did = f"{outcome.opened} obligations opened, {outcome.posted} reminders {told}{by_kind}, {sent}"
        print(f"{local:%Y-%m-%d %H:%M}: {did}.")
    return 0


def _tick_as_json(outcome: TickOutcome, *, rehearsed: bool) -> dict[str, Any]:
    return {
        "at": outcome.at.isoformat(),
        "dry_run": rehearsed,
        "opened": outcome.opened,
        "posted": outcome.posted,
        **({"told": dict(outcome.told)} if rehearsed else {}),
        "deliveries": dict(outcome.deliveries),
    }


# ------------------------------------------------------------------------------------------------ imports


def import_members(settings: Settings, args: argparse.Namespace) -> int:
    from alliance.imports import Faulty, read_members
    from storage.changes import imports
    from storage.engine import writing
    from storage.municipalities import municipalities
    from templates.phrases import Phrases

    engine = wiring.open_database(settings)
    say, name = Phrases(settings.language), Path(args.file).name
    known = {municipality.code: municipality.name for municipality in municipalities()}
    try:  # around the transaction: a refused file founds no alliance either
        with writing(engine) as connection:
            alliance = wiring.own_alliance(connection, settings, args.alliance)
            parties = {party.code: party.name.da for party in alliance.charter.parties}
            lines = read_members(_text(args.file), known | parties, alliance.charter.offices)
            now = wiring.time_of([alliance])
            progress = wiring.show_progress(name)
            done = imports.import_members(connection, alliance, lines, now, name, progress)
    except Faulty as faulty:
        return _refuse_file(say, name, faulty)
    facts = {"members": done.members, "joined": done.joined, "left": done.left, "people": done.people}
    print(json.dumps(facts) if args.json else say("imports.members", file=name, **facts))
    return 0


def import_reports(settings: Settings, args: argparse.Namespace) -> int:
    from alliance.imports import Faulty, read_historic
    from storage.changes import imports
    from storage.engine import writing
    from storage.queries import register
    from templates.phrases import Phrases

    engine = wiring.open_database(settings)
    say, name = Phrases(settings.language), Path(args.file).name
    with writing(engine) as connection:
        alliance = wiring.one_alliance(register.alliances(connection), args.alliance)
        now = wiring.time_of([alliance])
        today = alliance.charter.calendar.day(now)
        indicators = alliance.charter.reporting.indicators_on(today)
        known = register.member_names(connection, alliance.id)
        try:
            accounts = read_historic(_text(args.file), known, indicators, today.year)
        except Faulty as faulty:
            return _refuse_file(say, name, faulty)
        progress = wiring.show_progress(name)
        done = imports.import_historic(connection, alliance, accounts, now, name, progress)
    _print_imported(say, name, done, as_json=args.json)
    return 0


def _print_imported(say: Phrases, name: str, done: Any, *, as_json: bool) -> None:
    counts = {key: getattr(done, key) for key in ("accounts", "added", "restated", "unchanged", "members")}
    if as_json:
        sums = {str(year): str(total) for year, total in done.sums}
        warnings = [{**vars(w), **{k: _plain(vars(w)[k]) for k in ("before", "now", "pct")}} for w in done.warnings]
        print(json.dumps({**counts, "sums": sums, "warnings": warnings}, ensure_ascii=False))
        return
    print(say("imports.reports", file=name, **counts))
    for year, total in done.sums:
        print("  " + say("imports.sum", year=year, total=total))
    for warning in done.warnings:
        facts = {**vars(warning), "year": warning.data_year}
        print("  " + say("imports.warning", **facts))
    print(say("imports.history"))


def _plain(value: object) -> str | None:
    return None if value is None else str(value)


def _text(file: str) -> str:
    """The text of a file people bring: UTF-8, else as older spreadsheets save it. Raises Wrong if unreadable."""
    content = _bytes(file)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _bytes(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise Wrong(f"{file} cannot be read: {error.strerror}. Check the name.") from None


def _refuse_file(say: Phrases, name: str, faulty: Faulty) -> int:
    print(say("imports.refused", file=name, count=len(faulty.faults)), file=sys.stderr)
    for fault in faulty.faults[:MOST_FAULTS]:
        why = say(f"imports.why.{fault.reason}", got=fault.got, wanted=fault.wanted)
        print("  " + say("imports.fault", row=fault.row, column=fault.column, why=why), file=sys.stderr)
    if len(faulty.faults) > MOST_FAULTS:
        print("  " + say("imports.more", count=len(faulty.faults) - MOST_FAULTS), file=sys.stderr)
    return 1


# ------------------------------------------------------------------------------------- asking and looking


def say(settings: Settings, args: argparse.Namespace) -> int:
    from bot.plain import plain
    from bot.request import Request
    from bot.router import handle
    from scheduling.ticks import set_demo_clock

    engine = wiring.open_database(settings)
    alliances = wiring.all_alliances(engine)
    now = wiring.time_asked(args, alliances)
    if args.at is not None:
        set_demo_clock(engine, now)
    answers = dict(_answer(typed) for typed in args.answer)
    files = dict(_file(typed) for typed in args.file)
    reply = handle(engine, Request(args.as_, args.words, answers, "cli", files), now, settings.base_url)
    if args.json:
        print(json.dumps({"done": reply.done, **_as_json(reply.message)}, ensure_ascii=False))
    else:
        print(plain(reply.message))
    return 0 if reply.done else 1


def _answer(typed: str) -> tuple[str, str]:
    key, equals, value = typed.partition("=")
    if not equals:
        raise Wrong(f"--answer {typed!r} is not an answer; wanted FIELD=VALUE, such as ghg_total=1234,5.")
    return key, value


def _file(typed: str) -> tuple[str, Upload]:
    from bot.request import Upload

    key, equals, path = typed.partition("=")
    if not equals:
        raise Wrong(f"--file {typed!r} names no file; wanted FIELD=PATH, such as file=bilag.pdf.")
    media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return key, Upload(Path(path).name, media_type, _bytes(path))


def _as_json(message: Any) -> dict[str, Any]:
    from dataclasses import fields, is_dataclass

    def value(thing: Any) -> Any:
        if is_dataclass(thing):
            return {"type": type(thing).__name__, **{f.name: value(getattr(thing, f.name)) for f in fields(thing)}}
        if isinstance(thing, tuple):
            return [value(item) for item in thing]
        return f"{len(thing)} bytes" if isinstance(thing, bytes) else thing

    return {"summary": message.summary, "blocks": value(message.blocks)}


def rehearse(settings: Settings, args: argparse.Namespace) -> int:
    from tovholder import rehearsing

    return rehearsing.rehearse(settings, args)


def board(settings: Settings, args: argparse.Namespace) -> int:
    from bot.board_export import as_csv, as_json
    from storage.engine import reading
    from storage.queries import accounts, stories

    engine = wiring.open_database(settings)
    with reading(engine) as connection:
        alliance = wiring.one_alliance(wiring.alliances_in(connection), args.alliance)
        now = wiring.time_asked(args, [alliance])
        today = alliance.charter.calendar.day(now)
        found = accounts.board(connection, alliance, today)
        told = stories.reminders_sent(connection, alliance.id)
    groupings = alliance.charter.groupings
    if args.json:
        print(json.dumps(as_json(found, groupings, settings.language, told), ensure_ascii=False, indent=1))
    elif args.csv:
        sys.stdout.write(as_csv(found, groupings, settings.language, told))
    else:
        from bot.plain import plain
        from templates import write

        grouping = alliance.charter.groupings[0]
        print(plain(write("board", settings.language, board=found, grouping=grouping, url="")))
    return 0


# --------------------------------------------------------------------------------------------- the words


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tovholder",
        description="Runs a municipal climate alliance: who owes what, kind reminders, and commands from chat.",
        epilog="Settings come from the environment: DATABASE_URL, PORT, SMTP_URL ... (docs/settings.md)",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    demo_ = _add(commands, "demo", demo, "play it: an alliance of 98 members, on a page of its own, no accounts")
    demo_.add_argument("--prepare", action="store_true", help="make the demo's database and exit")
    demo_.add_argument("--fresh", action="store_true", help="begin again: forget what was played in this database")
    _add(commands, "serve", serve, "run everything in one process: web and worker")
    _add(commands, "web", web, "answer requests")
    _add(commands, "worker", worker, "ring the clock and send what is due")
    _add(commands, "migrate", migrate, "bring the database to the newest schema")
    _add_carrying(commands)
    imports = commands.add_parser("import", help="read a file into the alliance, all of it or nothing")
    kinds = imports.add_subparsers(title="what", required=True, metavar="WHAT")
    for name, run, about in (
        ("members", import_members, "members, memberships and office-holders (CSV)"),
        ("reports", import_reports, "historic greenhouse gas accounts by sector (CSV)"),
    ):
        kind = _add(kinds, name, run, about)
        kind.add_argument("file", metavar="FILE")
        kind.add_argument("--json", action="store_true", help="say what was done as JSON")
        _add_alliance(kind)
    _add_looking(commands)
    slack_commands.add(commands, _add)
    return parser


def _add_carrying(commands: Any) -> None:
    move = _add(commands, "move-database", carrying_commands.move_database, "carry everything to another database")
    move.add_argument("source", metavar="FROM", help="the address of the one that is used now")
    empty = "the address of an empty one: sqlite:///... or postgresql://..."
    move.add_argument("target", metavar="TO", nargs="?", help=empty)
    move.add_argument("--lift", action="store_true", help="nothing is carried; FROM, once moved away, is used again")
    backup = _add(commands, "backup", carrying_commands.backup, "write everything into one file, while others work")
    backup.add_argument("file", metavar="FILE", nargs="?", help="a new file; var/backups/tovholder-TIME.db if not said")
    restore = _add(commands, "restore", carrying_commands.restore, "make a backup the database again")
    restore.add_argument("file", metavar="FILE", help="a backup made by tovholder backup")
    restore.add_argument("--replace", action="store_true", help="in place of an alliance, which is kept aside")


def _add_looking(commands: Any) -> None:
    say_ = _add(commands, "say", say, "say something as somebody, through the same router as the chats")
    say_.add_argument("--as", dest="as_", metavar="ADDRESS", required=True, help="who says it: a mail address")
    say_.add_argument("words", metavar="WORDS", help='what is said, such as "svar topmøde ja"')
    say_.add_argument(
        "--answer", action="append", default=[], metavar="FIELD=VALUE", help="a field of a form, as typed"
    )
    say_.add_argument("--file", action="append", default=[], metavar="FIELD=PATH", help="a file for a field of a form")
    tick_ = _add(commands, "tick", tick, "do now what the clock would do: open, remind, send")
    tick_.add_argument("--dry-run", action="store_true", help="show what would be posted; change and send nothing")
    tick_.add_argument(
        "--bound", type=int, metavar="N", help="post up to N messages, where the breaker stopped at fewer"
    )
    outbox_ = _add(commands, "outbox", outbox_command.outbox, "every delivery: what, to whom, when, and why not")
    why_ = _add(commands, "why", outbox_command.why, "why somebody was told of something, or was not")
    outbox_command.add_options(outbox_, why_)
    audit_ = _add(commands, "audit", outbox_command.audit, "check what was told against what should have been")
    board_ = _add(commands, "board", board, "members x requirements: who owes what")
    board_.add_argument("--csv", action="store_true", help="as CSV, for a spreadsheet")
    _add_rehearsing(_add(commands, "rehearse", rehearse, "play a year on a copy: who would hear what; nothing is sent"))
    for command in (say_, tick_, outbox_, why_, audit_, board_):
        command.add_argument("--json", action="store_true", help="as JSON, for programs")
    for command in (outbox_, why_, board_):
        _add_alliance(command)
    for command in (say_, tick_, board_):
        command.add_argument("--at", metavar="TIME", help="in the demo only: at this local time, 2027-03-01[T10:30]")


def _add_alliance(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--alliance", metavar="KEY", default="", help="which one, where there are several")


def _add_rehearsing(parser: argparse.ArgumentParser) -> None:
    _add_alliance(parser)
    parser.add_argument("year", metavar="YEAR", type=int, help="the year to play, such as 2027")
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="another number is another year of chance")
    instead = "under this charter instead of the alliance's: one we have, or a draft in a file (.toml)"
    parser.add_argument("--charter", metavar="KEY|FILE", default="", help=instead)
    parser.add_argument(
        "--list", action="store_true", help="name each message too: on which day, to whom, of what kind"
    )
    parser.add_argument("--person", metavar="WHO", default="", help="the same of one person: a name or a mail address")
    parser.add_argument("--small", action="store_true", help="a small invented alliance instead of the one here")
    parser.add_argument("--faults", action="store_true", help="with --small: much fails, in a tenth all that can")
    parser.add_argument("--plays", metavar="N", type=int, default=1, help="with --faults: so many seeds from --seed on")
    parser.add_argument("--json", action="store_true", help="as JSON, for programs")


def _add(commands: Any, name: str, run: Callable[..., int], about: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
    parser.set_defaults(run=run)
    return parser
