"""What is wrong with our installation in Slack is told to the secretariat the same day, elsewhere, with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from alliance.notifications import broadcast
from bot.mail.local import LocalMailTransport
from bot.slack.blocks import dressed
from bot.slack.transport import SlackTransport
from scheduling.audit import audit
from scheduling.deliver import send_due
from storage import outbox
from storage.changes import register as changes
from storage.engine import writing
from storage.queries import register
from storage.seed import SECRETARY
from templates.phrases import Phrases
from tests.conftest import LETTERHEAD, Played, local
from tests.slack_server import Fault
from tests.workspace import TOKEN, Workspace, workspace

DAY, ANNE, MAIL = "2027-03-01", "UANNE", "klima@koege.example"
SCOPE = Fault(error="missing_scope", more={"needed": "files:write"})


@dataclass
class House:
    """An installation whose access fails; somebody in Slack, and a secretariat that is reached there too."""

    played: Played
    slack: Workspace
    at: str = f"{DAY}T08:30"

    def tell(self, at: str, *users: str) -> None:
        """Something is sent to people who are reached in Slack."""
        self.at = at
        with writing(self.played.engine) as connection:
            for user in users or (ANNE,):
                person = register.person_at(connection, 1, f"T1/{user}")
                assert person
                said = broadcast(f"Hej {at}", "members", local(at).date(), person.id, "Sekretariatet")
                outbox.post(connection, 1, said, local(at))
        self.send(at)

    def send(self, at: str) -> None:
        way = SlackTransport(
            TOKEN,
            LETTERHEAD.sender,
            lambda parcel: dressed(parcel.message, Phrases(parcel.language)),
            api_url=self.slack.slack.url,
        )
        ways = {"slack": way, "mail": LocalMailTransport(self.played.engine, LETTERHEAD)}
        send_due(self.played.engine, ways, lambda: local(at))

    def found(self, at: str) -> list[str]:
        """What the audit says of Slack."""
        self.at = at
        return [str(f.facts["reasons"]) for f in audit(self.played.engine, local(at)) if f.kind == "shut_out"]

    def told(self, at: str) -> str:
        """What the secretariat reads in its mail."""
        self.send(at)
        return "\n".join(str(letter.content.decode("utf-8", "replace")) for letter in self.played.letters(SECRETARY))


@pytest.fixture
def house(played: Played) -> Iterator[House]:
    made = House(played, None)  # type: ignore[arg-type]
    with writing(played.engine) as connection:
        for mail, user in ((MAIL, ANNE), (SECRETARY, "USISSE")):
            person = register.person_at(connection, 1, mail)
            assert person
            changes.add_address(connection, 1, person.id, "slack", f"T1/{user}", local(f"{DAY}T08:00"), verified=True)
    with workspace(played.engine, lambda: local(made.at)) as made.slack:
        made.slack.slack.add_user(ANNE, MAIL)
        made.slack.slack.add_user("USISSE", SECRETARY)
        yield made


@pytest.mark.parametrize(
    ("fault", "step"),
    [
        (SCOPE, "files:write"),
        pytest.param(Fault(error="token_revoked"), "SLACK_BOT_TOKEN", marks=pytest.mark.slow),
    ],
)
def test_the_secretariat_reads_in_its_mail_what_is_wrong_and_where_to_click(
    house: House, fault: Fault, step: str
) -> None:
    house.slack.slack.plan("chat.postMessage", fault)
    house.tell(f"{DAY}T09:00")
    assert [r.channel for r in house.played.outbox() if r.kind == "broadcast"] == ["slack", "mail"], "it still arrives"
    assert len(house.found(f"{DAY}T09:15")) == 1
    assert {r.channel for r in house.played.outbox() if r.kind == "alert"} == {"mail"}
    letters = house.told(f"{DAY}T09:16").replace("=\n", "").replace("=\r\n", "")
    assert "Slack" in letters and step in letters


@pytest.mark.slow
def test_a_key_that_works_again_is_no_finding_but_a_scope_that_is_missing_stays_one(house: House) -> None:
    house.slack.slack.plan("chat.postMessage", Fault(error="invalid_auth"), SCOPE)
    house.tell(f"{DAY}T09:00")
    house.tell(f"{DAY}T09:01")
    assert len(house.found(f"{DAY}T09:15")) == 1
    house.tell(f"{DAY}T10:00")  # this one needs no file
    assert house.found(f"{DAY}T10:15") == ["('access: missing_scope files:write',)"]
    assert house.found(f"{DAY}T21:30") == []


@pytest.mark.slow
def test_what_could_not_be_shown_to_somebody_at_work_is_heard_of_too(house: House) -> None:
    house.slack.slack.plan("views.open", Fault(error="expired_trigger_id"), Fault(status=500))
    for _ in range(2):
        house.slack.command(ANNE, "indberet")
    assert house.found(f"{DAY}T09:15") == []
    house.slack.slack.plan("views.open", Fault(error="missing_scope", more={"needed": "users:read"}))
    house.slack.command(ANNE, "indberet")
    assert house.found(f"{DAY}T09:16") == ["('access: missing_scope users:read',)"]
