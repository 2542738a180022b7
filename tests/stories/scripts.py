"""The four stories as scripts: what people do, on whatever channel. ``stage`` is where they do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.request import Upload
from tests.conftest import Played
from tests.stories.channels import Channel

COORDINATOR, MAYOR = "klima@koege.example", "borgmester@koege.example"
SECRETARIAT = "sekretariat@frederiksberg.example"
MEETING = "styregruppe 1/2027"


@dataclass
class Stage:
    """The played demo, the channel people use, and what our clock shows. ``tick`` rings the clock and sends."""

    played: Played
    channel: Channel
    tick: Callable[[str], None]
    sent: Callable[[str], list[dict[str, Any]]]

    def prompt(self, who: str, words: str) -> dict[str, Any]:
        """The newest message they were sent that has a button with these words."""
        return [message for message in self.sent(who) if words in str(message.get("blocks"))][-1]

    def expect(self, *parts: str) -> None:
        seen = self.channel.seen()
        for part in parts:
            assert "".join(part.split()) in seen, f"{part!r} is not in what is shown: {seen}"

    def confirm(self, who: str, part: str = "Ja") -> None:
        """Confirm a preview, by its button or by its form."""
        self.channel.fill(who, part) if self.channel.has_form() else self.channel.press(who, part)


def story_1(stage: Stage) -> None:
    """A municipality says that the mayor comes, reports, and the secretariat sees it."""
    people = stage.channel
    stage.tick("2027-02-25T09:00")
    people.say(COORDINATOR, "liste")
    stage.expect("Køge Kommune")
    people.press(COORDINATOR, "Ja, borgmesteren kommer")
    stage.expect("Noteret", "Rikke Toft")
    people.say(COORDINATOR, "svar topmøde ja borgmester")
    stage.expect("allerede modtaget")
    people.say(COORDINATOR, "indberet")
    people.fill(COORDINATOR, ghg_total="mange")
    stage.expect("mange")
    people.fill(COORDINATOR, ghg_total="410250,5")
    stage.expect("2027-0259-v1")
    people.say(SECRETARIAT, "kontakter")
    people.fill(SECRETARIAT, for_member="Køge")
    stage.expect("Rikke Toft")
    people.say(SECRETARIAT, "for Stevns: svar topmøde nej")
    stage.expect("Stevns Kommune")
    people.say(COORDINATOR, "status")
    stage.expect("status")


def handing_over(stage: Stage) -> None:
    """Somebody hands one thing to a colleague, who gives it back; then it is the first one's to answer."""
    people = stage.channel
    stage.tick("2027-02-25T09:00")
    people.say(COORDINATOR, "giv videre indberetning")
    people.fill(COORDINATOR, mail="ukendt")
    stage.expect("ligner ikke en mailadresse")
    people.fill(COORDINATOR, mail=MAYOR, note="Du kender tallene")
    stage.expect("Rikke Toft bliver spurgt")
    stage.confirm(COORDINATOR)
    stage.expect("er givet videre til Rikke Toft")
    stage.tick("2027-02-25T09:05")
    people.answer(MAYOR, stage.prompt(MAYOR, "afslå"), "Giv det tilbage")
    stage.expect("er givet tilbage")
    stage.tick("2027-02-25T09:10")
    people.answer(COORDINATOR, stage.prompt(COORDINATOR, "kan ikke svare"), "Indberet")
    people.fill(COORDINATOR, ghg_total="410250,5")
    stage.expect("2027-0259-v1")


def story_2(stage: Stage) -> None:
    """The morning: a prompt, answered where it stands; nobody hears again of what they have settled."""
    stage.tick("2027-02-26T08:00")
    (prompt,) = stage.sent(COORDINATOR)
    stage.channel.answer(COORDINATOR, prompt, "indberet 2027")
    stage.channel.fill(COORDINATOR, ghg_total="410250,5")
    stage.expect("2027-0259-v1")
    stage.channel.answer(COORDINATOR, prompt, "borgmester")
    stage.expect("Noteret")
    stage.tick("2027-03-12T08:00")
    assert [message for message in stage.sent(COORDINATOR) if "indberet 2027" in str(message)] == [prompt]


def story_3(stage: Stage) -> None:
    """A steering meeting is called, moved and cancelled; who was asked answers, and is asked anew."""
    people = stage.channel
    stage.tick("2027-02-25T09:30")
    planned(stage)
    people.say(SECRETARIAT, f"møde indkald {MEETING}")
    stage.expect("Intet er sendt")
    stage.confirm(SECRETARIAT)
    stage.tick("2027-02-25T09:40")
    people.answer(MAYOR, stage.prompt(MAYOR, f"svar {MEETING} ja"), f"svar {MEETING} ja")
    stage.expect("Køge Kommune")
    people.say(SECRETARIAT, f"møde {MEETING}")
    stage.expect("1 af 5")
    people.say(SECRETARIAT, f"møde flyt {MEETING}")
    people.fill(SECRETARIAT, day="2027-04-14", starts="12.30", ends="15")
    stage.confirm(SECRETARIAT)
    stage.tick("2027-02-25T10:00")
    people.answer(MAYOR, stage.prompt(MAYOR, f"svar {MEETING} nej"), f"svar {MEETING} nej")
    people.say(SECRETARIAT, f"møde aflys {MEETING}")
    people.fill(SECRETARIAT, reason="Formanden er syg")
    stage.confirm(SECRETARIAT)
    stage.expect("aflyst")
    stage.tick("2027-02-25T10:20")


def story_4(stage: Stage) -> None:
    """An agenda with a closed item and a file goes out; the meeting is held; its minutes are written and approved."""
    people = stage.channel
    stage.tick("2027-02-25T09:30")
    planned(stage)
    people.say(SECRETARIAT, f"møde indkald {MEETING}")
    stage.confirm(SECRETARIAT)
    people.say(SECRETARIAT, "dagsorden 1/2027")
    people.say(SECRETARIAT, "punkt 1/2027")
    item = {"heading": "Opsigelse af kontrakten", "kind": "decision", "closed": "ja", "recommendation": "At opsige."}
    paper = Upload("Nordlys.txt", "text/plain", b"Leverancen udebliver.")
    people.fill(SECRETARIAT, files={"file": paper}, **item)
    stage.expect("Et lukket punkt skal have en overskrift")
    people.fill(SECRETARIAT, files={"file": paper}, **item, public_heading="En kontrakt")
    stage.expect("Opsigelse af kontrakten")
    people.say(SECRETARIAT, "dagsorden udsend 1/2027")
    stage.confirm(SECRETARIAT, "Udsend nu")
    stage.tick("2027-02-25T10:00")
    stage.tick("2027-02-25T10:05")  # a conversation takes one message a second, and the invitation came first
    people.answer(MAYOR, stage.prompt(MAYOR, "papir"), "papir")
    stage.expect("Opsigelse af kontrakten")
    stage.tick("2027-03-24T15:00")
    people.say(SECRETARIAT, f"møde afhold {MEETING}")
    seats = [key.split("_")[1] for key in presences(stage)]
    people.fill(SECRETARIAT, **{f"presence_{seat}": "present" for seat in seats})
    stage.expect("5 af 5 pladser")
    for number in (1, 2, 8):
        people.say(SECRETARIAT, f"referat skriv 1/2027 {number}")
        people.fill(SECRETARIAT, decision="Godkendt.")
    people.say(SECRETARIAT, "referat udsend 1/2027")
    stage.confirm(SECRETARIAT, "Send")
    stage.tick("2027-03-24T15:10")
    people.answer(MAYOR, stage.prompt(MAYOR, "papir"), "papir")
    people.say(MAYOR, "bemærk 1/2027")
    people.fill(MAYOR, item="1", text="Beløbet mangler.")
    people.say(SECRETARIAT, "referat godkend 1/2027")
    people.fill(SECRETARIAT, "bekræft", approved_at="written", approved_on="2027-03-24")
    stage.expect("godkendt og på vej")
    stage.tick("2027-03-24T15:20")


def planned(stage: Stage) -> None:
    """A steering meeting on 24 March is put into the year."""
    stage.channel.say(SECRETARIAT, "møde opret")
    typed = {"kind": "steering_group", "day": "2027-03-24", "starts": "10", "ends": "14", "place": "Køge Rådhus"}
    stage.channel.fill(SECRETARIAT, **typed)
    stage.expect("24. marts 2027")


def presences(stage: Stage) -> list[str]:
    """The keys of the seats whose presence is asked for, as the database has them."""
    from storage.engine import reading
    from storage.queries import meetings
    from storage.queries.rolls import roll

    with reading(stage.played.engine) as connection:
        meeting = meetings.meeting_of_year(connection, stage.played.alliance, "steering_group", 2027)
        assert meeting is not None
        lines = roll(connection, stage.played.alliance, meeting).lines
    return [f"presence_{line.organisation_id}" for line in lines if line.organisation_id is not None]
