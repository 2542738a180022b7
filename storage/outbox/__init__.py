"""The outbox: notifications posted once, and their deliveries claimed, settled or withdrawn.

Posted in the transaction of the change it tells of. A claim is a lease with a fencing token: only its holder may
settle, and what a dead holder left "sending" is uncertain, never forgotten. Nothing counts as sent without the
provider's receipt. Every step is written down with its time and reason.
"""

from __future__ import annotations

from storage.outbox.again import GivenUp, deliver_again, given_up_last, tried
from storage.outbox.edits import Said, newer_waits, said
from storage.outbox.leases import (
    LEASE,
    Claim,
    Receipt,
    came_in_doubt,
    claim,
    claim_one,
    expire,
    failed,
    given_up,
    is_open,
    left_uncertain,
    next_ready,
    put_back,
    readdress,
    sent,
    sent_all,
    withdrawn,
)
from storage.outbox.looking import DeliveryRecord, deliveries, said_at
from storage.outbox.posting import (
    CHANNELS,
    CHATS,
    address_of,
    has_chat,
    lines_of,
    post,
    post_each,
    told_on,
    write_lines,
)
from storage.outbox.steps import Transition, as_ms, from_ms, in_state, is_last_way, story
from storage.outbox.strands import last_heard, may_have_arrived, withdraw_strand
from storage.outbox.ways import go_another_way

__all__ = [
    "CHANNELS",
    "CHATS",
    "LEASE",
    "Claim",
    "DeliveryRecord",
    "GivenUp",
    "Receipt",
    "Said",
    "Transition",
    "address_of",
    "as_ms",
    "came_in_doubt",
    "claim",
    "claim_one",
    "deliver_again",
    "deliveries",
    "expire",
    "failed",
    "from_ms",
    "given_up",
    "given_up_last",
    "go_another_way",
    "has_chat",
    "in_state",
    "is_last_way",
    "is_open",
    "last_heard",
    "left_uncertain",
    "lines_of",
    "may_have_arrived",
    "newer_waits",
    "next_ready",
    "post",
    "post_each",
    "put_back",
    "readdress",
    "said",
    "said_at",
    "sent",
    "sent_all",
    "story",
    "told_on",
    "tried",
    "withdraw_strand",
    "withdrawn",
    "write_lines",
]
