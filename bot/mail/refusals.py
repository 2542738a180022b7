"""What a mail server means when it refuses: that the address is wrong, that it is busy, or that it does not like us."""

from __future__ import annotations

import re

# RFC 3463 and the IANA registry: no such mailbox, domain or syntax, moved, takes no mail, disabled. Of the other 5.1.x
# some are about the sender (5.1.7, 5.1.8) and 5.1.0 about anything.
WRONG_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
SAYS_NOTHING = frozenset({"5.0.0", "5.1.0"})
MAY_MEAN_IT = frozenset({550, 551, 553})
"""RFC 5321 4.2.3: the replies that can be about a mailbox. Without a code of more detail, only words tell."""

_WHO = r"(user|mailbox|recipient|address|addressee|account|local part)"
_UNKNOWN = re.compile(
    rf"\b(unknown|no such|invalid|non-?existent|bad)\b.{{0,20}}\b{_WHO}\b"
    rf"|\b{_WHO}\b.{{0,60}}(\bunknown|\bnot known|\bnot found|(\bnot|n't) exist|\bno longer|\bdisabled|\binactive"
    r"|\bnot local|\bname not allowed|\binvalid)\b"
)
_ABOUT_US = re.compile(
    r"\b(sender|relay\w*|spam\w*|block\w*|den(y|ied)|polic(y|ies)|prohibit\w*|blacklist\w*|verify|spf|dkim)\b"
)


def names_the_address(code: int, message: str) -> bool:
    """Return whether a refused recipient is the address's own fault, so that no mail of anybody's would arrive.

    ``code`` and ``message`` are the server's answer to RCPT. In doubt it is not: it is tried again, and told of later.
    """
    enhanced = re.match(r"[245]\.\d+\.\d+", message.strip())
    if enhanced and enhanced[0] not in SAYS_NOTHING:
        return enhanced[0] in WRONG_ADDRESS
    words = message.lower()
    return code in MAY_MEAN_IT and bool(_UNKNOWN.search(words)) and not _ABOUT_US.search(words)


SERVICE_CLOSING = 421
_TOO_MUCH = re.compile(r"\btoo (many|much|fast)\b|\brate.?limit|\bthrottl|\blimit exceeded\b|\bserver.{0,10}\bbusy\b")
_GREYLISTED = re.compile(r"\bgr[ea]y.?list")


def is_busy(code: int, message: str) -> bool:
    """Return whether a refusal for now is about all that we send, so that no other mail need be tried yet either.

    The service closes (421), our share is used up, or policy holds us off (4.7.x, RFC 3463). Not where it is about one
    mailbox (4.2.x), nor greylisting, which wants each mail to come again by itself.
    """
    words = message.strip().lower()
    if code == SERVICE_CLOSING:
        return True
    if not 400 <= code < 500 or words.startswith("4.2.") or _GREYLISTED.search(words):
        return False
    return words.startswith("4.7.") or bool(_TOO_MUCH.search(words))
