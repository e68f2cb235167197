"""Who judges the optimum over all blocks and the points at u = U = 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import check as judges
from ..check.verdict import Verdict
from ..proof.chapter import Chapter
from .formulas import claim


def _optimum_full(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    least, excess, criterion = (claim(chapter.formulas[name]) for name in ("loss", "excess", "criterion"))
    square, inverse, level = (claim(chapter.claims[name]) for name in ("square", "Gamma_inverse", "level"))
    q, J, fall = (claim(chapter.claims[name]) for name in ("q", "J", "fall"))
    claims = judges.Claims(
        square=square,
        least=least,
        inverse=inverse,
        q=q,
        level=level,
        excess=excess,
        speeds=(claim(chapter.claims["speed:p"]), claim(chapter.claims["speed:q"])),
        fall=fall,
        J=J,
        criterion=criterion,
    )
    return judges.judge_full(chapter.id, claims, seed=seed, trials=trials)


def _descents(chapter: Chapter, *, seed: int, samples: int, sigma: Any) -> Verdict:
    """Many random starts on the loss over all blocks; ``samples`` prompts are not drawn, the loss is exact."""
    least, criterion = (claim(chapter.formulas[name], exact=False) for name in ("loss", "criterion"))
    inverse, level = (claim(chapter.claims[name], exact=False) for name in ("Gamma_inverse", "level"))
    return judges.judge_descents(chapter.id, least, inverse, level, criterion, seed=seed)


EXACT: dict[str, Callable[..., list[Verdict]]] = {"optimum-full": _optimum_full}
SAMPLED: dict[str, Callable[..., Verdict]] = {"optimum-full": _descents}
