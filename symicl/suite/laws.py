"""Who judges the trained layer on prompts of other laws."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from .. import check as judges
from ..check.verdict import Verdict
from ..derivations import derive
from ..proof.chapter import Chapter
from .formulas import claim

#: The named tasks that are powers of ⟨w, x⟩.
POWERS = {"linear": 1, "quadratic": 2, "cubic": 3}
#: By how much the prompts of training are longer than those of the test.
LONGER = 3


def _risk(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    value = claim(chapter.formulas["value"])

    def excess(instance: Any, M: int, a: Any, Sigma: Any) -> Any:
        return value(instance, M=M, a=a, Sigma=Sigma)

    return [judges.judge_law(chapter.id, excess, judges.mixed, seed=seed, trials=(trials + 1) // 2)]


def _formula(chapter: Chapter, name: str) -> Any:
    return chapter.formulas[name] if name in chapter.formulas else chapter.claims[name]


def _nonlinear(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    verdicts = []
    for name, power in POWERS.items():
        claims = [claim(_formula(chapter, f"{name}_{key}")) for key in ("excess", "a", "Sigma", "limit")]
        verdicts.append(
            judges.judge_law(
                chapter.id,
                claims[0],
                judges.power_of(power),
                predictor=tuple(claims[1:]),
                sigma=sigma or Fraction(1, 2),
                seed=seed,
                trials=(trials + 1) // 2 if power < 3 else 1,
            )
        )
    return verdicts


def _weights() -> Callable[[Any], Any]:
    """uU of the layer that training on prompts without noise, longer than those of the test, ends at."""
    inverse = claim(derive("optimum").formulas["Gamma_inverse"], exact=False)
    return lambda case: inverse(case, N=case.N + LONGER)


def _nonlinear_mc(chapter: Chapter, *, seed: int, samples: int, sigma: Any) -> list[Verdict]:
    """Tasks that are no polynomials, without noise; the layer was trained on prompts three examples longer."""
    import numpy as np

    functions = {"relu": lambda t: np.maximum(t, 0.0), "sine": np.sin}
    return [
        judges.judge_law_mc(
            chapter.id,
            _mean_square(chapter, name),
            phi,
            _weights(),
            name=name,
            seed=seed,
            samples=samples // len(functions),
        )
        for name, phi in functions.items()
    ]


def _mean_square(chapter: Chapter, name: str) -> Callable[..., Any]:
    parts = [claim(_formula(chapter, f"{name}_{key}"), exact=False) for key in ("limit", "excess")]

    def value(case: Any, w: Any) -> Any:
        given = {"w": [[entry] for entry in w], "sigma": 0.0, "M": case.N, "N": case.N + LONGER}
        return sum(part(case, **given) for part in parts)

    return value


def _risk_mc(chapter: Chapter, **options: Any) -> list[Verdict]:
    """The risk of quadratic labels, whose a and Σ are worked out by hand: a = 0, Σ = 3s⁴Λ + 12s²Λw(Λw)ᵀ."""
    import numpy as np

    value = claim(chapter.formulas["value"], exact=False)

    def square(case: Any, w: Any) -> Any:
        turned = case.Lambda @ w
        size = float(w @ turned)
        Sigma = 3 * size**2 * case.Lambda + 12 * size * np.outer(turned, turned)
        return 3 * size**2 + value(case, M=case.N, N=case.N + LONGER, a=np.zeros(case.d), Sigma=Sigma)

    options.pop("sigma")
    return [judges.judge_law_mc(chapter.id, square, np.square, _weights(), name="quadratic", **options)]


def _shifts(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    task, query, inputs = (claim(chapter.formulas[name]) for name in ("task", "query", "covariate"))
    missed = claim(chapter.formulas["chosen"])
    limit = claim(chapter.formulas["covariate_limit"])
    answer = claim(chapter.result("chosen").statement.rhs)
    claims = {
        "task": lambda instance, M: task(instance, M=M, w=_column(instance.q)),
        "query": lambda instance, M: query(instance, M=M, x_q=_column(instance.p)),
        "covariate": lambda instance, M: inputs(instance, M=M, Lambda_test=_gram(instance.A)),
        "covariate limit": lambda instance, M: limit(instance, Lambda_test=_gram(instance.A)),
        "chosen": answer,
        "chosen error": lambda instance, v: missed(instance, v=v),
    }
    return [judges.judge_shifts(chapter.id, claims, seed=seed, trials=trials)]


def _column(entries: Any) -> list[list[Any]]:
    return [[entry] for entry in entries]


def _gram(rows: Any) -> list[list[Any]]:
    """A Aᵀ."""
    return [[sum(a * b for a, b in zip(one, other, strict=True)) for other in rows] for one in rows]


def _shifts_mc(chapter: Chapter, *, seed: int, samples: int, sigma: Any) -> Verdict:
    square = claim(chapter.formulas["covariate"], exact=False)

    def value(case: Any) -> Any:
        return square(case, M=case.N, N=case.N + LONGER, Lambda_test=case.A @ case.A.T)

    return judges.judge_inputs_mc(chapter.id, value, _weights(), seed=seed, samples=samples)


def _learnability(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    eta, M, N_squared = (claim(chapter.formulas[name]) for name in ("eta", "M", "N_squared"))

    def at(formula: Callable[..., Any]) -> Callable[..., Any]:
        return lambda instance, epsilon=0: formula(instance, w=_column(instance.q), epsilon=epsilon)

    return [judges.judge_learning(chapter.id, at(eta), at(M), at(N_squared), seed=seed, trials=trials)]


def _nonlinear_enclosed(chapter: Chapter, *, seed: int, trials: int, **options: Any) -> Verdict:
    def claims(name: str) -> list[Callable[..., Any]]:
        parts = [claim(_formula(chapter, f"{name}_{key}"), exact=False) for key in ("limit", "excess")]
        return [lambda instance, M, w, part=part: part(instance, M=M, w=w, sigma=0) for part in parts]

    return judges.judge_law_interval(
        chapter.id, {name: claims(name) for name in ("relu", "sine")}, seed=seed, trials=trials
    )


EXACT: dict[str, Callable[..., list[Verdict]]] = {
    "risk": _risk,
    "nonlinear": _nonlinear,
    "shifts": _shifts,
    "learnability": _learnability,
}
ENCLOSED: dict[str, Callable[..., Verdict]] = {"nonlinear": _nonlinear_enclosed}
SAMPLED: dict[str, Callable[..., Any]] = {"risk": _risk_mc, "nonlinear": _nonlinear_mc, "shifts": _shifts_mc}
NOT_SAMPLED = {"learnability": "its mean squares are those of `shifts`, which are sampled there"}
