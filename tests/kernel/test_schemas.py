"""Values put in for letters, in theorems and in lemmas: what holds for all is used for one, and nothing else is."""

import pytest

from symicl import (
    Defined,
    E,
    Eq,
    Gaussian,
    Ge,
    Gt,
    Ne,
    ProofError,
    dimension,
    grad,
    matrix,
    named,
    positive_definite,
    scalar,
    symmetric,
    tr,
    vector,
)
from symicl.kernel import theorem as kernel

d, N = dimension("d"), dimension("N")
Λ, Σ = positive_definite("Lambda", d), positive_definite("Sigma", d)
A, B, U, M = matrix("A", d), matrix("B", d), matrix("U", d), symmetric("M", d)
u, v, c = scalar("u"), scalar("v"), scalar("c", positive=True)
X = Gaussian("X", d, N, Λ)
second = kernel.expectation(Eq(E(X @ X.T @ A @ X @ X.T), N**2 * Λ @ A @ Λ + N * Λ @ A.T @ Λ + N * tr(A @ Λ) * Λ), [X])


def test_a_moment_for_every_matrix_is_used_for_one():
    b = vector("b", d)
    found = kernel.instantiate(second, [(A, b @ b.T)]).statement
    assert found.lhs == E(X @ X.T @ b @ b.T @ X @ X.T)
    assert kernel.identity(Eq(found.rhs, (N**2 + N) * Λ @ b @ b.T @ Λ + N * (b.T @ Λ @ b) * Λ))


def test_two_letters_change_places_at_once():
    swapped = kernel.instantiate(kernel.identity(Eq(tr(A @ B), tr(B @ A))), [(A, B), (B, A)])
    assert swapped.statement == Eq(tr(B @ A), tr(A @ B))


@pytest.mark.parametrize(
    "theorem, values",
    [
        pytest.param(second, [(Λ, Σ)], id="the covariance of an average"),
        pytest.param(second, [(X, 2 * X)], id="what is averaged over"),
        pytest.param(second, [(A, X @ X.T)], id="a value that is averaged over"),
        pytest.param(second, [(N, 2)], id="a size"),
        pytest.param(kernel.identity(Eq(M, M.T)), [(M, A)], id="a general matrix for a symmetric one"),
        pytest.param(kernel.positive(tr(Λ)), [(Λ, A @ A.T)], id="semidefinite for definite"),
        pytest.param(kernel.positive(tr(Λ)), [(Λ, -Σ)], id="negative for definite"),
        pytest.param(kernel.positive(c), [(c, u**2)], id="a square for something positive"),
        pytest.param(kernel.identity(Eq(Λ @ Λ.inv(), Λ.inv() @ Λ)), [(Λ, M)], id="no inverse"),
        pytest.param(kernel.identity(Eq(u * A, A * u)), [(A, u)], id="a scalar for a matrix"),
        pytest.param(
            kernel.derivative(Eq(grad(named("f", u * tr(A)), u), tr(A))), [(u, 0)], id="a value before the derivative"
        ),
        pytest.param(kernel.identity(Eq(Defined("D", A), Defined("D", A))), [(Defined("D", A), B)], id="a definition"),
    ],
)
def test_what_is_not_general_is_refused(theorem, values):
    with pytest.raises(ProofError):
        kernel.instantiate(theorem, values)


def test_assumptions_are_put_in_as_well():
    known = kernel.combine(Eq(tr(A), 0), [(kernel.assume(Eq(u * tr(A), 0)), 1 / u, 1)])
    moved = kernel.instantiate(known, [(u, v**2)])
    assert moved.assumptions == {Ne(v**2, 0), Eq(v**2 * tr(A), 0)}
    divided = kernel.instantiate(kernel.identity(Eq(u * A, A * u)), [(u, 1 / v)])
    assert divided.assumptions == {Ne(v, 0)}
    assert Ne(0, 0) in kernel.instantiate(known, [(u, 0)]).assumptions  # so that it says nothing


def test_a_lemma_is_cited_with_its_hypotheses():
    assert kernel.cite("Cauchy–Schwarz", [X, Λ @ X]).statement == Ge(
        tr(X @ X.T) * tr(Λ @ X @ X.T @ Λ), tr(X @ X.T @ Λ) ** 2
    )
    more, sign = kernel.assume(Ge(u, v)), kernel.positive(tr(Λ))
    grown = kernel.cite("products keep order", [u, v, tr(Λ)], more, sign)
    assert grown.statement == Ge(tr(Λ) * u, tr(Λ) * v) and grown.assumptions == {Ge(u, v)}
    assert "lemma: products keep order" in grown.axioms


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: kernel.cite("products keep order", [u, v, c]),
        lambda: kernel.cite("products keep order", [u, v, c], kernel.assume(Ge(v, u)), kernel.positive(c)),
        lambda: kernel.cite("products keep order", [u, v, u], kernel.assume(Ge(u, v)), kernel.assume(Ge(u, 0))),
        lambda: kernel.cite("products keep order", [u, v, A], kernel.assume(Ge(u, v)), kernel.assume(Gt(u, 0))),
        lambda: kernel.cite("Cauchy–Schwarz", [u, v]),
        lambda: kernel.cite("Fermat", []),
        lambda: kernel.cite("Cauchy–Schwarz", [1.5, A]),
    ],
)
def test_a_lemma_without_its_hypotheses_is_refused(attempt):
    with pytest.raises(ProofError):
        attempt()


def test_a_lemma_about_matrices_of_two_shapes():
    from symicl import ShapeError

    with pytest.raises(ShapeError):
        kernel.cite("Cauchy–Schwarz", [A, X])
