"""Examples of what is kept about a member. All invented."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from alliance.members import Organisation
from alliance.own_data import OwnData, Subject
from alliance.words import Words

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
KOEGE = Organisation(7, "0259", "Køge", "Køge Kommune", "municipality")
COLUMNS = {
    "memberships": "role valid_from valid_until",
    "contacts": "office name mail acting valid_from valid_until recorded_at",
    "absences": "name deputy valid_from valid_until recorded_at ended_at",
    "seats": "body constituency chair valid_from valid_until",
    "obligations": "obligation requirement period_start period_end opens due",
    "reports": "reference report_year data_year version submitted_at by on_behalf source",
    "figures": "reference data_year indicator figure_state value words note source",
    "drafts": "report_year field value updated_at by",
    "evidence": "obligation requirement fact result what link valid_from valid_until recorded_at by decided_by"
    " on_behalf withdrawn_at",
    "exemptions": "obligation requirement fact result what link",
    "plans": "version title link standard reduction target_pct target_year target_base net_zero_year risks"
    " resilient_year adopted_on adopted_by valid_until recorded_at by on_behalf withdrawn_at",
    "plan_steps": "version step day party marks comment decided_by valid_until recorded_at by withdrawn_at",
    "invitations": "meeting office name mail called_off sent_at",
    "answers": "meeting response office attendee given_at by channel on_behalf",
    "presences": "meeting presence attendee recorded_at by",
    "proposals": "meeting proposal_state title words reason recorded_at by",
    "experiences": "number what link theme shared_at by on_behalf withdrawn_at",
    "questions": "number asking asked question asked_at by answer answered_at answered_by withdrawn_at",
    "issues": "number title words raised_at by on_behalf withdrawn_at",
    "supports": "number title recorded_at by withdrawn_at",
    "handovers": "obligation requirement giver colleague valid_until recorded_at ended_at",
    "snoozes": "obligation requirement name reminded_on recorded_at ended_at",
    "journal": "at by action about on_behalf",
}
VALUES: dict[str, tuple[object, ...]] = {
    "role": ("member", "partner", "observer"),
    "fact": ("report", "attendance", "evidence", "dispensation"),
    "figure_state": ("value", "unknown", "nothing"),
    "presence": ("present", "apologies", "absent"),
    "response": ("yes", "no", "tentative"),
    "result": ("fulfilled", "noted", "partial", "absent", "exempt"),
    "proposal_state": ("accepted", "proposed", "declined", "removed"),
    "step": ("evaluated", "sent", "approved", "returned", "certified"),
    "value": (Decimal("-1234.5"), None),
    "acting": (True, False),
    "called_off": (True, False),
    "at": (NOW,),
    "risks": ((Words("Tørke", "Drought"), "stormflod"), ()),
    "day": (date(2027, 3, 1),),
    "office": (Words("borgmester", "mayor"),),
    "action": ("plan_recorded", "unheard_of"),
}


def filled(times: int) -> tuple[Subject, ...]:
    """Each subject with so many rows, with every value of ours in turn."""
    return tuple(
        Subject(
            key,
            tuple(columns.split()),
            tuple(
                tuple(VALUES.get(c, ("=1+1", "x"))[n % len(VALUES.get(c, ("=1+1", "x")))] for c in columns.split())
                for n in range(times)
            ),
        )
        for key, columns in COLUMNS.items()
    )


NOTHING, ONE, MANY = (OwnData(KOEGE, NOW, filled(times)) for times in (0, 1, 6))
ASKED: dict[str, Any] = {"download": "", "sends": False, "prefix": ""}
EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "own_data": {
        "none": {**ASKED, "data": NOTHING},
        "one": {**ASKED, "data": ONE, "sends": True, "prefix": "for Køge: "},
        "many": {**ASKED, "data": MANY},
        "page": {**ASKED, "data": MANY, "download": "https://alliance.example/data.zip?member=0259"},
    },
    "own_data_coming": {each: {"organisation": "Køge Kommune"} for each in ("none", "one", "many")},
    "own_data_sent": {"none": {"data": NOTHING}, "one": {"data": ONE}, "many": {"data": MANY}},
}
REFUSALS: dict[str, dict[str, object]] = {
    "own_data_members": {"organisation": "KL"},
    "own_data_what": {"got": "alt"},
}
