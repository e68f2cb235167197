"""The loss over all blocks as what it is: a quadratic in the products of one entry of (pᵀ, u) and one of (U; qᵀ).

Every entry of the prediction is such a product times a random number of the prompt, so that the second moments of
these numbers, taken once from the polynomials of the real forward pass, give the loss, its gradient and its Hessian at
all weights.  Weights are two blocks: a = (p; u) of length d + 1, and B = (U; qᵀ) of shape (d+1)×d.

>>> from random import Random
>>> from symicl.check.rational.forward import population_loss
>>> from symicl.check.rational.instances import random_instance
>>> instance = random_instance(Random(0), 2, 2)
>>> Bilinear.of(instance).loss(*weights(instance)) == population_loss(instance)
True
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .forward import prompt
from .instances import Instance
from .matrices import Matrix, Vector
from .polynomials import Expanded


def weights(instance: Instance) -> tuple[Vector, Matrix]:
    """The blocks (p; u) and (U; qᵀ) of an instance."""
    return [*instance.p, instance.u], [*instance.U, instance.q]


@dataclass(frozen=True)
class Bilinear:
    """½ θᵀMθ − bᵀθ + ½c with θ the products a_i B_jk, i first and k last; exact rationals."""

    d: int
    M: Matrix
    b: Vector
    c: Fraction

    @classmethod
    def of(cls, instance: Instance) -> Bilinear:
        """The moments of the instance's prompt; they do not depend on its weights."""
        drawn, d, N = prompt(instance), instance.d, instance.N
        zero = Expanded(drawn.target - drawn.target)
        known = {key: Expanded(product) for key, product in drawn.products.items()}
        P = [known.get((i, j, k), zero) for i in range(d + 1) for j in range(d + 1) for k in range(d)]
        target = Expanded(drawn.target)
        M = [[Fraction(0)] * len(P) for _ in P]
        for i, left in enumerate(P):
            for j, right in enumerate(P[: i + 1]):
                M[i][j] = M[j][i] = left.dot(right) / N**2
        return cls(d, M, [p.dot(target) / N for p in P], target.dot(target))

    def loss(self, a: Vector, B: Matrix) -> Fraction:
        """L at these weights."""
        θ = _products(a, B)
        return _dot(θ, _times(self.M, θ)) / 2 - _dot(self.b, θ) + self.c / 2

    def hessian(self, a: Vector, B: Matrix) -> Matrix:
        """The second derivatives in the entries of a, then in those of B row by row."""
        steps = self.steps()
        θ = _products(a, B)
        slope = [m - b for m, b in zip(_times(self.M, θ), self.b, strict=True)]
        moved = [_added(_products(da, B), _products(a, dB)) for da, dB in steps]
        pulled = [_times(self.M, move) for move in moved]
        return [
            [_dot(moved[i], pulled[j]) + _dot(slope, _crossed(steps[i], steps[j])) for j in range(len(steps))]
            for i in range(len(steps))
        ]

    def steps(self) -> list[tuple[Vector, Matrix]]:
        """A unit step in each entry."""
        n, d = self.d + 1, self.d
        nothing = [Fraction(0)] * n, [[Fraction(0)] * d for _ in range(n)]
        in_a = [([Fraction(i == k) for i in range(n)], nothing[1]) for k in range(n)]
        in_B = [
            (nothing[0], [[Fraction((i, j) == (k, m)) for j in range(d)] for i in range(n)])
            for k in range(n)
            for m in range(d)
        ]
        return in_a + in_B


def _crossed(left: tuple[Vector, Matrix], right: tuple[Vector, Matrix]) -> Vector:
    """The second derivative of the products along two steps."""
    return _added(_products(left[0], right[1]), _products(right[0], left[1]))


def _products(a: Vector, B: Matrix) -> Vector:
    return [x * y for x in a for row in B for y in row]


def _times(M: Matrix, v: Vector) -> Vector:
    return [_dot(row, v) for row in M]


def _dot(v: Vector, w: Vector) -> Any:
    return sum((x * y for x, y in zip(v, w, strict=True) if x and y), Fraction(0))


def _added(v: Vector, w: Vector) -> Vector:
    return [x + y for x, y in zip(v, w, strict=True)]


def falls_somewhere(H: Matrix) -> bool:
    """Whether a symmetric matrix of rationals has a negative direction, by exact elimination.

    >>> falls_somewhere([[1, 1], [1, 1]]), falls_somewhere([[0, 1], [1, 5]]), falls_somewhere([[1, 2], [2, 1]])
    (False, True, True)
    """
    rows = [[Fraction(entry) for entry in row] for row in H]
    while rows:
        if any(row[i] < 0 for i, row in enumerate(rows)):
            return True
        pivot = next((i for i, row in enumerate(rows) if row[i]), None)
        if pivot is None:
            return any(entry for row in rows for entry in row)
        top = rows[pivot]
        kept = [i for i in range(len(rows)) if i != pivot]
        rows = [[rows[i][j] - top[i] * top[j] / top[pivot] for j in kept] for i in kept]
    return False
