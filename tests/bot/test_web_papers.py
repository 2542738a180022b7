"""Papers on screen: each reader's copy, its file and attachments, and nothing at all of what is not theirs."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pypdf
import pytest
from sqlalchemy import select, update

from bot.request import Upload
from bot.web.app import Demo, demo_app
from storage.changes.meetings import plan_meeting
from storage.engine import reading, writing
from storage.tables import tables

with warnings.catch_warnings():  # the test client would rather have httpx2, which we do not need for anything else
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

if TYPE_CHECKING:
    from tests.conftest import Played

HERE, AT = "http://127.0.0.1:8000", "2027-02-25T09:00"
SECRETARIAT, MAYOR, MEMBER = "sekretariat@frederiksberg.example", "borgmester@koege.example", "klima@solroed.example"
CANARY = "KANARIE"
ITEM = {"heading": "Åbent", "kind": "information"}
CLOSED = {"heading": CANARY, "kind": "decision", "closed": "ja", "public_heading": "Kontraktsag", "case": CANARY}


@pytest.fixture
def become(played: Played) -> Iterator[Callable[[str], TestClient]]:
    """The pages as somebody sees them, with paper 1 issued: an open item with two attachments and a closed item."""
    with writing(played.engine) as connection:
        meeting = tables["meeting"]
        start = datetime(2027, 3, 16, 9, tzinfo=UTC)
        times = {"starts_at": start, "ends_at": start.replace(hour=13), "place": "Køge", "answer_by": date(2027, 3, 2)}
        planned = plan_meeting(connection, 1, kind="steering_group", year=2027, number=2, **times)
        connection.execute(update(meeting).where(meeting.c.id == planned).values(state="called"))
    file = {"file": Upload("aaben.html", "text/html", b"<script>x</script>")}
    played.say(SECRETARIAT, "punkt 2/2027", AT, ITEM, file)
    secret = {"file": Upload(f"{CANARY}.pdf", "application/pdf", CANARY.encode())}
    played.say(SECRETARIAT, "punkt 2/2027", AT, CLOSED, secret)
    played.say(SECRETARIAT, "bilag 10", AT, {"file_closed": "ja"}, {"file": Upload(f"{CANARY}2", "", CANARY.encode())})
    shown = played.say(SECRETARIAT, "dagsorden udsend 2/2027", AT).message
    words = [item.words for block in shown.blocks for item in getattr(block, "items", ()) if "bekræft" in item.words]
    assert played.say(SECRETARIAT, words[0], AT).done
    now = datetime(2027, 2, 25, 8, tzinfo=UTC)
    app = demo_app(Demo(played.engine, lambda: now, lambda _: None, lambda: None))
    with TestClient(app, base_url=HERE, follow_redirects=False) as client:

        def as_(address: str) -> TestClient:
            assert client.post("/persona", data={"address": address}).status_code == 303
            return client

        yield as_


def attached(played: Played) -> dict[int, str]:
    """What is on the agenda: the files that were put on it, and the status of every member."""
    with reading(played.engine) as connection:
        return {row.id: row.name for row in connection.execute(select(tables["attachment"]))}


def number_of(played: Played, name: str) -> int:
    return next(number for number, called in attached(played).items() if called == name)


def kept(played: Played, copy: str) -> bytes:
    file = tables["paper_file"]
    with reading(played.engine) as connection:
        found: bytes = connection.execute(select(file.c.content).where(file.c.copy == copy)).scalar_one()
    return found


@pytest.mark.slow
def test_each_reader_gets_their_copy_its_file_and_its_attachments_and_no_other(
    played: Played, become: Callable[[str], TestClient]
) -> None:
    names = attached(played)
    open_ids = {number for number, name in names.items() if CANARY not in name}
    open_id = number_of(played, "aaben.html")
    for who, copy in ((SECRETARIAT, "all"), (MAYOR, "all"), (MEMBER, "open")):
        client = become(who)
        page = client.get("/papers/1")
        pdf = client.get("/papers/1.pdf")
        text = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf.content)).pages)
        assert page.status_code == 200 and 'lang="da"' in page.text and f"/papers/1/attachments/{open_id}" in page.text
        assert pdf.content == kept(played, copy) and pdf.headers["content-type"] == "application/pdf"
        assert (CANARY in page.text, CANARY in text) == (copy == "all", copy == "all")
        reached = {number for number in names if client.get(f"/papers/1/attachments/{number}").status_code == 200}
        assert reached == (set(names) if copy == "all" else open_ids)


def test_an_attachment_is_kept_and_never_shown_as_our_page(played: Played, become: Callable[[str], TestClient]) -> None:
    answer = become(MEMBER).get(f"/papers/1/attachments/{number_of(played, 'aaben.html')}")
    assert answer.content == b"<script>x</script>" and answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment; ")


@pytest.mark.slow
def test_what_is_not_theirs_is_not_found_exactly_like_what_is_not_there(
    played: Played, become: Callable[[str], TestClient]
) -> None:
    paper, client = tables["paper"], become(MEMBER)
    with writing(played.engine) as connection:  # draft minutes are for the steering group
        (frozen,) = connection.execute(select(paper.c.frozen)).scalars()
        connection.execute(
            update(paper).values(frozen={**frozen, "kind": "minutes", "status": "circulated"}, status="circulated")
        )
    for path in ("", ".pdf", "/attachments/1"):
        hidden, missing = client.get(f"/papers/1{path}"), client.get(f"/papers/2{path}")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.text.replace("/papers/1", "/papers/2") == missing.text
    assert client.get(f"/papers/{2**70}").status_code == 404
    assert become(MAYOR).get("/papers/1").status_code == 200


@pytest.mark.slow
def test_what_was_closed_since_is_in_no_page_file_or_attachment_of_the_open_copy(
    played: Played, become: Callable[[str], TestClient]
) -> None:
    item = tables["agenda_item"]
    with writing(played.engine) as connection:
        connection.execute(
            update(item).where(item.c.heading == "Åbent").values(closed=True, public_heading="Personsag")
        )
    client, file = become(MEMBER), f"/papers/1/attachments/{number_of(played, 'aaben.html')}"
    page, pdf = client.get("/papers/1").text, client.get("/papers/1.pdf").content
    text = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert "Personsag" in page and "Åbent" not in page + text and "Personsag" in text
    assert pdf != kept(played, "open") and client.get(file).status_code == 404
    assert become(MAYOR).get(file).status_code == 200
    assert client.get("/papers/1.pdf").content == kept(played, "all")


def test_a_text_of_more_than_a_megabyte_is_answered_in_our_words_and_nothing_typed_is_lost(
    become: Callable[[str], TestClient],
) -> None:
    client = become(SECRETARIAT)
    typed = {"_words": "punkt 2/2027", "heading": "Møjsommeligt", "kind": "decision", "case": "x" * 1_200_000}
    answer = client.post("/say", data=typed, files={"file": ("", b"", "application/octet-stream")})
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    assert "højst stå 20.000 tegn" in page and 'value="Møjsommeligt"' in page and "x" * 1_200_000 in page
