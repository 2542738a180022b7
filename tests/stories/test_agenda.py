"""An agenda from draft to its readers: written, published once, supplemented, and never more than is theirs."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import insert, select, update

from alliance.agendas import MOST_PER_FILE
from alliance.papers import from_json
from bot.mail.local import LocalMailTransport
from bot.request import Upload
from bot.web.letters import letter
from scheduling.deliver import send_due
from scheduling.papers import follow_readers
from scheduling.proposals import answer_cancelled
from storage.changes.meetings import plan_meeting
from storage.engine import reading, writing
from storage.queries import accounts
from storage.tables import tables
from tests.conftest import LETTERHEAD, local
from tests.stories.conftest import forget

SECRETARIAT, KOEGE_MAYOR = "sekretariat@frederiksberg.example", "borgmester@koege.example"
KOEGE, SOLROED = "klima@koege.example", "klima@solroed.example"
SECRET = "KANARIE"
ANNEX = "Status pr. kommune.pdf"
BOARD = {"heading": "Status", "kind": "decision", "recommendation": "At status godkendes."}
CLOSED = {"heading": f"{SECRET}-punkt", "kind": "decision", "closed": "ja", "public_heading": "Kontraktsag"}


@pytest.fixture(autouse=True)
def called(talk):
    """A called meeting on Tuesday 16 March 2027; its agenda is due on 10 March."""
    talk.at = "2027-03-01T09:00"
    with writing(talk.engine) as connection:
        planned = plan_meeting(
            connection,
            talk.played.alliance.id,
            kind="steering_group",
            year=2027,
            number=2,
            starts_at=datetime(2027, 3, 16, 9, tzinfo=UTC),
            ends_at=datetime(2027, 3, 16, 13, tzinfo=UTC),
            place="Køge Rådhus",
            answer_by=date(2027, 3, 2),
        )
        meeting = tables["meeting"]
        connection.execute(update(meeting).where(meeting.c.id == planned).values(state="called"))


def plan_first(connection, alliance_id, at):
    """The body's meeting before, at an instant."""
    first = {"kind": "steering_group", "year": 2027, "number": 1, "place": "Køge", "answer_by": at.date()}
    plan_meeting(connection, alliance_id, **first, starts_at=at, ends_at=at)


def begin(talk):
    return talk.say(SECRETARIAT, "dagsorden 2/2027")


def publish(talk, **typed):
    shown = talk.say(SECRETARIAT, "dagsorden udsend 2/2027", **typed)
    return talk.send(SECRETARIAT, shown) if shown.is_form else talk.press(SECRETARIAT, shown, "bekræft")


def add(talk, upload=None, **fields):
    files = {"file": upload} if upload else None
    return talk.played.say(SECRETARIAT, "punkt 2/2027", talk.at, fields, files)


def item_id(talk, heading):
    with reading(talk.engine) as connection:
        item = tables["agenda_item"]
        return connection.execute(select(item.c.id).where(item.c.heading == heading)).scalar_one()


def typed_files(talk):
    """The attachments that people put on, without the status of every member that is made with the agenda."""
    with reading(talk.engine) as connection:
        attachment = tables["attachment"]
        return connection.execute(select(attachment).where(attachment.c.name != ANNEX).order_by(attachment.c.id)).all()


def take_off_annex(talk):
    attachment = tables["attachment"]
    with writing(talk.engine) as connection:
        connection.execute(attachment.update().where(attachment.c.name == ANNEX).values(removed_at=local(talk.at)))


def papers(talk):
    with reading(talk.engine) as connection:
        rows = connection.execute(select(tables["paper"]).order_by(tables["paper"].c.id)).all()
    return [from_json(row.frozen) for row in rows]


def hears(talk, paper=1):
    """Who is told of a paper: address to the copy they get. Nobody hears twice, however many offices they have."""
    with reading(talk.engine) as connection:
        notification, delivery, address = tables["notification"], tables["delivery"], tables["address"]
        rows = connection.execute(
            select(address.c.value, notification.c.facts)
            .join(delivery, delivery.c.notification_id == notification.c.id)
            .join(address, address.c.id == delivery.c.address_id)
            .where(notification.c.kind == "paper", notification.c.about == f"paper:{paper}")
        ).all()
    assert len(rows) == len({row.value for row in rows})
    return {row.value: row.facts["copy"] for row in rows}


def send_only(talk, *addresses):
    """Let only these people's mails leave, and return them by address."""
    delivery, address = tables["delivery"], tables["address"]
    with writing(talk.engine) as connection:
        kept = select(address.c.id).where(address.c.value.in_(addresses))
        others = delivery.c.address_id.not_in(kept)
        connection.execute(update(delivery).where(others, delivery.c.state == "queued").values(state="withdrawn"))
    now = local(talk.at)
    send_due(talk.engine, {"mail": LocalMailTransport(talk.engine, LETTERHEAD)}, lambda: now)
    return {mail.recipient: letter(mail) for mail in talk.played.letters()}


# ------------------------------------------------------------------------------------------------------ the draft


def test_the_standing_items_are_written_the_first_time_the_secretariat_looks(talk):
    headings = [row[1] for row in begin(talk).rows()]
    assert headings[:3] == [
        "Godkendelse af dagsorden",
        "Godkendelse af referat",
        "Monitorere fremgang i alliancens kommuner",
    ]
    assert headings[-2:] == ["Næste møde", "Eventuelt"] and len(headings) == 9
    before = talk.dump()
    begin(talk)
    assert talk.changed(before) == set()


def test_the_item_on_progress_counts_every_member_and_can_be_drawn_anew(talk):
    begin(talk)
    progress = item_id(talk, "Monitorere fremgang i alliancens kommuner")
    form = talk.say(SECRETARIAT, f"punkt #{progress}")
    assert "alliancens 98 medlemmer" in form.ask("summary").value and "Krav 2" in form.ask("summary").value
    edited = talk.send(SECRETARIAT, form, summary="Vores egne ord.")
    assert edited.done and talk.say(SECRETARIAT, f"punkt #{progress}").ask("summary").value == "Vores egne ord."
    talk.at = "2027-03-05T09:00"
    assert "den 5. marts 2027" in talk.say(SECRETARIAT, f"punkt #{progress} tal").ask("summary").value


@pytest.mark.slow
def test_the_item_on_progress_says_what_has_come_since_the_body_last_met(talk):
    begin(talk)
    talk.change(lambda c, a: plan_first(c, a, local("2027-03-01T10:00")))
    talk.at = "2027-03-01T11:00"
    progress = item_id(talk, "Monitorere fremgang i alliancens kommuner")
    drawn = talk.say(SECRETARIAT, f"punkt #{progress} tal").ask("summary").value
    assert drawn.endswith("Siden Styregruppemøde 1/2027 er der ikke kommet mere på plads.")
    talk.at = "2027-03-02T09:00"
    for who in (KOEGE, SOLROED):
        form = talk.say(who, "dokumenter 4")
        talk.send(who, form, kind=form.ask("kind").choices[0].value, what="Tilsluttet", since="2027-02-01")
    drawn = talk.say(SECRETARIAT, f"punkt #{progress} tal").ask("summary").value
    assert drawn.endswith("er det kommet på plads: krav 4 hos 2 medlemmer.")
    assert re.search(r"Køge\s.*på plads: 4", printed_annex(talk)) and "Nyt" in printed_annex(talk)


def annexes(talk):
    with reading(talk.engine) as connection:
        attachment = tables["attachment"]
        return connection.execute(select(attachment).where(attachment.c.name == ANNEX).order_by(attachment.c.id)).all()


def printed_annex(talk):
    """The words of the annex that is on the agenda now."""
    (row,) = (row for row in annexes(talk) if row.removed_at is None)
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(row.content)).pages)


@pytest.mark.slow
def test_the_item_on_progress_has_every_municipality_in_an_annex_that_is_made_anew(talk):
    talk.played.plan("2027-02-25T08:00")
    begin(talk)
    progress = item_id(talk, "Monitorere fremgang i alliancens kommuner")
    with reading(talk.engine) as connection:
        names = [row.organisation.name for row in accounts.board(connection, talk.played.alliance, talk.day()).rows]
    said = printed_annex(talk)
    assert len(names) == 98 and not [name for name in names if name not in said]
    assert "KKR Sjælland" in said and "2: Årlig indberetning" in said and "siden" not in said
    talk.say(SECRETARIAT, f"punkt #{progress} tal")
    assert len(annexes(talk)) == 1  # the same day says the same
    closed = tables["attachment"].update().where(tables["attachment"].c.name == ANNEX).values(closed=True)
    talk.change(lambda connection, _: connection.execute(closed))
    talk.at = "2027-03-15T09:00"
    talk.say(SECRETARIAT, f"punkt #{progress} tal")
    assert [(row.removed_at is None, row.closed) for row in annexes(talk)] == [(False, True), (True, True)]


def test_the_item_on_participation_names_who_is_behind_and_since_when(talk):
    talk.played.plan("2027-02-25T08:00")
    begin(talk)
    participation = item_id(talk, "Sikre kommunernes aktive deltagelse i alliancen")
    form = talk.say(SECRETARIAT, f"punkt #{participation}")
    assert "ingen er over fristen, som er den 31. marts 2027; 98 kommuner mangler endnu" in form.ask("summary").value
    assert "Krav 1" not in form.ask("summary").value  # a plan carries on: it is no turnout
    with writing(talk.engine) as connection:  # the meeting after the report is due
        meeting = tables["meeting"]
        later = {"starts_at": local("2027-04-20T10:00"), "ends_at": local("2027-04-20T14:00")}
        connection.execute(update(meeting).where(meeting.c.number == 2).values(**later))
    talk.at = "2027-04-01T09:00"
    drawn = talk.say(SECRETARIAT, f"punkt #{participation} tal").ask("summary").value
    behind = next(line for line in drawn.splitlines() if "Krav 2" in line)
    assert "har manglet siden den 31. marts 2027" in behind and "står i bilaget ”Status pr. kommune”" in behind
    assert form.button("tal").label == "Hent nye tal"


def test_nobody_but_the_secretariat_sees_or_touches_a_draft(talk):
    begin(talk)
    add(talk, **{**BOARD, "heading": SECRET})
    for who in (KOEGE, KOEGE_MAYOR, SOLROED):
        shown = talk.say(who, "dagsorden 2/2027")
        assert "onsdag den 10. marts 2027" in shown.text and SECRET not in shown.text
        for words in ("punkt 1", "punkt 2/2027", "dagsorden udsend 2/2027", "tillæg 2/2027", "bilag 1", "forslag 1"):
            refused = talk.say(who, words)
            assert not refused.done and SECRET not in refused.text and talk.journal()[0].action == "refused_role"


def test_a_draft_can_be_seen_in_print_and_nothing_is_kept(talk):
    begin(talk)
    before = talk.dump()
    (file,) = [
        block for block in talk.say(SECRETARIAT, "dagsorden udkast 2/2027").message.blocks if hasattr(block, "content")
    ]
    assert file.content.startswith(b"%PDF") and talk.changed(before) == set()
    assert not talk.say(KOEGE_MAYOR, "dagsorden udkast 2/2027").done


def test_items_are_added_moved_and_removed_but_never_deleted(talk):
    begin(talk)
    add(talk, **BOARD)
    number = item_id(talk, "Status")
    moved = talk.say(SECRETARIAT, f"punkt #{number} op")
    assert [row[1] for row in moved.rows()][6:8] == ["Status", moved.rows()[7][1]]
    assert not talk.say(SECRETARIAT, f"punkt #{item_id(talk, 'Eventuelt')} ned").done
    gone = talk.say(SECRETARIAT, f"punkt #{number} fjern bekræft")
    assert "Status" not in [row[1] for row in gone.rows()] and item_id(talk, "Status") == number
    assert not talk.say(SECRETARIAT, f"punkt #{number}").done


def test_saving_the_same_item_again_adds_nothing(talk):
    begin(talk)
    add(talk, **BOARD)
    before = talk.dump()
    add(talk, **BOARD)
    assert talk.changed(before) == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"heading": " "}, "heading"),
        ({"kind": "noget"}, "kind"),
        ({"closed": "ja"}, "public_heading"),
        ({"closed": "ja", "public_heading": "STATUS"}, "public_heading"),
        ({"case": "x" * 20_001}, "case"),
        ({"heading": "x" * 301}, "heading"),
    ],
)
def test_a_form_that_is_wrong_comes_back_with_everything_typed(talk, wrong, field):
    begin(talk)
    before = talk.dump()
    typed = {**BOARD, "summary": "Langt og møjsommeligt.", **wrong}
    again = talk.hand_in(SECRETARIAT, "punkt 2/2027", typed)
    assert set(again.errors()) == {field} and again.ask("summary").value == "Langt og møjsommeligt."
    assert talk.changed(before) == set()


def test_a_file_that_cannot_be_kept_yet_is_asked_for_again(talk):
    begin(talk)
    said = add(talk, Upload("Kort.pdf", "application/pdf", b"kort"), **{**BOARD, "heading": ""})
    form = next(block for block in said.message.blocks if hasattr(block, "sections"))
    (error,) = [ask.error for section in form.sections for ask in section.asks if ask.key == "file"]
    assert "Kort.pdf" in error and "Vælg den igen" in error


def test_two_who_write_the_same_item_do_not_lose_each_others_words(talk):
    begin(talk)
    add(talk, **BOARD)
    opened = talk.say(SECRETARIAT, f"punkt #{item_id(talk, 'Status')}")
    talk.send(SECRETARIAT, opened, summary="Den første.")
    again = talk.send(SECRETARIAT, opened, summary="Den anden.")
    assert again.is_form and again.ask("summary").value == "Den anden." and "har gemt punktet" in again.text
    assert not talk.send(SECRETARIAT, again).is_form
    assert talk.say(SECRETARIAT, f"punkt #{item_id(talk, 'Status')}").ask("summary").value == "Den anden."


def test_a_look_or_a_preview_of_an_agenda_that_nobody_began_writes_nothing_and_can_be_sent_as_it_is(talk):
    before = talk.dump()
    for words in ("dagsorden udkast 2/2027", "punkt 2/2027", "dagsorden udsend 2/2027"):
        shown = talk.say(SECRETARIAT, words)
        assert shown.done
    assert talk.changed(before) == set() and "1. Godkendelse af dagsorden" in shown.text
    assert "på vej" in talk.press(SECRETARIAT, shown, "bekræft").summary
    (agenda,) = papers(talk)
    assert len(agenda.items) == 9 and min(item.id for item in agenda.items) > 0


# ---------------------------------------------------------------------------------------------------- attachments


def test_an_attachment_of_50_mb_is_refused_by_size_and_limit_and_nothing_typed_is_lost(talk):
    begin(talk)
    before = talk.dump()
    said = add(talk, Upload("Stort kort.pdf", "application/pdf", bytes(52_428_800)), **BOARD, case="Møjsommeligt.")
    form = next(block for block in said.message.blocks if hasattr(block, "sections"))
    asks = {ask.key: ask for section in form.sections for ask in section.asks}
    assert "52,4 MB" in asks["file"].error and "10 MB" in asks["file"].error
    assert asks["case"].value == "Møjsommeligt." and asks["heading"].value == "Status"
    assert talk.changed(before) == set()


def test_all_attachments_of_a_meeting_must_fit_in_a_mail(talk):
    begin(talk)
    take_off_annex(talk)
    for name in ("a", "b"):
        add(talk, Upload(f"{name}.pdf", "application/pdf", name.encode() * (7_500_000)), **{**BOARD, "heading": name})
    said = talk.played.say(
        SECRETARIAT, f"bilag #{item_id(talk, 'a')}", talk.at, {}, {"file": Upload("c.pdf", "application/pdf", b"c")}
    )
    assert "15 MB" in str(said.message) and MOST_PER_FILE > 7_500_000


def test_a_file_is_kept_byte_for_byte_under_a_safe_name_and_can_be_taken_off(talk):
    begin(talk)
    add(talk, Upload("..\\..\\Budget\x00 2027.pdf", "application/pdf", b"%PDF-1.7 tal"), **BOARD)
    form = talk.say(SECRETARIAT, f"punkt #{item_id(talk, 'Status')}")
    assert "Budget 2027.pdf" in form.text
    (row,) = typed_files(talk)
    assert (row.content, row.name, row.size) == (b"%PDF-1.7 tal", "Budget 2027.pdf", 12)
    talk.press(SECRETARIAT, form, "Fjern bilaget")
    assert "Budget 2027.pdf" not in talk.say(SECRETARIAT, f"punkt #{item_id(talk, 'Status')}").text
    assert not talk.say(SECRETARIAT, f"bilag #{item_id(talk, 'Status')} fjern {row.id}").done


def test_the_same_file_put_on_again_as_closed_takes_the_place_of_the_open_one(talk):
    begin(talk)
    file = Upload("Tilbud.pdf", "application/pdf", b"t" * 8_000_000)  # twice it would be too much for the meeting
    add(talk, file, **BOARD)
    number = item_id(talk, "Status")
    for _ in range(2):
        talk.played.say(SECRETARIAT, f"bilag #{number}", talk.at, {"file_closed": "ja"}, {"file": file})
    rows = typed_files(talk)
    assert [(row.closed, row.removed_at is None) for row in rows] == [(False, False), (True, True)]


def test_a_file_that_comes_with_an_item_that_is_there_already_is_put_on_it(talk):
    begin(talk)
    add(talk, **BOARD)
    add(talk, Upload("Kort.pdf", "application/pdf", b"kort"), **BOARD)
    assert "Kort.pdf" in talk.say(SECRETARIAT, f"punkt #{item_id(talk, 'Status')}").text


# ------------------------------------------------------------------------------------------------------ publishing


def test_a_preview_counts_who_gets_what_and_posts_nothing(talk):
    begin(talk)
    add(talk, **{**BOARD, "recommendation": ""})
    before = talk.dump()
    shown = talk.say(SECRETARIAT, "dagsorden udsend 2/2027")
    assert "197" in shown.summary and "6 får alle punkter" in shown.summary and "191" in shown.summary
    assert "uden indstilling: 8. Status" in shown.text and talk.changed(before) == set()


def test_publishing_sends_each_reader_one_paper_in_the_copy_that_is_theirs(talk):
    begin(talk)
    add(talk, Upload(f"{SECRET}.pdf", "application/pdf", SECRET.encode()), **CLOSED)
    sent = publish(talk)
    assert "6 får alle punkter" in sent.summary
    heard = hears(talk)
    assert len(heard) == 197 and heard[KOEGE_MAYOR] == "all" and heard[KOEGE] == heard[SOLROED] == "open"
    letters = send_only(talk, KOEGE_MAYOR, SOLROED)
    whole, some = letters[KOEGE_MAYOR], letters[SOLROED]
    assert [a.name for a in whole.attachments] == [
        "dagsorden-styregruppemøde-2-2027-lukket-udgave.pdf",
        f"Bilag 3.1 {ANNEX}",
        f"Bilag 8.1 {SECRET}.pdf",
    ]
    assert SECRET in whole.text and SECRET not in some.source + some.text
    assert [a.name for a in some.attachments][1:] == [f"Bilag 3.1 {ANNEX}"] and "Kontraktsag" in some.text
    with reading(talk.engine) as connection:
        kept = {row.copy: row.content for row in connection.execute(select(tables["paper_file"]))}
    assert (whole.attachments[0].content, some.attachments[0].content) == (kept["all"], kept["open"])


def test_confirming_again_sends_nothing_twice(talk):
    begin(talk)
    shown = talk.say(SECRETARIAT, "dagsorden udsend 2/2027")
    talk.press(SECRETARIAT, shown, "bekræft")
    before = talk.dump()
    for _ in range(3):
        assert "intet er ændret" in talk.press(SECRETARIAT, shown, "bekræft").text
    assert talk.changed(before) == set() and not talk.say(SECRETARIAT, "dagsorden udsend 2/2027").done


def test_what_was_changed_after_the_preview_is_shown_again_before_it_is_sent(talk):
    begin(talk)
    shown = talk.say(SECRETARIAT, "dagsorden udsend 2/2027")
    add(talk, **BOARD)
    again = talk.press(SECRETARIAT, shown, "bekræft")
    assert "Noget er ændret" in again.text and papers(talk) == []
    assert "på vej" in talk.press(SECRETARIAT, again, "bekræft").summary


def test_after_the_due_day_it_goes_out_only_with_a_reason_which_is_printed(talk):
    talk.at = "2027-03-11T09:00"
    assert "skulle have været udsendt" in begin(talk).text
    asked = talk.say(SECRETARIAT, "dagsorden udsend 2/2027")
    assert "reason" in asked.asks() and "bekræft" not in " ".join(asked.offered())
    long = talk.send(SECRETARIAT, asked, reason="x" * 20_001)
    assert "20.000 tegn" in long.errors()["reason"] and len(long.ask("reason").value) == 20_001
    shown = talk.send(SECRETARIAT, asked, reason="Regnskabet kom i går.")
    assert "på vej" in talk.send(SECRETARIAT, shown).summary
    assert papers(talk)[0].reason == "Regnskabet kom i går."


@pytest.mark.slow
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": "planned"}, "dagsorden udsend 2/2027"),
        ({"state": "cancelled"}, "dagsorden udsend 2/2027"),
        ({"state": "held"}, "punkt 2/2027"),
        ({}, "tillæg 2/2027"),
        ({}, "dagsorden topmøde 2027"),
        ({}, "dagsorden 9/2027"),
        ({}, "punkt 999"),
        ({}, "papir 999"),
        ({}, "forslag 999 optag"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(talk, values, words):
    begin(talk)
    if values:
        meeting = tables["meeting"]
        talk.change(lambda connection, _: connection.execute(update(meeting).values(**values)))
    before = talk.dump("journal")
    refused = talk.say(SECRETARIAT, words)
    assert not refused.done and "Det kan jeg desværre ikke" not in refused.text
    assert talk.changed({**before, "journal": talk.dump()["journal"]}) == set()


# ------------------------------------------------------------------------------------------------------ supplements


@pytest.mark.slow
def test_what_comes_later_goes_out_as_a_numbered_supplement_with_a_reason(talk):
    begin(talk)
    add(talk, **BOARD)
    publish(talk)
    number = item_id(talk, "Status")
    assert not talk.say(SECRETARIAT, "tillæg 2/2027").done  # nothing is new
    assert not talk.say(SECRETARIAT, f"punkt #{number} fjern bekræft").done  # its readers have it
    talk.send(SECRETARIAT, talk.say(SECRETARIAT, f"punkt #{number}"), summary=SECRET)
    add(talk, **{**BOARD, "heading": "Høringssvar"})
    assert SECRET not in talk.say(KOEGE, "dagsorden 2/2027").text + talk.say(KOEGE, "papir 1").text
    shown = talk.send(SECRETARIAT, talk.say(SECRETARIAT, "tillæg 2/2027"), reason="Svaret kom sent.")
    talk.send(SECRETARIAT, shown)
    agenda, supplement = papers(talk)
    assert SECRET not in str(agenda) and (supplement.kind, supplement.number) == ("supplement", 1)
    assert [(i.number, i.heading) for i in supplement.items] == [(8, "Status"), (11, "Høringssvar")]
    assert supplement.reason == "Svaret kom sent." and hears(talk, 2) == hears(talk, 1)
    assert "11. Høringssvar" in talk.say(KOEGE, "dagsorden 2/2027").text
    send_only(talk, SOLROED)
    mails = [mail.content.decode() for mail in talk.played.letters(SOLROED)]
    assert len(mails) == 2 and len({re.search("^References: (.+)", mail, re.M)[1] for mail in mails}) == 1


@pytest.mark.slow
def test_what_was_closed_after_it_was_issued_leaves_in_no_open_copy_any_more(talk):
    begin(talk)
    add(talk, **{**BOARD, "summary": SECRET})
    plan = Upload("Plan.pdf", "application/pdf", SECRET.encode())
    add(talk, plan, **{**BOARD, "heading": "Planen"})
    publish(talk)
    status, planned = item_id(talk, "Status"), item_id(talk, "Planen")
    talk.send(SECRETARIAT, talk.say(SECRETARIAT, f"punkt #{status}"), closed="ja", public_heading="Kontraktsag")
    talk.played.say(SECRETARIAT, f"bilag #{planned}", talk.at, {"file_closed": "ja"}, {"file": plan})
    assert SECRET in str(papers(talk)[0])  # what was issued stays as it was
    for said in (talk.say(KOEGE, "papir 1"), talk.say(KOEGE, "dagsorden 2/2027")):
        assert SECRET not in str(said.message) and "Kontraktsag" in said.text and "Plan.pdf" not in said.text
    letters = send_only(talk, KOEGE_MAYOR, SOLROED)
    some = letters[SOLROED]
    file, _ = some.attachments
    printed = " ".join(page.extract_text() for page in PdfReader(BytesIO(file.content)).pages)
    assert "Punkterne 8 og 9 er lukket" in some.text and "Punkterne 8 og 9 er lukket" in " ".join(printed.split())
    assert SECRET not in some.text + printed and len(letters[KOEGE_MAYOR].attachments) == 3
    rows = {row[0]: row[2] for row in talk.say(SECRETARIAT, "omdeling 2/2027").rows()}
    assert rows[talk.person(SOLROED).name] == "åbne punkter (lukket siden: punkt 8 og 9)"
    assert rows[talk.person(KOEGE_MAYOR).name] == "alle punkter"


# -------------------------------------------------------------------------------------------------------- proposals


@pytest.mark.slow
def test_a_member_proposes_an_item_and_hears_what_became_of_it(talk):
    begin(talk)
    form = talk.say(KOEGE, "foreslå 2/2027")
    talk.send(KOEGE, form, heading="Elbusser", case="Fælles indkøb.")
    talk.send(KOEGE, form, heading="Vindmøller", case="På land.")
    talk.send(KOEGE, form, heading="Vindmøller", case="På land.")
    shown = begin(talk)
    assert "2 forslag venter på svar" in shown.text and len(talk.told("proposal")) == 2
    talk.press(SECRETARIAT, shown, f"forslag {item_id(talk, 'Elbusser')} optag")
    asked = talk.press(SECRETARIAT, shown, f"forslag {item_id(talk, 'Vindmøller')} afvis")
    assert talk.send(SECRETARIAT, asked).errors() == {"reason": asked_error(talk)}
    talk.send(SECRETARIAT, asked, reason="Det hører til på topmødet.")
    assert not talk.say(SECRETARIAT, f"forslag {item_id(talk, 'Vindmøller')} optag").done
    letters = [letter(mail) for mail in (send_only(talk, KOEGE), talk.played.letters(KOEGE))[1]]
    assert sorted(mail.subject.split("”")[1] for mail in letters) == ["Elbusser", "Vindmøller"]
    assert any("Det hører til på topmødet." in mail.text for mail in letters)
    assert "Vindmøller: ikke optaget" in talk.say(KOEGE_MAYOR, "dagsorden 2/2027").text
    assert "Elbusser" in [row[1] for row in begin(talk).rows()]


def asked_error(talk):
    return "Skriv begrundelsen. Den, der foreslog det, får den."


def test_a_proposal_for_a_member_is_answered_to_the_member(talk):
    begin(talk)
    form = talk.say(SECRETARIAT, "for Køge: foreslå 2/2027")
    talk.send(SECRETARIAT, form, heading="Elbusser", case="Fælles indkøb.")
    assert {record.recipient for record in talk.told("proposal")} == {KOEGE, KOEGE_MAYOR}
    talk.say(SECRETARIAT, f"forslag {item_id(talk, 'Elbusser')} optag")
    assert {record.recipient for record in talk.told("proposal_decided")} == {KOEGE, KOEGE_MAYOR}


def test_what_a_member_proposed_and_was_closed_since_is_closed_to_it_too(talk):
    begin(talk)
    talk.send(KOEGE, talk.say(KOEGE, "foreslå 2/2027"), heading="Elbusser", case="Fælles indkøb.")
    number = item_id(talk, "Elbusser")
    talk.say(SECRETARIAT, f"forslag {number} optag")
    talk.send(SECRETARIAT, talk.say(SECRETARIAT, f"punkt #{number}"), **CLOSED)
    shown = talk.say(KOEGE, "dagsorden 2/2027")
    assert SECRET not in shown.text and "Kontraktsag" in shown.text


def propose(talk, heading="Elbusser"):
    talk.send(KOEGE, talk.say(KOEGE, "foreslå 2/2027"), heading=heading, case="Fælles indkøb.")
    return item_id(talk, heading)


def test_a_proposal_that_is_accepted_first_of_all_comes_after_the_standing_items(talk):
    talk.say(SECRETARIAT, f"forslag {propose(talk)} optag")
    headings = [row[1] for row in begin(talk).rows()]
    assert headings[0] == "Godkendelse af dagsorden" and headings[-3:] == ["Elbusser", "Næste møde", "Eventuelt"]


def test_who_proposed_an_item_hears_when_it_is_taken_off_again(talk):
    number = propose(talk)
    talk.say(SECRETARIAT, f"forslag {number} optag")
    talk.say(SECRETARIAT, f"punkt #{number} fjern bekræft")
    assert "Jeres forslag ”Elbusser” kommer alligevel ikke på dagsordenen" in send_only(talk, KOEGE)[KOEGE].text
    assert [record.state for record in talk.told("proposal_decided")] == ["withdrawn", "sent"]


def test_who_proposed_something_for_a_meeting_that_is_cancelled_hears_that_once_and_it_can_still_be_declined(talk):
    number, other = propose(talk), propose(talk, "Vindmøller")
    meeting = tables["meeting"]
    talk.change(lambda connection, _: connection.execute(update(meeting).values(state="cancelled")))
    assert not talk.say(SECRETARIAT, f"forslag {number} optag").done
    asked = talk.say(SECRETARIAT, f"forslag {number} afvis")
    assert talk.send(SECRETARIAT, asked, reason="Mødet er aflyst.").done
    for _ in range(2):
        with writing(talk.engine) as connection:
            answer_cancelled(connection, talk.played.alliance, local(talk.at))
    told = [(record.about, record.occasion) for record in talk.told("proposal_decided")]
    assert told == [(f"item:{number}", "declined"), (f"item:{other}", "cancelled")]
    send_only(talk, KOEGE)
    assert any("er aflyst, så jeres forslag ”Vindmøller”" in letter(m).text for m in talk.played.letters(KOEGE))


# ------------------------------------------------------------------------------------------------ on its way, the log


def test_who_loses_the_seat_before_it_leaves_gets_the_open_copy_and_the_log_says_so(talk):
    begin(talk)
    add(talk, **CLOSED)
    publish(talk)
    seats = tables["seat_term"]
    talk.change(
        lambda connection, _: connection.execute(
            update(seats).where(seats.c.constituency == "KKR Sjælland").values(valid_until=date(2027, 3, 1))
        )
    )
    mail = send_only(talk, KOEGE_MAYOR)[KOEGE_MAYOR]
    assert SECRET not in mail.source + mail.text and "Kontraktsag" in mail.text
    log = talk.say(SECRETARIAT, "omdeling 2/2027")
    (row,) = [row for row in log.rows() if row[0] == talk.person(KOEGE_MAYOR).name]
    assert row[1:5] == ("Køge", "åbne punkter", "mail", "sendt") and "1. mar. 2027" in row[5]


def takes_over(talk, address, mayor, day):
    """From a day on, this person holds the office that the mayor held."""
    terms, person, old = tables["office_term"], talk.person(address).id, talk.person(mayor).id

    def change(connection, alliance_id):
        mine = connection.execute(select(terms).where(terms.c.person_id == old)).mappings().one()
        connection.execute(update(terms).where(terms.c.person_id == old).values(valid_until=day))
        fresh = {k: v for k, v in mine.items() if k != "id"} | {"person_id": person, "valid_from": day}
        connection.execute(insert(terms).values(fresh))

    talk.change(change)


def test_who_will_have_the_seat_on_the_day_of_the_meeting_reads_everything_before(talk):
    begin(talk)
    add(talk, **CLOSED)
    takes_over(talk, KOEGE, KOEGE_MAYOR, date(2027, 3, 16))
    publish(talk)
    heard = hears(talk)
    assert heard[KOEGE] == heard[KOEGE_MAYOR] == "all" and len(heard) == 197
    assert SECRET in send_only(talk, KOEGE)[KOEGE].text and SECRET in talk.say(KOEGE, "papir 1").text
    assert SECRET not in talk.say(SOLROED, "papir 1").text


def test_who_takes_a_seat_after_the_papers_were_issued_is_sent_them_once(talk):
    begin(talk)
    add(talk, **CLOSED)
    publish(talk)
    letters = send_only(talk, KOEGE)
    assert SECRET not in letters[KOEGE].text
    talk.at = "2027-03-20T09:00"
    takes_over(talk, KOEGE, KOEGE_MAYOR, date(2027, 3, 18))
    posted = []
    for _ in range(2):
        with writing(talk.engine) as connection:
            posted.append(follow_readers(connection, talk.played.alliance, local(talk.at)))
    send_only(talk, KOEGE)
    assert posted == [1, 0] and SECRET in letter(talk.played.letters(KOEGE)[0]).text


def moved(talk, **values):
    meeting = tables["meeting"]
    talk.change(lambda connection, _: connection.execute(update(meeting).values(**values)))


@pytest.mark.slow
def test_a_meeting_that_was_moved_alone_justifies_a_supplement_and_says_where_to(talk):
    begin(talk)
    publish(talk)
    moved(talk, starts_at=datetime(2027, 3, 18, 9, tzinfo=UTC), ends_at=datetime(2027, 3, 18, 13, tzinfo=UTC))
    shown = talk.press(SECRETARIAT, begin(talk), "tillæg")
    assert shown.ask("reason").value == "Mødet er flyttet til torsdag den 18. marts 2027 kl. 10.00-14.00, Køge Rådhus."
    assert "på vej" in talk.send(SECRETARIAT, shown).summary and not talk.say(SECRETARIAT, "tillæg 2/2027").done
    agenda, supplement = papers(talk)
    assert supplement.items == () and supplement.starts_at.day == 18 and agenda.starts_at.day == 16
    send_only(talk, SOLROED)
    second, first = (letter(mail).text for mail in talk.played.letters(SOLROED))
    assert "Mødet er siden flyttet til torsdag den 18. marts 2027" in first and "siden flyttet" not in second


@pytest.mark.slow
def test_the_papers_of_a_meeting_reach_a_reader_in_the_order_they_were_issued(talk):
    begin(talk)
    publish(talk)
    add(talk, **BOARD)
    talk.send(SECRETARIAT, talk.send(SECRETARIAT, talk.say(SECRETARIAT, "tillæg 2/2027"), reason="Sent."))
    delivery, notification = tables["delivery"], tables["notification"]
    later = round(local("2027-03-01T10:00").timestamp() * 1000)
    agenda = select(notification.c.id).where(notification.c.about == "paper:1")
    others = select(notification.c.id).where(notification.c.recipient_id != talk.person(SOLROED).id)
    talk.change(lambda c, _: forget(c, delivery.c.notification_id.in_(others)))
    talk.change(
        lambda connection, _: connection.execute(
            update(delivery).where(delivery.c.notification_id.in_(agenda)).values(state="failed", ready_ms=later)
        )
    )
    assert send_only(talk, SOLROED) == {}
    talk.at = "2027-03-01T11:00"
    send_only(talk, SOLROED)
    assert ["Tillæg" in letter(mail).subject for mail in talk.played.letters(SOLROED)] == [True, False]


def test_who_has_left_before_it_leaves_gets_nothing(talk):
    begin(talk)
    publish(talk)
    terms = tables["office_term"]
    person = talk.person(SOLROED).id
    talk.change(
        lambda connection, _: connection.execute(
            update(terms).where(terms.c.person_id == person).values(valid_until=date(2027, 3, 1))
        )
    )
    assert send_only(talk, SOLROED) == {}
    (record,) = [r for r in talk.told("paper") if r.recipient == SOLROED]
    assert (record.state, record.reason) == ("withdrawn", "not_theirs")


def test_the_agenda_of_a_meeting_that_was_cancelled_meanwhile_is_not_sent(talk):
    begin(talk)
    publish(talk)
    meeting = tables["meeting"]
    talk.change(lambda connection, _: connection.execute(update(meeting).values(state="cancelled")))
    assert send_only(talk, SOLROED) == {}
    (record,) = [r for r in talk.told("paper") if r.recipient == SOLROED]
    assert (record.state, record.reason) == ("withdrawn", "meeting_cancelled")


def test_a_paper_is_opened_again_in_the_copy_of_who_asks_and_in_no_other(talk):
    begin(talk)
    add(talk, **CLOSED)
    publish(talk)
    assert SECRET in talk.say(KOEGE_MAYOR, "papir 1").text and SECRET not in talk.say(KOEGE, "papir 1").text
    assert not talk.say(KOEGE, "papir 2").done and talk.journal()[0].action == "refused_role"
    assert not talk.say(KOEGE, "omdeling 2/2027").done
    assert SECRET not in " ".join(str(entry) for entry in talk.journal())


def test_people_name_an_item_by_its_printed_number_and_removal_asks_first(talk):
    begin(talk)
    add(talk, **BOARD)
    shown = talk.say(SECRETARIAT, "dagsorden 2/2027")
    number = next(row[0] for row in shown.rows() if row[1] == "Status")
    by_number = talk.say(SECRETARIAT, f"punkt 2/2027 {number}")
    assert "”Status”" in by_number.text
    asked = talk.say(SECRETARIAT, f"punkt 2/2027 {number} fjern")
    assert "Skal punktet ”Status”" in asked.text
    assert "Status" in [row[1] for row in talk.say(SECRETARIAT, "dagsorden 2/2027").rows()]
    gone = talk.press(SECRETARIAT, asked, "Ja, tag")
    assert "Status" not in [row[1] for row in gone.rows()]
    assert not talk.say(SECRETARIAT, "punkt 2/2027 99").done
