"""Where a training ended: at the minimum, at a spurious point of the theorem ``optimum-full``, or neither.

A point is recognised by its products of (p, u) with (U; qᵀ), as the prediction knows nothing else.

>>> import numpy as np
>>> from symicl.training.weights import Weights
>>> landscape = Landscape(Population([[1, 0], [0, 0.2]], 5))
>>> [round(level.loss - landscape.least, 4) for level in landscape.levels]
[0.0417, 0.3472]
>>> q = 1 / landscape.levels[0].gamma
>>> landscape.ending(Weights.of([1, 0], 0, np.zeros((2, 2)), [q, 0]).row).kind
'spurious minimum'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..derivations import derive
from ..language.letters import letters_of
from ..language.numeric import evaluate
from .population import Population
from .weights import Array, blocks, products, row_of

#: how near, as a part of ‖Γ⁻¹‖, products must be to those of a point; how flat, as a part of ‖Λ²‖, the loss must be
NEAR, FLAT = 1e-2, 1e-5
#: how many steps downhill are taken from an end, and when that is enough
STEPS, STILL = 400, 1e-10
#: how closely each step solves its linear system
CLOSE = 1e-4


@dataclass(frozen=True)
class Level:
    """The spurious points of one eigenvalue λ of Λ: p an eigenvector, q = p/(γ pᵀp), u = U = 0, all of one loss.

    ``criterion`` is C of the theorem, and ``kind`` what it says: "spurious minimum", "strict saddle", "stationary"
    where it is silent, and "minimum" for d = 1, where these points are global minima.
    """

    eigenvalue: float
    gamma: float
    loss: float
    criterion: float
    kind: str
    space: Array

    @property
    def plain(self) -> dict[str, Any]:
        """All but the eigenspace, as plain data."""
        return {name: value for name, value in vars(self).items() if name != "space"}


@dataclass(frozen=True)
class Ending:
    """What an end is: its kind, loss, distance of its products from those of the point named (relative to ‖Γ⁻¹‖).

    ``kind`` is "minimum", that of a ``Level``, "nothing" (the saddle at which the layer predicts nothing), "stationary"
    for a point of which no theorem speaks, or "moving".  ``eigenvalue`` is that of the level, if it is one.
    """

    kind: str
    loss: float
    distance: float
    steepness: float
    eigenvalue: float | None = None


class Landscape:
    """L*, Γ⁻¹ and the spurious levels, from the derived theorems.

    ``levels`` is empty where p and q stay zero (``full=False``), as they need them; and where labels have noise, as no
    theorem speaks of them then.
    """

    def __init__(self, population: Population, *, full: bool = True) -> None:
        self.population = population
        self.optimum = products(population.optimum)
        self.least = float(population.loss(population.optimum))
        self.size = float(np.linalg.norm(self.optimum))
        self.levels = _levels(population) if full and not population.sigma else ()

    def ending(self, row: Array) -> Ending:
        """What the point at hand is, as it stands."""
        loss, slope = float(self.population.loss(row)), self.population.gradient(row)
        steepness = float(np.linalg.norm(slope) / np.linalg.norm(self.population.Lambda @ self.population.Lambda))
        known = min(self._candidates(row), key=lambda found: found[1])
        kind, distance, eigenvalue = known
        if distance > NEAR:
            kind, eigenvalue = ("stationary" if steepness < FLAT else "moving"), None
        return Ending(kind, loss, distance, steepness, eigenvalue)

    def settled(self, row: Array) -> Ending:
        """What is found downhill of a point: it is followed by steps that resist leaving its valley.

        A step solves (H + I/h) s = −∇L, a backward Euler step of gradient flow over the time h, linearised; h grows
        while the loss falls, and shrinks where it does not or where the matrix is not positive definite.
        """
        h = 1.0 / self.population.curvature(row)
        loss, slope = float(self.population.loss(row)), self.population.gradient(row)
        for _ in range(STEPS):
            if np.linalg.norm(slope) < STILL or h < 1e-12:
                break
            step = self._solved(row, slope, 1 / h)
            lower = float(self.population.loss(row + step)) if step is not None else np.inf
            if step is not None and lower <= loss + 1e-15:
                row, loss, h = row + step, lower, 2 * h
                slope = self.population.gradient(row)
            else:
                h /= 4
        return self.ending(row)

    def _solved(self, row: Array, slope: Array, shift: float) -> Array | None:
        """s with (H + shift) s = −slope by conjugate gradients; None where that matrix is not positive definite."""
        found, left = np.zeros_like(slope), -slope
        direction, size = left, float(left @ left)
        for _ in range(2 * len(slope)):
            if size < CLOSE**2 * float(slope @ slope):
                break
            bent = self.population.bend(row, direction) + shift * direction
            if (bend := float(direction @ bent)) <= 0:
                return None
            found, left = found + size / bend * direction, left - size / bend * bent
            size, before = float(left @ left), size
            direction = left + size / before * direction
        return found

    def _candidates(self, row: Array) -> list[tuple[str, float, float | None]]:
        """Each known point with its distance."""
        here = products(row)
        found: list[tuple[str, float, float | None]] = [
            ("minimum", float(np.linalg.norm(here - self.optimum)) / self.size, None),
            ("nothing", float(np.linalg.norm(here)) / self.size, None),
        ]
        p = blocks(row)[0][..., 0]
        for level in self.levels:
            inside = level.space @ (level.space.T @ p)
            if norm := float(np.linalg.norm(inside)):
                there = products(_point(inside / norm, level.gamma))
                found.append((level.kind, float(np.linalg.norm(here - there)) / self.size, level.eigenvalue))
        return found


def _point(direction: Array, gamma: float) -> Array:
    """The spurious point of a unit vector."""
    d = len(direction)
    return row_of(direction[:, None], np.zeros(()), np.zeros((d, d)), direction[:, None] / gamma)


def _levels(population: Population) -> tuple[Level, ...]:
    """One for each eigenvalue, the largest first."""
    chapter = derive("optimum-full")
    values, vectors = np.linalg.eigh(population.Lambda)
    distinct = [values[0]]
    for value in values[1:]:
        distinct += [value] if value > distinct[-1] * (1 + 1e-9) else []
    found = []
    for value in sorted(map(float, distinct), reverse=True):
        space = vectors[:, np.abs(values - value) <= 1e-8 * value]
        level, C = (_at(population, node, value) for node in (chapter.claims["level"], chapter.formulas["criterion"]))
        partner = _at(population, chapter.claims["q"], value, space[:, :1])
        gamma = 1 / float((space[:, 0] @ partner).item())
        kind = _kind(population.d, float(C), value == max(distinct))
        found.append(Level(value, gamma, float(level), float(C), kind, space))
    return tuple(found)


def _kind(d: int, C: float, largest: bool) -> str:
    """What the theorem says of a level."""
    if d == 1:
        return "minimum"
    if not largest or C < 0:
        return "strict saddle"
    return "spurious minimum" if C > 0 else "stationary"


def _at(population: Population, node: Any, eigenvalue: float, p: Array | None = None) -> Any:
    """A formula of the theorem at the point of an eigenvalue, for an eigenvector of length 1."""
    values = {"lambda": eigenvalue, "n": 1.0, "p": p}
    letters = {letter: values[letter.name] for letter in letters_of(node) if letter.name in values}
    return evaluate(node, population.given(derive("optimum-full").model.task) | letters, exact=False)
