"""Derivatives against differences of exact values."""

from random import Random

import pytest
from engine_instances import A, B, C, G, H, K, L, N, P, d, numbers, u, v, x, y
from sympy import Matrix, Rational

from symicl import ShapeError, UserError, grad, matrix, symmetric, tr
from symicl import second_variation as D2
from symicl.engine import form, gradient, second_variation
from symicl.language.numeric import evaluate

U = K
STEP = Rational(1, 10**12)

SCALARS = [
    tr(A @ U @ L @ U.T),
    tr(U) ** 3,
    x.T @ U @ A @ U @ y,
    tr(A @ U.inv()),
    tr(U.T.inv() @ A @ U.inv() @ B),
    tr((L + U @ U.T).inv() @ A),
    u**2 * tr(G @ L @ U @ L @ U.T) / 2 - u * tr(L @ L @ U.T) + tr(L) / 2,
    tr(A @ U) / (1 + tr(U @ U.T)),
    tr(U @ U.T) ** Rational(1, 2) * tr(A @ U),
    1 / tr(U) + u / (u + tr(U)),
    tr(A),
]


def slope(node, values, letter, direction):
    """The symmetric difference quotient along a direction, exact up to the square of the step."""

    def moved(sign):
        start = Matrix(values[letter]) if hasattr(letter, "shape") else values[letter]
        at = start + sign * STEP * (Matrix(direction) if hasattr(letter, "shape") else direction)
        return evaluate(node, {**values, letter: at.tolist() if hasattr(at, "tolist") else at})

    return (moved(1) - moved(-1)) / (2 * STEP)


@pytest.mark.parametrize("node", SCALARS)
def test_gradient_against_differences(node):
    values, rng = numbers(3), Random(5)
    direction = [[rng.randint(-3, 3) for _ in range(2)] for _ in range(2)]
    value = evaluate(gradient(form(node), U).to_sympy(), values)
    assert gradient(form(node), U) == form(grad(node, U))
    along = sum(a * b for a, b in zip(value, Matrix(direction), strict=True))
    assert abs(float(along - slope(node, values, U, direction))) < 1e-9


@pytest.mark.parametrize("node", [*SCALARS[5:], u ** Rational(1, 3) * tr(A), (u + v) ** 4 / (u - N)])
def test_derivative_in_a_scalar_against_differences(node):
    values = numbers(4)
    value = evaluate(gradient(form(node), u).to_sympy(), values)
    assert abs(float(value - slope(node, values, u, 1))) < 1e-9


@pytest.mark.parametrize("node", SCALARS)
def test_second_variation_against_differences(node):
    values, step = numbers(6), Rational(1, 10**8)
    got = second_variation(form(node), {U: form(B), u: form(v)})
    assert got == form(D2(node, {U: B, u: v}))

    def at(t):
        moved = Matrix(values[U]) + t * Matrix(values[B])
        return evaluate(node, {**values, U: moved.tolist(), u: values[u] + t * values[v]})

    quotient = (at(step) - 2 * at(0) + at(-step)) / step**2
    assert abs(float(evaluate(got.to_sympy(), values) - quotient)) < 1e-6 * (1 + abs(float(quotient)))


def test_known_gradients():
    assert gradient(form(tr(A @ U)), U) == form(A.T)
    assert gradient(form(tr(A @ U)), U) != form(A)
    assert gradient(form(x.T @ U @ y), U) == form(x @ y.T)
    assert gradient(form(x.T @ A @ x), x) == form(A @ x + A.T @ x)
    assert gradient(form(tr(U.inv() @ A)), U) == form(-(U.inv() @ A @ U.inv()).T)
    assert gradient(form(tr(H @ A)), H) == form((A + A.T) / 2)


def test_directions_stay_fixed():
    V = matrix("V", d)
    assert second_variation(form(tr(V @ V @ V)), {V: form(V)}) == form(6 * tr(V @ V @ V))


def test_what_cannot_be_derived_is_refused():
    with pytest.raises(UserError, match="definition P"):
        gradient(form(tr(P)), A)
    with pytest.raises(UserError, match="unfold"):
        gradient(form(tr(G)), N)
    with pytest.raises(ShapeError):
        gradient(form(A @ C), A)
    assert form(grad(tr(P), A)) == form(B.T)
    assert gradient(form(tr(A)), symmetric("Q", d)).is_zero
