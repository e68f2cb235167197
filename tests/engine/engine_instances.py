"""Letters, numbers and random expressions for the tests of the engine."""

from __future__ import annotations

from random import Random

from sympy import Rational

from symicl import Defined, dimension, identity, matrix, positive_definite, scalar, symmetric, tr, vector
from symicl.language.numeric import evaluate

d, N = dimension("d"), dimension("N")
u, v = scalar("u", positive=True), scalar("v")
L = positive_definite("Lambda", d)
H = symmetric("H", d)
A, B, C = (matrix(name, d) for name in "ABC")
K = matrix("K", d, invertible=True)
R = matrix("R", d, N)
x, y = vector("x", d), vector("y", d)
I = identity(d)
G = Defined("Gamma", (1 + 1 / N) * L + tr(L) / N * I, "positive definite")
P = Defined("P", A @ B + u * C)


def numbers(seed: int, size: int = 2, count: int = 3) -> dict:
    """Rational values of all letters, sizes d = ``size`` and N = ``count``; Λ = M Mᵀ + I."""
    rng = Random(seed)

    def entries(rows, cols):
        return [[Rational(rng.randint(-4, 4), rng.randint(1, 3)) for _ in range(cols)] for _ in range(rows)]

    def gram(rows):
        n = range(len(rows))
        return [[sum(a * b for a, b in zip(rows[i], rows[j], strict=True)) + int(i == j) for j in n] for i in n]

    square = {letter: entries(size, size) for letter in (A, B, C)}
    sym = entries(size, size)
    lower = [[0 if j > i else rng.randint(1, 3) for j in range(size)] for i in range(size)]
    return {
        **square,
        L: gram(entries(size, size)),
        H: [[sym[i][j] + sym[j][i] for j in range(size)] for i in range(size)],
        K: lower,
        R: entries(size, count),
        x: entries(size, 1),
        y: entries(size, 1),
        u: Rational(rng.randint(1, 5), 3),
        v: Rational(rng.randint(-5, 5), 2),
        N: count,
        d: size,
    }


def square_factor(rng: Random, depth: int):
    """A random d×d expression."""
    kind = rng.randint(0, 9 if depth else 4)
    if kind <= 4:
        return rng.choice([A, A.T, B, C.T, L, H, K, K.inv(), K.T.inv(), L.inv(), G, G.inv(), P.T, I, x @ y.T, R @ R.T])
    if kind <= 6:
        return square_factor(rng, depth - 1) @ square_factor(rng, depth - 1)
    if kind == 7:
        return square_factor(rng, depth - 1) + rng.choice([2, -1, u, 1 / N]) * square_factor(rng, depth - 1)
    if kind == 8:
        return scalar_factor(rng, depth - 1) * square_factor(rng, depth - 1)
    return (L + rng.choice([I, 2 * G, K @ K.T])).inv()


def scalar_factor(rng: Random, depth: int):
    """A random scalar expression."""
    kind = rng.randint(0, 5)
    if kind == 0:
        return rng.choice([u, v, 1 / (1 + N), u / N, 1 / tr(L), Rational(2, 3) * d])
    if kind == 1:
        return x.T @ square_factor(rng, depth) @ rng.choice([x, y])
    if kind == 2 and depth:
        return scalar_factor(rng, depth - 1) + scalar_factor(rng, depth - 1)
    if kind == 3 and depth:
        return scalar_factor(rng, depth - 1) ** 2
    return tr(square_factor(rng, depth))


def agree(left, right, seed: int, **sizes: int) -> bool:
    """Whether two expressions have the same exact value at random numbers."""
    values = numbers(seed, **sizes)
    return evaluate(left, values) == evaluate(right, values)
