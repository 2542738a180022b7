"""Whoever runs it can know how it is: health, figures, heartbeat and log; none of them names anybody."""

from __future__ import annotations

import io
import json
import logging
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, delete, update

from alliance.deliveries import Parcel, Sender, Uncertain, Undeliverable
from alliance.pacing import UNLIMITED, Rate
from bot.asgi import app
from bot.web.health import metrics_route
from scheduling.audit import audit
from scheduling.deliver import send_due
from scheduling.wording import words_for
from storage.bookmarks import keep_place
from storage.engine import connect, writing
from storage.tables import tables
from tests.conftest import Played, local
from tovholder import health
from tovholder.heartbeat import beat
from tovholder.logs import JsonLines, PlainLines, set_up
from tovholder.metrics import Kept, metrics
from tovholder.serving import Worker
from tovholder.settings import Settings

with warnings.catch_warnings():  # the test client would rather have httpx2, which we do not need for anything else
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

START = local("2027-02-25T09:00")
FIRST = "2027-02-26T08:00"
SENDER = Sender("Tovholder", "tovholder@klimaalliancen.example")
KOEGE, ISHOEJ, KOEBENHAVN = "klima@koege.example", "klima@ishoej.example", "klima@koebenhavn.example"


def report(engine: Engine, now: datetime = START) -> dict[str, Any]:
    return health.report(engine, lambda: now)


def note(engine: Engine, name: str, value: str, at: datetime) -> None:
    with writing(engine) as connection:
        keep_place(connection, 1, name, value, at)


def leave(played: Played, *addresses: str) -> None:
    """Nothing stands in the outbox but what goes to these addresses."""
    played.plan(FIRST)
    numbers = [record.id for record in played.outbox() if record.recipient not in addresses]
    with writing(played.engine) as connection:
        connection.execute(delete(tables["transition"]).where(tables["transition"].c.delivery_id.in_(numbers)))
        connection.execute(delete(tables["delivery"]).where(tables["delivery"].c.id.in_(numbers)))


# ---------------------------------------------------------------------------------------------------- health


def test_a_new_installation_is_well(demo: Engine) -> None:
    found = report(demo)
    assert found["ok"] is True and found["why"] == []
    assert (found["database"], found["schema"]) == (demo.dialect.name, "at head")
    assert found["tick"] == {"demo": {"at": None, "age_s": None}}


def test_what_is_wrong_is_said_by_name(demo: Engine) -> None:
    for tick, findings, why in ((0, "0", []), (0.25, "0", []), (0.26, "0", ["tick"]), (0.1, "3", ["audit"])):
        note(demo, "tick", "", START - timedelta(hours=tick))
        note(demo, "audit", findings, START)
        found = report(demo)
        assert (found["ok"], found["why"]) == (not why, why)
        assert found["tick"]["demo"]["age_s"] == round(tick * 3600)
        assert found["audit"]["demo"]["findings"] == int(findings)


def test_an_installation_that_nobody_ever_checked_is_not_well_after_three_hours(demo: Engine) -> None:
    """An audit that fails each time leaves no trace: it must not look like one that has not begun."""
    for hours, why in ((3, []), (3.01, ["audit"])):
        at = START + timedelta(hours=hours)
        note(demo, "tick", "", at)
        assert report(demo, at)["why"] == why


def test_where_nothing_leaves_for_an_hour_it_is_not_well(played: Played) -> None:
    played.plan(FIRST)
    first = local(FIRST)
    for minutes, why in ((60, []), (61, ["outbox"])):
        at = first + timedelta(minutes=minutes)
        for name in ("tick", "audit"):
            note(played.engine, name, "", at)
        found = report(played.engine, at)
        assert (found["why"], found["oldest_open_s"]) == (why, {"mail": 60 * minutes})


@pytest.mark.slow
def test_one_mailbox_that_takes_nothing_while_others_do_is_no_fault_of_the_installation(played: Played) -> None:
    played.plan(FIRST)
    send(played, {KOEGE: Undeliverable(False, "refused: 452 4.2.2 mailbox full")}, "2027-02-26T08:01")
    at = local(FIRST) + timedelta(hours=2)
    for name in ("tick", "audit"):
        note(played.engine, name, "", at)
    found = report(played.engine, at)
    assert (found["why"], found["oldest_open_s"]) == ([], {"mail": 7200})


def test_an_installation_whose_clock_never_rang_is_not_well_after_a_day(demo: Engine) -> None:
    assert report(demo, START + timedelta(minutes=15))["ok"] is True
    assert report(demo, START + timedelta(minutes=16))["why"] == ["tick"]


def test_a_database_without_the_newest_schema_is_not_well(new_database: Callable[[], Engine]) -> None:
    assert report(new_database())["why"] == ["schema"]


@pytest.mark.parametrize("url", ["postgresql://bot:hemmelig@127.0.0.1:1/alliance", "sqlite:///{here}/no.db"])
def test_a_database_that_does_not_answer_is_said_without_its_secrets(url: str, tmp_path: Path) -> None:
    (tmp_path / "no.db").write_bytes(b"this is no database" * 100)
    engine = connect(url.format(here=tmp_path))
    found = report(engine)
    engine.dispose()
    assert (found["ok"], found["why"]) == (False, ["database"])
    assert "hemmelig" not in json.dumps(found) and "does not answer" in found["database"]


def test_what_waits_and_what_went_wrong_is_counted_and_nobody_is_named(played: Played) -> None:
    leave(played, KOEGE, ISHOEJ)
    send(played, {ISHOEJ: Undeliverable(True, f"recipient: 550 <{ISHOEJ}>")}, only_to=ISHOEJ)
    found = report(played.engine, local("2027-02-26T08:10"))
    assert (found["oldest_open_s"], found["given_up_24h"]) == ({"mail": 600}, 1)
    assert "@" not in json.dumps(found) and ".example" not in json.dumps(found)


def test_the_pages_answer_200_while_all_is_well_and_503_otherwise(demo: Engine) -> None:
    now = START

    def client() -> TestClient:
        pages = app(partial(health.report, demo, lambda: now), metrics_route(partial(metrics, demo, lambda: now)))
        return TestClient(pages)

    with client() as asked:
        assert (asked.get("/health").status_code, asked.get("/metrics").status_code) == (200, 200)
        assert asked.get("/metrics").headers["content-type"].startswith("text/plain; version=")
    note(demo, "audit", "1", START)
    with client() as asked:
        assert (asked.get("/health").status_code, asked.get("/health").json()["why"]) == (503, ["audit"])
        assert asked.get("/metrics").status_code == 200
    nothing = metrics_route(lambda: None)
    with TestClient(app(lambda: {"ok": True}, nothing)) as asked:
        assert asked.get("/metrics").status_code == 503


# --------------------------------------------------------------------------------------------------- metrics


def figures(engine: Engine, now: datetime) -> dict[tuple[str, ...], float]:
    """Every sample by name and labels, as another program reads them."""
    text = metrics(engine, lambda: now)
    assert text is not None
    families = list(text_string_to_metric_families(text.decode()))
    assert all(family.documentation for family in families)
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_prometheus_reads_what_the_database_holds(played: Played) -> None:
    leave(played, KOEGE, ISHOEJ, KOEBENHAVN)
    send(played, {ISHOEJ: Undeliverable(True, "recipient: 550"), KOEBENHAVN: Undeliverable(False, "connect: no")})
    note(played.engine, "audit", "2", START)
    found = figures(played.engine, local("2027-02-26T08:10"))
    assert found["tovholder_deliveries", "mail", "sent"] == 1
    assert found["tovholder_deliveries", "mail", "given_up"] == 1
    assert found["tovholder_deliveries", "mail", "failed"] == 1
    assert found["tovholder_sends_total", "mail"] == found["tovholder_given_up_total", "mail"] == 1
    assert found["tovholder_send_attempts", "mail"] == 3
    assert found["tovholder_possible_repeats_total", "mail"] == 0
    assert found["tovholder_oldest_open_seconds", "mail"] == 600
    assert found["tovholder_last_tick_timestamp_seconds", "demo"] == local(FIRST).timestamp()
    assert found["tovholder_audit_findings", "demo"] == 2
    with writing(played.engine) as connection:
        delivery = tables["delivery"]
        connection.execute(update(delivery).where(delivery.c.state == "sent").values(reason="possibly_repeated"))
    assert figures(played.engine, START)["tovholder_possible_repeats_total", "mail"] == 1


def test_what_is_settled_is_counted_once_and_again_only_where_it_took_a_step_since(played: Played) -> None:
    leave(played, KOEGE, ISHOEJ)
    send(played, {ISHOEJ: Undeliverable(True, "recipient: 550")})
    kept, table, last = Kept(), tables["delivery"], max(record.id for record in played.outbox())

    def same(at: str) -> bool:
        """Whether it is told what would be told had nothing been counted before."""
        return metrics(played.engine, lambda: local(at), kept) == metrics(played.engine, lambda: local(at))

    def upto() -> int:
        assert kept.counted is not None
        return kept.counted.upto

    assert same("2027-02-26T08:10") and upto() == 0
    assert same("2027-02-26T08:19") and upto() == 0
    assert same("2027-02-26T08:20") and upto() == last
    with writing(played.engine) as connection:
        connection.execute(update(table).where(table.c.id == last).values(attempts=7))
    assert not same("2027-02-26T08:21")  # which nothing of ours does: it was not read again
    with writing(played.engine) as connection:
        step = {"alliance_id": 1, "delivery_id": last, "at_ms": 0, "state": "given_up", "reason": ""}
        connection.execute(tables["transition"].insert().values(**step))
    assert same("2027-02-26T08:22") and upto() == 0


def test_nothing_is_measured_of_a_database_that_does_not_answer(tmp_path: Path) -> None:
    (tmp_path / "no.db").write_bytes(b"this is no database" * 100)
    engine = connect(f"sqlite:///{tmp_path}/no.db")
    assert metrics(engine, lambda: START) is None
    engine.dispose()


# ------------------------------------------------------------------------------------------------- heartbeat


class Monitor(HTTPServer):
    """Somebody who raises the alarm when the heartbeat stays away; ``answers`` is the status it gives."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.answers = 200
        super().__init__(("127.0.0.1", 0), _Hears)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/ping/secret"


class _Hears(BaseHTTPRequestHandler):
    server: Monitor

    def do_GET(self) -> None:
        self.server.heard.append(self.path)
        self.send_response(self.server.answers)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    server = Monitor()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_heart_beats_after_an_audit_that_found_nothing_and_only_then(demo: Engine, monitor: Monitor) -> None:
    worker = Worker(Settings(heartbeat_url=monitor.url), demo)
    worker.audit()
    assert monitor.heard == ["/ping/secret"]
    note(demo, "tick", "", START - timedelta(hours=27))
    worker.audit()
    assert len(monitor.heard) == 1
    note(demo, "tick", "", START)
    worker.audit()
    assert len(monitor.heard) == 2
    with writing(demo) as connection:  # the database fails
        connection.exec_driver_sql("DROP TABLE bookmark")
    worker.audit()
    assert len(monitor.heard) == 2


def test_the_heart_does_not_beat_while_somebody_was_not_told(played: Played, monitor: Monitor) -> None:
    played.plan("2027-02-26T16:30")  # too late in the day to remind anybody
    Worker(Settings(heartbeat_url=monitor.url), played.engine).audit()
    assert monitor.heard == []


def test_a_heartbeat_that_nobody_hears_is_logged_without_its_address(
    monitor: Monitor, caplog: pytest.LogCaptureFixture
) -> None:
    monitor.answers = 500
    assert beat(monitor.url) is False
    assert beat("http://127.0.0.1:1/secret") is False
    assert "secret" not in caplog.text and caplog.text.count("not heard") == 2


# ------------------------------------------------------------------------------------------------------ logs


@dataclass
class Postman:
    """A way out with the trouble that each address has."""

    trouble: dict[str, Exception] = field(default_factory=dict)
    channel: str = "mail"
    can_be_asked: bool = False
    at_once: int = 4
    rate: Rate = UNLIMITED
    sender: Sender = SENDER

    async def send(self, parcel: Parcel) -> str:
        if parcel.to_address in self.trouble:
            raise self.trouble[parcel.to_address]
        return "250 ok"

    async def find(self, parcel: Parcel) -> str | None:
        raise self.trouble.get(parcel.to_address, NotImplementedError())

    async def close(self) -> None:
        """Nothing is kept open."""


def send(played: Played, trouble: dict[str, Exception], at: str = FIRST, only_to: str = "") -> None:
    held = [record.id for record in played.outbox() if only_to and record.recipient != only_to]
    delivery = tables["delivery"]
    for ready in (2**50, 0):  # the others wait meanwhile
        with writing(played.engine) as connection:
            connection.execute(update(delivery).where(delivery.c.id.in_(held)).values(ready_ms=ready))
        if ready:
            send_due(played.engine, {"mail": Postman(trouble)}, lambda: local(at))


@pytest.fixture
def logged() -> Iterator[dict[str, io.StringIO]]:
    """Everything that anybody logs, as both of our formats write it down."""
    streams = {"json": io.StringIO(), "text": io.StringIO()}
    handlers = []
    for name, formatter in (("json", JsonLines()), ("text", PlainLines())):
        handlers.append(logging.StreamHandler(streams[name]))
        handlers[-1].setFormatter(formatter)
        logging.getLogger().addHandler(handlers[-1])
    yield streams
    for handler in handlers:
        logging.getLogger().removeHandler(handler)


def test_no_address_name_or_text_gets_into_the_log(
    played: Played, logged: dict[str, io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("Søren Uldum", KOEGE, ISHOEJ, KOEBENHAVN, ".example")
    secret = f"Søren Uldum <{KOEGE}> {ISHOEJ} {KOEBENHAVN}"
    leave(played, KOEGE, ISHOEJ, KOEBENHAVN)
    rounds: list[dict[str, Exception]] = [
        dict.fromkeys((KOEGE, ISHOEJ), Undeliverable(False, f"connect: {secret}")) | {KOEBENHAVN: RuntimeError(secret)},
        {KOEGE: Uncertain(f"data: 451 {secret}"), ISHOEJ: Undeliverable(True, f"recipient: 550 {secret}")},
        {KOEGE: Undeliverable(True, secret)},
    ]
    for number, trouble in enumerate(rounds):
        send(played, trouble, f"2027-02-26T{8 + 2 * number:02}:00")

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise ValueError(secret)

    monkeypatch.setattr("scheduling.parcels.words_for", broken)
    assert words_for is not broken
    played.plan("2027-03-17T08:00")
    send(played, {}, "2027-03-17T08:01", only_to=KOEGE)
    Worker(Settings(), played.engine).audit()
    log = {name: stream.getvalue() for name, stream in logged.items()}
    for text in log.values():
        assert [name for name in names if name in text] == []
    lines = [json.loads(line) for line in log["json"].splitlines()]
    assert {"time", "level", "logger", "event"} <= set(lines[0])
    assert {line.get("reason") for line in lines if "delivery" in line} >= {
        "connect",
        "transport",
        "data",
        "recipient",
        "other",
    }
    assert {line["error"] for line in lines if "error" in line} >= {"RuntimeError", "ValueError"}


def test_an_error_of_others_is_logged_by_type_and_place(logged: dict[str, io.StringIO]) -> None:
    try:
        raise LookupError("anna@koege.example")
    except LookupError:
        logging.getLogger("somebody.else").exception("could not write to %s", "anna@koege.example")
    (line,) = (json.loads(text) for text in logged["json"].getvalue().splitlines())
    assert (line["event"], line["error"]) == ("could not write to %s", "LookupError")
    assert "test_health.py" in line["where"][0]
    assert "LookupError" in logged["text"].getvalue() and "anna@" not in str(logged["text"].getvalue())


@pytest.mark.parametrize(
    ("wanted", "terminal", "as_json"),
    [("", True, False), ("", False, True), ("json", True, True), ("text", False, False)],
)
def test_a_terminal_gets_text_and_all_else_json_unless_told_otherwise(
    wanted: str, terminal: bool, as_json: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    set_up(wanted, stream)
    logging.getLogger("tovholder.test").warning("all is well", extra={"count": 2})
    assert stream.getvalue().startswith("{") is as_json and "all is well" in stream.getvalue()
    assert ('"count": 2' if as_json else "count=2") in stream.getvalue()


# ---------------------------------------------------------------------------------------------------- backups

BACKUP_TABLE = [(None, 25, True), (None, 27, False), (25.9, 300, True), (26.1, 300, False)]


@pytest.mark.slow
@pytest.mark.parametrize(("hours", "founded", "well"), BACKUP_TABLE)
def test_a_nightly_backup_that_stays_away_is_noticed_only_where_there_is_to_be_one(
    demo: Engine, hours: float | None, founded: float, well: bool
) -> None:
    with writing(demo) as connection:
        joined = tables["membership"]
        connection.execute(update(joined).values(recorded_at=START - timedelta(hours=founded)))
    for name in ("tick", "audit"):
        note(demo, name, "", START)
    if hours is not None:
        note(demo, "backup", "", START - timedelta(hours=hours))
    asked = health.report(demo, lambda: START, None, True)
    assert (asked["ok"], asked["why"]) == (well, [] if well else ["backup"])
    assert "backup" not in health.report(demo, lambda: START)
    found = audit(demo, START, nightly_backups=True)
    assert [one.kind for one in found if one.kind == "backup"] == ([] if well else ["backup"])
    assert "backup" not in {one.kind for one in audit(demo, START)}
