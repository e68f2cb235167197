"""The loss at p = q = 0 as a function of intervals, from exact moments of the forward pass.

It depends on w = u·U alone, the d² products written row by row, and is ½ wᵀMw − bᵀw + ½c with the rationals M, b and
c of ``Prompt.moments``.

>>> from fractions import Fraction
>>> from random import Random
>>> from symicl.check.rational.forward import population_loss
>>> from symicl.check.rational.instances import random_instance
>>> instance = random_instance(Random(0), 2, 1, full=False)
>>> w = [rational(instance.u * entry) for row in instance.U for entry in row]
>>> 0 in Surface(instance).loss(w) - rational(population_loss(instance))
True
"""

from __future__ import annotations

from ..rational.forward import prompt
from ..rational.instances import Instance
from .enclosures import Interval, Row, certain, dot, iv, rational


class Surface:
    """The loss of one setting.  Matrices U and w are flat, row by row; numbers are intervals."""

    def __init__(self, instance: Instance) -> None:
        square, cross, self.constant = prompt(instance).moments
        self.square, self.cross = square, cross
        self.M = [[rational(entry) for entry in row] for row in square]
        self.b = [rational(entry) for entry in cross]
        self.top = rational(self.constant) / 2

    def slope(self, w: Row) -> Row:
        """The derivative in w: Mw − b."""
        return [dot(row, w) - entry for row, entry in zip(self.M, self.b, strict=True)]

    def form(self, v: Row) -> Interval:
        """vᵀMv, each off-diagonal product taken once."""
        total = iv.mpf(0)
        for i, row in enumerate(self.M):
            total += row[i] * v[i] ** 2 + 2 * v[i] * dot(row[:i], v[:i])
        return total

    def loss(self, w: Row) -> Interval:
        """½ wᵀMw − bᵀw + ½c."""
        return self.form(w) / 2 - dot(self.b, w) + self.top

    def gradient(self, u: Interval, U: Row) -> tuple[Interval, Row]:
        """The derivatives in u and in the entries of U."""
        slope = self.slope([u * entry for entry in U])
        return dot(U, slope), [u * entry for entry in slope]

    def bend_at_zero(self, U: Row, du: Interval, dU: Row) -> Interval:
        """The second derivative at (0, U) along (du, dU): w moves by du·U, and twice over by 2·du·dU."""
        return du**2 * self.form(U) - 2 * du * dot(self.b, dU)

    def is_convex(self) -> None:
        """``Refuted`` unless M is positive definite: every pivot of its elimination is certainly positive.

        Then the loss is strictly convex in w, so that it is least at one w only and above each of its tangent planes.
        """
        rows = [row[:] for row in self.M]
        for k, pivot_row in enumerate(rows):
            certain(pivot_row[k] > 0, f"pivot {k + 1} of the second moments is positive", pivot_row[k])
            for i in range(k + 1, len(rows)):
                factor = rows[i][k] / pivot_row[k]
                for j in range(k + 1, len(rows)):
                    rows[i][j] -= factor * pivot_row[j]

    def tangent(self, centre: Row, box: Row) -> tuple[Interval, Interval, Row]:
        """The loss in the middle of a box of (u, U), a lower bound on all of it, and what each side costs the bound.

        The bound is the tangent plane in w at w₀ = u₀U₀, with uU − u₀U₀ = u₀(U − U₀) + (u − u₀)U.  It holds where the
        loss is convex: see ``is_convex``.
        """
        w = [centre[0] * entry for entry in centre[1:]]
        slope, here = self.slope(w), self.loss(w)
        steps = [side - middle for side, middle in zip(box, centre, strict=True)]
        costs = [steps[0] * dot(slope, box[1:])]
        costs += [centre[0] * entry * step for entry, step in zip(slope, steps[1:], strict=True)]
        return here, here + sum(costs), [cost.delta for cost in costs]
