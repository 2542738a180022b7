"""Everything that is kept about one member: what it reported, showed, planned and answered, and who did so.

Nothing of other members and nothing of papers: what an agenda or minutes say is read in the copy somebody may have, and
an entry of the journal is told by what was done and to which number, never by the heading of an item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, or_, select

from alliance.actions import action_id
from alliance.alliances import Alliance
from alliance.members import Organisation
from alliance.own_data import OwnData, Subject
from alliance.words import Words
from storage.queries import register
from storage.tables import tables

_t = tables
_person, _obligation, _meeting, _report = _t["person"], _t["obligation"], _t["meeting"], _t["report"]
_colleague = _person.alias("colleague")
STILL_ITS_OWN = ("proposed", "declined")
"""States in which a proposal says what the member wrote; taken up, it is the agenda's, and may be closed since."""
REFUSED = "refused_role"  # what somebody tried tells of whoever tried
Read = Callable[[Any], tuple[object, ...]]


def own_data(connection: Connection, alliance: Alliance, organisation: Organisation, at: datetime) -> OwnData:
    """All of it, in the order in which it came in; what was withdrawn is there with the time it was."""
    reader = _Reader(connection, alliance, organisation.id)
    subjects = (
        reader.memberships(),
        reader.accessions(),
        reader.contacts(at),
        reader.absences(),
        reader.seats(),
        reader.obligations(),
        reader.reports(),
        reader.figures(),
        reader.drafts(),
        reader.facts("evidence", ("report", "attendance", "evidence")),
        reader.facts("exemptions", ("dispensation",)),
        reader.plans(),
        reader.plan_steps(),
        reader.plan_actions(),
        reader.invitations(),
        reader.answers(),
        reader.presences(),
        reader.proposals(),
        reader.experiences(),
        reader.questions(),
        reader.issues(),
        reader.supports(),
        reader.handovers(),
        reader.snoozes(),
        reader.journal(),
    )
    return OwnData(organisation, at, subjects)


class _Reader:
    """Reads one member of one alliance; each subject is one statement."""

    def __init__(self, connection: Connection, alliance: Alliance, organisation_id: int) -> None:
        self.connection, self.alliance, self.id = connection, alliance, organisation_id
        charter = alliance.charter
        self.offices = {office.key: office.title for office in charter.offices}
        self.requirements = {need.key: need.title for need in charter.requirements}
        self.indicators = {one.key: one.label for one in charter.reporting.indicators}

    def _of(self, table: Any, query: Any) -> Any:
        """The rows of this member in this alliance, oldest first."""
        return query.where(table.c.alliance_id == self.alliance.id, table.c.organisation_id == self.id)

    def _subject(self, key: str, columns: str, query: Any, read: Read = tuple) -> Subject:
        rows = self.connection.execute(query).all()
        return Subject(key, tuple(columns.split()), tuple(read(row) for row in rows))

    def requirement(self, key: str) -> object:
        """What a requirement is called; of an action its number alone, for its words may be those of a closed item."""
        number = action_id(key)
        return f"A{number}" if number is not None else self.requirements.get(key, key)

    def meeting(self, row: Any) -> object:
        known = {*(body.key for body in self.alliance.charter.bodies), *(e.key for e in self.alliance.charter.events)}
        if row.kind not in known:
            return f"{row.kind} {row.number}/{row.year}"
        return self.alliance.charter.meeting_title(row.kind, row.number, row.year)

    # --------------------------------------------------------------------------------------- who, and since when

    def memberships(self) -> Subject:
        table = _t["membership"]
        query = self._of(table, select(table.c.role, table.c.valid_from, table.c.valid_until))
        return self._subject("memberships", "role valid_from valid_until", query.order_by(table.c.valid_from))

    def accessions(self) -> Subject:
        """What it asked for, and who signed for it."""
        table = _t["accession"]
        names = ("asked_on", "asked_by", "signed_on", "signed_by", "signed_role", "document", "since")
        query = select(*(table.c[name] for name in names), table.c.recorded_at, _person.c.name, table.c.withdrawn_at)
        return self._subject(
            "accessions",
            "asked_on asked_by signed_on signed_by signed_role link valid_from recorded_at by withdrawn_at",
            self._of(table, query.join(_person, _person.c.id == table.c.recorded_by)).order_by(table.c.id),
        )

    def contacts(self, at: datetime) -> Subject:
        """Everybody who ever held an office or acted for one; a mail address of those who do so now."""
        table, day = _t["office_term"], self.alliance.charter.calendar.day(at)
        query = self._of(table, select(table, _person.c.name).join(_person, _person.c.id == table.c.person_id))
        rows = self.connection.execute(query.order_by(table.c.valid_from, table.c.id)).all()
        now = {r.person_id for r in rows if r.valid_from <= day and (r.valid_until is None or day < r.valid_until)}
        known = register.addresses(self.connection, self.alliance.id, now)
        mails = {id_: ", ".join(a.value for a in found if a.channel == "mail") for id_, found in known.items()}
        columns = ("office", "name", "mail", "acting", "valid_from", "valid_until", "recorded_at")
        told = tuple(
            (
                self.offices.get(row.office, row.office),
                row.name,
                mails.get(row.person_id, ""),
                bool(row.acting),
                row.valid_from,
                row.valid_until,
                row.recorded_at,
            )
            for row in rows
        )
        return Subject("contacts", columns, told)

    def absences(self) -> Subject:
        """When those who held an office here or acted for one were away meanwhile, and who was asked instead."""
        table, term = _t["absence"], _t["office_term"]
        held_meanwhile = (
            select(term.c.id)
            .where(term.c.alliance_id == self.alliance.id, term.c.organisation_id == self.id)
            .where(term.c.person_id == table.c.person_id, term.c.valid_from < table.c.valid_until)
            .where(or_(term.c.valid_until.is_(None), term.c.valid_until > table.c.valid_from))
        )
        columns = (table.c.valid_from, table.c.valid_until, table.c.recorded_at, table.c.ended_at)
        query = select(_person.c.name, _colleague.c.name, *columns).select_from(table)
        query = query.join(_person, _person.c.id == table.c.person_id)
        query = query.outerjoin(_colleague, _colleague.c.id == table.c.deputy_id)
        query = query.where(table.c.alliance_id == self.alliance.id, held_meanwhile.exists())
        named = "name deputy valid_from valid_until recorded_at ended_at"
        return self._subject("absences", named, query.order_by(table.c.id))

    def seats(self) -> Subject:
        table = _t["seat_term"]
        columns = (table.c.body, table.c.constituency, table.c.chair, table.c.valid_from, table.c.valid_until)
        bodies = {body.key: body.name for body in self.alliance.charter.bodies}
        return self._subject(
            "seats",
            "body constituency chair valid_from valid_until",
            self._of(table, select(*columns)).order_by(table.c.valid_from, table.c.id),
            lambda row: (bodies.get(row.body, row.body), row.constituency, bool(row.chair), *row[3:]),
        )

    # ------------------------------------------------------------------------------------ owed, reported, shown

    def obligations(self) -> Subject:
        table = _obligation
        columns = (
            table.c.id,
            table.c.requirement,
            table.c.period_start,
            table.c.period_end,
            table.c.opens,
            table.c.due,
        )
        return self._subject(
            "obligations",
            "obligation requirement period_start period_end opens due",
            self._of(table, select(*columns)).order_by(table.c.id),
            lambda row: (row[0], self.requirement(row[1]), *row[2:]),
        )

    def reports(self) -> Subject:
        table = _report
        columns = (table.c.reference, table.c.report_year, table.c.data_year, table.c.version, table.c.submitted_at)
        query = select(*columns, _person.c.name, table.c.on_behalf, table.c.source)
        query = self._of(table, query.outerjoin(_person, _person.c.id == table.c.submitted_by))
        named = "reference report_year data_year version submitted_at by on_behalf source"
        return self._subject("reports", named, query.order_by(table.c.id))

    def figures(self) -> Subject:
        table = _t["figure"]
        columns = (table.c.indicator, table.c.state, table.c.value, table.c.words, table.c.note, table.c.source)
        query = select(_report.c.reference, _report.c.data_year, *columns)
        query = self._of(_report, query.select_from(table).join(_report, _report.c.id == table.c.report_id))
        return self._subject(
            "figures",
            "reference data_year indicator figure_state value words note source",
            query.order_by(table.c.report_id, table.c.id),
            lambda row: (
                *row[:2],
                self.indicators.get(row.indicator, row.indicator),
                row.state,
                Decimal(row.value) if row.value is not None else None,
                *row[5:],
            ),
        )

    def drafts(self) -> Subject:
        """What has been typed into a report and not sent in: it belongs to the member."""
        table = _t["report_draft"]
        query = select(table, _person.c.name).join(_person, _person.c.id == table.c.updated_by)
        rows = self.connection.execute(self._of(table, query).order_by(table.c.report_year)).all()
        typed = tuple(
            (row.report_year, key, str(value), row.updated_at, row.name)
            for row in rows
            for key, value in row.answers.items()
            if str(value).strip()
        )
        return Subject("drafts", ("report_year", "field", "value", "updated_at", "by"), typed)

    def facts(self, key: str, kinds: Iterable[str]) -> Subject:
        table = _t["settlement"]
        columns = (table.c.obligation_id, table.c.requirement, table.c.kind, table.c.result, table.c.what, table.c.link)
        times = (table.c.valid_from, table.c.valid_until, table.c.recorded_at)
        query = select(*columns, *times, _person.c.name, table.c.decided_by, table.c.on_behalf, table.c.withdrawn_at)
        query = self._of(table, query.join(_person, _person.c.id == table.c.recorded_by))
        return self._subject(
            key,
            "obligation requirement fact result what link valid_from valid_until recorded_at by decided_by on_behalf"
            " withdrawn_at",
            query.where(table.c.kind.in_(tuple(kinds))).order_by(table.c.id),
            lambda row: (row[0], self.requirement(row[1]), *row[2:]),
        )

    # ------------------------------------------------------------------------------------------- plans, meetings

    def plans(self) -> Subject:
        names = (
            "version title link standard reduction target_pct target_year target_base net_zero_year risks"
            " resilient_year adopted_on adopted_by valid_until recorded_at"
        )
        table = _t["plan"]
        query = select(
            *(table.c[name] for name in names.split()), _person.c.name, table.c.on_behalf, table.c.withdrawn_at
        )
        return self._subject(
            "plans",
            f"{names} by on_behalf withdrawn_at",
            self._of(table, query.join(_person, _person.c.id == table.c.recorded_by)).order_by(table.c.id),
            self._with_points,
        )

    def plan_steps(self) -> Subject:
        table = _t["plan_step"]
        columns = (table.c.version, table.c.kind, table.c.day, table.c.by, table.c.marks, table.c.comment)
        rest = (table.c.decided_by, table.c.until, table.c.recorded_at, _person.c.name, table.c.withdrawn_at)
        query = select(*columns, *rest).join(_person, _person.c.id == table.c.recorded_by)
        return self._subject(
            "plan_steps",
            "version step day party marks comment decided_by valid_until recorded_at by withdrawn_at",
            self._of(table, query).order_by(table.c.id),
            self._with_points,
        )

    def plan_actions(self) -> Subject:
        """Every entry about every action, as they came in."""
        table = _t["plan_action"]
        names = ("number", "title", "track", "theme", "owner", "due", "state", "note", "recorded_at")
        themes = {theme.key: theme.title for theme in self.alliance.charter.themes}
        query = select(
            *(table.c[name] for name in names), _person.c.name, table.c.on_behalf, table.c.withdrawn_at
        ).join(_person, _person.c.id == table.c.recorded_by)
        return self._subject(
            "plan_actions",
            "number title track theme owner due action_state note recorded_at by on_behalf withdrawn_at",
            self._of(table, query).order_by(table.c.id),
            lambda row: (*row[:3], themes.get(row.theme, row.theme), *row[4:]),
        )

    def _with_points(self, row: Any) -> tuple[object, ...]:
        """The row with the risks and points of the standards by their names."""
        points = {p.key: p.title for one in self.alliance.charter.standards for p in (*one.risks, *one.criteria)}
        return tuple(tuple(points.get(v, v) for v in value) if isinstance(value, list) else value for value in row)

    def invitations(self) -> Subject:
        """Whom a meeting was last put into the calendar of, or taken out of it."""
        table = _t["invitation"]
        columns = (table.c.office, _person.c.name, table.c.address, table.c.method, table.c.stamp)
        query = select(_meeting.c.kind, _meeting.c.number, _meeting.c.year, *columns).select_from(table)
        query = query.join(_meeting, _meeting.c.id == table.c.meeting_id)
        query = query.join(_person, _person.c.id == table.c.person_id)
        return self._subject(
            "invitations",
            "meeting office name mail called_off sent_at",
            self._of(table, query).order_by(table.c.id),
            lambda row: (
                self.meeting(row),
                self.offices.get(row.office, row.office),
                row.name,
                row.address,
                row.method == "CANCEL",
                row.stamp,
            ),
        )

    def answers(self) -> Subject:
        table = _t["answer"]
        columns = (table.c.response, table.c.office, table.c.attendee, table.c.given_at, _person.c.name)
        query = select(_meeting.c.kind, _meeting.c.number, _meeting.c.year, *columns, table.c.source, table.c.on_behalf)
        query = query.select_from(table).join(_meeting, _meeting.c.id == table.c.meeting_id)
        return self._subject(
            "answers",
            "meeting response office attendee given_at by channel on_behalf",
            self._of(table, query.join(_person, _person.c.id == table.c.given_by)).order_by(table.c.id),
            lambda row: (self.meeting(row), row.response, self.offices.get(row.office, row.office), *row[5:]),
        )

    def presences(self) -> Subject:
        table = _t["presence"]
        columns = (table.c.presence, table.c.attendee, table.c.recorded_at, _person.c.name)
        query = select(_meeting.c.kind, _meeting.c.number, _meeting.c.year, *columns)
        query = query.select_from(table).join(_meeting, _meeting.c.id == table.c.meeting_id)
        return self._subject(
            "presences",
            "meeting presence attendee recorded_at by",
            self._of(table, query.join(_person, _person.c.id == table.c.recorded_by)).order_by(table.c.id),
            lambda row: (self.meeting(row), *row[3:]),
        )

    # --------------------------------------------------------------------- what it said to the others, and asked

    def proposals(self) -> Subject:
        """What it proposed for a meeting; taken up, it is an item of the agenda, and read there."""
        table = _t["agenda_item"]
        columns = (table.c.state, table.c.heading, table.c.case, table.c.reason, table.c.recorded_at, _person.c.name)
        query = select(_meeting.c.kind, _meeting.c.number, _meeting.c.year, *columns)
        query = query.select_from(table).join(_meeting, _meeting.c.id == table.c.meeting_id)
        query = query.join(_person, _person.c.id == table.c.proposed_by)
        mine = (table.c.alliance_id == self.alliance.id, table.c.proposed_for == self.id)
        return self._subject(
            "proposals",
            "meeting proposal_state title words reason recorded_at by",
            query.where(*mine).order_by(table.c.id),
            lambda row: (
                self.meeting(row),
                row.state,
                *((row.heading, row.case) if row.state in STILL_ITS_OWN else ("", "")),
                *row[6:],
            ),
        )

    def experiences(self) -> Subject:
        table, themes = _t["experience"], {theme.key: theme.title for theme in self.alliance.charter.themes}
        query = select(table.c.id, table.c.what, table.c.link, table.c.theme, table.c.shared_at, _person.c.name)
        query = query.add_columns(table.c.on_behalf, table.c.withdrawn_at)
        return self._subject(
            "experiences",
            "number what link theme shared_at by on_behalf withdrawn_at",
            self._of(table, query.join(_person, _person.c.id == table.c.shared_by)).order_by(table.c.id),
            lambda row: (*row[:3], themes.get(row.theme, row.theme), *row[4:]),
        )

    def questions(self) -> Subject:
        """What it asked and was asked: who did so here by name, of the other the municipality alone."""
        table, asker, answerer = _t["question"], _person.alias("asker"), _person.alias("answerer")
        query = select(table, asker.c.name.label("asker"), answerer.c.name.label("answerer"))
        query = query.join(asker, asker.c.id == table.c.asked_by)
        query = query.outerjoin(answerer, answerer.c.id == table.c.answered_by)
        ours = or_(table.c.asking_id == self.id, table.c.asked_id == self.id)
        rows = self.connection.execute(
            query.where(table.c.alliance_id == self.alliance.id, ours).order_by(table.c.id)
        ).all()
        named = {
            row.id: row.name
            for row in self.connection.execute(
                select(_t["organisation"].c.id, _t["organisation"].c.name).where(
                    _t["organisation"].c.id.in_({id_ for row in rows for id_ in (row.asking_id, row.asked_id)})
                )
            )
        }
        told = tuple(
            (
                row.id,
                named[row.asking_id],
                named[row.asked_id],
                row.text,
                row.asked_at,
                row.asker if row.asking_id == self.id else "",
                row.answer,
                row.answered_at,
                row.answerer if row.asked_id == self.id else None,
                row.withdrawn_at,
            )
            for row in rows
        )
        columns = "number asking asked question asked_at by answer answered_at answered_by withdrawn_at"
        return Subject("questions", tuple(columns.split()), told)

    def issues(self) -> Subject:
        table = _t["framework_issue"]
        query = select(table.c.number, table.c.heading, table.c.text, table.c.raised_at, _person.c.name)
        query = query.add_columns(table.c.on_behalf, table.c.withdrawn_at)
        return self._subject(
            "issues",
            "number title words raised_at by on_behalf withdrawn_at",
            self._of(table, query.join(_person, _person.c.id == table.c.raised_by)).order_by(table.c.id),
        )

    def supports(self) -> Subject:
        table, issue = _t["framework_support"], _t["framework_issue"]
        query = select(issue.c.number, issue.c.heading, table.c.recorded_at, _person.c.name, table.c.withdrawn_at)
        query = query.select_from(table).join(issue, issue.c.id == table.c.issue_id)
        return self._subject(
            "supports",
            "number title recorded_at by withdrawn_at",
            self._of(table, query.join(_person, _person.c.id == table.c.person_id)).order_by(table.c.id),
        )

    # ------------------------------------------------------------------------------------------- what was done

    def handovers(self) -> Subject:
        table = _t["handover"]
        columns = (table.c.until, table.c.recorded_at, table.c.ended_at)  # the note is between the two
        query = select(table.c.obligation_id, _obligation.c.requirement, _person.c.name, _colleague.c.name, *columns)
        query = query.select_from(table).join(_obligation, _obligation.c.id == table.c.obligation_id)
        query = query.join(_person, _person.c.id == table.c.giver_id)
        query = query.join(_colleague, _colleague.c.id == table.c.colleague_id)
        return self._subject(
            "handovers",
            "obligation requirement giver colleague valid_until recorded_at ended_at",
            self._of(table, query).order_by(table.c.id),
            lambda row: (row[0], self.requirement(row[1]), *row[2:]),
        )

    def snoozes(self) -> Subject:
        """Who asked not to be reminded of something of the member's for a while."""
        table = _t["snooze"]
        columns = (table.c.until, table.c.recorded_at, table.c.ended_at)
        query = select(table.c.obligation_id, _obligation.c.requirement, _person.c.name, *columns)
        query = query.select_from(table).join(_obligation, _obligation.c.id == table.c.obligation_id)
        query = self._of(_obligation, query.join(_person, _person.c.id == table.c.person_id))
        return self._subject(
            "snoozes",
            "obligation requirement name reminded_on recorded_at ended_at",
            query.order_by(table.c.id),
            lambda row: (row[0], self.requirement(row[1]), *row[2:]),
        )

    def journal(self) -> Subject:
        table = _t["journal"]
        query = select(table.c.at, _person.c.name, table.c.action, table.c.about, table.c.on_behalf)
        query = query.outerjoin(_person, _person.c.id == table.c.person_id).where(table.c.action != REFUSED)
        rows = self.connection.execute(self._of(table, query).order_by(table.c.id)).all()
        numbers = [
            int(n) for row in rows for kind, _, n in [row.about.partition(":")] if kind == "person" and n.isdecimal()
        ]
        people = {
            id_: one.name for id_, one in register.people(self.connection, self.alliance.id, set(numbers)).items()
        }
        told = tuple(
            (row.at, row.name, row.action, self._about(row.about, people), bool(row.on_behalf)) for row in rows
        )
        return Subject("journal", ("at", "by", "action", "about", "on_behalf"), told)

    def _about(self, about: str, people: dict[int, str]) -> object:
        kind, _, named = about.partition(":")
        if kind == "office":
            return self.offices.get(named, Words(named, named))
        if kind == "person" and named.isdecimal():
            return people.get(int(named), about)
        return about
