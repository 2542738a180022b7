"""Hands each part what it needs: the database, the ways out, the time. Heavy parts are imported when they are used."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from tovholder.settings import Settings, Wrong

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from alliance.alliances import Alliance
    from alliance.deliveries import Sender, Transport
    from bot.slack.app import SlackApp
    from bot.slack.several import Several

DEMO_MAILBOX = "tovholder@tovholder.example"


def open_database(settings: Settings, *, migrated: bool = True) -> Engine:
    """Connect; unless told otherwise insist that the database has the newest schema."""
    from sqlalchemy.exc import OperationalError

    from storage.engine import connect
    from storage.migrate import at_head

    try:
        engine = connect(settings.database_url)
        newest = at_head(engine)
    except ValueError as error:
        raise Wrong(str(error)) from None
    except (OperationalError, OSError) as error:
        raise Wrong(_not_opened(settings, getattr(error, "orig", None) or error)) from None
    if migrated and not newest:
        raise Wrong(
            f"the database {shown_database(settings)} does not have the newest schema. Run: tovholder migrate "
            "(or tovholder demo for the demo)."
        )
    if migrated and (there := moved_to(engine)):
        raise Wrong(moved_away(shown_database(settings), there))
    return engine


def moved_to(engine: Engine) -> str | None:
    """Where everything in a database was carried to, if it was."""
    from storage import in_use
    from storage.engine import reading

    with reading(engine) as connection:
        return in_use.moved_to(connection)


def moved_away(shown: str, there: str) -> str:
    """What is said of a database that was carried away, each as it may be shown."""
    return (
        f"{shown} was moved to {there}: what it holds is old, and two that send tell everybody twice. Set DATABASE_URL "
        f"to that one. If nothing works there, and this one is meant: tovholder move-database {shown} --lift"
    )


def _not_opened(settings: Settings, reason: BaseException) -> str:
    shown, said = shown_database(settings), " ".join(str(reason).split()).removesuffix("?").removesuffix(".")
    todo = (
        "Check path and rights."
        if shown.startswith("sqlite")
        else "Check that the server runs and can be reached from here, and the name, password and rights."
    )
    return f"DATABASE_URL={shown!r} cannot be opened: {said}. {todo}"


def shown_database(settings: Settings) -> str:
    """Where the database is, as it may be shown and logged: without its password."""
    from storage.engine import without_password

    return without_password(settings.database_url)


def prepare_demo(settings: Settings, *, fresh: bool) -> Engine:
    """Make the demo's database if it is not there; never touch one that holds a real alliance."""
    from storage.engine import writing
    from storage.migrate import migrate
    from storage.seed import forget_demo, plant_demo
    from storage.seed_second import plant_second

    engine = open_database(settings, migrated=False)
    migrate(engine)
    if any(not alliance.is_demo for alliance in all_alliances(engine)):
        raise Wrong(f"{shown_database(settings)} holds a real alliance; set DATABASE_URL to a database for the demo.")
    with writing(engine) as connection:
        if fresh:
            forget_demo(connection)
        if not alliances_in(connection):
            print("Planting the demo: two alliances of all municipalities, and invented people ...", file=sys.stderr)
            plant_demo(connection)
            plant_second(connection)
    return engine


def all_alliances(engine: Engine) -> tuple[Alliance, ...]:
    from storage.engine import reading

    with reading(engine) as connection:
        return alliances_in(connection)


def alliances_in(connection: Connection) -> tuple[Alliance, ...]:
    from storage.queries import register

    return register.alliances(connection)


def own_alliance(connection: Connection, settings: Settings, key: str = "") -> Alliance:
    """The alliance that is meant; the first import of members founds it, under the charter that is named or set."""
    from storage.changes.founding import found
    from storage.charters import charter

    known = alliances_in(connection)
    if known and (not key or any(alliance.key == key for alliance in known)):
        return one_alliance(known, key)
    named = f"--alliance {key!r}" if key else f"TOVHOLDER_CHARTER={settings.charter!r}"
    try:
        rules, now = charter(key or settings.charter), datetime.now(UTC)
    except LookupError as error:
        raise Wrong(f"{named}: {error}") from None
    if any(alliance.is_demo for alliance in known):
        raise Wrong(f"{named}: a demo founds no alliances; set DATABASE_URL to a database of your own.")
    return found(connection, rules.key, rules.key, rules.calendar.day(now), now)


def time_of(alliances: Sequence[Alliance]) -> datetime:
    """The time it is for this installation (aware UTC): the demo's clock, or the real one."""
    demo = [alliance.demo_now for alliance in alliances if alliance.demo_now is not None]
    return max(demo) if demo else datetime.now(UTC)


def transports(settings: Settings, engine: Engine, alliances: Sequence[Alliance]) -> dict[str, Transport]:
    """The ways out. Mail leaves by SMTP if it is set, in the demo else into its own mailbox, otherwise not at all."""
    from alliance.pacing import a_minute
    from bot.mail.dress import Letterhead
    from bot.mail.local import LocalMailTransport
    from bot.mail.transport import SmtpTransport

    demo = any(alliance.is_demo for alliance in alliances)
    base_url = settings.base_url or (f"http://127.0.0.1:{settings.port}" if demo else "")
    pages_url = base_url if demo else settings.pages_url
    try:
        mailbox = settings.mailbox or DEMO_MAILBOX
        letterhead = Letterhead("Tovholder", mailbox, "", pages_url, acting=not demo)
    except ValueError as error:
        raise Wrong(f"TOVHOLDER_MAILBOX: {error}") from None
    ways: dict[str, Transport] = {}
    if settings.slack_bot_token or settings.slack_client_id:
        ways["slack"] = _slack(settings, engine, letterhead.sender, base_url)
    try:
        if settings.smtp_url:
            pace = a_minute(settings.mails_a_minute)
            return ways | {"mail": SmtpTransport(settings.smtp_url, letterhead, rate=pace)}
    except ValueError as error:
        raise Wrong(f"SMTP_URL: {error}") from None
    return ways | ({"mail": LocalMailTransport(engine, letterhead)} if demo else {})


def _slack(settings: Settings, engine: Engine, sender: Sender, base_url: str) -> Transport:
    """The way out to Slack; its library is imported here and nowhere else, so that nobody waits for it in vain."""
    from bot.slack.blocks import dressed
    from bot.slack.receipts import conversations
    from bot.slack.tiers import Tiers
    from bot.slack.transport import SlackTransport
    from storage.engine import reading
    from storage.outbox.looking import newest_receipts
    from templates.phrases import Phrases

    with reading(engine) as connection:
        known = conversations(newest_receipts(connection, "slack"))

    tiers = Tiers(engine, lambda: datetime.now(UTC))

    def way(token: str) -> SlackTransport:
        return SlackTransport(
            token,
            sender,
            lambda parcel: dressed(parcel.message, Phrases(parcel.language), base_url=base_url),
            api_url=settings.slack_api_url,
            tiers=tiers,
            conversations=known,
        )

    if settings.slack_bot_token:
        return way(settings.slack_bot_token)
    from bot.slack.by_workspace import ByWorkspace

    several = several_workspaces(settings, engine, lambda: time_of(all_alliances(engine)))
    return ByWorkspace(several.installations, sender, way)


def several_workspaces(settings: Settings, engine: Engine, clock: Callable[[], datetime]) -> Several:
    """Slack in several workspaces, as it is set."""
    from bot.slack.installing import OurApp
    from bot.slack.several import Several

    app = OurApp(settings.slack_client_id, settings.slack_client_secret, settings.base_url)
    return Several.made(app, settings.secret_keys, engine, clock)


def check_tokens(several: Several) -> None:
    """Insist that our keys open every token that is kept; raises Wrong."""
    shut = several.installations.not_opened()
    if shut:
        raise Wrong(
            f"TOVHOLDER_SECRET_KEY opens the Slack tokens of {', '.join(shut)} with none of its keys; set the key they "
            "were sealed with (several separated by commas, the newest first), or install Tovholder there anew after "
            f"tovholder slack forget {shut[0]}."
        )


def check_slack(settings: Settings, engine: Engine, clock: Callable[[], datetime]) -> None:
    """Raise Wrong where a token that is kept cannot be opened."""
    if settings.slack_client_id:
        check_tokens(several_workspaces(settings, engine, clock))


def slack_app(settings: Settings, engine: Engine, clock: Callable[[], datetime]) -> SlackApp | None:
    """Slack's way in; None where it is not set."""
    if not (settings.slack_bot_token or settings.slack_client_id):
        return None
    from bot.slack.acquaintance import Acquaintance
    from bot.slack.app import SlackApp, SlackSettings

    tokens = SlackSettings(
        settings.slack_signing_secret, settings.slack_bot_token, settings.slack_app_token, settings.slack_api_url
    )
    if settings.slack_bot_token:
        return SlackApp(tokens, Acquaintance(engine, clock, settings.base_url))
    several = several_workspaces(settings, engine, clock)
    check_tokens(several)
    people = Acquaintance(engine, clock, settings.base_url, several.installations.alliance_of)
    return SlackApp(tokens, people, several)


def moment(typed: str, zone: str) -> datetime:
    """The instant of ``--at``: a day (then eight in the morning) or a day and time, local unless it has an offset."""
    from zoneinfo import ZoneInfo

    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", typed):
            day = date.fromisoformat(typed)
            given = datetime(day.year, day.month, day.day, 8, tzinfo=ZoneInfo(zone))
        else:
            given = datetime.fromisoformat(typed)
    except ValueError:
        raise Wrong(f"--at {typed!r} is not a time; wanted 2027-03-01 or 2027-03-01T10:30 ({zone}).") from None
    return (given if given.tzinfo else given.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def time_asked(args: argparse.Namespace, alliances: Sequence[Alliance]) -> datetime:
    """``--at`` where it is allowed, else the time it is. Never where real people could be written to."""
    if args.at is None:
        return time_of(alliances)
    if not getattr(args, "dry_run", False) and not (alliances and all(a.is_demo for a in alliances)):
        raise Wrong("--at is refused here: this is not the demo, and real people could be written to. Add --dry-run.")
    return moment(args.at, zone_of(alliances))


def zone_of(alliances: Sequence[Alliance]) -> str:
    """The time zone people mean here."""
    return alliances[0].charter.zone if alliances else "Europe/Copenhagen"


def one_alliance(alliances: Sequence[Alliance], key: str = "") -> Alliance:
    """The alliance of that key; the only one where none is said, in the demo its first. Raises Wrong otherwise."""
    if not alliances:
        raise Wrong("there is no alliance in this database. Run: tovholder demo, or tovholder import members FILE.")
    named = [alliance for alliance in alliances if alliance.key == key]
    keys = ", ".join(alliance.key for alliance in alliances)
    if key and not named:
        raise Wrong(f"--alliance {key!r} is not in this database; wanted one of {keys}.")
    if not key and len(alliances) > 1 and not all(alliance.is_demo for alliance in alliances):
        raise Wrong(f"there are several alliances in this database; say which with --alliance, one of {keys}.")
    return named[0] if named else alliances[0]


def show_progress(what: str) -> Callable[[int, int], None]:
    """A progress line on standard error where a person watches; silent elsewhere."""

    def progress(done: int, of: int) -> None:
        if sys.stderr.isatty() and (done == of or done % max(1, of // 100) == 0):
            print(f"\r{what} {done}/{of}", end="\n" if done == of else "", file=sys.stderr, flush=True)

    return progress
