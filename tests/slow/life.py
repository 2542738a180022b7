"""What people of an alliance do in a year under any charter: a body meets, members share, ask, raise and plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from alliance.meetings import Meeting
from storage.engine import reading
from storage.queries import meetings
from tests.stories.conftest import Conversation, Said

MOST_STEPS = 4
SPRING = date(2027, 3, 2)
PLAN = {
    "link": "https://kommunen.example/klimaplan",
    "adopted_on": "2027-03-01",
    "adopted_by": "Kommunalbestyrelsen",
    "reduction": "70 % i 2030 i forhold til 1990",
    "net_zero_year": "2045",
    "risk_flooding": "ja",
    "resilient_year": "2050",
}


@dataclass
class Life:
    """An alliance's year. ``word`` is in all that its people type; ``meeting`` is what the one they live is called."""

    talk: Conversation
    secretariat: str
    member: str
    other: str
    seat: str
    planner: str
    meeting: str
    word: str
    done: set[str] = field(default_factory=set)

    def live(self, day: date) -> None:
        """Let happen what is to happen by a day and has not yet."""
        for name, due, act in self._programme():
            if name not in self.done and day >= due:
                act()
                self.done.add(name)

    def _programme(self) -> Iterator[tuple[str, date, Callable[[], Any]]]:
        talk, word = self.settle, self.word
        if self.found() is None:
            yield "year", SPRING, lambda: talk(self.secretariat, "årshjul 2027")
        yield "call", SPRING, lambda: talk(self.secretariat, f"møde indkald {self.meeting}")
        yield "answer", SPRING + timedelta(1), lambda: talk(self.seat, f"svar {self.meeting} ja")
        yield "share", SPRING + timedelta(2), lambda: talk(self.member, f"del Fælles indkøb af {word}")
        yield "ask", SPRING + timedelta(3), lambda: talk(self.member, f"spørg {self.other}: Hvad er {word}?")
        yield "raise", SPRING + timedelta(4), self._raise
        yield "task", SPRING + timedelta(5), lambda: talk(self.secretariat, f"opgave ny {word} hver måned den 5.")
        yield "plan", SPRING + timedelta(6), self._plan
        meeting = self.found()
        if meeting is None:
            return
        held = self.talk.played.alliance.charter.calendar.day(meeting.starts_at)
        yield "agenda", held - timedelta(10), self._agenda
        yield "hold", held + timedelta(1), self._hold
        yield "write", held + timedelta(1), self._write
        yield "circulate", held + timedelta(2), lambda: talk(self.secretariat, f"referat udsend {self.meeting}")
        yield "comment", held + timedelta(3), lambda: talk(self.seat, f"bemærk {self.meeting}", text=f"Om {word}.")
        yield "approve", held + timedelta(7), lambda: talk(self.secretariat, f"referat godkend {self.meeting}")

    def found(self) -> Meeting | None:
        """The meeting that is lived, once it is planned."""
        with reading(self.talk.engine) as connection:
            known = meetings.meetings(connection, self.talk.played.alliance)
        return next((one for one in known if f"{one.word.da} {one.number}/{one.year}" == self.meeting), None)

    def _raise(self) -> None:
        heading, text = f"Reglerne for {self.word}", f"Reglerne spænder ben for {self.word}."
        self.settle(self.member, "rammevilkår nyt", heading=heading, text=text)

    def _plan(self) -> None:
        self.settle(self.planner, "plan ny", title=f"Klimaplan med {self.word}", **PLAN)

    def _agenda(self) -> None:
        self.settle(self.secretariat, f"dagsorden {self.meeting}")
        item = {"heading": f"Aftale om {self.word}", "kind": "decision", "recommendation": "At den indgås."}
        self.settle(self.secretariat, f"punkt {self.meeting}", **item)
        secret = {"heading": f"Opsigelse om {self.word}", "closed": "ja", "public_heading": "En kontrakt"}
        self.settle(self.secretariat, f"punkt {self.meeting}", **{**item, **secret})
        self.settle(self.secretariat, f"dagsorden udsend {self.meeting}", reason="Prøve")

    def _hold(self) -> None:
        form = self.talk.say(self.secretariat, f"møde afhold {self.meeting}")
        here = {key: "present" for key, ask in form.asks().items() if "present" in {c.value for c in ask.choices}}
        assert self.talk.send(self.secretariat, form, **here).done

    def _write(self) -> None:
        for number in range(1, 20):
            form = self.talk.say(self.secretariat, f"referat skriv {self.meeting} {number}")
            if not form.is_form:
                break
            decision = {"decision": f"Besluttet om {self.word}."} if "decision" in form.asks() else {}
            assert self.talk.send(self.secretariat, form, **decision).done

    def settle(self, who: str, words: str, **answers: str) -> Said:
        """Say something, fill in the form that it opens, and confirm what it previews, until it is done."""
        said = self.talk.say(who, words)
        for _ in range(MOST_STEPS):
            confirms = [button.words for button in said.buttons() if "bekræft" in button.words]
            if said.is_form and (answers or confirms):
                filled = {key: answers.get(key, ask.value) for key, ask in said.asks().items()}
                said = self.talk.hand_in(who, (confirms or [said.form.buttons[0].words])[0], filled)
            elif confirms:
                said = self.talk.say(who, confirms[0])
            else:
                break
        assert said.done and not said.is_form, (who, words, said.text)
        return said
