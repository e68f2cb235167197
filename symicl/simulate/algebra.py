"""Linear algebra whose bits do not depend on how many threads a machine has: einsum, and no BLAS or LAPACK.

From about a hundred coordinates on, a product of BLAS and a decomposition of LAPACK round differently with one thread
and with two.  A diagonal matrix takes no product at all.
"""

from __future__ import annotations

from functools import reduce

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def is_diagonal(values: Array) -> bool:
    """Whether a square matrix is zero off the diagonal, exactly."""
    return values.shape[0] == values.shape[1] and not (values - np.diag(np.diag(values))).any()


def product(*factors: Array) -> Array:
    """The product of matrices, from the left; the last factor may be a vector.

    >>> product(np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([1.0, 1.0])).tolist()
    [5.0, 2.0]
    """
    return reduce(_two, factors)


def _two(left: Array, right: Array) -> Array:
    if right.ndim == 1:
        return np.einsum("ac,c->a", left, right)
    if is_diagonal(left):
        return np.diag(left)[:, None] * right
    if is_diagonal(right):
        return left * np.diag(right)
    return np.einsum("ac,cb->ab", left, right)


def root(covariance: Array) -> Array:
    """C with CCᵀ the matrix, which may be singular: Cholesky's decomposition, the largest pivot first.

    The columns of C stand in the order of the pivots; C is diagonal for a diagonal matrix.  What is left where the
    largest pivot is down to rounding is no larger than that pivot (N. J. Higham, Analysis of the Cholesky
    decomposition of a semi-definite matrix, 1990).

    >>> C = root(np.array([[4.0, 2.0], [2.0, 1.0]]))
    >>> C.tolist()
    [[2.0, 0.0], [1.0, 0.0]]
    """
    if is_diagonal(covariance):
        return np.diag(np.sqrt(np.clip(np.diag(covariance), 0, None)))
    left, C = covariance.copy(), np.zeros_like(covariance)
    least = len(left) * np.finfo(float).eps * np.diag(left).max()
    for k in range(len(left)):
        i = int(np.diag(left).argmax())
        if left[i, i] <= least:
            break
        C[:, k] = left[:, i] / np.sqrt(left[i, i])
        left -= np.outer(C[:, k], C[:, k])
        left[i] = left[:, i] = 0.0
    return C


def times(P: Array, W: Array, Q: Array) -> Array:
    """P W Qᵀ for many matrices W, d×d×B.

    >>> W = np.array([[1.0, 2.0], [3.0, 4.0]])[:, :, None]
    >>> times(np.diag([1.0, 2.0]), W, np.eye(2))[..., 0].tolist()
    [[1.0, 2.0], [6.0, 8.0]]
    """
    if is_diagonal(P) and is_diagonal(Q):
        return W * np.outer(np.diag(P), np.diag(Q))[:, :, None]
    return np.einsum("acb,ec->aeb", np.einsum("ac,ceb->aeb", P, W), Q)


def paired(A: Array, W: Array) -> Array:
    """tr(A W) for a symmetric A and many matrices W, as a vector of length B."""
    if is_diagonal(A):
        return np.einsum("a,aab->b", np.diag(A), W)
    return np.einsum("ac,acb->b", A, W)


def across(X: Array, x: Array) -> Array:
    """The vectors x, d×B, less their parts in the span of the columns of X, d×M×B with M < d (Gram and Schmidt)."""
    spans: list[Array] = []
    for i in range(X.shape[1]):
        spans.append(_normal(_without(X[:, i], spans)))
    return _without(x, spans)


def _without(x: Array, spans: list[Array]) -> Array:
    left = x.copy()
    for direction in (*spans, *spans):  # once leaves rounding behind where little is left
        left -= direction * np.einsum("ab,ab->b", direction, left)
    return left


def _normal(x: Array) -> Array:
    size = np.sqrt(np.einsum("ab,ab->b", x, x))
    return np.divide(x, size, out=np.zeros_like(x), where=size > 0)
