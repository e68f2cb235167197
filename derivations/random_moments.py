"""Diagonal covariances with eigenvalues that are independent and of one law: the optimum and the limit in moments.

Claim.  With m_k = E λ^k and a = m_3 + (1/N)(2 m_3 + (d − 1) m_1 m_2): uU = (m_2/a) I, L* = ½ d (m_1 − m_2²/a) and
ℓ = ½ d (m_1 − m_2²/m_3), so that m_2² ≤ m_1 m_3, the inequality of Cauchy and Schwarz.
Scope.  That of random_loss.py; what independence says of the means is assumed as equations between them.
"""

from dataclasses import dataclass
from typing import Any

from sympy import Rational, cancel, factor

from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import identity, tr
from symicl.language.letters import dimension, scalar
from symicl.language.mean import E
from symicl.language.statements import Eq
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation

from .eigenvalue_laws import Law
from .random_limit import limit_of
from .random_loss import Diagonal, Square

d, N = dimension("d"), dimension("N")
half = Rational(1, 2)
m_1, m_2, m_3 = moments = tuple(scalar(f"m_{k}", positive=True) for k in (1, 2, 3))


@dataclass(frozen=True)
class Independent:
    """What independent eigenvalues of one law with moments m_k give, as assumptions, and what follows."""

    powers: tuple[Theorem, Theorem, Theorem]
    mixed: Theorem

    @classmethod
    def of(cls, it: Diagonal) -> "Independent":
        """E Λ_τ^k = m_k I and E[tr(Λ_τ)Λ_τ²] = ((d − 1) m_1 m_2 + m_3) I."""
        Λ, one = it.loss.Lambda, identity(d)
        means = (E(Λ), E(Λ @ Λ), E(Λ @ Λ @ Λ))
        powers = [kernel.assume(Eq(mean, m * one)) for mean, m in zip(means, moments, strict=True)]
        mixed = kernel.assume(Eq(E(tr(Λ) * Λ @ Λ), ((d - 1) * m_1 * m_2 + m_3) * one))
        return cls((powers[0], powers[1], powers[2]), mixed)


def average_A(it: Diagonal, given: Independent) -> Calculation:
    """A = (m_3 + (1/N)(2 m_3 + (d − 1) m_1 m_2)) I."""
    Λ, Γ, one = it.loss.Lambda, it.loss.Gamma, identity(d)
    return (
        proof(it.A)
        .eq(E(Γ @ Λ @ Λ), by=rules.unfold(it.A))
        .eq((1 + 1 / N) * E(Λ @ Λ @ Λ) + E(tr(Λ) * Λ @ Λ) / N, by=rules.unfold(Γ))
        .eq(
            scale() * one,
            by=rules.combination((given.powers[2], 1 + 1 / N, 1), (given.mixed, 1 / N, 1), reason="the moments"),
        )
        .qed()
    )


def scale() -> Any:
    """a = m_3 + (1/N)(2 m_3 + (d − 1) m_1 m_2)."""
    return m_3 + (2 * m_3 + (d - 1) * m_1 * m_2) / N


@dataclass(frozen=True)
class Closed:
    """The closed forms for independent eigenvalues: uU, L* and ℓ, and that ℓ ≥ 0 is Cauchy–Schwarz."""

    attained: Calculation
    least: Calculation
    limit: Calculation


def closed(it: Diagonal, found: Square, attained: Theorem) -> Closed:
    """uU = (m_2/a) I, L* = ½ d (m_1 − m_2²/a) and ℓ = ½ d (m_1 − m_2²/m_3)."""
    given = Independent.of(it)
    mean = average_A(it, given).theorem
    second = kernel.chain(it.defined(it.B), given.powers[1])
    third = kernel.chain(it.defined(it.C), given.powers[2])
    best = _best(it, mean, second)
    return Closed(
        _attained(it, found, attained, best.theorem),
        _least(it, found, given, best.theorem, second),
        _limit(it, given, second, third),
    )


def _best(it: Diagonal, mean: Theorem, second: Theorem) -> Calculation:
    """A⁻¹B = (m_2/a) I."""
    line = m_2 / scale() * identity(d)
    parts = (mean, -it.A.inv(), it.B / scale()), (second, 1 / scale(), 1)
    return proof(it.best).eq(line, by=rules.combination(*parts, reason="the moments")).qed()


def _attained(it: Diagonal, found: Square, attained: Theorem, best: Theorem) -> Calculation:
    """L = L* ⇔ uU = (m_2/a) I."""

    def same(a: Any, b: Any) -> Theorem:
        forward = kernel.combine(b, [(kernel.assume(a), 1, 1), (best, 1, 1)])
        backward = kernel.combine(a, [(kernel.assume(b), 1, 1), (best, -1, 1)])
        return kernel.iff(forward, backward)

    point = Eq(it.loss.product, best.statement.rhs)
    return (
        proof(attained.statement.parts[0])
        .iff(attained.statement.parts[1], lambda a, b: attained, "the optimum for any law")
        .iff(point, same, "the moments")
        .qed()
    )


def _least(it: Diagonal, found: Square, given: Independent, best: Theorem, second: Theorem) -> Calculation:
    B = it.B
    first = kernel.inside(E(it.loss.Lambda), 1, identity(d))
    return (
        proof(found.star)
        .eq(found.star.body, by=rules.unfold(found.star))
        .eq(
            d * (m_1 - m_2**2 / scale()) / 2,
            by=rules.combination(
                (first, -half, 1),
                (given.powers[0], half, identity(d)),
                (best, -half, B),
                (second, -m_2 / scale() / 2, identity(d)),
                reason="the moments",
            ),
        )
        .qed()
    )


def _limit(it: Diagonal, given: Independent, second: Theorem, third: Theorem) -> Calculation:
    B, C, one = it.B, it.C, identity(d)
    low = limit_of(it)
    first = kernel.inside(E(it.loss.Lambda), 1, one)
    return (
        proof(low)
        .eq(low.body, by=rules.unfold(low))
        .eq(
            d * (m_1 - m_2**2 / m_3) / 2,
            by=rules.combination(
                (first, -half, 1),
                (given.powers[0], half, one),
                (third, C.inv() / m_3 / 2, B @ B),
                (second, -B / m_3 / 2, 1),
                (second, -m_2 / m_3 / 2, one),
                reason="the moments",
            ),
        )
        .qed()
    )


def cauchy_schwarz(low: Theorem, mean: Theorem) -> Theorem:
    """m_2² ≤ m_1 m_3, from ℓ ≥ 0."""
    size = 2 * m_3 / d
    started = kernel.descend(kernel.turn(low), mean)
    kept = kernel.cite("products keep order", [low.statement.rhs, 0, size], started, kernel.positive(size))
    gap = kernel.descend(kernel.identity(Eq(m_1 * m_3 - m_2**2, kept.statement.lhs)), kept)
    return gap


def for_law(limit: Theorem, law: Law) -> Theorem:
    """ℓ for eigenvalues of a law with a name."""
    put = kernel.instantiate(limit, list(zip(moments, law.moments, strict=True)))
    short = factor(cancel(put.statement.rhs))
    return kernel.chain(put, kernel.identity(Eq(put.statement.rhs, short)))
