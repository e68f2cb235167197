"""The population loss and its gradient as NumPy functions, compiled from the theorems ``loss-full`` and ``gradient``.

>>> from symicl.training.weights import Weights
>>> loss = Population([[1, 0], [0, 0.2]], 5)
>>> at_zero = Weights.of([0, 0], 0, [[0, 0], [0, 0]], [0, 0]).row
>>> float(loss.loss(at_zero))  # half the trace of Λ
0.6
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from ..attention import Task
from ..derivations import derive
from ..errors import ShapeError
from ..language.compiled import compiled
from ..language.letters import scalar
from ..language.numeric import evaluate
from ..simulate.numbers import covariance, integer, not_negative
from .weights import NAMES, Array, blocks, row_of, size_of

#: labels with noise, in letters
NOISE = scalar("sigma", positive=True)


class Population:
    """The loss ½E(ŷ − ⟨w, x_q⟩)² over all blocks, for inputs N(0, Λ), prompts of N examples and label noise σ.

    ``UserError`` unless Λ, d×d, is symmetric and positive definite, N a positive integer and σ not negative.
    """

    def __init__(self, Lambda: Any, N: int, sigma: float = 0.0) -> None:
        self.Lambda = covariance("Lambda", Lambda, definite=True)
        self.N, self.sigma = integer("N", N), not_negative("sigma", sigma)
        self.task = Task(noise=NOISE) if self.sigma else None
        full, slopes = derive("loss-full", self.task), derive("gradient", self.task)
        letters = [getattr(full.model.layer, name) for name in NAMES]
        given = self.given(full.model.task)
        self._loss = compiled([full.formulas["value"]], given, *letters)
        self._slopes = compiled([slopes.formulas[f"full:{name}"] for name in NAMES], given, *letters)

    @property
    def d(self) -> int:
        """The size of an input."""
        return len(self.Lambda)

    def given(self, task: Any) -> dict[Any, Any]:
        """The numbers of this setting for the letters of a derived theorem."""
        return {task.Lambda: self.Lambda, task.N: self.N} | ({NOISE: self.sigma} if self.sigma else {})

    def loss(self, rows: Array) -> Array:
        """L at rows of weights, (…×n) → (…)."""
        return np.asarray(self._loss(*blocks(self._checked(rows)))[0])

    def gradient(self, rows: Array) -> Array:
        """∇L at rows of weights, (…×n) → (…×n)."""
        return row_of(*self._slopes(*blocks(self._checked(rows))))

    def hessian(self, row: Array) -> Array:
        """The second derivatives at one row of weights, n×n.

        Along a line the gradient is a polynomial of third degree, so that a difference of fourth order is exact but
        for rounding.
        """
        directions = np.eye(len(row))
        near, far = (self.gradient(row + s * directions) - self.gradient(row - s * directions) for s in (1.0, 2.0))
        bends = (8 * near - far) / 12
        return np.asarray((bends + bends.T) / 2)

    def curvature(self, row: Array) -> float:
        """The largest second derivative of L in any direction."""
        return float(np.linalg.eigvalsh(self.hessian(row))[-1])

    @cached_property
    def optimum(self) -> Array:
        """The balanced minimiser, p = q = 0, by the theorem ``optimum``."""
        chapter = derive("optimum", self.task)
        given = self.given(chapter.model.task)
        u, U = (np.asarray(evaluate(chapter.formulas[name], given, exact=False)) for name in ("u", "U"))
        zero = np.zeros((self.d, 1))
        return row_of(zero, u, U, zero)

    def _checked(self, rows: Array) -> Array:
        if (d := size_of(rows.shape[-1])) != self.d:
            raise ShapeError(f"weights for d = {d}, but Λ is {self.d}×{self.d}")
        return rows
