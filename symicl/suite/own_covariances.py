"""Who judges the prompts that have covariances of their own."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from .. import check as judges
from ..check.verdict import Verdict
from ..derivations.eigenvalue_laws import LAWS
from ..language.numeric import Law, evaluate
from ..proof.chapter import Chapter
from .formulas import claim


def _seen(law: Any) -> Any:
    """A judge's law by the names of the letters; each of its outcomes is a value of the random letter."""
    outcomes = Law(tuple((probability, instance.Lambda) for probability, instance in law.outcomes))
    moments = {f"m_{k}": m for k, m in enumerate(law.moments, 1)}
    return SimpleNamespace(d=law.d, N=law.N, u=law.u, U=law.U, Lambda_tau=outcomes, Sigma_tau=outcomes, **moments)


def _claim(chapter: Chapter, name: str) -> Callable[..., Any]:
    """A formula of the chapter, asked with a law and what else has a value."""
    formula = claim(chapter.formulas[name] if name in chapter.formulas else chapter.claims[name])
    return lambda law, **more: formula(_seen(law), **more)


def _exact(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    names = ("diagonal-loss", "best", "least", "rest", "upper")
    whole = {name.removeprefix("diagonal-"): _claim(chapter, name) for name in names}
    whole["limit"] = whole.pop("rest")
    at_length, left, least = (_claim(chapter, name) for name in ("at-length", "general-left", "general-least"))
    whole["at-length"] = lambda law, M: at_length(law, M=M)
    general = {name: _claim(chapter, f"general-{name}") for name in ("loss", "right")}
    general |= {"left": lambda law, H: left(law, H=H), "least": lambda law, H: least(law, H=H)}
    closed = {name: _claim(chapter, name) for name in ("uU", "loss", "limit")}
    return [
        judges.judge_diagonal_covariance(chapter.id, whole, seed=seed, trials=trials),
        judges.judge_independent_eigenvalues(chapter.id, closed, seed=seed, trials=(trials + 1) // 2),
        judges.judge_any_covariance(chapter.id, general, seed=seed, trials=(trials + 1) // 2),
    ]


def _sampled(chapter: Chapter, **options: Any) -> Verdict:
    """The layer that the closed form gives for a law with a name, on prompts drawn from that law."""
    options.pop("sigma")
    scale, loss = (claim(chapter.formulas[name], exact=False) for name in ("uU", "loss"))
    return judges.judge_random_covariance_mc(
        chapter.id,
        lambda case, name, parameters: scale(case, **moments_of(name, parameters)),
        lambda case, name, parameters: loss(case, **moments_of(name, parameters)),
        **options,
    )


def moments_of(name: str, parameters: Any) -> dict[str, Any]:
    """The moments of a law with a name at numbers, as the chapter has them."""
    law = LAWS[name]
    given = [*parameters, 1 - parameters[-1]] if name == "two-point" else parameters
    values = {letter: Fraction(value) for letter, value in zip(law.parameters, given, strict=True)}
    return {f"m_{k}": float(evaluate(m, values)) for k, m in enumerate(law.moments, 1)}


EXACT: dict[str, Callable[..., list[Verdict]]] = {"random-covariance": _exact}
SAMPLED: dict[str, Callable[..., Verdict]] = {"random-covariance": _sampled}
