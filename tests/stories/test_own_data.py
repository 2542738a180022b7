"""A municipality takes its own data with it: all of it, nothing of others, for whoever acts for it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from email import message_from_bytes, policy

import pytest

from alliance.messages import File
from bot.request import Request
from bot.router import handle
from storage import journal
from storage.engine import writing
from storage.queries import register
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
    assert len(found) == 22
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
