"""What comes next for a meeting, in words, with the button that does it."""

from __future__ import annotations

from datetime import date

from alliance.meeting_steps import Step
from alliance.meetings import Meeting
from alliance.messages import Button
from templates.makers.meeting_words import meeting_name, meeting_words
from templates.makers.words import command, due_words
from templates.phrases import Phrases


def step_words(say: Phrases, step: Step, today: date) -> str:
    """Return what is to be done and by when: ``Udsend dagsordenen senest torsdag den 4. marts 2027 (om 3 dage).``"""
    return say(f"page.meeting.step.{step.key}", due=due_words(say, step.due, today) if step.due else "")


def step_button(say: Phrases, step: Step, meeting: Meeting) -> Button | None:
    """Return the button that says the words of the command; None where there is only to wait."""
    if step.key == "wait":
        return None
    label = say(f"page.meeting.do.{step.key}")
    if step.key in ("call", "hold"):
        return Button(label, meeting_words(say, step.key, meeting), "primary")
    name = "agenda" if step.key == "agenda" else "minutes"
    return Button(label, command(say, name, meeting_name(say, meeting)), "primary")
