"""Who judges the trained layer beside gradient descent, least squares and ridge regression."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from .. import check as judges
from ..check.verdict import Verdict
from ..proof.chapter import Chapter
from ..ridge import ridge_risk
from .formulas import claim

#: at what noise a row is judged that is about noisy labels
NOISE = {"gradient-descent": Fraction(3, 2)}


def _descent(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    options = {"seed": seed, "sigma": sigma, "trials": trials}
    layer, plain, best_step = (_at_length(claim(chapter.formulas[name])) for name in ("layer", "gd", "gd_step"))
    any_step, ridge = claim(chapter.claims["any_step"]), claim(chapter.claims["ridge_given_examples"])
    squares = claim(chapter.formulas["least_squares"])
    return [
        judges.judge_descent(
            chapter.id,
            layer,
            plain=plain,
            best_step=best_step,
            any_step=lambda instance, M, P: any_step(instance, M=M, P=P),
            least=_at_length(claim(chapter.claims["least"])),
            preconditioners=[claim(chapter.claims[f"preconditioner:{name}"]) for name in ("trained", "weights")],
            **options,
        ),
        judges.judge_least_squares(
            chapter.id, lambda instance, M: squares(instance, m=M - instance.d - 1, d=instance.d), **options
        ),
        judges.judge_ridge(chapter.id, lambda instance, X, level: ridge(instance, X=X, **{"lambda": level}), **options),
    ]


def _at_length(formula: Callable[..., Any]) -> Callable[..., Any]:
    """A formula that speaks of M, asked with the length of the test prompt."""
    return lambda instance, M: formula(instance, M=M)


def _predictors(chapter: Chapter, *, sigma: float, **options: Any) -> Verdict:
    """All four on real prompts; ridge regression, which has no closed form, with the quadrature of its integral.

    The layer was trained on prompts three examples longer.
    """
    layer, plain, squares = (claim(chapter.formulas[n], exact=False) for n in ("layer", "gd", "least_squares"))
    inverse, step = (
        claim(chapter.claims["preconditioner:trained"], exact=False),
        claim(chapter.formulas["gd_step"], exact=False),
    )
    longer, level = 3, 0.75 * sigma**2
    risks = {
        "layer": lambda case: layer(case, M=case.N, N=case.N + longer),
        "gd": lambda case: plain(case, M=case.N),
        "least_squares": lambda case: squares(case, m=case.N - case.d - 1, d=case.d),
        "ridge": lambda case: ridge_risk(case.Lambda.tolist(), case.N, sigma, level).value,
    }
    matrices = {
        "layer": lambda case: inverse(case, N=case.N + longer),
        "gd": lambda case: step(case, M=case.N),
        "ridge": lambda case: level,
    }
    return judges.judge_predictors_mc(chapter.id, risks, matrices, sigma=sigma, **options)


EXACT: dict[str, Callable[..., list[Verdict]]] = {"gradient-descent": _descent}
SAMPLED: dict[str, Callable[..., Verdict]] = {"gradient-descent": _predictors}
