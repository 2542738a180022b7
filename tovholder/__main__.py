"""``python -m tovholder`` is ``tovholder``."""

from __future__ import annotations

import sys

from tovholder.command_line import main

if __name__ == "__main__":
    sys.exit(main())
