"""The flow of the theorem ``flow``, integrated, with the bounds that the theorem gives along it.

Integrated by the embedded Runge–Kutta pair of orders 4 and 5 of J. R. Cash and A. H. Karp, ACM Trans. Math. Software 16
(1990) 201, with steps of its own that end at the times that are asked for.

>>> import numpy as np
>>> fall = integrate(lambda z: -z, np.array([1.0]), np.array([0.0, 1.0]))
>>> bool(abs(fall[-1, 0] - np.exp(-1)) < 1e-9)
True
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..derivations import derive
from ..errors import ShapeError, UserError
from ..language.compiled import compiled
from ..language.letters import letters_of
from ..language.numeric import evaluate
from .population import Population
from .starts import paper_start
from .weights import Array, blocks, row_of

STAGES = (
    (1 / 5,),
    (3 / 40, 9 / 40),
    (3 / 10, -9 / 10, 6 / 5),
    (-11 / 54, 5 / 2, -70 / 27, 35 / 27),
    (1631 / 55296, 175 / 512, 575 / 13824, 44275 / 110592, 253 / 4096),
)
FIFTH = (37 / 378, 0, 250 / 621, 125 / 594, 0, 512 / 1771)
FOURTH = (2825 / 27648, 0, 18575 / 48384, 13525 / 55296, 277 / 14336, 1 / 4)
TOLERANCE, MOST = 1e-10, 100_000


def integrate(speed: Callable[[Array], Array], start: Array, times: Array, tolerance: float = TOLERANCE) -> Array:
    """The solution of dz/dt = speed(z) with z(0) = start, at increasing times, one row each.

    ``tolerance`` bounds the error of a step, relative to 1 + |z|.  ``UserError`` where it takes too many steps.
    """
    z, t, h, done, found = start, 0.0, 1e-3, 0, []
    for goal in times:
        while t < goal:
            if (done := done + 1) > MOST:
                raise UserError(f"the flow is too stiff: after {MOST} steps it has come to time {t:.6g} of {goal:.6g}")
            first = speed(z)
            if np.max(np.abs(first)) * (goal - t) < tolerance:  # it has come to rest
                break
            last = h >= goal - t
            length = goal - t if last else h
            ahead, off = _step(speed, z, first, length, tolerance)
            if off <= 1:
                z, t = ahead, float(goal) if last else t + length
            if off > 1 or not last:
                h = length * min(4.0, max(0.2, 0.9 * max(off, 1e-10) ** -0.2))
        t = float(goal)
        found.append(z)
    return np.array(found)


def _step(speed: Callable[[Array], Array], z: Array, first: Array, h: float, tolerance: float) -> tuple[Array, float]:
    """A step of fifth order, and how many times too large its error may be; ``first`` is the speed at ``z``."""
    k = [first]
    for row in STAGES:
        k.append(speed(z + h * sum(a * s for a, s in zip(row, k, strict=True))))
    ahead = z + h * sum(b * s for b, s in zip(FIFTH, k, strict=True))
    wrong = h * sum((b - a) * s for a, b, s in zip(FOURTH, FIFTH, k, strict=True))
    off = float(np.max(np.abs(wrong) / (tolerance * (1 + np.abs(z)))))
    return ahead, off if np.isfinite(off) else 1e10


@dataclass(frozen=True)
class Bounds:
    """What the theorem says of one start: δ, the rate μ, L*, and what times e^{−μt} bounds L − L* and ‖uU − Γ⁻¹‖²."""

    delta: float
    mu: float
    least: float
    loss: float
    distance: float

    def loss_at(self, times: Array) -> Array:
        """L* + e^{−μt}(L₀ − L*), never less than the loss of the flow."""
        return np.asarray(self.least + np.exp(-self.mu * times) * (self.loss - self.least))

    def distance_at(self, times: Array) -> Array:
        """The root of C e^{−μt}, never less than ‖uU − Γ⁻¹‖ on the flow."""
        return np.asarray(np.sqrt(self.distance * np.exp(-self.mu * times)))


class TheoremFlow:
    """Gradient flow on p = q = 0 by the equations of the theorem, and the theorem's bounds for the paper's starts."""

    def __init__(self, population: Population) -> None:
        self.population, self.chapter = population, derive("flow", population.task)
        self.given = population.given(self.chapter.model.task)
        layer = self.chapter.model.layer
        self._speeds = compiled([self.chapter.claims[f"speed:{name}"] for name in "uU"], self.given, layer.u, layer.U)

    def course(self, start: Array, times: Array) -> Array:
        """The weights at increasing times, one row each, from a row of weights at which p = q = 0."""
        return integrate(self._speed, start, times)

    def bounds(self, size: float, Theta: Any) -> Bounds:
        """What the theorem says of the start u = σ, U = σΘΘᵀ; ``UserError`` where it is not one of the theorem's."""
        start = paper_start(size, Theta)
        if start.d != self.population.d:
            raise ShapeError(
                f"Theta is {start.d}×{start.d}, it should be {self.population.d}×{self.population.d} as Λ is"
            )
        formulas, claims = self.chapter.formulas, self.chapter.claims
        delta = self._at_start(formulas["delta"], size, Theta)
        if not delta > 0:
            raise UserError(self._why_not(delta, size, Theta))
        wanted = (formulas["mu"], claims["least"], formulas["loss"], claims["bound:uU"])
        return Bounds(delta, *(self._at_start(node, size, Theta) for node in wanted))

    def _speed(self, row: Array) -> Array:
        p, u, U, q = blocks(row)
        du, dU = self._speeds(u, U)
        return row_of(0 * p, du, dU, 0 * q)

    def _at_start(self, node: Any, size: float, Theta: Any) -> float:
        """A number of the theorem; the size of the start is σ_0 where the noise of labels is σ."""
        values = {"sigma_0" if self.population.sigma else "sigma": size, "Theta": np.asarray(Theta, dtype=float)}
        letters = {letter: values[letter.name] for letter in letters_of(node) if letter.name in values}
        return float(evaluate(node, self.given | letters, exact=False))

    def _why_not(self, delta: float, size: float, Theta: Any) -> str:
        """δ = aσ² − bσ⁴ is not positive: a and b from two sizes."""
        one, two = (self._at_start(self.chapter.formulas["delta"], other, Theta) for other in (1.0, 2.0))
        b = (4 * one - two) / 12
        if one + b <= 0:
            return (
                f"Theta must be such that ΛΘ is not zero; the theorem wants δ > 0 at the start, and it is {delta:.3g}"
            )
        most = ((one + b) / b) ** 0.5
        return (
            f"size must be below {most:.3g}, not {size:g}: the theorem wants δ > 0 at the start, and it is {delta:.3g}"
        )
