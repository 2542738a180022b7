"""Danish first, English complete, and words that are found however they are written."""

from __future__ import annotations

import pytest

from alliance.names import fold
from bot.commands import COMMANDS
from templates.phrases import Phrases

MAYOR, COORDINATOR = "borgmester@koege.example", "klima@koege.example"
SECRETARIAT = "sekretariat@frederiksberg.example"
NAMES = [(command, name) for command in COMMANDS for name in command.names]


@pytest.mark.slow
@pytest.mark.parametrize(("command", "name"), NAMES, ids=[name for _, name in NAMES])
def test_every_command_is_known_by_each_of_its_names_in_any_case(talk, command, name):
    who, prefix = (SECRETARIAT, "for Køge: ") if command.about_member else (SECRETARIAT, "")
    replies = {talk.say(who, f"{prefix}{typed}").summary for typed in (name, name.upper(), f"/tovholder {name}")}
    assert len(replies) == 1
    assert not any("forstår ikke" in summary for summary in replies)


def test_no_two_commands_share_a_name():
    folded = [fold(name) or name for _, name in NAMES]
    owners = {(fold(name) or name): command.key for command, name in NAMES}
    assert all(owners[fold(name) or name] == command.key for command, name in NAMES)
    assert len(set(folded)) == len(owners)


@pytest.mark.parametrize("command", COMMANDS, ids=[command.key for command in COMMANDS])
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_command_has_its_own_word_in_each_language_and_in_plain_ascii(command, language):
    names = {fold(name) or name for name in command.names}
    word = fold(Phrases(language)(f"words.{command.key}"))
    assert word in names or word.split()[0] in names
    assert any(name.isascii() for name in command.names)


@pytest.mark.parametrize("typed", ["sprog en", "sprog engelsk", "language english", "SPROG EN", "sprog English"])
def test_a_language_is_chosen_per_person_and_everything_follows(talk, typed):
    assert "English" in talk.say(COORDINATOR, typed).text
    listed = talk.say(COORDINATOR, "list")
    assert "Annual report 2027" in listed.text and "indberet" not in " ".join(listed.offered())
    assert "Årlig indberetning" in talk.say(MAYOR, "liste").text


def test_an_english_reader_plays_the_whole_report_by_the_buttons(talk):
    talk.say(COORDINATOR, "sprog en")
    form = talk.press(COORDINATOR, talk.say(COORDINATOR, "list"), "report 2027")
    kept = talk.send(COORDINATOR, form, "keep", ghg_total="1.234")
    form = talk.press(COORDINATOR, kept, "report")
    asked = talk.send(COORDINATOR, form)
    assert asked.errors() and "1.234" in asked.text
    receipt = talk.send(COORDINATOR, asked, **{"ghg_total.meant": "1234"})
    assert "2027-0259-v1" in receipt.text
    answered = talk.press(COORDINATOR, talk.say(COORDINATOR, "list"), "mayor")
    assert answered.done and talk.standing("Køge", "summit") == "awaiting"


def test_an_english_reader_of_the_secretariat_sends_by_the_buttons(talk):
    talk.say(SECRETARIAT, "sprog en")
    shown = talk.send(SECRETARIAT, talk.say(SECRETARIAT, "message"), to="all", text="Hello")
    assert "message confirm" in shown.form.buttons[0].words
    talk.send(SECRETARIAT, shown)
    assert len(talk.told("broadcast")) == 196


@pytest.mark.parametrize("typed", ["sprog", "sprog tysk", "sprog da en"])
def test_a_language_we_do_not_speak_is_refused_with_those_we_do(talk, typed):
    reply = talk.say(COORDINATOR, typed)
    assert not reply.done and "sprog en" in reply.text


def test_choosing_the_language_one_has_changes_nothing(talk):
    before = talk.dump()
    assert talk.say(COORDINATOR, "sprog da").done
    assert talk.changed(before) == set()


# --------------------------------------------------------------------------------- words not known


@pytest.mark.parametrize(
    "who, typed, offered",
    [
        (COORDINATOR, "indbret", "indberet"),
        (COORDINATOR, "indbertning 2027", "indberet"),
        (COORDINATOR, "lsite", "liste"),
        (COORDINATOR, "/tovholder lsite", "liste"),
        (SECRETARIAT, "statsu", "status"),
        (SECRETARIAT, "for Køge: kontaktr", "for Køge: kontakter"),
    ],
)
def test_a_slip_of_the_hand_is_answered_with_the_word_that_was_meant(talk, who, typed, offered):
    reply = talk.say(who, typed)
    assert not reply.done and offered in reply.offered()


@pytest.mark.slow
@pytest.mark.parametrize("typed", ["statsu", "jurnal", "mangle", "beskd", "fremmoed", "dispensatio", "embed"])
def test_nobody_is_offered_a_command_they_may_not_use(talk, typed):
    forbidden = {Phrases("da")(f"words.{c.key}") for c in COMMANDS if c.needs in ("oversee", "run_secretariat")}
    assert not forbidden & set(talk.say(COORDINATOR, typed).offered())
    assert forbidden & set(talk.say(SECRETARIAT, typed).offered())


def test_suggestions_are_in_the_readers_language(talk):
    talk.say(COORDINATOR, "sprog en")
    assert "report" in talk.say(COORDINATOR, "reprot").offered()
    assert "report" in talk.say(COORDINATOR, "indbret").offered()


@pytest.mark.parametrize("words", ["", "   ", "hjælp", "?", "/tovholder", "/tovholder help", "hjaelp", "HJÆLP"])
def test_nothing_and_a_call_for_help_are_answered_with_what_i_may_ask(talk, words):
    help_ = talk.say(COORDINATOR, words)
    assert help_.done and "klimakoordinator, Køge" in help_.text
    told = {row[0] for row in help_.rows()}
    assert {"liste", "indberet", "svar"} <= told and not {"status", "besked", "journal"} & told


def test_every_example_of_the_help_works_as_it_is_written(talk):
    import re

    form = talk.say(COORDINATOR, "dokumenter 4")
    talk.send(COORDINATOR, form, kind="zero_waste", what="Tilsluttet", since="2027-02-01")
    for who in (COORDINATOR, SECRETARIAT):
        for row in talk.say(who, "hjælp").rows():
            for example in re.findall(r"`([^`]+)`", row[1]):
                if who == COORDINATOR and example.startswith("for "):
                    example = example.partition(": ")[2]
                elif who == SECRETARIAT and row[0] in ("svar", "dokumenter"):
                    example = f"for Køge: {example}"
                example = re.sub(r"(vis|fortryd) 12", r"\g<1> 1", example)
                example = example.replace("fremmøde", "kontakter") if "fremmøde" in example else example
                reply = talk.say(who, example)
                fine = reply.done or "Numrene står" in reply.text or "allerede" in reply.text
                assert fine, (who, example, reply.text)
