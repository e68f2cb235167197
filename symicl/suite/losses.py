"""Who judges the prediction, the moments and both losses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import check as judges
from ..check.verdict import Verdict
from ..proof.chapter import Chapter
from .formulas import claim


def _prediction(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    formula = claim(chapter.formulas["value"])

    def at(instance: Any, X: Any, w: Any, x_q: Any) -> Any:
        return formula(instance, X=X, w=w, x_q=x_q)

    return [judges.judge_prediction(chapter.id, at, seed=seed, trials=trials)]


def _moments(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    second, third = claim(chapter.formulas["value"]), claim(chapter.claims["third"])
    return [
        judges.judge_moment(chapter.id, second, ["S", "A", "S"], seed=seed, trials=trials),
        judges.judge_moment(chapter.id, third, ["S", "A", "S", "B", "S"], seed=seed, trials=(trials + 1) // 2),
    ]


def _loss(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    full = chapter.id == "loss-full"
    return [
        judges.judge_loss(
            chapter.id, claim(chapter.formulas["value"]), full=full, sigma=sigma, seed=seed, trials=trials
        )
    ]


def _loss_mc(chapter: Chapter, **options: Any) -> Verdict:
    formula = claim(chapter.formulas["value"], exact=False)
    return judges.judge_loss_mc(chapter.id, formula, full=chapter.id == "loss-full", **options)


def _moments_mc(chapter: Chapter, **options: Any) -> Verdict:
    return judges.judge_moment_mc(chapter.id, claim(chapter.formulas["value"], exact=False), ["S", "A", "S"], **options)


EXACT: dict[str, Callable[..., list[Verdict]]] = {
    "prediction": _prediction,
    "moments": _moments,
    "loss": _loss,
    "loss-full": _loss,
}
SAMPLED: dict[str, Callable[..., Verdict]] = {"moments": _moments_mc, "loss": _loss_mc, "loss-full": _loss_mc}
NOT_SAMPLED = {"prediction": "no mean to estimate; the exact judge compares the forward pass itself"}
