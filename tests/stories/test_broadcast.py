"""What reaches many people shows who gets what and asks before it is done."""

from __future__ import annotations

import pytest

MAYOR, COORDINATOR = "borgmester@koege.example", "klima@koege.example"
SECRETARIAT = "sekretariat@frederiksberg.example"


@pytest.fixture(autouse=True)
def before_the_first_reminders(talk):
    talk.at = "2027-02-25T09:00"


def preview(talk, to="report", text="Husk indberetningen."):
    return talk.send(SECRETARIAT, talk.say(SECRETARIAT, "besked"), to=to, text=text)


def test_the_form_says_how_many_each_audience_is(talk):
    labels = [choice.label for choice in talk.say(SECRETARIAT, "besked").ask("to").choices]
    assert any("196" in label for label in labels) and any("98" in label for label in labels)


def test_a_preview_shows_who_gets_what_and_posts_nothing(talk):
    before = talk.dump()
    shown = preview(talk)
    assert "98 personer" in shown.text and "Husk indberetningen." in shown.text
    assert shown.rows()[0][1:] == ("Albertslund", "mail") and len(shown.rows()) == 10 and "88" in shown.text
    assert talk.changed(before) == set()


def test_nothing_is_posted_until_it_is_confirmed_and_then_once_to_each(talk):
    sent = talk.send(SECRETARIAT, preview(talk))
    assert "98" in sent.summary
    posted = talk.told("broadcast")
    assert len(posted) == len({record.recipient for record in posted}) == 98
    assert COORDINATOR in {record.recipient for record in posted}
    entry = talk.journal()[0]
    assert (entry.action, entry.facts["recipients"]) == ("broadcast_sent", 98)
    assert entry.about == "audience:report" and "audience:" not in talk.say(SECRETARIAT, "journal").text


def test_confirming_eleven_times_sends_once(talk):
    shown = preview(talk)
    talk.send(SECRETARIAT, shown)
    before = talk.dump()
    for _ in range(10):
        assert "98" in talk.send(SECRETARIAT, shown).summary
    assert talk.changed(before) == set()


@pytest.mark.slow
@pytest.mark.parametrize("edited", [{"text": "Husk den nu!"}, {"text": "Husk indberetningen. "}])
def test_an_edited_text_is_previewed_again(talk, edited):
    shown = preview(talk)
    again = talk.send(SECRETARIAT, shown, **edited)
    if edited["text"].strip() == "Husk indberetningen.":
        assert len(talk.told("broadcast")) == 98  # a space at the end is no edit
        return
    assert again.is_form and edited["text"] in again.text and talk.told("broadcast") == []
    talk.send(SECRETARIAT, again)
    assert len(talk.told("broadcast")) == 98


def test_another_audience_than_the_one_shown_is_previewed_again(talk):
    shown = preview(talk, to="report")
    again = talk.hand_in(SECRETARIAT, shown.form.buttons[0].words, {"to": "all", "text": "Husk indberetningen."})
    assert again.is_form and "196" in again.text and talk.told("broadcast") == []


def test_a_wrong_seal_is_only_a_preview(talk):
    for words in ("besked bekræft", "besked bekræft 00000000", "besked bekraeft x y"):
        reply = talk.hand_in(SECRETARIAT, words, {"to": "all", "text": "Hej"})
        assert reply.is_form
    assert talk.told("broadcast") == []


def test_a_confirmation_from_yesterday_is_previewed_again(talk):
    shown = preview(talk)
    talk.at = "2027-02-26T09:00"
    assert talk.send(SECRETARIAT, shown).is_form
    assert talk.told("broadcast") == []


def test_who_answered_since_the_preview_is_not_written_to_without_a_new_look(talk):
    shown = preview(talk)
    talk.send(COORDINATOR, talk.say(COORDINATOR, "indberet"), ghg_total="410250,5")
    again = talk.send(SECRETARIAT, shown)
    assert again.is_form and "97 personer" in again.text and talk.told("broadcast") == []


def test_who_cannot_be_reached_is_named_and_not_counted(talk):
    from storage.changes import register

    person = talk.person(COORDINATOR).id
    at = talk.played.alliance.demo_now
    talk.change(lambda c, _: register.mark_unreachable(c, talk.addresses(person)[0].id, "550", at))
    shown = preview(talk)
    assert "97 personer" in shown.text and "Søren Uldum (Køge)" in shown.text
    talk.send(SECRETARIAT, shown)
    assert len(talk.told("broadcast")) == 97


@pytest.mark.parametrize(
    "filled, wrong",
    [({"to": "", "text": "Hej"}, "to"), ({"to": "alle", "text": "Hej"}, "to"), ({"to": "all", "text": " "}, "text")],
)
def test_what_is_missing_is_named_at_its_field_and_what_was_typed_stays(talk, filled, wrong):
    again = talk.send(SECRETARIAT, talk.say(SECRETARIAT, "besked"), **filled)
    assert set(again.errors()) == {wrong} and again.ask("text").value == filled["text"].strip()


def test_line_breaks_from_any_channel_are_the_same_text(talk):
    shown = preview(talk, text="Hej\r\n\r\nHusk.")
    talk.send(SECRETARIAT, shown, text="Hej\r\n\r\nHusk.")
    assert len(talk.told("broadcast")) == 98


@pytest.mark.slow
def test_the_message_arrives_as_written_and_says_who_wrote_it(talk):
    talk.send(SECRETARIAT, preview(talk, text="Husk **indberetningen**.\nVenlig hilsen"))
    talk.played.tick("2027-02-25T09:01")
    (letter,) = talk.played.letters(COORDINATOR)
    assert b"Bo Hede" in letter.content and b"Venlig hilsen" in letter.content


def test_one_member_is_written_to_by_its_name_and_nobody_else_is(talk):
    form = talk.say(SECRETARIAT, "besked Køge Husk tallene.")
    assert [choice.label for choice in form.ask("to").choices] == ["Køge (2)"] and form.ask(
        "text"
    ).value == "Husk tallene."
    shown = talk.send(SECRETARIAT, form)
    assert "2 personer (Køge)" in shown.text
    assert talk.send(SECRETARIAT, shown).done and talk.send(SECRETARIAT, shown).done
    assert {record.recipient for record in talk.told("broadcast")} == {MAYOR, COORDINATOR}
    assert not talk.say(COORDINATOR, "besked Solrød hej").done
