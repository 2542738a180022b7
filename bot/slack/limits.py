"""What Slack takes at most. Lengths are in UTF-16 units of the escaped text: never fewer than what Slack counts.

Source: the Block Kit reference and the pages of the methods at docs.slack.dev, unless another is named.
"""

from __future__ import annotations

ANSWERS = 5
"""Times that something may be said at a response_url, within half an hour."""
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
TOP_TEXT = 40_000
"""Characters of a message's top-level text; Slack cuts what is over."""
EDIT_TEXT = 3_900
"""Bytes of the escaped text of a message that is changed: ``chat.update`` refuses more than 4,000."""
TEXT = 3_000
FIELD = 2_000
FIELDS = 10
HEADER = 150
ACTIONS = 25
BUTTON = 75
VALUE = 2_000
URL = 3_000
ALT = 2_000
OPTION = 75
OPTION_VALUE = 150
OPTIONS = 100
RADIOS = 10
TYPED = 3_000
"""Characters of one text field."""
LABEL = 2_000
"""Characters of a field's label, and of its hint."""
TITLE = 24
"""Characters of a modal's title and of its two buttons."""
METADATA = 3_000
ID = 255
TABLE_ROWS = 100
"""Rows of a table, its head included."""
TABLE_COLUMNS = 20
TABLE_TEXT = 10_000
"""Characters in all cells of a message's tables together."""
MESSAGE_WEIGHT = 12_000
"""Characters of a message's blocks as JSON: a limit that no page names, and that errors call ``msg_blocks_too_long``.

Seen at about 13,200 with what holds the text counted too (slackapi/bolt-js#2509, #2867), so we stay below.
"""
BLOCK_WEIGHT = 100
"""What a block weighs beside its JSON: in the same reports an empty divider took 125."""
VIEW_BYTES = 200_000
"""Bytes of a view as JSON; ``view_too_large`` is said to come at 250,000."""
LONGEST_LINK = 1_000
"""Characters of an address that may stand within a text; a longer one is written out beside its words."""


def length(text: str) -> int:
    """Count a text in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
