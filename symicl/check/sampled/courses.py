"""The loss at p = q = 0 in floating point, from the judge's own moments, and gradient flow on it.

The moments are those of the real forward pass (``exact.Prompt.moments``); the flow is integrated by the adaptive
embedded Runge–Kutta pair of J. R. Dormand and P. J. Prince, J. Comput. Appl. Math. 6 (1980) 19.

>>> surface = Bowl.of(random_setting(Random(0), 1, 2))
>>> course = follow(surface, 0.5, np.array([[0.5]]))
>>> bool(course[-1].loss - surface.least < 1e-9)
True
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from ..rational.forward import prompt
from ..rational.instances import Instance, random_instance
from ..rational.matrices import product, transpose

Array = NDArray[np.float64]
#: the pair's nodes are not needed, as the flow does not depend on time; the last row is the step of fifth order
STAGES = (
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
    (35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
)
ERROR = (71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40)
TOLERANCE, STEPS = 1e-9, 20_000
#: the flow has come to its end where so little of the loss above its least value is left
LEFT = 1e-11


def random_setting(rng: Random, d: int, N: int, sigma: Fraction | int = 0, noisy_target: bool = False) -> Instance:
    """A random exact setting at p = q = 0 whose Λ is not diagonal, and conditioned well enough to wait for a flow."""
    drawn = random_instance(rng, d, N, full=False, sigma=sigma, noisy_target=noisy_target)
    C = [[Fraction(rng.choice((-3, -2, -1, 1, 2, 3)), 8) + (i == j) for j in range(d)] for i in range(d)]
    return replace(drawn, C=C, Lambda=product(C, transpose(C)))


@dataclass(frozen=True)
class Bowl:
    """L as a function of u and U: ½ vᵀSv − lᵀv + c with v the d² numbers of uU."""

    S: Array
    l: Array
    c: float

    @classmethod
    def of(cls, instance: Instance) -> Bowl:
        """From the moments of the real forward pass."""
        S, l, square = prompt(instance).moments
        return cls(np.array(S, dtype=float), np.array(l, dtype=float), float(square) / 2)

    @property
    def best(self) -> Array:
        """The d×d matrix uU where L is least."""
        d = round(len(self.l) ** 0.5)
        return np.asarray(np.linalg.solve(self.S, self.l), dtype=np.float64).reshape(d, d)

    @property
    def least(self) -> float:
        """The least value."""
        return self.loss(1.0, self.best)

    def loss(self, u: float, U: Array) -> float:
        """L at u, U."""
        v = u * U.ravel()
        return float(v @ self.S @ v / 2 - self.l @ v + self.c)

    def slope(self, u: float, U: Array) -> tuple[float, Array]:
        """∂L/∂u and ∇_U L."""
        r = self.S @ (u * U.ravel()) - self.l
        return float(r @ U.ravel()), u * r.reshape(U.shape)


@dataclass(frozen=True)
class Point:
    """Where a flow is at a time: weights, loss, and ‖∇L‖²."""

    t: float
    u: float
    U: Array
    loss: float
    steepness: float


def follow(bowl: Bowl, u: float, U: Array) -> list[Point]:
    """Gradient flow from u, U, step by step, until it has come to its end; ``UserError`` where it does not."""
    points = list(_steps(bowl, u, U))
    if points[-1].loss - bowl.least > LEFT * (points[0].loss - bowl.least):
        raise UserError(f"the flow has not come to its end after {STEPS} steps")
    return points


def _steps(bowl: Bowl, u: float, U: Array) -> Iterator[Point]:
    z, t, h = np.append(U.ravel(), u), 0.0, 1e-3
    floor = bowl.least + LEFT * (bowl.loss(u, U) - bowl.least)

    def speed(z: Array) -> Array:
        du, dU = bowl.slope(z[-1], z[:-1].reshape(U.shape))
        return -np.append(dU.ravel(), du)

    def point(first: Array) -> Point:
        at = float(z[-1]), z[:-1].reshape(U.shape)
        return Point(t, *at, bowl.loss(*at), float(first @ first))

    first = speed(z)
    yield point(first)
    for _ in range(STEPS):
        k = [first]
        for row in STAGES:
            ahead = z + h * sum(a * s for a, s in zip(row, k, strict=True))
            k.append(speed(ahead))
        wrong = h * sum(e * s for e, s in zip(ERROR, k, strict=True))
        off = float(np.max(np.abs(wrong) / (TOLERANCE * (1 + np.abs(z)))))
        if off <= 1:
            z, t, first = ahead, t + h, k[-1]
            here = point(first)
            yield here
            if here.loss <= floor:
                return
        h *= min(5.0, max(0.2, 0.9 * max(off, 1e-12) ** -0.2))
