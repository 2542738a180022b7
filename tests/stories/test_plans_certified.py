"""Plans under a charter whose newer standard is certified by two observers, after the council and the secretariat."""

from __future__ import annotations

import pytest

from storage.engine import reading
from tests.stories.conftest import Conversation
from tests.stories.test_second_alliance import Second, both, both_once  # noqa: F401  (its fixtures)

SECRETARIAT, ADVISER = "secretariat@kl.example", "adviser@kkr-sjaelland.example"
C40, CONCITO, REALDANIA = "official@c40.example", "official@concito.example", "representative@realdania.example"
KOEGE, GLOSTRUP, ODENSE = (f"klimaalliance@{name}.example" for name in ("koege", "glostrup", "odense"))
FILLED = {
    "title": "Klimaplan for Glostrup",
    "standard": "cctf",
    "adopted_on": "2027-01-26",
    "adopted_by": "Glostrup Kommunalbestyrelse",
    "reduction": "75 % i 2035",
    "net_zero_year": "2045",
    "risk_flooding": "ja",
    "resilient_year": "2050",
}


@pytest.fixture
def talk(both):  # noqa: F811
    return Conversation(Second(both))


def written(talk, **filled):
    return talk.send(GLOSTRUP, talk.say(GLOSTRUP, "plan ny"), **(FILLED | filled))


def approved(talk, **filled):
    written(talk, **filled)
    talk.say(GLOSTRUP, "plan send")
    return talk.send(SECRETARIAT, talk.say(SECRETARIAT, "for Glostrup: plan vurder"), result="yes")


def certified(talk, who, **filled):
    form = talk.say(who, "for Glostrup: plan certificer")
    return talk.send(who, form, **({"result": "yes"} | filled)) if form.is_form else form


@pytest.mark.slow
def test_a_plan_is_certified_once_both_have_and_the_register_says_by_whom_and_until_when(talk):
    approved(talk)
    half = certified(talk, C40, until="2031-01-25")
    assert "delvist certificeret" in half.summary and "Mangler certificering fra: CONCITO" in half.text
    whole = certified(talk, CONCITO)
    assert whole.summary.endswith("Klimahandlingsplan, Glostrup Kommune: certificeret.")
    assert "Certificeret: af C40 den 1. marts 2027, gælder til og med den 25. januar 2031; af CONCITO" in whole.text
    assert "Certificeret: af C40 den 1. marts 2027" in talk.say(ODENSE, "for Glostrup: plan").text
    assert talk.say(ODENSE, "planer").rows()[-1][4] == "1"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("at", "state"),
    [("2027-03-31T23:59", "certificeret."), ("2027-04-01T00:00", "udløbet."), ("2027-04-02T09:00", "udløbet.")],
)
def test_a_certificate_counts_up_to_and_including_its_last_day(talk, at, state):
    approved(talk)
    certified(talk, C40, until="31.3.2027")
    certified(talk, CONCITO)
    talk.at = at
    assert talk.say(GLOSTRUP, "plan").summary.endswith(state)


def test_the_order_is_kept_adopted_then_approved_then_certified(talk):
    written(talk, adopted_on="", adopted_by="")
    assert "er ikke vedtaget endnu" in certified(talk, C40).text
    talk.say(GLOSTRUP, "plan send")
    talk.send(SECRETARIAT, talk.say(SECRETARIAT, "for Glostrup: plan vurder"), result="yes")
    assert "er ikke vedtaget endnu" in certified(talk, C40).text
    assert {record.recipient for record in talk.told("plan_news")} == {GLOSTRUP, SECRETARIAT}
    form = talk.say(GLOSTRUP, "plan ret")
    talk.send(GLOSTRUP, form, adopted_on="1.3.2027", adopted_by="Kommunalbestyrelsen")
    assert {C40, CONCITO} <= {record.recipient for record in talk.told("plan_news")}  # now it is their turn
    assert certified(talk, C40).done
    assert "har allerede certificeret" in certified(talk, C40).text


def test_who_certifies_may_return_it_with_comments_and_it_is_sent_in_again(talk):
    approved(talk)
    certified(talk, C40)
    returned = certified(talk, CONCITO, result="return", comment="Vis midlerne til tilpasning.")
    assert "sendt tilbage" in returned.summary
    assert "sendt tilbage af CONCITO" in talk.say(GLOSTRUP, "plan").text
    assert "Vis midlerne til tilpasning." in talk.say(GLOSTRUP, "plan").text
    assert "er ikke godkendt endnu" in certified(talk, C40).text
    assert "plan send" in talk.say(GLOSTRUP, "plan").offered()


@pytest.mark.parametrize("who", [GLOSTRUP, ODENSE, ADVISER, REALDANIA])
def test_nobody_else_certifies_or_approves(talk, who):
    approved(talk)
    before = talk.dump("journal")
    assert not certified(talk, who).done
    assert not talk.say(who, "for Glostrup: plan vurder").done
    assert talk.changed(before | {"journal": []}) <= {"journal"}


def test_the_secretariat_notes_a_certificate_for_whom_it_names(talk):
    approved(talk)
    form = talk.say(SECRETARIAT, "for Glostrup: plan certificer")
    assert [choice.value for choice in form.ask("by").choices] == ["C40", "CONCITO"]
    shown = talk.send(SECRETARIAT, form, by="CONCITO", result="yes")
    assert "Mangler certificering fra: C40" in shown.text


def test_who_certifies_can_only_be_whom_one_belongs_to(talk):
    approved(talk)
    form = talk.say(C40, "for Glostrup: plan certificer")
    assert [choice.value for choice in form.ask("by").choices] == ["C40"]
    refused = talk.hand_in(C40, form.form.buttons[0].words, {"by": "CONCITO", "result": "yes"})
    assert not refused.done


def test_no_plan_is_begun_by_the_standard_that_was_replaced_and_older_ones_keep_it(talk):
    again = written(talk, standard="capf")
    assert set(again.errors()) == {"standard"} and "den standard, der gjaldt" in again.errors()["standard"]
    assert written(talk, standard="capf", adopted_on="2023-12-31").done
    assert talk.say(ODENSE, "planer Hovedstaden CAPF").done
    shown = {row[0]: row[1:4] for row in talk.say(ODENSE, "planer alle").rows()}
    assert shown["Glostrup"] == ("1 (CAPF)", "31. dec. 2023", "vedtaget")
    assert shown["Albertslund"][2] == "godkendt; version 2: sendt til vurdering"  # CAPF, with CCTF beside it
    assert len(talk.say(ODENSE, "planer CCTF").rows()) == 6


def test_a_plan_by_the_older_standard_is_never_certified(talk):
    assert "certificeres ikke" in talk.say(SECRETARIAT, "for Ballerup: plan certificer").text
    assert {row[4] for row in talk.say(ODENSE, "planer").rows()} == {"0"}


def test_an_adviser_writes_down_the_plans_of_its_own_municipalities_only(talk):
    shown = talk.send(ADVISER, talk.say(ADVISER, "for Faxe: plan evaluer"), comment="Godt på vej.")
    assert "Evalueringen er noteret." in shown.text and "Godt på vej." in shown.text
    assert not talk.say(ADVISER, "for Odense: plan evaluer").done


def test_the_plans_of_one_alliance_are_not_those_of_the_other(talk):
    approved(talk)
    with reading(talk.engine) as connection:
        counted = connection.exec_driver_sql("SELECT alliance_id, count(*) FROM plan GROUP BY 1 ORDER BY 1").all()
    assert [tuple(row) for row in counted] == [(1, 94), (2, 101)]  # 94, six updates and Glostrup's
    assert "Klimaplan for Glostrup" not in talk.say("klima@glostrup.example", "plan").text
    assert talk.say("klima@glostrup.example", "planer").summary.startswith("94 af 98")
    assert talk.say(ODENSE, "planer").summary.startswith("95 af 98")


def test_an_observer_is_asked_which_municipality_is_meant(talk):
    assert "Skriv, hvilken kommune det gælder" in talk.say(C40, "plan").text
