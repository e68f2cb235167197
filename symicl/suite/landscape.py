"""Who judges the landscape of the loss: gradients, stationary points, the optimum."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from .. import check as judges
from ..check.verdict import Verdict
from ..proof.chapter import Chapter
from .formulas import claim, enclosure


def _gradient(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    reduced = {name: claim(chapter.formulas[name]) for name in ("u", "U")}
    full = {name: claim(chapter.formulas[f"full:{name}"]) for name in ("p", "u", "U", "q")}
    return [
        judges.judge_gradient(chapter.id, _together(reduced), full=False, sigma=sigma, seed=seed, trials=trials),
        judges.judge_gradient(chapter.id, _together(full), sigma=sigma, seed=seed, trials=(trials + 1) // 2),
    ]


def _together(parts: dict[str, Callable[..., Any]]) -> Callable[[Any], dict[str, Any]]:
    return lambda instance: {name: part(instance) for name, part in parts.items()}


def _stationary(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    inverse, value = claim(chapter.formulas["Gamma_inverse"]), claim(chapter.formulas["value"])
    return [
        judges.judge_stationary(
            chapter.id,
            _scaled(inverse),
            _flat,
            descent=_descent(chapter, claim),
            saddle_value=value,
            sigma=sigma,
            seed=seed,
            trials=trials,
        )
    ]


def _descent(chapter: Chapter, valued: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """The claimed direction of descent at a saddle, as a function of an instance and of u and U there."""
    speeds = {name: valued(chapter.claims[f"descent:{name}"]) for name in ("u", "U")}

    def descent(instance: Any, u: Any, U: Any) -> dict[str, Any]:
        at = instance.with_weights(u=u, U=U)
        return {name: speed(at) for name, speed in speeds.items()}

    return descent


def _scaled(inverse: Callable[..., Any]) -> Callable[..., Any]:
    """A random point with uU = Γ⁻¹."""

    def point(instance: Any, rng: Any) -> tuple[Any, Any]:
        u = Fraction(rng.choice([-3, -2, -1, 1, 2, 5]), rng.choice([1, 2, 3]))
        return u, [[entry / u for entry in row] for row in inverse(instance)]

    return point


def _flat(instance: Any, rng: Any) -> tuple[Any, Any]:
    """A random point with u = 0 and tr(Λ²Uᵀ) = 0: U less a multiple of I, of rank one or not, near or far out."""
    Λ, d = instance.Lambda, range(instance.d)
    square = [[sum(Λ[i][k] * Λ[k][j] for k in d) for j in d] for i in d]
    scale, a, b = rng.choice((1, 30)), *([rng.randint(-4, 4) for _ in d] for _ in range(2))
    full = rng.random() < 0.5
    U = [[Fraction(scale * (rng.randint(-4, 4) if full else a[i] * b[j])) for j in d] for i in d]
    slope = sum(square[i][j] * U[i][j] for i in d for j in d) / sum(square[i][i] for i in d)
    return Fraction(0), [[U[i][j] - (slope if i == j else 0) for j in d] for i in d]


def _optimum(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    square, least = claim(chapter.claims["square"]), claim(chapter.formulas["loss"])
    point = _scaled(claim(chapter.formulas["Gamma_inverse"]))
    return [judges.judge_optimum(chapter.id, square, point, least, sigma=sigma, seed=seed, trials=trials)]


def _stationary_enclosed(chapter: Chapter, **options: Any) -> Verdict:
    inverse, value = (enclosure(chapter.formulas[name]) for name in ("Gamma_inverse", "value"))
    return judges.judge_stationary_interval(chapter.id, inverse, _descent(chapter, enclosure), value, **options)


def _optimum_enclosed(chapter: Chapter, **options: Any) -> Verdict:
    """The closed form of the balanced point, roots and all."""
    least, u, U, inverse = (enclosure(chapter.formulas[name]) for name in ("loss", "u", "U", "Gamma_inverse"))
    return judges.judge_optimum_interval(chapter.id, least, lambda case: (u(case), U(case)), inverse, **options)


def _optimum_mc(chapter: Chapter, **options: Any) -> Verdict:
    """The loss at the balanced point, which is where training ends."""
    u, U = (claim(chapter.formulas[name], exact=False) for name in ("u", "U"))
    least = claim(chapter.formulas["loss"], exact=False)
    return judges.judge_optimum_mc(chapter.id, lambda case, rng: (u(case), U(case)), least, **options)


EXACT: dict[str, Callable[..., list[Verdict]]] = {
    "gradient": _gradient,
    "stationary": _stationary,
    "optimum": _optimum,
}
ENCLOSED: dict[str, Callable[..., Verdict]] = {"stationary": _stationary_enclosed, "optimum": _optimum_enclosed}
SAMPLED: dict[str, Callable[..., Verdict]] = {"optimum": _optimum_mc}
NOT_SAMPLED = {
    "gradient": "no mean to estimate; the loss it is the derivative of is sampled",
    "stationary": "no mean to estimate; the loss whose points these are is sampled",
}
