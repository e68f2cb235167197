"""A mean from many samples, its interval, and its z-score against a claimed value.

The samples are summed into batches (sample k goes to batch k mod ``batches``), and the spread of the batch means
gives the error of the mean: batch means are closer to normal than the samples, whose law is skewed with heavy tails.
With few batches the quantile is Student's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError

DOUBLES = 1 << 16  # the most numbers that one chunk of prompts holds (0.5 MiB), where 2·batches prompts need no more


@dataclass(frozen=True)
class Estimate:
    """``mean`` of ``samples`` values, its standard error ``error``, from ``batches`` batch means."""

    mean: float
    error: float
    samples: int
    batches: int

    def half_width(self, level: float = 0.95) -> float:
        """Half the two-sided confidence interval."""
        return self.error * t_quantile((1 + level) / 2, self.batches - 1)

    def z(self, value: float) -> float:
        """(mean − value)/error: the t statistic with batches − 1 degrees of freedom."""
        return (self.mean - value) / self.error


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
    return Estimate(float(means.mean()), float(means.std(ddof=1)) / sqrt(batches), each * batches, batches)


def t_quantile(probability: float, freedom: int) -> float:
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
