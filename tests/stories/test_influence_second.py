"""Influence under the other charter, whose partners raise too and whose observers watch; nothing shows in the other."""

from __future__ import annotations

import pytest

from tests.stories.conftest import Conversation
from tests.stories.test_second_alliance import Second, both, both_once  # noqa: F401  (its fixtures)

SECRETARIAT, ADVISER = "secretariat@kl.example", "adviser@kkr-sjaelland.example"
REALDANIA, CONCITO = "representative@realdania.example", "official@concito.example"
KOEGE, ODENSE = "klimaalliance@koege.example", "klimaalliance@odense.example"
IN_THE_OTHER = "klima@koege.example"
TYPED = {"heading": "Afgift på overskudsvarme", "text": "Afgiften bør væk."}


@pytest.fixture
def talk(both):  # noqa: F811
    return Conversation(Second(both))


def raised(talk, who, words="rammevilkår nyt"):
    return talk.send(who, talk.say(who, words), **TYPED)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("who", "words", "by"),
    [
        (REALDANIA, "rammevilkår nyt", "Realdania"),
        (KOEGE, "rammevilkår nyt", "Køge"),
        (ADVISER, "for Køge: rammevilkår nyt", "Køge"),
        (ADVISER, "for KKR Sjælland: rammevilkår nyt", "KKR Sjælland"),
    ],
)
def test_members_partners_and_the_secretariats_of_the_kkr_raise(talk, who, words, by):
    raised(talk, who, words)
    assert [row[2] for row in talk.say(ODENSE, "rammevilkår").rows()] == [by]


@pytest.mark.parametrize(
    ("who", "words", "why"),
    [
        (CONCITO, "rammevilkår nyt", "kun medlemmer og partnere"),
        (CONCITO, "rammevilkår 1 støt", "kun medlemmer og partnere"),
        (ADVISER, "for Odense: rammevilkår 1 støt", "Du kan ikke tale for Odense"),
        (SECRETARIAT, "for CONCITO: rammevilkår nyt", "hverken medlem eller partner"),
    ],
)
def test_who_observes_or_belongs_elsewhere_looks_and_does_no_more(talk, who, words, why):
    raised(talk, KOEGE)
    said = talk.say(who, words)
    assert not said.done and why in said.text
    assert [row[0] for row in talk.say(who, "rammevilkår").rows()] == ["1"]


def test_who_advises_several_is_asked_for_whom_they_speak(talk):
    raised(talk, KOEGE)
    chosen = talk.say(ADVISER, "rammevilkår 1 støt")
    assert "KKR Sjælland" in {choice.label for choice in chosen.ask("for_member").choices}


def test_nothing_of_one_alliance_shows_in_the_other(talk):
    raised(talk, KOEGE)
    form = talk.say(SECRETARIAT, "henvendelse ny")
    talk.send(SECRETARIAT, form, recipient="Ministeren", subject="Afgiften bør væk.", sent_on="1.2.2027")
    here = talk.played
    talk.played = type(here).__mro__[1](here.engine)
    for words in ("rammevilkår", "rammevilkår alle", "henvendelse"):
        assert talk.say(IN_THE_OTHER, words).rows() == []
    for words in ("rammevilkår 1", "henvendelse 1", "rammevilkår 1 støt"):
        assert not talk.say(IN_THE_OTHER, words).done
    shown = talk.send(IN_THE_OTHER, talk.say(IN_THE_OTHER, "rammevilkår nyt"), **TYPED)
    assert "Rammevilkår 1," in shown.summary, "each alliance counts its own"
