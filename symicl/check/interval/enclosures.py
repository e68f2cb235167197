"""Real numbers as mpmath intervals with outward rounding, and boxes of them that can be halved.

The interval context is the judges' own.  A comparison of intervals is True where it is certain, False where the
opposite is certain, and None where neither is; ``certain`` turns these three into going on, "fail" and "skipped".

>>> third = enclosed(Fraction(1, 3), "a third")
>>> show(third), 0 in third - third
('0.3333333333333333333333333 ± 7.3e-40', True)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import Any

from mpmath import libmp
from mpmath.ctx_iv import MPIntervalContext

from ..comparing import Refuted, Undecided

BITS = 128
iv = MPIntervalContext()
iv.prec = BITS
#: How many sizes of a box are tried, each half as large as the one before.
SHRINKS = 10
#: An enclosure is narrow where it is no wider than this part of what it is measured by.
NARROW = iv.mpf(1) / 10**20

Interval = Any
Row = list[Interval]


def rational(value: Fraction | int) -> Interval:
    """A rational number as an interval of neighbouring floating-point numbers."""
    return iv.mpf(value.numerator) / value.denominator


def enclosed(value: Any, name: str) -> Interval:
    """A claimed number, rational or an mpmath interval of any context; ``Refuted`` for anything else, or NaN, or ∞."""
    if isinstance(value, Rational) and not isinstance(value, bool):
        return rational(Fraction(int(value.numerator), int(value.denominator)))
    if not hasattr(value, "_mpi_"):
        raise Refuted(f"{name} gives {value!r} of type {type(value).__name__}, neither a rational nor an interval")
    own = iv.make_mpf(value._mpi_)
    if not (own.delta >= 0 and own.delta < iv.inf):
        raise Refuted(f"{name} gives {value}, not a finite interval")
    return own


def enclosed_square(value: Any, size: int, name: str) -> Row:
    """The entries, row by row, of a claimed size×size matrix; ``Refuted`` for another shape.

    A number counts as a 1×1 matrix.
    """
    value = value.tolist() if hasattr(value, "tolist") else value
    rows = value if isinstance(value, (list, tuple)) else [[value]]
    if len(rows) != size or any(not isinstance(row, (list, tuple)) or len(row) != size for row in rows):
        raise Refuted(f"{name} is no {size}×{size} matrix: {value!r}")
    return [enclosed(entry, name) for row in rows for entry in row]


def show(x: Interval) -> str:
    """The middle to 25 digits, and the radius."""
    middle, width = x.mid._mpi_[0], x.delta._mpi_[0]
    return f"{libmp.to_str(middle, 25)} ± {libmp.to_str(libmp.mpf_shift(width, -1), 2)}"


def largest(entries: Iterable[Interval]) -> Interval:
    """The largest absolute value that the entries can have, as a point."""
    top = iv.mpf(0)
    for entry in entries:
        size = abs(entry).b
        top = size if size > top else top
    return top


def dot(left: Iterable[Interval], right: Iterable[Interval]) -> Interval:
    """Σ a·b."""
    total = iv.mpf(0)
    for a, b in zip(left, right, strict=True):
        total += a * b
    return total


def certain(truth: bool | None, what: str, *shown: Interval) -> None:
    """Nothing where ``truth`` is True; ``Refuted`` where it is False, ``Undecided`` where it is None.

    >>> certain(enclosed(2, "") > 0, "u > 0", enclosed(2, ""))
    >>> certain(enclosed(-2, "") > 0, "u > 0", enclosed(-2, ""))
    Traceback (most recent call last):
        ...
    symicl.check.comparing.Refuted: not true that u > 0: -2.0 ± 0.0
    """
    if truth is not True:
        numbers = ", ".join(map(show, shown))
        if truth is False:
            raise Refuted(f"not true that {what}: {numbers}", enclosures=numbers)
        raise Undecided(f"undecided whether {what}: {numbers}")


def vanishes(x: Interval, scale: Interval, what: str) -> None:
    """``Refuted`` unless 0 lies in ``x``; ``Undecided`` where ``x`` is not narrow measured by ``scale``."""
    if 0 not in x:
        raise Refuted(f"{what} is {show(x)}, not 0", enclosure=show(x))
    is_narrow(x, scale, what)


def is_narrow(x: Interval, scale: Interval, what: str) -> None:
    """``Undecided`` unless the width of ``x`` is at most 1e-20 of ``scale``."""
    if not x.delta <= NARROW * abs(scale):
        raise Undecided(f"{what} is only known as {show(x)}, which is too wide to judge")


@dataclass(frozen=True)
class Box:
    """A product of closed intervals with rational ends, so that its halves cover it exactly.

    >>> left, right = Box.around([Fraction(0), Fraction(3)], [Fraction(1), Fraction(2)]).halves(1)
    >>> left.ends[1] == (1, 3) and right.ends[1] == (3, 5) and left.ends[0] == (-1, 1)
    True
    """

    ends: tuple[tuple[Fraction, Fraction], ...]

    @classmethod
    def around(cls, centre: Sequence[Fraction], radii: Sequence[Fraction]) -> Box:
        """The box with this centre and these half-widths."""
        return cls(tuple((c - r, c + r) for c, r in zip(centre, radii, strict=True)))

    def halves(self, side: int) -> tuple[Box, Box]:
        """The two halves, cut across the given side."""
        low, high = self.ends[side]
        before, after, cut = self.ends[:side], self.ends[side + 1 :], (low + high) / 2
        return Box((*before, (low, cut), *after)), Box((*before, (cut, high), *after))

    def shrunk(self) -> Box:
        """The box half as large with the same middle."""
        return Box(tuple(((3 * low + high) / 4, (low + 3 * high) / 4) for low, high in self.ends))

    def middle(self) -> Row:
        """Its middle."""
        return [rational((low + high) / 2) for low, high in self.ends]

    def intervals(self) -> Row:
        """Its sides."""
        return [iv.mpf((rational(low).a, rational(high).b)) for low, high in self.ends]

    def longest(self) -> int:
        """Which side is the longest."""
        return max(range(len(self.ends)), key=lambda k: self.ends[k][1] - self.ends[k][0])

    def __str__(self) -> str:
        return " × ".join(f"[{float(low):.4g}, {float(high):.4g}]" for low, high in self.ends)


def settle(box: Box, look: Callable[[Box], int | None], most: int, what: str) -> tuple[int, int]:
    """Settle a statement on a box, or on one half, a quarter, … as large around its middle where that takes too long.

    ``look`` is asked about a part: None where the statement is certain there, otherwise the side to cut the part
    across; it raises ``Refuted`` at a counterexample.  Comes back with how often the box was shrunk and the number of
    parts that it took; ``Undecided`` where ``most`` parts are not enough for the smallest box either.

    >>> settle(Box(((Fraction(1), Fraction(3)),)), lambda part: None if part.ends[0][1] < 3 else 0, 5, "x < 3")
    (1, 1)
    """
    tried = box
    for shrunk in range(SHRINKS):
        if parts := _parts(tried, look, most):
            return shrunk, parts
        tried = tried.shrunk()
    raise Undecided(f"undecided whether {what} on the box {tried}, in {most} parts")


def _parts(box: Box, look: Callable[[Box], int | None], most: int) -> int | None:
    """The number of parts that settle the box; None where ``most`` are not enough."""
    waiting, looked = [box], 0
    while waiting:
        if looked + len(waiting) > most:
            return None
        part = waiting.pop()
        side = look(part)
        looked += 1
        if side is not None:
            waiting += part.halves(side)
    return looked
