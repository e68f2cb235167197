"""Queries of another law than the examples: a shift between them, or a query that is chosen with the prompt in hand.

A law has ``draw(rng, X)``, which gives the queries x_q, d×B, for the examples X, d×M×B.  Where the query does not
depend on them, ``second(d)`` is E x_q x_qᵀ; where it does, ``second`` is ``None``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ..algebra import Array, across, root
from ..named import Table
from ..numbers import covariance, positive, vector
from .tasks import fits


@dataclass(frozen=True, eq=False)
class Gaussian:
    """N(0, covariance), with a covariance of its own."""

    covariance: Any
    name: ClassVar[str] = "gaussian"

    def __post_init__(self) -> None:
        object.__setattr__(self, "covariance", covariance("covariance", self.covariance))

    def check(self, d: int) -> None:
        """It is d×d."""
        fits("covariance", self.covariance, d)

    def draw(self, rng: np.random.Generator, X: Array) -> Array:
        """Columns C z."""
        return np.einsum("ac,cb->ab", self._root, rng.standard_normal((len(X), X.shape[-1])))

    @cached_property
    def _root(self) -> Array:
        return root(self.covariance)

    def second(self, d: int) -> Array:
        """The covariance."""
        return self.covariance


@dataclass(frozen=True, eq=False)
class Fixed:
    """Always the query ``x``."""

    x: Any
    name: ClassVar[str] = "fixed"

    def __post_init__(self) -> None:
        object.__setattr__(self, "x", vector("x", self.x))

    def check(self, d: int) -> None:
        """x has d coordinates."""
        fits("x", self.x, d)

    def draw(self, rng: np.random.Generator, X: Array) -> Array:
        """The same column each time."""
        return np.tile(self.x[:, None], X.shape[-1])

    def second(self, d: int) -> Array:
        """xxᵀ."""
        return np.outer(self.x, self.x)


@dataclass(frozen=True)
class Repeated:
    """The first example once more."""

    name: ClassVar[str] = "repeated"
    second: ClassVar[None] = None

    def draw(self, rng: np.random.Generator, X: Array) -> Array:
        """x_1."""
        return X[:, 0].copy()


@dataclass(frozen=True)
class Unseen:
    """At right angles to every example, of length ``length``: the direction is uniform there.  It needs M < d.

    Where Λ is a multiple of I the trained layer answers 0, whatever the task.
    """

    length: Any = 1.0
    name: ClassVar[str] = "unseen"
    second: ClassVar[None] = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", positive("length", self.length))

    def draw(self, rng: np.random.Generator, X: Array) -> Array:
        """A normal vector, less its part in the span of the examples."""
        x = across(X, rng.standard_normal((len(X), X.shape[-1])))
        return x * (self.length / np.sqrt(np.einsum("ab,ab->b", x, x)))


QUERIES = Table("law", "draw", (Gaussian, Fixed, Repeated, Unseen))
