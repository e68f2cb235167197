"""The Monte Carlo judge of prompts that have a covariance of their own: real forward passes, Λ drawn in each prompt.

The eigenvalues are drawn by NumPy from a law with a name, independent over coordinates and prompts.

>>> sorted(SAMPLERS)
['exponential', 'gamma', 'two-point', 'uniform']
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Unpack

import numpy as np

from ..comparing import ask
from ..said import Said
from ..verdict import Verdict
from .monte_carlo import Prepared, _loss, _Run
from .plan import Plan, Sampling
from .prompts import BLOCKS, Array, Case, Prompts

Sampler = Callable[..., Array]
#: How eigenvalues of a law are drawn: the generator, the shape, the parameters.
SAMPLERS: Mapping[str, Sampler] = {
    "exponential": lambda rng, shape, rate: rng.exponential(1 / rate, shape),
    "uniform": lambda rng, shape, low, high: rng.uniform(low, high, shape),
    "gamma": lambda rng, shape, k, theta: rng.gamma(k, theta, shape),
    "two-point": lambda rng, shape, a, b, p: b + (a - b) * (rng.random(shape) < p),
}
#: (d, N), the law and its parameters
CASES: tuple[tuple[tuple[int, int], str, tuple[float, ...]], ...] = (
    ((2, 5), "exponential", (1.0,)),
    ((3, 10), "uniform", (0.5, 2.0)),
    ((2, 8), "gamma", (2.0, 0.5)),
    ((4, 15), "two-point", (0.5, 2.0, 0.3)),
)


def judge_random_covariance_mc(
    id: str,
    diagonal: Callable[..., Any],
    formula: Callable[..., Any],
    *,
    cases: Sequence[Any] = CASES,
    **sampling: Unpack[Sampling],
) -> Verdict:
    """Is ``formula(case, law, parameters)`` the loss of the layer with uU = ``diagonal(case, law, parameters)`` · I?"""
    run = _Run(Plan([size for size, *_ in cases], **sampling), full=False)
    laws = iter([(law, parameters) for _, law, parameters in cases])

    def prepare(case: Case, rng: np.random.Generator) -> Prepared:
        law, parameters = next(laws)
        scale = ask(lambda: float(diagonal(case, law, parameters)))
        there = replace(case, C=np.eye(case.d)).with_weights(u=1.0, U=scale * np.eye(case.d))

        def statistic(here: Case, prompts: Prompts) -> Array:
            count = prompts.target.shape[0]
            return _loss(here, stretched(prompts, SAMPLERS[law](rng, (here.d, count), *parameters)))

        return there, ask(formula, case, law, parameters), statistic, BLOCKS

    subject = Said("the loss at the claimed optimum, eigenvalues {laws}", laws=tuple(law for _, law, _ in cases))
    return run.verdict(id, subject, formula, prepare)


def stretched(prompts: Prompts, eigenvalues: Array) -> Prompts:
    """Prompts of white inputs, each with the diagonal covariance whose eigenvalues, d×B, are given."""
    d = len(eigenvalues)
    E = prompts.E.copy()
    E[:d] *= np.sqrt(eigenvalues)[:, None]
    y = np.einsum("aib,ab->ib", E[:d], prompts.w)
    E[d, :-1] = y[:-1]
    return replace(prompts, E=E, target=y[-1])
