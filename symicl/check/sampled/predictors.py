"""The Monte Carlo judge of four predictors: each is run on real prompts, and its mean square compared with a claim.

The trained layer is the real forward pass; gradient descent takes its step; least squares and ridge regression solve
their equations for every prompt.  N of a case is the length of these test prompts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Unpack

import numpy as np

from ...errors import UserError
from ..comparing import ask
from ..said import Said, sizes
from ..verdict import Verdict
from .monte_carlo import Prepared, _Run
from .plan import Plan, Sampling
from .prompts import BLOCKS, Array, Case, Prompts, predict

#: for each predictor the sizes (d, N) at which it is looked at; no size twice, so that a score says which it is
CASES: Mapping[str, tuple[tuple[int, int], ...]] = {
    "layer": ((2, 5), (3, 10), (5, 20)),
    "gd": ((2, 6), (3, 9), (4, 15)),
    "least_squares": ((2, 10), (3, 12), (4, 16)),
    "ridge": ((1, 3), (2, 4), (3, 5), (4, 3)),
}
#: what a person calls each
SAID = {
    "layer": "the trained layer",
    "gd": "a step of gradient descent",
    "least_squares": "least squares",
    "ridge": "ridge regression",
}
#: what is drawn wide: what the answer depends on and no inverse
WIDE = {"layer": BLOCKS, "gd": BLOCKS, "least_squares": ("query",), "ridge": ("query", "task")}
Claims = Mapping[str, Callable[..., Any]]


def judge_predictors_mc(
    id: str,
    risks: Claims,
    matrices: Claims,
    *,
    sigma: float,
    cases: Mapping[str, Sequence[tuple[int, int]]] = CASES,
    **sampling: Unpack[Sampling],
) -> Verdict:
    """Is ``risks[name](case)`` the mean square E(ŷ − ⟨w, x_q⟩)² of each predictor named in ``cases``?

    ``matrices["layer"](case)`` is uU of the trained layer, ``matrices["gd"](case)`` the step size and
    ``matrices["ridge"](case)`` is λ.  For ridge regression Λ is a multiple of I.  ``UserError`` for another name.
    """
    if unknown := set(cases) - set(CASES):
        raise UserError(f"no predictor is called {min(unknown)!r}; there are {', '.join(CASES)}")
    names = [name for name, sizes in cases.items() for _ in sizes]
    plan = Plan([size for sizes in cases.values() for size in sizes], **sampling)
    run = _Run(plan, sigma=sigma)
    run.cases = [_isotropic(case) if name == "ridge" else case for name, case in zip(names, run.cases, strict=True)]
    run.samples = [max(plan.samples // len(names), 2 * plan.batches)] * len(names)
    waiting = iter(names)

    def prepare(case: Case, rng: np.random.Generator) -> Prepared:
        name = next(waiting)
        made = ask(matrices[name], case) if name in matrices else None

        def missed(here: Case, prompts: Prompts) -> Array:
            clean = np.einsum("ab,ab->b", prompts.w, prompts.x_q)
            return (PREDICTORS[name](here, prompts, made) - clean) ** 2

        return case, ask(risks[name], case), missed, WIDE[name]

    each = tuple(Said("{name} at {where}", name=SAID[name], where=sizes(pairs)) for name, pairs in cases.items())
    return run.verdict(id, Said("the mean square of {each}", each=each), risks if risks else None, prepare)


def _isotropic(case: Case) -> Case:
    return replace(case, C=case.C[0, 0] * np.eye(case.d))


def _layer(case: Case, prompts: Prompts, weights: Any) -> Array:
    """The forward pass with u = 1 and p = q = 0."""
    nothing = np.zeros(case.d)
    return predict(case.with_weights(u=1.0, U=weights, p=nothing, q=nothing), prompts.E)


def _plain_step(case: Case, prompts: Prompts, size: Any) -> Array:
    """−η∇J(0) applied to the query."""
    slope = -np.einsum("aib,ib->ab", prompts.X, prompts.y) / case.N
    return np.einsum("ab,ab->b", -float(size) * slope, prompts.x_q)


def _least_squares(case: Case, prompts: Prompts, made: Any) -> Array:
    return _solved(prompts, 0.0)


def _ridge(case: Case, prompts: Prompts, level: Any) -> Array:
    return _solved(prompts, float(level))


def _solved(prompts: Prompts, level: float) -> Array:
    """The query's answer from (λI + XXᵀ) b = Xy."""
    X, y = np.moveaxis(prompts.X, -1, 0), np.moveaxis(prompts.y, -1, 0)
    gram = X @ X.transpose(0, 2, 1) + level * np.eye(X.shape[1])
    found = np.linalg.solve(gram, X @ y[..., None])[..., 0]
    return np.einsum("ba,ab->b", found, prompts.x_q)


PREDICTORS: Mapping[str, Callable[[Case, Prompts, Any], Array]] = {
    "layer": _layer,
    "gd": _plain_step,
    "least_squares": _least_squares,
    "ridge": _ridge,
}
