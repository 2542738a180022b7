"""What a process that stays up does once with its memory."""

from __future__ import annotations

import gc


def keep_what_stands() -> None:
    """Never search again for garbage among what is loaded by now: it all stays as long as the process does.

    Each such search holds up everything else for a tenth of a second, in the middle of whatever is being sent.
    """
    gc.collect()
    gc.freeze()
