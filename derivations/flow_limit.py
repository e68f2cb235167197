"""Where gradient flow ends: how the loss falls in time, how near the weights come, and which starts will do."""

from sympy import Mul

from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.statements import Ge, Gt
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, say

from .flow_course import Course, power_of


def sufficient(c: Course) -> tuple[tuple[Theorem, ...], tuple[Calculation, ...]]:
    """δ ≥ ½ σ² ‖ΛΘ‖² (2 − σ² ‖Γ‖), what that makes of μ, and δ > 0 for a small start of which Λ sees something."""
    Γ, Λ, Θ, σ = c.loss.Gamma, c.loss.model.task.Lambda, c.Theta, c.sigma
    P, f, m = Θ @ Θ.T, c.norm_of_Gamma, tr(Λ @ Θ @ Θ.T @ Λ)
    x, z, normed = tr(Γ @ Λ @ Θ @ (Γ @ Λ @ Θ).T), tr(Γ @ Λ @ P @ Λ @ P), kernel.assume(c.normed)
    angle = kernel.cite("Cauchy–Schwarz", (Γ @ Λ @ Θ, P @ Λ @ Θ))
    first = kernel.cite("norm of a product", (Γ, Λ @ Θ))
    second = kernel.cite("norm of a product", (P, Λ @ Θ))
    using = [(angle, 1), (first, m), (second, x), (normed, -m * x), (power_of(f), m**2)]
    squares = kernel.add_up(Ge((f * m) ** 2, z**2), using)
    bend = kernel.cite("squares keep order", (f * m, z), squares, kernel.nonnegative(f * m))
    small, seen = kernel.assume(Gt(2, σ**2 * f)), kernel.assume(Gt(m, 0))
    gap = 2 - σ**2 * f
    factor = kernel.cite("products keep strict order", (gap, 0, m), kernel.add_up(Gt(gap, 0), [(small, 1)]), seen)
    least = σ**2 / 2 * (m * gap)
    angles = (
        proof(f * m, say("Between {a} and {b},", a=Γ @ Λ @ Θ, b=P @ Λ @ Θ))
        .by(bend, "Cauchy–Schwarz, and the norm of a product, twice; {n}", n=c.normed)
        .qed()
    )
    lines = (
        proof(c.delta, say("So"))
        .eq(c.delta.body, by=rules.unfold(c.delta))
        .by(kernel.add_up(Ge(c.delta.body, least), [(bend, σ**4 / 2)]), "the bound above")
        .qed()
    )
    positive = kernel.descend(lines.theorem, kernel.add_up(Gt(least, 0), [(factor, σ**2 / 2)]))
    scale = 1 / Mul(*c.sizes)
    rate = kernel.add_up(Ge(c.mu, 2 * scale * least), [(lines.theorem, 2 * scale)], (c.mu,))
    return (lines.theorem, rate, positive), (angles, lines)


def decay(c: Course, rate: Theorem, dominated: Theorem) -> tuple[Theorem, Theorem]:
    """Δ, and so L − L*, is at most exp(−μt)(c − δ − L*)."""
    Δ, star = c.excess, c.star
    slow = kernel.decays(c.flow, Δ, c.mu, kernel.descend(rate, dominated))
    small = kernel.add_up(Ge(c.shrink * c.gap_at_start, Δ), [(slow, 1)], (Δ, c.delta, star))
    left = c.loss.model.loss - star
    return small, kernel.add_up(Ge(c.shrink * c.gap_at_start, left), [(small, 1), (c.squared, -1)], (Δ,))


def near_minimisers(c: Course, small: Theorem) -> Calculation:
    """‖uU − Γ⁻¹‖² ≤ C exp(−μt)."""
    Γ, Λ, Δ, gap = c.loss.Gamma, c.loss.model.task.Lambda, c.excess, c.gap
    factor = 2 * tr(Λ.inv() @ Γ.inv()) * tr(Λ.inv())
    least = kernel.dominates(Γ @ Λ, gap, Λ)
    before = factor * c.shrink * c.gap_at_start
    return (
        proof(c.C * c.shrink, say("The product:"))
        .eq(before, by=rules.unfold(c.C))
        .by(kernel.add_up(Ge(before, factor * Δ), [(small, factor)]), "the loss falls")
        .by(
            kernel.add_up(Ge(factor * Δ, tr(gap @ gap.T)), [(least, 1)], (Δ,)),
            "least eigenvalues of {P}, {Q} are at least one over the traces of inverses",
            P=Γ @ Λ,
            Q=Λ,
        )
        .qed()
    )


def near_u(c: Course, product: Theorem, even: Theorem, positive: Theorem) -> Calculation:
    """u*² (u − u*)² ≤ C exp(−μt)."""
    u, U, gap, w, G = c.u, c.U, c.gap, c.u_star, c.loss.Gamma.inv()
    fourth, dot = power_of(w), tr(U @ G)
    angle = kernel.cite("Cauchy–Schwarz", (U, G))
    squares = kernel.add_up(Ge((u * w**2) ** 2, dot**2), [(angle, 1), (even, tr(G @ G)), (fourth, u**2)])
    size = kernel.add_up(Ge(u * w**2, 0), [(positive, w**2)])
    aligned = kernel.cite("squares keep order", (u * w**2, dot), squares, size)
    turned = kernel.cite("products keep order", (u * w**2, dot, u), aligned, positive)
    norms = Ge(tr(gap @ gap.T), (u**2 - w**2) ** 2)
    roots = Ge(norms.rhs, w**2 * (u - w) ** 2)
    spread = [(kernel.nonnegative(u**2 * (u - w) ** 2), 1), (positive, 2 * w * (u - w) ** 2)]
    return (
        proof(product.statement.lhs, say("For {u} alone,", u=u))
        .by(product, "as above")
        .by(
            kernel.add_up(norms, [(turned, 2), (even, -(u**2)), (fourth, -1)]),
            "the norms of {a} and {b} are {x} and {y}; Cauchy–Schwarz",
            a=u * U,
            b=G,
            x=u**2,
            y=w**2,
        )
        .by(kernel.add_up(roots, spread), "{u} and {w} are positive", u=u, w=w)
        .qed()
    )


def near_U(c: Course, product: Theorem, first: Theorem, wide: Theorem) -> Calculation:
    """δ ‖U − Γ⁻¹/u*‖² ≤ 4 ‖Λ²‖ C exp(−μt)."""
    u, U, w, G, s = c.u, c.U, c.u_star, c.loss.Gamma.inv(), c.sizes[0]
    off, twice = U - G / w, u * U - 2 * G + u / w * G
    far, bound = tr(off @ off.T), product.statement.lhs
    rest = kernel.nonnegative(tr(twice @ twice.T))
    using = [(product, 2 * s), (first, 2 * s), (rest, s), (power_of(w), 2 * s * (1 - u / w) ** 2)]
    near = kernel.add_up(Ge(4 * s * bound, s * u**2 * far), using)
    parts = {"x": u * off, "a": c.gap, "b": G - u / w * G}
    intro = say("For {U} alone, {x} is the sum of {a} and {b}, and both are small. So", U=U, **parts)
    return (
        proof(4 * s * bound, intro)
        .by(near, "the square of a sum is at most twice the sum of the squares")
        .by(kernel.add_up(Ge(s * u**2 * far, c.delta * far), [(wide, far)]), "{w}", w=wide.statement)
        .qed()
    )
