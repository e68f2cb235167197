"""Roots and products without BLAS, against NumPy's own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symicl.simulate.algebra import across, paired, product, root, times


@given(st.integers(0, 2**32), st.integers(1, 7), st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_a_root_of_any_semidefinite_matrix(seed, d, rank):
    A = np.random.default_rng(seed).standard_normal((d, min(d, rank)))
    covariance = A @ A.T
    C = root(covariance)
    assert np.abs(C @ C.T - covariance).max() <= 1e-13 * max(1.0, np.abs(covariance).max())
    assert np.linalg.matrix_rank(C) == min(d, rank)


def test_the_root_of_a_large_matrix():
    A = np.random.default_rng(0).standard_normal((150, 150))
    C = root(A @ A.T)
    assert np.abs(C @ C.T - A @ A.T).max() < 1e-11


@pytest.mark.parametrize("diagonal", [True, False])
def test_products(diagonal):
    rng = np.random.default_rng(0)
    P, Q, A = rng.standard_normal((3, 4, 4))
    if diagonal:
        P, Q, A = (np.diag(np.diag(each)) for each in (P, Q, A))
    W = rng.standard_normal((4, 4, 6))
    A = A + A.T
    found, pairs = times(P, W, Q), paired(A, W)
    for k in range(6):
        assert np.allclose(found[..., k], P @ W[..., k] @ Q.T, rtol=1e-12)
        assert np.isclose(pairs[k], np.trace(A @ W[..., k]), rtol=1e-12)
    assert np.allclose(product(P, A, Q), P @ A @ Q) and np.allclose(product(P, A[0]), P @ A[0])


def test_what_lies_across():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((5, 3, 4))
    X[:, 2] = X[:, 0] + 1e-9 * X[:, 2]  # nearly dependent
    left = across(X, rng.standard_normal((5, 4)))
    assert np.abs(np.einsum("aib,ab->ib", X, left)).max() < 1e-13
    assert np.abs(left).max() > 0.1
