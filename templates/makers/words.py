"""Commands, states and the lines about an obligation in the reader's own words, for every maker."""

from __future__ import annotations

from datetime import date

from alliance.accounts import Account, DraftSoFar, Story
from alliance.attendance import Answer
from alliance.charter import Grade, Requirement
from alliance.messages import Button
from alliance.obligations import Settlement, Standing
from alliance.reports import Figure
from alliance.tasks import is_once, task_day_id
from templates import formats
from templates.phrases import Phrases

GRADES: tuple[Grade, ...] = ("fulfilled", "noted", "partial")


def command(say: Phrases, name: str, *args: object, prefix: str = "") -> str:
    """Return what a person types for a command: ``for Køge: indberet 2027``."""
    return prefix + " ".join([say(f"words.{name}"), *map(str, args)])


def event_word(say: Phrases, requirement: Requirement) -> str:
    """Return the word a person calls the requirement's event by; its number where it has none."""
    return requirement.event_word.in_(say.language) if requirement.event_word else requirement.number


def settle_buttons(say: Phrases, account: Account, prefix: str) -> tuple[Button, ...]:
    """Return the one action that settles an account, or nothing where nothing is owed.

    An invitation can be answered in one press ("Yes, the mayor comes"); any other answer is the second button.
    """
    if not account.standing.owes:
        return ()
    requirement = account.requirement
    if task_day_id(requirement.key) is not None:
        return (task_done_button(say, requirement, account.obligation.due),)
    if requirement.settled_by == "report":
        words = command(say, "report", account.obligation.period.label, prefix=prefix)
    elif requirement.settled_by == "attendance":
        if account.obligation.event_day is None:  # nobody knows yet when it is
            return ()
        return _answer_buttons(say, requirement, prefix)
    else:
        words = command(say, "evidence", requirement.number, account.obligation.period.label, prefix=prefix)
    return (Button(say(f"settle.{requirement.settled_by}"), words, "primary"),)


def task_done_button(say: Phrases, requirement: Requirement, due: date | None) -> Button:
    """Return the button that says a task of the secretariat's is done, for the day that it is due."""
    day = [f"{due:%d-%m-%Y}"] if due else []
    words = command(say, "task", requirement.number.removeprefix("O"), say("words.task_done"), *day)
    return Button(say("task.button.done"), words, "primary")


def _answer_buttons(say: Phrases, requirement: Requirement, prefix: str) -> tuple[Button, ...]:
    answer = command(say, "rsvp", event_word(say, requirement), prefix=prefix)
    quick = coming_button(say, requirement, prefix)
    if quick is None:
        return (Button(say("settle.attendance"), answer, "primary"),)
    return quick, Button(say("settle.otherwise"), answer)


def coming_button(say: Phrases, requirement: Requirement, prefix: str) -> Button | None:
    """Return "Yes, the mayor comes" for the first office that is asked and whose coming meets the requirement."""
    grades = dict(requirement.attendance)
    asked = [office for office in requirement.asks if grades.get(office) == "fulfilled"]
    office = next((office for office in asked if say.has(f"settle.comes.{office}")), None)
    if office is None:
        return None
    words = (event_word(say, requirement), say("words.yes"), say(f"words.holder.{office}"))
    return Button(say(f"settle.comes.{office}"), command(say, "rsvp", *words, prefix=prefix), "primary")


def standing_words(say: Phrases, standing: Standing) -> str:
    """Return the state in words; a colour never stands alone."""
    return say(f"standing.{standing_key(standing)}")


def standing_key(standing: Standing) -> str:
    """Return the state, or more exactly what is awaited: nothing after a no, or that attendance is noted."""
    if standing.state == "awaiting":
        if standing.answer is None:
            return "unrecorded"
        if standing.answer.response == "no":
            return "declined"
    return standing.state


def answer_words(say: Phrases, answer: Answer) -> str:
    """Return what was answered: ``kommer (Anne Holm)``."""
    return say(f"answer.{answer.response}", attendee=answer.attendee)


def story_heading(say: Phrases, story: Story) -> str:
    """Return requirement, period and member in one line; what is owed once has no period to speak of."""
    account = story.account
    return say(
        "story.heading",
        title=account.requirement.title.in_(say.language),
        period=period_words(account.requirement, account.obligation.period.label),
        organisation=account.organisation.official_name,
    )


def period_words(requirement: Requirement, label: str) -> str:
    """Return the period a duty is named with; empty for what is owed once."""
    return "" if is_once(requirement.key) else label


def agreed_words(say: Phrases, requirement: Requirement) -> str:
    """Return which minutes an action is from, or that it is the secretariat's own task; empty for any other duty."""
    return "" if not is_once(requirement.key) else requirement.clause.in_(say.language)


def due_words(say: Phrases, due: date, day: date) -> str:
    """Return the due day and how many calendar days there are to it, or since."""
    return say("story.due", due=due, n=(due - day).days)


def meeting_words(say: Phrases, story: Story) -> str:
    """Return when and where the meeting of an invitation is; an empty text where there is none."""
    meeting = story.meeting
    if meeting is None:
        return ""
    when = formats.span(meeting.starts_at, meeting.ends_at, say.language, say.zone)
    return f"{when}, {meeting.place}" if meeting.place else when


def draft_words(say: Phrases, draft: DraftSoFar) -> str:
    """Return how far a report has come, and who kept it last."""
    return say(
        "story.so_far.draft",
        answered=draft.answered,
        asked=draft.asked,
        by=draft.saved_by,
        at=draft.saved_at,
    )


def so_far(say: Phrases, story: Story) -> str:
    """Return in one line what has come in without settling the obligation."""
    answer, report = story.account.standing.answer, story.report
    if story.draft:
        return draft_words(say, story.draft)
    if report:
        return say("story.so_far.report", version=report.version, reference=report.reference, at=report.submitted_at)
    return answer_words(say, answer) if answer else say("story.so_far.nothing")


def fact_words(say: Phrases, fact: Settlement) -> str:
    """What settled it, who decided, and who noted it when (on whose behalf)."""
    key = "settled.on_behalf" if fact.on_behalf else "settled.by_member"
    noted = say(key, name=fact.recorded_by_name, at=fact.recorded_at)
    decided = say("settled.decided", who=fact.decided_by) if fact.decided_by else ""
    return "; ".join(part for part in (fact.what, decided, noted) if part)


def channel_words(say: Phrases, channel: str) -> str:
    """Return a channel's name in a sentence; one that has no words is called what it is."""
    key = f"message_preview.channel.{channel}"
    return say(key) if say.has(key) else channel


def figure_words(say: Phrases, figure: Figure | None, unit: str) -> str:
    """A figure in words: its number with unit, its text, or which of the other three answers it is."""
    if figure is None:
        return say("figures.not_answered")
    if figure.state != "value":
        return say(f"figures.{figure.state}")
    return figure.text if figure.value is None else measure(say, figure.value, unit)


def measure(say: Phrases, value: object, unit: str) -> str:
    """A number with its unit: ``1.234,5 t CO2e/år``."""
    return say("figures.measure", value=value, unit=unit).strip()
