"""What it means to be trained on in-context examples, and to learn in context (arXiv:2306.09927, section 3.1).

Both are statements, so that a theorem either is one of them or is not.

>>> from symicl import Model, dimension, scalar, Eq
>>> model = Model(reduced=True)
>>> TrainedInContext(model.loss, scalar("m")).statement
L = m
>>> M, eps = dimension("M"), scalar("epsilon", positive=True)
>>> InContextLearning(scalar("R"), scalar("eta"), 3 / eps, M, eps).statement
R ≤ eta + epsilon
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..language.statements import Eq, Ge, Le, Statement


@dataclass(frozen=True)
class TrainedInContext:
    """A model trained on in-context examples of a class of functions: its parameters minimise the population loss.

    ``loss`` is the loss over prompts whose functions and inputs are drawn from the law of training, ``least`` the
    least value that it takes.
    """

    loss: Any
    least: Any

    @property
    def statement(self) -> Statement:
        """The loss is at its least value."""
        return Eq(self.loss, self.least)


@dataclass(frozen=True)
class InContextLearning:
    """A model learns a class of functions in context, up to an error η, with sample complexity M(ε).

    For every ε > 0, every function of the class and every prompt length M ≥ M(ε) its mean loss is at most η + ε:
    ``risk`` is that mean, ``eta`` and ``complexity`` may depend on the function and not on M.
    """

    risk: Any
    eta: Any
    complexity: Any
    length: Any
    epsilon: Any

    @property
    def given(self) -> Statement:
        """The prompt is long enough."""
        return Ge(self.length, self.complexity)

    @property
    def statement(self) -> Statement:
        """The risk is at most η + ε."""
        return Le(self.risk, self.eta + self.epsilon)

    def is_shown_by(self, theorem: Any) -> bool:
        """Whether a theorem says just this, for prompts that are long enough and under no other assumption."""
        return theorem.statement == self.statement and theorem.assumptions <= {self.given}
