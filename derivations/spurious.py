"""The points u = U = 0 at which the loss over all parameters is stationary though not least.

Claim.  For an eigenvector p of Λ, Λp = λp, the points u = 0, U = 0, pqᵀ = ppᵀ/(γ pᵀp) are stationary, γ the eigenvalue
of Γ that belongs to λ; the loss there is ½ tr Λ − λ²/(2γ), which is L* for d = 1 only.  There are no others with
u = U = 0 and p ≠ 0.
"""

from dataclasses import dataclass
from typing import Any

from symicl.attention import Task
from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.letters import scalar
from symicl.language.mean import named
from symicl.language.statements import Eq
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Definition, Result, say
from symicl.proof.rewriting import rewriting, settle

from .even_part import Parts, take_apart
from .gradient import full_gradients


@dataclass(frozen=True)
class Point:
    """The letters of such a point: the loss taken apart, the eigenvalue λ, and n = pᵀp."""

    it: Parts
    eigenvalue: Any
    n: Any

    @property
    def gamma(self) -> Any:
        """γ, the eigenvalue of Γ that belongs to λ."""
        t = self.it.model.task
        return named("gamma", (1 + 1 / t.N) * self.eigenvalue + tr(t.Lambda) / t.N)

    @property
    def eigen(self) -> Theorem:
        """Λp = λp."""
        p = self.it.model.layer.p
        return kernel.assume(Eq(self.it.model.task.Lambda @ p, self.eigenvalue * p))

    @property
    def length(self) -> Theorem:
        """pᵀp = n."""
        p = self.it.model.layer.p
        return kernel.assume(Eq(p.T @ p, self.n))

    @property
    def partner(self) -> Theorem:
        """q = p/(nγ)."""
        layer = self.it.model.layer
        return kernel.assume(Eq(layer.q, layer.p / (self.n * self.gamma)))

    @property
    def known(self) -> tuple[Theorem, ...]:
        """What p and q are."""
        return self.partner, self.eigen, self.length

    @property
    def zeros(self) -> tuple[Theorem, Theorem]:
        """u = 0 and U = 0."""
        layer = self.it.model.layer
        return kernel.assume(Eq(layer.u, 0)), kernel.assume(Eq(layer.U, 0))

    @property
    def level(self) -> Any:
        """½ tr Λ − λ²/(2γ)."""
        return tr(self.it.model.task.Lambda) / 2 - self.eigenvalue**2 / (2 * self.gamma)

    @property
    def products(self) -> list[Theorem]:
        """The numbers that p, q and Λ make."""
        layer, Λ = self.it.model.layer, self.it.model.task.Lambda
        p, q, λ, n, γ = layer.p, layer.q, self.eigenvalue, self.n, self.gamma
        values = {
            p.T @ Λ @ p: λ * n,
            p.T @ Λ @ Λ @ p: λ**2 * n,
            p.T @ Λ @ q: λ / γ,
            q.T @ Λ @ q: λ / (n * γ**2),
        }
        return [settle(Eq(form, value), *self.known) for form, value in values.items()]

    @property
    def stretched(self) -> Theorem:
        """Γp = γp."""
        Γ, p = self.it.loss.Gamma, self.it.model.layer.p
        return settle(Eq(Γ @ p, self.gamma * p), self.eigen, open=(self.gamma, Γ))


def at_zero(at: Point, theorem: Theorem) -> rules.Rule:
    """A proved equation at u = 0 and U = 0."""
    u, U = at.zeros
    return rules.known(theorem, u, U, template="put {a} and {b} in", a=u.statement, b=U.statement)


def point(task: Task | None = None) -> Point:
    """A point with its letters."""
    return Point(take_apart(task), scalar("lambda", positive=True), scalar("n", positive=True))


def stationary(at: Point, task: Task | None) -> tuple[tuple[Calculation, ...], Theorem]:
    """All four derivatives vanish there."""
    found = []
    for lines in full_gradients(task).values():
        here = proof(lines.start).then(at_zero(at, lines.theorem))
        nothing = Eq(here.last, 0).rhs
        if here.last != nothing:
            solved = rewriting(
                *at.known,
                *at.products,
                open=(at.gamma,),
                reason="{a}, and what {q} is",
                a=at.eigen.statement,
                q=at.it.model.layer.q,
            )
            here = here.eq(nothing, by=solved)
        found.append(here.qed())
    return tuple(found), kernel.both(*(lines.theorem for lines in found))


def value(at: Point) -> Calculation:
    """The loss there."""
    solved = rewriting(*at.known, open=(at.gamma,), reason="{a}, {b}", a=at.eigen.statement, b=at.partner.statement)
    return proof(at.it.model.loss).then(at_zero(at, at.it.polynomial)).eq(at.level, by=solved).qed()


def excess(at: Point, worth: Theorem) -> tuple[Calculation, Theorem]:
    """The loss there above L*, as a Gram trace; it is L* exactly for d = 1."""
    it, γ, n = at.it, at.gamma, at.n
    t, L = it.model.task, it.model.loss
    Λ, G, p = t.Lambda, it.loss.Gamma.inv(), it.model.layer.p
    rest = t.identity - p @ p.T / n
    gram = tr(rest @ (Λ @ Λ @ G) @ rest.T) / 2
    shrunk = kernel.combine(Eq(G @ p, p / γ), [(at.stretched, -G / γ, 1)])
    solved = rewriting(
        shrunk, at.eigen, at.length, open=(it.star, γ), reason="{a}, {b}", a=shrunk.statement, b=at.eigen.statement
    )
    lines = proof(L).eq(at.level, by=rules.from_(worth, "the value there")).eq(it.star + gram, by=solved).qed()
    same, single = kernel.assume(Eq(L, it.star)), kernel.assume(Eq(t.d, 1))
    zero = kernel.combine(Eq(gram, 0), [(same, 1, 1), (lines.theorem, -1, 1)])
    flat = kernel.modus(kernel.vanishes(gram), zero)
    forward = kernel.combine(single.statement, [(flat, 1, 1), (at.length, 1 / n, 1)])
    size = tr(rest @ rest.T)
    flat = kernel.modus(kernel.vanishes(size), settle(Eq(size, 0), at.length, single))
    back = kernel.combine(same.statement, [(lines.theorem, 1, 1), (flat, Λ @ Λ @ G / 2, rest.T)])
    return lines, kernel.iff(forward, back)


def no_others(at: Point, task: Task | None) -> tuple[Calculation, Theorem]:
    """A stationary point with u = U = 0 and p ≠ 0 is one of these: p is an eigenvector, and q = p/(nγ)."""
    it, λ, γ = at.it, at.eigenvalue, at.gamma
    Γ, p, q = it.loss.Gamma, it.model.layer.p, it.model.layer.q
    Λ, N, s, t = it.model.task.Lambda, it.model.task.N, scalar("s", positive=True), scalar("t", positive=True)
    scales = [kernel.assume(Eq(p.T @ Γ @ Λ @ p, s)), kernel.assume(Eq(q.T @ Λ @ q, t))]
    in_p = _flat(at, task, "p", scales[1], Γ @ Λ @ p, Λ @ Λ @ q)
    in_q = _flat(at, task, "q", scales[0], Λ @ q, Λ @ Λ @ p)
    root = kernel.assume(Eq(λ**2, s * t * γ))
    squared = kernel.combine(Eq(Λ @ Λ @ p, s * t * Γ @ p), [(in_q, -1, 1), (in_p, -s * Λ.inv(), 1)])
    pair = λ**2 * Γ - γ * Λ @ Λ
    both = kernel.combine(Eq(pair @ p, 0), [(squared, -γ, 1), (root, 1, Γ @ p)])
    off = λ * p - Λ @ p
    M = ((1 + 1 / N) * λ + tr(Λ) / N) * Λ + tr(Λ) / N * λ * it.model.task.identity
    lines = (
        proof(
            off.T @ M @ off,
            say(
                "Both derivatives vanish, so that {a} and, with {b}, {c}. Hence",
                a=squared.statement,
                b=root.statement,
                c=both.statement,
            ),
        )
        .eq(off.T @ pair @ p, by=rules.unfold(γ, Γ))
        .eq(0, by=rules.combination((both, off.T, 1), reason="{c}", c=both.statement))
        .qed()
    )
    zero = kernel.modus(kernel.vanishes(lines.start), lines.theorem)
    zero = zero if zero.statement.lhs == off else kernel.flip(zero)
    return lines, _point_found(at, kernel.combine(at.eigen.statement, [(zero, -1, 1)]), scales[0], in_q)


def _point_found(at: Point, eigen: Theorem, scale: Theorem, in_q: Theorem) -> Theorem:
    """Λp = λp, and q = p/(nγ) from sΛq = Λ²p."""
    p, Γ, Λ = at.it.model.layer.p, at.it.loss.Gamma, at.it.model.task.Lambda
    λ, γ, n, s = at.eigenvalue, at.gamma, at.n, scale.statement.rhs
    size = settle(Eq(p.T @ Γ @ Λ @ p, γ * λ * n), at.eigen, at.length, open=(γ, Γ))
    size = kernel.cut(kernel.chain(kernel.turn(scale), size), eigen)
    partner = kernel.combine(
        at.partner.statement, [(in_q, Λ.inv() / s, 1), (eigen, 1 / s, 1), (size, -p / (s * n * γ), 1)]
    )
    return kernel.both(eigen, partner)


def _flat(at: Point, task: Task | None, name: str, scale: Theorem, pulled: Any, rest: Any) -> Theorem:
    """A derivative that vanishes, at u = 0 and U = 0: a number times one vector, less another."""
    slope = full_gradients(task)[name].theorem
    given = kernel.assume(Eq(slope.statement.lhs, 0))
    theorem = proof(slope.statement.lhs).then(at_zero(at, slope)).qed().theorem
    form, number = scale.statement.lhs, scale.statement.rhs
    here = kernel.identity(Eq(theorem.statement.rhs, form * pulled - rest), [at.it.loss.Gamma])
    uses = [(given, 1, 1), (theorem, -1, 1), (here, -1, 1), (scale, -1, pulled)]
    return kernel.combine(Eq(number * pulled - rest, 0), uses)


def results(at: Point, task: Task | None) -> list[Definition | Result]:
    """The points, and that there are no others with u = U = 0."""
    it, λ = at.it, at.eigenvalue
    layer, t = it.model.layer, it.model.task
    slopes, flat = stationary(at, task)
    worth = value(at)
    above, only = excess(at, worth.theorem)
    others = no_others(at, task)
    return [
        Definition(
            at.gamma,
            say("the eigenvalue of {G} that belongs to the eigenvalue {l} of {L}", G=it.loss.Gamma, l=λ, L=t.Lambda),
        ),
        Result(
            "points",
            "Theorem",
            "Stationary points that are no minima",
            flat,
            (*slopes, worth, above),
            also=(worth.theorem, only),
            conclusion=say(
                "The Gram trace is zero only where {a} is, and the trace of that is {b}. For two dimensions and more "
                "these points are thus above {s}.",
                a=t.identity - layer.p @ layer.p.T / at.n,
                b=t.d - 1,
                s=it.star,
            ),
        ),
        Result(
            "no-others",
            "Proposition",
            "There are no others with u = U = 0",
            others[1],
            (others[0],),
            conclusion=say(
                "The matrix in the middle is positive definite, so that {a} is zero. Such a {l} there is: {f} grows "
                "with {l} from 0 without bound. If {p} is zero, then so is {q}, and that point is one of the strict "
                "saddles on the set without {p} and {q}.",
                a=λ * layer.p - t.Lambda @ layer.p,
                l=λ,
                f=λ**2 / at.gamma,
                p=layer.p,
                q=layer.q,
            ),
        ),
    ]
