"""Laws of a diagonal covariance Λ_τ that is drawn anew for each prompt (arXiv:2306.09927, Theorem 4.5).

The eigenvalues of a prompt are independent and of one law; the parameters are those of `random-covariance`.  A law has
``draw(rng, d, count)``, the eigenvalues as columns, d×count, and ``moments()``: E λ, E λ², E λ³.

>>> COVARIANCES.read("covariance", {"name": "exponential", "rate": 1}).moments()
(1.0, 2.0, 6.0)
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from ...errors import UserError
from ..algebra import Array
from ..named import Table
from ..numbers import not_negative, number, positive

Three = tuple[float, float, float]


@dataclass(frozen=True)
class Positive:
    """A law whose parameters are all positive."""

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, positive(field.name, getattr(self, field.name)))


@dataclass(frozen=True)
class Exponential(Positive):
    """The exponential law of a ``rate``."""

    rate: Any
    name: ClassVar[str] = "exponential"

    def draw(self, rng: np.random.Generator, d: int, count: int) -> Array:
        """Of mean 1/rate."""
        return rng.exponential(1 / self.rate, (d, count))

    def moments(self) -> Three:
        """k!/rate^k."""
        return 1 / self.rate, 2 / self.rate**2, 6 / self.rate**3


@dataclass(frozen=True)
class Gamma(Positive):
    """The gamma law of a ``shape`` and a ``scale``."""

    shape: Any
    scale: Any
    name: ClassVar[str] = "gamma"

    def draw(self, rng: np.random.Generator, d: int, count: int) -> Array:
        """Of mean shape·scale."""
        return rng.gamma(self.shape, self.scale, (d, count))

    def moments(self) -> Three:
        """scale^k shape (shape + 1) … (shape + k − 1)."""
        first = self.scale * self.shape
        second = first * self.scale * (self.shape + 1)
        return first, second, second * self.scale * (self.shape + 2)


@dataclass(frozen=True)
class Constant(Positive):
    """Always ``value``."""

    value: Any
    name: ClassVar[str] = "constant"

    def draw(self, rng: np.random.Generator, d: int, count: int) -> Array:
        """The same each time."""
        return np.full((d, count), self.value)

    def moments(self) -> Three:
        """Its powers."""
        return self.value, self.value**2, self.value**3


@dataclass(frozen=True)
class TwoPoint:
    """``first`` with a ``probability``, else ``second``."""

    first: Any
    second: Any
    probability: Any
    name: ClassVar[str] = "two-point"

    def __post_init__(self) -> None:
        for name in ("first", "second"):
            object.__setattr__(self, name, positive(name, getattr(self, name)))
        object.__setattr__(self, "probability", number("probability", self.probability))
        if not 0 <= self.probability <= 1:
            raise UserError(f"probability must be from 0 to 1, not {self.probability:g}")

    def draw(self, rng: np.random.Generator, d: int, count: int) -> Array:
        """One of both."""
        return np.where(rng.random((d, count)) < self.probability, self.first, self.second)

    def moments(self) -> Three:
        """Of two outcomes."""
        p, a, b = self.probability, self.first, self.second
        return p * a + (1 - p) * b, p * a**2 + (1 - p) * b**2, p * a**3 + (1 - p) * b**3


@dataclass(frozen=True)
class Uniform:
    """Uniform between ``from`` (at least 0) and ``to``."""

    low: Any
    high: Any
    name: ClassVar[str] = "uniform"
    outward: ClassVar[dict[str, str]] = {"low": "from", "high": "to"}

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", not_negative("from", self.low))
        object.__setattr__(self, "high", positive("to", self.high))
        if self.low >= self.high:
            raise UserError(f"from must be below to, and {self.low:g} is not below {self.high:g}")

    def draw(self, rng: np.random.Generator, d: int, count: int) -> Array:
        """A point between them."""
        return rng.uniform(self.low, self.high, (d, count))

    def moments(self) -> Three:
        """(to^{k+1} − from^{k+1})/((k + 1)(to − from)), as sums of products."""
        a, b = self.low, self.high
        return (a + b) / 2, (a * a + a * b + b * b) / 3, (a + b) * (a * a + b * b) / 4


COVARIANCES = Table("law", "draw", (Exponential, Uniform, Gamma, TwoPoint, Constant))
