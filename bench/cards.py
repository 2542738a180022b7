"""The message that everybody sends: the same words, as Block Kit blocks of 2.7 kB."""

from __future__ import annotations

from typing import Any

SENDER = "Sekretariatet"
ALLIANCE = "DK2020"
_PARAGRAPH = (
    "Kære alle. Husk, at den samlede status for klimahandlingsplanen skal være hos sekretariatet, før udvalget mødes. "
    "I år spørger vi særligt til **samarbejdet med forsyningen**, og til de tiltag, der er udskudt siden sidste år. "
    "Skriv kort, hvad der er sket, hvad der mangler, og hvem vi kan ringe til; vi samler det og sender udkastet rundt. "
)


def text_of(number: object) -> str:
    """The words of one round or message: different each time, so that no cache can answer."""
    return f"Status {number}\n\n" + "\n\n".join(f"{part}. {_PARAGRAPH}" for part in range(1, 8))


def blocks_of(paragraphs: list[str]) -> list[dict[str, Any]]:
    """The paragraphs as Block Kit sections."""
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in paragraphs]


def card(text: str) -> dict[str, Any]:
    """What a peer hands to its client: a notification text and the blocks."""
    summary = f"{ALLIANCE}: {text.splitlines()[0]}"
    return {"text": summary, "blocks": blocks_of([text, f"_{SENDER} for {ALLIANCE}_"])}


def channel_of(person: int) -> str:
    return f"u{person:07d}"


def recipients(people: int, each: int, order: str) -> list[int]:
    """Who gets the messages one after the other: ``round-robin``, or ``channel by channel``."""
    if order == "round-robin":
        return [person for _ in range(each) for person in range(people)]
    return [person for person in range(people) for _ in range(each)]
