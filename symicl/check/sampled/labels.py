"""The Monte Carlo judge of a layer on prompts whose labels are a function of their inputs along one direction.

>>> import numpy as np
>>> judge_law_mc("nothing", None, np.sin, None).verdict
'skipped'
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Unpack

import numpy as np

from ..comparing import ask
from ..said import Said
from ..verdict import Verdict
from .monte_carlo import Prepared, _at, _Run
from .plan import AtSizes, Plan
from .prompts import BLOCKS, Array, Case, Prompts, predict


def judge_law_mc(
    id: str,
    square: Callable[..., Any] | None,
    phi: Callable[[Array], Array],
    weights: Callable[[Case], Any] | None,
    *,
    name: str = "",
    **sampling: Unpack[AtSizes],
) -> Verdict:
    """Is ``square(case, w)`` the mean square of ŷ − y_q for labels y = φ(⟨w, x⟩), with uU = ``weights(case)``?

    ``phi`` is a NumPy function; w is fixed, of length d.
    """
    run = _Run(Plan(**sampling), full=False)

    def prepare(case: Case, rng: np.random.Generator) -> Prepared:
        w = rng.standard_normal(case.d) / np.sqrt(case.d)
        layer = ask(lambda: _at(case, 1.0, weights(case)))  # type: ignore[misc]

        def statistic(here: Case, prompts: Prompts) -> Array:
            E = prompts.E.copy()
            E[-1] = phi(np.einsum("a,aib->ib", w, E[:-1]))
            target = E[-1, -1].copy()
            E[-1, -1] = 0.0
            return _squared(here, replace(prompts, E=E, target=target))

        return layer, ask(lambda: square(case, w)), statistic, ("examples", "query")  # type: ignore[misc]

    return run.verdict(id, Said("the mean square of the error on {name} prompts", name=name or "such"), square, prepare)


def judge_inputs_mc(
    id: str,
    square: Callable[..., Any] | None,
    weights: Callable[[Case], Any] | None,
    **sampling: Unpack[AtSizes],
) -> Verdict:
    """Is ``square(case)`` the mean square of ŷ − y_q for inputs x = A z, with uU = ``weights(case)`` of inputs C z?"""
    run = _Run(Plan(**sampling), full=False)

    def prepare(case: Case, rng: np.random.Generator) -> Prepared:
        there = ask(lambda: _at(case, 1.0, weights(case)))  # type: ignore[misc]
        return replace(there, C=case.A), ask(square, case), _squared, BLOCKS  # type: ignore[arg-type]

    return run.verdict(id, "the mean square of the error for inputs of another covariance", square, prepare)


def _squared(here: Case, prompts: Prompts) -> Array:
    return (predict(here, prompts.E) - prompts.target) ** 2


__all__ = ["judge_inputs_mc", "judge_law_mc"]
