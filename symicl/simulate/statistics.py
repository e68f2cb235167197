"""The mean of many values, its error and its interval, from sums that merge.

``Moments`` holds the count, the mean and the sums of the second to fourth powers of the deviations from it, which
merge without loss (T. F. Chan, G. H. Golub, R. J. LeVeque, Updating formulae and a pairwise algorithm for computing
sample variances, 1979; P. Pébay, Sandia Report SAND2008-6212).  The squared error of a prediction is skewed with heavy
tails; the estimate takes its skewness and its kurtosis into account, as ``check.sampled`` does for batch means.

>>> import numpy as np
>>> values = np.random.default_rng(0).exponential(size=2000)
>>> merged = Moments.of(values[:700]) + Moments.of(values[700:])
>>> bool(np.isclose(merged.variance, values.var(ddof=1), rtol=1e-12))
True
>>> Moments.from_dict(merged.as_dict()) == merged
True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isfinite, nan, sqrt
from typing import Any

import numpy as np

from ..check.sampled.estimates import Estimate
from ..errors import UserError
from .algebra import Array


@dataclass(frozen=True)
class Moments:
    """``count`` values, their ``mean``, and the sums ``second``, ``third``, ``fourth`` of powers of the deviations."""

    count: int = 0
    mean: float = 0.0
    second: float = 0.0
    third: float = 0.0
    fourth: float = 0.0

    @classmethod
    def of(cls, values: Array) -> Moments:
        """Those of an array; ``UserError`` where a value or a sum of fourth powers is too large for a float."""
        if not len(values):
            return cls()
        with np.errstate(over="ignore", invalid="ignore"):
            mean = float(values.mean())
            mean += float((values - mean).mean())  # what rounding took from the mean of many values
            away = values - mean
            square = away * away
            sums = [float(each.sum()) for each in (square, square * away, square * square)]
        if not all(map(isfinite, sums)):
            raise UserError(f"values up to {np.abs(values).max():.3g} are too large to be summed up; scale the inputs")
        return cls(len(values), mean, *sums)

    def __add__(self, other: Moments) -> Moments:
        """Those of both sets of values; the order of merging changes the last bits, so chunks are merged in order."""
        if not self.count or not other.count:
            return self if self.count else other
        m, n = self.count, other.count
        total, step = m + n, other.mean - self.mean
        part = step / total
        second = self.second + other.second + step * part * m * n
        third = (
            self.third
            + other.third
            + step * part**2 * m * n * (m - n)
            + 3 * part * (m * other.second - n * self.second)
        )
        fourth = (
            self.fourth
            + other.fourth
            + step * part**3 * m * n * (m * m - m * n + n * n)
            + 6 * part**2 * (m * m * other.second + n * n * self.second)
            + 4 * part * (m * other.third - n * self.third)
        )
        return Moments(total, self.mean + part * n, second, third, fourth)

    @property
    def variance(self) -> float:
        """The variance of one value, without bias; NaN for fewer than two."""
        return self.second / (self.count - 1) if self.count > 1 else nan

    @property
    def error(self) -> float:
        """The standard error of the mean."""
        return sqrt(self.variance / self.count) if self.count > 1 else nan

    @property
    def relative_error(self) -> float:
        """The standard error over |mean|; infinite where the mean is 0 and the error is not."""
        if not self.error:
            return 0.0
        return self.error / abs(self.mean) if self.mean else float("inf")

    @property
    def skewness(self) -> float:
        """The third standardised moment of one value; 0 where nothing varies."""
        return self._standardised(self.third, 1.5, 0.0)

    @property
    def kurtosis(self) -> float:
        """The fourth standardised moment of one value; 3 for a normal law, and where nothing varies."""
        return self._standardised(self.fourth, 2.0, 3.0)

    def _standardised(self, total: float, power: float, still: float) -> float:
        return total / self.count / (self.second / self.count) ** power if self.second > 0 else still

    def estimate(self) -> Estimate:
        """The mean with its error, interval and score; every value is a batch of its own.

        ``UserError`` for fewer than 64 values, of which no error is to be believed.
        """
        if self.count < 64:
            raise UserError(f"{self.count} values: at least 64 are needed for an interval")
        return Estimate(self.mean, self.error, self.count, self.count, self.skewness, self.kurtosis)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; floats in hexadecimal, so that not a bit is lost."""
        return {name: value if name == "count" else value.hex() for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Moments:
        """What ``as_dict`` gave; ``UserError`` for anything else."""
        try:
            floats = {name: float.fromhex(data[name]) for name in ("mean", "second", "third", "fourth")}
            found = cls(int(data["count"]), **floats)
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(f"no moments of a sample: {data!r:.80}") from error
        if found.count < 0 or not all(isfinite(value) for value in floats.values()):
            raise UserError(f"no moments of a sample: {data!r:.80}")
        return found
