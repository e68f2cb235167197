"""Sampled prompts, and the gradient of their loss, exact for each minibatch.

The gradient of one prompt's ½(ŷ − y_q)² is (ŷ − y_q)∇ŷ; ŷ is the theorem ``prediction`` for labels of any law, and
∇ŷ in each block is proved from it by the kernel.  Both are compiled to NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from ..attention import Model, Task
from ..derivations import prediction
from ..language.compiled import compiled
from ..language.letters import dimension, vector
from ..language.mean import grad
from ..proof import rules
from ..proof.calculation import Calculation, proof
from .population import Population
from .weights import NAMES, Array, blocks, row_of


@dataclass(frozen=True)
class Prompts:
    """Prompts in arrays: ``X`` …×B×d×N, ``y`` …×B×N×1, ``x_q`` …×B×d×1, ``target`` …×B."""

    X: Array
    y: Array
    x_q: Array
    target: Array

    def take(self, chosen: Any) -> Prompts:
        """Some of the prompts, by their numbers."""
        return Prompts(*(part[chosen] for part in vars(self).values()))

    @classmethod
    def together(cls, many: list[Prompts]) -> Prompts:
        """A new first axis over several arrays of prompts of one shape."""
        return cls(*(np.stack(parts) for parts in zip(*(vars(one).values() for one in many), strict=True)))

    def predictions_of(self, W_PV: Array, W_KQ: Array) -> Array:
        """ŷ of each by the definition: E, f(E) = E + W^PV E Eᵀ W^KQ E/N, its last entry.  Slow, for tests."""
        X, N = self.X, self.X.shape[-1]
        bottom = np.concatenate([self.y[..., 0], np.zeros((*X.shape[:-2], 1))], axis=-1)[..., None, :]
        E = np.concatenate([np.concatenate([X, self.x_q], axis=-1), bottom], axis=-2)
        whole = E + W_PV @ E @ (np.swapaxes(E, -1, -2) @ W_KQ @ E) / N
        return np.asarray(whole[..., -1, -1])


class Law(Protocol):
    """What prompts are drawn from; any object with this method will do."""

    def draw(self, rng: np.random.Generator, count: int) -> Prompts:
        """``count`` independent prompts."""


class PaperLaw:
    """x_i, x_q ~ N(0, Λ), w ~ N(0, I), y_i = ⟨w, x_i⟩ + σ ε_i, target ⟨w, x_q⟩ (arXiv:2306.09927, section 3)."""

    def __init__(self, population: Population) -> None:
        self.d, self.N, self.sigma = population.d, population.N, population.sigma
        self.C = np.linalg.cholesky(population.Lambda)

    def draw(self, rng: np.random.Generator, count: int) -> Prompts:
        """``count`` independent prompts."""
        x = self.C @ rng.standard_normal((count, self.d, self.N + 1))
        w = rng.standard_normal((count, self.d, 1))
        labels = np.swapaxes(x, -1, -2) @ w
        target = labels[:, -1, 0].copy()
        y = labels[:, :-1]
        if self.sigma:
            y = y + self.sigma * rng.standard_normal(y.shape)
        return Prompts(x[..., :-1], y, x[..., -1:], target)


@lru_cache(maxsize=1)
def gradient_of_prediction() -> tuple[Model, Calculation, dict[str, Calculation]]:
    """The model with labels of any law, ŷ, and ∇ŷ in p, u, U, q: theorems, each made by the kernel."""
    model = Model(Task(labels=vector("y", dimension("N"))))
    by = prediction.predict(model)
    (hat,) = by.calculations
    slope = rules.differentiate(by.theorem)
    slopes = {name: proof(grad(model.prediction, getattr(model.layer, name))).then(slope).qed() for name in NAMES}
    return model, hat, slopes


class SampledLoss:
    """The mean of ½(ŷ − y_q)² over prompts of N examples of size d, and its gradient."""

    def __init__(self, d: int, N: int) -> None:
        self.d, self.N = d, N
        model, hat, slopes = gradient_of_prediction()
        t, layer = model.task, model.layer
        nodes = [hat.theorem.statement.rhs, *(slopes[name].theorem.statement.rhs for name in NAMES)]
        letters = [t.X, t.labels, t.x_q, *(getattr(layer, name) for name in NAMES)]
        self._all = compiled(nodes, {t.d: d, t.N: N}, *letters)
        self._hat = compiled(nodes[:1], {t.d: d, t.N: N}, *letters)

    def predictions(self, rows: Array, prompts: Prompts) -> Array:
        """ŷ of each prompt, …×B, for one row of weights or one for each array of prompts, …×n."""
        return np.asarray(self._hat(prompts.X, prompts.y, prompts.x_q, *blocks(rows[..., None, :]))[0])

    def loss(self, rows: Array, prompts: Prompts) -> Array:
        """The mean loss, (…×n) → (…)."""
        return np.asarray(np.mean((self.predictions(rows, prompts) - prompts.target) ** 2, axis=-1) / 2)

    def with_gradient(self, rows: Array, prompts: Prompts) -> tuple[Array, Array]:
        """The mean loss and its gradient, (…×n) → (…), (…×n)."""
        hat, *slopes = self._all(prompts.X, prompts.y, prompts.x_q, *blocks(rows[..., None, :]))
        left = hat - prompts.target
        each = row_of(*slopes)
        return np.mean(left**2, axis=-1) / 2, np.einsum("...b,...bn->...n", left, each) / left.shape[-1]


def numbers_of_a_prompt(d: int, N: int) -> int:
    """How many numbers are held for one prompt: itself, what is computed of it, and its gradient."""
    return 3 * (d + 1) * (N + 1) + 4 * (d + 1) ** 2
