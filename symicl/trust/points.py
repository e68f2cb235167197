"""The points at which formulas are compared: exact, of several sizes, and some on the sets that theorems speak of.

A theorem under assumptions says nothing at most points, so some are made on purpose: where u or q vanishes, where the
loss is stationary, where it is least.  Γ is written down here once more, from arXiv:2306.09927, (4.2).

>>> [str(point) for point in GENERIC][:3]
['d = 1, N = 1, M = 2', 'd = 2, N = 1, M = 2', 'd = 2, N = 3, M = 2']
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from ..language.letters import dimension, matrix, positive_definite, scalar
from . import arithmetic as ring
from .values import Point

#: d, N and M; where a letter counts twice, or N stands for M, one of them tells.
SIZES = ((1, 1, 2), (2, 1, 2), (2, 3, 2), (3, 2, 1), (2, 2, 3))
SPECIAL_SIZES = ((2, 1, 2), (1, 2, 1), (2, 2, 1))
SIZE, LENGTH, OTHER_LENGTH = dimension("d"), dimension("N"), dimension("M")
LAMBDA, U, u = positive_definite("Lambda", SIZE), matrix("U", SIZE), scalar("u")
ZERO = Fraction(0)


class Setting:
    """What the special points of one size are made of."""

    def __init__(self, point: Point) -> None:
        self.point, self.size = point, point.size(SIZE)
        self.Lambda, self.U, self.u = point.letter(LAMBDA), point.letter(U), point.symbol(u)
        n = Fraction(point.size(LENGTH))
        own = ring.scaled(ring.trace(self.Lambda) / n, ring.identity(self.size))
        self.Gamma = ring.total(ring.scaled(1 + 1 / n, self.Lambda), own)
        self.inverse = ring.inverse(self.Gamma)

    def quadratic(self) -> Any:
        """tr(ΓΛUΛUᵀ)"""
        turned = ring.transpose(self.U)
        return ring.trace(_product(self.Gamma, self.Lambda, self.U, self.Lambda, turned))

    def linear(self, rows: Any) -> Any:
        """tr(Λ² Uᵀ)"""
        return ring.trace(_product(self.Lambda, self.Lambda, ring.transpose(rows)))

    def flat(self) -> Any:
        """U less that multiple of I that makes tr(Λ²Uᵀ) vanish."""
        share = self.linear(self.U) / self.linear(ring.identity(self.size))
        return ring.total(self.U, ring.scaled(-share, ring.identity(self.size)))

    def thresholds(self) -> tuple[Fraction, Fraction]:
        """2a/M and 2b/N², the smallest ε for which M and N are long enough: a = (d + 1)tr(Λ), b = (2d + 1)tr(Λ) + …"""
        d, N, M = self.size, self.point.size(LENGTH), self.point.size(OTHER_LENGTH)
        Λ, inverse = ring.trace(self.Lambda), ring.trace(ring.inverse(self.Lambda))
        return 2 * (d + 1) * Λ / M, 2 * ((2 * d + 1) * Λ + Λ**2 * inverse) / N**2

    def special(self) -> Iterator[dict[str, Any]]:
        """The values of u, U, p, q, ε and the vector of ones at the special points."""
        nothing = ((ZERO,),) * self.size
        yield from ({"p": nothing, "q": nothing}, {"p": nothing}, {"q": nothing})
        yield from ({"u": ZERO}, {"u": ZERO, "U": self.flat()}, {"U": self.flat()})
        yield {"u": self.linear(self.U) / self.quadratic()}
        yield from ({"u": c, "U": ring.scaled(1 / c, self.inverse)} for c in (abs(self.u), -abs(self.u)))
        balance = ring.root(ring.trace(ring.product(self.inverse, self.inverse)), Fraction(1, 4))
        for c in (balance, -balance):
            yield {"u": c, "U": ring.scaled(1 / c, self.inverse)}
        over_M, over_N = self.thresholds()
        yield from ({"epsilon": e} for e in (over_M, over_N, max(over_M, over_N)))
        empty = ring.scaled(ZERO, self.U)
        yield {"e": ((Fraction(1),),) * self.point.size(OTHER_LENGTH)}
        yield from ({"U": empty}, {"u": ZERO, "U": empty, "p": nothing, "q": nothing})


def _product(*factors: Any) -> Any:
    first, *rest = factors
    for factor in rest:
        first = ring.product(first, factor)
    return first


def _generic(first: int) -> list[Point]:
    """One point of each size, with numbers of its own."""
    return [Point(first + k, d=d, N=N, M=M) for k, (d, N, M) in enumerate(SIZES)]


def _special(first: int, scale: Fraction = Fraction(1)) -> list[Point]:
    """The special points of each size, with a U that is large or small."""
    points = []
    for k, (d, N, M) in enumerate(SPECIAL_SIZES):
        plain = Point(first + k, d=d, N=N, M=M)
        here = plain.at(U=ring.scaled(scale, plain.letter(U)))
        points += [here.at(**values) for values in Setting(here).special()]
    return points


GENERIC, SPECIAL = _generic(1), _special(21)
#: For inequalities, which only a point of the right sign refutes, perhaps far out or near the origin.
MORE = [
    *_generic(41),
    *_special(51, Fraction(9)),
    *_special(61, Fraction(1, 9)),
    *_special(71, Fraction(81)),
    *_special(81),
]
