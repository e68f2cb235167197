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
from ..errors import ShapeError, UserError
from ..language.compiled import compiled
from ..language.letters import scalar
from ..language.numeric import evaluate
from ..simulate.numbers import covariance, integer, not_negative
from .weights import NAMES, Array, blocks, row_of, size_of

#: how many directions the largest curvature is sought in
LANCZOS = 60
#: eigenvalues of Λ so much smaller than its entries may be zeros that were rounded
SINGULAR = 1e-13
#: labels with noise, in letters
NOISE = scalar("sigma", positive=True)


class Population:
    """The loss ½E(ŷ − ⟨w, x_q⟩)² over all blocks, for inputs N(0, Λ), prompts of N examples and label noise σ.

    ``UserError`` unless Λ, d×d, is symmetric and positive definite, N a positive integer and σ not negative.
    """

    def __init__(self, Lambda: Any, N: int, sigma: float = 0.0) -> None:
        self.Lambda = covariance("Lambda", Lambda)
        if (least := float(np.linalg.eigvalsh(self.Lambda)[0])) <= SINGULAR * np.max(self.Lambda):
            raise UserError(f"Lambda must be positive definite: its least eigenvalue is {least:.3g}")
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

    def bend(self, row: Array, directions: Array) -> Array:
        """The Hessian at one row of weights, applied to directions (…×n).

        Along a line the gradient is a polynomial of third degree, so that a difference of fourth order is exact but
        for rounding.
        """
        places = np.array([1.0, -1.0, 2.0, -2.0]).reshape(4, *[1] * directions.ndim)
        ahead, behind, far, back = self.gradient(row + places * directions)
        return np.asarray((8 * (ahead - behind) - (far - back)) / 12)

    def hessian(self, row: Array) -> Array:
        """The second derivatives at one row of weights, n×n."""
        bends = np.concatenate([self.bend(row, some) for some in np.array_split(np.eye(len(row)), len(row))])
        return np.asarray((bends + bends.T) / 2)

    def curvature(self, row: Array, moving: Array | float = 1.0) -> float:
        """The largest second derivative of L in any direction, by the method of Lanczos.

        ``moving`` is 1 for the weights that may move and 0 for the others, where not all may.

        Y. Saad, Numerical Methods for Large Eigenvalue Problems (2011), §6.3; exact for few weights, and for many
        closer than a step size needs.
        """
        start = moving * np.random.default_rng(0).standard_normal(len(row))
        basis = [start / np.linalg.norm(start)]
        bent: list[Array] = []
        while len(bent) < min(LANCZOS, len(row)):
            bent.append(moving * self.bend(row, basis[-1]))
            kept = np.array(basis)
            rest = bent[-1] - kept.T @ (kept @ bent[-1])
            rest -= kept.T @ (kept @ rest)
            if np.linalg.norm(rest) < 1e-10 * (1 + np.linalg.norm(bent[-1])):
                break
            basis.append(rest / np.linalg.norm(rest))
        small = np.array(basis[: len(bent)]) @ np.array(bent).T
        return float(np.linalg.eigvalsh((small + small.T) / 2)[-1])

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
