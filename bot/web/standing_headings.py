"""Standing headings for who reads another language than papers are written in: those that are still the charter's."""

from __future__ import annotations

from collections.abc import Iterator

from alliance.agendas import REPORT_OF, standing_items
from alliance.charter import Charter
from alliance.meetings import Meeting
from alliance.papers import PAPER_LANGUAGE
from templates.makers.agendas import standing_texts
from templates.phrases import Phrases


def headings_in(language: str, charter: Charter, meeting: Meeting, earlier: tuple[Meeting, ...]) -> dict[str, str]:
    """What each standing heading of the meeting's body is called in the language, by what it is called in a paper.

    ``earlier`` are the meetings of the body whose minutes it may be asked to approve.
    """
    if language == PAPER_LANGUAGE:
        return {}
    written, read = (tuple(_headings(one, charter, meeting, earlier)) for one in (PAPER_LANGUAGE, language))
    return dict(zip(written, read, strict=True))


def _headings(language: str, charter: Charter, meeting: Meeting, earlier: tuple[Meeting, ...]) -> Iterator[str]:
    body, say = charter.body(meeting.kind), Phrases(language, charter.zone)
    yield from (task.in_(language) for task in body.tasks)
    for other in charter.bodies:
        yield standing_texts(say, "report_of", body=other.short_name.in_(language))["heading"]
    for item in standing_items(0):
        if not item.key.startswith(REPORT_OF):
            facts = {"previous": "", "following": None, "partners": charter.secretariat.assisted_by}
            yield standing_texts(say, item.key, **facts)["heading"]
    for one in earlier:
        facts = {"previous": one.title.in_(language)}
        yield standing_texts(say, "approve_minutes", **facts)["heading"]
