"""The kernel proves what is true and refuses what is not; no theorem is made elsewhere."""

from fractions import Fraction
from itertools import product as cartesian

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symicl import (
    Block,
    Defined,
    E,
    Eq,
    Gaussian,
    Ge,
    Gt,
    Iff,
    Ne,
    ProofError,
    UserError,
    dimension,
    evaluate,
    grad,
    identity,
    matrix,
    named,
    positive_definite,
    scalar,
    second_variation,
    substitute,
    symmetric,
    tr,
    vector,
)
from symicl.kernel import facts
from symicl.kernel import theorem as kernel
from symicl.kernel.ledger import LEDGER

d, N = dimension("d"), dimension("N")
Λ = positive_definite("Lambda", d)
A, B, U = matrix("A", d), matrix("B", d), matrix("U", d)
u = scalar("u")
X = Gaussian("X", d, N, Λ)
Γ = Defined("Gamma", (1 + 1 / N) * Λ + tr(Λ) / N * identity(d), "positive definite")


def test_the_ledger_is_what_it_was(snapshot):
    """A new axiom, or other words for one, is a decision: whoever makes it updates the snapshot."""
    assert [(axiom.name, axiom.statement, axiom.source) for axiom in LEDGER.values()] == snapshot


def test_every_axiom_used_is_in_the_ledger():
    used = kernel.expectation(Eq(E(X @ X.T), N * Λ), [X]).axioms | kernel.nonnegative(tr(A @ A.T)).axioms
    assert used <= set(LEDGER)


def test_a_theorem_has_no_public_constructor():
    with pytest.raises(ProofError):
        kernel.Theorem(object(), statement=Eq(A, B))
    theorem = kernel.identity(Eq(A, A))
    with pytest.raises(ProofError):
        theorem.statement = Eq(A, B)


TRUE = [
    Eq(tr(A @ B), tr(B @ A)),
    Eq(tr(A @ B @ U), tr(U.T @ B.T @ A.T)),
    Eq((A + B) @ (A - B), A @ A - A @ B + B @ A - B @ B),
    Eq(Γ @ Λ, Λ @ Γ),
    Eq(Γ.inv() @ Λ @ Γ, Λ),
    Eq((A @ Γ).T, Γ @ A.T),
    Eq((Λ @ Γ).inv(), Γ.inv() @ Λ.inv()),
    Eq(1 / (1 + 1 / N), N / (N + 1)),
    Eq(tr(identity(d)), d),
]
FALSE = [
    Eq(A @ B, B @ A),
    Eq(tr(A @ B @ U), tr(A @ U @ B)),
    Eq(tr(A @ A), tr(A @ A.T)),
    Eq((A @ B).T, A.T @ B.T),
    Eq(Γ @ A, A @ Γ),
    Eq(1 / (1 + 1 / N), (N + 1) / N),
    Eq(tr(identity(d)), 1),
    Eq(Γ, (1 + 2 / N) * Λ + tr(Λ) / N * identity(d)),
]


@pytest.mark.parametrize("equation", TRUE, ids=str)
def test_identities_hold(equation):
    assert kernel.identity(equation, open=[] if Γ.inv() in _inverses(equation) else [Γ]).statement == equation


def _inverses(equation):
    return equation.lhs.atoms(type(Γ.inv())) | equation.rhs.atoms(type(Γ.inv()))


@pytest.mark.parametrize("equation", FALSE, ids=str)
def test_false_identities_are_refused(equation):
    with pytest.raises(ProofError, match="does not follow"):
        kernel.identity(equation, open=[Γ])


def moment_by_components(word, covariance, columns):
    """E[S A S] at numbers with X = C Z, by summing over every index and the fourth moments of normals: by hand."""
    size = len(covariance)
    total = [[Fraction(0)] * size for _ in range(size)]
    for a, b, c, e, i, j in cartesian(
        range(size), range(size), range(size), range(size), range(columns), range(columns)
    ):
        # X_ai X_bi A_bc X_cj X_ej, with E X_ai X_bj = C_ab [i = j]
        value = covariance[a][b] * covariance[c][e]
        if i == j:
            value += covariance[a][c] * covariance[b][e] + covariance[a][e] * covariance[b][c]
        total[a][e] += value * word[b][c] / Fraction(columns) ** 2
    return total


def test_the_second_moment_agrees_with_a_sum_over_components():
    right = Λ @ A @ Λ + (Λ @ A.T @ Λ + tr(A @ Λ) * Λ) / N
    kernel.expectation(Eq(E(X @ X.T @ A @ X @ X.T) / N**2, right), [X])
    covariance, word = [[2, 1], [1, 3]], [[1, 2], [-1, 4]]
    value = evaluate(right, {Λ: covariance, A: word, N: 3})
    assert value.tolist() == moment_by_components(word, covariance, 3)


SECOND = [Λ @ A @ Λ, Λ @ A.T @ Λ / N, tr(A @ Λ) * Λ / N]


@pytest.mark.parametrize("i", range(3))
@pytest.mark.parametrize("change", [lambda t: -t, lambda t: 2 * t, lambda t: t.T, lambda t: t / N, lambda t: 0 * t])
def test_a_changed_term_of_the_second_moment_is_refused(i, change):
    changed = change(SECOND[i])
    if i == 2 and changed == SECOND[2].T:
        pytest.skip("the third term is symmetric, so its transpose is itself")
    terms = [*SECOND[:i], changed, *SECOND[i + 1 :]]
    with pytest.raises(ProofError):
        kernel.expectation(Eq(E(X @ X.T @ A @ X @ X.T) / N**2, terms[0] + terms[1] + terms[2]), [X])


def test_an_odd_number_of_gaussians_averages_to_zero():
    x = Gaussian("x", d, 1, Λ)
    assert kernel.expectation(Eq(E(x.T @ A @ x @ x.T), 0), [x]).statement.rhs.shape == (1, d)


def test_what_is_not_averaged_stays():
    w = Gaussian("w", d)
    inner = kernel.expectation(Eq(E(w.T @ X @ X.T @ w), E(tr(X @ X.T), over=[X])), [w])
    assert "Wick" in inner.axioms
    with pytest.raises(ProofError):
        kernel.expectation(Eq(E(w.T @ X @ X.T @ w), N * tr(Λ)), [w])


def test_no_expectation_moves_past_a_random_inverse():
    square = Gaussian("G", d, d)
    with pytest.raises(ProofError):
        kernel.expectation(Eq(E(square @ square.inv() @ A), A), [square])


def test_no_expectation_of_an_expectation_over_the_same_letter():
    with pytest.raises(ProofError):
        kernel.expectation(Eq(E(tr(X @ X.T) * E(tr(X @ X.T) * tr(A @ X @ X.T), over=[X]), over=[X]), 0), [X])


def test_derivatives():
    f = named("f", tr(A @ U @ B @ U.T) + u**2 * tr(U))
    assert kernel.derivative(Eq(grad(f, U), A @ U @ B + A.T @ U @ B.T + u**2 * identity(d)))
    assert kernel.derivative(Eq(grad(f, u), 2 * u * tr(U)))
    bend = second_variation(f, {u: 1, U: B})
    assert kernel.derivative(Eq(bend, 2 * tr(A @ B @ B @ B.T) + 2 * tr(U) + 4 * u * tr(B)))
    for wrong in (A @ U @ B + A.T @ U @ B + u**2 * identity(d), A @ U @ B + u**2 * identity(d)):
        with pytest.raises(ProofError):
            kernel.derivative(Eq(grad(f, U), wrong))


def test_an_equation_under_assumptions_does_not_go_under_a_derivative():
    f = named("f", u**2 * tr(U))
    zero = kernel.assume(Eq(u, 0))
    with pytest.raises(ProofError, match="assumptions"):
        kernel.replace(grad(f, u), zero)


def test_gram_needs_definite_factors():
    assert kernel.nonnegative(tr(Γ @ Λ @ U @ Λ @ U.T)).statement == Ge(tr(Γ @ Λ @ U @ Λ @ U.T), 0)
    assert type(kernel.vanishes(tr(Λ @ U @ Γ @ U.T)).statement) is Iff
    M = symmetric("M", d)
    for wrong in (tr(M @ U @ Λ @ U.T), tr(Λ @ U @ Λ @ U), -tr(Λ @ U @ Λ @ U.T), tr(A @ U @ A.T @ U.T)):
        with pytest.raises(ProofError):
            kernel.nonnegative(wrong)


def test_positivity_is_not_assumed():
    with pytest.raises(ProofError):
        kernel.positive(tr(symmetric("M", d)))
    with pytest.raises(ProofError):
        kernel.positive(u**2)
    assert kernel.positive(tr(Λ @ Λ)).statement == Gt(tr(Λ @ Λ), 0)


def test_division_becomes_an_assumption():
    assert kernel.identity(Eq(u / u**2 * tr(A), tr(A) / u)).assumptions == {Ne(u, 0)}
    assert kernel.identity(Eq(tr(A) / N, tr(A) / N)).assumptions == frozenset()
    with pytest.raises(ProofError, match="division by zero"):
        kernel.identity(Eq(1 / (tr(A) - tr(A.T)), 1 / (tr(A) - tr(A.T))))


def test_an_unknown_inverse_is_refused():
    with pytest.raises(ProofError, match="invertible"):
        kernel.identity(Eq(A @ A.inv(), identity(d)))


def test_a_definition_cannot_claim_what_it_is_not():
    lie = Defined("S", A @ B, "symmetric")
    with pytest.raises(ProofError, match="as is claimed"):
        kernel.identity(Eq(lie, lie))
    other = Defined("P", Λ - identity(d), "positive definite")
    with pytest.raises(ProofError, match="as is claimed"):
        kernel.identity(Eq(tr(other), tr(other)))
    with pytest.raises(ProofError):
        kernel.nonnegative(tr(other))
    assert not facts.definite(Λ - identity(d))


def test_one_name_with_two_bodies_is_two_letters():
    one, two = Defined("D", A), Defined("D", B)
    with pytest.raises(ProofError):
        kernel.identity(Eq(one, two))
    with pytest.raises(ProofError):
        kernel.identity(Eq(matrix("A", d), symmetric("A", d)))


def test_substitution_does_not_capture():
    with pytest.raises(UserError, match="averaged over"):
        substitute(E(tr(X @ X.T @ A)), {A: X @ X.T})


def test_logic():
    a, b = Eq(u, 0), Eq(tr(A), 0)
    both = kernel.both(kernel.assume(a), kernel.assume(b))
    assert both.assumptions == {a, b}
    equivalence = kernel.iff(kernel.assume(a), kernel.assume(a))
    assert equivalence.assumptions == frozenset()
    with pytest.raises(ProofError):
        kernel.modus(equivalence, kernel.assume(b))
    with pytest.raises(ProofError):
        kernel.cases(a, kernel.assume(a), kernel.assume(b))


def test_cases_keep_what_they_do_not_discharge():
    goal = kernel.assume(Eq(tr(A), 0))
    assert kernel.cases(Eq(u, 0), goal, goal).assumptions == {Eq(tr(A), 0)}


def test_blocks():
    p = vector("p", d)
    E1 = Block([[A, p], [p.T, u]])
    from symicl import corner

    assert kernel.blocks(Eq(corner(E1 @ E1), p.T @ p + u**2))
    with pytest.raises(ProofError):
        kernel.blocks(Eq(corner(E1 @ E1), p.T @ p - u**2))


letters = st.sampled_from([A, B, U, Λ, A.T, B.T, U.T, Γ])


@settings(max_examples=60, deadline=None)
@given(st.lists(letters, min_size=1, max_size=6), st.integers(0, 5))
def test_a_trace_is_the_same_turned_and_transposed(word, k):
    from symicl import product

    k %= len(word)
    turned = product(*word[k:], *word[:k])
    assert kernel.identity(Eq(tr(product(*word)), tr(turned.T)))


@settings(max_examples=60, deadline=None)
@given(st.lists(letters, min_size=2, max_size=4), st.lists(letters, min_size=2, max_size=4))
def test_the_kernel_agrees_with_numbers(left, right):
    """It proves an equation of two words exactly where they agree at two random points."""
    from symicl import product

    one, two = product(*left), product(*right)
    points = [
        {A: [[1, 2], [3, 5]], B: [[0, 1], [7, 2]], U: [[2, -1], [1, 4]], Λ: [[2, 1], [1, 3]], N: 4},
        {A: [[3, -2], [1, 1]], B: [[2, 5], [-1, 3]], U: [[1, 1], [0, 2]], Λ: [[5, 2], [2, 1]], N: 7},
    ]
    agree = all(evaluate(one, at) == evaluate(two, at) for at in points)
    try:
        kernel.identity(Eq(one, two))
        proved = True
    except ProofError:
        proved = False
    assert proved == agree
