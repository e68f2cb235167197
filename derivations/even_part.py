"""The loss over all parameters, taken apart by what is odd and what is even in the task w.

Claim.  L = L* + ½ tr(ΓΛ(V − Γ⁻¹)Λ(V − Γ⁻¹)ᵀ) + W with V = uU + pqᵀ, and W, half the mean square of the even part of ŷ,
is zero exactly where uq = 0 and one of p, U is zero.
Scope.  All blocks; the paper's task, whose labels have no noise.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from symicl.attention import Model, Task
from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.mean import E, named
from symicl.language.statements import Eq, Or
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, say

from . import prediction
from .loss import Loss, derive_loss
from .loss_full import derive_full
from .optimum import least_value


@dataclass(frozen=True)
class Parts:
    """The loss over all parameters, taken apart: ``even`` is the part of ŷ that is even in w, ``gap`` is V − Γ⁻¹."""

    model: Model
    loss: Loss
    polynomial: Theorem
    even: Any
    star: Any

    @property
    def total(self) -> Any:
        """V = uU + pqᵀ, which is all of the parameters that the odd part knows."""
        layer = self.model.layer
        return layer.u * layer.U + layer.p @ layer.q.T

    @property
    def odd(self) -> Any:
        """What is odd in w: wᵀ(SV − I)x_q, the prediction and the target together."""
        t = self.model.task
        return t.w.T @ (t.S @ self.total - t.identity) @ t.x_q

    @property
    def gap(self) -> Any:
        """V − Γ⁻¹."""
        return self.total - self.loss.Gamma.inv()

    @property
    def square(self) -> Any:
        """½ tr(ΓΛ(V − Γ⁻¹)Λ(V − Γ⁻¹)ᵀ)."""
        Λ = self.model.task.Lambda
        return tr(self.loss.Gamma @ Λ @ self.gap @ Λ @ self.gap.T) / 2

    @property
    def waste(self) -> Any:
        """W, half the mean square of the even part."""
        return named("W", E(self.even**2) / 2)


@lru_cache(maxsize=16)
def take_apart(task: Task | None = None) -> Parts:
    """The parts, of the loss over all parameters."""
    model, lines = derive_full(task)
    loss = derive_loss(task)[0]
    t, layer = model.task, model.layer
    own = t.S + t.x_q @ t.x_q.T / t.N
    even = layer.p.T @ own @ layer.U @ t.x_q + layer.u * (t.w.T @ t.S @ t.w) * (layer.q.T @ t.x_q)
    return Parts(model, loss, lines.theorem, even, least_value(loss))


def odd_part(it: Parts) -> Calculation:
    """The mean square of the odd part: the loss without p and q at uU = V, so that the square can be completed."""
    t, layer, Γ, V = it.model.task, it.model.layer, it.loss.Gamma, it.total
    Λ = t.Lambda
    begin = say("The odd part is what a layer without {p} and {q} makes of {V}:", p=layer.p, q=layer.q, V=V)
    return (
        proof(E(it.odd**2) / 2, begin)
        .then(rules.average(t.x_q))
        .then(rules.average(t.w))
        .then(rules.average(t.X))
        .eq(tr(Γ @ Λ @ V @ Λ @ V.T) / 2 - tr(Λ @ Λ @ V.T) + it.loss.constant, by=rules.unfold(Γ))
        .eq(
            it.star.body + it.square,
            by=rules.because(rules.algebra, "complete the square; {a} and {b} commute", a=Γ, b=Λ),
        )
        .eq(it.star + it.square, by=rules.unfold(it.star))
        .qed()
    )


def parity(it: Parts, odd: Theorem) -> Calculation:
    """L = L* + ½ tr(ΓΛ(V − Γ⁻¹)Λ(V − Γ⁻¹)ᵀ) + W."""
    L, w = it.model.loss, it.model.task.w
    return (
        proof(L)
        .eq(L.body, by=rules.meaning)
        .then(rules.from_(prediction.theorem(it.model), "prediction"))
        .eq(E((it.odd + it.even) ** 2) / 2, by=rules.because(rules.meaning, "collect what is odd and even in {w}", w=w))
        .eq(
            E(it.odd**2) / 2 + it.waste.body,
            by=rules.because(rules.average(*it.model.random), "odd times even averages to zero"),
        )
        .eq(E(it.odd**2) / 2 + it.waste, by=rules.because(rules.meaning, "definition of {W}", W=it.waste))
        .then(rules.from_(odd, "the odd part"))
        .qed()
    )


@dataclass(frozen=True)
class Waste:
    """W in two steps: averaged over w, then, where u or q is zero, over the examples; each is a sum of two parts."""

    it: Parts

    @property
    def seen(self) -> Any:
        """pᵀ(S + xxᵀ/N)Ux, with the query x that stands among the examples."""
        t, layer = self.it.model.task, self.it.model.layer
        return layer.p.T @ (t.S + t.x_q @ t.x_q.T / t.N) @ layer.U @ t.x_q

    @property
    def spread(self) -> Any:
        """E tr S², half the variance of wᵀSw."""
        Λ, N = self.it.model.task.Lambda, self.it.model.task.N
        return (1 + 1 / N) * tr(Λ @ Λ) + tr(Λ) ** 2 / N

    @property
    def over_task(self) -> tuple[Any, Any]:
        """½ E(pᵀ(S + xxᵀ/N)Ux + u tr(S) qᵀx)² and u² E tr(S²) qᵀΛq."""
        t, layer = self.it.model.task, self.it.model.layer
        mean = self.seen + layer.u * tr(t.S) * (layer.q.T @ t.x_q)
        return E(mean**2) / 2, layer.u**2 * self.spread * (layer.q.T @ t.Lambda @ layer.q)

    @property
    def over_examples(self) -> tuple[Any, Any]:
        """(1/2N) pᵀΛp tr(ΛUΛUᵀ), and what is left of ½ E(pᵀ(S + xxᵀ/N)Ux)²."""
        t, p, U = self.it.model.task, self.it.model.layer.p, self.it.model.layer.U
        Λ, N, x = t.Lambda, t.N, t.x_q
        mean = p.T @ Λ @ U @ x + (p.T @ x) * (x.T @ U @ x) / N
        return (
            (p.T @ Λ @ p) * tr(Λ @ U @ Λ @ U.T) / (2 * N),
            E(mean**2) / 2 + (p.T @ Λ @ U @ Λ @ U.T @ Λ @ p) / (2 * N),
        )

    def averaged(self) -> tuple[Calculation, Calculation]:
        """Both steps."""
        t, W = self.it.model.task, self.it.waste
        form = t.w.T @ t.S @ t.w
        task = rules.because(
            rules.average(*self.it.model.random),
            "average over {w}; the variance of {a} is {b}",
            w=t.w,
            a=form,
            b=2 * tr(t.S @ t.S),
        )
        examples = rules.because(rules.average(t.x_q, t.X), "average over {X}", X=t.X)
        return (
            proof(W).eq(W.body, by=rules.meaning).eq(sum(self.over_task), by=task).qed(),
            proof(E(self.seen**2) / 2, say("Without its second term this is"))
            .eq(sum(self.over_examples), by=examples)
            .qed(),
        )


def no_waste(it: Parts) -> tuple[tuple[Calculation, ...], Theorem]:
    """W = 0 exactly where uq = 0 and one of p, U is zero."""
    layer, W = it.model.layer, Waste(it)
    p, q, u, U, Λ = layer.p, layer.q, layer.u, layer.U, it.model.task.Lambda
    steps = W.averaged()
    given, u_zero, ends = kernel.assume(Eq(it.waste, 0)), kernel.assume(Eq(u, 0)), Or(Eq(p, 0), Eq(U, 0))
    form, other = q.T @ Λ @ q, tr(Λ @ U @ Λ @ U.T)
    second = kernel.part(_both_zero(steps[0].theorem, *W.over_task, given), 1)
    q_zero = _zero_of(form, q, kernel.combine(Eq(form, 0), [(second, 1 / (u**2 * W.spread), 1)]))
    idle = [kernel.combine(Eq(u * q, 0), [use]) for use in ((u_zero, 1, q), (q_zero, u, 1))]
    small = kernel.cases(
        u_zero.statement, _left(W, given, u_zero), kernel.cut(_left(W, given, kernel.assume(q_zero.statement)), q_zero)
    )
    first = kernel.part(_both_zero(steps[1].theorem, *W.over_examples, small), 0)
    length = p.T @ Λ @ p
    no_p = _zero_of(length, p, kernel.assume(Eq(length, 0)))
    no_U = _zero_of(other, U, kernel.combine(Eq(other, 0), [(first, 2 * it.model.task.N / length, 1)]))
    one_of = kernel.cases(Eq(length, 0), kernel.either(ends, no_p), kernel.either(ends, no_U))
    forward = kernel.both(kernel.cases(u_zero.statement, *idle), one_of)
    return steps, kernel.iff(forward, _wasteless(it, kernel.assume(forward.statement)))


def _both_zero(whole: Theorem, a: Any, b: Any, given: Theorem) -> Theorem:
    """From whole = a + b and whole = 0, both nonnegative: a = 0 and b = 0."""
    total = kernel.combine(Eq(a + b, 0), [(given, 1, 1), (whole, -1, 1)])
    return kernel.cite("sums of nonnegative numbers", [a, b], kernel.nonnegative(a), kernel.nonnegative(b), total)


def _left(W: Waste, given: Theorem, zero: Theorem) -> Theorem:
    """½ E(pᵀ(S + xxᵀ/N)Ux)² = 0, from W = 0 where u or q is zero."""
    waste = W.it.waste
    opened = kernel.chain(kernel.blocks(Eq(waste, waste.body)), kernel.replace(waste.body, zero))
    return kernel.combine(Eq(E(W.seen**2) / 2, 0), [(given, 1, 1), (opened, -1, 1)])


def _wasteless(it: Parts, given: Theorem) -> Theorem:
    """W = 0 from uq = 0 and (p = 0 or U = 0)."""
    layer, W = it.model.layer, it.waste
    ends = given.statement.parts[1]
    q_zero = kernel.combine(Eq(layer.q, 0), [(kernel.part(given, 0), 1 / layer.u, 1)])
    branches = []
    for end in ends.parts:
        with_u, with_q = (
            _without(W, kernel.assume(zero), kernel.assume(end)) for zero in (Eq(layer.u, 0), Eq(layer.q, 0))
        )
        branches.append(kernel.cases(Eq(layer.u, 0), with_u, kernel.cut(with_q, q_zero)))
    return kernel.choose(kernel.part(given, 1), *branches)


def _without(W: Any, *zeros: Theorem) -> Theorem:
    """A mean square that is zero since all that it is the mean of is."""
    value = kernel.blocks(Eq(W, W.body))
    for zero in zeros:
        value = kernel.chain(value, kernel.replace(value.statement.rhs, zero))
    return kernel.chain(value, kernel.expectation(Eq(value.statement.rhs, 0)))


def _zero_of(form: Any, letter: Any, flat: Theorem) -> Theorem:
    """A definite form of a letter that is zero: the letter is zero."""
    found = kernel.modus(kernel.vanishes(form), flat)
    return found if found.statement.lhs == letter else kernel.combine(Eq(letter, 0), [(kernel.flip(found), 1, 1)])
