"""The lemmas of the ledger: facts that the kernel does not prove but cites, with their hypotheses.

A lemma is a schema: ``state`` takes the values for its letters, whose shapes must fit, and gives the hypotheses and
the conclusion for them.  ``cite`` asks for a theorem for each hypothesis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import ProofError
from ..language.expressions import inverse, is_matrix, product, tr, transpose
from ..language.letters import Gaussian, is_random, letters_of
from ..language.mean import E, tail
from ..language.statements import And, Eq, Ge, Gt, Statement


@dataclass(frozen=True)
class Lemma:
    """A cited fact about ``kinds`` (of each value: ``"matrix"`` or ``"scalar"``), real and of fitting shapes."""

    name: str
    kinds: tuple[str, ...]
    state: Callable[..., tuple[Sequence[Statement], Statement]]
    words: str
    source: str


def _cauchy_schwarz(A: Any, B: Any) -> tuple[Sequence[Statement], Statement]:
    return [], Ge(tr(A @ transpose(A)) * tr(B @ transpose(B)), tr(A @ transpose(B)) ** 2)


def _chebyshev(z: Any, m: Any, t: Any) -> tuple[Sequence[Statement], Statement]:
    return [Eq(E(z**2), m), Gt(t, 0)], Ge(m / t**2, tail(z, t))


def _markov(z: Any, m: Any, t: Any) -> tuple[Sequence[Statement], Statement]:
    return [Eq(E(z), m), Ge(z, 0), Gt(t, 0)], Ge(m / t, tail(z, t))


def _products_keep_order(a: Any, b: Any, c: Any) -> tuple[Sequence[Statement], Statement]:
    return [Ge(a, b), Gt(c, 0)], Ge(c * a, c * b)


def _sums_keep_order(a: Any, b: Any, c: Any, e: Any) -> tuple[Sequence[Statement], Statement]:
    return [Ge(a, b), Ge(c, e)], Ge(a + c, b + e)


def _inverse_wishart(X: Any, A: Any) -> tuple[Sequence[Statement], Statement]:
    if type(X) is not Gaussian:
        raise ProofError(f"{X}: inverse Wishart is about a Gaussian matrix letter")
    if any(map(is_random, letters_of(A))) or A.shape != (X.shape[0], X.shape[0]):
        raise ProofError(f"{A}: inverse Wishart needs a matrix of shape {X.shape[0]}×{X.shape[0]} that is not random")
    if any(map(is_random, letters_of(X.covariance))):
        raise ProofError(f"{X}: its covariance is random, so that inverse Wishart holds given its value only")
    spare = X.shape[1] - X.shape[0] - 1
    if not spare.is_positive:
        raise ProofError(f"{X}: its shape does not say that it has at least 2 more columns than rows")
    gram = inverse(product(X, transpose(X)))
    return [], Eq(E(tr(product(A, gram)), over=[X]), tr(product(A, inverse(X.covariance))) / spare)


def _sums_of_nonnegatives(a: Any, b: Any) -> tuple[Sequence[Statement], Statement]:
    return [Ge(a, 0), Ge(b, 0), Eq(a + b, 0)], And(Eq(a, 0), Eq(b, 0))


def _products_of_nonnegatives(a: Any, b: Any) -> tuple[Sequence[Statement], Statement]:
    return [Ge(a, 0), Ge(b, 0)], Ge(a * b, 0)


def _products_keep_strict_order(a: Any, b: Any, c: Any) -> tuple[Sequence[Statement], Statement]:
    return [Gt(a, b), Gt(c, 0)], Gt(c * a, c * b)


def _squares_keep_order(a: Any, b: Any) -> tuple[Sequence[Statement], Statement]:
    return [Ge(a**2, b**2), Ge(a, 0)], Ge(a, b)


def _norm_of_a_product(A: Any, B: Any) -> tuple[Sequence[Statement], Statement]:
    square = product(A, B, transpose(B), transpose(A))
    whole = tr(square) if is_matrix(square) else square
    return [], Ge(tr(A @ transpose(A)) * tr(B @ transpose(B)), whole)


LEMMAS = {
    lemma.name: lemma
    for lemma in (
        Lemma(
            "Cauchy–Schwarz",
            ("matrix", "matrix"),
            _cauchy_schwarz,
            "For real matrices A and B of one shape, tr(A Bᵀ)² ≤ tr(A Aᵀ) tr(B Bᵀ).",
            "R. A. Horn, C. R. Johnson, Matrix Analysis, 5.1.4, for the Frobenius inner product",
        ),
        Lemma(
            "Chebyshev",
            ("scalar", "scalar", "scalar"),
            _chebyshev,
            "If E z² = m and t > 0 then P(|z| ≥ t) ≤ m/t².",
            "P. Billingsley, Probability and Measure, 21 (5.32)",
        ),
        Lemma(
            "Markov",
            ("scalar", "scalar", "scalar"),
            _markov,
            "If z ≥ 0, E z = m and t > 0 then P(z ≥ t) ≤ m/t.",
            "P. Billingsley, Probability and Measure, 21 (5.31)",
        ),
        Lemma(
            "sums keep order",
            ("scalar", "scalar", "scalar", "scalar"),
            _sums_keep_order,
            "If a ≥ b and c ≥ e then a + c ≥ b + e.",
            "W. Rudin, Principles of Mathematical Analysis, 1.17",
        ),
        Lemma(
            "products keep order",
            ("scalar", "scalar", "scalar"),
            _products_keep_order,
            "If a ≥ b and c > 0 then c a ≥ c b.",
            "W. Rudin, Principles of Mathematical Analysis, 1.18",
        ),
        Lemma(
            "squares keep order",
            ("scalar", "scalar"),
            _squares_keep_order,
            "If a² ≥ b² and a ≥ 0 then a ≥ b.",
            "W. Rudin, Principles of Mathematical Analysis, 1.18",
        ),
        Lemma(
            "norm of a product",
            ("matrix", "matrix"),
            _norm_of_a_product,
            "For real matrices A and B, tr(A B (A B)ᵀ) ≤ tr(A Aᵀ) tr(B Bᵀ).",
            "R. A. Horn, C. R. Johnson, Matrix Analysis, 5.6, for the Frobenius norm",
        ),
        Lemma(
            "inverse Wishart",
            ("matrix", "matrix"),
            _inverse_wishart,
            "For a d×M Gaussian matrix X whose columns are independent N(0, Λ), M > d + 1, and a constant A, "
            "E tr(A (XXᵀ)⁻¹) = tr(A Λ⁻¹)/(M − d − 1).",
            "R. J. Muirhead, Aspects of Multivariate Statistical Theory, 3.2",
        ),
        Lemma(
            "sums of nonnegative numbers",
            ("scalar", "scalar"),
            _sums_of_nonnegatives,
            "If a ≥ 0, b ≥ 0 and a + b = 0 then a = 0 and b = 0.",
            "W. Rudin, Principles of Mathematical Analysis, 1.17",
        ),
        Lemma(
            "products of nonnegative numbers",
            ("scalar", "scalar"),
            _products_of_nonnegatives,
            "If a ≥ 0 and b ≥ 0 then a b ≥ 0.",
            "W. Rudin, Principles of Mathematical Analysis, 1.17",
        ),
        Lemma(
            "products keep strict order",
            ("scalar", "scalar", "scalar"),
            _products_keep_strict_order,
            "If a > b and c > 0 then c a > c b.",
            "W. Rudin, Principles of Mathematical Analysis, 1.18",
        ),
    )
}
