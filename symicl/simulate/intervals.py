"""Confidence intervals and p-values of an estimate, and the correction for many comparisons.

The squared error of a prediction is skewed to the right: a mean that is too low comes with an error that is too small,
and a symmetric interval misses on that side.  The interval here holds exactly the values whose score, Hall's
transformation of Student's t as in ``check.sampled``, passes.

How often it holds the true value, over 4000 runs (1000 of 50,000 values, and of those that stop), measured by
``tests/benchmarks/coverage.py`` at d = 2, N = 5; the squared error of one prompt has the kurtosis of the last column:

    estimator    values  plain   this    below  above  mean/true  kurtosis
    forward         500  92.3 %  94.8 %  4.1 %  1.1 %     0.9991        69
    forward       5,000  94.8 %  95.3 %  2.5 %  2.2 %     1.0006       191
    forward      50,000  95.6 %  95.5 %  2.6 %  1.9 %     0.9997       393
    statistic       500  92.0 %  95.1 %  4.0 %  0.9 %     0.9967        67
    statistic     5,000  94.8 %  95.2 %  2.8 %  2.0 %     1.0005       189
    statistic    50,000  94.9 %  95.1 %  2.5 %  2.4 %     0.9998       391
    wishart         500  93.2 %  95.5 %  3.4 %  1.1 %     1.0035        68
    wishart       5,000  94.5 %  94.9 %  3.0 %  2.1 %     1.0000       187
    wishart      50,000  94.8 %  94.9 %  2.9 %  2.2 %     0.9999       382
    conditional     500  95.1 %  94.7 %  3.2 %  2.1 %     0.9999        10
    conditional   5,000  94.9 %  94.8 %  2.6 %  2.5 %     1.0001        29
    conditional  50,000  94.4 %  94.4 %  2.4 %  3.2 %     1.0002        46
    cubic           500  86.9 %  94.5 %  5.2 %  0.2 %     0.9884       126
    cubic         5,000  93.4 %  95.3 %  3.4 %  1.3 %     1.0013       496
    cubic        50,000  94.4 %  94.6 %  3.5 %  1.9 %     0.9991     1,363
    wishart     stopped  92.6 %  94.0 %  3.7 %  2.3 %     0.9943       187
    conditional stopped  94.9 %  94.7 %  3.0 %  2.3 %     0.9997        28

``plain`` is mean ± t · error; ``below`` and ``above`` are the runs whose whole interval lies on that side of the true
value.  ``cubic`` is ``forward`` with labels ⟨w, x⟩³.  A run of a few hundred values says less than its plain interval
claims, and what it misses lies above it; this interval keeps its 95 %, though not evenly on both sides.  ``stopped``
runs end at a relative error of 5 %, which costs up to a percent of coverage and a bias of a tenth of the error.

>>> from symicl.simulate.statistics import Moments
>>> import numpy as np
>>> found = Moments.of(np.random.default_rng(0).exponential(size=400)).estimate()
>>> low, high = interval(found)
>>> low < found.mean < high, high - found.mean > found.mean - low
(True, True)
>>> holm([0.01, 0.04, 0.03])
[0.03, 0.06, 0.06]
"""

from __future__ import annotations

from collections.abc import Sequence
from math import copysign, erfc, isnan, log1p, sqrt

from ..check.sampled.estimates import Estimate
from ..errors import UserError


def interval(estimate: Estimate, level: float = 0.95) -> tuple[float, float]:
    """The values whose score is within ``estimate.limit(1 − level)``: a two-sided confidence interval.

    Hall's transformation is a cubic in t = (mean − value)/(error √n), a perfect cube but for a constant, so that it is
    inverted by a cube root (P. Hall, J. R. Statist. Soc. B 54 (1992) 221).  ``UserError`` unless 0 < level < 1.
    """
    if not 0 < level < 1:
        raise UserError(f"level must be between 0 and 1, not {level}")
    limit = estimate.limit(1 - level)
    low, high = (_value(estimate, z) for z in (limit, -limit))
    return low, high


def _value(estimate: Estimate, z: float) -> float:
    """The value whose score is z."""
    n, skew = estimate.batches, estimate.skewness
    x = z / sqrt(n) - skew / (6 * n)
    return estimate.mean - estimate.error * sqrt(n) * _uncubed(x, skew)


def _uncubed(x: float, skew: float) -> float:
    """The t with t + γt²/3 + γ²t³/27 = x; a series where the cube root would lose digits."""
    if abs(skew * x) < 1e-6:
        return x - skew * x * x / 3
    return 3 / skew * (_cube_root(1 + skew * x) - 1)


def _cube_root(x: float) -> float:
    return copysign(abs(x) ** (1 / 3), x)


def p_value(estimate: Estimate, claim: float) -> float:
    """How likely a score as large as that of ``claim``, on either side, is where the claim is true.

    Where the values do not vary at all, 1 for the value itself, up to rounding, and 0 for any other.

    >>> round(p_value(Estimate(1.0, 0.1, 10_000, 10_000), 1.2), 3)
    0.046
    """
    if not estimate.error > 0:
        return float(abs(estimate.mean - claim) <= 1e-9 * abs(claim))
    return two_sided(estimate.z(claim), estimate.freedom)


def two_sided(t: float, freedom: float) -> float:
    """P(|T| > |t|) for Student's t, by Hill's expansion into a normal number (G. W. Hill, CACM 13 (1970) 617).

    Good to a thousandth of the value from 20 degrees of freedom on, and to 8 % from 2 on, up to t = 40; the incomplete
    beta function of mpmath does not converge for a t of a hundred with a million degrees of freedom.  0 where a float
    ends.
    """
    a = freedom - 0.5
    b, y = 48 * a * a, a * log1p(t * t / freedom)
    if y > 1500:  # 38 standard errors
        return 0.0
    inner = ((((-0.4 * y - 3.3) * y - 24) * y - 85.5) / (0.8 * y * y + 100 + b) + y + 3) / b + 1
    return erfc(inner * sqrt(y / 2))


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values, in the order given: all those below α are refuted at once with error at most α.

    Whatever the dependence between the comparisons (S. Holm, Scand. J. Statist. 6 (1979) 65).  ``UserError`` for what
    is no probability.
    """
    for p in p_values:
        if isnan(p) or not 0 <= p <= 1:
            raise UserError(f"{p} is no probability")
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, so_far = [0.0] * len(order), 0.0
    for rank, i in enumerate(order):
        so_far = max(so_far, min(1.0, (len(order) - rank) * p_values[i]))
        adjusted[i] = so_far
    return adjusted
