"""libical through ctypes: what its parser and its table of RFC 5546 find wrong with an object, in its words."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

LIBRARY = "libical.so.3"
ANY_PROPERTY, ANY_COMPONENT = 0, 1
ERROR = b"X-LIC-ERROR"

Pointer = int | None


class Libical:
    """The library, loaded; raises OSError where it is not installed (Debian package libical3)."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(LIBRARY)
        self._error_kind = int(self._number("icalproperty_string_to_kind", ctypes.c_char_p(ERROR)))

    def faults(self, content: bytes) -> list[str]:
        """Everything that the parser and the table of RFC 5546 find wrong with an object, each fault once."""
        root = self._pointer("icalparser_parse_string", ctypes.c_char_p(content))
        if not root:
            return ["nothing that can be parsed"]
        try:
            refused = (
                [] if self._number("icalrestriction_check", ctypes.c_void_p(root)) else ["restriction check failed"]
            )
            return list(dict.fromkeys([*refused, *self._told(root)]))
        finally:
            self._library.icalcomponent_free(ctypes.c_void_p(root))

    def _told(self, component: int) -> Iterator[str]:
        """The errors the library wrote into a component and, in turn, into the components in it."""
        for error in self._each("property", component, self._error_kind):
            said = self._library.icalproperty_get_xlicerror
            said.restype = ctypes.c_char_p
            yield (said(ctypes.c_void_p(error)) or b"").decode(errors="replace")
        for inner in self._each("component", component, ANY_COMPONENT):
            yield from self._told(inner)

    def _each(self, what: str, component: int, kind: int) -> list[int]:
        """Listed before it is looked into: the library keeps one place per component."""
        found, place = list[int](), "first"
        while each := self._pointer(f"icalcomponent_get_{place}_{what}", ctypes.c_void_p(component), kind):
            found.append(each)
            place = "next"
        return found

    def _pointer(self, name: str, *args: Any) -> Pointer:
        """Call what returns a pointer; without its type said, ctypes would cut it to 32 bits."""
        function = getattr(self._library, name)
        function.restype = ctypes.c_void_p
        pointer: Pointer = function(*args)
        return pointer

    def _number(self, name: str, *args: Any) -> int:
        return int(getattr(self._library, name)(*args))
