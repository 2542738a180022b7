"""A paper as an accessible page of its own: WCAG 2.1 AA, no script, no style of its own but a linked sheet."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from jinja2 import Environment, PackageLoader, StrictUndefined

from alliance.papers import Paper
from templates.papers.sheet import sheet_of
from templates.phrases import Phrases

NO_LINKS: Mapping[int, str] = MappingProxyType({})
_PAGES = Environment(
    loader=PackageLoader("templates", "papers"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(
    paper: Paper, language: str, links: Mapping[int, str] = NO_LINKS, meeting: str = "", *, reader: str = ""
) -> str:
    """Write the copy as a whole HTML document.

    ``links`` leads from an attachment's id to where it is fetched, ``meeting`` is the address of the meeting's page.
    The paper is written in ``language``; what leads around it is said in that of its ``reader``, if it is another.
    """
    around = Phrases(reader or language)
    return _PAGES.get_template("paper.html").render(
        sheet=sheet_of(paper, language),
        links=links,
        meeting=meeting,
        skip=around("paper.skip"),
        to_meeting=around("paper.to_meeting"),
        around=around.language,
    )
