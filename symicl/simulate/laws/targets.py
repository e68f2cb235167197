"""The function φ behind the labels y = φ(⟨w, x⟩) + σε.

A target is called with an array.  ``degree`` is the power of t that bounds |φ(t)| for large t (1 unless it is said),
from which follows which moments have to be finite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..algebra import Array
from ..named import Table


@dataclass(frozen=True)
class Linear:
    """t."""

    name: ClassVar[str] = "linear"
    degree: ClassVar[int] = 1

    def __call__(self, t: Array) -> Array:
        return t


@dataclass(frozen=True)
class Quadratic:
    """t²."""

    name: ClassVar[str] = "quadratic"
    degree: ClassVar[int] = 2

    def __call__(self, t: Array) -> Array:
        return t * t


@dataclass(frozen=True)
class Cubic:
    """t³."""

    name: ClassVar[str] = "cubic"
    degree: ClassVar[int] = 3

    def __call__(self, t: Array) -> Array:
        return t * t * t


@dataclass(frozen=True)
class ReLU:
    """max(t, 0)."""

    name: ClassVar[str] = "relu"
    degree: ClassVar[int] = 1

    def __call__(self, t: Array) -> Array:
        return np.maximum(t, 0.0)


@dataclass(frozen=True)
class Absolute:
    """|t|."""

    name: ClassVar[str] = "absolute"
    degree: ClassVar[int] = 1

    def __call__(self, t: Array) -> Array:
        return np.abs(t)


@dataclass(frozen=True)
class Sine:
    """sin t."""

    name: ClassVar[str] = "sine"
    degree: ClassVar[int] = 0

    def __call__(self, t: Array) -> Array:
        return np.sin(t)


@dataclass(frozen=True)
class Tanh:
    """tanh t."""

    name: ClassVar[str] = "tanh"
    degree: ClassVar[int] = 0

    def __call__(self, t: Array) -> Array:
        return np.tanh(t)


@dataclass(frozen=True)
class Sign:
    """The sign of t, and 0 at 0."""

    name: ClassVar[str] = "sign"
    degree: ClassVar[int] = 0

    def __call__(self, t: Array) -> Array:
        return np.sign(t)


TARGETS = Table("function", "__call__", (Linear, Quadratic, Cubic, ReLU, Absolute, Sine, Tanh, Sign))
