"""The loss on the set p = q = 0 as a function of real weights, from the exact forward pass, over intervals.

With p = q = 0 the prediction is ŷ = u Σ_jk U_jk Z_jk, where Z_jk is a polynomial in independent normals.  So

    L(u, U) = ½ (u² Σ M[jk, lm] U_jk U_lm − 2 u Σ m[jk] U_jk + c),

and M = E Z Zᵀ, m = E Z y_q, c = E y_q² are rationals that the exact judge's expansion gives.  What is not rational,
and what holds on a whole box of weights, is then decided in intervals with outward rounding (mpmath's ``iv``).

>>> from random import Random
>>> from symicl.check.instances import random_instance
>>> surface = Surface.of(random_instance(Random(0), 2, 3))
>>> zero = [enclosure(0)] * 4
>>> surface.loss(enclosure(0), zero) == enclosure(surface.constant) / 2
True
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import Any

from mpmath.ctx_iv import MPIntervalContext

from .comparing import Refuted
from .exact import prompt
from .instances import Instance
from .polynomials import Expanded, combination

IV = MPIntervalContext()
IV.prec = 192
#: how wide an enclosure of a number may be, relative to it, to count as that number
NARROW = Fraction(1, 10**30)


def enclosure(value: Any, name: str = "the formula") -> Any:
    """An interval around a rational number, or the interval itself; ``Refuted`` for anything else."""
    raw = getattr(value, "_mpi_", None)
    if raw is not None:
        made = IV.make_mpf(raw)
        if not (made.a <= made.b) or made.delta == IV.inf:
            raise Refuted(f"{name} gives {value}, which is no bounded interval")
        return made
    if isinstance(value, bool) or not isinstance(value, Rational):
        raise Refuted(f"{name} gives {value!r} of type {type(value).__name__}, neither a rational nor an interval")
    return IV.mpf(int(value.numerator)) / IV.mpf(int(value.denominator))


def narrow(value: Any, name: str) -> Any:
    """The enclosure of a number; ``Refuted`` where it is too wide to tell the number from its neighbours."""
    found = enclosure(value, name)
    width = found.b - found.a
    size = max(abs(found.a), abs(found.b))
    if width > enclosure(NARROW) * size and width > enclosure(NARROW):
        raise Refuted(f"{name} is only known to lie in {shown(found)}")
    return found


def shown(value: Any) -> str:
    """An interval for a sentence."""
    low, high = (float(end.mid) for end in (value.a, value.b))
    return f"[{low:.12g}, {high:.12g}]" if high - low > 1e-9 * max(abs(low), abs(high)) else f"{high:.12g}"


def dot(left: Sequence[Any], right: Sequence[Any]) -> Any:
    """Σ a b over pairs of intervals."""
    return sum((a * b for a, b in zip(left, right, strict=True)), IV.mpf(0))


@dataclass(frozen=True)
class Surface:
    """The rationals M (d²×d²), m (d²) and c of the loss; weights U are flat lists of d² intervals, row by row."""

    d: int
    square: list[list[Fraction]]
    line: list[Fraction]
    constant: Fraction

    @classmethod
    def of(cls, instance: Instance) -> Surface:
        """From the judge's own expansion of the forward pass."""
        drawn, d = prompt(instance), instance.d
        scale = Fraction(1, instance.N)
        parts = [Expanded(combination([(scale, drawn.products[d, j, k])])) for j in range(d) for k in range(d)]
        target = Expanded(drawn.target)
        square = [[a.dot(b) for b in parts] for a in parts]
        return cls(d, square, [part.dot(target) for part in parts], target.dot(target))

    def slope(self, G: Sequence[Any]) -> list[Any]:
        """M G − m, the gradient of the loss in G = uU."""
        return [dot(map_enclosed(row), G) - enclosure(m) for row, m in zip(self.square, self.line, strict=True)]

    def curvature(self, G: Sequence[Any]) -> Any:
        """Gᵀ M G."""
        return dot(G, [dot(map_enclosed(row), G) for row in self.square])

    def loss(self, u: Any, U: Sequence[Any]) -> Any:
        """L at the weights."""
        G = [u * entry for entry in U]
        return (self.curvature(G) - 2 * dot(map_enclosed(self.line), G) + enclosure(self.constant)) / 2

    def gradient(self, u: Any, U: Sequence[Any]) -> list[Any]:
        """∂L/∂u and then the entries of ∇_U L."""
        slope = self.slope([u * entry for entry in U])
        return [dot(U, slope), *(u * entry for entry in slope)]

    def loss_on(self, box: Sequence[Any]) -> Any:
        """L on a box of (u, U), by the mean value theorem: much closer than term by term where the box is small."""
        centre = [side.mid for side in box]
        away = [side - middle for side, middle in zip(box, centre, strict=True)]
        return self.loss(centre[0], centre[1:]) + dot(self.gradient(box[0], box[1:]), away)

    def bend_at_zero(self, U: Sequence[Any], du: Any, dU: Sequence[Any]) -> Any:
        """d²L/dt² at t = 0 along (t du, U + t dU): there G = t du U + t² du dU."""
        return du * du * self.curvature(U) - 2 * du * dot(map_enclosed(self.line), dU)

    def is_definite(self) -> bool:
        """Whether M is certainly positive definite: every pivot of its elimination is certainly positive."""
        rows = [map_enclosed(row) for row in self.square]
        for k in range(len(rows)):
            if not rows[k][k] > 0:
                return False
            for i in range(k + 1, len(rows)):
                factor = rows[i][k] / rows[k][k]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
        return True


def map_enclosed(values: Sequence[Fraction]) -> list[Any]:
    """The enclosures of rationals."""
    return [enclosure(value) for value in values]
