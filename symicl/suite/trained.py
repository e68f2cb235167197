"""Who judges the trained layer on prompts of another length."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from .. import check as judges
from ..check.verdict import Verdict
from ..proof.chapter import Chapter
from .formulas import claim


def _trained(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    """The closed form on test prompts, the expansions of Γ⁻¹, and the mean square in its shares."""
    form, spread = claim(chapter.claims["closed-form"]), _at_length(claim(chapter.claims["covariance"]))
    inverses = [claim(chapter.formulas["Gamma_inverse"]), claim(chapter.result("expansion").statement.rhs)]
    parts = [_at_length(claim(chapter.formulas[name])) for name in ("share_of_M", "share_of_N")]

    def at(instance: Any, X: Any, w: Any, x_q: Any, epsilon: Any = None) -> Any:
        return form(instance, X=X, w=w, x_q=x_q, epsilon=epsilon)

    def prepare(instance: Any) -> Any:
        return instance.without_pq().with_weights(u=Fraction(1), U=judges.trained_weights(instance))

    return [
        judges.judge_prediction(
            chapter.id, at, test_prompt=True, prepare=prepare, sigma=sigma, seed=seed, trials=trials
        ),
        judges.judge_trained(
            chapter.id,
            _at_length(claim(chapter.formulas["mean_square"])),
            shares=lambda instance, M: [part(instance, M) for part in parts],
            inverses=inverses,
            spread=spread,
            sigma=sigma,
            seed=seed,
            trials=trials,
        ),
    ]


def _rates(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    value, bound = _at_length(claim(chapter.formulas["value"])), _at_length(claim(chapter.claims["bound"]))
    parts = [_at_length(claim(chapter.claims[name])) for name in ("share_of_M", "share_of_N")]
    return [
        judges.judge_trained(
            chapter.id,
            value,
            shares=lambda instance, M: [part(instance, M) for part in parts],
            bound=bound,
            sigma=sigma,
            seed=seed,
            trials=trials,
        )
    ]


def _at_length(formula: Callable[..., Any]) -> Callable[..., Any]:
    """A formula that speaks of M, asked with the length of the test prompt."""
    return lambda instance, M: formula(instance, M=M)


def _trained_mc(chapter: Chapter, **options: Any) -> Verdict:
    """Real test prompts of M examples, and a layer that was trained on prompts three examples longer."""
    name = "mean_square" if chapter.id == "trained-prediction" else "value"
    square = claim(chapter.formulas[name], exact=False)
    inverse = claim(chapter.claims["trained"], exact=False)
    longer = 3

    def point(case: Any, rng: Any) -> Any:
        return 1.0, inverse(case, N=case.N + longer)

    return judges.judge_optimum_mc(
        chapter.id, point, lambda case: square(case, M=case.N, N=case.N + longer) / 2, **options
    )


EXACT: dict[str, Callable[..., list[Verdict]]] = {"trained-prediction": _trained, "rates": _rates}
SAMPLED: dict[str, Callable[..., Verdict]] = {"trained-prediction": _trained_mc, "rates": _trained_mc}
