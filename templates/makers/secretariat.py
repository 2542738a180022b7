"""What the secretariat asks for and is told: the board, an obligation in full, the register, the journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from alliance.accounts import BOARD_STATES, Account, Board, BoardRow, Story
from alliance.attendance import Answer
from alliance.charter import OfficeKind, Requirement
from alliance.journal import JournalEntry
from alliance.meetings import Meeting
from alliance.members import Organisation
from alliance.messages import (
    Ask,
    AskKind,
    Block,
    Button,
    Buttons,
    Choice,
    Facts,
    Form,
    Link,
    Message,
    Section,
    Table,
    Text,
)
from alliance.names import danish_key
from alliance.obligations import Settlement
from alliance.register import ContactCard
from templates.makers.kinds import maker
from templates.makers.words import command, event_word, settle_buttons, standing_words
from templates.phrases import Phrases

MOST_ROWS = 40  # a longer table is not read in a chat
MOST_SHOWN = 5
MOST_RECIPIENTS = 10
NOBODY = "none"  # the office of a member from which nobody came


@maker("board")
def board(say: Phrases, *, board: Board, grouping: str, url: str) -> Message:
    owing = len({account.organisation.id for account in board.owing()})
    summary = say("board.summary", day=board.day, owing=owing, members=len(board.rows))
    if not board.rows:
        return Message(summary, (Text(summary),))
    blocks: list[Block] = [Text(summary), _requirement_table(say, board), _group_table(say, board, grouping)]
    unreachable = [row.organisation.name for row in board.rows if not row.reachable]
    if unreachable:
        fix = f"{say('words.for')} {unreachable[0]}: {command(say, 'contacts')}"
        blocks.append(Text(say("board.unreachable", names=unreachable, fix=fix), "warning"))
    blocks += _row(*_missing_buttons(say, board), *([Link(say("board.page"), url)] if url else []))
    return Message(summary, tuple(blocks))


def _requirement_table(say: Phrases, board: Board) -> Table:
    counts = {requirement.key: board.counts(requirement) for requirement in board.requirements}
    states = [state for state in BOARD_STATES if any(state in found for found in counts.values())]
    rows = tuple(
        (
            _named(say, requirement),
            *(str(counts[requirement.key].get(state, 0)) for state in states),
            str(sum(counts[requirement.key].values())),
        )
        for requirement in board.requirements
    )
    head = (say("board.requirement"), *(say(f"standing.{state}") for state in states), say("board.in_all"))
    return Table(say("board.requirements"), head, rows)


def _group_table(say: Phrases, board: Board, grouping: str) -> Table:
    groups: dict[str, list[BoardRow]] = {}
    for row in board.rows:
        groups.setdefault(row.organisation.group(grouping), []).append(row)
    rows = tuple(
        (name or say("board.no_group"), *_group_counts(groups[name])) for name in sorted(groups, key=danish_key)
    )
    head = (say("board.group"), say("board.in_all"), say("board.owing"), say("board.overdue"))
    return Table(say("board.groups", grouping=grouping), head, rows)


def _group_counts(rows: Sequence[BoardRow]) -> tuple[str, str, str]:
    """The members of a group, those who owe something, and those who owe something past its due day."""
    states = [{account.standing.state for account in row.accounts.values()} for row in rows]
    owing = sum(1 for found in states if found & {"open", "overdue"})
    return str(len(rows)), str(owing), str(sum(1 for found in states if "overdue" in found))


def _missing_buttons(say: Phrases, board: Board) -> list[Button]:
    owed = Counter(account.requirement.key for account in board.owing())
    return [
        Button(say("board.missing", number=requirement.number), command(say, "missing", requirement.number))
        for requirement in board.requirements
        if owed[requirement.key]
    ]


@maker("missing")
def missing(say: Phrases, *, board: Board, requirement: Requirement | None, accounts: tuple[Account, ...]) -> Message:
    facts = {
        "day": board.day,
        "requirement": _named(say, requirement) if requirement else "",
        "members": len({account.organisation.id for account in accounts}),
        "things": len(accounts),
    }
    if not accounts:
        return Message(say("missing.none", **facts), (Text(say("missing.none", **facts)),))
    summary = say("missing.summary", **facts)
    blocks: list[Block] = [Text(summary), _missing_table(say, accounts[:MOST_ROWS])]
    if len(accounts) > MOST_ROWS:
        more = say("missing.more", count=len(accounts) - MOST_ROWS, word=command(say, "board"))
        blocks.append(Text(more, "subtle"))
    shows = [_show(say, account) for account in accounts[:MOST_SHOWN]]
    board_button = Button(say("missing.board"), command(say, "board"))
    return Message(summary, (*blocks, Buttons((*shows, board_button))))


def _missing_table(say: Phrases, accounts: Iterable[Account]) -> Table:
    rows = tuple(
        (
            account.organisation.name,
            f"{_named(say, account.requirement)}, {account.obligation.period.label}",
            say("missing.due", due=account.obligation.due),
            standing_words(say, account.standing),
        )
        for account in accounts
    )
    head = tuple(say(f"missing.head.{column}") for column in ("member", "requirement", "due", "standing"))
    return Table(say("missing.caption"), head, rows)


def _show(say: Phrases, account: Account) -> Button:
    label = say("missing.show", organisation=account.organisation, number=account.requirement.number)
    return Button(label, command(say, "show", account.obligation.id))


@maker("obligation")
def obligation(
    say: Phrases, *, story: Story, journal: tuple[JournalEntry, ...], prefix: str, secretariat: bool
) -> Message:
    account = story.account
    summary = say(
        "obligation.summary",
        organisation=account.organisation,
        requirement=_named(say, account.requirement),
        period=account.obligation.period.label,
        standing=standing_words(say, account.standing),
    )
    blocks: list[Block] = [
        Text(summary, "heading"),
        Facts((*_owed_facts(say, story), *_standing_facts(say, story), *_asked_facts(say, story))),
    ]
    if story.settlements:
        blocks.append(_settlement_table(say, story.settlements))
    if journal:
        blocks.append(_journal_table(say, journal, say("obligation.journal")))
    blocks += _row(*_obligation_buttons(say, story, prefix, secretariat))
    return Message(summary, tuple(blocks))


Pairs = list[tuple[str, str]]


def _owed_facts(say: Phrases, story: Story) -> Pairs:
    obligation, requirement = story.account.obligation, story.account.requirement
    pairs = [
        (say("obligation.duty"), requirement.duty.in_(say.language)),
        (say("obligation.clause"), requirement.clause.in_(say.language)),
        (say("obligation.period"), obligation.period.label),
        (say("obligation.opened"), say("obligation.on_day", day=obligation.opens)),
        (say("obligation.due"), say("obligation.due_day", due=obligation.due)),
    ]
    if story.meeting:
        pairs.append((say("obligation.meeting"), say("obligation.meeting_is", meeting=story.meeting)))
    return pairs


def _standing_facts(say: Phrases, story: Story) -> Pairs:
    standing, requirement = story.account.standing, story.account.requirement
    pairs = [(say("obligation.standing"), standing_words(say, standing))]
    if standing.by:
        pairs.append((say("obligation.by"), _settled(say, standing.by, requirement)))
    if standing.answer:
        pairs.append((say("obligation.answer"), say("obligation.answer_is", answer=standing.answer)))
    if story.draft:
        pairs.append((say("obligation.draft"), say("obligation.draft_is", draft=story.draft)))
    if story.report:
        pairs.append((say("obligation.report"), say("obligation.report_is", report=story.report)))
    return pairs


def _asked_facts(say: Phrases, story: Story) -> Pairs:
    asked = say("obligation.nobody")
    if story.contacts:
        asked = ", ".join(say("obligation.contact", contact=contact) for contact in story.contacts)
    return [
        (say("obligation.asked"), asked),
        (say("obligation.reminders"), say("obligation.reminders_are", story=story)),
        (say("obligation.next"), say(f"obligation.next_is.{_next(story)}", story=story)),
    ]


def _next(story: Story) -> str:
    """What happens next, as the last part of its key in the catalog."""
    standing = story.account.standing
    if standing.state == "awaiting":
        return "attendance"
    if not standing.owes:
        return "done"
    if not story.account.obligation.due:
        return "standing"
    if not story.next_rung:
        return "steering_list" if story.steering_day else "no_reminder"
    return "reminder"


def _settled(say: Phrases, settlement: Settlement, requirement: Requirement) -> str:
    evidence = requirement.evidence_kind(settlement.evidence) if settlement.evidence else None
    return say(
        "obligation.settled",
        fact=settlement,
        kind=say(f"fact.kind.{settlement.kind}"),
        evidence=evidence.title.in_(say.language) if evidence else "",
    )


def _settlement_table(say: Phrases, settlements: Iterable[Settlement]) -> Table:
    columns = ("number", "what", "result", "recorded", "validity", "state")
    rows = tuple(_settlement_row(say, fact) for fact in settlements)
    return Table(say("obligation.facts"), tuple(say(f"obligation.facts_head.{c}") for c in columns), rows)


def _settlement_row(say: Phrases, fact: Settlement) -> tuple[str, ...]:
    return (
        str(fact.id),
        f"{say(f'fact.kind.{fact.kind}')}: {fact.what}",
        say(f"fact.result.{fact.result}"),
        say("obligation.recorded", fact=fact),
        say("obligation.valid", since=fact.validity.since, until=_last_day(fact.validity.until)),
        say("obligation.withdrawn", at=fact.withdrawn_at),
    )


def _last_day(until: date | None) -> date | None:
    return until - timedelta(days=1) if until else None


def _obligation_buttons(say: Phrases, story: Story, prefix: str, secretariat: bool) -> list[Button]:
    buttons = list(settle_buttons(say, story.account, prefix))
    settling = {button.words for button in buttons}
    if not secretariat:
        return buttons
    on_behalf = _recording_buttons(say, story.account, prefix)
    buttons += [button for button in on_behalf if button.words not in settling]
    return buttons + [_withdraw(say, fact) for fact in story.settlements if _may_withdraw(fact)]


def _may_withdraw(fact: Settlement) -> bool:
    """A report is answered by a new version, not taken back."""
    return fact.withdrawn_at is None and fact.kind != "report"


def _recording_buttons(say: Phrases, account: Account, prefix: str) -> list[Button]:
    requirement = account.requirement
    buttons = []
    if requirement.settled_by == "attendance":
        words = command(say, "attendance", event_word(say, requirement), prefix=prefix)
        buttons.append(Button(say("obligation.record_attendance"), words))
    if requirement.settled_by == "evidence":
        words = command(say, "evidence", requirement.number, prefix=prefix)
        buttons.append(Button(say("obligation.record_evidence"), words))
    if account.standing.state != "exempt":
        words = command(say, "exemption", requirement.number, prefix=prefix)
        buttons.append(Button(say("obligation.record_exemption"), words))
    return buttons


def _withdraw(say: Phrases, fact: Settlement) -> Button:
    return Button(say("fact.withdraw", id=fact.id), command(say, "withdraw", fact.id))


@maker("attendance_form")
def attendance_form(
    say: Phrases,
    *,
    organisation: Organisation,
    meeting: Meeting,
    requirement: Requirement,
    offices: tuple[OfficeKind, ...],
    answer: Answer | None,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
) -> Message:
    nobody = Choice(NOBODY, say("attendance_form.nobody"))
    known = {**_from_answer(answer), **typed}
    asks = (
        _choose(say, "attendance_form.office", known, errors, (*_offices(say, offices), nobody)),
        _ask(say, "attendance_form.attendee", known, errors),
    )
    summary = say("attendance_form.summary", organisation=organisation, meeting=meeting)
    note = say("attendance_form.note", answer=answer)
    words = command(say, "attendance", event_word(say, requirement), prefix=prefix)
    return _form(summary, note, asks, say("attendance_form.send"), words)


def _from_answer(answer: Answer | None) -> dict[str, str]:
    if not answer or answer.response == "tentative":
        return {}
    if answer.response == "no":
        return {"office": NOBODY}
    return {"office": answer.office, "attendee": answer.attendee}


@maker("attendance_receipt")
def attendance_receipt(
    say: Phrases,
    *,
    organisation: Organisation,
    meeting: Meeting,
    requirement: Requirement,
    settlement: Settlement,
    office_title: str,
    prefix: str,
) -> Message:
    facts = {"organisation": organisation, "meeting": meeting, "requirement": _named(say, requirement)}
    result = say(f"fact.result.{settlement.result}")
    summary = say("attendance_receipt.summary", **facts, office=office_title, result=result)
    correct = command(say, "attendance", event_word(say, requirement), prefix=prefix)
    buttons = (Button(say("attendance_receipt.correct"), correct), _withdraw(say, settlement))
    note = Text(say("attendance_receipt.note", fact=settlement), "subtle")
    return Message(summary, (Text(summary), note, Buttons(buttons)))


@maker("exemption_form")
def exemption_form(
    say: Phrases,
    *,
    organisation: Organisation,
    requirement: Requirement,
    period_label: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
) -> Message:
    asks = (
        _ask(say, "exemption_form.why", typed, errors, "long", required=True),
        _ask(say, "exemption_form.decided_by", typed, errors, required=True),
        _ask(say, "exemption_form.until", typed, errors, "date", required=True),
    )
    facts = {"organisation": organisation, "requirement": _named(say, requirement), "period": period_label}
    summary = say("exemption_form.summary", **facts)
    words = command(say, "exemption", requirement.number, prefix=prefix)
    return _form(summary, say("exemption_form.note"), asks, say("exemption_form.send"), words)


@maker("exemption_receipt")
def exemption_receipt(
    say: Phrases,
    *,
    organisation: Organisation,
    requirement: Requirement,
    settlement: Settlement,
    until: date | None,
    prefix: str,
) -> Message:
    facts = {"organisation": organisation, "requirement": _named(say, requirement)}
    summary = say("exemption_receipt.summary", **facts, until=until)
    pairs = (
        (say("exemption_receipt.why"), settlement.what),
        (say("exemption_receipt.decided_by"), settlement.decided_by),
    )
    correct = command(say, "exemption", requirement.number, prefix=prefix)
    buttons = (Button(say("exemption_receipt.correct"), correct), _withdraw(say, settlement))
    return Message(summary, (Text(summary), Facts(pairs), Buttons(buttons)))


@maker("withdrawn")
def withdrawn(
    say: Phrases,
    *,
    organisation: Organisation,
    requirement: Requirement,
    settlement: Settlement,
    owes_again: bool,
) -> Message:
    summary = say(
        "withdrawn.summary",
        organisation=organisation,
        requirement=_named(say, requirement),
        fact=settlement,
        kind=say(f"fact.kind.{settlement.kind}"),
        owes_again=owes_again,
    )
    show = Button(say("withdrawn.show"), command(say, "show", settlement.obligation_id))
    return Message(summary, (Text(summary), Text(say("withdrawn.note"), "subtle"), Buttons((show,))))


@maker("contacts")
def contacts(
    say: Phrases,
    *,
    organisation: Organisation,
    day: date,
    people: tuple[ContactCard, ...],
    vacant: tuple[OfficeKind, ...],
    prefix: str,
) -> Message:
    summary = say(
        "contacts.summary", organisation=organisation, day=day, count=len({card.person_id for card in people})
    )
    blocks: list[Block] = [Text(summary)]
    if people:
        columns = tuple(say(f"contacts.head.{column}") for column in ("office", "name", "since", "address"))
        rows = tuple(_contact_row(say, card) for card in people)
        blocks.append(Table(say("contacts.caption", organisation=organisation), columns, rows))
    if vacant:
        titles = [office.title.in_(say.language) for office in vacant]
        blocks.append(Text(say("contacts.vacant", titles=titles), "warning"))
    names = ("office", "proxy", "address") if people else ("office", "proxy")
    buttons = (Button(say(f"contacts.{name}"), command(say, name, prefix=prefix)) for name in names)
    return Message(summary, (*blocks, Buttons(tuple(buttons))))


def _contact_row(say: Phrases, card: ContactCard) -> tuple[str, ...]:
    return (
        say("contacts.held", title=card.office.title.in_(say.language), acting=card.acting),
        card.name,
        say("contacts.term", since=card.since, until=_last_day(card.until)),
        say("contacts.reached", card=card),
    )


@maker("office_form")
def office_form(
    say: Phrases,
    *,
    organisation: Organisation,
    offices: tuple[OfficeKind, ...],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
) -> Message:
    asks = (
        _choose(say, "office_form.office", typed, errors, _offices(say, offices)),
        _ask(say, "office_form.name", typed, errors, required=True),
        _ask(say, "office_form.mail", typed, errors, required=True),
        _ask(say, "office_form.since", typed, errors, "date", required=True),
    )
    summary = say("office_form.summary", organisation=organisation)
    words = command(say, "office", prefix=prefix)
    return _form(summary, say("office_form.note"), asks, say("office_form.send"), words)


@maker("office_receipt")
def office_receipt(
    say: Phrases,
    *,
    organisation: Organisation,
    office_title: str,
    name: str,
    mail: str,
    since: date,
    previous: str,
    prefix: str,
) -> Message:
    facts = {"organisation": organisation, "office": office_title, "name": name, "since": since}
    summary = say("office_receipt.summary", **facts)
    note = say("office_receipt.note", mail=mail, previous=previous)
    return _receipt(say, summary, note, prefix)


@maker("proxy_form")
def proxy_form(
    say: Phrases,
    *,
    organisation: Organisation,
    offices: tuple[OfficeKind, ...],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
) -> Message:
    asks = (
        _choose(say, "proxy_form.office", typed, errors, _offices(say, offices)),
        _ask(say, "proxy_form.name", typed, errors, required=True),
        _ask(say, "proxy_form.mail", typed, errors, required=True),
        _ask(say, "proxy_form.since", typed, errors, "date", required=True),
        _ask(say, "proxy_form.until", typed, errors, "date"),
    )
    summary = say("proxy_form.summary", organisation=organisation)
    words = command(say, "proxy", prefix=prefix)
    return _form(summary, say("proxy_form.note"), asks, say("proxy_form.send"), words)


@maker("proxy_receipt")
def proxy_receipt(
    say: Phrases,
    *,
    organisation: Organisation,
    office_title: str,
    name: str,
    since: date,
    until: date | None,
    prefix: str,
) -> Message:
    facts = {"organisation": organisation, "office": office_title, "name": name}
    summary = say("proxy_receipt.summary", **facts, since=since, until=until)
    return _receipt(say, summary, say("proxy_receipt.note"), prefix)


@maker("address_form")
def address_form(
    say: Phrases,
    *,
    organisation: Organisation,
    people: tuple[ContactCard, ...],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
) -> Message:
    names = {str(card.person_id): say("address_form.card", card=card) for card in people}
    choices = tuple(Choice(value, label) for value, label in names.items())
    summary = say("address_form.summary", organisation=organisation)
    if not choices:
        return _receipt(say, summary, say("address_form.nobody"), prefix)
    asks = (
        _choose(say, "address_form.person", typed, errors, choices),
        _ask(say, "address_form.mail", typed, errors, required=True),
    )
    words = command(say, "address", prefix=prefix)
    return _form(summary, say("address_form.note"), asks, say("address_form.send"), words)


@maker("address_receipt")
def address_receipt(
    say: Phrases, *, organisation: Organisation, name: str, mail: str, previous: str, prefix: str
) -> Message:
    summary = say("address_receipt.summary", organisation=organisation, name=name, mail=mail)
    return _receipt(say, summary, say("address_receipt.note", previous=previous), prefix)


def _receipt(say: Phrases, summary: str, note: str, prefix: str) -> Message:
    see = Button(say("contacts.see"), command(say, "contacts", prefix=prefix))
    return Message(summary, (Text(summary), Text(note, "subtle"), Buttons((see,))))


Recipient = tuple[str, str, str]
"""(name, organisation, channel)"""


@maker("message_form")
def message_form(
    say: Phrases,
    *,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    audiences: tuple[tuple[str, int], ...],
) -> Message:
    choices = tuple(
        Choice(key, say("message_form.audience", name=say(f"audience.{key}"), count=count)) for key, count in audiences
    )
    asks = (
        _choose(say, "message_form.to", typed, errors, choices),
        _ask(say, "message_form.text", typed, errors, "long", required=True),
    )
    note, send = say("message_form.note"), say("message_form.send")
    return _form(say("message_form.summary"), note, asks, send, command(say, "message"))


@maker("message_preview")
def message_preview(
    say: Phrases,
    *,
    audience: str,
    text: str,
    seal: str,
    recipients: tuple[Recipient, ...],
    unreachable: tuple[str, ...],
) -> Message:
    named = say(f"audience.{audience}")
    summary = say("message_preview.summary", audience=named, count=len(recipients))
    blocks: list[Block] = [Text(summary, "heading")]
    if recipients:
        blocks += _recipient_blocks(say, recipients)
    if unreachable:
        blocks.append(Text(say("message_preview.unreachable", names=unreachable), "warning"))
    if not recipients:
        back = Button(say("message_preview.back"), command(say, "message"))
        return Message(summary, (*blocks, Buttons((back,))))
    blocks += [Text(say("message_preview.text"), "heading"), Text(text)]
    return Message(summary, (*blocks, _preview_form(say, audience, named, text, seal)))


def _recipient_blocks(say: Phrases, recipients: Sequence[Recipient]) -> list[Block]:
    head = tuple(say(f"message_preview.head.{column}") for column in ("name", "member", "channel"))
    rows = tuple(
        (name, organisation, _channel(say, channel)) for name, organisation, channel in recipients[:MOST_RECIPIENTS]
    )
    blocks: list[Block] = [Table(say("message_preview.caption"), head, rows)]
    if len(recipients) > MOST_RECIPIENTS:
        more = say("message_preview.more", count=len(recipients) - MOST_RECIPIENTS)
        blocks.append(Text(more, "subtle"))
    return blocks


def _preview_form(say: Phrases, audience: str, named: str, text: str, seal: str) -> Form:
    asks = (
        _choose(say, "message_form.to", {"to": audience}, {}, (Choice(audience, named),)),
        _ask(say, "message_form.text", {"text": text}, {}, "long", required=True),
    )
    confirm = command(say, "message", say("words.confirm"), seal)
    buttons = (
        Button(say("message_preview.send"), confirm, "primary"),
        Button(say("message_preview.again"), command(say, "message")),
    )
    return Form((Section(say("message_preview.form"), asks, say("message_preview.note")),), buttons)


def _channel(say: Phrases, channel: str) -> str:
    key = f"message_preview.channel.{channel}"
    return say(key) if say.has(key) else channel


@maker("message_sent")
def message_sent(say: Phrases, *, count: int, already: int) -> Message:
    summary = say("message_sent.summary", count=count, already=already)
    journal = Button(say("message_sent.journal"), command(say, "journal"))
    return Message(summary, (Text(summary), Text(say("message_sent.note"), "subtle"), Buttons((journal,))))


@maker("journal")
def journal(say: Phrases, *, entries: tuple[JournalEntry, ...], total: int) -> Message:
    summary = say("journal.summary", count=len(entries), total=total)
    if not entries:
        return Message(summary, (Text(summary),))
    return Message(summary, (Text(summary), _journal_table(say, entries, say("journal.caption"))))


def _journal_table(say: Phrases, entries: Iterable[JournalEntry], caption: str) -> Table:
    head = tuple(say(f"journal.head.{column}") for column in ("at", "who", "action", "about"))
    return Table(caption, head, tuple(_journal_row(say, entry) for entry in entries))


def _journal_row(say: Phrases, entry: JournalEntry) -> tuple[str, ...]:
    at, who = say("journal.at", at=entry.at), say("journal.who", entry=entry)
    return at, who, _action(say, entry.action), entry.about


def _action(say: Phrases, action: str) -> str:
    key = f"journal.action.{action}"
    return say(key) if say.has(key) else action


def _named(say: Phrases, requirement: Requirement) -> str:
    return say("fact.requirement", number=requirement.number, title=requirement.title)


def _offices(say: Phrases, offices: Iterable[OfficeKind]) -> tuple[Choice, ...]:
    return tuple(Choice(office.key, office.title.in_(say.language)) for office in offices)


def _ask(
    say: Phrases,
    path: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    kind: AskKind = "text",
    *,
    required: bool = False,
    choices: tuple[Choice, ...] = (),
) -> Ask:
    """The question ``<form>.<key>``; its label, hint and errors are in the catalog."""
    form, _, key = path.rpartition(".")
    hint, reason = f"{form}.hint.{key}", errors.get(key, "")
    return Ask(
        key,
        say(f"{form}.ask.{key}"),
        kind,
        typed.get(key, ""),
        say(hint) if say.has(hint) else "",
        choices=choices,
        required=required,
        error=say(f"form_error.{reason}") if reason else "",
    )


def _choose(
    say: Phrases,
    path: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    choices: tuple[Choice, ...],
) -> Ask:
    return _ask(say, path, typed, errors, "choice", required=True, choices=choices)


def _form(summary: str, note: str, asks: tuple[Ask, ...], label: str, words: str) -> Message:
    return Message(summary, (Form((Section(summary, asks, note),), (Button(label, words, "primary"),)),))


def _row(*items: Button | Link) -> list[Block]:
    return [Buttons(items)] if items else []
