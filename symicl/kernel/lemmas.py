"""The lemmas of the ledger: facts that the kernel does not prove but cites, with their hypotheses.

A lemma is a schema: ``state`` takes the values for its letters, whose shapes must fit, and gives the hypotheses and
the conclusion for them.  ``cite`` asks for a theorem for each hypothesis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..language.expressions import tr, transpose
from ..language.mean import E, tail
from ..language.statements import Eq, Ge, Gt, Statement


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
    )
}
