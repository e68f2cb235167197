"""How often does the Monte Carlo judge reject a true formula?

The closed form L = ½u² tr(ΓΛUΛUᵀ) − u tr(Λ²Uᵀ) + ½ tr Λ, Γ = (1 + 1/N)Λ + (1/N) tr(Λ) I (arXiv:2306.09927, Lemma 5.2)
is typed in here.  Each seed draws new weights, a new Λ and new prompts; the rate of "fail" is printed beside the
nominal level, with its 95 % Clopper–Pearson interval.

    python tests/benchmarks/false_alarms.py [seeds [prompts]]
"""

from __future__ import annotations

import sys
from math import comb

import numpy as np

from symicl.check import Case, judge_loss_mc
from symicl.check.estimates import t_quantile
from symicl.check.monte_carlo import BATCHES, CASES
from symicl.check.monte_carlo import SAMPLES as DEFAULT

SEEDS, SAMPLES = 1000, 60_000


def closed_form(case: Case) -> float:
    """The loss at p = q = 0."""
    L, U, u, N, eye = case.Lambda, case.U, case.u, case.N, np.eye(case.d)
    G = (1 + 1 / N) * L + np.trace(L) / N * eye
    return float(u**2 * np.trace(G @ L @ U @ L @ U.T) / 2 - u * np.trace(L @ L @ U.T) + np.trace(L) / 2)


def binomial_interval(hits: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval for a proportion, by bisection of the binomial tails."""

    def at_most(k: int, rate: float) -> float:
        return sum(comb(total, j) * rate**j * (1 - rate) ** (total - j) for j in range(k + 1))

    def solve(k: int, target: float) -> float:
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if at_most(k, middle) > target else (low, middle)
        return low

    tail = (1 - level) / 2
    return (solve(hits - 1, 1 - tail) if hits else 0.0), (solve(hits, tail) if hits < total else 1.0)


def report(name: str, worst: list[float], limits: dict[float, float]) -> None:
    """One line a nominal level."""
    for level, limit in limits.items():
        hits = sum(z > limit for z in worst)
        low, high = binomial_interval(hits, len(worst))
        print(f"{name}  nominal {level:.3f}  measured {hits / len(worst):.4f}  [{low:.4f}, {high:.4f}]")


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    samples = int(sys.argv[2]) if len(sys.argv) > 2 else SAMPLES
    print(f"{seeds} seeds, {samples} prompts a judge call (the default is {DEFAULT}), cases {CASES}")
    limits = {a: t_quantile(1 - a / 2 / len(CASES), BATCHES - 1) for a in (0.05, 0.01, 0.001)}
    worst, scores = [], []
    for seed in range(seeds):
        verdict = judge_loss_mc("loss", closed_form, full=False, samples=samples, seed=seed)
        z = [record["z"] for record in verdict.numbers["cases"]]
        worst.append(max(map(abs, z)))
        scores += z
    report("all cases", worst, limits)
    for level in (0.05, 0.01):
        limit = t_quantile(1 - level / 2, BATCHES - 1)
        low, high = np.mean(np.array(scores) < -limit), np.mean(np.array(scores) > limit)
        print(f"one case   nominal {level:.3f}  too low {low:.4f}, too high {high:.4f}")


if __name__ == "__main__":
    main()
