"""The risk of ridge regression as a number: σ² E tr(ΛR) + λ(λ − σ²) E tr(ΛR²) with R = (λI + XXᵀ)⁻¹.

There is no closed form.  Where Λ is a multiple of I (always for d = 1) the mean is an integral over the density of the
eigenvalues of a real Wishart matrix, computed by quadrature; elsewhere it is the mean of random examples.  Every value
says which it is.

>>> found = ridge_risk([[1]], 4, 1, 1)
>>> round(found.value, 6), found.how
(0.269272, 'quadrature')
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from .errors import UserError

SEED, SAMPLES = 20230626, 40_000
#: with more eigenvalues, or more examples, than this the integral is not done
LARGEST, LONGEST = 12, 100_000
#: how many numbers one chunk of random examples holds, and how many numbers are drawn in all
CHUNK, MOST = 1 << 18, 1 << 25


@dataclass(frozen=True)
class Estimate:
    """A number that was computed, not proved: ``error`` is what the quadrature says of itself, or half the 95 %
    interval of a sample; ``how`` is "quadrature" or "Monte Carlo"."""

    value: float
    error: float
    how: str


def ridge_risk(
    Lambda: Sequence[Sequence[Any]], M: int, sigma: Any, level: Any, *, seed: int = SEED, samples: int = SAMPLES
) -> Estimate:
    """The risk of ridge regression with λ = ``level`` > 0 from M examples of covariance ``Lambda``, d×d, and noise σ.

    ``UserError`` where λ is not positive, M is less than 1, or a number is not finite.
    """
    rows = [[float(entry) for entry in row] for row in Lambda]
    if M < 1 or not float(level) > 0:
        raise UserError(f"ridge regression from M = {M} examples with lambda = {level}: both must be positive")
    if not all(isfinite(entry) for row in rows for entry in row) or not isfinite(float(sigma)):
        raise UserError("ridge regression: a number is not finite")
    d, scale = len(rows), rows[0][0]
    isotropic = all(entry == (scale if i == j else 0) for i, row in enumerate(rows) for j, entry in enumerate(row))
    if isotropic and min(d, M) <= LARGEST and max(d, M) <= LONGEST:
        return _integrated(d, M, scale, float(sigma) ** 2, float(level))
    return _sampled(rows, M, float(sigma) ** 2, float(level), seed, samples)


def _integrated(d: int, M: int, scale: float, noise: float, level: float) -> Estimate:
    """d − M eigenvalues are zero where d > M, and the others are those of a Wishart matrix."""
    from mpmath import mp, mpf

    few, many = min(d, M), max(d, M)
    with mp.workdps(digits(few, many)):
        c, square, λ = mpf(scale), mpf(noise), mpf(level)

        def share(x: Any) -> Any:
            """What an eigenvalue 2cx of XXᵀ adds to the risk."""
            shrunk = 1 / (λ + 2 * c * x)
            return c * (square * shrunk + λ * (λ - square) * shrunk**2)

        density = eigenvalue_density(few, many)
        marks = _marks(few, many, λ / (2 * c))
        # x = s², where the density has no singularity; Gauss–Legendre, which is not led astray by far digits
        value, error = mp.quad(
            lambda s: 2 * s * share(s**2) * density(s**2), marks, method="gauss-legendre", maxdegree=5, error=True
        )
        return Estimate(float(value + (d - few) * share(0)), float(error), "quadrature")


def digits(few: int, many: int) -> int:
    """How many digits to work with: the powers are nearly dependent where they are high, and ``few`` cancel.

    >>> digits(1, 4), digits(12, 1000)
    (36, 174)
    """
    return 30 + 4 * few + 2 * few * len(str(many))


def _marks(few: int, many: int, knee: Any) -> list[Any]:
    """Where to cut the integral over s, s² = x: at the edges of the bulk and around them, and where the risk bends.

    Beyond ten standard deviations from the bulk there is less than 10⁻²⁰ of it.
    """
    from mpmath import mpf, sqrt

    edges = [
        sqrt(mpf(many)) + k * sqrt(mpf(few)) + t for k, t in ((-1, -10), (-1, -3), (-1, 0), (0, 0), (1, 3), (1, 10))
    ]
    inside = sorted({mark / sqrt(mpf(2)) for mark in edges if mark > 0})
    bends: list[Any] = []
    bend = sqrt(knee)
    while bend < max(inside[0], 2) and len(bends) < 40:
        bends.append(bend)
        bend *= 4
    start = [] if edges[0] > 0 else [mpf(0)]
    return [*start, *sorted({*inside, *(b for b in bends if start or b > inside[0])})]


def eigenvalue_density(few: int, many: int) -> Callable[[Any], Any]:
    """The density ρ of the halved eigenvalues x of ZZᵀ, Z a few×many standard normal matrix, many ≥ few; ∫ρ = few.

    Their joint density is Π x^α e^(−x) Π |x_i − x_j|, α = (many − few − 1)/2, and with one function more under the
    integral it is a Pfaffian (N. G. de Bruijn, J. Indian Math. Soc. 19 (1955) 133), whose derivative in that function
    is ρ(x) = Σ (A⁻¹)_ji x^(a_i − 1) e^(−x) g_j(x): A_ij = ∬ sgn(y − x) x^(a_i − 1) y^(a_j − 1) e^(−x−y), a_i = α + i,
    g_j(x) = Γ(a_j) − 2γ(a_j, x), and for odd ``few`` one more row with A_i0 = Γ(a_i) and g_0 = 1.  All is divided by
    the Γ(a_i), which are long.  To be called, and its result as well, at a working precision of ``digits(few, many)``.
    """
    from mpmath import exp, gamma, gammainc, log, loggamma, matrix, mpf

    powers = [mpf(many - few - 1) / 2 + i for i in range(1, few + 1)]
    size = few + few % 2
    A = matrix(size, size)
    for i, a in enumerate(powers):
        half = mpf(1) / 2  # ∫ x^(a−1) e^(−x) γ(b, x) dx / Γ(a)Γ(b) at b = a; b + 1 follows by parts
        for j in range(i, few):
            b = powers[j]
            A[i, j], A[j, i] = 1 - 2 * half, 2 * half - 1
            half -= gamma(a + b) / (gamma(a) * gamma(b + 1) * mpf(2) ** (a + b))
        if few % 2:
            A[i, few], A[few, i] = 1, -1
    inverse = A**-1

    def density(x: Any) -> Any:
        """ρ at x > 0."""
        below = gammainc(powers[-1], 0, x, regularized=True)
        g = [1 - 2 * below]
        for a in reversed(powers[:-1]):
            below += exp(a * log(x) - x - loggamma(a + 1))
            g.insert(0, 1 - 2 * below)
        g += [mpf(1)] * (few % 2)
        weights = [exp((a - 1) * log(x) - x - loggamma(a)) for a in powers]
        return sum(inverse[j, i] * weight * g[j] for i, weight in enumerate(weights) for j in range(size))

    return density


def _sampled(rows: list[list[float]], M: int, noise: float, level: float, seed: int, samples: int) -> Estimate:
    """The mean over random examples of the risk given the examples, with its 95 % interval."""
    import numpy as np

    Λ, d = np.array(rows), len(rows)
    root = np.linalg.cholesky(Λ)
    rng = np.random.default_rng(seed)
    samples = max(64, min(samples, MOST // d**2))
    step = max(1, CHUNK // d**2)
    found = []
    for start in range(0, samples, step):
        Y = root @ _factor(rng, min(step, samples - start), d, M)
        R = np.linalg.inv(level * np.eye(d) + Y @ Y.transpose(0, 2, 1))
        once, twice = (np.einsum("ab,kba->k", Λ, power) for power in (R, R @ R))
        found.append(noise * once + level * (level - noise) * twice)
    values = np.concatenate(found)
    return Estimate(float(values.mean()), 1.96 * float(values.std(ddof=1)) / samples**0.5, "Monte Carlo")


def _factor(rng: Any, count: int, d: int, M: int) -> Any:
    """Y with the YYᵀ of a standard normal d×M matrix: itself, or a triangle of no more than d columns (M. S. Bartlett,
    Proc. R. Soc. Edinburgh 53 (1933) 260)."""
    import numpy as np

    if d > M:
        return rng.standard_normal((count, d, M))
    Y = np.tril(rng.standard_normal((count, d, d)), -1)
    places = np.arange(d)
    Y[:, places, places] = np.sqrt(rng.chisquare(M - places, (count, d)))
    return Y
