"""Products of a fixed matrix with many, d×d×B; einsum starts no threads, and a diagonal matrix takes no product."""

from __future__ import annotations

import numpy as np

from ..numbers import Array, is_diagonal


def times(P: Array, W: Array, Q: Array) -> Array:
    """P W Qᵀ for W, d×d×B.

    >>> W = np.array([[1.0, 2.0], [3.0, 4.0]])[:, :, None]
    >>> times(np.diag([1.0, 2.0]), W, np.eye(2))[..., 0].tolist()
    [[1.0, 2.0], [6.0, 8.0]]
    """
    if is_diagonal(P) and is_diagonal(Q):
        return W * np.outer(np.diag(P), np.diag(Q))[:, :, None]
    return np.einsum("acb,ec->aeb", np.einsum("ac,ceb->aeb", P, W), Q)


def paired(A: Array, W: Array) -> Array:
    """tr(A W) for a symmetric A, as a vector of length B."""
    if is_diagonal(A):
        return np.einsum("a,aab->b", np.diag(A), W)
    return np.einsum("ac,acb->b", A, W)
