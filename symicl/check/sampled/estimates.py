"""A mean from many samples, its interval, and its z-score against a claimed value.

The samples are summed into batches (sample k goes to batch k mod ``batches``), and the spread of the batch means
gives the error of the mean: batch means are closer to normal than the samples, whose law is skewed with heavy tails.
What is left of that is taken into account: skewness in the score, and heavy tails in the degrees of freedom of the
error, which is then less sure than its number of batches says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError

DOUBLES = 1 << 16  # the most numbers that one chunk of prompts holds (0.5 MiB), where 2·batches prompts need no more


@dataclass(frozen=True)
class Estimate:
    """``mean`` of ``samples`` values and its standard error ``error``, from ``batches`` batch means.

    ``skewness`` and ``kurtosis`` are those of the batch means; a normal law has 0 and 3.
    """

    mean: float
    error: float
    samples: int
    batches: int
    skewness: float = 0.0
    kurtosis: float = 3.0

    @property
    def freedom(self) -> float:
        """The degrees of freedom of the χ² law that is as wide as the law of the error.

        Var s²/σ⁴ is (κ − (n − 3)/(n − 1))/n for n values of kurtosis κ, which gives n − 1 for a normal law
        (B. O'Neill, The American Statistician 68 (2014) 282).  Tails lighter than normal are not counted.
        """
        n = self.batches
        return 2 * n / (max(self.kurtosis, 3.0) - (n - 3) / (n - 1))

    def half_width(self, level: float = 0.95) -> float:
        """Half the two-sided confidence interval."""
        return self.error * self.limit(1 - level)

    def limit(self, alpha: float) -> float:
        """What |z| passes with probability ``alpha`` where the value is the true one."""
        return t_quantile(1 - alpha / 2, self.freedom)

    def z(self, value: float) -> float:
        """The t statistic (mean − value)/error with ``freedom`` degrees of freedom, freed of its skewness.

        Where the batch means are skewed to the right, a mean that is too low comes with an error that is too small.
        Hall's transformation t + γt²/3 + γ²t³/27 + γ/6n of t = (mean − value)/σ takes that out to first order and,
        unlike a correction by the square alone (Johnson 1978), grows with t, so that no claim passes for being far
        off (P. Hall, J. R. Statist. Soc. B 54 (1992) 221).

        >>> plain, skewed = Estimate(1.0, 0.1, 512, 256), Estimate(1.0, 0.1, 512, 256, skewness=1.0)
        >>> round(plain.z(1.3), 3), round(skewed.z(1.3), 3), round(skewed.z(0.7), 3)
        (-3.0, -2.806, 3.202)
        """
        n, skew = self.batches, self.skewness
        t = (self.mean - value) / self.error / sqrt(n)
        return sqrt(n) * (t + skew * t**2 / 3 + skew**2 * t**3 / 27 + skew / (6 * n))


def estimate(statistic: Callable[[int], NDArray[np.float64]], samples: int, width: int, batches: int) -> Estimate:
    """The mean of ``statistic(count)``, an array of ``count`` independent values, over at least ``samples`` values.

    ``width`` numbers are held for each value; chunks are as large as fits into ``DOUBLES`` numbers, in multiples of
    ``batches``.  ``UserError`` for fewer than 64 batches or fewer than two values a batch.

    >>> rng = np.random.default_rng(0)
    >>> found = estimate(rng.standard_normal, 20_000, 1, 256)
    >>> found.samples, abs(found.z(0.0)) < 4
    (20224, True)
    """
    if batches < 64 or samples < 2 * batches:
        raise UserError(f"{samples} samples in {batches} batches: at least 64 batches of at least 2 are needed")
    each = -(-samples // batches)
    step = max(1, DOUBLES // (width * batches))
    sums = np.zeros(batches)
    for start in range(0, each, step):
        count = min(step, each - start)
        sums += statistic(count * batches).reshape(count, batches).sum(axis=0)
    means = sums / each
    mean, spread = float(means.mean()), float(means.std(ddof=1))
    skewness, kurtosis = (_moment(means, spread, k) for k in (3, 4))
    return Estimate(mean, spread / sqrt(batches), each * batches, batches, skewness, kurtosis)


def _moment(values: NDArray[np.float64], spread: float, power: int) -> float:
    """The standardised central moment of that power; 0 where nothing varies."""
    return float((((values - values.mean()) / spread) ** power).mean()) if spread else 0.0


def t_quantile(probability: float, freedom: float) -> float:
    """The quantile of Student's t by its expansion in 1/freedom (Abramowitz and Stegun 26.7.5).

    Good to 1e-5 for 63 degrees of freedom and probabilities up to 1 − 1e-4, and better for more.

    >>> round(t_quantile(0.975, 100), 4), round(t_quantile(0.995, 100), 4)
    (1.984, 2.6259)
    """
    x = NormalDist().inv_cdf(probability)
    terms = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160,
    )
    return x + sum(term / freedom**k for k, term in enumerate(terms, start=1))
