"""Laws of the noise ε on a label: independent, of mean 0 and variance 1; σ scales it.

A law has ``draw(rng, shape)``; ``order`` is the highest power of |ε| with a finite mean, infinite unless it is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

import numpy as np

from ..algebra import Array
from ..named import Table
from .degrees import Degrees

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Gaussian:
    """N(0, 1)."""

    name: ClassVar[str] = "gaussian"
    gaussian: ClassVar[bool] = True

    def draw(self, rng: np.random.Generator, shape: Shape) -> Array:
        """Standard normals."""
        return rng.standard_normal(shape)


@dataclass(frozen=True)
class Laplace:
    """The two-sided exponential law of variance 1."""

    name: ClassVar[str] = "laplace"

    def draw(self, rng: np.random.Generator, shape: Shape) -> Array:
        """Of scale 1/√2."""
        return rng.laplace(0.0, 1 / sqrt(2), shape)


@dataclass(frozen=True)
class Uniform:
    """Uniform on [−√3, √3]."""

    name: ClassVar[str] = "uniform"

    def draw(self, rng: np.random.Generator, shape: Shape) -> Array:
        """A point of the interval."""
        return rng.uniform(-sqrt(3), sqrt(3), shape)


@dataclass(frozen=True)
class Rademacher:
    """A sign."""

    name: ClassVar[str] = "rademacher"

    def draw(self, rng: np.random.Generator, shape: Shape) -> Array:
        """±1."""
        sign: Array = rng.integers(0, 2, shape).astype(np.float64)
        return 2 * sign - 1


@dataclass(frozen=True)
class Student(Degrees):
    """Student's t law with ``nu`` degrees of freedom, scaled to variance 1; ``nu`` is above 2."""

    name: ClassVar[str] = "student"

    def draw(self, rng: np.random.Generator, shape: Shape) -> Array:
        """t/√(nu/(nu − 2))."""
        noise = np.asarray(rng.standard_t(self.nu, shape), dtype=np.float64)
        noise *= sqrt((self.nu - 2) / self.nu)
        return noise


NOISES = Table("law", "draw", (Gaussian, Laplace, Uniform, Rademacher, Student))
