"""The stationary points of the loss on p = q = 0 (arXiv:2306.09927, section 5).

Claim.  They are exactly (i) uU = Γ⁻¹ and (ii) u = 0, tr(Λ²Uᵀ) = 0; the second are strict saddles of value ½ tr Λ.
Scope.  Every Λ ≻ 0 and N.  That (i) are global minima is in optimum.py.
"""

from dataclasses import dataclass

from symicl.attention import Model, Task
from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.mean import grad, second_variation
from symicl.language.statements import And, Eq, Ne, Or
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Chapter, Result, say

from . import entry
from .gradient import gradients
from .loss import Loss, derive_loss


@dataclass(frozen=True)
class Families:
    """The statements that the classification speaks of."""

    stationary: And
    first: Eq
    second: And
    vanishing: Eq

    @classmethod
    def of(cls, loss: Loss) -> "Families":
        L, u, U, Λ = loss.model.loss, loss.model.layer.u, loss.model.layer.U, loss.model.task.Lambda
        vanishing = Eq(tr(Λ @ Λ @ U.T), 0)
        return cls(
            And(Eq(grad(L, U), 0), Eq(grad(L, u), 0)),
            Eq(u * U, loss.Gamma.inv()),
            And(Eq(u, 0), vanishing),
            vanishing,
        )


def where_u_is_not_zero(loss: Loss, in_U: Theorem) -> Calculation:
    """For u ≠ 0 the gradient in U vanishes exactly on family (i)."""
    L, u, U, Γ, Λ = loss.model.loss, loss.model.layer.u, loss.model.layer.U, loss.Gamma, loss.model.task.Lambda
    scaled = rules.multiply(Λ.inv() @ Γ.inv() / u, Λ.inv(), (u * Γ @ Λ, Λ), "cancel")
    return (
        proof(Eq(grad(L, U), 0), say("Let {c}. Then", c=Ne(u, 0)))
        .iff(Eq(in_U.statement.rhs, 0), rules.same_sides(in_U), "the gradient in {U}", U=U)
        .iff(
            Eq(u * U, Γ.inv()),
            scaled,
            "multiply by {a} from the left and by {b} from the right",
            a=Λ.inv() @ Γ.inv() / u,
            b=Λ.inv(),
        )
        .qed()
    )


def other_derivative(loss: Loss, in_u: Theorem, known: Theorem) -> Calculation:
    """On family (i) the derivative in u vanishes as well."""
    L, u, U, Γ, Λ = loss.model.loss, loss.model.layer.u, loss.model.layer.U, loss.Gamma, loss.model.task.Lambda
    return (
        proof(grad(L, u), say("On this set the other derivative vanishes of itself:"))
        .eq(in_u.statement.rhs, by=rules.from_(in_u, "the derivative in {u}", u=u))
        .eq(tr(Γ @ Λ @ (u * U - Γ.inv()) @ Λ @ U.T), by=rules.because(rules.algebra, "{a} and {b} commute", a=Γ, b=Λ))
        .eq(0, by=rules.combination((known, Γ @ Λ, Λ @ U.T), reason="{c}", c=known.statement))
        .qed()
    )


def where_u_is_zero(loss: Loss, in_u: Theorem) -> Calculation:
    """For u = 0 the derivative in u vanishes exactly where tr(Λ²Uᵀ) does."""
    L, u, U, Λ = loss.model.loss, loss.model.layer.u, loss.model.layer.U, loss.model.task.Lambda
    zero = kernel.assume(Eq(u, 0))
    value = kernel.chain(in_u, kernel.replace(in_u.statement.rhs, zero))
    return (
        proof(Eq(grad(L, u), 0), say("Let {c}. Then the gradient in {U} is zero, and", c=Eq(u, 0), U=U))
        .iff(Eq(value.statement.rhs, 0), rules.same_sides(value), "put {c} into the derivative in {u}", c=Eq(u, 0), u=u)
        .iff(Eq(tr(Λ @ Λ @ U.T), 0), rules.multiply(-1, 1, (-1, 1), ""), "change the sign")
        .qed()
    )


def classify(loss: Loss, in_U: Theorem, in_u: Theorem, pieces: tuple[Calculation, ...]) -> Theorem:
    """Stationary ⇔ (i) or (ii), by cases on u."""
    f, u = Families.of(loss), loss.model.layer.u
    goal = Or(f.first, f.second)
    other, zero_case, nonzero_case = pieces[1].theorem, pieces[2].theorem, pieces[0].theorem
    given = kernel.assume(f.stationary)
    on_first = kernel.either(goal, kernel.modus(nonzero_case, kernel.part(given, 0)))
    vanish = kernel.modus(zero_case, kernel.part(given, 1))
    on_second = kernel.either(goal, kernel.both(kernel.assume(Eq(u, 0)), vanish))
    forward = kernel.cases(Eq(u, 0), on_second, on_first)
    from_first = kernel.both(_gradient_on_first(loss, in_U), other)
    both = kernel.assume(f.second)
    at_zero = kernel.part(both, 0)
    flat = kernel.cut(_gradient_at_zero(in_U, Eq(u, 0)), at_zero)
    slope = kernel.cut(kernel.modus(zero_case, kernel.part(both, 1)), at_zero)
    from_second = kernel.both(flat, slope)
    backward = kernel.choose(kernel.assume(goal), from_first, from_second)
    return kernel.iff(forward, backward)


def _gradient_on_first(loss: Loss, in_U: Theorem) -> Theorem:
    """uU = Γ⁻¹ makes the gradient in U vanish, also without u ≠ 0."""
    u, Γ, Λ = loss.model.layer.u, loss.Gamma, loss.model.task.Lambda
    known = kernel.assume(Families.of(loss).first)
    goal = Eq(in_U.statement.lhs, 0)
    return kernel.combine(goal, [(in_U, 1, 1), (known, u * Γ @ Λ, Λ)])


def _gradient_at_zero(in_U: Theorem, zero: Eq) -> Theorem:
    return kernel.chain(in_U, kernel.replace(in_U.statement.rhs, kernel.assume(zero)))


def value_on_saddles(loss: Loss) -> Calculation:
    """On family (ii) the loss is ½ tr Λ (the mean square of the target), as if nothing were predicted."""
    L, u = loss.model.loss, loss.model.layer.u
    return (
        proof(L, say("On the second family,"))
        .eq(loss.theorem.statement.rhs, by=rules.from_(loss.theorem, "population loss"))
        .then(rules.from_(kernel.assume(Eq(u, 0)), "{c}", c=Eq(u, 0)))
        .qed()
    )


def descent(loss: Loss) -> tuple[Calculation, Theorem]:
    """From every point of family (ii) a direction in which the second derivative is negative."""
    L, u, U, Γ, Λ = loss.model.loss, loss.model.layer.u, loss.model.layer.U, loss.Gamma, loss.model.task.Lambda
    s, k = tr(Λ @ Λ), tr(Γ @ Λ @ U @ Λ @ U.T)
    identity = loss.model.task.identity
    bend = second_variation(L, {u: s, U: (k + s) * identity})
    zero = kernel.assume(Eq(u, 0))
    lines = (
        proof(
            bend,
            say(
                "Move {u} with speed {s} and {U} with speed {v}. The second derivative along this line is",
                u=u,
                s=s,
                U=U,
                v=(k + s) * identity,
            ),
        )
        .eq(
            -(s**2) * k - 2 * s**3,
            by=rules.differentiate(loss.theorem, zero, template="product rule, twice, at {c}", c=zero.statement),
        )
        .qed()
    )
    drop = kernel.positive(s**2 * k + 2 * s**3)
    total = kernel.combine(Eq(0, lines.theorem.statement.lhs + drop.statement.lhs), [(lines.theorem, -1, 1)])
    falling = kernel.at_least(total, drop)
    settled = kernel.weaken(falling, kernel.identity(Eq(falling.statement.rhs, bend)))
    return lines, kernel.mirror(settled)


def derive(task: Task | None = None) -> Chapter:
    """The chapter: the two families, why there are no others, and why the second are strict saddles."""
    loss = derive_loss(task)[0]
    in_U, in_u = (lines.theorem for lines in gradients(loss))
    f, u, U = Families.of(loss), loss.model.layer.u, loss.model.layer.U
    first = where_u_is_not_zero(loss, in_U)
    other = other_derivative(loss, in_u, kernel.assume(f.first))
    second = where_u_is_zero(loss, in_u)
    pieces = (first, other, second)
    bending, strict = descent(loss)
    level = value_on_saddles(loss)
    full = Model(task).layer
    return entry("stationary").chapter(
        summary=say(
            "Where does training come to rest on the set without {p} and {q}? Where both derivatives vanish. If {u} is "
            "not zero, one of them alone decides; if it is zero, the other does.",
            p=full.p,
            q=full.q,
            u=u,
        ),
        meaning=say(
            "Besides the optimum there is only the set on which the layer is switched off, {z}. It traps nobody: from "
            "each of its points the loss falls at second order in some direction.",
            z=Eq(u, 0),
        ),
        parts=(
            Result(
                "families",
                "Theorem",
                "Stationary points",
                classify(loss, in_U, in_u, pieces),
                pieces,
                conclusion=say(
                    "Conversely, {a} makes {g} vanish, since it is {r} multiplied by {x} and {y}. Every value of "
                    "{u} is one of the two cases, so there are no others.",
                    a=f.first,
                    g=in_U.statement.lhs,
                    r=u * U - loss.Gamma.inv(),
                    x=u * loss.Gamma @ loss.model.task.Lambda,
                    y=loss.model.task.Lambda,
                    u=u,
                ),
            ),
            Result(
                "saddles",
                "Proposition",
                "The second family are strict saddles",
                strict,
                (level, bending),
                given=say("With the direction below,"),
                also=(level.theorem,),
                conclusion=say(
                    "This is negative, because {s} is positive and {k} is not negative.",
                    s=tr(loss.model.task.Lambda @ loss.model.task.Lambda),
                    k=tr(loss.Gamma @ loss.model.task.Lambda @ U @ loss.model.task.Lambda @ U.T),
                ),
            ),
        ),
        formulas={"Gamma_inverse": loss.Gamma.inv(), "value": level.theorem.statement.rhs},
        claims={"descent:u": bending.start.directions[u], "descent:U": bending.start.directions[U]},
        uses=("gradient",),
        model=loss.model,
    )
