"""Facts for what is said of the secretariat's own tasks. All invented."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from alliance.recurrences import Recurrence
from alliance.tasks import Task, TaskShown

TODAY, DUE = date(2027, 3, 8), date(2027, 3, 5)
AT = datetime(2027, 3, 1, 9, tzinfo=UTC)
OFTEN = (
    Recurrence("once", DUE),
    Recurrence("weekly", DUE),
    Recurrence("monthly", DUE, 5),
    Recurrence("monthly", date(2027, 3, 31), 31),
    Recurrence("quarterly", DUE, 5),
    Recurrence("yearly", DUE, 5),
)
TASKS = tuple(Task(number, f"Nyhedsbrev {number}", often, None, AT) for number, often in enumerate(OFTEN, start=1))
LONG = Task(7, "N" * 200, OFTEN[1], 3, AT)
ENDED = Task(8, "Nyhedsbrev", OFTEN[2], None, AT, ended=True)


def _shown(task: Task, owner: str = "", due: date | None = DUE, *, open_: bool = True) -> TaskShown:
    return TaskShown(task, owner, due, open_)


def _page(shown: tuple[TaskShown, ...], count: int, page: int = 1, pages: int = 1) -> dict[str, Any]:
    return {"day": TODAY, "shown": shown, "count": count, "page": page, "pages": pages}


def _told(what: str, shown: TaskShown, days: tuple[date, ...] = (), **more: Any) -> dict[str, Any]:
    facts = {"on": None, "undo": "", "still": None, "shifted": False, "day": TODAY}
    return {"what": what, "shown": shown, "open_days": days, **facts, **more}


ONE, FIRST = _shown(TASKS[2]), TASKS[0]
_BLANK = {"what": "", "when": "", "owner": ""}
_WRONG = {"what": "", "when": "snart", "owner": ""}

EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "tasks": {
        "none": _page((), 0),
        "one": _page((_shown(FIRST, due=None, open_=False),), 1),
        "late": _page((ONE,), 1),
        "many": _page(tuple(_shown(task, "Bo Sek") for task in (*TASKS, LONG)), 7),
        "pages": _page((*(_shown(LONG, "Bo Sek"),), *(_shown(task) for task in TASKS)), 50, 2, 3),
    },
    "task_form": {
        "none": {"typed": _BLANK, "errors": {}, "people": ()},
        "one": {"typed": _BLANK | {"what": "Nyhedsbrev"}, "errors": {}, "people": (("3", "Bo Sek"),)},
        "many": {
            "typed": _WRONG,
            "errors": {"what": "task_what_missing", "when": "task_when"},
            "people": (("3", "Bo Sek"), ("4", "Anna Sek")),
        },
        "past": {"typed": _WRONG, "errors": {"what": "task_long", "when": "task_past"}, "people": ()},
    },
    "task_move_form": {
        "none": {"task": TASKS[2], "typed": {"due": ""}, "errors": {}},
        "one": {"task": TASKS[2], "typed": {"due": "snart"}, "errors": {"due": "day_wrong"}},
        "many": {"task": LONG, "typed": {"due": "2027-03-01"}, "errors": {"due": "task_past"}},
    },
    "task_told": {
        "none": _told("shown", _shown(FIRST, due=None, open_=False)),
        "one": _told("added", ONE, (DUE,), undo="end", shifted=True),
        "many": _told("shown", _shown(LONG, "Bo Sek"), (DUE, date(2027, 3, 12))),
        "twin": _told("twin", ONE, (DUE,)),
        "late": _told("shown", ONE, (date(2027, 2, 26), DUE)),
        "done": _told("done", _shown(TASKS[2], open_=False), on=DUE, undo="withdraw", still=95),
        "done_before": _told("done_before", _shown(TASKS[2], open_=False), on=DUE),
        "not_open": _told("not_open", _shown(TASKS[2], open_=False), on=DUE),
        "moved": _told("moved", ONE, (DUE,), on=DUE, undo="05-03-2027", still=12),
        "moved_before": _told("moved_before", ONE, (DUE,), on=DUE),
        "given": _told("given", _shown(TASKS[2], "Bo Sek"), (DUE,)),
        "given_to_all": _told("given", ONE, (DUE,)),
        "ended": _told("ended", _shown(ENDED, due=None, open_=False), undo="resume"),
        "ended_before": _told("ended_before", _shown(ENDED, due=None, open_=False)),
        "resumed": _told("resumed", ONE, (DUE,)),
    },
}
REFUSALS: dict[str, dict[str, object]] = {
    "task_when": {"got": "snart"},
    "task_past": {"got": DUE},
    "task_unknown": {"got": "7"},
    "task_what": {"got": "danse", "number": 4},
    "task_no_day": {"got": DUE, "what": "Nyhedsbrev"},
    "task_ended": {"what": "Nyhedsbrev", "number": 4},
    "task_owner": {"got": "Bo", "known": ("Anna Sek", "Bo Sek")},
    "task_long": {"most": 200},
    "task_not_yours": {},
}
