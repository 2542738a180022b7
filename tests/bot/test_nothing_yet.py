"""An alliance in which nothing has happened yet: every page opens, and every list says that it is empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from html import unescape

import pytest
from sqlalchemy import Engine

from alliance.imports import read_members
from bot.web.app import LOOKS, Demo, demo_app
from storage.changes import imports
from storage.changes import register as changes
from storage.changes.founding import found
from storage.engine import writing
from storage.migrate import migrate
from storage.municipalities import municipalities
from storage.queries import register
from templates.phrases import Phrases
from tests.conftest import local
from tests.installation import TestClient

NOW = local("2027-02-25T09:00")
SECRETARY, MAYOR, KL = "sekretariat@koege.example", "borgmester@koege.example", "sekretariat@kl.example"
MEMBERS = f"""name,joined,office,person,mail,since,seat,chair
Køge,2023-01-01,mayor,Åse Ærø,{MAYOR},2026-01-01,2026-01-15,2026-02-01
Køge,,secretariat,Bo Bjerre,{SECRETARY},2026-01-01,,
"""
YEAR = {"year": 2027}
NOTHING: dict[str, tuple[tuple[str, dict[str, object]], ...]] = {
    "/chat": (),
    "/about": (),
    "/mine": (("page.mine.nothing_coming", {}), ("my_list.summary_none", {"member": ""})),
    "/meetings": (
        ("page.year.nothing", YEAR),
        ("page.meetings.no_papers", {}),
        ("decisions.summary", {"words": "", "count": 0}),
    ),
    "/influence": (("page.influence.none_waiting", {}), ("page.influence.no_asks", {})),
    "/experience": (("experiences.summary", {"of": 0, "member": ""}),),
    "/year": (("page.year.nothing", YEAR),),
    "/year/{year:short}": (("page.year.nothing", YEAR),),
    "/overview": (("overview.none.coming", {}), ("overview.none.requirements", {})),
    "/board": (("page.board.nobody", {}),),
    "/journal": (),  # that the alliance was founded is written down
    "/outbox": (("page.outbox.none", {}),),
    "/mailbox": (("page.mailbox.none", {"to": ""}),),
}
"""What an alliance without members and requirements says, by page; nothing where there is no list, or it has a line."""
FILES = {"/board.csv", "/board.json", "/data.zip"}


@pytest.fixture
def fresh(new_database: Callable[[], Engine]) -> Iterator[TestClient]:
    """Two alliances on their first day: one of a single member, and one of partners alone."""
    engine = new_database()
    migrate(engine)
    with writing(engine) as connection:
        first = found(connection, "first", "dk2020", date(2023, 1, 1), NOW, demo=True)
        known = {municipality.code: municipality.name for municipality in municipalities()}
        lines = read_members(MEMBERS, known, first.charter.offices)
        imports.import_members(connection, first, lines, NOW, "members.csv", lambda _done, _of: None)
        second = found(connection, "second", "klimaalliancen", date(2023, 6, 1), NOW, demo=True)
        home = register.organisation_by_code(connection, second.id, "KL", NOW.date())
        assert home
        person = changes.add_person(connection, second.id, "Kim Lund", "da")
        changes.add_address(connection, second.id, person, "mail", KL, NOW, verified=True)
        office, since = second.charter.secretariat.office, date(2024, 1, 1)
        changes.add_office_term(connection, second.id, home.id, office, person, since, None, NOW)
    demo = Demo(engine, lambda: NOW, lambda to: None, lambda: None)
    with TestClient(demo_app(demo), base_url="http://127.0.0.1:8000") as client:
        yield client


def test_every_page_there_is_is_tried_here() -> None:
    of_one_thing = {path for path in LOOKS if "{id:" in path}
    assert set(NOTHING) - {"/mailbox"} == set(LOOKS) - FILES - of_one_thing


@pytest.mark.slow
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_list_says_that_it_is_empty(fresh: TestClient, language: str) -> None:
    fresh.post("/persona", data={"address": KL})
    fresh.post("/language", data={"language": language})
    missing = {}
    for path, sentences in NOTHING.items():
        said = _main(fresh, path)
        wanted = {_sentence(language, key, facts) for key, facts in sentences}
        if absent := {sentence for sentence in wanted if sentence not in said}:
            missing[path] = absent
    assert missing == {}


@pytest.mark.slow
@pytest.mark.parametrize("who", [SECRETARY, MAYOR, KL])
def test_no_table_and_no_list_stands_empty_and_no_heading_alone(fresh: TestClient, who: str) -> None:
    fresh.post("/persona", data={"address": who})
    own = {SECRETARY: set(), MAYOR: {"/board", "/journal", "/outbox"}, KL: set()}[who]
    for path in NOTHING.keys() - own:
        page = _page(fresh, path)
        for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
            assert "<td" in table.partition("</thead>")[2] or "<thead" not in table, (path, table)
        assert not re.search(r"<([uod]l|tbody)[^>]*>\s*</\1>", page), path
        assert not re.search(r"</h2>\s*(<h2|</section|</main|$)", page), path


@pytest.mark.slow
def test_what_is_asked_for_by_a_number_is_not_there_and_the_page_says_how_to_go_on(fresh: TestClient) -> None:
    fresh.post("/persona", data={"address": SECRETARY})
    for path in (path for path in LOOKS if "{id:" in path):
        answer = fresh.get(_filled(path))
        assert answer.status_code == 404 and 'href="/chat"' in answer.text and 'href="/mine"' in answer.text, path


@pytest.mark.slow
def test_files_of_nothing_are_files(fresh: TestClient) -> None:
    fresh.post("/persona", data={"address": KL})
    assert len(fresh.get("/board.csv").text.strip().splitlines()) == 1
    assert fresh.get("/board.json").json() == []
    fresh.post("/persona", data={"address": MAYOR})
    assert fresh.get("/data.zip").content.startswith(b"PK")


def _sentence(language: str, key: str, facts: dict[str, object]) -> str:
    defaults = {"total": 0, "asked": "", "page": 1, "pages": 1}
    return " ".join(Phrases(language)(key, **{**defaults, **facts}).split())


def _page(client: TestClient, path: str) -> str:
    answer = client.get(_filled(path))
    assert answer.status_code == 200, path
    return str(answer.text).partition("<main")[2].partition("</main")[0]


def _main(client: TestClient, path: str) -> str:
    """What stands on a page, as one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", _page(client, path))).split())


def _filled(path: str) -> str:
    return re.sub(r"{\w+:short}", lambda slot: "2027" if "year" in slot[0] else "1", path)
