"""Laws of the task vector w.

A law has ``draw(rng, d, count)``, which gives the tasks of ``count`` prompts as columns, d×count, and
``second(d)``, the second moment E wwᵀ; ``order`` is the highest power of |w| with a finite mean, infinite unless it
is said, and ``check(d)`` raises ``UserError`` where the law does not fit d coordinates.

>>> TASKS.read("task", {"name": "sphere", "radius": 1}).second(2).tolist()
[[0.5, 0.0], [0.0, 0.5]]
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Any, ClassVar

import numpy as np

from ...errors import UserError
from ..algebra import Array, root
from ..named import Table
from ..numbers import covariance, integer, matrix, positive, vector, weights

ROOT = sqrt(3)


@dataclass(frozen=True, eq=False)
class Gaussian:
    """N(mean, covariance); without parameters N(0, I), the law of the paper.

    ``mean``: a list of d numbers.  ``covariance``: d×d, positive semidefinite.
    """

    mean: Any = None
    covariance: Any = None
    name: ClassVar[str] = "gaussian"

    def __post_init__(self) -> None:
        if self.mean is not None:
            object.__setattr__(self, "mean", vector("mean", self.mean))
        if self.covariance is not None:
            object.__setattr__(self, "covariance", covariance("covariance", self.covariance))

    def check(self, d: int) -> None:
        """Both parameters have d coordinates."""
        fits("mean", self.mean, d)
        fits("covariance", self.covariance, d)

    def draw(self, rng: np.random.Generator, d: int, count: int) -> Array:
        """Columns mean + C z."""
        w = rng.standard_normal((d, count))
        if self.covariance is not None:
            w = np.einsum("ac,cb->ab", self._root, w)
        return w if self.mean is None else w + self.mean[:, None]

    @cached_property
    def _root(self) -> Array:
        return root(self.covariance)

    def second(self, d: int) -> Array:
        """covariance + mean meanᵀ."""
        spread = np.eye(d) if self.covariance is None else self.covariance
        return spread if self.mean is None else spread + np.outer(self.mean, self.mean)


@dataclass(frozen=True, eq=False)
class Sphere:
    """Uniform on the sphere of a radius, √d unless it is said, so that E wwᵀ = I."""

    radius: Any = None
    name: ClassVar[str] = "sphere"

    def __post_init__(self) -> None:
        if self.radius is not None:
            object.__setattr__(self, "radius", positive("radius", self.radius))

    def draw(self, rng: np.random.Generator, d: int, count: int) -> Array:
        """Normals, scaled to length."""
        w = rng.standard_normal((d, count))
        return w * (self._radius(d) / np.sqrt(np.einsum("ab,ab->b", w, w)))

    def second(self, d: int) -> Array:
        """radius² I/d."""
        return self._radius(d) ** 2 / d * np.eye(d)

    def _radius(self, d: int) -> float:
        return sqrt(d) if self.radius is None else self.radius


@dataclass(frozen=True)
class Rademacher:
    """Independent signs times ``scale``."""

    scale: Any = 1.0
    name: ClassVar[str] = "rademacher"

    def __post_init__(self) -> None:
        object.__setattr__(self, "scale", positive("scale", self.scale))

    def draw(self, rng: np.random.Generator, d: int, count: int) -> Array:
        """±scale."""
        return (2.0 * rng.integers(0, 2, (d, count)) - 1) * self.scale

    def second(self, d: int) -> Array:
        """scale² I."""
        return self.scale**2 * np.eye(d)


@dataclass(frozen=True)
class Uniform:
    """Independent coordinates, uniform on [−width, width]; √3 unless it is said, so that E wwᵀ = I."""

    width: Any = ROOT
    name: ClassVar[str] = "uniform"

    def __post_init__(self) -> None:
        object.__setattr__(self, "width", positive("width", self.width))

    def draw(self, rng: np.random.Generator, d: int, count: int) -> Array:
        """A point of the cube."""
        return rng.uniform(-self.width, self.width, (d, count))

    def second(self, d: int) -> Array:
        """width² I/3."""
        return self.width**2 / 3 * np.eye(d)


@dataclass(frozen=True)
class Sparse:
    """``nonzero`` coordinates, chosen at random, are normal of standard deviation ``scale``; the others are 0.

    ``scale`` is √(d/nonzero) unless it is said, so that E wwᵀ = I.
    """

    nonzero: Any
    scale: Any = None
    name: ClassVar[str] = "sparse"

    def __post_init__(self) -> None:
        object.__setattr__(self, "nonzero", integer("nonzero", self.nonzero))
        if self.scale is not None:
            object.__setattr__(self, "scale", positive("scale", self.scale))

    def check(self, d: int) -> None:
        """There are that many coordinates."""
        if self.nonzero > d:
            raise UserError(f"nonzero is {self.nonzero}, but there are only d = {d} coordinates")

    def draw(self, rng: np.random.Generator, d: int, count: int) -> Array:
        """Normals where a random order of the coordinates puts the first ``nonzero``."""
        w = self._scale(d) * rng.standard_normal((d, count))
        place = rng.random((d, count)).argsort(axis=0).argsort(axis=0)
        return np.where(place < self.nonzero, w, 0.0)

    def second(self, d: int) -> Array:
        """scale² (nonzero/d) I."""
        return self._scale(d) ** 2 * self.nonzero / d * np.eye(d)

    def _scale(self, d: int) -> float:
        return sqrt(d / self.nonzero) if self.scale is None else self.scale


@dataclass(frozen=True, eq=False)
class Discrete:
    """One of the ``points``, rows of d numbers, with the probabilities ``weights`` (equal unless they are said)."""

    points: Any
    weights: Any = None
    name: ClassVar[str] = "discrete"

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", matrix("points", self.points))
        object.__setattr__(self, "weights", weights("weights", self.weights, len(self.points)))

    def check(self, d: int) -> None:
        """A point has d coordinates."""
        fits("points", self.points[0], d)

    def draw(self, rng: np.random.Generator, d: int, count: int) -> Array:
        """Points by their probabilities."""
        return np.ascontiguousarray(self.points[rng.choice(len(self.points), count, p=self.weights)].T)

    def second(self, d: int) -> Array:
        """Σ weight · point pointᵀ."""
        return np.einsum("k,ka,kb->ab", self.weights, self.points, self.points)


@dataclass(frozen=True, eq=False)
class Fixed:
    """Always the task ``w``."""

    w: Any
    name: ClassVar[str] = "fixed"

    def __post_init__(self) -> None:
        object.__setattr__(self, "w", vector("w", self.w))

    def check(self, d: int) -> None:
        """w has d coordinates."""
        fits("w", self.w, d)

    def draw(self, rng: np.random.Generator, d: int, count: int) -> Array:
        """The same column each time."""
        return np.tile(self.w[:, None], count)

    def second(self, d: int) -> Array:
        """wwᵀ."""
        return np.outer(self.w, self.w)


def fits(key: str, value: Any, d: int) -> None:
    """``UserError`` unless a vector or a square matrix that was given has d coordinates."""
    if value is not None and len(value) != d:
        raise UserError(f"{key} has {len(value)} coordinates, and d = {d}")


TASKS = Table("law", "draw", (Gaussian, Sphere, Rademacher, Uniform, Sparse, Discrete, Fixed))
