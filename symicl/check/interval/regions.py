"""Where the interval judges look: irrational points, boxes of (u, U) off the stationary points, boxes of family (ii).

A box of (u, U) has u first and then the entries of U, row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import frexp
from random import Random

from mpmath import libmp

from ..comparing import Undecided
from ..rational.instances import nonzero
from .enclosures import Box, Interval, Row, dot, iv, largest, rational

HIGH, DRAWS = 997, 200


def root(rng: Random, radicand: int) -> Interval:
    """A random rational number times √radicand, of either sign and not zero."""
    return rational(nonzero(rng, HIGH)) * iv.sqrt(iv.mpf(radicand))


def irrational_points(rng: Random, u: Interval, U: Row) -> Iterator[tuple[Interval, Row]]:
    """Points (u, U) with an irrational product: anywhere, and close to the given one in U and in u."""
    yield root(rng, 2), [root(rng, 3) for _ in U]
    small = largest(U) / 2**20
    yield u, [entry + small * root(rng, 3) for entry in U]
    yield u * (1 + iv.sqrt(iv.mpf(2)) / 2**20), U


def around(rng: Random, u: Interval, U: Row, is_good: Callable[[Box], bool]) -> Box:
    """A random box of the size of (u, U) around a random point, such that the box twice as large ``is_good``.

    ``Undecided`` where none is found.
    """
    sizes = [_near(largest([u]))] + [_near(largest(U))] * len(U)
    start = [_near(entry) for entry in (u, *U)]
    for _ in range(DRAWS):
        reach = Fraction(1, rng.choice((1, 2, 4)))
        centre = [x + reach * size * nonzero(rng) for x, size in zip(start, sizes, strict=True)]
        radii = [reach * size / rng.randint(4, 8) for size in sizes]
        if is_good(Box.around(centre, [2 * radius for radius in radii])):
            return Box.around(centre, radii)
    raise Undecided("no box was found that misses the stationary points")


def _near(x: Interval) -> Fraction:
    """A rational near the middle, of ten binary digits."""
    digits, power = frexp(libmp.to_float(x.mid._mpi_[0], strict=True))
    return Fraction(round(digits * 2**10)) * Fraction(2) ** (power - 10)


def misses(box: Box, product: Row) -> bool:
    """Whether uU is certainly another matrix than ``product`` on the whole box."""
    u, *U = box.intervals()
    return any(0 not in u * entry - other for entry, other in zip(U, product, strict=True))


class SecondFamily:
    """The points u = 0 with Σ cross·U = 0 (cross = Λ² in the paper's setting), U flat, row by row.

    All coordinates of U are free but the one with the largest coefficient, which is solved for.

    >>> family = SecondFamily([Fraction(1), Fraction(2)])
    >>> [entry.a == entry.b == value for entry, value in zip(family.point([iv.mpf(4)]), (4, -2))]
    [True, True]
    """

    def __init__(self, cross: Sequence[Fraction]) -> None:
        self.solved = max(range(len(cross)), key=lambda k: abs(cross[k]))
        self.cross = [rational(entry) for entry in cross]
        self.ratios = [rational(-entry / cross[self.solved]) for entry in cross]
        del self.ratios[self.solved]

    def point(self, free: Row) -> Row:
        """U from its free coordinates."""
        return [*free[: self.solved], dot(self.ratios, free), *free[self.solved :]]

    def box(self, rng: Random, square: Sequence[Sequence[Fraction]]) -> Box:
        """A random box of the free coordinates, on which UᵀMU is about as large as cross (M is ``square``)."""
        size = _near(iv.sqrt(abs(self.cross[self.solved]) / rational(square[self.solved][self.solved])))
        free = range(len(self.ratios))
        return Box.around([size * nonzero(rng) for _ in free], [size / rng.randint(8, 16) for _ in free])

    def is_missed(self, box: Box) -> bool:
        """Whether no point of a box of (u, U) can be in the family."""
        u, *U = box.intervals()
        return 0 not in u or 0 not in dot(self.cross, U)
