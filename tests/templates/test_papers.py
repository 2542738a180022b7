"""Agendas, supplements and minutes in print and on the screen: readable by everybody, and only what the copy holds."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdfua import validate

from alliance.papers import (
    ITEM_KINDS,
    Change,
    Dissent,
    Paper,
    PaperAction,
    PaperAttachment,
    PaperAttendee,
    PaperItem,
)
from templates.papers import PaperFault, page, pdf
from templates.papers.printing import compiled
from templates.papers.prose import Passage, Span, clean, compared, passages
from templates.papers.sheet import sheet_of
from templates.phrases import LANGUAGES

HOSTILE = '#panic(1) *x* $y$ <b> @ref [link] <script>alert(1)</script> "q" {{ 7*7 }} `r` \\n // = h'
HOLES = re.compile(r"\bNone\b|Undefined|[{}]| {2}|\s[.,;:?](?=\s|$)|\(\)|^\s|\s$")
LONG_WORD = "Klimatilpasningsplanlægningsudvalgsformandskab" * 3
LONG_NAME = "Marie Frederikke von Bernstorff-Gyldensteen " * 3


def attachment(number: int, name: str = "Status.pdf", closed: bool = False) -> PaperAttachment:
    return PaperAttachment(number, f"Bilag {number}.1", name, "application/pdf", 245_300, "ab" * 32, closed)


def item(number: int, heading: str = "Fremgang i kommunerne", **fields: Any) -> PaperItem:
    return replace(PaperItem(number, number, heading, "decision", False), **fields)


PEOPLE = (
    PaperAttendee("Anne Kjær", "borgmester, Frederiksberg Kommune", chair=True),
    PaperAttendee("Bo Østergaard", "borgmester, Jammerbugt Kommune"),
    PaperAttendee("", "KKR Sjælland"),
    PaperAttendee("Freja Holm", "CONCITO", observer=True),
)
AGENDA = Paper(
    kind="agenda",
    copy="all",
    alliance="DK2020 klimaalliance",
    body="styregruppen",
    meeting="styregruppemøde",
    label="2/2027",
    starts_at=datetime(2027, 6, 3, 8, tzinfo=UTC),
    ends_at=datetime(2027, 6, 3, 12, tzinfo=UTC),
    place="Frederiksberg Rådhus",
    zone="Europe/Copenhagen",
    number=0,
    status="published",
    issued_at=datetime(2027, 5, 26, 7, 30, tzinfo=UTC),
    issued_by="Mette Lund",
    items=(
        item(1, "Godkendelse af dagsorden", recommendation="Sekretariatet indstiller, at dagsordenen godkendes."),
        item(2, summary="Kort.", case="Langt.\n\n- et\n- to", attachments=(attachment(2),)),
        item(3, "Valg af leverandør", closed=True, public_heading="Kontraktsag", summary="Tilbud B."),
    ),
    attendees=PEOPLE,
    quorum=3,
)
SUPPLEMENT = replace(AGENDA, kind="supplement", number=1, reason="Høringssvaret kom sent.", items=(item(4),))
DRAFT = replace(
    AGENDA,
    kind="minutes",
    status="draft",
    number=1,
    present=2,
    attendees=tuple(
        replace(a, presence=p) for a, p in zip(PEOPLE, ("present", "apologies", "", "absent"), strict=True)
    ),
    items=(
        item(
            1,
            notes="Enighed.",
            decision="Godkendt.",
            dissents=(Dissent("Bo Østergaard", "Finder fristen for kort."),),
            actions=(PaperAction("Skriver til de syv kommuner", "Frederiksberg Kommune", date(2027, 6, 18)),),
        ),
        item(2, "Valg af leverandør", closed=True, public_heading="Kontraktsag", decision="Tilbud B."),
    ),
)
CIRCULATED = replace(DRAFT, status="circulated")
APPROVED = replace(DRAFT, status="approved", approved_on=date(2027, 9, 2))
CORRECTED = replace(
    APPROVED,
    status="corrected",
    number=2,
    reason="Fristen var forkert.",
    changes=(
        Change("Punkt 1", "decision", "Frist den 31. marts.", "Frist den 30. april."),
        Change("2", "notes", "", "x"),
    ),
)
EMPTY = replace(AGENDA, items=(), attendees=(), place="", issued_by="")
FORTY = replace(
    AGENDA,
    items=tuple(item(n, f"{LONG_NAME[:110]} {n}", kind=ITEM_KINDS[n % 3], summary=LONG_WORD) for n in range(1, 41)),
    attendees=(PaperAttendee(LONG_NAME[:120], LONG_WORD[:120]), PaperAttendee(LONG_WORD[:120], LONG_NAME[:120])),
)
PAPERS = {
    "agenda": AGENDA,
    "open agenda": AGENDA.open_copy(),
    "supplement": SUPPLEMENT,
    "draft": DRAFT,
    "circulated": CIRCULATED,
    "approved": APPROVED,
    "corrected": CORRECTED,
    "empty": EMPTY,
    "forty": FORTY,
}
every_paper = pytest.mark.parametrize("name", PAPERS)
both_languages = pytest.mark.parametrize("language", LANGUAGES)


@cache
def printed(name: str, language: str) -> bytes:
    return pdf(PAPERS[name], language)


def squeezed(text: str) -> str:
    """The text without what the line breaking of a page adds and takes."""
    return re.sub(r"[\s\u00ad\u2010]+", "", text)


def pdf_text(content: bytes) -> str:
    return squeezed("".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(content)).pages))


class Reader(HTMLParser):
    """What a browser makes of a page: its elements in order, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return squeezed("".join(self.words))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


# -------------------------------------------------------------------------------- everybody can read


@both_languages
@pytest.mark.parametrize("name", [name for name in PAPERS if name != "forty"])
def test_every_paper_passes_the_pdf_ua_check(name: str, language: str, tmp_path: Path) -> None:
    assert findings(printed(name, language), tmp_path) == []


@pytest.mark.slow
@both_languages
def test_a_long_paper_passes_the_pdf_ua_check(language: str, tmp_path: Path) -> None:
    assert findings(printed("forty", language), tmp_path) == []


def test_the_pdf_ua_check_finds_what_is_wrong(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    untagged = io.BytesIO()
    writer.write(untagged)

    assert len(findings(untagged.getvalue(), tmp_path)) > 1


def findings(content: bytes, folder: Path) -> list[str]:
    file = folder / "paper.pdf"
    file.write_bytes(content)
    return [str(finding) for finding in validate(str(file)).findings]


@both_languages
@every_paper
def test_a_pdf_says_its_title_its_language_and_its_own_day(name: str, language: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(printed(name, language)))

    assert reader.metadata is not None
    assert reader.metadata.title == sheet_of(PAPERS[name], language).title
    assert reader.metadata.author == "DK2020 klimaalliance"
    assert reader.metadata.creation_date == PAPERS[name].issued_at
    assert str(reader.trailer["/Root"]["/Lang"]).startswith(language)


@pytest.mark.parametrize("name", ["agenda", "corrected"])
def test_the_tags_say_heading_table_and_column(name: str, tmp_path: Path) -> None:
    structure = poppler("pdfinfo", "-struct", printed(name, "da"), tmp_path)

    assert structure.count("H1 ") == len(sheet_of(PAPERS[name], "da").sections)
    assert ("TH" in structure and "Table" in structure) == (name == "corrected")


@pytest.mark.parametrize("name", ["forty", "corrected"])
def test_no_word_runs_over_the_edge_of_the_page(name: str, tmp_path: Path) -> None:
    boxes = poppler("pdftotext", "-bbox", printed(name, "da"), tmp_path)

    ends = [float(x) for x in re.findall(r'xMax="([\d.]+)"', boxes)]
    assert len(ends) > 50
    assert max(ends) <= 595.3 - 60


def poppler(program: str, option: str, content: bytes, folder: Path) -> str:
    if shutil.which(program) is None:
        if os.environ.get("TOVHOLDER_TEST_SYSTEM_REQUIRED"):
            pytest.fail(f"{program} is not installed; it is in Debian's poppler-utils")
        pytest.skip(f"{program} is not installed (Debian's poppler-utils)")
    source, target = folder / "paper.pdf", folder / "out.txt"
    source.write_bytes(content)
    command = [program, option, str(source), *([str(target)] if program == "pdftotext" else [])]
    done = subprocess.run(command, capture_output=True, check=True)
    return target.read_text(encoding="utf-8") if program == "pdftotext" else done.stdout.decode(errors="replace")


def test_what_cannot_be_read_by_everybody_is_not_printed(tmp_path: Path) -> None:
    template = tmp_path / "no_alt.typ"
    svg = '"<svg xmlns=\\"http://www.w3.org/2000/svg\\" width=\\"1\\" height=\\"1\\"></svg>"'
    template.write_text(f'#set document(title: "x")\n#title()\n= H\n#image(bytes({svg}), format: "svg")')

    with pytest.raises(PaperFault, match="missing alt text"):
        compiled(template, json.dumps({}))


@both_languages
@every_paper
def test_a_page_is_built_so_that_a_screen_reader_finds_its_way(name: str, language: str) -> None:
    reader = Reader(page(PAPERS[name], language))

    assert reader.all("html") == [{"lang": language}]
    assert [len(reader.all(tag)) for tag in ("h1", "main", "header", "footer", "title")] == [1] * 5
    levels = [int(tag[1]) for tag, _ in reader.elements if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(header.get("scope") == "col" for header in reader.all("th"))
    assert len(reader.all("caption")) == len(reader.all("table"))
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    inner = {str(link["href"])[1:] for link in reader.all("a") if str(link.get("href")).startswith("#")}
    assert inner <= set(ids)


@every_paper
def test_a_page_needs_neither_script_nor_style_of_its_own(name: str) -> None:
    reader = Reader(page(PAPERS[name], "da"))

    assert reader.all("script") == reader.all("style") == []
    assert [a for _, attributes in reader.elements for a in attributes if a == "style" or a.startswith("on")] == []
    assert [link["href"] for link in reader.all("link")] == ["/static/paper.css"]


# -------------------------------------------------------------------------------- only what it holds


def canaries() -> tuple[Paper, tuple[str, ...], tuple[str, ...]]:
    """Minutes whose every closed field has a word of its own, what is closed, and what of those items is public."""
    closed = [f"KANARIE{n}HEMMELIG" for n in range(14)]
    secret = item(
        2,
        closed[0],
        closed=True,
        public_heading="OFFENTLIGOVERSKRIFT",
        summary=closed[1],
        case=closed[2],
        recommendation=closed[3],
        attachments=(attachment(2, closed[4]), replace(attachment(3), label=closed[5])),
        notes=closed[6],
        decision=closed[7],
        dissents=(Dissent(closed[8], closed[9]),),
        actions=(PaperAction(closed[10], closed[11], date(2027, 6, 18)),),
    )
    bare = item(1, "AABENTPUNKT", attachments=(attachment(1, closed[12], closed=True), attachment(4, "AABENTBILAG")))
    changes = (Change("2", "notes", "", closed[13], closed=True), Change("1", "notes", "", "AABENRETTELSE"))
    paper = replace(CORRECTED, items=(bare, secret), changes=changes)
    return paper, tuple(closed), ("OFFENTLIGOVERSKRIFT", "AABENTPUNKT", "AABENTBILAG", "AABENRETTELSE")


def everything_in(content: bytes) -> bytes:
    """The file's bytes, every stream of it unpacked, its text and its strings in plain letters."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    found = [content, pdf_text(content).encode()]
    for number in range(1, len(reader.xref_objStm) + sum(map(len, reader.xref.values())) + 1):
        thing = reader.get_object(pypdf.generic.IndirectObject(number, 0, reader))
        found += [thing.get_data()] if isinstance(thing, pypdf.generic.StreamObject) else []
        found.append(str(thing).encode())
    return b"\n".join(found)


@both_languages
def test_the_open_copy_holds_nothing_that_is_closed(language: str) -> None:
    paper, closed, public = canaries()
    content = everything_in(pdf(paper.open_copy(), language))
    shown = page(paper.open_copy(), language, {2: "/2", 3: "/3"})

    assert [word for word in closed if word.encode() in content or word in shown] == []
    assert [word for word in closed if word.encode("utf-16-be") in content] == []
    assert [word for word in public if word.encode() not in content or word not in shown] == []


@both_languages
def test_the_whole_copy_holds_everything(language: str) -> None:
    paper, closed, public = canaries()
    content = everything_in(pdf(paper, language))
    shown = page(paper, language)

    assert [word for word in (*closed, *public) if word.encode() not in content or word not in shown] == []


@pytest.mark.parametrize(
    ("paper", "danish", "english"),
    [
        (AGENDA, "Lukket udgave: kun for styregruppen", "Closed copy: for styregruppen only"),
        (AGENDA.open_copy(), "Åben udgave: lukkede punkter er udeladt", "Open copy: closed items are left out"),
        (SUPPLEMENT, "Fuld udgave: intet er lukket", "Full copy: nothing is closed"),
        (SUPPLEMENT.open_copy(), "Åben udgave", "Open copy"),
    ],
)
def test_each_copy_says_which_it_is(paper: Paper, danish: str, english: str) -> None:
    assert sheet_of(paper, "da").edition == danish
    assert sheet_of(paper, "en").edition == english
    assert pdf_text(pdf(paper, "da")).count(squeezed(danish)) >= 2
    assert danish in page(paper, "da")


def test_a_change_says_where_and_whether_that_is_closed() -> None:
    changes = (Change("Punkt 2", "decision", "", "x", closed=True), Change("Punkt 3", "", "x", ""))
    grid = sheet_of(replace(CORRECTED, changes=changes), "da").sections[0].parts[0].grid

    assert grid is not None
    assert [row[0][0].text for row in grid.rows] == ["Punkt 2\nBeslutning (lukket punkt)", "Punkt 3"]
    assert [cell[0].text for row in grid.rows for cell in row[1:]] == ["(intet)", "x", "x", "(intet)"]


def test_a_withheld_item_is_its_public_heading_and_that_it_is_closed() -> None:
    section = sheet_of(AGENDA.open_copy(), "da").sections[2]

    assert section.heading == "3. Kontraktsag"
    assert section.tags == ("Til beslutning", "Lukket punkt")
    assert [part.prose for part in section.parts] == [(Passage("paragraph", ("Punktet er lukket.",)),)]


def test_a_closed_item_shows_those_who_may_see_it_what_the_others_see() -> None:
    section = sheet_of(AGENDA, "da").sections[2]

    assert section.heading == "3. Valg af leverandør"
    assert section.parts[0].prose[0].lines == ("Offentlig overskrift: Kontraktsag",)


# -------------------------------------------------------------------------------- what was typed stays


def hostile() -> Paper:
    """A paper with markup and code of every kind in every field that somebody may fill in."""
    dangerous = item(
        1,
        HOSTILE,
        summary=HOSTILE,
        case=HOSTILE,
        recommendation=HOSTILE,
        attachments=(replace(attachment(1, HOSTILE), label=HOSTILE),),
        notes=HOSTILE,
        decision=HOSTILE,
        dissents=(Dissent(HOSTILE, HOSTILE),),
        actions=(PaperAction(HOSTILE, HOSTILE, date(2027, 6, 18)),),
    )
    return replace(
        CORRECTED,
        alliance=HOSTILE,
        body=HOSTILE,
        meeting=HOSTILE,
        place=HOSTILE,
        issued_by=HOSTILE,
        reason=HOSTILE,
        items=(dangerous,),
        attendees=(PaperAttendee(HOSTILE, HOSTILE, presence="present"),),
        changes=(Change(HOSTILE, HOSTILE, "", HOSTILE),),
    )


@both_languages
def test_hostile_text_stays_text(language: str) -> None:
    shown = page(hostile(), language, {1: '"><script>x</script>'})
    reader = Reader(shown)

    assert "<script" not in shown
    assert reader.text.count(squeezed(HOSTILE)) >= 18
    assert pdf_text(pdf(hostile(), language)).count(squeezed(HOSTILE)) >= 18


@pytest.mark.slow
@both_languages
@every_paper
def test_the_same_paper_is_the_same_bytes(name: str, language: str) -> None:
    assert pdf(PAPERS[name], language) == printed(name, language)
    assert page(PAPERS[name], language) == page(PAPERS[name], language)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Godt gået 👍🏽", "Godt gået [thumbs up sign]"),
        ("漢", "[cjk unified ideograph-6f22]"),
        ("→ ✓ Łódź Ελλάδα", "→ ✓ Łódź Ελλάδα"),
        ("a\x00\x07b\ud800c\ufffe", "abc"),
        ("Anne\u202eoB", "AnneoB"),
    ],
)
def test_a_letter_no_font_has_is_spelled_out_and_what_nobody_sees_goes(typed: str, read: str) -> None:
    assert squeezed(read) in pdf_text(pdf(replace(SUPPLEMENT, reason=typed), "da"))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_typed_can_be_printed(heading: str, text: str) -> None:
    paper = replace(SUPPLEMENT, items=(item(1, heading, summary=text, attachments=(attachment(1, text),)),))

    assert pdf(paper, "da").startswith(b"%PDF-1.7")
    assert len(Reader(page(paper, "da")).all("h2")) == 1


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ()),
        (" \n\n ", ()),
        ("et", (Passage("paragraph", ("et",)),)),
        ("et\nto", (Passage("paragraph", ("et", "to")),)),
        ("et\r\n\r\nto", (Passage("paragraph", ("et",)), Passage("paragraph", ("to",)))),
        (
            "at\n- a\nog",
            (Passage("paragraph", ("at",)), Passage("list", ("a",)), Passage("paragraph", ("og",))),
        ),
        ("\uf0b7\ta", (Passage("list", ("a",)),)),
        ("-5 grader\n-", (Passage("paragraph", ("-5 grader", "-")),)),
    ],
)
def test_a_blank_line_parts_paragraphs_and_dashes_make_a_list(typed: str, read: tuple[Passage, ...]) -> None:
    assert passages(typed) == read


@given(st.text(alphabet="ab- \n"))
def test_no_letter_is_lost_between_the_lines(text: str) -> None:
    said = "".join(line for passage in passages(text) for line in passage.lines)

    assert re.sub(r"[\s-]", "", said) == re.sub(r"[\s-]", "", text)


@given(st.text(alphabet="ab \n"), st.text(alphabet="ab \n"))
def test_a_comparison_says_both_texts_whole(before: str, after: str) -> None:
    left, right = compared(before, after)

    assert "".join(span.text for span in left).strip() == clean(before).strip()
    assert "".join(span.text for span in right).strip() == clean(after).strip()
    assert (not [span for span in (*left, *right) if span.mark]) == (before.split() == after.split())


def test_a_comparison_marks_the_words_that_changed() -> None:
    left, right = compared("Frist den 31. marts 2027.", "Frist den 30. april 2027.")

    assert [span for span in left if span.mark] == [Span("31. marts", "gone")]
    assert [span for span in right if span.mark] == [Span("30. april", "new")]


# -------------------------------------------------------------------------------- how it is worded


@both_languages
@every_paper
def test_no_line_of_a_paper_has_a_hole(name: str, language: str) -> None:
    sheet = asdict(sheet_of(PAPERS[name], language))
    sheet["page"] = sheet["page"].replace("{page}", "1").replace("{pages}", "2")
    spans = {span["text"] for text in _grids(sheet) for row in text["rows"] for cell in row for span in cell}

    assert [text for text in strings(sheet) if HOLES.search(text) and text not in spans] == []


def _grids(sheet: dict[str, Any]) -> list[dict[str, Any]]:
    return [part["grid"] for section in sheet["sections"] for part in section["parts"] if part["grid"]]


@pytest.mark.parametrize(
    ("paper", "title", "status"),
    [
        (AGENDA, "Dagsorden – styregruppemøde 2/2027", "Udsendt 26. maj 2027 kl. 09.30 af Mette Lund"),
        (SUPPLEMENT, "Tillægsdagsorden nr. 1 – styregruppemøde 2/2027", "Udsendt 26. maj 2027 kl. 09.30 af Mette Lund"),
        (DRAFT, "Referat – styregruppemøde 2/2027", "Udkast"),
        (CIRCULATED, "Referat – styregruppemøde 2/2027", "I høring hos styregruppen"),
        (APPROVED, "Referat – styregruppemøde 2/2027", "Godkendt den 2. september 2027"),
        (CORRECTED, "Referat – styregruppemøde 2/2027", "Rettet version 2 (godkendt den 2. september 2027)"),
        (
            replace(EMPTY, meeting="klimatopmøde", label=""),
            "Dagsorden – klimatopmøde",
            "Udsendt 26. maj 2027 kl. 09.30",
        ),
    ],
)
def test_a_paper_names_itself_and_where_it_stands(paper: Paper, title: str, status: str) -> None:
    sheet = sheet_of(paper, "da")

    assert (sheet.title, sheet.status) == (title, status)


@pytest.mark.parametrize(
    ("present", "line"),
    [
        (2, "2 af 3 pladser var repræsenteret; styregruppen kunne ikke træffe beslutninger (kræver 3)."),
        (3, "3 af 3 pladser var repræsenteret; styregruppen kunne træffe beslutninger (kræver 3)."),
    ],
)
def test_minutes_say_whether_there_was_a_quorum(present: int, line: str) -> None:
    attendance = sheet_of(replace(DRAFT, present=present), "da").sections[0]

    assert attendance.parts[1].prose[0].lines == (line,)


def test_attendance_is_said_in_words() -> None:
    grid = sheet_of(DRAFT, "da").sections[0].parts[0].grid

    assert grid is not None
    assert [[span.text for cell in row for span in cell] for row in grid.rows] == [
        ["Anne Kjær, formand", "borgmester, Frederiksberg Kommune", "Deltog"],
        ["Bo Østergaard", "borgmester, Jammerbugt Kommune", "Afbud"],
        ["Ledig plads", "KKR Sjælland", "Ledig"],
        ["Freja Holm, observatør", "CONCITO", "Fraværende"],
    ]


@pytest.mark.parametrize(("items", "listed"), [(8, False), (9, True)])
def test_only_a_long_paper_has_a_table_of_contents(items: int, listed: bool) -> None:
    paper = replace(AGENDA, items=tuple(item(n) for n in range(1, items + 1)))

    assert ("Indhold" in pdf_text(pdf(paper, "da"))) == listed
    assert ("<nav" in page(paper, "da")) == listed


def test_a_file_is_linked_only_where_it_is_known_to_lie() -> None:
    shown = Reader(page(AGENDA, "da", {2: "/bilag/2"}))

    assert [link["href"] for link in shown.all("a")] == ["#main", "/bilag/2"]
    assert "Bilag2.1:Status.pdf(245kB)" in shown.text


@pytest.mark.parametrize(
    ("size", "said"), [(0, "1 kB"), (999, "1 kB"), (245_300, "245 kB"), (1_000_000, "1,0 MB"), (24_960_000, "25,0 MB")]
)
def test_a_size_is_in_the_unit_a_reader_expects(size: int, said: str) -> None:
    enclosed = item(1, attachments=(replace(attachment(1), size=size),))

    assert f"({said})" in page(replace(AGENDA, items=(enclosed,)), "da")


def test_an_empty_agenda_says_so() -> None:
    assert squeezed("Der er endnu ingen punkter på dagsordenen.") in pdf_text(printed("empty", "da"))
    assert "Der er endnu ingen punkter på dagsordenen." in page(EMPTY, "da")
