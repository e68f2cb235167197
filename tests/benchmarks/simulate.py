"""Time to a relative standard error of 1e-3 of the loss at the optimum, for each estimator and for plain NumPy.

Goals: ``conditional`` at least 100 ×, 500 ×, 3000 × faster than plain NumPy at (d, N) = (5, 50), (20, 200), (20, 1000),
``forward`` at most 3 × slower than plain NumPy; the cost of a value of ``wishart`` and ``conditional`` does not grow
with N.  The time is (relative variance of a value) · (seconds a value)/1e-6: what a run of that length would take.
Plain NumPy is what a skilled user writes, einsum or matmul on X and y without E, the fastest of its variants and of a
few batch sizes.  One process, one thread.
"""

from __future__ import annotations

import os

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import time  # noqa: E402
from collections.abc import Callable  # noqa: E402

import numpy as np  # noqa: E402

from symicl.simulate import ESTIMATORS, Moments, Setting  # noqa: E402

SIZES = ((5, 50), (20, 200), (20, 1000))
GOALS = {(5, 50): 100, (20, 200): 500, (20, 1000): 3000}
TARGET = 1e-3
SECONDS = 2.0


def plain_einsum(rng: np.random.Generator, s: Setting, count: int) -> np.ndarray:
    """X is B×N×d; two contractions by einsum."""
    X = rng.standard_normal((count, s.M, s.d)) @ s.C.T
    x_q, w = rng.standard_normal((count, s.d)) @ s.C.T, rng.standard_normal((count, s.d))
    y = np.einsum("bnd,bd->bn", X, w)
    h = np.einsum("bnd,bn->bd", X, y) / s.M
    return 0.5 * (np.einsum("bd,bd->b", h @ s.layer.G, x_q) - np.einsum("bd,bd->b", w, x_q)) ** 2


def plain_matmul(rng: np.random.Generator, s: Setting, count: int) -> np.ndarray:
    """The same by batched matrix products."""
    X = rng.standard_normal((count, s.M, s.d)) * np.sqrt(np.diag(s.Lambda))
    x_q, w = rng.standard_normal((count, s.d)) @ s.C.T, rng.standard_normal((count, s.d))
    y = X @ w[..., None]
    h = (X.transpose(0, 2, 1) @ y)[..., 0] / s.M
    return 0.5 * (((h @ s.layer.G - w) * x_q).sum(axis=1)) ** 2


def plain_last(rng: np.random.Generator, s: Setting, count: int) -> np.ndarray:
    """The same with the prompts on the last axis."""
    X = rng.standard_normal((s.d, s.M, count))
    X *= np.sqrt(np.diag(s.Lambda))[:, None, None]
    x_q, w = s.C @ rng.standard_normal((s.d, count)), rng.standard_normal((s.d, count))
    h = np.einsum("dnb,nb->db", X, np.einsum("dnb,db->nb", X, w)) / s.M
    return 0.5 * ((s.layer.G.T @ h - w) * x_q).sum(axis=0) ** 2


def measured(draw: Callable[[int], np.ndarray], count: int) -> tuple[float, float]:
    """Seconds a value (the best of several rounds of ``count``), and the relative variance of a value."""
    found, best, end = Moments(), float("inf"), time.perf_counter() + SECONDS
    while time.perf_counter() < end or found.count < 2 * count:
        start = time.perf_counter()
        values = draw(count)
        best = min(best, (time.perf_counter() - start) / count)
        found += Moments.of(values)
    return best, found.variance / found.mean**2


def plain(setting: Setting) -> tuple[float, float]:
    """The fastest of the variants of plain NumPy."""
    rng = np.random.default_rng(0)
    width = setting.d * setting.M
    tried = []
    for variant in (plain_einsum, plain_matmul, plain_last):
        for doubles in (1 << 15, 1 << 17, 1 << 20):
            count = max(1, doubles // width)
            repeat = max(1, 2000 // count)
            tried.append(
                measured(
                    lambda n, f=variant, c=count, r=repeat: np.concatenate([f(rng, setting, c) for _ in range(r)]),
                    count * repeat,
                )
            )
    return min(tried)[0], float(np.mean([variance for _, variance in tried]))


def in_turns(name: str, settings: list[Setting]) -> list[float]:
    """The best time of 20,000 values of each setting; they take turns, so that what else runs disturbs all alike."""
    best, rng = [float("inf")] * len(settings), np.random.default_rng(0)
    for _ in range(40):
        for i, setting in enumerate(settings):
            start = time.perf_counter()
            ESTIMATORS[name].draw(setting, rng, 20_000)
            best[i] = min(best[i], time.perf_counter() - start)
    return best


def main() -> None:
    """One table a size."""
    for d, N in SIZES:
        setting = Setting(d=d, N=N, Lambda={"name": "geometric", "condition": 4})
        base, variance = plain(setting)
        print(f"\nd = {d}, N = {N}: plain NumPy {base * 1e6:.2f} µs a value, relative variance {variance:.3g}")
        first = 1.0
        for name, each in ESTIMATORS.items():
            rng = np.random.default_rng(1)
            count = 20_000 if name in ("wishart", "conditional") else max(50, 4_000_000 // (d * N))
            seconds, spread = measured(lambda n, e=each, r=rng, s=setting: e.draw(s, r, n), count)
            spread = variance if name in ("forward", "statistic", "wishart") else spread  # one law, better known
            ratio = base * variance / (seconds * spread)
            first = ratio if name == "forward" else first
            goal = f"   goal {GOALS[d, N]}" if name == "conditional" else "   goal 0.33" if name == "forward" else ""
            times = f"{seconds / base:8.3f} × its time a value, {ratio:9.2f} × as fast to 1e-3"
            print(f"  {name:12} {times}, {ratio / first:9.2f} × as fast as forward{goal}")
    print("\ntime of a value beside that at N = 50, d = 5:")
    for name in ("wishart", "conditional"):
        found = in_turns(name, [Setting(d=5, N=N) for N in (50, 1_000, 1_000_000)])
        print(f"  {name:12} {found[1] / found[0]:.2f} × at N = 1000, {found[2] / found[0]:.2f} × at N = 1,000,000")


if __name__ == "__main__":
    main()
