"""What Tovholder can be asked. COMMANDS is the only list."""

from __future__ import annotations

from bot.commands import helping, small_talk
from bot.commands.duties import evidence, exemption, hand_over, my_list, report, show, snooze, withdraw
from bot.commands.influence import framework, policy_asks
from bot.commands.meetings import attendance, calendar, rsvp, year
from bot.commands.meetings import meeting as meetings
from bot.commands.papers import agenda, comment, decisions, items, minutes, papers, proposals
from bot.commands.people import away, language, leaving, linking, people, quiet, seats, settings
from bot.commands.plans import action as plan_action
from bot.commands.plans import actions as plan_actions
from bot.commands.plans import plan, plans
from bot.commands.secretariat import (
    about,
    accession,
    board,
    broadcast,
    changeover,
    charter,
    journal,
    outbox,
    overview,
    own_data,
    silent,
    tasks,
    why,
)
from bot.commands.sharing import ask, experience, questions, share
from bot.context import Command, Context

COMMANDS: tuple[Command, ...] = (
    helping.COMMAND,
    my_list.COMMAND,
    report.COMMAND,
    show.FIGURES,
    own_data.COMMAND,
    rsvp.COMMAND,
    evidence.COMMAND,
    show.SHOW,
    experience.COMMAND,
    share.COMMAND,
    ask.COMMAND,
    questions.COMMAND,
    charter.COMMAND,
    about.COMMAND,
    board.BOARD,
    board.MISSING,
    overview.COMMAND,
    silent.COMMAND,
    attendance.COMMAND,
    exemption.COMMAND,
    plan.COMMAND,
    plan_actions.COMMAND,
    plan_action.COMMAND,
    plans.COMMAND,
    withdraw.COMMAND,
    snooze.COMMAND,
    hand_over.HAND_OVER,
    hand_over.BACK_AGAIN,
    people.CONTACTS,
    seats.SEATS,
    seats.SEAT,
    accession.COMMAND,
    changeover.COMMAND,
    tasks.TASKS,
    tasks.TASK,
    people.OFFICE,
    people.PROXY,
    people.ADDRESS,
    leaving.COMMAND,
    linking.CODE,
    linking.LINK,
    year.COMMAND,
    meetings.COMMAND,
    calendar.COMMAND,
    agenda.COMMAND,
    items.COMMAND,
    items.ATTACHMENT,
    agenda.SUPPLEMENT,
    proposals.PROPOSE,
    proposals.PROPOSAL,
    framework.COMMAND,
    policy_asks.COMMAND,
    papers.COMMAND,
    papers.DISPATCH,
    minutes.COMMAND,
    comment.COMMAND,
    decisions.COMMAND,
    broadcast.COMMAND,
    why.COMMAND,
    outbox.COMMAND,
    journal.COMMAND,
    settings.COMMAND,
    language.COMMAND,
    quiet.COMMAND,
    away.COMMAND,
    small_talk.THANKS,
    small_talk.YES,
)

__all__ = ["COMMANDS", "Command", "Context"]
