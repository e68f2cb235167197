"""Two normal forms and two Wick steps, written apart: the engine's fast ones must agree with the kernel's slow ones."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symicl import (
    Defined,
    E,
    Eq,
    Gaussian,
    ProofError,
    dimension,
    engine,
    identity,
    matrix,
    positive_definite,
    scalar,
    symmetric,
    tr,
    vector,
)
from symicl.kernel import theorem as kernel
from symicl.language.expressions import product

d, N = dimension("d"), dimension("N")
Λ = positive_definite("Lambda", d)
Γ = Defined("Gamma", (1 + 1 / N) * Λ + tr(Λ) / N * identity(d), "positive definite")
A, M, p = matrix("A", d), symmetric("M", d), vector("p", d)
X, x = Gaussian("X", d, N, Λ), Gaussian("x", d, 1, Λ)
u = scalar("u")
SQUARE = [A, A.T, M, Λ, Λ.inv(), Γ, Γ.inv(), p @ p.T]
RANDOM = [X @ X.T, x @ x.T, X @ X.T @ A.T]
SCALARS = [1, -1, 2, u, 1 / N, N, 1 + 1 / N, u**2, tr(A @ Λ), p.T @ Λ @ p]

words = st.lists(st.sampled_from(SQUARE), min_size=1, max_size=5).map(lambda letters: product(*letters))
terms = st.tuples(st.sampled_from(SCALARS), words).map(lambda pair: product(*pair))
sums = st.lists(terms, min_size=1, max_size=3).map(lambda parts: sum(parts[1:], parts[0]))


def proves(equation, **allowed):
    """Whether the kernel proves an equation by its normal form (and its Wick step)."""
    try:
        kernel.expectation(equation, **allowed) if allowed else kernel.identity(equation)
    except ProofError as error:
        assert "does not follow" in str(error)
        return False
    return True


@settings(max_examples=150, deadline=None)
@given(sums, sums)
def test_both_find_the_same_equations(left, right):
    assert (engine.form(left) == engine.form(right)) == proves(Eq(left, right))
    assert (engine.form(tr(left)) == engine.form(tr(right))) == proves(Eq(tr(left), tr(right)))


@settings(max_examples=100, deadline=None)
@given(sums)
def test_what_the_engine_writes_is_what_it_read(node):
    assert proves(Eq(node, engine.form(node).to_sympy()))


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from(SQUARE), max_size=3), st.lists(st.sampled_from(RANDOM), min_size=1, max_size=2), st.data()
)
def test_the_wick_steps_agree(fixed, random, data):
    word = product(*data.draw(st.permutations([*fixed, *random])))
    for mean in (E(word), E(tr(word))):
        value = engine.expect(engine.form(mean.body), *mean.over).to_sympy()
        assert proves(Eq(mean, value), over=mean.over)
        assert not proves(Eq(mean, 2 * value), over=mean.over) or engine.form(value) == engine.form(0 * value)


@pytest.mark.parametrize("letters", list(itertools.permutations([Γ, Γ.inv(), Λ, A], 3)))
def test_what_commutes_commutes_in_both(letters):
    for other in itertools.permutations(letters):
        equation = Eq(product(*letters), product(*other))
        assert (engine.form(equation.lhs) == engine.form(equation.rhs)) == proves(equation)
