"""Examples of what is said to people without a chat."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from alliance.meetings import Meeting
from alliance.words import Words

AT = datetime(2027, 3, 1, 8, 15, tzinfo=UTC)
ALLIANCE = Words("Klimaalliancen DK2020", "The climate alliance DK2020")
SECOND = Words("Klimaalliancen", "The Climate Alliance")
NAMES = {"none": "Ib Å", "one": "Mette Hansen", "many": "Anna-Sofie Kærgaard von der Lühe-Bærentzen"}
URL = "https://tovholder.example/sign-in/x"
LINKS = ((ALLIANCE, (), URL), (ALLIANCE, ("Køge", "Solrød"), URL), (SECOND, (), URL))
CHANGE = (("Ret svaret", "svar topmøde"), ("Ja, jeg kommer", "svar styregruppe 2/2027 ja"))

TITLE = Words("Styregruppemøde 2/2027", "Steering group meeting 2/2027")
MEETING = Meeting(12, "steering_group", TITLE, 2027, AT, AT.replace(hour=12), "Rådhuset", date(2027, 2, 22), number=2)

REFUSALS: dict[str, dict[str, object]] = {"link_used": {}, "meeting_moved": {"meeting": MEETING}}
EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "sign_in": {
        which: {"person": name, "links": LINKS[: 1 + (which == "many")], "until": AT} for which, name in NAMES.items()
    }
    | {"others": {"person": NAMES["one"], "links": (LINKS[0], LINKS[2]), "until": AT}},
    "link_used": {
        which: {"summary": "Noteret: borgmesteren kommer.", "label": "Ja", "at": AT, "buttons": CHANGE[:count]}
        for which, count in (("none", 0), ("one", 1), ("many", 2))
    },
}
