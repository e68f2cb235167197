"""The lemmas of the ledger: facts that the kernel does not prove but cites, with their hypotheses.

A lemma is a schema: ``state`` takes the values for its letters, whose shapes must fit, and gives the hypotheses and
the conclusion for them.  ``cite`` asks for a theorem for each hypothesis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..language.expressions import tr, transpose
from ..language.statements import Ge, Gt, Statement


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


def _products_keep_order(a: Any, b: Any, c: Any) -> tuple[Sequence[Statement], Statement]:
    return [Ge(a, b), Gt(c, 0)], Ge(c * a, c * b)


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
            "products keep order",
            ("scalar", "scalar", "scalar"),
            _products_keep_order,
            "If a ≥ b and c > 0 then c a ≥ c b.",
            "W. Rudin, Principles of Mathematical Analysis, 1.18",
        ),
    )
}
