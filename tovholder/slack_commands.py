"""``tovholder slack``: which workspaces installed us, how another does, and how we forget one."""

from __future__ import annotations

import argparse
from typing import Any
from zoneinfo import ZoneInfo

from tovholder import wiring
from tovholder.settings import Settings, Wrong


def new_key(_settings: Settings, _args: argparse.Namespace) -> int:
    from bot.slack.sealing import new_key as made

    print(made())
    return 0


def install_link(settings: Settings, args: argparse.Namespace) -> int:
    """Print a link by which one workspace may be installed for an alliance."""
    from alliance.workspaces import LINK_GOOD_FOR
    from bot.slack.installing import install_link as made
    from storage import journal
    from storage.engine import writing

    engine = _needs_several(settings)
    known = wiring.all_alliances(engine)
    named = [one for one in known if args.alliance in (None, one.key)]
    if len(named) != 1:
        keys = ", ".join(one.key for one in known) or "none yet"
        raise Wrong(f"{args.alliance or 'no name'} names {len(named)} alliances; wanted one of: {keys}.")
    now = wiring.time_of(known)
    several = wiring.several_workspaces(settings, engine, lambda: now)
    link = made(settings.base_url, several.seal, named[0].id, now)
    with writing(engine) as connection:
        journal.write_down(connection, named[0].id, now, "slack_link_made", about=f"alliance:{named[0].key}")
    hours = int(LINK_GOOD_FOR.total_seconds() // 3600)
    print(f"Whoever opens this within {hours} hours may install Tovholder in one workspace, for {named[0].key}:")
    print(link)
    return 0


def workspaces(settings: Settings, _args: argparse.Namespace) -> int:
    """Print every workspace there is, and whether it lets us in."""
    from storage import workspaces as stored
    from storage.engine import reading

    engine = wiring.open_database(settings)
    with reading(engine) as connection:
        known, found = wiring.alliances_in(connection), stored.workspaces(connection)
    keys, zone = {one.id: one.key for one in known}, ZoneInfo(wiring.zone_of(known))
    for one in found:
        lost = f"lost {one.lost_at.astimezone(zone):%Y-%m-%d %H:%M} ({one.lost_why})" if one.lost_at else "open"
        since = f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}"
        print(f"{one.team:14} {keys[one.alliance_id]:20} since {since} by {one.by or '-':12} {lost}  {one.name}")
    print(f"{len(found)} workspaces.")
    return 0


def forget(settings: Settings, args: argparse.Namespace) -> int:
    """Forget a workspace and its token; whom we know there goes by mail from then on."""
    from storage import journal
    from storage import workspaces as stored
    from storage.engine import writing

    engine = wiring.open_database(settings)
    with writing(engine) as connection:
        gone = stored.forget(connection, args.team)
        if gone is None:
            raise Wrong(f"{args.team} is no workspace we know. See tovholder slack workspaces.")
        now = wiring.time_of(wiring.alliances_in(connection))
        about, facts = f"workspace:{gone.team}", {"label": gone.name}
        journal.write_down(connection, gone.alliance_id, now, "slack_forgotten", about=about, facts=facts)
    print(f"{gone.name} ({gone.team}) and its token are forgotten. Remove the app in that workspace, too.")
    return 0


def reseal(settings: Settings, _args: argparse.Namespace) -> int:
    """Seal every token with the first key, so that the others may be taken out of the settings."""
    from storage import workspaces as stored
    from storage.engine import writing

    engine = _needs_several(settings)
    several = wiring.several_workspaces(settings, engine, lambda: wiring.time_of(wiring.all_alliances(engine)))
    wiring.check_tokens(several)
    with writing(engine) as connection:
        kept = [one for one in stored.workspaces(connection) if one.is_open]
        for one in kept:
            stored.seal_anew(connection, one.team, one.sealed, several.seal.again(one.sealed))
    print(f"{len(kept)} tokens are sealed with the first key of TOVHOLDER_SECRET_KEY.")
    return 0


def _needs_several(settings: Settings) -> Any:
    if not settings.slack_client_id:
        raise Wrong("SLACK_CLIENT_ID is not set: Slack is off, or in one workspace only. See docs/slack.md.")
    return wiring.open_database(settings)


def add(commands: Any, add_one: Any) -> None:
    """Declare the commands."""
    slack = commands.add_parser("slack", help="workspaces of Slack: install in another, list, forget")
    kinds = slack.add_subparsers(title="what", required=True, metavar="WHAT")
    link = add_one(kinds, "install-link", install_link, "make a link by which one workspace may install Tovholder")
    link.add_argument(
        "alliance", metavar="ALLIANCE", nargs="?", help="the key of the alliance, where there are several"
    )
    add_one(kinds, "workspaces", workspaces, "every workspace that installed Tovholder")
    gone = add_one(kinds, "forget", forget, "forget a workspace and its token")
    gone.add_argument("team", metavar="TEAM", help="its id, such as T0123ABCD")
    add_one(kinds, "new-key", new_key, "make a key for TOVHOLDER_SECRET_KEY")
    add_one(kinds, "reseal", reseal, "seal every token with the first key of TOVHOLDER_SECRET_KEY")
