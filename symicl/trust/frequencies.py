"""How often the Monte Carlo judge is right: its power against a wrong value, and its false alarms on a true one.

Both come from what the judge itself reports of each case, asked about another value: (1 + ε) times the true one for
its power, the true one at other levels for its false alarms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any

from .. import suite
from ..check.sampled.estimates import Estimate
from ..proof.chapter import Chapter

#: Relative errors, in which the power is asked for, and the levels that are promised.
ERRORS = (0.3, 0.1, 0.03, 0.01, 0.003)
LEVELS = (0.05, 0.01, 0.001)
JUDGE = "monte carlo"
#: With fewer runs a rate is not held against its promise.
ENOUGH = 1000


@dataclass(frozen=True)
class Power:
    """How many of ``runs`` rejected a value that is off by the share ``error``, at the judge's own level."""

    subject: str
    samples: int
    error: float
    rejected: int
    runs: int


@dataclass(frozen=True)
class Alarms:
    """How many of ``runs`` rejected the true value at a promised level."""

    subject: str
    samples: int
    level: float
    rejected: int
    runs: int

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval for the rate."""
        return wilson(self.rejected, self.runs)

    @property
    def rate(self) -> float:
        """The share that was rejected."""
        return self.rejected / self.runs

    @property
    def verdict(self) -> str:
        """Whether the promise lies in the interval; nothing where there are too few runs to say."""
        low, high = self.interval
        if self.runs < ENOUGH:
            return ""
        if low <= self.level <= high:
            return "as promised"
        return "more than promised" if self.level < low else "less than promised"


def wilson(hits: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """The score interval for a proportion (E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209).

    >>> [round(end, 3) for end in wilson(5, 100)]
    [0.022, 0.112]
    """
    z, rate = NormalDist().inv_cdf((1 + level) / 2), hits / total
    middle, share = rate + z**2 / (2 * total), 1 + z**2 / total
    half = z * sqrt(rate * (1 - rate) / total + z**2 / (4 * total**2))
    return (middle - half) / share, (middle + half) / share


def cases(chapter: Chapter, seed: int, samples: int) -> list[tuple[float, Estimate]]:
    """What the judge reports of each of its cases: the value that is claimed, and the estimate of it."""
    numbers = suite.judge(chapter, seed=seed, samples=samples, by=(JUDGE,))[0].numbers
    return [(case["formula"], _estimate(case, numbers["batches"])) for case in numbers["cases"]]


def _estimate(case: Any, batches: int) -> Estimate:
    fields = {name: case[name] for name in ("mean", "error", "samples", "skewness", "kurtosis")}
    return Estimate(batches=batches, **fields)


def rejects(seen: Iterable[tuple[float, Estimate]], level: float, error: float = 0.0) -> bool:
    """Whether the judge rejects (1 + error) times the value, at a level that is shared among its cases."""
    pairs = list(seen)
    return any(abs(found.z((1 + error) * value)) > found.limit(level / len(pairs)) for value, found in pairs)


def power(chapter: Chapter, samples: int, seeds: Iterable[int], level: float) -> list[Power]:
    """The power against each of ``ERRORS``, half of the runs above the true value and half below."""
    counts, runs = dict.fromkeys(ERRORS, 0), 0
    for seed in seeds:
        seen, runs = cases(chapter, seed, samples), runs + 1
        for error in ERRORS:
            counts[error] += rejects(seen, level, error if seed % 2 else -error)
    return [Power(chapter.id, samples, error, count, runs) for error, count in counts.items()]


def alarms(chapter: Chapter, samples: int, seeds: Iterable[int]) -> list[Alarms]:
    """The false alarms at each of ``LEVELS``."""
    counts, runs = dict.fromkeys(LEVELS, 0), 0
    for seed in seeds:
        seen, runs = cases(chapter, seed, samples), runs + 1
        for level in LEVELS:
            counts[level] += rejects(seen, level)
    return [Alarms(chapter.id, samples, level, count, runs) for level, count in counts.items()]
