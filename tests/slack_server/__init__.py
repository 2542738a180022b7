"""A stand-in for Slack's Web API over loopback HTTP, which fails on request and writes down what it accepted.

It knows the methods that Tovholder uses, and is as strict as Slack where that matters: metadata is shown only to who
asks for it, pages end, replies stand in their thread only, a trigger is good once and for three seconds, and a
conversation takes a message a second if ``gap`` says so. What it does not do: validate blocks.

In a thread (``with running(slack) as url``), or as a process of its own: ``python -m tests.slack_server LOG PORT``,
which writes every arrival of a message to a log before it answers, and treats some of them badly (``trouble``).
"""

from tests.slack_server.faults import Args, Call, Fault, SlackError, too_many
from tests.slack_server.http import application, running, served
from tests.slack_server.team import BOT, BOT_ID, SCOPES, TEAM, TRIGGER_LIVES, Slack

__all__ = [
    "BOT",
    "BOT_ID",
    "SCOPES",
    "TEAM",
    "TRIGGER_LIVES",
    "Args",
    "Call",
    "Fault",
    "Slack",
    "SlackError",
    "application",
    "running",
    "served",
    "too_many",
]
