"""Known equations used wherever their left sides stand: the multipliers are found, and the kernel has the last word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symicl import Eq, ProofError, dimension, matrix, positive_definite, scalar, tr, vector
from symicl.kernel import theorem as kernel
from symicl.proof import rewriting
from symicl.proof.rewriting import multipliers, settle

d = dimension("d")
A, M, v, w = positive_definite("A", d), matrix("M", d), vector("v", d), vector("w", d)
c, n = scalar("c", positive=True), scalar("n", positive=True)
EIGEN, LENGTH = kernel.assume(Eq(A @ v, c * v)), kernel.assume(Eq(v.T @ v, n))


def power(k):
    """Aᵏ."""
    found = A @ A.inv()
    for _ in range(k):
        found = A @ found
    return found


@given(st.integers(0, 4), st.integers(0, 4))
def test_powers_on_an_eigenvector(j, k):
    """vᵀ Aʲ Aᵏ v = c^(j+k) n, by hand, and no other power of c."""
    form = v.T @ power(j) @ power(k) @ v
    found = settle(Eq(form, c ** (j + k) * n), EIGEN, LENGTH)
    assert found.assumptions <= {EIGEN.statement, LENGTH.statement}
    with pytest.raises(ProofError, match="differ by"):
        settle(Eq(form, c ** (j + k + 1) * n), EIGEN, LENGTH)


def test_open_words_transposes_and_traces():
    assert settle(Eq(M @ A @ v @ v.T @ A, c**2 * M @ v @ v.T), EIGEN)
    assert settle(Eq(tr(M @ A @ v @ v.T), c * (v.T @ M @ v)), EIGEN)
    assert settle(Eq((v.T @ v) * M, n * M), LENGTH)
    assert settle(Eq(w.T @ A @ v / (w.T @ w + 1), c * (w.T @ v) / (w.T @ w + 1)), EIGEN)


@pytest.mark.parametrize(
    "goal",
    [
        Eq(v.T @ A @ v, c**2 * n),
        Eq(v.T @ M @ v, c * n),
        Eq(w.T @ A @ v, c * n),
        Eq(M @ A @ v, c * v),
    ],
)
def test_what_does_not_follow_is_refused(goal):
    with pytest.raises(ProofError, match="differ by"):
        settle(goal, EIGEN, LENGTH)


def test_only_what_is_needed_is_used():
    assert multipliers(Eq(M @ v, M @ v), EIGEN, LENGTH) == []
    assert settle(Eq(M @ v, M @ v), EIGEN).assumptions == frozenset()


def test_an_equation_that_comes_again_and_a_sum_on_the_left(monkeypatch):
    monkeypatch.setattr(rewriting, "MOST", 30)
    again = kernel.assume(Eq(M @ v, A @ M @ v + v))
    with pytest.raises(ProofError, match="without an end"):
        settle(Eq(M @ v, v), again)
    with pytest.raises(ProofError, match="one product"):
        settle(Eq(A @ v, c * v), kernel.assume(Eq(A @ v + M @ v, c * v)))
