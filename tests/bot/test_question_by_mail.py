"""Somebody without a chat answers another municipality from the mail alone, once, and nothing else of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import Engine

from tests.databases import Databases
from tests.installation import Installation

ASKING, ASKED, BUTTON = "klima@koege.example", "klima@ringsted.example", "Svar"


def test_the_mails_button_answers_that_question_and_no_other(
    databases: Databases, copied: Callable[[str], Engine]
) -> None:
    house = Installation(copied(databases.demo()), "2027-02-25T10:00")
    for text in ("Hvordan fik I udlejerne med?", "Og hvad kostede det?"):
        assert house.say(ASKING, f"spørg Ringsted: {text}").done
    house.send()
    link = house.links(house.mails(ASKED)[0])[BUTTON]
    browser = house.browser()
    offered = re.findall(r'name="_words" value="([^"]+)"', browser.get(link).text)
    foreign = browser.post(link, data={"_words": "spørgsmål 77 svar", "answer": "x"})
    assert foreign.status_code == 403
    done = browser.post(link, data={"_words": offered[0], "answer": "Vi begyndte med de store."})
    assert done.status_code == 200 and "er sendt til Køge Kommune" in done.text
    before = house.everything("web_session", "journal", "form_draft")
    browser.post(link, data={"_words": offered[0], "answer": "Og så noget andet."})
    assert house.everything("web_session", "journal", "form_draft") == before
    house.send()
    told = house.mails(ASKING)[0].get_body(preferencelist=("plain",))
    assert told is not None and "Vi begyndte med de store." in told.get_content()
