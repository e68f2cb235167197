"""Laws of the white vector z behind an input x = C z, CCᵀ = Λ: the mean is 0 and E zzᵀ = I.

A law has ``fill(rng, z)``, which overwrites an array d×n×B with n·B independent columns; ``order`` is the highest power
of |z| with a finite mean, infinite unless it is said.  ``gaussian`` of a law says that z is normal: then XXᵀ is a
Wishart matrix.  ``copies`` is how many more arrays of the size of z ``fill`` holds for a while, 1 unless it is said.

>>> z = np.empty((2, 1, 4))
>>> COVARIATES.read("covariates", "rademacher").fill(np.random.default_rng(0), z)
>>> np.unique(z).tolist()
[-1.0, 1.0]
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any, ClassVar

import numpy as np

from ...errors import UserError
from ..algebra import Array
from ..named import Table
from ..numbers import vector, weights
from .degrees import Degrees


@dataclass(frozen=True)
class Gaussian:
    """N(0, I), the law of the paper."""

    name: ClassVar[str] = "gaussian"
    gaussian: ClassVar[bool] = True
    copies: ClassVar[int] = 0

    def fill(self, rng: np.random.Generator, z: Array) -> None:
        """Standard normals."""
        normal(rng, z)


@dataclass(frozen=True)
class Student(Degrees):
    """The multivariate t law with ``nu`` degrees of freedom, scaled to E zzᵀ = I; ``nu`` is above 2."""

    name: ClassVar[str] = "student"

    def fill(self, rng: np.random.Generator, z: Array) -> None:
        """Normals, each column over the root of its own χ²."""
        normal(rng, z)
        z *= np.sqrt((self.nu - 2) / rng.chisquare(self.nu, z.shape[1:]))


@dataclass(frozen=True, eq=False)
class Mixture:
    """A normal column of one of the standard deviations ``scales``, with the probabilities ``weights``.

    All coordinates of a column share its scale (an elliptical law).  Scales are divided by the root of their mean
    square, so that E zzᵀ = I: only their ratios matter.
    """

    scales: Any
    weights: Any = None
    name: ClassVar[str] = "mixture"

    def __post_init__(self) -> None:
        scales = vector("scales", self.scales)
        if (scales < 0).any() or not scales.any():
            raise UserError(f"scales must not be negative, and not all 0, not {scales.tolist()}")
        object.__setattr__(self, "scales", scales)
        object.__setattr__(self, "weights", weights("weights", self.weights, len(scales)))

    def fill(self, rng: np.random.Generator, z: Array) -> None:
        """Normals, each column times its own scale."""
        normal(rng, z)
        scales = self.scales / np.sqrt(self.weights @ self.scales**2)
        z *= scales[rng.choice(len(scales), z.shape[1:], p=self.weights)]


@dataclass(frozen=True)
class Sphere:
    """Uniform on the sphere of radius √d (an elliptical law that is bounded)."""

    name: ClassVar[str] = "sphere"

    def fill(self, rng: np.random.Generator, z: Array) -> None:
        """Normals, scaled to length."""
        normal(rng, z)
        z *= np.sqrt(len(z) / np.einsum("aib,aib->ib", z, z))


@dataclass(frozen=True)
class Uniform:
    """Independent coordinates, uniform on [−√3, √3]."""

    name: ClassVar[str] = "uniform"

    def fill(self, rng: np.random.Generator, z: Array) -> None:
        """A point of the cube."""
        z[...] = rng.random(z.shape)
        z -= 0.5
        z *= 2 * sqrt(3)


@dataclass(frozen=True)
class Rademacher:
    """Independent signs."""

    name: ClassVar[str] = "rademacher"

    def fill(self, rng: np.random.Generator, z: Array) -> None:
        """±1."""
        z[...] = rng.integers(0, 2, z.shape, dtype=np.int8)
        z *= 2
        z -= 1


@dataclass(frozen=True, eq=False)
class Discrete:
    """Independent coordinates, each one of ``values`` with the probabilities ``weights``, of mean 0 and variance 1."""

    values: Any
    weights: Any = None
    name: ClassVar[str] = "discrete"
    copies: ClassVar[int] = 2

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", vector("values", self.values))
        object.__setattr__(self, "weights", weights("weights", self.weights, len(self.values)))
        mean, square = float(self.weights @ self.values), float(self.weights @ self.values**2)
        if abs(mean) > 1e-9 or abs(square - 1) > 1e-9:
            raise UserError(
                f"values have mean {mean:g} and mean square {square:g}; they must be 0 and 1, Lambda scales"
            )

    def fill(self, rng: np.random.Generator, z: Array) -> None:
        """Values by their probabilities."""
        z[...] = self.values[rng.choice(len(self.values), z.shape, p=self.weights)]


def normal(rng: np.random.Generator, z: Array) -> None:
    """Standard normals in place; ``z`` need not be contiguous."""
    if z.flags.c_contiguous:
        rng.standard_normal(out=z)
    else:
        z[...] = rng.standard_normal(z.shape)


COVARIATES = Table("law", "fill", (Gaussian, Student, Mixture, Sphere, Uniform, Rademacher, Discrete))
