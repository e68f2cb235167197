"""The trained blocks of the layer, as blocks, as whole matrices and as one row of numbers.

Of W^PV = (V v; pᵀ u) and W^KQ = (U k; qᵀ κ) the prediction sees p, u, U and q alone (theorem ``prediction``); the
other blocks have no gradient, and training leaves them where they are.

>>> layer = Weights.of([0, 0], 1, [[1, 0], [0, 2]], [0, 0])
>>> layer.W_PV[-1], Weights.of_matrices(layer.W_PV, layer.W_KQ).u
(array([0., 0., 1.]), 1.0)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError, UserError
from ..simulate.named import shown

Array = NDArray[np.float64]
#: in the order in which they stand in a row of numbers
NAMES = ("p", "u", "U", "q")


@dataclass(frozen=True)
class Weights:
    """One layer: ``p``, ``q`` of length d, ``u`` a number, ``U`` d×d.  Made by ``of``, which checks them."""

    p: Array
    u: float
    U: Array
    q: Array

    @classmethod
    def of(cls, p: Any, u: Any, U: Any, q: Any) -> Weights:
        """From anything that NumPy reads; ``ShapeError`` or ``UserError`` where shapes disagree or a number is none."""
        given = {name: _array(name, value) for name, value in zip(NAMES, (p, u, U, q), strict=True)}
        if given["U"].ndim != 2 or given["U"].shape[0] != given["U"].shape[1]:
            raise ShapeError(f"U has shape {given['U'].shape}, it should be square")
        d = len(given["U"])
        for name, shape in (("p", (d,)), ("u", ()), ("q", (d,))):
            if given[name].shape != shape:
                raise ShapeError(f"{name} has shape {given[name].shape}, it should be {shape} as U is {d}×{d}")
        return cls(given["p"], float(given["u"]), given["U"], given["q"])

    @classmethod
    def of_matrices(cls, W_PV: Any, W_KQ: Any) -> Weights:
        """From the whole matrices, both (d+1)×(d+1)."""
        value, key = _array("W_PV", W_PV), _array("W_KQ", W_KQ)
        for name, matrix in (("W_PV", value), ("W_KQ", key)):
            if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or len(matrix) < 2:
                raise ShapeError(f"{name} has shape {matrix.shape}, it should be (d+1)×(d+1)")
        if value.shape != key.shape:
            raise ShapeError(f"W_PV has shape {value.shape} and W_KQ {key.shape}; both should be (d+1)×(d+1)")
        return cls.of(value[-1, :-1], value[-1, -1], key[:-1, :-1], key[-1, :-1])

    @classmethod
    def of_row(cls, row: Array) -> Weights:
        """From the d² + 2d + 1 numbers of p, u, U (row by row) and q."""
        return cls.of(*(part.reshape(shape) for part, shape in _parts(row)))

    @property
    def d(self) -> int:
        """The size of an input."""
        return len(self.U)

    @property
    def row(self) -> Array:
        """All numbers, in the order p, u, U, q."""
        return np.concatenate([self.p, [self.u], self.U.ravel(), self.q])

    @property
    def W_PV(self) -> Array:
        """The value matrix, zero where the prediction does not look."""
        return np.vstack([np.zeros((self.d, self.d + 1)), np.append(self.p, self.u)])

    @property
    def W_KQ(self) -> Array:
        """The key-query matrix, zero where the prediction does not look."""
        return np.column_stack([np.vstack([self.U, self.q]), np.zeros(self.d + 1)])


def size_of(numbers: int) -> int:
    """d of a row of d² + 2d + 1 numbers; ``ShapeError`` where there is none.

    >>> size_of(9)
    2
    """
    d = round(numbers**0.5) - 1
    if d < 1 or (d + 1) ** 2 != numbers:
        raise ShapeError(f"{numbers} numbers are no layer: p, u, U and q hold d² + 2d + 1")
    return d


def blocks(rows: Array) -> tuple[Array, Array, Array, Array]:
    """p (…×d×1), u (…), U (…×d×d), q (…×d×1) of rows of weights (…×(d² + 2d + 1)), without copying."""
    d, lead = size_of(rows.shape[-1]), rows.shape[:-1]
    p, u, U, q = (part for part, _ in _parts(rows))
    return p[..., None], u[..., 0], U.reshape(*lead, d, d), q[..., None]


def row_of(p: Array, u: Array, U: Array, q: Array) -> Array:
    """Rows of the blocks that ``blocks`` gives."""
    lead = U.shape[:-2]
    return np.concatenate([p[..., 0], np.broadcast_to(u, lead)[..., None], U.reshape(*lead, -1), q[..., 0]], axis=-1)


def products(rows: Array) -> Array:
    """The (d+1)×(d+1)×d products of (p, u) with (U; qᵀ), all that the prediction knows of the weights."""
    p, u, U, q = blocks(rows)
    a = np.concatenate([p[..., 0], u[..., None]], axis=-1)
    B = np.concatenate([U, np.swapaxes(q, -1, -2)], axis=-2)
    return np.asarray(a[..., :, None, None] * B[..., None, :, :])


def _parts(rows: Array) -> list[tuple[Array, tuple[int, ...]]]:
    d = size_of(rows.shape[-1])
    ends = np.cumsum([0, d, 1, d * d, d])
    shapes: tuple[tuple[int, ...], ...] = ((d,), (), (d, d), (d,))
    return [(rows[..., ends[k] : ends[k + 1]], shape) for k, shape in enumerate(shapes)]


def _array(name: str, value: Any) -> Array:
    try:
        array = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise UserError(f"{name} must be an array of numbers, not {shown(value)}") from None
    if not np.all(np.isfinite(array)):
        raise UserError(f"{name} must be finite, and holds {array[~np.isfinite(array)].flat[0]}")
    return array
