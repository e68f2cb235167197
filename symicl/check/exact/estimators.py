"""The exact judges of least squares and of ridge regression.

The mean of an inverse Wishart matrix comes from polynomials: the density of XXᵀ with M columns is, up to a constant,
det(XXᵀ) times that with M − 2 (R. J. Muirhead, Aspects of Multivariate Statistical Theory, 3.2), so that
E_M (XXᵀ)⁻¹ = E_{M−2} adj(XXᵀ) / E_{M−2} det(XXᵀ).  Of ridge regression the exact judge sees given examples: there its
risk is the mean of a polynomial in the query, the task and the noise.

>>> from symicl.check.rational.instances import random_instance
>>> from random import Random
>>> mean_inverse(1, 5)  # E 1/χ² with 5 degrees of freedom
[[Fraction(1, 3)]]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from itertools import permutations
from random import Random
from typing import Any

from ..comparing import Refuted, agree, ask, judge_by
from ..rational.instances import Instance, random_instances, vector
from ..rational.instances import matrix as random_matrix
from ..rational.matrices import Matrix, combine, identity, inverse, product, trace, transpose
from ..rational.polynomials import Expanded, Polynomial, combination, constant, mean, variable
from ..verdict import Verdict

Shapes = Sequence[tuple[int, int]]
TRIALS, SEED = 4, 20230625
#: d, and how many examples M exceeds d + 1 by
SHAPES = ((2, 2), (1, 3), (2, 1), (3, 1), (1, 4), (2, 3))


@lru_cache(maxsize=32)
def mean_inverse(d: int, M: int) -> Matrix:
    """E (ZZᵀ)⁻¹ for d×M independent standard normals Z, M > d + 1."""
    columns = M - 2
    Z = [[variable(columns * i + j) for j in range(columns)] for i in range(d)]
    gram = [[_sum(a * b for a, b in zip(row, other, strict=True)) for other in Z] for row in Z]
    size = mean(_determinant(gram))
    return [[mean(_cofactor(gram, i, j)) / size for j in range(d)] for i in range(d)]


def _sum(terms: Any) -> Polynomial:
    return reduce(Polynomial.__add__, terms)


def _determinant(rows: list[list[Polynomial]]) -> Polynomial:
    """By Leibniz' formula; the empty determinant is 1."""
    if not rows:
        return constant(1)
    parts = []
    for order in permutations(range(len(rows))):
        flips = sum(order[i] > order[j] for i in range(len(order)) for j in range(i + 1, len(order)))
        factors = [rows[i][k] for i, k in enumerate(order)]
        parts.append((Fraction(-1 if flips % 2 else 1), reduce(Polynomial.__mul__, factors)))
    return combination(parts)


def _cofactor(rows: list[list[Polynomial]], i: int, j: int) -> Polynomial:
    rest = [[entry for b, entry in enumerate(row) if b != j] for a, row in enumerate(rows) if a != i]
    return combination([(Fraction(-1 if (i + j) % 2 else 1), _determinant(rest))])


def least_squares_risk(instance: Instance, M: int) -> Fraction:
    """σ² tr(Λ E (XXᵀ)⁻¹) with X = CZ."""
    back = inverse(instance.C)
    spread = product(transpose(back), mean_inverse(instance.d, M), back)
    return instance.sigma**2 * trace(product(instance.Lambda, spread))


def judge_least_squares(
    id: str,
    risk: Callable[..., Any],
    *,
    sigma: Fraction | int,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Shapes = SHAPES,
) -> Verdict:
    """Is ``risk(instance, M)`` the mean square of what least squares misses, with M > d + 1 examples?

    The answer itself is looked at too: the forward substitution of noiseless labels gives the target exactly.
    """
    rng = Random(seed)

    def check(instance: Instance) -> None:
        M = instance.d + 1 + instance.N
        agree(ask(risk, instance, M), least_squares_risk(instance, M), "the risk of least squares")
        _exact_without_noise(rng, instance, M)

    instances = random_instances(trials, seed, shapes, full=False, sigma=sigma)
    return judge_by(id, "the risk of least squares", instances, check, risk)


def _exact_without_noise(rng: Random, instance: Instance, M: int) -> None:
    """(XXᵀ)⁻¹X y is w where y = Xᵀw, on random rational prompts of d and of M examples."""
    for count in (instance.d, M):
        X, w = _of_full_rank(rng, instance.d, count), vector(rng, instance.d)
        y = product(transpose(X), [[c] for c in w])
        found = product(inverse(product(X, transpose(X))), X, y)
        agree(found, [[c] for c in w], "least squares without noise")


def _of_full_rank(rng: Random, d: int, M: int) -> Matrix:
    while True:
        X = random_matrix(rng, d, M)
        if mean(_determinant([[constant(e) for e in row] for row in product(X, transpose(X))])):
            return X


def risk_given(instance: Instance, X: Matrix, B: Matrix) -> Fraction:
    """E(x_qᵀBy − ⟨w, x_q⟩)² over the query, the task and the noise, for given examples X."""
    d, M = instance.d, len(X[0])
    z, w = [variable(i) for i in range(d)], [variable(d + i) for i in range(d)]
    noise = [variable(2 * d + i) for i in range(M)]
    x_q = [combination(zip(row, z, strict=True)) for row in instance.C]
    clean = [combination(zip(column, w, strict=True)) for column in transpose(X)]
    y = [combination([(Fraction(1), c), (instance.sigma, e)]) for c, e in zip(clean, noise, strict=True)]
    fitted = [combination(zip(row, y, strict=True)) for row in B]
    error = _sum(q * (f - c) for q, f, c in zip(x_q, fitted, w, strict=True))
    return Expanded(error).dot(Expanded(error))


def judge_ridge(
    id: str,
    given: Callable[..., Any],
    *,
    sigma: Fraction | int,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Shapes = SHAPES,
) -> Verdict:
    """Is ``given(instance, X, λ)`` the risk of ridge regression once the examples X are given?

    And is it, with λ = σ², not more than that of other predictors which are linear in the labels?
    """
    rng = Random(seed)

    def check(instance: Instance) -> None:
        M = instance.N + instance.d % 2
        X = random_matrix(rng, instance.d, M)
        level = Fraction(rng.randint(1, 5), rng.randint(1, 3))
        for ridge in (level, instance.sigma**2):
            exact = risk_given(instance, X, ridge_matrix(X, ridge))
            agree(ask(given, instance, X, ridge), exact, "the risk of ridge regression")
        best = exact
        for B in (ridge_matrix(X, level), random_matrix(rng, instance.d, M), _nearby(rng, X, instance.sigma**2)):
            if (other := risk_given(instance, X, B)) < best:
                raise Refuted(f"a predictor linear in the labels has the risk {other}, ridge regression {best}")

    instances = random_instances(trials, seed, shapes, full=False, sigma=sigma)
    return judge_by(id, "the risk of ridge regression for given examples", instances, check, given)


def ridge_matrix(X: Matrix, level: Fraction) -> Matrix:
    """(λI + XXᵀ)⁻¹X"""
    return product(inverse(combine((level, identity(len(X))), (1, product(X, transpose(X))))), X)


def _nearby(rng: Random, X: Matrix, level: Fraction) -> Matrix:
    """Ridge regression, a little off."""
    return combine((1, ridge_matrix(X, level)), (Fraction(1, 1000), random_matrix(rng, len(X), len(X[0]))))
