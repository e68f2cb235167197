"""Which of the points of ``spurious`` are local minima.

Claim.  At the point of an eigenvalue λ the number D of ``basin`` is a positive multiple of an explicit C, a function of
λ, tr Λ, tr Λ², d and N.  So the point of the largest eigenvalue is a local minimum where C > 0, and where C < 0 the
loss falls at second order in a direction that is given.
"""

from dataclasses import dataclass
from typing import Any

from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.mean import named, second_variation
from symicl.language.statements import Eq, Gt
from symicl.proof import rules
from symicl.proof.calculation import Lines, proof
from symicl.proof.chapter import Calculation, Definition, Result, say
from symicl.proof.rewriting import rewriting, settle

from .basin import Bend
from .spurious import Point


@dataclass(frozen=True)
class Criterion:
    """The numbers r, h and C, and the matrix J of a point of ``spurious``."""

    at: Point

    @property
    def trace(self) -> Any:
        """tr Λ."""
        return tr(self.at.it.model.task.Lambda)

    @property
    def r(self) -> Any:
        """Nγ/λ."""
        return named("r", self.at.it.model.task.N * self.at.gamma / self.at.eigenvalue)

    @property
    def h(self) -> Any:
        """The trace that couples the diagonal of U."""
        t, λ, τ, r = self.at.it.model.task, self.at.eigenvalue, self.trace, self.r
        d, N = t.d, t.N
        above = (N + 2) * (2 * λ + (N + 3) * τ) + 2 * ((d - 1) * τ - r * (τ - λ))
        return named("h", above / self.size)

    @property
    def size(self) -> Any:
        """(N + 2)(N + 5) + 2(d − 1), written without a difference."""
        t = self.at.it.model.task
        return t.N**2 + 7 * t.N + 2 * t.d + 8

    @property
    def C(self) -> Any:
        """Positive at a local minimum, negative at a saddle."""
        t, λ, τ, r, h = self.at.it.model.task, self.at.eigenvalue, self.trace, self.r, self.h
        d, N = t.d, t.N
        s = tr(t.Lambda @ t.Lambda)
        others = (d - 1) * τ**2 - 2 * r * τ * (τ - λ) + r**2 * (s - λ**2)
        return named(
            "C",
            (1 + 2 / N) * (τ**2 + 2 * s)
            - (2 * λ + (N + 3) * τ) ** 2 / (2 * (N + 3))
            - others / (N + 2)
            + self.size * h**2 / (2 * (N + 2)),
        )

    @property
    def J(self) -> Any:
        """The J of the point."""
        at, λ, τ, r, h = self.at, self.at.eigenvalue, self.trace, self.r, self.h
        t, p, N = at.it.model.task, at.it.model.layer.p, at.it.model.task.N
        across = ((τ - h) * t.Lambda.inv() - r * t.identity) / (N + 2)
        along = (2 * λ + (N + 3) * (τ - h)) / (2 * (N + 3) * λ) - ((τ - h) / λ - r) / (N + 2)
        return N / (at.n * at.gamma) * (across + along * p @ p.T / at.n)

    @property
    def facts(self) -> list[Theorem]:
        """What r and h satisfy, and what Γ and Λ⁻¹ make of p."""
        at, λ, r, h = self.at, self.at.eigenvalue, self.r, self.h
        t, p = at.it.model.task, at.it.model.layer.p
        d, N = t.d, t.N
        rest = (
            (N + 2) * (2 * λ + (N + 3) * self.trace)
            - 2 * (self.trace + r * (self.trace - λ))
            - h * ((N + 2) * (N + 5) - 2)
        )
        return [
            kernel.identity(Eq(self.trace, N * at.gamma - (N + 1) * λ), [at.gamma]),
            kernel.identity(Eq(d * h, rest / 2 + d * self.trace), [h]),
            kernel.combine(Eq(t.Lambda.inv() @ p, p / λ), [(at.eigen, -t.Lambda.inv() / λ, 1)]),
            at.stretched,
        ]


def solved(c: Criterion, b: Bend) -> Theorem:
    """The J of the point solves the normal equations there."""
    at = c.at
    left = b.averaged(b.normal.lhs).theorem
    put = kernel.chain(left, kernel.replace(left.statement.rhs, kernel.assume(Eq(b.J, c.J))))
    known = [*at.known, *at.products, *c.facts]
    return kernel.chain(put, settle(Eq(put.statement.rhs, b.push), *known, open=(c.r,)))


def left_over(c: Criterion, b: Bend) -> Calculation:
    """D at the point: λC/(nγ²)."""
    D = b.averaged(b.cross)
    lines = (
        proof(b.D, say("At the point,"))
        .eq(b.D.body, by=rules.unfold(b.D))
        .then(rules.from_(D.theorem, "average over the prompt"))
    )
    return _to_criterion(c, b, lines).qed()


def _to_criterion(c: Criterion, b: Bend, lines: Lines) -> Lines:
    """The two last lines: what Λp = λp makes of it, and what J does."""
    at, λ, n, γ = c.at, c.at.eigenvalue, c.at.n, c.at.gamma
    t, τ, N, J, p = at.it.model.task, c.trace, at.it.model.task.N, b.J, at.it.model.layer.p
    Λ = t.Lambda
    chosen = kernel.assume(Eq(J, c.J))
    by_form = (τ * tr(Λ @ J) - c.r * tr(Λ @ Λ @ J) + λ * (2 * λ + (N + 2) * τ + c.r * λ) * (p.T @ J @ p) / n) / c.r
    known = (*at.known, *at.products, *c.facts)
    return lines.eq(
        (1 + 2 / N) * (τ**2 + 2 * tr(Λ @ Λ)) * λ / (n * γ**2) - by_form,
        by=rewriting(*known, open=(c.r,), reason="{a}, {b}", a=at.eigen.statement, b=at.partner.statement),
    ).eq(
        λ * c.C / (n * γ**2),
        by=rewriting(chosen, *known, open=(c.r, c.C), reason="put {J} in", J=J),
    )


def bending(c: Criterion, b: Bend, normal: Theorem, left: Calculation) -> Calculation:
    """The second derivative along u with speed 1 and U with speed −J is D."""
    layer, zeros = c.at.it.model.layer, c.at.zeros
    flat = rules.differentiate(
        c.at.it.polynomial,
        *zeros,
        template="product rule, twice, at {a}, {b}",
        a=zeros[0].statement,
        b=zeros[1].statement,
    )
    met = kernel.chain(kernel.turn(b.averaged(b.normal.lhs).theorem), normal)
    Γ, Λ, J = c.at.it.loss.Gamma, c.at.it.model.task.Lambda, b.J
    written = kernel.identity(Eq(Γ, Γ.body), [Γ])
    uses = [
        (met, 1, J.T),
        (written, 2, J @ Λ @ layer.q @ layer.p.T @ Λ),
        (b.averaged(b.cross).theorem, -1, 1),
    ]
    same = rules.Rule(
        "combine", say("the normal equations of {J}", J=J), lambda goal: kernel.combine(goal, uses, [b.D])
    )
    begin = say("Move {u} with speed 1 and {U} with speed {v}:", u=layer.u, U=layer.U, v=-b.J)
    return (
        proof(second_variation(c.at.it.model.loss, {layer.u: 1, layer.U: -b.J}), begin)
        .then(flat)
        .eq(b.D, by=same)
        .eq(left.theorem.statement.rhs, by=rules.from_(left.theorem, "its value at the point"))
        .qed()
    )


def falling(c: Criterion, bend: Theorem) -> Theorem:
    """C < 0 makes this second derivative negative."""
    scale = c.at.eigenvalue / (c.at.n * c.at.gamma**2)
    known = kernel.assume(Gt(0, c.C))
    less = kernel.cite("products keep strict order", [0, c.C, scale], known, kernel.positive(scale))
    return kernel.mirror(kernel.weaken(less, kernel.turn(bend)))


def rising(c: Criterion, left: Theorem) -> Theorem:
    """C > 0 makes D positive at the point."""
    scale = c.at.eigenvalue / (c.at.n * c.at.gamma**2)
    more = kernel.cite("products keep strict order", [c.C, 0, scale], kernel.assume(Gt(c.C, 0)), kernel.positive(scale))
    return kernel.descend(left, more)


def results(at: Point, b: Bend) -> list[Definition | Result]:
    """The criterion, and what it decides."""
    it, c, J = at.it, Criterion(at), b.J
    layer = it.model.layer
    p, q, u, U = layer.p, layer.q, layer.u, layer.U
    normal = solved(c, b)
    left = left_over(c, b)
    bent = bending(c, b, normal, left)
    return [
        Definition(c.r, say("how large {G} is there", G=it.loss.Gamma)),
        Definition(c.h, say("what couples the diagonal of {U}", U=U)),
        Definition(c.C, say("the criterion")),
        Result(
            "criterion",
            "Proposition",
            "The criterion",
            left.theorem,
            (left,),
            also=(normal,),
            conclusion=say("That {J} solves its linear system is seen by putting it in.", J=J),
        ),
        Result(
            "local-minimum",
            "Theorem",
            "The spurious local minima",
            rising(c, left.theorem),
            (),
            conclusion=say(
                "Let {l} be the largest eigenvalue. Where {p} is not zero, {J} and with it {D} is a continuous "
                "function of {p} and {q}, so that {D} is positive around the point as well. By the theorem on the "
                "basin no point there, with any {u} and {U} whatever, has a smaller loss: it is a local minimum.",
                J=J,
                l=at.eigenvalue,
                p=p,
                q=q,
                D=b.D,
                u=u,
                U=U,
            ),
        ),
        Result(
            "saddle",
            "Theorem",
            "Where it is a strict saddle",
            falling(c, bent.theorem),
            (bent,),
            conclusion=say("This is negative where {C} is. Where {C} is zero, nothing is said.", C=c.C),
        ),
    ]
