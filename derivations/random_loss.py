"""The loss when every prompt has a covariance of its own, and its completed square (arXiv:2306.09927, Theorem 4.5).

Claim.  L = L* + ½ E tr(Γ_τΛ_τ(uU − V)Λ_τ(uU − V)ᵀ) wherever E[Γ_τΛ_τVΛ_τ] = E[Λ_τ²], so that L is least at uU = V
and only there.  For diagonal Λ_τ the equation is solved by V = A⁻¹B with A = E[Γ_τΛ_τ²] and B = E[Λ_τ²].
Scope.  The set p = q = 0; every law of positive definite Λ_τ of which the means that are spoken of are finite.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sympy import Rational

from symicl import engine
from symicl.attention import Model, Task
from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.letters import Defined, Gaussian, dimension, random_matrix
from symicl.language.mean import E, named
from symicl.language.statements import Eq, Statement
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation

from . import prediction

d, N = dimension("d"), dimension("N")
half = Rational(1, 2)


@dataclass(frozen=True)
class Loss:
    """The model with a random covariance, Γ_τ, where it comes from, and the loss."""

    model: Model
    Gamma: Defined
    moment: Calculation
    lines: Calculation

    @property
    def Lambda(self) -> Any:
        """The random covariance."""
        return self.model.task.Lambda

    @property
    def product(self) -> Any:
        """u U, on which alone the loss depends."""
        return self.model.layer.u * self.model.layer.U


@lru_cache(maxsize=4)
def loss_of(name: str, Gamma: str, *facts: str, length: Any = N) -> Loss:
    """The loss for prompts with a random covariance, as a mean over it; ``Gamma`` is what Γ_τ is called.

    >>> print(loss_of("Lambda_tau", "Gamma_tau", "positive definite").Gamma.body)
    (1 + 1/N) Lambda_tau + 1/N tr(Lambda_tau) I
    """
    Λ = random_matrix(name, d, *facts)
    task = Task(inputs=Gaussian("X", d, length, Λ), query=Gaussian("x_q", d, 1, Λ))
    model = Model(task, reduced=True)
    Γ, moment = second_moment(task, Gamma)
    return Loss(model, Γ, moment, expected_loss(model, Γ))


def second_moment(task: Task, name: str) -> tuple[Defined, Calculation]:
    """E[(Xy/N)(Xy/N)ᵀ] = Γ_τΛ_τ, for the prompts that share a covariance."""
    Λ, over = task.Lambda, [task.w, task.X]
    start = proof(E(task.X @ task.labels @ task.labels.T @ task.X.T / task.N**2, over=over))
    start = start.then(rules.average(task.w)).then(rules.average(task.X))
    found = engine.form(start.last) @ engine.form(Λ.inv())
    Γ = Defined(name, found.to_sympy(), "positive definite")
    return Γ, start.eq(Γ @ Λ, by=rules.unfold(Γ)).qed()


def expected_loss(model: Model, Γ: Defined) -> Calculation:
    """The loss, averaged over the query, the task and the examples; the mean over the covariance stays."""
    t, u, U = model.task, model.layer.u, model.layer.U
    Λ = t.Lambda
    return (
        proof(model.loss)
        .eq(model.loss.body, by=rules.meaning)
        .then(rules.from_(prediction.theorem(model), "prediction"))
        .then(rules.average(t.x_q))
        .then(rules.average(t.w))
        .then(rules.average(t.X))
        .eq(
            u**2 * E(tr(Γ @ Λ @ U @ Λ @ U.T)) / 2 - u * E(tr(Λ @ Λ @ U.T)) + E(tr(Λ)) / 2,
            by=rules.because(rules.unfold(Γ), "the mean over {c} is linear; definition of {G}", c=Λ, G=Γ),
        )
        .qed()
    )


def paired(loss: Loss, known: Theorem, H: Any) -> Theorem:
    """E tr(Γ_τΛ_τVΛ_τHᵀ) = E tr(Λ_τ²Hᵀ) for a constant H, from E[Γ_τΛ_τVΛ_τ] = E[Λ_τ²]."""
    left, right = (kernel.inside(side, 1, H.T) for side in (known.statement.lhs, known.statement.rhs))
    goal = Eq(left.statement.rhs, right.statement.rhs)
    return kernel.combine(goal, [(known, 1, H.T), (left, -1, 1), (right, 1, 1)])


@dataclass(frozen=True)
class Square:
    """The completed square around V, and the least value that it leaves."""

    V: Any
    star: Any
    lines: Calculation

    @property
    def excess(self) -> Any:
        """What the loss is above its least value."""
        return self.lines.theorem.statement.rhs - self.star


def square(loss: Loss, V: Any, known: Theorem, least: Any = None, by: rules.Rule | None = None) -> Square:
    """L = L* + ½ E tr(Γ_τΛ_τ(uU − V)Λ_τ(uU − V)ᵀ), where E[Γ_τΛ_τVΛ_τ] = E[Λ_τ²].

    ``least`` is another way to write L* = ½ E tr Λ_τ − ½ E tr(Λ_τ²Vᵀ), which ``by`` allows.
    """
    Λ, Γ, u, U = loss.Lambda, loss.Gamma, loss.model.layer.u, loss.model.layer.U
    gap = loss.product - V
    plain = E(tr(Λ)) / 2 - E(tr(Λ @ Λ @ V.T)) / 2
    rest = E(tr(Γ @ Λ @ gap @ Λ @ gap.T)) / 2
    star = named("L_star", plain if least is None else least)
    lines = (
        proof(loss.model.loss)
        .eq(loss.lines.theorem.statement.rhs, by=rules.from_(loss.lines.theorem, "population loss"))
        .eq(
            plain + rest,
            by=rules.combination(
                (paired(loss, known, U), u, 1),
                (paired(loss, known, V), -half, 1),
                reason="complete the square with {c}",
                c=known.statement,
            ),
        )
    )
    if by is not None:
        lines = lines.eq(star.body + rest, by=by)
    return Square(V, star, lines.eq(star + rest, by=rules.unfold(star)).qed())


def minimum(loss: Loss, found: Square) -> tuple[Calculation, Calculation]:
    """L ≥ L*, with equality exactly at uU = V."""
    L, excess = loss.model.loss, found.excess
    squared = found.lines.theorem
    below = (
        proof(L)
        .eq(squared.statement.rhs, by=rules.known(squared, template="completed square"))
        .ge(
            found.star,
            kernel.nonnegative(excess),
            "the mean of a Gram trace: {P} and {Q} are positive definite",
            P=loss.Gamma @ loss.Lambda,
            Q=loss.Lambda,
        )
        .qed()
    )

    def same_gap(a: Statement, b: Statement) -> Theorem:
        forward = kernel.combine(b, [(kernel.assume(a), 1, 1), (squared, -1, 1)])
        backward = kernel.combine(a, [(kernel.assume(b), 1, 1), (squared, 1, 1)])
        return kernel.iff(forward, backward)

    attained = (
        proof(Eq(L, found.star))
        .iff(Eq(excess, 0), same_gap, "completed square")
        .iff(
            Eq(loss.product - found.V, 0),
            lambda a, b: kernel.vanishes(excess),
            "the trace is positive for every outcome of {c} unless this holds",
            c=loss.Lambda,
        )
        .iff(Eq(loss.product, found.V), rules.multiply(1, 1, (1, 1), ""), "move {V} to the right", V=found.V)
        .qed()
    )
    return below, attained


# -- the diagonal case


@dataclass(frozen=True)
class Diagonal:
    """The diagonal case: the loss, and the means A = E[Γ_τΛ_τ²], B = E[Λ_τ²], C = E[Λ_τ³], F = E[tr(Λ_τ)Λ_τ²]."""

    loss: Loss
    A: Defined
    B: Defined
    C: Defined
    F: Defined

    @property
    def best(self) -> Any:
        """A⁻¹B."""
        return self.A.inv() @ self.B

    def defined(self, letter: Defined) -> Theorem:
        """A letter equals its body."""
        return kernel.identity(Eq(letter, letter.body), open=[letter])


def diagonal() -> Diagonal:
    """The letters of the diagonal case."""
    loss = loss_of("Lambda_tau", "Gamma_tau", "positive definite", "diagonal")
    Λ, Γ = loss.Lambda, loss.Gamma
    means = {"A": Γ @ Λ @ Λ, "B": Λ @ Λ, "C": Λ @ Λ @ Λ, "F": tr(Λ) * Λ @ Λ}
    return Diagonal(loss, *(Defined(name, E(body), "positive definite") for name, body in means.items()))


def solved(it: Diagonal) -> Calculation:
    """A⁻¹B solves E[Γ_τΛ_τVΛ_τ] = E[Λ_τ²], since diagonal matrices commute."""
    Λ, Γ, A, B = it.loss.Lambda, it.loss.Gamma, it.A, it.B
    return (
        proof(E(Γ @ Λ @ it.best @ Λ))
        .eq(
            it.best @ E(Γ @ Λ @ Λ),
            by=rules.because(rules.linear, "diagonal matrices commute, and constants leave the mean"),
        )
        .eq(it.best @ A, by=rules.combination((it.defined(A), -it.best, 1), reason="definition of {a}", a=A))
        .eq(B, by=rules.because(rules.algebra, "{a} and {b} commute", a=A, b=B))
        .eq(E(Λ @ Λ), by=rules.unfold(B))
        .qed()
    )


def completed(it: Diagonal, known: Theorem) -> Square:
    """The completed square around A⁻¹B, with L* = ½ E tr Λ_τ − ½ tr(B²A⁻¹)."""
    Λ, A, B = it.loss.Lambda, it.A, it.B
    moved = kernel.inside(E(Λ @ Λ), 1, it.best)
    least = E(tr(Λ)) / 2 - tr(B @ B @ A.inv()) / 2
    by = rules.combination(
        (moved, half, 1),
        (it.defined(B), half, it.best),
        reason="{b} is the mean of {s}",
        b=B,
        s=Λ @ Λ,
    )
    return square(it.loss, it.best, known, least, by)
