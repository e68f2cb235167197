"""Who judges gradient flow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import check as judges
from ..check.verdict import Verdict
from ..proof.chapter import Chapter
from .formulas import claim

#: what the judge calls the claims of the chapter
NAMES = ("speed:u", "speed:U", "kept", "least", "limit:u", "limit:U", "bound:uU", "bound:u", "bound:U")


class _Nothing:
    """An instance that gives no letter: all are given by name."""


def _by_name(expression: Any) -> Callable[..., Any]:
    value = claim(expression, exact=False)
    return lambda **letters: value(_Nothing(), **letters)


def _exact(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    """The speeds, in rationals: each is minus a derivative of the judge's own loss."""
    speeds = {name: claim(-chapter.claims[f"speed:{name}"]) for name in ("u", "U")}

    def gradient(instance: Any) -> dict[str, Any]:
        return {name: speed(instance) for name, speed in speeds.items()}

    return [judges.judge_gradient(chapter.id, gradient, full=False, sigma=sigma, seed=seed, trials=trials)]


def _integrated(chapter: Chapter, *, seed: int, samples: int, sigma: float) -> list[Verdict]:
    """The course of the flow, and plain gradient descent on real prompts."""
    claims = {name: _by_name(chapter.claims[name]) for name in NAMES}
    claims |= {name: _by_name(chapter.formulas[name]) for name in ("delta", "mu", "loss")}
    u, U = (claim(chapter.claims[f"limit:{name}"], exact=False) for name in ("u", "U"))
    return [
        judges.judge_flow(chapter.id, claims, seed=seed, sigma=sigma),
        judges.judge_descent_mc(chapter.id, lambda case: (u(case), U(case)), seed=seed, samples=samples, sigma=sigma),
    ]


EXACT: dict[str, Callable[..., list[Verdict]]] = {"flow": _exact}
SAMPLED: dict[str, Callable[..., Any]] = {"flow": _integrated}
NOT_ENCLOSED = {"flow": "a course in time, which is integrated without outward rounding; see the sampled judges"}
