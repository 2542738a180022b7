"""The register of plans: versions, what is decided about them, and the requirement that an adopted one meets."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

# Glostrup has no plan in the demo; Ballerup has one that was adopted; Køge's was approved, too.
GLOSTRUP, BALLERUP, KOEGE = "klima@glostrup.example", "klima@ballerup.example", "klima@koege.example"
SECRETARIAT = "sekretariat@frederiksberg.example"
QUIET_DAY = "2027-02-25T09:30"  # the day before the first reminders
FILLED = {
    "title": "Klimaplan for Glostrup",
    "link": "https://glostrup.example/klimaplan",
    "standard": "capf",
    "adopted_on": "2026-10-28",
    "adopted_by": "Glostrup Kommunalbestyrelse",
    "valid_until": "",
    "reduction": "70 % i 2030 i forhold til 1990",
    "net_zero_year": "2045",
    "risk_flooding": "ja",
    "other_risks": "hedebølger",
    "resilient_year": "2050",
}


def written(talk, who=GLOSTRUP, words="plan ny", **filled):
    return talk.send(who, talk.say(who, words), **(FILLED | filled))


def assessed(talk, result="yes", **filled):
    form = talk.say(SECRETARIAT, "for Glostrup: plan vurder")
    marks = {key: "ja" for key in form.asks() if key.startswith("mark_")}
    return talk.send(SECRETARIAT, form, **(marks | {"result": result} | filled))


def kinds(talk):
    """What has been told about plans, to whom and how it stands."""
    return {(record.recipient, record.occasion.partition(":")[0], record.state) for record in talk.told("plan_news")}


# Requirement 1: the plan is the evidence


def test_an_adopted_plan_meets_the_requirement_and_is_shown_with_both_its_tracks(talk):
    assert talk.standing("Glostrup", "plan") == "open"
    shown = written(talk)
    assert talk.standing("Glostrup", "plan") == "fulfilled"
    for said in (
        "Planen er registreret.",
        "Klimaplan for Glostrup, version 1",
        "Vedtaget: den 28. oktober 2026 af Glostrup Kommunalbestyrelse",
        "Reduktionsmål: 70 % i 2030 i forhold til 1990",
        "Klimaneutral: senest i 2045",
        "Klimarisici: Oversvømmelse og hedebølger",
        "Klimarobust: senest i 2050",
        "Opdateres senest: den 28. oktober 2030",
    ):
        assert said in shown.text, said
    (fact,) = talk.settlements("Glostrup", "plan")
    assert (fact.validity.since.isoformat(), fact.link) == ("2026-10-28", FILLED["link"])


def test_a_plan_that_is_under_way_meets_nothing_until_the_council_adopts_it(talk):
    shown = written(talk, adopted_on="", adopted_by="")
    assert "under udarbejdelse" in shown.summary and talk.standing("Glostrup", "plan") == "open"
    form = talk.press(GLOSTRUP, shown, "notér vedtagelsen")
    assert form.ask("title").value == FILLED["title"] and form.ask("risk_flooding").value == "ja"
    talk.send(GLOSTRUP, form, adopted_on="1.3.2027", adopted_by="Kommunalbestyrelsen")
    assert talk.standing("Glostrup", "plan") == "fulfilled"


@pytest.mark.parametrize("words", ["plan", "fortryd"])
def test_taking_the_plan_back_reopens_the_requirement_wherever_it_is_taken_back(talk, words):
    shown = written(talk)
    (fact,) = talk.settlements("Glostrup", "plan")
    if words == "plan":
        back = talk.press(GLOSTRUP, shown, "Fortryd det seneste")
        assert "fortrudt" in back.text
    else:
        back = talk.say(GLOSTRUP, f"fortryd {fact.id}")
        assert "taget ud af registret" in back.text
    assert talk.standing("Glostrup", "plan") == "open"
    assert "har ikke registreret en klimahandlingsplan" in talk.say(GLOSTRUP, "plan").text
    assert [row["withdrawn_at"] is not None for row in talk.played.rows("plan") if row["title"] == FILLED["title"]] == [
        True
    ]
    assert written(talk).done and talk.standing("Glostrup", "plan") == "fulfilled"


@pytest.mark.parametrize(
    ("at", "state"), [("2027-06-30T09:00", "fulfilled"), ("2027-07-01T00:00", "open"), ("2027-07-02T09:00", "open")]
)
def test_a_plan_that_ends_meets_the_requirement_up_to_and_including_its_last_day(talk, at, state):
    written(talk, valid_until="30.6.2027")
    talk.at = at
    assert talk.standing("Glostrup", "plan") == state
    assert ("udløbet" in talk.say(GLOSTRUP, "plan").summary) is (state == "open")


def test_a_corrected_plan_takes_the_place_of_the_one_before_and_so_does_what_it_meets(talk):
    written(talk)
    talk.send(GLOSTRUP, talk.say(GLOSTRUP, "plan ret"), adopted_on="2026-11-04")
    first, second = talk.settlements("Glostrup", "plan")
    assert first.withdrawn_at and not second.withdrawn_at and second.validity.since.isoformat() == "2026-11-04"
    assert talk.standing("Glostrup", "plan") == "fulfilled"


# Writing it down


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("title", "", "titel"),
        ("link", "glostrup.dk/plan", "https://"),
        ("net_zero_year", "", "klimaneutral"),
        ("net_zero_year", "2051", "senest i 2050"),
        ("net_zero_year", "snart", "fire cifre"),
        ("resilient_year", "2051", "senest i 2050"),
        ("adopted_on", "2.3.2027", "fremtiden"),
        ("adopted_on", "i går", "1.1.2027"),
        ("adopted_by", "", "hvem"),
        ("valid_until", "1.1.2026", "for tidlig"),
        ("reduction", "x" * 501, "for langt"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(talk, field, typed, words):
    again = written(talk, **{field: typed})
    assert set(again.errors()) == {field} and words in again.errors()[field]
    assert {key: again.ask(key).value for key in FILLED} == FILLED | {field: typed}
    assert talk.standing("Glostrup", "plan") == "open"


def test_the_same_form_sent_in_again_writes_nothing_twice(talk):
    form = talk.say(GLOSTRUP, "plan ny")
    talk.send(GLOSTRUP, form, **FILLED)
    before = talk.dump("form_draft")
    for _ in range(11):
        assert "allerede registreret" in talk.send(GLOSTRUP, form, **FILLED).text
    assert talk.changed(before | {"form_draft": []}) <= {"form_draft"}


def test_what_a_colleague_corrected_meanwhile_is_not_overwritten(talk):
    written(talk)
    form = talk.say(GLOSTRUP, "plan ret")
    talk.send("borgmester@glostrup.example", talk.say("borgmester@glostrup.example", "plan ret"), title="Ny titel")
    refused = talk.send(GLOSTRUP, form, title="Min titel")
    assert not refused.done and "er ændret af" in refused.text
    assert "Ny titel" in talk.say(GLOSTRUP, "plan").text


def test_anybody_sees_a_plan_and_only_the_member_and_the_secretariat_change_it(talk):
    written(talk)
    seen = talk.say(KOEGE, "for Glostrup: plan")
    assert "Klimaplan for Glostrup" in seen.text and seen.offered() == []
    before = talk.dump("journal")
    for verb in ("ny", "ret", "send", "evaluer", "vurder", "certificer"):
        assert not talk.say(KOEGE, f"for Glostrup: plan {verb}").done, verb
    assert not talk.say(GLOSTRUP, "plan vurder").done
    assert talk.changed(before | {"journal": []}) <= {"journal"}
    assert talk.journal()[0].action == "refused_role"


def test_the_secretariat_writes_a_plan_down_for_a_member_which_is_told(talk):
    talk.at = QUIET_DAY
    written(talk, SECRETARIAT, "for Glostrup: plan ny")
    assert talk.journal()[0].action == "plan_recorded" and talk.journal()[0].on_behalf
    assert kinds(talk) == {(GLOSTRUP, "version", "queued")}
    talk.played.tick("2027-02-25T09:35")
    letter = message_from_bytes(talk.played.letters(GLOSTRUP)[0].content, policy=policy.default)
    assert letter["subject"].startswith("Sekretariatet har registreret version 1 af klimahandlingsplanen for Glostrup")


# What is decided about it


def test_a_plan_is_sent_in_returned_with_comments_sent_again_and_approved_point_by_point(talk):
    shown = written(talk)
    sent = talk.press(GLOSTRUP, shown, "Send til vurdering")
    assert "sendt til vurdering" in sent.summary and (SECRETARIAT, "step", "queued") in kinds(talk)
    returned = assessed(talk, "return", mark_paris="", comment="Beskriv vejen til 1,5 grader.")
    assert "sendt tilbage" in returned.summary and returned.rows()[0][1] == "ikke opfyldt"
    assert "Beskriv vejen til 1,5 grader." in talk.say(GLOSTRUP, "plan").text
    talk.press(GLOSTRUP, talk.say(GLOSTRUP, "plan"), "Send til vurdering")
    approved = assessed(talk, decided_by="CONCITO")
    assert "godkendt" in approved.summary and {row[1] for row in approved.rows()[:6]} == {"opfyldt"}
    assert "Vurderet af CONCITO den 1. marts 2027" in approved.text
    assert [entry.on_behalf for entry in talk.journal() if entry.action == "plan_approved"] == [False]


def test_what_is_said_about_a_returned_plan_is_read_by_the_member_and_those_who_decide_only(talk):
    talk.press(GLOSTRUP, written(talk), "Send til vurdering")
    assessed(talk, "return", mark_paris="", comment="Beskriv vejen til 1,5 grader.")
    for who in (GLOSTRUP, SECRETARIAT):
        inside = talk.say(who, "for Glostrup: plan").text
        assert "Beskriv vejen" in inside and "ikke opfyldt" in inside
    outside = talk.say(KOEGE, "for Glostrup: plan").text
    assert "sendt tilbage" in outside and "Beskriv vejen" not in outside and "ikke opfyldt" not in outside


def test_the_mark_of_paris_says_who_granted_it_and_when(talk):
    talk.press(GLOSTRUP, written(talk), "Send til vurdering")
    table = assessed(talk, decided_by="C40").tables()[0]
    assert table.caption == "Vurderet af C40 den 1. marts 2027"
    assert ("Reducerer i overensstemmelse med Parisaftalens mål om højst 1,5 grader", "opfyldt") in table.rows


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"result": ""}, "result"),
        ({"mark_paris": ""}, "result"),  # a point is missing
        ({"result": "return"}, "comment"),
    ],
)
def test_an_assessment_says_its_result_and_a_plan_is_not_approved_with_a_point_open(talk, filled, field):
    talk.press(GLOSTRUP, written(talk), "Send til vurdering")
    assert set(assessed(talk, **filled).errors()) == {field}
    assert "sendt til vurdering" in talk.say(GLOSTRUP, "plan").summary


def test_a_plan_with_one_track_is_shown_as_incomplete_and_not_sent_in(talk):
    shown = written(talk, risk_flooding="", other_risks="", resilient_year="")
    assert "klimarisici og året for en klimarobust kommune mangler" in shown.text
    assert "plan send" not in shown.offered()
    assert "Udfyld dem, og send så planen." in talk.say(GLOSTRUP, "plan send").text


def test_each_step_is_taken_once_however_often_its_button_is_pressed(talk):
    written(talk)
    talk.say(GLOSTRUP, "plan send")
    before = talk.dump()
    for words in ("plan send", "plan send"):
        assert "allerede sendt" in talk.say(GLOSTRUP, words).text
    assert talk.changed(before) == set()
    form = talk.say(SECRETARIAT, "for Glostrup: plan vurder")
    assessed(talk)
    marks = {key: "ja" for key in form.asks() if key.startswith("mark_")}
    again = talk.send(SECRETARIAT, form, **marks, result="yes")
    assert "venter ikke på en vurdering" in again.text


def test_the_latest_step_is_taken_back_by_whom_it_belongs_to_and_the_news_of_it_withdrawn(talk):
    talk.at = QUIET_DAY
    written(talk)
    talk.say(GLOSTRUP, "plan send")
    shown = assessed(talk)
    words = next(words for words in shown.offered() if "fortryd" in words)
    assert not talk.say(GLOSTRUP, words).done
    assert "sendt til vurdering" in talk.say(SECRETARIAT, words).summary
    assert not talk.say(SECRETARIAT, words).done  # pressed again, it is not the latest any more
    talk.played.tick("2027-02-25T09:35")
    told = [(record.occasion.count(":back"), record.state) for record in talk.told("plan_news")]
    assert sorted(told) == [(0, "sent"), (0, "withdrawn"), (1, "sent")]


def test_a_plan_is_evaluated_before_its_next_version_is_begun(talk):
    assert "skal evalueres, før den kan opdateres" in talk.say(BALLERUP, "plan ny").text
    form = talk.press(BALLERUP, talk.say(BALLERUP, "plan"), "Evaluér")
    assert talk.send(BALLERUP, form, comment="").errors()
    shown = talk.send(BALLERUP, form, comment="Varmen er på plads, trafikken er bagud.")
    new = talk.press(BALLERUP, shown, "Begynd næste version")
    assert new.ask("net_zero_year").value and not new.ask("title").value
    under_way = talk.send(BALLERUP, new, title="Klimaplan 2027")
    assert under_way.summary.endswith("vedtaget; version 2: under udarbejdelse.")
    assert talk.standing("Ballerup", "plan") == "fulfilled"  # by the one in force
    assert "er ikke vedtaget endnu" in talk.say(BALLERUP, "plan ny").text
    assert [row[0] for row in under_way.tables()[0].rows] == ["1 (CAPF)"]


def test_a_plan_outlives_its_charter_and_the_next_one_goes_by_the_standard_of_its_day(talk):
    preview = talk.say(SECRETARIAT, "vedtægt skift klimaalliancen 1. april 2027")
    talk.press(SECRETARIAT, preview, "bekræft")
    talk.at = "2027-04-01T09:00"
    talk.played.plan(talk.at)
    kept = talk.say(BALLERUP, "plan")
    assert "(CAPF)" in kept.text and "Opdateres senest: den 7. marts 2027, over fristen" in kept.text
    talk.send(BALLERUP, talk.say(BALLERUP, "plan evaluer"), comment="Godt på vej.")
    new = talk.say(BALLERUP, "plan ny")
    assert new.ask("standard").value == "cctf"
    assert set(talk.send(BALLERUP, new, title="Ny plan", standard="capf").errors()) == {"standard"}
    assert talk.send(BALLERUP, new, title="Ny plan", adopted_on="1.4.2027", adopted_by="Byrådet").done
    assert {row[1] for row in talk.say(BALLERUP, "planer Hovedstaden").rows()} == {"1 (CAPF)", "2 (CCTF)", "–"}


# The register


def test_one_line_says_how_many_have_adopted_a_plan_and_who_has_not(talk):
    said = talk.say(KOEGE, "planer")
    assert said.summary == (
        "94 af 98 medlemmer har en vedtaget klimahandlingsplan; Dragør, Glostrup, Halsnæs og København mangler."
    )
    written(talk)
    assert talk.say(KOEGE, "planer").summary.startswith("95 af 98 medlemmer")


def test_the_country_is_counted_area_by_area(talk):
    rows = talk.say(KOEGE, "planer").rows()
    assert [row[0] for row in rows[:-1]] == [f"KKR {name}" for name in AREAS]
    assert rows[-1] == ("I alt", "98", "94", "20", "0", "17")
    assert [sum(int(row[column]) for row in rows[:-1]) for column in range(1, 6)] == [98, 94, 20, 0, 17]


AREAS = ("Hovedstaden", "Midtjylland", "Nordjylland", "Sjælland", "Syddanmark")


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("alle", 98),
        ("mangler", 4),
        ("CAPF", 94),
        ("capf 2027", 94),
        ("2026", 0),
        ("Sjælland", 17),
        ("KKR Sjælland", 17),
        ("Hovedstaden mangler", 4),
        ("overskredet", 17),
        ("Sjælland overskredet", 4),
        ("Nordjylland mangler", 0),
    ],
)
def test_the_register_shows_whom_one_asks_for(talk, words, count):
    said = talk.say(KOEGE, f"planer {words}")
    assert said.done and len(said.rows()) == count and said.summary.startswith(f"{count} af 98")


def test_each_member_has_a_line_and_what_is_overdue_says_so(talk):
    rows = {row[0]: row for row in talk.say(KOEGE, "planer alle").rows()}
    assert rows["Glostrup"] == ("Glostrup", "–", "–", "ingen plan", "–")
    assert rows["Køge"][:4] == ("Køge", "1 (CAPF)", "14. mar. 2023", "godkendt")
    assert rows["Albertslund"][4] == "31. jan. 2027, over fristen"
    assert "over fristen" not in rows["Køge"][4]


def test_plans_are_found_by_what_they_say_of_reductions_and_risks_however_it_is_spelled(talk):
    form = talk.say(KOEGE, "plan ret")
    assert talk.send(KOEGE, form, reduction="70 % i 2030, mest ved fjernvarme fra havvindmøller").done
    for words in ("havvindmøller", "HAVVINDMOELLE", "vindmølle fjernvarme", "Sjælland fjernvarmen"):
        assert [row[0] for row in talk.say(BALLERUP, f"planer {words}").rows()] == ["Køge"], words
    flooded = {row[0] for row in talk.say(BALLERUP, "planer oversvømmelse").rows()}
    assert "Køge" in flooded and len(flooded) > 1
    talk.say(BALLERUP, "sprog en")
    assert {row[0] for row in talk.say(BALLERUP, "plans flooding").rows()} == flooded
    assert not talk.say(BALLERUP, "plans spaceship").done


def test_a_word_the_register_does_not_know_is_answered_with_those_it_knows(talk):
    said = talk.say(KOEGE, "planer måske")
    assert not said.done and "mangler, opdateres, overskredet, mål, alle, CAPF, KKR Hovedstaden" in said.text


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("2026-09-11T09:00", ""),
        ("2027-03-01T09:00", "skal være opdateret senest den 14. marts 2027"),
        ("2027-03-14T09:00", "skal være opdateret senest den 14. marts 2027"),
        ("2027-03-15T09:00", "skulle være opdateret senest den 14. marts 2027"),
    ],
)
def test_an_update_that_falls_due_stands_on_the_members_own_list(talk, at, says):
    talk.at = at
    said = talk.say(KOEGE, "liste")
    assert says in said.text and ("plan" in said.offered()) is bool(says)


def test_the_register_speaks_english_to_whom_reads_it(talk):
    talk.say(KOEGE, "sprog en")
    said = talk.say(KOEGE, "plans missing")
    assert said.summary == "4 of 98 members have no adopted plan."
    assert "by 2050 at the latest" in talk.say(KOEGE, "plan").text
    assert "Takes all sources of emissions into account" in talk.say(KOEGE, "plan").text


# Beside the national targets


def test_a_plan_says_whether_it_goes_beyond_the_national_target_and_so_does_the_register(talk):
    written(talk, target_pct="75 %", target_year="2030", target_base="1990")
    shown = talk.say(BALLERUP, "for Glostrup: plan")
    assert "75 % i 2030 i forhold til 1990; går videre end det nationale mål på 70 %" in shown.text
    assert "senest i 2045; tidligere end det nationale mål, 2050" in shown.text
    rows = {row[0]: row for row in talk.say(BALLERUP, "planer mål").rows()}
    assert len(rows) == 98
    assert rows["Glostrup"][1:3] == ("75 % i 2030 i forhold til 1990", "går videre end det nationale mål på 70 %")
    register = talk.say(BALLERUP, "planer")
    assert "går videre end det" in register.text and "planer mål" in register.offered()
    area = talk.say(BALLERUP, "planer mål Sjælland").rows()
    assert 0 < len(area) < 98 and "Glostrup" not in {row[0] for row in area}


@pytest.mark.parametrize(
    ("numbers", "field", "wrong"),
    [
        (("75", "", ""), "target_year", "både procent, år og basisår"),
        (("", "2030", "1990"), "target_pct", "både procent, år og basisår"),
        (("75", "2030", "2030"), "target_base", "før det år"),
        (("mange", "2030", "1990"), "target_pct", "hele procent"),
        (("0", "2030", "1990"), "target_pct", "hele procent"),
        (("201", "2030", "1990"), "target_pct", "hele procent"),
        (("75", "30", "1990"), "target_year", "fire cifre"),
    ],
)
def test_a_target_is_written_in_whole_numbers_or_not_at_all(talk, numbers, field, wrong):
    said = written(talk, **dict(zip(("target_pct", "target_year", "target_base"), numbers, strict=True)))
    assert wrong in said.errors()[field] and set(said.errors()) == {field}
