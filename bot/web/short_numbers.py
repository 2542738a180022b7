"""Numbers in the address of a page."""

from __future__ import annotations

from starlette.convertors import Convertor


class ShortNumber(Convertor[int]):
    """``{id:short}``: at most nine digits, so that each fits a column; a longer one is no page of ours."""

    regex = "[0-9]{1,9}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)
