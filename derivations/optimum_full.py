"""The optimum over all parameters, and the further stationary points at u = U = 0.  Not in the paper.

Claim.  Over all of p, u, U, q the loss is at least L*, and it is L* exactly where p = q = 0 and uU = Γ⁻¹, or u = 0,
U = 0 and pqᵀ = Γ⁻¹; the second is possible for d = 1 only.  For d ≥ 2 there are stationary points above L* at
u = U = 0: spurious.py, rank_one.py, basin.py and criterion.py say which, and which of them are local minima.
Scope.  All blocks; every Λ ≻ 0, d and N; the paper's task, whose labels have no noise.
"""

from typing import Any

from symicl.attention import Task
from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.letters import vector
from symicl.language.statements import And, Eq, Ge, Or
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Chapter, Definition, Result, say

from . import basin, criterion, entry, rank_one, spurious
from .even_part import Parts, no_waste, odd_part, parity, take_apart


def least(it: Parts, split: Theorem) -> Calculation:
    """L ≥ L*."""
    P, Q = it.loss.Gamma @ it.model.task.Lambda, it.model.task.Lambda
    return (
        proof(it.model.loss)
        .eq(split.statement.rhs, by=rules.from_(split, "the split"))
        .ge(
            it.star,
            kernel.nonnegative(it.square + it.waste),
            "a Gram trace of {P} and {Q}, and a mean square",
            P=P,
            Q=Q,
        )
        .qed()
    )


def families(it: Parts) -> tuple[And, And]:
    """The two families of minimisers."""
    layer, G = it.model.layer, it.loss.Gamma.inv()
    p, q, u, U = layer.p, layer.q, layer.u, layer.U
    return (
        And(Eq(p, 0), Eq(q, 0), Eq(u * U, G)),
        And(Eq(u, 0), Eq(U, 0), Eq(p @ q.T, G)),
    )


def minimisers(it: Parts, split: Theorem, wasteless: Theorem) -> Calculation:
    """L = L* exactly on the two families."""
    Γ, excess = it.loss.Gamma, it.square + it.waste
    nothing = And(Eq(it.total, Γ.inv()), Eq(it.waste, 0))
    return (
        proof(Eq(it.model.loss, it.star), say("Equality holds exactly where both are zero:"))
        .iff(Eq(excess, 0), rules.same_gap(split), "the split")
        .iff(nothing, lambda a, b: _both_vanish(it), "both are nonnegative, and the Gram trace is definite")
        .iff(
            Or(*families(it)), lambda a, b: _by_cases(it, wasteless, nothing), "by cases, since {G} is invertible", G=Γ
        )
        .qed()
    )


def _both_vanish(it: Parts) -> Theorem:
    Λ, square, W = it.model.task.Lambda, it.square, it.waste
    given = kernel.assume(Eq(square + W, 0))
    halves = kernel.cite(
        "sums of nonnegative numbers", [square, W], kernel.nonnegative(square), kernel.nonnegative(W), given
    )
    gap = kernel.modus(kernel.vanishes(square), kernel.part(halves, 0))
    hit = kernel.combine(Eq(it.total, it.loss.Gamma.inv()), [(gap, 1, 1)])
    forward = kernel.both(hit, kernel.part(halves, 1))
    both = kernel.assume(forward.statement)
    uses = [(kernel.part(both, 0), it.loss.Gamma @ Λ / 2, Λ @ it.gap.T), (kernel.part(both, 1), 1, 1)]
    return kernel.iff(forward, kernel.combine(given.statement, uses))


def _by_cases(it: Parts, wasteless: Theorem, nothing: And) -> Theorem:
    """V = Γ⁻¹ and W = 0 ⇔ one of the families."""
    layer, Γ, d = it.model.layer, it.loss.Gamma, it.model.task.d
    p, q, u, U = layer.p, layer.q, layer.u, layer.U
    first, second = families(it)
    goal = Or(first, second)
    given = kernel.assume(nothing)
    hit, idle = kernel.part(given, 0), kernel.modus(wasteless, kernel.part(given, 1))
    flat, ends = kernel.part(idle, 0), kernel.part(idle, 1)
    no_p, no_U = (kernel.assume(end) for end in ends.statement.parts)
    best = kernel.combine(first.parts[2], [(hit, 1, 1), (no_p, -1, q.T)])
    no_q = kernel.combine(first.parts[1], [(best, -Γ, q), (flat, Γ @ U, 1)])
    other = kernel.combine(second.parts[2], [(hit, 1, 1), (no_U, -u, 1)])
    no_u = kernel.combine(second.parts[0], [(other, -u * Γ / d, 1), (flat, p.T @ Γ / d, 1)])
    one = kernel.either(goal, kernel.both(no_p, no_q, best))
    two = kernel.either(goal, kernel.both(no_u, no_U, other))
    forward = kernel.choose(ends, one, two)
    return kernel.iff(forward, kernel.choose(kernel.assume(goal), *_from_families(it, wasteless, nothing)))


def _from_families(it: Parts, wasteless: Theorem, nothing: And) -> list[Theorem]:
    layer = it.model.layer
    q, u, U = layer.q, layer.u, layer.U
    flat, ends = wasteless.statement.parts[1].parts
    found = []
    for family, end in zip(families(it), (0, 1), strict=True):
        given = kernel.assume(family)
        zeros = [kernel.part(given, 0), kernel.part(given, 1)]
        idle = kernel.combine(flat, [(zeros[1], u, 1)] if end == 0 else [(zeros[0], 1, q)])
        gone = [(zeros[0], 1, q.T)] if end == 0 else [(zeros[0], 1, U)]
        hit = kernel.combine(nothing.parts[0], [(kernel.part(given, 2), 1, 1), *gone])
        no_waste = kernel.modus(wasteless, kernel.both(idle, kernel.either(ends, zeros[end])))
        found.append(kernel.both(hit, no_waste))
    return found


def only_for_one(it: Parts) -> Calculation:
    """The second family needs d = 1: Γpqᵀ is the identity, and has rank one."""
    layer, Γ, d = it.model.layer, it.loss.Gamma, it.model.task.d
    p, q, one = layer.p, layer.q, it.model.task.identity
    met = kernel.assume(families(it)[1].parts[2])
    size = kernel.combine(Eq(q.T @ Γ @ p, d), [(met, Γ, 1)])
    return (
        proof(d, say("On the second family,"))
        .eq(tr(one @ one), by=rules.algebra)
        .eq(
            tr(Γ @ p @ q.T @ Γ @ p @ q.T),
            by=rules.combination((met, -Γ, 1), (met, -Γ, Γ @ p @ q.T), reason="{c}", c=met.statement),
        )
        .eq((q.T @ Γ @ p) ** 2, by=rules.because(rules.algebra, "{a} is a number", a=q.T @ Γ @ p))
        .eq(d**2, by=rules.from_(size, "the trace of {c}", c=met.statement))
        .qed()
    )


def one_dimension(it: Parts, same: Theorem) -> Theorem:
    """pqᵀ = Γ⁻¹ gives d = 1."""
    return kernel.combine(Eq(it.model.task.d, 1), [(same, -1 / it.model.task.d, 1)])


def more_dimensions(it: Parts, attained: Theorem, single: Theorem) -> Theorem:
    """For d ≥ 2 only the first family is left."""
    d = it.model.task.d
    first, second = families(it)
    both = kernel.assume(second)
    absurd = kernel.cut(single, kernel.part(both, 2))
    parts = [kernel.combine(part, [(absurd, (part.lhs - part.rhs) / (d - 1), 1)]) for part in first.parts]
    least = kernel.assume(attained.statement.parts[0])
    settled = kernel.choose(kernel.modus(attained, least), kernel.assume(first), kernel.both(*parts))
    back = kernel.modus(attained, kernel.either(attained.statement.parts[1], kernel.assume(first)))
    return kernel.cut(kernel.iff(settled, back), at_least_two(d))


def at_least_two(d: Any) -> Theorem:
    """d ≥ 2 gives d − 1 ≠ 0."""
    less = kernel.at_least(kernel.identity(Eq(-1, -1)), kernel.nonnegative(0))
    more = kernel.cite("sums keep order", [d, 2, -1, -1], kernel.assume(Ge(d, 2)), less)
    return kernel.nonzero(kernel.descend(more, kernel.positive(1)))


def there_is_one(it: Parts) -> Calculation:
    """For d = 1 the second family is not empty: p = Γ⁻¹v, q = v for a v of length 1."""
    t, G = it.model.task, it.loss.Gamma.inv()
    v, one = vector("v", t.d), t.identity
    length, single = kernel.assume(Eq(v.T @ v, 1)), kernel.assume(Eq(t.d, 1))
    rest = one - v @ v.T
    size = kernel.combine(Eq(tr(rest @ rest.T), 0), [(single, 1, 1), (length, v.T @ v - 1, 1)])
    whole = kernel.modus(kernel.vanishes(tr(rest @ rest.T)), size)
    return (
        proof(
            G @ v @ v.T,
            say(
                "Let {a} and {b}. Then {c} is zero, since {s}, and",
                a=single.statement,
                b=length.statement,
                c=rest,
                s=size.statement,
            ),
        )
        .eq(G, by=rules.combination((whole, -G, 1), reason="{c}", c=whole.statement))
        .qed()
    )


def global_results(it: Parts, odd: Calculation, split: Calculation) -> list[Definition | Result]:
    """The loss taken apart, its minimum, and where it is attained."""
    layer, t = it.model.layer, it.model.task
    p, q, u, U = layer.p, layer.q, layer.u, layer.U
    everywhere = say("For all {p}, {u}, {U}, {q},", p=p, u=u, U=U, q=q)
    steps, wasteless = no_waste(it)
    below = least(it, split.theorem)
    attained = minimisers(it, split.theorem, wasteless)
    rank = only_for_one(it)
    single = one_dimension(it, rank.theorem)
    found = there_is_one(it)
    return [
        Definition(it.waste, say("half the mean square of the part of the prediction that is even in {w}", w=t.w)),
        Result("split", "Proposition", "The loss, taken apart", split.theorem, (odd, split), given=everywhere),
        Result(
            "waste",
            "Lemma",
            "When the even part vanishes",
            wasteless,
            steps,
            given=everywhere,
            conclusion=say(
                "All these terms are nonnegative. If {W} is zero then so is {a}, that is {b}; what is left of {W} is "
                "then the second display, so that {c} is zero too, and {p} or {U} is. Conversely, where {b} and one "
                "of {p}, {U} is zero, nothing is left of the even part.",
                W=it.waste,
                a=u**2 * (q.T @ t.Lambda @ q),
                b=Eq(u * q, 0),
                c=(p.T @ t.Lambda @ p) * tr(t.Lambda @ U @ t.Lambda @ U.T),
                p=p,
                U=U,
            ),
        ),
        Result(
            "minimum",
            "Theorem",
            "Global optimum over all parameters",
            below.theorem,
            (below, attained),
            given=everywhere,
            also=(attained.theorem,),
            conclusion=say(
                "In the last line, if {U} is zero, the trace of {m} gives {n}; if {p} is, {k} gives {z}.",
                U=U,
                m=u * it.loss.Gamma @ p @ q.T,
                n=Eq(u, 0),
                p=p,
                k=Eq(q, it.loss.Gamma @ (u * U) @ q),
                z=Eq(q, 0),
            ),
        ),
        Result(
            "one-dimension",
            "Corollary",
            "The second family needs one dimension",
            single,
            (rank,),
            conclusion=say("A positive number that is its own square is 1."),
        ),
        Result(
            "several",
            "Corollary",
            "The minimisers in two dimensions and more",
            more_dimensions(it, attained.theorem, single),
            (),
            conclusion=say("For the second family is empty, by the corollary before."),
        ),
        Result("exists", "Proposition", "In one dimension the second family is there", found.theorem, (found,)),
    ]


def derive(task: Task | None = None) -> Chapter:
    """The chapter: the minimum over all blocks, and the landscape at u = U = 0."""
    it = take_apart(task)
    layer = it.model.layer
    odd = odd_part(it)
    split = parity(it, odd.theorem)
    at = spurious.point(task)
    bend = basin.bend_of(it)
    C = criterion.Criterion(at)
    landscape = (
        *spurious.results(at, task),
        *rank_one.results(at),
        *basin.results(at, bend, split.theorem),
        *criterion.results(at, bend),
    )
    return entry("optimum-full").chapter(
        summary=say(
            "The prediction has a part that is odd in the task {w} and one that is even. The odd part knows {V} only, "
            "and the target is odd too: so the loss is the square of the optimum without {p} and {q}, with {V} for "
            "{a}, and what the even part adds. At {z} the even part is absent, and what is left is to approximate {G} "
            "by a matrix {r} of rank one: its stationary points are the eigenvectors of {L}.",
            w=it.model.task.w,
            V=it.total,
            p=layer.p,
            q=layer.q,
            a=layer.u * layer.U,
            z=And(Eq(layer.u, 0), Eq(layer.U, 0)),
            G=it.loss.Gamma.inv(),
            r=layer.p @ layer.q.T,
            L=it.model.task.Lambda,
        ),
        meaning=say(
            "More parameters do not make the layer better: {p} and {q} are of no use, and for two dimensions and more "
            "they can do harm. A training that starts anywhere may end where the layer looks at one direction only, "
            "that of the largest eigenvalue, and there it stays if {C} is positive: so it is, for example, where one "
            "eigenvalue is much larger than the others and prompts are not long. The paper's start at {z} never meets "
            "these points. Where {C} is negative they are saddles; nothing is said here of stationary points at which "
            "{u} and {U} are not zero.",
            p=layer.p,
            q=layer.q,
            C=C.C,
            z=And(Eq(layer.p, 0), Eq(layer.q, 0)),
            u=layer.u,
            U=layer.U,
        ),
        parts=(*global_results(it, odd, split), *landscape),
        formulas={"loss": it.star.body, "excess": at.level - it.star.body, "criterion": C.C.body},
        claims=_claims(it, at, C),
        uses=("loss-full", "gradient", "optimum"),
        model=it.model,
    )


def _claims(it: Parts, at: spurious.Point, C: criterion.Criterion) -> dict[str, Any]:
    """What the judges ask for beside the formulas."""
    layer = it.model.layer
    down = rank_one.direction(at)
    return {
        "square": it.star.body + it.square,
        "Gamma_inverse": it.loss.Gamma.inv(),
        "level": at.level,
        "q": layer.p / (at.n * at.gamma),
        "speed:p": down[layer.p],
        "speed:q": down[layer.q],
        "fall": rank_one.fall(at),
        "J": C.J,
    }
