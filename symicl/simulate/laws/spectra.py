"""Diagonal covariances by name, by their d eigenvalues.

A spectrum has ``values(d)``.

>>> SPECTRA.read("Lambda", {"name": "power", "exponent": 1}).values(4).tolist()
[1.0, 0.5, 0.3333333333333333, 0.25]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..algebra import Array
from ..named import Table
from ..numbers import not_negative, positive


@dataclass(frozen=True)
class Identity:
    """All eigenvalues are ``scale``."""

    scale: Any = 1.0
    name: ClassVar[str] = "identity"

    def __post_init__(self) -> None:
        object.__setattr__(self, "scale", positive("scale", self.scale))

    def values(self, d: int) -> Array:
        """Equal ones."""
        return np.full(d, self.scale)


@dataclass(frozen=True)
class Power:
    """scale · k^(−exponent) for k = 1 … d."""

    exponent: Any
    scale: Any = 1.0
    name: ClassVar[str] = "power"

    def __post_init__(self) -> None:
        object.__setattr__(self, "exponent", not_negative("exponent", self.exponent))
        object.__setattr__(self, "scale", positive("scale", self.scale))

    def values(self, d: int) -> Array:
        """Falling like a power."""
        return self.scale * np.arange(1, d + 1.0) ** -self.exponent


@dataclass(frozen=True)
class Geometric:
    """From 1 down to 1/condition in equal ratios, times ``scale``."""

    condition: Any
    scale: Any = 1.0
    name: ClassVar[str] = "geometric"

    def __post_init__(self) -> None:
        object.__setattr__(self, "condition", positive("condition", self.condition))
        object.__setattr__(self, "scale", positive("scale", self.scale))

    def values(self, d: int) -> Array:
        """Falling by a factor."""
        return self.scale * self.condition ** -np.linspace(0, 1, d)


SPECTRA = Table("spectrum", "values", (Identity, Power, Geometric))
