"""What is left of the loss when every prompt has a diagonal covariance of its own and prompts become long.

Claim.  ℓ < L* ≤ ℓ + (1/2N) tr(B²C⁻²(C + F)) with ℓ = ½ E tr Λ_τ − ½ tr(B²C⁻¹) ≥ 0, which is the mean of
½ tr((I − WΛ_τ)Λ_τ(I − WΛ_τ)), W = C⁻¹B, so that ℓ = 0 makes Λ_τ constant, and a constant Λ_τ makes ℓ = 0.
Scope.  That of random_loss.py, diagonal Λ_τ.
"""

from typing import Any

from sympy import Rational

from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import identity, tr
from symicl.language.letters import Letter, dimension, scalar
from symicl.language.mean import E, named
from symicl.language.statements import Eq
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation

from .random_loss import Diagonal, Loss, Square, loss_of

d, N, M = map(dimension, "dNM")
half = Rational(1, 2)
epsilon = scalar("epsilon", positive=True)
K = Letter("K", d, d, "positive definite", "diagonal")


def limit_of(it: Diagonal) -> Any:
    """ℓ = ½ E tr Λ_τ − ½ tr(B²C⁻¹)."""
    return named("L_infty", E(tr(it.loss.Lambda)) / 2 - tr(it.B @ it.B @ it.C.inv()) / 2)


def third_moment(it: Diagonal) -> Calculation:
    """A = C + (1/N)(C + F)."""
    Λ, Γ, A, C, F = it.loss.Lambda, it.loss.Gamma, it.A, it.C, it.F
    return (
        proof(A)
        .eq(E(Γ @ Λ @ Λ), by=rules.unfold(A))
        .eq((1 + 1 / N) * E(Λ @ Λ @ Λ) + E(tr(Λ) * Λ @ Λ) / N, by=rules.unfold(Γ))
        .eq(C + (C + F) / N, by=rules.unfold(C, F))
        .qed()
    )


def above(it: Diagonal, found: Square, third: Theorem) -> Calculation:
    """L* > ℓ for every N."""
    A, B, C, F = it.A, it.B, it.C, it.F
    low = limit_of(it)
    excess = tr(B @ B @ C.inv() @ (C + F) @ A.inv()) / (2 * N)
    return (
        proof(found.star)
        .eq(found.star.body, by=rules.unfold(found.star))
        .eq(
            low.body + excess,
            by=rules.combination((third, B @ B @ C.inv() / 2, A.inv()), reason="{c}", c=third.statement),
        )
        .ge(low.body, kernel.positive(excess), "a trace of positive definite matrices that commute")
        .eq(low, by=rules.unfold(low))
        .qed()
    )


def below(it: Diagonal, found: Square, third: Theorem) -> Calculation:
    """L* < ℓ + (1/2N) tr(B²C⁻²(C + F))."""
    A, B, C, F = it.A, it.B, it.C, it.F
    low = limit_of(it)
    squared = B @ B @ C.inv() @ C.inv()
    rest = tr(squared @ (C + F) @ (C + F) @ A.inv()) / (2 * N**2)
    return (
        proof(low + tr(squared @ (C + F)) / (2 * N))
        .eq(low.body + tr(squared @ (C + F)) / (2 * N), by=rules.unfold(low))
        .eq(
            found.star.body + rest,
            by=rules.combination(
                (third, -B @ B @ C.inv() / 2, A.inv()),
                (third, squared @ (C + F) / (2 * N), A.inv()),
                reason="{c}, twice",
                c=third.statement,
            ),
        )
        .ge(found.star.body, kernel.positive(rest), "a trace of positive definite matrices that commute")
        .eq(found.star, by=rules.unfold(found.star))
        .qed()
    )


def loss_of_length_M() -> Loss:
    """The loss on prompts of M examples, with diagonal covariances."""
    return loss_of("Lambda_tau", "Gamma_M", "positive definite", "diagonal", length=M)


def at_length(it: Diagonal, third: Theorem) -> Calculation:
    """The loss of the trained layer, uU = A⁻¹B, on prompts of M examples: ℓ, a share of 1/M and one of 1/N²."""
    A, B, C, F = it.A, it.B, it.C, it.F
    other = loss_of_length_M()
    Λ, Γ, V, low = other.Lambda, other.Gamma, it.best, limit_of(it)
    trained = kernel.assume(Eq(other.product, V))
    squares = B @ B @ A.inv() @ A.inv()
    moved = kernel.inside(E(Γ @ Λ @ V @ Λ), 1, V), kernel.inside(E(Λ @ Λ), 1, V)
    spread = _spread(it, Γ)
    return (
        proof(other.model.loss)
        .eq(other.lines.theorem.statement.rhs, by=rules.from_(other.lines.theorem, "population loss"))
        .eq(
            E(tr(Γ @ Λ @ V @ Λ @ V)) / 2 - E(tr(Λ @ Λ @ V)) + E(tr(Λ)) / 2,
            by=rules.combination(*_put(other, V, trained), reason="{c}", c=trained.statement),
        )
        .eq(
            tr((C + (C + F) / M) @ V @ V) / 2 - tr(B @ V) + E(tr(Λ)) / 2,
            by=rules.combination(
                (moved[0], -half, 1),
                (spread, half, V @ V),
                (moved[1], 1, 1),
                (it.defined(B), 1, V),
                reason="constants leave the mean; definitions of {b}, {c} and {f}",
                b=B,
                c=C,
                f=F,
            ),
        )
        .eq(
            low.body + tr(squares @ (C + F)) / (2 * M) + tr(squares @ C.inv() @ (C + F) @ (C + F)) / (2 * N**2),
            by=rules.combination((third, squares @ C.inv() / 2, A - C + (C + F) / N), reason="{c}", c=third.statement),
        )
        .eq(
            low + tr(squares @ (C + F)) / (2 * M) + tr(squares @ C.inv() @ (C + F) @ (C + F)) / (2 * N**2),
            by=rules.unfold(low),
        )
        .qed()
    )


def _spread(it: Diagonal, Γ: Any) -> Theorem:
    """E[Γ_τΛ_τ²] = C + (1/M)(C + F), for prompts of M examples."""
    Λ, C, F = it.loss.Lambda, it.C, it.F
    first = proof(E(Γ @ Λ @ Λ)).eq((1 + 1 / M) * E(Λ @ Λ @ Λ) + E(tr(Λ) * Λ @ Λ) / M, by=rules.unfold(Γ))
    return first.eq(C + (C + F) / M, by=rules.unfold(C, F)).qed().theorem


def _put(loss: Loss, V: Any, known: Theorem) -> tuple[Any, ...]:
    """What puts V for uU into the loss, both outside of the means: half of the sum times the difference."""
    Λ, Γ, W = loss.Lambda, loss.Gamma, loss.product
    both, line = E(Γ @ Λ @ (W + V) @ Λ), E(Λ @ Λ)
    turned = kernel.flip(known)
    gap = (W - V).T
    return (
        (kernel.inside(both, 1, gap), -half, 1),
        (turned, both / 2, 1),
        (kernel.inside(line, 1, gap), 1, 1),
        (turned, -line, 1),
    )


def defect(it: Diagonal) -> Any:
    """½ tr((I − WΛ_τ)Λ_τ(I − WΛ_τ)) with W = C⁻¹B, whose mean is ℓ."""
    Λ, one = it.loss.Lambda, identity(d)
    gap = one - it.C.inv() @ it.B @ Λ
    return tr(gap @ Λ @ gap) / 2


def mean_defect(it: Diagonal) -> Calculation:
    """ℓ is the mean of a square, so at least 0."""
    Λ, B, C = it.loss.Lambda, it.B, it.C
    W, low = C.inv() @ B, limit_of(it)
    second, third = kernel.inside(E(Λ @ Λ), 1, W), kernel.inside(E(Λ @ Λ @ Λ), 1, W @ W)
    start = proof(low).eq(low.body, by=rules.unfold(low))
    return start.eq(
        E(defect(it)),
        by=rules.combination(
            (second, -1, 1),
            (it.defined(B), -1, W),
            (third, half, 1),
            (it.defined(C), half, W @ W),
            reason="definitions of {b} and {c}; the mean is linear",
            b=B,
            c=C,
        ),
    ).qed()


def not_negative(it: Diagonal, mean: Calculation) -> Calculation:
    """ℓ ≥ 0, by the mean of a square."""
    low, square = limit_of(it), E(defect(it))
    lines = proof(low).eq(square, by=rules.from_(mean.theorem, "a mean of squares"))
    return lines.ge(0, kernel.nonnegative(square), "a Gram trace is never negative, nor is its mean").qed()


def unlikely(it: Diagonal, mean: Calculation) -> Theorem:
    """P(the defect ≥ ε) ≤ ℓ/ε."""
    square = defect(it)
    found = kernel.cite(
        "Markov",
        [square, limit_of(it), epsilon],
        kernel.turn(mean.theorem),
        kernel.nonnegative(square),
        kernel.positive(epsilon),
    )
    return kernel.mirror(found)


def constant(it: Diagonal, mean: Calculation) -> Theorem:
    """If ℓ = 0 then P(the defect ≥ ε) ≤ 0, for every ε > 0."""
    square = defect(it)
    none = kernel.chain(kernel.turn(mean.theorem), kernel.assume(Eq(limit_of(it), 0)))
    found = kernel.cite("Markov", [square, 0, epsilon], none, kernel.nonnegative(square), kernel.positive(epsilon))
    return kernel.mirror(found)


def of_a_constant(it: Diagonal) -> Calculation:
    """ℓ = 0 for the means of a constant: E Λ_τ = K, E Λ_τ² = K², E Λ_τ³ = K³."""
    Λ, B, C, low, one = it.loss.Lambda, it.B, it.C, limit_of(it), identity(d)
    first, second, third = (
        kernel.assume(Eq(mean, power)) for mean, power in ((E(Λ), K), (E(Λ @ Λ), K @ K), (E(Λ @ Λ @ Λ), K @ K @ K))
    )
    square, cube = kernel.chain(it.defined(B), second), kernel.chain(it.defined(C), third)
    cubed = K.inv() @ K.inv() @ K.inv()
    return (
        proof(low)
        .eq(low.body, by=rules.unfold(low))
        .eq(
            0,
            by=rules.combination(
                (kernel.inside(E(Λ), 1, one), -half, 1),
                (first, half, one),
                (cube, C.inv() @ cubed / 2, B @ B),
                (square, -cubed @ B / 2, 1),
                (square, -K.inv() / 2, 1),
                reason="put in the means of a constant; {b} is {s} and {c} is {t}",
                b=B,
                s=K @ K,
                c=C,
                t=K @ K @ K,
            ),
        )
        .qed()
    )
