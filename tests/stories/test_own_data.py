"""A municipality takes its own data with it: all of it, nothing of others, for whoever acts for it."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import date
from email import message_from_bytes, policy

import pytest
from sqlalchemy import event

from alliance.messages import File
from bot.request import Request
from bot.router import handle
from storage import journal
from storage.engine import reading, writing
from storage.queries import register
from storage.queries.own_data import own_data
from storage.tables import tables as every_table
from tests.conftest import local

COORDINATOR, MAYOR, SECRETARIAT = "klima@koege.example", "borgmester@koege.example", "sekretariat@frederiksberg.example"
OTHER = "klima@glostrup.example"
SECRET = "Fortroligt"
QUIET_DAY = "2027-02-25T09:30"  # the day before the first reminders


def tables(file: File) -> dict[str, list[list[str]]]:
    """The tables of the file by subject, head and rows."""
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        assert archive.testzip() is None
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert all(text.startswith("\ufeff") for name, text in texts.items() if name.endswith(".csv"))
    return {
        name[3:-4]: list(csv.reader(io.StringIO(text[1:]), delimiter=";"))
        for name, text in texts.items()
        if name.endswith(".csv")
    }


def for_a_program(file: File) -> dict:
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        return json.loads(archive.read("data.json"))


def the_file(said) -> File:
    return next(block for block in said.message.blocks if isinstance(block, File))


def taken(talk, who=COORDINATOR, words="mine data", language="da") -> File:
    """The file as the command line hands it out, which has no pages."""
    reply = handle(talk.engine, Request(who, words, channel="cli"), local(talk.at))
    assert reply.done, reply.message.summary
    return next(block for block in reply.message.blocks if isinstance(block, File))


def test_a_member_takes_what_it_did_with_it_with_who_and_when(talk):
    talk.say(COORDINATOR, "svar topmøde ja borgmester")
    talk.send(COORDINATOR, talk.say(COORDINATOR, "dokumenter 5a"), kind="talk", what="=cmd|' /C calc'!A0")
    action = {"title": "Varmeplan", "track": "reduction", "theme": "energy", "owner": "Planchefen", "due": "1.6.2028"}
    talk.send(COORDINATOR, talk.say(COORDINATOR, "handling ny"), **action)
    talk.say(COORDINATOR, "handling 1 i gang")
    file = taken(talk)
    assert file.name == "koege-data-2027-03-01.zip"
    found = tables(file)
    assert len(found) == 25
    assert any(row[:3] == ["Klimatopmødet 2027", "ja", "borgmester"] or row[1] == "ja" for row in found["svar"][1:])
    whats = [row[found["dokumentation"][0].index("Hvad")] for row in found["dokumentation"][1:]]
    assert "'=cmd|' /C calc'!A0" in whats, "no cell is taken for a formula"
    assert [row[0] for row in found["planer"][1:]] == ["1"] and found["plantrin"][1:]
    assert "Oversvømmelse" in found["planer"][1]
    assert [row[:8] for row in found["planhandlinger"][1:]] == [
        ["1", "Varmeplan", "reduktion", "Energi og varme", "Planchefen", "2028-06-01", state, ""]
        for state in ("planlagt", "i gang")
    ]
    assert {row[2] for row in found["kontakter"][1:]} >= {COORDINATOR, MAYOR}
    actions = [row[2] for row in found["journal"][1:]]
    assert len(actions) >= 2 and all(" " in action for action in actions), "in words"
    whole = for_a_program(file)
    assert whole["organisation"] == {"code": "0259", "name": "Køge"}
    assert [len(whole[key]) for key in ("answers", "evidence")] == [
        len(found[name]) - 1 for name in ("svar", "dokumentation")
    ]
    assert whole["answers"][-1]["given_at"].endswith("+00:00")


@pytest.mark.slow
def test_what_it_proposed_shared_asked_and_raised_is_in_it_in_its_own_words(talk):
    talk.press(SECRETARIAT, talk.say(SECRETARIAT, "årshjul 2027"), "Skriv de 4")
    for heading in ("Fælles indkøb", "Elbiler i hjemmeplejen"):
        form = talk.say(COORDINATOR, "foreslå 1/2027")
        assert talk.send(COORDINATOR, form, heading=heading, kind="discussion", case=f"Om {heading}").done
    talk.say(SECRETARIAT, "dagsorden 1/2027")
    assert talk.say(SECRETARIAT, f"forslag {proposed(talk)[0]} optag").done
    talk.say(COORDINATOR, "del Fælles indkøb af varmepumper")
    talk.say(COORDINATOR, "spørg Glostrup: Hvordan fik I udlejerne med?")
    talk.say(OTHER, "spørgsmål 1 svar Med en aftale.")
    talk.send(OTHER, talk.say(OTHER, "rammevilkår nyt: Vindmøller"), text="Vi mangler dem.")
    talk.say(COORDINATOR, "rammevilkår 1 støt")
    mine, theirs = for_a_program(taken(talk)), for_a_program(taken(talk, OTHER))
    assert [(row["proposal_state"], row["title"], row["words"]) for row in mine["proposals"]] == [
        ("accepted", "", ""),  # the agenda's from then on, and read there
        ("proposed", "Elbiler i hjemmeplejen", "Om Elbiler i hjemmeplejen"),
    ]
    assert [row["what"] for row in mine["experiences"]] == ["Fælles indkøb af varmepumper"]
    (asked,), (was_asked,) = mine["questions"], theirs["questions"]
    assert (asked["question"], asked["answer"]) == ("Hvordan fik I udlejerne med?", "Med en aftale.")
    assert asked["by"] and not asked["answered_by"], "of the other the municipality alone"
    assert was_asked["answered_by"] and not was_asked["by"] and was_asked["asking"] == "Køge"
    assert [row["title"] for row in mine["supports"]] == [row["title"] for row in theirs["issues"]] == ["Vindmøller"]
    assert mine["issues"] == theirs["supports"] == theirs["proposals"] == theirs["experiences"] == []


def proposed(talk):
    """The numbers of what members proposed, as they came."""
    return [row["id"] for row in talk.played.rows("agenda_item") if row["proposed_for"]]


def test_nothing_of_another_member_is_in_it(talk):
    talk.send(OTHER, talk.say(OTHER, "dokumenter 5a"), kind="talk", what=SECRET)
    talk.say(OTHER, "for Køge: indberet")  # refused, and written down of Køge
    with zipfile.ZipFile(io.BytesIO(taken(talk).content)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert SECRET not in whole and "glostrup" not in whole.lower()
    mine = b"".join(zipfile.ZipFile(io.BytesIO(taken(talk, OTHER).content)).read("data.json").splitlines()).decode()
    assert SECRET in mine


@pytest.mark.slow
@pytest.mark.parametrize(
    ("who", "words", "name"),
    [
        (MAYOR, "mine data", "koege"),
        (MAYOR, "my data", "koege"),
        (MAYOR, "data", "koege"),
        (SECRETARIAT, "for Glostrup: mine data", "glostrup"),
        (SECRETARIAT, "for Glostrup: eksport", "glostrup"),
    ],
)
def test_who_acts_for_a_member_may_take_its_data_and_nothing_changes(talk, who, words, name):
    before = talk.dump()
    assert taken(talk, who, words).name.startswith(name)
    assert talk.changed(before) == set()


@pytest.mark.parametrize("words", ["for Køge: mine data", "for Køge: mine data send"])
def test_another_member_is_refused(talk, words):
    said = talk.say(OTHER, words)
    assert not said.done and not [block for block in said.message.blocks if isinstance(block, File)]
    assert talk.told("own_data") == []


def test_a_word_it_does_not_know_is_answered_with_the_one_it_does(talk):
    said = talk.say(COORDINATOR, "mine data alt")
    assert not said.done and "mine data" in said.text
    assert talk.say(COORDINATOR, "mine").done, "the list is still there"


def test_in_a_chat_it_is_sent_and_not_to_who_has_left_since(talk):
    reply = handle(talk.engine, Request(COORDINATOR, "mine data", channel="slack"), local(talk.at))
    assert not [block for block in reply.message.blocks if isinstance(block, File)]
    coming = talk.say(COORDINATOR, "mine data send")
    assert coming.done and "på vej" in coming.text
    assert [record.recipient for record in talk.told("own_data")] == [COORDINATOR]
    assert any(entry.action == "own_data_sent" for entry in talk.journal())


def test_sent_it_comes_by_mail_to_who_has_no_chat_and_is_made_when_it_leaves(talk):
    talk.at = QUIET_DAY
    talk.say(COORDINATOR, "mine data send")
    talk.send(COORDINATOR, talk.say(COORDINATOR, "dokumenter 5a"), kind="talk", what="Skrevet bagefter")
    talk.played.tick(talk.at)
    letters = [message_from_bytes(one.content, policy=policy.default) for one in talk.played.letters(COORDINATOR)]
    letter = next(one for one in letters if "hvad der er gemt om Køge Kommune" in one["Subject"])
    attached = next(part for part in letter.iter_attachments() if part.get_filename().endswith(".zip"))
    whole = for_a_program(File(attached.get_filename(), "application/zip", attached.get_content()))
    assert "Skrevet bagefter" in {row["what"] for row in whole["evidence"]}


def test_who_has_left_before_it_leaves_does_not_get_it(talk):
    talk.at = QUIET_DAY
    talk.say(COORDINATOR, "mine data send")
    assert talk.surely(SECRETARIAT, f"for Køge: fratræd {COORDINATOR}").done
    talk.played.tick(talk.at)
    assert [(record.state, record.reason) for record in talk.told("own_data")] == [("withdrawn", "not_theirs")]


NOT_TAKEN = {
    # what the secretariat keeps of its own work
    "changeover_tick": "what the secretariat ticks off before it hands itself over",
    "framework_step": "what the secretariat did with an issue; the issue itself is taken",
    "policy_ask": "what the alliance asked of others",
    "policy_answer": "what others answered the alliance",
    "task": "a recurring task of the secretariat",
    "task_day": "a day of such a task",
    # what is read in the copy that everybody may have, and may be closed
    "attachment": "belongs to an item of an agenda",
    "paper": "an agenda or minutes as they were sent",
    "paper_file": "their files",
    "minutes": "the alliance's",
    "minute": "the alliance's",
    "action": "its words are the minutes'; what a member owes by it is among the obligations, by its number",
    "comment": "is about the words of minutes that may be closed; that it was made is in the journal",
    # what was told, which the outbox keeps and `omdeling` and `tovholder why` show
    "notification": "what was told to somebody",
    "delivery": "how it was brought",
    "transition": "each step of that",
    "reminder_line": "which rung was told",
    # keys that open something: only their hashes are kept, and to take them would give nobody anything
    "acting_link": "a key",
    "feed_token": "a key",
    "link_code": "a key",
    "sign_in_link": "a key",
    "web_session": "a key",
    # others
    "form_draft": "what one person typed and did not send in: nobody else's, not even the municipality's",
    "grouping": "which region and KKR a municipality lies in, which is public",
}
"""The tables that hang on somebody, or on what is somebody's, and are not in the file; each with its reason."""


def test_every_table_that_hangs_on_somebody_is_in_it_or_has_a_reason_not_to_be(talk):
    talk.at = QUIET_DAY
    read = set()

    @event.listens_for(talk.engine, "before_cursor_execute")
    def looked_at(connection, cursor, statement, *_):
        read.update(re.findall(r'(?:FROM|JOIN|,)\s+"?(\w+)', statement))

    with reading(talk.engine) as connection:
        koege = register.organisation_by_code(connection, talk.played.alliance.id, "0259", talk.day())
        alliance = register.alliances(connection)[0]
        read.clear()
        subjects = own_data(connection, alliance, koege, local(talk.at)).subjects
    event.remove(talk.engine, "before_cursor_execute", looked_at)
    hang = {
        name
        for name, table in every_table.items()
        if {key.column.table.name for key in table.foreign_keys} - {"alliance"}
    }
    assert hang - read - {*NOT_TAKEN} == set(), "take it with the rest, or say here why not"
    assert {*NOT_TAKEN} <= hang, "what is not there needs no reason"
    assert {*NOT_TAKEN} & read == set(), "what is taken needs no reason"
    assert len(subjects) == 25


def test_who_was_asked_to_a_meeting_was_away_or_put_something_off_is_in_it(talk):
    talk.press(SECRETARIAT, talk.say(SECRETARIAT, "årshjul 2027"), "Skriv de 4")
    talk.press(SECRETARIAT, talk.say(SECRETARIAT, "møde indkald styregruppe 1/2027"), "Ja")
    with writing(talk.engine) as connection:
        alliance, at = talk.played.alliance.id, local(talk.at)
        coordinator, mayor, other = (
            register.person_at(connection, alliance, who).id for who in (COORDINATOR, MAYOR, OTHER)
        )
        days = {"valid_from": date(2027, 3, 8), "valid_until": date(2027, 3, 15), "recorded_at": at}
        absence = every_table["absence"]
        connection.execute(
            absence.insert().values(alliance_id=alliance, person_id=coordinator, deputy_id=mayor, **days)
        )
        connection.execute(absence.insert().values(alliance_id=alliance, person_id=other, **days))
    assert talk.say(COORDINATOR, "udskyd indberetning 8.3.").done
    mine, theirs = for_a_program(taken(talk)), for_a_program(taken(talk, OTHER))
    assert [(row["name"], row["deputy"], row["valid_from"]) for row in mine["absences"]] == [
        ("Søren Uldum", "Rikke Toft", "2027-03-08")
    ]
    assert [row["deputy"] for row in theirs["absences"]] == [None]
    assert {row["mail"] for row in mine["invitations"]} == {MAYOR} and theirs["invitations"] == []
    assert [row["name"] for row in mine["snoozes"]] == ["Søren Uldum"] and theirs["snoozes"] == []


def test_what_a_closed_item_is_called_is_not_in_the_journal_that_is_taken(talk):
    with writing(talk.engine) as connection:
        koege = register.organisation_by_code(connection, talk.played.alliance.id, "0259", talk.day())
        at = local(talk.at)
        facts = {"label": SECRET, "title": SECRET}
        for about in ("item:7", "meeting:3", "paper:2", "action:12"):
            given = {"organisation_id": koege.id, "about": about, "facts": facts}
            journal.write_down(connection, talk.played.alliance.id, at, "item_proposed", **given)
    file = taken(talk)
    assert [row[3] for row in tables(file)["journal"][-4:]] == ["item:7", "meeting:3", "paper:2", "action:12"]
    assert SECRET not in json.dumps(for_a_program(file))
