"""Gradient flow on the set p = q = 0, from the paper's start (arXiv:2306.09927, Theorem 4.1 and Lemmas 5.3, 5.4).

Claim.  From U = σΘΘᵀ, u = σ > 0 with ‖ΘΘᵀ‖ = 1 and δ = σ² tr(Λ²ΘΘᵀ) − ½ σ⁴ tr(ΓΛΘΘᵀΛΘΘᵀ) > 0, at every time that the
flow reaches, u² = tr(UUᵀ), u > 0 and ‖∇L‖² ≥ μ(L − L*) with μ = 2δ / (‖Λ²‖ ‖Γ⁻¹Λ⁻¹‖ ‖Λ⁻¹‖) in Frobenius norms; so
L − L* falls like exp(−μt), and u² and uU tend to what they are at the balanced point of ``optimum`` as fast.
Scope.  The set p = q = 0; every Λ ≻ 0, d, N, and every square Θ.
"""

from symicl.attention import Task
from symicl.kernel import theorem as kernel
from symicl.kernel.flowing import fall
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.mean import grad
from symicl.language.statements import Eq, Ge, Gt
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Chapter, Definition, Result, say

from . import entry
from .flow_course import Course, inverse_of_quadratic, power_of
from .flow_limit import decay, near_minimisers, near_U, near_u, sufficient
from .loss import derive_loss


def equations(c: Course) -> tuple[Calculation, Calculation]:
    """dU/dt = −∇_U L and du/dt = −∂L/∂u, written out."""
    lines = []
    u, U, Γ, Λ = c.u, c.U, c.loss.Gamma, c.loss.model.task.Lambda
    speeds = u * Λ @ Λ - u**2 * Γ @ Λ @ U @ Λ, tr(Λ @ Λ @ U.T) - u * tr(Γ @ Λ @ U @ Λ @ U.T)
    for known, letter, right in zip((c.in_U, c.in_u), (U, u), speeds, strict=True):
        speed = -known.statement.lhs
        lines.append(
            proof(speed, say("The speed of {x} is", x=letter))
            .eq(right, by=rules.from_(known, "the derivative in {x}", x=letter))
            .qed()
        )
    return lines[0], lines[1]


def balance(c: Course) -> tuple[Calculation, Theorem]:
    """u² − tr(UUᵀ) does not change, so it stays 0."""
    u, U, L = c.u, c.U, c.loss.model.loss
    kept = u**2 - tr(U @ U.T)
    slopes = kernel.derivative(Eq(grad(kept, U), -2 * U)), kernel.derivative(Eq(grad(kept, u), 2 * u))
    lines = (
        proof(fall(c.flow, kept), say("Along the flow {k} falls at the rate", k=kept))
        .eq(2 * u * grad(L, u) - 2 * tr(U.T @ grad(L, U)), by=rules.from_all(*slopes, template="product rule"))
        .eq(0, by=rules.from_all(c.in_U, c.in_u, template="both derivatives of {L}", L=L))
        .qed()
    )
    constant = kernel.conserved(c.flow, kept, lines.theorem)
    normed = kernel.assume(c.normed)
    return lines, kernel.combine(Eq(u**2, tr(U @ U.T)), [(constant, 1, 1), (normed, -(c.sigma**2), 1)])


def descent(c: Course) -> tuple[Calculation, Theorem]:
    """L − L* falls at the rate ‖∇L‖², so it is never more than at the start."""
    Δ, L = c.excess, c.loss.model.loss
    slopes = []
    for known, letter in ((c.in_U, c.U), (c.in_u, c.u)):
        slopes.append(kernel.chain(kernel.derivative(Eq(grad(Δ, letter), known.statement.rhs)), kernel.turn(known)))
    lines = (
        proof(fall(c.flow, Δ), say("The excess {D} falls at the rate", D=Δ))
        .eq(c.norm, by=rules.from_all(*slopes, template="{D} and {L} have the same derivatives", D=Δ, L=L))
        .qed()
    )
    falling = kernel.descend(lines.theorem, kernel.nonnegative(c.norm))
    return lines, kernel.falls(c.flow, Δ, falling)


def away_from_zero(c: Course, even: Theorem, below: Theorem) -> tuple[Theorem, Theorem, Calculation]:
    """u stays positive, and ‖Λ²‖ u² is at least δ."""
    u, U, Γ, Λ = c.u, c.U, c.loss.Gamma, c.loss.model.task.Lambda
    line, s = tr(Λ @ Λ @ U.T), c.sizes[0]
    bend = kernel.nonnegative(tr(Γ @ Λ @ U @ Λ @ U.T))
    strong = kernel.add_up(Ge(u * line, c.delta), [(below, 1), (bend, u**2 / 2)], (c.delta, c.excess))
    driven = kernel.descend(strong, kernel.assume(Gt(c.delta, 0)))
    nowhere = kernel.divisor(kernel.nonzero(driven), u, line)
    positive = kernel.keeps_sign(c.flow, u, nowhere, kernel.positive(c.sigma))
    norms = kernel.cite("Cauchy–Schwarz", (Λ @ Λ, U))
    squares = kernel.add_up(Ge((s * u) ** 2, line**2), [(norms, 1), (even, s**2), (power_of(s), tr(U @ U.T))])
    wide = kernel.cite("squares keep order", (s * u, line), squares, kernel.add_up(Ge(s * u, 0), [(positive, s)]))
    lines = (
        proof(s * u**2, say("How far from zero?"))
        .by(
            kernel.cite("products keep order", (s * u, line, u), wide, positive),
            "Cauchy–Schwarz, {e}",
            e=even.statement,
        )
        .by(strong, "the loss is no more than at the start")
        .qed()
    )
    return positive, lines.theorem, lines


def gradient_dominates(c: Course, wide: Theorem) -> tuple[Theorem, tuple[Calculation, ...]]:
    """‖∇L‖² ≥ μ(L − L*)."""
    u, Γ, Λ, Δ, g = c.u, c.loss.Gamma, c.loss.model.task.Lambda, c.excess, grad(c.loss.model.loss, c.u)
    gap, (s, r, l) = c.gap, c.sizes
    Y, B = Γ @ Λ @ gap @ Λ, inverse_of_quadratic(Γ, Λ)
    A, rest = tr(Y @ Y.T), tr(gap @ gap.T)
    first = kernel.cite("norm of a product", (B, Y @ Λ.inv()))
    second = kernel.cite("norm of a product", (Y, Λ.inv()))
    using = [(first, 1), (second, tr(B @ B.T)), (power_of(r), l**2 * A), (power_of(l), tr(B @ B.T) * A)]
    small = kernel.add_up(Ge(r**2 * l**2 * A, rest), using)
    angle = kernel.cite("Cauchy–Schwarz", (Y, gap))
    squares = kernel.add_up(Ge((r * l * A) ** 2, (2 * Δ) ** 2), [(small, A), (angle, 1)], (Δ,))
    bound = kernel.cite("squares keep order", (r * l * A, 2 * Δ), squares, kernel.nonnegative(r * l * A))
    scaled = kernel.cite("products keep order", (r * l * A, 2 * Δ, c.delta), bound, kernel.assume(Gt(c.delta, 0)))
    residual = (
        proof(r * l * A, say("For the residual {Y}", Y=Y))
        .by(bound, "Cauchy–Schwarz, and {D} is half of {t}", D=Δ, t=tr(Y @ gap.T))
        .qed()
    )
    split = proof(c.norm, say("So")).eq(u**2 * A + g**2, by=rules.from_(c.in_U, "the derivative in {U}", U=c.U))
    using = [(wide, A / s), (scaled, 1 / (s * r * l)), (kernel.nonnegative(g**2), 1)]
    last = kernel.add_up(Ge(u**2 * A + g**2, c.mu * Δ), using, (c.mu,))
    lines = split.by(last, "{w}, and the bound above, times {x}", w=wide.statement, x=c.delta / (s * r * l)).qed()
    return lines.theorem, (residual, lines)


def derive(task: Task | None = None) -> Chapter:
    """The chapter: the equations, what is conserved, how the loss falls, and where the flow ends."""
    c = Course.of(derive_loss(task)[0])
    speeds = equations(c)
    kept, even = balance(c)
    rate, below = descent(c)
    positive, wide, from_zero = away_from_zero(c, even, below)
    dominated, steps = gradient_dominates(c, wide)
    small, whole = decay(c, rate.theorem, dominated)
    (least, *others), why = sufficient(c)
    Δ, L, Λ, star = c.excess, c.loss.model.loss, c.loss.model.task.Lambda, c.star
    stated = kernel.add_up(Ge(c.norm, c.mu * (L - star)), [(dominated, 1), (c.squared, -c.mu)], (Δ,))
    product = near_minimisers(c, small)
    first = near_u(c, product.theorem, even, positive)
    shape = near_U(c, product.theorem, first.theorem, wide)
    return entry("flow").chapter(
        summary=say(
            "Gradient flow moves {u} and {U} by minus the gradient of {L}. By {f} we mean that a curve which does so, "
            "and which starts at {s} and {S}, is at {u} and {U} after a time {t}, not negative. Three things are "
            "followed along it: what does not change, how large {u} stays, and how large the gradient is beside what "
            "is left of the loss.",
            f=c.flow,
            s=c.sigma,
            S=c.start[c.U],
            u=c.u,
            U=c.U,
            L=L,
            t=c.time,
        ),
        meaning=say(
            "Although the loss is not convex and has saddles, a small start of the right shape is never slow: the loss "
            "falls to its least value {star} exponentially, with the rate {mu}, and the weights go to the balanced "
            "point. The rate is a product of things known before training: how much the first step gains, {delta}, "
            "and how badly conditioned {Lambda} is.",
            star=star,
            mu=c.mu,
            delta=c.delta,
            Lambda=Λ,
        ),
        parts=(
            Result("equations", "Proposition", "The flow", speeds[0].theorem, speeds, also=(speeds[1].theorem,)),
            Result(
                "balance",
                "Lemma",
                "What is conserved",
                even,
                (kept,),
                conclusion=say(
                    "So it is what it was at the start, {z}, which is zero.",
                    z=c.sigma**2 - tr(c.start[c.U] @ c.start[c.U].T),
                ),
            ),
            Definition(Δ, say("what is left of the loss, {g}, by the completed square", g=L - star)),
            Definition(c.delta, say("what the start gains over predicting nothing")),
            *(
                Definition(size, say("the Frobenius norm of {A}", A=A))
                for size, A in zip(c.sizes, (Λ @ Λ, inverse_of_quadratic(c.loss.Gamma, Λ), Λ.inv()), strict=True)
            ),
            Definition(c.mu, say("the rate")),
            Result(
                "positive",
                "Lemma",
                "The layer stays switched on",
                positive,
                (rate, from_zero),
                also=(wide,),
                conclusion=say(
                    "The first calculation says that {D} never grows, since a squared norm is not negative. At the "
                    "start it is {s}, so {r}. Hence {u} is never zero; it began positive and moves continuously, so it "
                    "stays positive, which the second calculation uses.",
                    D=Δ,
                    s=c.gap_at_start,
                    r=Ge(c.u * tr(Λ @ Λ @ c.U.T), c.delta),
                    u=c.u,
                ),
            ),
            Result(
                "gradient-dominates",
                "Theorem",
                "A Polyak–Łojasiewicz inequality",
                stated,
                steps,
            ),
            Result(
                "decay",
                "Theorem",
                "Exponential convergence of the loss",
                kernel.mirror(whole),
                (),
                conclusion=say(
                    "By the theorem before, {D} falls at least at the rate {mu} times itself at every time, and "
                    "Grönwall's inequality says what that comes to. At the start it is {s}.",
                    D=Δ,
                    mu=c.mu,
                    s=c.gap_at_start,
                ),
            ),
            Definition(c.C, say("what bounds the distance to the minimisers at the start")),
            Definition(c.u_star, say("the balanced {u} of the optimum", u=c.u)),
            Result(
                "limit",
                "Theorem",
                "Where the flow ends",
                product.theorem,
                (product, first, shape),
                also=(first.theorem, shape.theorem),
                conclusion=say(
                    "As {t} grows, all three go to zero: the flow ends at {w} and {V}, the balanced point. That it "
                    "runs for all times is not among these statements; it does, since by them the weights stay "
                    "bounded, and a bounded solution of an equation with polynomial speeds goes on.",
                    w=c.u_star,
                    t=c.time,
                    V=c.loss.Gamma.inv() / c.u_star,
                ),
            ),
            Definition(c.norm_of_Gamma, say("the Frobenius norm of {G}", G=c.loss.Gamma)),
            Result(
                "start",
                "Proposition",
                "Which starts will do",
                least,
                why,
                also=tuple(others),
                conclusion=say(
                    "This asks less than the paper does and proves more: the paper has the largest eigenvalue of {G} "
                    "times the root of {d} for {f}, that of {L} squared times this root for {a}, and traces of "
                    "inverses for {b} and {c}, none of which is less.",
                    G=c.loss.Gamma,
                    d=c.loss.model.task.d,
                    f=c.norm_of_Gamma,
                    L=Λ,
                    **dict(zip("abc", c.sizes, strict=True)),
                ),
            ),
        ),
        formulas={"delta": c.delta.body, "mu": c.mu, "loss": c.loss.constant - c.delta},
        claims={
            "speed:u": speeds[1].theorem.statement.rhs,
            "speed:U": speeds[0].theorem.statement.rhs,
            "kept": c.u**2 - tr(c.U @ c.U.T),
            "least": star.body,
            "start": c.normed.lhs,
            "limit:u": c.u_star,
            "limit:U": c.loss.Gamma.inv() / c.u_star,
            "bound:uU": c.C,
            "bound:u": c.C / c.u_star**2,
            "bound:U": 4 * c.sizes[0] * c.C / c.delta,
        },
        uses=("gradient", "optimum"),
        model=c.loss.model,
    )
