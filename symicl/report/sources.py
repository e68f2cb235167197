"""The works that a report cites."""

from __future__ import annotations

from collections.abc import Sequence

from ..kernel.ledger import LEDGER, Axiom
from ..proof.chapter import Chapter

WORKS = {
    "arXiv:2306.09927": (
        "R. Zhang, S. Frei, P. L. Bartlett, Trained Transformers Learn Linear Models In-Context, arXiv:2306.09927"
    ),
    "arXiv:2212.07677": (
        "J. von Oswald, E. Niklasson, E. Randazzo, J. Sacramento, A. Mordvintsev, A. Zhmoginov, M. Vladymyrov, "
        "Transformers Learn In-Context by Gradient Descent, arXiv:2212.07677"
    ),
    "Isserlis 1918": (
        "L. Isserlis, On a formula for the product-moment coefficient of any order of a normal frequency distribution "
        "in any number of variables, Biometrika 12 (1918) 134"
    ),
}


def cited(chapters: Sequence[Chapter], *more: str) -> list[str]:
    """The works named in the sources of the chapters, in the order of the list above."""
    named = " ".join([*(chapter.source for chapter in chapters), *more])
    return [work for key, work in WORKS.items() if key in named]


def axioms(chapters: Sequence[Chapter]) -> list[Axiom]:
    """The axioms that the chapters stand on, in the order of the ledger."""
    used = frozenset().union(*(chapter.axioms for chapter in chapters))
    known = [axiom for name, axiom in LEDGER.items() if name in used]
    return known + [Axiom(name, "", "") for name in sorted(used - set(LEDGER))]
