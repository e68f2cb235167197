"""Folding definitions and solving linear equations."""

import pytest
from engine_instances import A, B, G, H, I, K, L, N, d, numbers, u, x
from sympy import Rational

from symicl import Defined, UserError, matrix, tr
from symicl.engine import fold, form, gradient, solve_linear
from symicl.language.numeric import evaluate

U = matrix("U", d)
LOSS = u**2 * tr(G @ L @ U @ L @ U.T) / 2 - u * tr(L @ L @ U.T) + tr(L) / 2


@pytest.mark.parametrize(
    "node",
    [
        LOSS,
        tr(G @ A),
        tr(G @ G @ A),
        tr(G @ G @ G @ A),
        G @ A @ G @ G,
        G @ L @ U @ G,
        tr(G @ A @ G @ B) + 3 * tr(A) * tr(G @ B),
        (1 + u) * (x.T @ G @ x) * G - L / 7,
        tr(G) * tr(A @ G) / N,
        G.inv() @ A @ G,
    ],
)
def test_what_was_unfolded_folds_again(node):
    folded, flat = form(node), form(node, unfold=[G]) if G.inv() not in node.args else form(node)
    found = fold(flat, G)
    assert len(found) <= len(folded)
    assert form(found.to_sympy(), unfold=True) == form(node, unfold=True)


def test_folding_finds_the_loss():
    assert fold(form(LOSS, unfold=True), G) == form(LOSS)
    assert fold(form(A @ B), G) == form(A @ B)


def test_folding_cancels_inverses():
    assert fold(form((1 + 1 / N) * L @ G.inv() + tr(L) / N * G.inv()), G) == form(I)


def test_folding_needs_a_definition():
    for letter in (A, Defined("J", 2 * I), Defined("J", A / (1 + N))):
        with pytest.raises(UserError, match="fold"):
            fold(form(A), letter)


def test_the_stationary_point():
    slope = fold(gradient(form(LOSS, unfold=True), U), G)
    assert solve_linear(slope, U) == form(G.inv() / u)
    assert solve_linear(form(G @ L @ U @ L - L @ L), U) == form(G.inv())


@pytest.mark.parametrize(
    "equation",
    [
        L @ U @ K - A,
        L @ U.T @ K - A,
        L @ U @ L + K @ U @ L - A @ B,
        L @ U @ L + L @ U @ K - A @ B,
        (1 + 1 / N) * tr(L) * U - H,
        K.inv() @ U - U + B,
    ],
)
def test_solutions_solve(equation):
    solution = solve_linear(form(equation), U)
    values = numbers(3)
    at_it = {**values, U: evaluate(solution.to_sympy(), values).tolist()}
    assert evaluate(equation, at_it).is_zero_matrix


def test_scalar_unknowns():
    assert solve_linear(form(2 * u * tr(A) - tr(B)), u) == form(tr(B) / (2 * tr(A)))
    assert solve_linear(form((1 + 1 / N) * u - Rational(1, 3)), u) == form(N / (3 * (N + 1)))


@pytest.mark.parametrize(
    ("equation", "unknown", "said"),
    [
        (A @ U @ L - B, U, "A stands beside U"),
        (L @ U @ U - B, U, "not linear"),
        (tr(U) * L - B, U, "not linear"),
        (U.inv() - B, U, "not linear"),
        ((U + A).inv() - B, U, "not occur|not linear"),
        (U + U.T - B, U, "plain and transposed"),
        (L @ U @ K + K @ U @ L - B, U, "share no factor"),
        (A - B, U, "does not occur"),
        (tr(A) * u**2 - 1, u, "not linear"),
        (u * A - B, u, "scalar equation"),
    ],
)
def test_other_shapes_are_refused(equation, unknown, said):
    with pytest.raises(UserError, match=said):
        solve_linear(form(equation), unknown)
