"""Where training starts: as in the paper, balanced, or anywhere.

The paper's start (arXiv:2306.09927, Assumption 3.3) is W^PV = σ(0 0; 0 1), W^KQ = σ(ΘΘᵀ 0; 0 0) with ‖ΘΘᵀ‖ = 1 and
σ small: u = σ, U = σΘΘᵀ, p = q = 0.

>>> import numpy as np
>>> paper_start(0.5, [[1, 0], [0, 0]]).U
array([[0.5, 0. ],
       [0. , 0. ]])
>>> start = balanced_start(np.random.default_rng(0), 3, 0.1)
>>> bool(np.isclose(start.u, np.linalg.norm(start.U)))
True
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ShapeError, UserError
from ..simulate.numbers import matrix, positive
from .weights import Array, Weights


def paper_start(size: float, Theta: Any) -> Weights:
    """u = σ, U = σΘΘᵀ, p = q = 0; ``UserError`` unless σ > 0 and ‖ΘΘᵀ‖ = 1."""
    size, Theta = positive("size", size), matrix("Theta", Theta)
    if Theta.shape[0] != Theta.shape[1]:
        raise ShapeError(f"Theta is {Theta.shape[0]}×{Theta.shape[1]}, it should be square")
    P = Theta @ Theta.T
    norm = float(np.linalg.norm(P))
    if not abs(norm - 1) < 1e-9:
        scale = f"; divide Θ by {norm**0.5:.6g}" if norm > 0 else ""
        raise UserError(f"Theta must be such that ΘΘᵀ has the norm 1, as in the paper's start, not {norm:.6g}{scale}")
    zero = np.zeros(len(P))
    return Weights.of(zero, size, size * P, zero)


def random_Theta(rng: np.random.Generator, d: int) -> Array:
    """A random Θ, d×d, with ‖ΘΘᵀ‖ = 1."""
    Theta = rng.standard_normal((d, d))
    return np.asarray(Theta / np.sqrt(np.linalg.norm(Theta @ Theta.T)))


def balanced_start(rng: np.random.Generator, d: int, size: float) -> Weights:
    """p = q = 0, a U in a random direction of the norm ``size``, and u of the same norm: u² = tr(UUᵀ)."""
    size = positive("size", size)
    U = rng.standard_normal((d, d))
    zero = np.zeros(d)
    return Weights.of(zero, size, size * U / np.linalg.norm(U), zero)


def start_anywhere(rng: np.random.Generator, d: int, size: float) -> Weights:
    """All of p, u, U, q random: independent normals, of which (p, u) and (U; q) each have a mean square of size²."""
    size = positive("size", size)
    a, B = rng.standard_normal(d + 1) / np.sqrt(d + 1), rng.standard_normal((d + 1, d)) / np.sqrt(d * (d + 1))
    return Weights.of(size * a[:-1], size * a[-1], size * B[:-1], size * B[-1])
