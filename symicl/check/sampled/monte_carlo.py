"""The Monte Carlo judges: real prompts, the real forward pass on E, and a z-score.

Each compares a claimed value, a plain Python callable of a ``Case`` (NumPy numbers), with a mean over random prompts,
at a few sizes (d, N) and random weights.  A verdict fails where |z| passes Student's quantile at the two-sided level
alpha/(number of cases), so that a true claim fails with probability about alpha; there is no tolerance.  The summand
is skewed with heavy tails: prompts are drawn wide and weighted (see ``prompts.draw``), which lightens the tails, and
what is left of that is taken into account (see ``estimates``).  ``symicl trust`` measures the rate of false alarms.

``samples`` prompts in all are shared among the cases in inverse proportion to the size of E, so that each case takes
about the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from math import isfinite
from random import Random
from typing import Any, Unpack

import numpy as np

from ...errors import SymiclError, UserError
from ..comparing import Refuted, ask
from ..said import Said, at, sizes, stopped
from ..verdict import Verdict
from .estimates import Estimate, estimate
from .plan import AtSizes, Plan
from .prompts import BLOCKS, Array, Case, Prompts, draw, predict, random_case
from .word_samples import drawn, trace_samples, word_shape

JUDGE = "monte carlo"
Statistic = Callable[[Case, Prompts], Array]
#: The case, the claimed value, the statistic that has it as its mean, and what of a prompt that depends on.
Prepared = tuple[Case, Any, Statistic, Collection[str]]


def judge_loss_mc(
    id: str,
    formula: Callable[[Case], Any],
    *,
    full: bool = True,
    sigma: float = 0.0,
    noisy_target: bool = False,
    **sampling: Unpack[AtSizes],
) -> Verdict:
    """Is ``formula(case)`` the population loss ½E(ŷ − y_q)²?"""
    run = _Run(Plan(**sampling), full=full, sigma=sigma, noisy_target=noisy_target)
    subject = "the loss over prompts" if full else "the loss over prompts at p = q = 0"
    return run.verdict(id, subject, formula, lambda case, rng: (case, ask(formula, case), _loss, BLOCKS))


def judge_optimum_mc(
    id: str,
    minimiser: Callable[[Case, Random], tuple[Any, Any]],
    least: Callable[[Case], Any],
    *,
    sigma: float = 0.0,
    **sampling: Unpack[AtSizes],
) -> Verdict:
    """Is ``least(case)`` the loss at p = q = 0 and the weights (u, U) = ``minimiser(case, rng)``?"""
    run = _Run(Plan(**sampling), full=False, sigma=sigma)

    def prepare(case: Case, rng: np.random.Generator) -> Prepared:
        there = ask(lambda: _at(case, *minimiser(case, Random(run.plan.seed))))
        return there, ask(least, case), _loss, BLOCKS

    return run.verdict(id, "the loss at the claimed minimiser", None if minimiser is None else least, prepare)


def _at(case: Case, u: Any, U: Any) -> Case:
    """The setting at the weights u, U and p = q = 0."""
    return case.with_weights(u=u, U=U, p=np.zeros(case.d), q=np.zeros(case.d))


def judge_moment_mc(
    id: str,
    formula: Callable[[Case], Any],
    factors: Sequence[Any] | Callable[[Case], Sequence[Any]],
    *,
    sigma: float = 0.0,
    **sampling: Unpack[AtSizes],
) -> Verdict:
    """Is ``formula(case)`` the mean of the word ``factors`` (as in ``words.moment``, with arrays for constants)?

    A matrix is compared through tr(B·word) for one random matrix B of each case.
    """
    run = _Run(Plan(**sampling), sigma=sigma)

    def prepare(case: Case, rng: np.random.Generator) -> Prepared:
        word = factors(case) if callable(factors) else factors
        rows, columns = word_shape(case, word)
        B = rng.standard_normal((columns, rows))
        claimed = ask(lambda: np.asarray(formula(case), dtype=float))
        claimed = claimed.reshape(rows, columns) if claimed.size == rows == columns == 1 else claimed
        if claimed.shape != (rows, columns):
            raise Refuted(f"the formula gives a matrix of shape {claimed.shape}, it should be {(rows, columns)}")
        return case, np.trace(B @ claimed), lambda here, prompts: trace_samples(here, prompts, B, word), drawn(word)

    return run.verdict(id, "tr(B·word) for a random B", formula, prepare)


def _loss(case: Case, prompts: Prompts) -> Array:
    """½(ŷ − y_q)² for each prompt."""
    return 0.5 * (predict(case, prompts.E) - prompts.target) ** 2


def _real(value: Any) -> float:
    """The claimed value as a float; ``Refuted`` unless it is one finite real number."""
    try:
        number = float(np.asarray(value).item() if hasattr(value, "shape") else value)
    except (TypeError, ValueError) as trouble:
        raise Refuted(f"the formula gives {value!r}, not a real number: {trouble}") from trouble
    if not isfinite(number):
        raise Refuted(f"the formula gives {number}, not a finite number")
    return number


class _Run:
    """The cases of one judge call, with their seeds and their shares of the samples."""

    def __init__(self, plan: Plan, **options: Any) -> None:
        self.plan, cases = plan, plan.cases
        streams = np.random.SeedSequence(plan.seed).spawn(2 * len(cases))
        self.weights = [np.random.default_rng(stream) for stream in streams[::2]]
        self.prompts = [np.random.default_rng(stream) for stream in streams[1::2]]
        self.cases = [
            given if isinstance(given, Case) else random_case(rng, *given, **options)
            for given, rng in zip(cases, self.weights, strict=True)
        ]
        shares = [1 / ((case.d + 1) * (case.N + 1)) for case in self.cases]
        self.samples = [round(plan.samples * share / sum(shares)) for share in shares]

    def verdict(self, id: str, subject: str, formula: Any, prepare: Callable[..., Prepared]) -> Verdict:
        """Every case's claim against its samples, as ``prepare(case, rng)`` gives them."""
        if formula is None or not self.cases:
            return Verdict(id, JUDGE, "skipped", "no case was asked for" if formula else "no formula was given")
        records = []
        for k, given in enumerate(self.cases):
            size = {"d": given.d, "N": given.N}
            try:
                case, claim, statistic, wide = prepare(given, self.weights[k])
                value, found = _real(claim), self._estimate(k, case, statistic, wide)
                records.append(size | self._record(value, found))
            except Refuted as refuted:
                return Verdict(id, JUDGE, "fail", at(given.d, given.N, refuted), size)
            except SymiclError as trouble:
                return Verdict(id, JUDGE, "skipped", stopped(trouble), size)
        return self._judge(id, subject, records)

    def _estimate(self, k: int, case: Case, statistic: Statistic, wide: Collection[str]) -> Estimate:
        width = (case.d + 1) * (case.N + 1)
        rng = self.prompts[k]

        def weighted(count: int) -> Array:
            prompts = draw(rng, case, count, wide)
            value = statistic(case, prompts)
            if not np.ptp(value):
                raise UserError("the samples do not vary, so there is no z-score")
            return prompts.weight * value

        found = estimate(weighted, self.samples[k], width, batches=self.plan.batches)
        if not isfinite(found.error):
            raise Refuted(f"the samples are not finite: their mean is {found.mean}")
        return found

    def _record(self, value: float, found: Estimate) -> dict[str, Any]:
        return {
            "formula": value,
            "mean": found.mean,
            "half_width": found.half_width(),
            "error": found.error,
            "skewness": found.skewness,
            "kurtosis": found.kurtosis,
            "z": found.z(value),
            "limit": found.limit(self.plan.alpha / len(self.cases)),
            "samples": found.samples,
            "seed": self.plan.seed,
        }

    def _judge(self, id: str, subject: str, records: list[dict[str, Any]]) -> Verdict:
        worst = max(records, key=lambda record: abs(record["z"]) / record["limit"])
        limit = worst["limit"]
        outcome = "fail" if abs(worst["z"]) > limit else "pass"
        detail = Said(
            "{subject}: z-scores at (d, N) {scores}; allowed |z| ≤ {limit}, which is level {alpha} over {cases} cases; "
            "at {where} the formula gives {formula}, the mean is {mean} ± {half} (95 %); {prompts} prompts, "
            "{batches} batches a case, seed {seed}",
            subject=subject,
            scores=", ".join(f"({r['d']}, {r['N']}): {r['z']:+.2f}" for r in records),
            **{"limit": f"{limit:.2f}", "alpha": f"{self.plan.alpha:g}", "cases": len(records)},
            **{"where": sizes([(worst["d"], worst["N"])]), "formula": f"{worst['formula']:.6g}"},
            **{"mean": f"{worst['mean']:.6g}", "half": f"{worst['half_width']:.2g}"},
            **{"prompts": sum(r["samples"] for r in records), "batches": self.plan.batches, "seed": self.plan.seed},
        )
        evidence = {"cases": tuple(records), "alpha": self.plan.alpha, "limit": limit, "batches": self.plan.batches}
        return Verdict(id, JUDGE, outcome, detail, evidence)
