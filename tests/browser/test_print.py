"""Pages on paper, as the browser prints them and poppler reads them: all is there, nothing is cut, black on white."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import start_demo
from tests.browser.scenes import COORDINATOR, MEMBER, SECRETARIAT, be, prepare

pytestmark = pytest.mark.browser

A4 = (595, 842)
NOT_PRINTED = ("Skift person", "English", "Prøveudgave", "Gå til indholdet", "Til samtalen")
STATES = ("opfyldt", "åben", "ikke åbnet")


@dataclass(frozen=True)
class Printed:
    """A page as a PDF; ``lines`` are those of its text as they stand beside each other."""

    pages: int
    size: tuple[int, int]
    lines: tuple[str, ...]
    overhang: float
    inks: set[bytes]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.lines).split())


@dataclass(frozen=True)
class Press:
    page: Page
    url: str
    folder: Path
    numbers: dict[str, str]

    def print(self, who: str, path: str, language: str = "da") -> Printed:
        be(self.page, self.url, who, language)
        self.page.goto(self.url + path.format(**self.numbers))
        file = self.folder / "page.pdf"
        self.page.pdf(path=file, prefer_css_page_size=True)
        info = _run("pdfinfo", str(file))
        wide, high = re.search(r"Page size: +([\d.]+) x ([\d.]+)", info).groups()  # type: ignore[union-attr]
        text = _run("pdftotext", "-layout", str(file), "-")
        words = re.findall(r'xMax="([\d.]+)"', _run("pdftotext", "-bbox", str(file), "-"))
        return Printed(
            int(re.search(r"Pages: +(\d+)", info)[1]),  # type: ignore[index]
            (round(float(wide)), round(float(high))),
            tuple(text.splitlines()),
            max(map(float, words)) - float(wide),
            self._corners(file),
        )

    def _corners(self, file: Path) -> set[bytes]:
        """The colours of the first page's edges: what the paper is."""
        _run("pdftoppm", "-r", "20", "-l", "1", "-singlefile", str(file), str(self.folder / "ppm"))
        data = (self.folder / "ppm.ppm").read_bytes()
        pixels = data.split(b"\n", 3)[3]
        return {pixels[:3], pixels[-3:]}


def _run(*command: str) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not here; it comes with poppler-utils")
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def press(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Press]:
    """A browser that shows everything dark, in a demo with a meeting that is called and has an agenda."""
    folder = tmp_path_factory.mktemp("print")
    with start_demo(folder) as running:
        context = browser.new_context(locale="da-DK", viewport={"width": 1280, "height": 900}, color_scheme="dark")
        page = context.new_page()
        yield Press(page, running.url, folder, prepare(page, running.url))
        context.close()


PAGES = {
    "board": (SECRETARIAT, "/board", "Status for alle medlemmer", A4[::-1], 5),
    "year": (SECRETARIAT, "/year", "Årshjul 2027", A4, 1),
    "meetings": (MEMBER, "/meetings", "Møder i 2027", A4, 1),
    "meeting": (SECRETARIAT, "/meetings/{steering}", "Styregruppemøde 1/2027", A4, 1),
    "influence": (SECRETARIAT, "/influence", "Politisk indflydelse", A4, 1),
    "mine": (COORDINATOR, "/mine", "Min liste", A4, 1),
    "journal": (SECRETARIAT, "/journal", "Journal", A4[::-1], 1),
    "obligation": (COORDINATOR, "/obligations/98", "Forpligtelse nr. 98", A4, 1),
    "overview": (SECRETARIAT, "/overview", "Overblik", A4, 2),
    "experience": (COORDINATOR, "/experience", "Erfaringer", A4[::-1], 1),
    "outbox": (SECRETARIAT, "/outbox", "Udbakke", A4[::-1], 8),
    "about": (COORDINATOR, "/about", "Om alliancen", A4, 2),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_prints_whole_with_its_alliance_and_day_and_nothing_to_press(press: Press, name: str) -> None:
    who, path, heading, size, most = PAGES[name]
    printed = press.print(who, path)
    assert printed.size == size and printed.pages <= most
    assert heading in printed.text and "DK2020 klimaalliance" in printed.text
    assert "Udskrevet torsdag den 25. februar 2027" in printed.text
    assert [words for words in NOT_PRINTED if words in printed.text] == []
    assert printed.overhang < 0, "something sticks out of the paper"
    assert printed.inks == {b"\xff\xff\xff"}, "the paper is not white"


def test_a_page_prints_in_the_language_of_its_reader(press: Press) -> None:
    printed = press.print(SECRETARIAT, "/overview", "en")
    assert "Overview" in printed.text and "DK2020 climate alliance" in printed.text
    assert "Printed Thursday 25 February 2027" in printed.text and "Udskrevet" not in printed.text
    assert printed.overhang < 0 and printed.inks == {b"\xff\xff\xff"}


def test_the_board_prints_every_member_with_all_its_states_under_repeated_heads(press: Press) -> None:
    printed = press.print(SECRETARIAT, "/board")
    rows = [line for line in printed.lines if sum(line.count(f" {state}") for state in STATES) >= 7]
    assert len(rows) == 98
    heads = sum("Medlem " in line and "indberetning" in line for line in printed.lines)
    assert heads == printed.pages


def test_a_paper_prints_without_the_way_back(press: Press) -> None:
    printed = press.print(MEMBER, "/papers/1")
    assert "Dagsorden – Styregruppemøde 1/2027" in printed.text and "Til mødet" not in printed.text
    assert printed.overhang < 0 and printed.inks == {b"\xff\xff\xff"}


def test_what_is_owed_prints_with_its_number_and_deadline(press: Press) -> None:
    text = press.print(COORDINATOR, "/mine").text
    assert re.search(r"Årlig indberetning 2027, Køge Kommune ○ åben nr\. \d+ Frist onsdag den 31\. marts 2027", text)
