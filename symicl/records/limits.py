"""How large a record may be.  What is beyond is refused before it is worked on, in bounded time and memory."""

from __future__ import annotations

from typing import Any

from sympy import Integer, Pow, Rational

from ..errors import UserError

#: bytes of a file, rows of a table, parts of one row
BYTES, ROWS, PARTS = 16 << 20, 200_000, 2_000
#: nodes of one expression written out in full, and how deeply they are nested
TREE, DEPTH = 20_000, 100
#: digits of a number, the largest exponent, characters of a name
DIGITS, EXPONENT, NAME = 200, 64, 64
#: the product of exponents inside one another
POWER = 256
#: blocks of a block matrix
BLOCKS = 64
#: nodes of all that the results state, and characters of a title
STATED, TITLE = 500_000, 500
#: steps of the kernel's inner loops for one record
WORK = 3_000_000


class RecordError(UserError):
    """A record that cannot be read: not of its form, or larger than is allowed."""


def within(value: int, most: int, what: str) -> None:
    """``RecordError`` where ``value`` is more than ``most``."""
    if value > most:
        raise RecordError(f"{what}: {value:,} where at most {most:,} are allowed")


def modest(node: Any, place: str) -> None:
    """``RecordError`` for a number or an exponent that is too large to be worked with."""
    if isinstance(node, Rational):
        for whole in (node.p, node.q):
            within(whole.bit_length(), DIGITS * 10 // 3, f"{place}: bits of a number")
    elif isinstance(node, Pow):
        exponent = node.exp
        if isinstance(exponent, Integer):
            within(abs(int(exponent)), EXPONENT, f"{place}: an exponent")
        elif isinstance(exponent, Rational):
            within(max(abs(exponent.p), exponent.q), EXPONENT, f"{place}: an exponent")
