"""The secretariat is handed over: a list that opens in time, is worked out from the data and ticked off by hand."""

from __future__ import annotations

import pytest

COORDINATOR, MAYOR = "klima@koege.example", "borgmester@koege.example"
SECRETARIAT, NEXT = "sekretariat@frederiksberg.example", "sek@koege.example"


def row(talk, what, who=SECRETARIAT):
    return next(row for row in talk.say(who, "overdragelse").rows() if row[0].startswith(what))


def elect(talk, member, since="2028-02-01"):
    form = talk.say(SECRETARIAT, f"for {member}: plads")
    return talk.press(SECRETARIAT, talk.send(SECRETARIAT, form, what="chair", since=since), "Notér det")


def staff(talk):
    office = talk.say(SECRETARIAT, "for Køge: embede")
    filled = {"office": "secretariat", "name": "Kim Sek", "mail": NEXT, "since": "2028-01-03"}
    assert talk.enter(SECRETARIAT, office, **{k: v for k, v in filled.items() if k in office.asks()}).done


def test_it_opens_with_the_first_notice_that_the_term_ends(talk):
    assert "intet at overdrage" in talk.say(SECRETARIAT, "overdragelse").text
    talk.at = "2027-08-02T09:00"
    shown = talk.say(SECRETARIAT, "overdragelse")
    assert "til og med den 31. januar 2028" in shown.text and "mangler" in row(talk, "Ny formand")[1]


def test_who_is_elected_again_has_nothing_to_hand_over(talk):
    talk.at = "2027-12-01T09:00"
    assert talk.say(SECRETARIAT, "overdragelse").rows()
    elect(talk, "Frederiksberg")
    assert "intet at overdrage" in talk.say(SECRETARIAT, "overdragelse").text


def test_the_data_say_what_is_missing_and_each_line_says_what_to_write(talk):
    talk.at = "2027-12-01T09:00"
    elect(talk, "Køge")
    assert "for Køge: embede" in row(talk, "Nogen i det nye")[2]
    staff(talk)
    assert row(talk, "Nogen i det nye")[1] == "på plads"
    assert row(talk, "Sekretariatets egne")[1] == "på plads"
    talk.say(SECRETARIAT, "opgave ny Nyhedsbrev 8. december")
    meeting = row(talk, "Indkaldelser")
    assert talk.say(SECRETARIAT, meeting[2].strip("”")).done
    assert "Nyhedsbrev" in row(talk, "Sekretariatets egne")[1] and "opgaver" in row(talk, "Sekretariatets egne")[2]


def test_what_cannot_be_seen_is_ticked_off_once_and_taken_back(talk):
    talk.at = "2027-12-01T09:00"
    shown = talk.say(SECRETARIAT, "overdragelse")
    done = talk.press(SECRETARIAT, shown, "overdragelse arkiv færdig")
    assert row(talk, "Arkivet")[1:] == ("på plads", "Bo Hede, 1. dec. 2027")
    before = talk.dump()
    talk.press(SECRETARIAT, shown, "overdragelse arkiv færdig")
    assert talk.changed(before) == set()
    talk.press(SECRETARIAT, done, "overdragelse arkiv fortryd")
    assert "mangler" in row(talk, "Arkivet")[1]
    assert [e.action for e in talk.journal()][:2] == ["changeover_unticked", "changeover_ticked"]
    assert "arkiv" in talk.say(SECRETARIAT, "overdragelse kage færdig").text


def test_both_see_the_same_list_while_both_may_act(talk):
    talk.at = "2027-12-01T09:00"
    elect(talk, "Køge")
    staff(talk)
    talk.at = "2028-01-31T09:00"
    assert not talk.say(NEXT, "overdragelse").done
    talk.at = "2028-02-01T09:00"
    talk.say(NEXT, "overdragelse samtale færdig")
    assert (
        row(talk, "I har talt", NEXT)
        == row(talk, "I har talt")
        == ("I har talt det igennem", "på plads", "Kim Sek, 1. feb. 2028")
    )
    talk.at = "2028-03-02T09:00"
    assert not talk.say(SECRETARIAT, "overdragelse").done
    assert "intet at overdrage" in talk.say(NEXT, "overdragelse").text


@pytest.mark.parametrize("who", [MAYOR, COORDINATOR])
def test_it_is_the_secretariats(talk, who):
    assert not talk.say(who, "overdragelse").done and talk.journal()[0].action == "refused_role"
