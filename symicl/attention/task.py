"""The task: what stands in a prompt, how its labels come about, and what is to be predicted."""

from __future__ import annotations

from typing import Any

from ..errors import ShapeError
from ..language.blocks import Block
from ..language.expressions import identity
from ..language.letters import Defined, Gaussian, Letter, dimension, is_matrix, positive_definite


class Task:
    """Linear regression in context: x_i, x_q ~ N(0, Λ), w ~ N(0, I_d), y_i = ⟨w, x_i⟩ + noise · ε_i.

    Every part can be given: ``inputs`` X (d×N), ``query`` x_q (d×1), ``labels`` y (N×1), ``target`` (a scalar).
    Labels that are one letter stand for any labels; others are abbreviated by y.
    What is left out is the paper's own setting (arXiv:2306.09927, section 3).  Errors: ``ShapeError`` where a part
    has another shape than the prompt needs.

    >>> Task().embedding.body
    [X, x_q; y.T, 0]
    """

    def __init__(
        self,
        *,
        noise: Any = 0,
        inputs: Any = None,
        query: Any = None,
        labels: Any = None,
        target: Any = None,
    ) -> None:
        self.d, self.N = inputs.shape if inputs is not None else (dimension("d"), dimension("N"))
        self.Lambda = inputs.covariance if inputs is not None else positive_definite("Lambda", self.d)
        self.w = Gaussian("w", self.d)
        self.X = inputs if inputs is not None else Gaussian("X", self.d, self.N, self.Lambda)
        self.x_q = query if query is not None else Gaussian("x_q", self.d, 1, self.Lambda)
        self.epsilon = Gaussian("epsilon", self.N)
        self.noise = noise
        stated = self.X.T @ self.w + noise * self.epsilon if labels is None else labels
        self.labels = stated if isinstance(stated, Letter) else Defined("y", stated)
        self.target = target if target is not None else self.w.T @ self.x_q
        self._check()
        self.embedding = Defined("E", Block([[self.X, self.x_q], [self.labels.T, 0]]))
        self.S = Defined("S", self.X @ self.X.T / self.N)
        self.identity = identity(self.d)

    def _check(self) -> None:
        for name, part, shape in (
            ("query", self.x_q, (self.d, 1)),
            ("labels", self.labels, (self.N, 1)),
        ):
            if part.shape != shape:
                raise ShapeError(f"{name}: shape {part.shape[0]}×{part.shape[1]}, but {shape[0]}×{shape[1]} is needed")
        if is_matrix(self.target):
            raise ShapeError(f"target: {self.target} is a matrix of shape {self.target.shape}, but a scalar is needed")
