"""Which power of a swept number an error follows: a straight line through the logarithms, by weighted least squares.

>>> fit = fitted([10, 100, 1000], [0.1, 0.01, 0.001], [0.001, 0.0001, 0.00001])
>>> round(fit.slope, 6), round(fit.error, 6)
(-1.0, 0.003071)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, fsum, log, sqrt

#: Fewer points than that say nothing of a line.
LEAST = 3


@dataclass(frozen=True)
class Line:
    """log y ≈ log(level) + slope·log x; ``error`` is the slope's standard error, 0 where y is exact."""

    slope: float
    error: float
    level: float

    def at(self, x: float) -> float:
        """y on the line."""
        return self.level * x**self.slope


def fitted(xs: Sequence[float], ys: Sequence[float], errors: Sequence[float]) -> Line | None:
    """The line through (log x, log y), where y has a standard error; None where there is no such line.

    The error of log y is that of y over y, to first order, and known: so the slope's error is too, and does not come
    from how well the points fit.  Points of x or y that are not positive have no logarithm, and then there is no line.
    """
    if len(set(xs)) < LEAST or min(xs) <= 0 or min(ys) <= 0 or min(errors) <= 0:
        return None
    weights = [(y / error) ** 2 for y, error in zip(ys, errors, strict=True)]
    u, v = [log(x) for x in xs], [log(y) for y in ys]
    total = fsum(weights)
    centre_u = fsum(w * a for w, a in zip(weights, u, strict=True)) / total
    centre_v = fsum(w * b for w, b in zip(weights, v, strict=True)) / total
    spread = fsum(w * (a - centre_u) ** 2 for w, a in zip(weights, u, strict=True))
    slope = fsum(w * (a - centre_u) * (b - centre_v) for w, a, b in zip(weights, u, v, strict=True)) / spread
    return Line(slope, 1 / sqrt(spread), exp(centre_v - slope * centre_u))
