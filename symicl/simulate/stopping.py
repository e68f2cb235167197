"""When there are enough values for a wanted relative error.

Stopping as soon as an error looks small is not innocent: the squared error of a prediction is skewed, so that a run
which has seen few of the rare large values has a mean that is too low and an error that is too small, and stops.
Against this, no run stops before ``LEAST`` values, and the error must be below the target by a margin for how well it
is known itself (its degrees of freedom, from the kurtosis).  What bias is left is of the order of the target squared
times the skewness; ``tests/benchmarks/coverage.py`` measures the coverage of intervals after stopping.

>>> steady = Moments(100_000, 1.0, 1_000.0, 0.0, 30.0)
>>> enough(steady, 1e-3), enough(steady, 1e-4), needed(steady, 1e-4) > 1_000_000
(True, False, True)
"""

from __future__ import annotations

from math import ceil, inf, isinf, sqrt

from ..errors import UserError
from .statistics import Moments

#: No run stops before it has so many values.
LEAST = 4096
#: The error must be below the target by so many of its own standard deviations.
MARGIN = 2.0


def enough(moments: Moments, target: float) -> bool:
    """Whether the relative standard error is below ``target``, also if it is underestimated by the margin."""
    return moments.count >= LEAST and needed(moments, target) <= moments.count


def needed(moments: Moments, target: float) -> float:
    """About how many values the target takes in all, by what these say; infinite where their mean is 0.

    ``UserError`` unless 0 < target < 1.
    """
    if not 0 < target < 1:
        raise UserError(f"a relative error must be between 0 and 1, not {target}")
    if moments.count < 64:
        return LEAST
    relative = moments.relative_error
    if isinf(relative):
        return inf
    uncertain = MARGIN * sqrt(0.5 / moments.estimate().freedom)
    return max(LEAST, ceil(moments.count * (relative * (1 + uncertain) / target) ** 2))
