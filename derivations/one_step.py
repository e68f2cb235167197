"""One step of preconditioned gradient descent on the least squares of a prompt, and its risk (for gradient_descent.py).

Claim.  The layer answers ⟨β − uUᵀ∇J(β), x_q⟩ with β = 0 on every prompt.  The risk of a step with any matrix P is a
quadratic in P, least at P = Γ_M⁻¹; with P = η I it is one in η, least at η = tr Λ²/tr(Γ_M Λ²).
Scope.  Noisy labels y = Xᵀw + σ ε; every Λ ≻ 0, d and M.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sympy import Symbol

from symicl.attention import Model, Task
from symicl.errors import UserError
from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.letters import Defined, Gaussian, dimension, matrix, scalar, vector
from symicl.language.mean import E, grad, named
from symicl.language.statements import Eq
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, say

from . import prediction
from .loss import Loss, derive_loss, second_moment

P, eta, beta = matrix("P", dimension("d")), scalar("eta"), vector("beta", dimension("d"))


@dataclass(frozen=True)
class Step:
    """A layer trained on prompts of N examples, asked about one of M: both Γ, and the test model."""

    loss: Loss
    test: Model
    Gamma_M: Defined
    moment: Calculation

    @property
    def Gamma_N(self) -> Defined:
        """Γ of the training prompts."""
        return self.loss.Gamma

    @property
    def J(self):
        """The least squares of the prompt, (1/2M)‖Xᵀβ − y‖²."""
        t = self.test.task
        gap = t.X.T @ beta - t.labels
        return named("J", gap.T @ gap / (2 * t.N))

    def error(self, matrix: Any):
        """What a step from 0 with that preconditioner misses of ⟨w, x_q⟩."""
        t = self.test.task
        return t.x_q.T @ matrix @ t.X @ t.labels / t.N - t.w.T @ t.x_q


@lru_cache(maxsize=16)
def one_step(task: Task | None = None) -> Step:
    """The setting: by default labels with noise σ ε, where σ = 0 is the paper's task."""
    base = task or Task(noise=scalar("sigma"))
    labels = base.X.T @ base.w + base.noise * base.epsilon
    if not isinstance(base.noise, Symbol) or base.labels.body != labels or base.target != base.w.T @ base.x_q:
        raise UserError(
            f"gradient-descent is about labels y = X.T w + sigma epsilon with a letter sigma, as "
            f"Task(noise=scalar('sigma')) makes them, and the target w.T x_q; here y = {base.labels.body} and "
            f"the target is {base.target}"
        )
    X = Gaussian("X", base.d, dimension("M"), base.Lambda)
    test = Model(Task(inputs=X, noise=base.noise), reduced=True)
    Gamma, moment = second_moment(test, "Gamma_M")
    return Step(derive_loss(base, "Gamma_N")[0], test, Gamma, moment)


def gradient(it: Step) -> Calculation:
    """∇J(β) = (1/M) X (Xᵀβ − y)."""
    t = it.test.task
    meaning = kernel.blocks(Eq(it.J, it.J.body))
    return (
        proof(grad(it.J, beta))
        .eq(t.X @ (t.X.T @ beta - t.labels) / t.N, by=rules.differentiate(meaning, template="product rule"))
        .qed()
    )


def equivalence(it: Step, slope: Theorem) -> Calculation:
    """ŷ is one step from β = 0 with the preconditioner uUᵀ, on every prompt."""
    t, u, U = it.test.task, it.test.layer.u, it.test.layer.U
    start = kernel.assume(Eq(beta, 0))
    read = u * (t.labels.T @ t.X.T @ U @ t.x_q) / t.N
    step = beta - u * U.T @ slope.statement.lhs
    return (
        proof(it.test.prediction)
        .eq(read, by=rules.from_(prediction.theorem(it.test), "prediction"))
        .eq(
            t.x_q.T @ step,
            by=rules.combination(
                (start, -t.x_q.T @ (t.identity - u * U.T @ t.X @ t.X.T / t.N), 1),
                (slope, u * t.x_q.T @ U.T, 1),
                reason="{c}, and {s}",
                c=start.statement,
                s=slope.statement,
            ),
        )
        .qed()
    )


def at_optimum(it: Step, same: Theorem) -> Calculation:
    """With uU = Γ⁻¹ the preconditioner is Γ⁻¹."""
    t, u, U, G = it.test.task, it.test.layer.u, it.test.layer.U, it.Gamma_N.inv()
    best = kernel.assume(Eq(u * U, G))
    slope = grad(it.J, beta)
    return (
        proof(it.test.prediction)
        .eq(same.statement.rhs, by=rules.from_(same, "one step of gradient descent"))
        .eq(
            t.x_q.T @ (beta - G @ slope),
            by=rules.combination((kernel.flip(best), -t.x_q.T, slope), reason="{c}", c=best.statement),
        )
        .qed()
    )


def risk(it: Step) -> Calculation:
    """The risk of a step with any preconditioner."""
    t, Λ, Γ = it.test.task, it.test.task.Lambda, it.Gamma_M
    return (
        proof(E(it.error(P) ** 2))
        .then(rules.average(t.x_q))
        .then(rules.average(t.epsilon, t.w))
        .then(rules.average(t.X))
        .eq(tr(Λ @ P @ Γ @ Λ @ P.T) - 2 * tr(Λ @ Λ @ P) + tr(Λ), by=rules.unfold(Γ))
        .qed()
    )


def least(it: Step) -> Any:
    """R*, the least risk of a step."""
    Λ = it.test.task.Lambda
    return named("R_star", tr(Λ) - tr(Λ @ Λ @ it.Gamma_M.inv()))


def square(it: Step, found: Theorem) -> Calculation:
    """The square completed in P."""
    Λ, Γ, star = it.test.task.Lambda, it.Gamma_M, least(it)
    gap = P - Γ.inv()
    return (
        proof(found.statement.lhs)
        .eq(found.statement.rhs, by=rules.from_(found, "risk of one step"))
        .eq(
            star + tr(Λ @ gap @ Γ @ Λ @ gap.T),
            by=rules.because(rules.unfold(star), "complete the square; {a} and {b} commute", a=Γ, b=Λ),
        )
        .qed()
    )


def bounded(squared: Theorem, it: Step) -> tuple[Calculation, Calculation]:
    """No preconditioner beats Γ_M⁻¹, and it is the only one that is as good."""
    star, Λ, Γ = least(it), it.test.task.Lambda, it.Gamma_M
    excess = squared.statement.rhs - star
    below = (
        proof(squared.statement.lhs)
        .eq(squared.statement.rhs, by=rules.from_(squared, "completed square"))
        .ge(star, kernel.nonnegative(excess), "a Gram trace: {a} and {b} are positive definite", a=Γ @ Λ, b=Λ)
        .qed()
    )
    attained = (
        proof(Eq(squared.statement.lhs, star), say("Equality holds exactly where the square vanishes:"))
        .iff(Eq(excess, 0), _same_gap(squared), "completed square")
        .iff(Eq(P - Γ.inv(), 0), lambda a, b: kernel.vanishes(excess), "the Gram trace is definite")
        .iff(Eq(P, Γ.inv()), rules.multiply(1, 1, (1, 1), ""), "move {G} to the right", G=Γ.inv())
        .qed()
    )
    return below, attained


def _same_gap(squared: Theorem):
    """R = R* ⇔ R − R* = 0."""

    def prove(a: Eq, b: Eq) -> Theorem:
        forward = kernel.combine(b, [(kernel.assume(a), 1, 1), (squared, -1, 1)])
        backward = kernel.combine(a, [(kernel.assume(b), 1, 1), (squared, 1, 1)])
        return kernel.iff(forward, backward)

    return prove


def trained_risk(it: Step, found: Theorem) -> Calculation:
    """The risk of the trained layer, P = Γ_N⁻¹, in what it holds back and what the prompt adds."""
    t, Λ, G = it.test.task, it.test.task.Lambda, it.Gamma_N.inv()
    here = kernel.instantiate(found, [(P, G)])
    one = t.identity
    added = tr(((tr(Λ) + t.noise**2) * Λ + Λ @ Λ) @ G @ G @ Λ) / t.N
    return (
        proof(here.statement.lhs)
        .eq(here.statement.rhs, by=rules.from_(here, "risk of one step, with {a}", a=Eq(P, G)))
        .eq(added + tr((one - G @ Λ) @ (one - G @ Λ) @ Λ), by=rules.unfold(it.Gamma_M))
        .qed()
    )


def best_step(it: Step) -> Any:
    """η = tr Λ²/tr(Γ_M Λ²)."""
    Λ = it.test.task.Lambda
    return tr(Λ @ Λ) / tr(it.Gamma_M @ Λ @ Λ)


def plain(it: Step, found: Theorem) -> Calculation:
    """The risk of a plain step, P = η I, with the square completed in η."""
    t, Λ, Γ = it.test.task, it.test.task.Lambda, it.Gamma_M
    here = kernel.instantiate(found, [(P, eta * t.identity)])
    s, bend = tr(Λ @ Λ), tr(Γ @ Λ @ Λ)
    return (
        proof(here.statement.lhs)
        .eq(here.statement.rhs, by=rules.from_(here, "risk of one step, with {a}", a=Eq(P, eta * t.identity)))
        .eq(bend * eta**2 - 2 * s * eta + tr(Λ), by=rules.algebra)
        .eq(
            tr(Λ) - s**2 / bend + bend * (eta - best_step(it)) ** 2,
            by=rules.because(rules.algebra, "complete the square"),
        )
        .qed()
    )


def plain_least(it: Step, squared: Theorem) -> tuple[Calculation, Calculation]:
    """No step size beats the best one, at which the square vanishes."""
    Λ, Γ = it.test.task.Lambda, it.Gamma_M
    bend, best = tr(Γ @ Λ @ Λ), best_step(it)
    value = tr(Λ) - tr(Λ @ Λ) ** 2 / bend
    below = (
        proof(squared.statement.lhs)
        .eq(squared.statement.rhs, by=rules.from_(squared, "completed square"))
        .ge(value, kernel.nonnegative(bend * (eta - best) ** 2), "{b} is positive", b=bend)
        .qed()
    )
    there = kernel.instantiate(squared, [(eta, best)])
    attained = (
        proof(there.statement.lhs, say("With the best step the square vanishes:"))
        .eq(value, by=rules.from_(there, "completed square, with {a}", a=Eq(eta, best)))
        .qed()
    )
    return below, attained


def same_length(it: Step, squared: Theorem) -> Calculation:
    """The layer that was trained on prompts with M examples has the risk R*."""
    star = least(it)
    here = kernel.instantiate(squared, [(P, it.Gamma_M.inv())])
    return proof(here.statement.lhs).eq(star, by=rules.from_(here, "completed square, which is zero")).qed()


def layer_beats_plain(it: Step, below: Theorem, attained: Theorem) -> Theorem:
    """R* is at most the risk of the best plain step."""
    here = kernel.instantiate(below, [(P, best_step(it) * it.test.task.identity)])
    return kernel.mirror(kernel.descend(kernel.turn(attained), here))
