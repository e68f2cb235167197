"""Least squares, ridge regression, and what no predictor linear in the labels can beat (for gradient_descent.py).

Claim.  Least squares answers ⟨w, x_q⟩ exactly where there is no noise and M ≥ d; its risk is σ²d/(M − d − 1) where
M > d + 1.  Ridge regression has the risk σ² E tr(ΛR) + λ(λ − σ²) E tr(ΛR²), R = (λI + XXᵀ)⁻¹, and with λ = σ² no
predictor linear in the labels is better, whatever the examples are.
Scope.  Labels y = Xᵀw + σ ε; every Λ ≻ 0 and d.  That M is large enough is in the shape of X: M = d + n, or d + 1 + m.
"""

from typing import Any

from sympy import Symbol

from symicl.attention import Task
from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import identity, tr
from symicl.language.letters import Defined, Gaussian, dimension, matrix, scalar
from symicl.language.mean import E
from symicl.language.statements import Eq
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation

#: M − d, which may be 0, and M − d − 1, which may not
n, m = Symbol("n", integer=True, nonnegative=True), dimension("m")
lam = scalar("lambda", positive=True)


def with_examples(task: Task, length: Any) -> Task:
    """The same task with another number of examples."""
    return Task(inputs=Gaussian("X", task.d, length, task.Lambda), noise=task.noise)


def gram(t: Task) -> Any:
    """XXᵀ"""
    return t.X @ t.X.T


def solver(t: Task) -> Any:
    """R = (λI + XXᵀ)⁻¹"""
    return (lam * t.identity + gram(t)).inv()


def least_squares_answer(task: Task, length: Any) -> Calculation:
    """x_qᵀ(XXᵀ)⁻¹Xy = ⟨w, x_q⟩ + σ x_qᵀ(XXᵀ)⁻¹Xε."""
    t = with_examples(task, length)
    cancels = kernel.flip(kernel.cancel(gram(t)))
    C = gram(t).inv()
    lines = proof(t.x_q.T @ C @ t.X @ t.labels)
    opened = t.x_q.T @ C @ t.X @ t.X.T @ t.w + t.noise * (t.x_q.T @ C @ t.X @ t.epsilon)
    answer = t.w.T @ t.x_q + t.noise * (t.x_q.T @ C @ t.X @ t.epsilon)
    by = rules.combination((cancels, t.x_q.T, t.w), reason="{c}", c=cancels.statement)
    return lines.eq(opened, by=rules.unfold(t.labels)).eq(answer, by=by).qed()


def least_squares_matrix(task: Task) -> tuple[Task, Any, Any]:
    """The task with d + 1 + m examples, (XXᵀ)⁻¹X, and the risk of least squares there."""
    t = with_examples(task, task.d + 1 + m)
    B = gram(t).inv() @ t.X
    return t, B, E((t.x_q.T @ B @ t.labels - t.w.T @ t.x_q) ** 2)


def noiseless(answer: Theorem, task: Task) -> Theorem:
    """Without noise the answer is the target."""
    return kernel.chain(answer, kernel.replace(answer.statement.rhs, kernel.assume(Eq(task.noise, 0))))


def least_squares_risk(task: Task, answer: Theorem) -> Calculation:
    """σ²d/m with M = d + 1 + m examples, by the mean of an inverse Wishart matrix."""
    t = with_examples(task, task.d + 1 + m)
    C, σ, Λ = gram(t).inv(), t.noise, t.Lambda
    error = answer.statement.lhs - t.w.T @ t.x_q
    missed = σ * (t.x_q.T @ C @ t.X @ t.epsilon)
    cancels = kernel.flip(kernel.cancel(gram(t)))
    spread = kernel.combine(Eq(tr(Λ @ C @ t.X @ t.X.T @ C), tr(Λ @ C)), [(cancels, Λ, C)])
    mean = kernel.cite("inverse Wishart", [t.X, Λ])
    return (
        proof(E(error**2))
        .eq(E(missed**2), by=rules.from_(answer, "the answer of least squares"))
        .then(rules.average(t.x_q))
        .eq(σ**2 * E(spread.statement.lhs), by=rules.average(t.epsilon))
        .eq(σ**2 * E(spread.statement.rhs), by=rules.from_(spread, "cancel"))
        .eq(σ**2 * task.d / m, by=rules.from_(mean, "the mean of an inverse Wishart matrix"))
        .qed()
    )


def ridge_answer(task: Task) -> Calculation:
    """What ridge regression misses: σ x_qᵀRXε − λ x_qᵀRw."""
    t, R = task, solver(task)
    inverse = kernel.flip(kernel.cancel(lam * t.identity + gram(t)))
    error = t.x_q.T @ R @ t.X @ t.labels - t.w.T @ t.x_q
    missed = t.noise * (t.x_q.T @ R @ t.X @ t.epsilon) - lam * (t.x_q.T @ R @ t.w)
    opened = t.noise * (t.x_q.T @ R @ t.X @ t.epsilon) + t.x_q.T @ R @ t.X @ t.X.T @ t.w - t.w.T @ t.x_q
    by = rules.combination((inverse, t.x_q.T, t.w), reason="{c}", c=inverse.statement)
    return proof(error).eq(opened, by=rules.unfold(t.labels)).eq(missed, by=by).qed()


def ridge_risk(task: Task, answer: Theorem) -> Calculation:
    """σ² E tr(ΛR) + λ(λ − σ²) E tr(ΛR²)."""
    t, σ, Λ, R = task, task.noise, task.Lambda, solver(task)
    inverse = kernel.flip(kernel.cancel(lam * t.identity + gram(t)))
    inside = σ**2 * tr(Λ @ R) + lam * (lam - σ**2) * tr(Λ @ R @ R)
    averaged = σ**2 * tr(Λ @ R @ t.X @ t.X.T @ R) + lam**2 * tr(Λ @ R @ R)
    pointwise = kernel.combine(Eq(averaged, inside), [(inverse, σ**2 * Λ, R)])
    lines = (
        proof(E(answer.statement.lhs**2))
        .eq(E(answer.statement.rhs**2), by=rules.from_(answer, "the error of ridge regression"))
        .then(rules.average(t.x_q))
        .eq(E(averaged), by=rules.average(t.epsilon, t.w))
    )
    return (
        lines.eq(E(inside), by=rules.from_(pointwise, "{c}", c=inverse.statement))
        .eq(σ**2 * E(tr(Λ @ R)) + lam * (lam - σ**2) * E(tr(Λ @ R @ R)), by=rules.linear)
        .qed()
    )


class Fixed:
    """The task with the examples given: X is any matrix, not a random one.

    ``B`` is d×M, so that x_qᵀBy is any predictor that is linear in the labels.
    """

    def __init__(self, task: Task) -> None:
        self.X, self.B = matrix("X", task.d, task.N), matrix("B", task.d, task.N)
        self.task, self.one = task, task.identity
        self.y = Defined("y", self.X.T @ task.w + task.noise * task.epsilon)
        self.R = (lam * self.one + self.X @ self.X.T).inv()

    @property
    def risk(self) -> Any:
        """E(x_qᵀBy − ⟨w, x_q⟩)² over the query, the task and the noise."""
        t = self.task
        return E((t.x_q.T @ self.B @ self.y - t.w.T @ t.x_q) ** 2)


def excess(Λ: Any, B: Any, X: Any, R: Any, size: Any) -> Any:
    """tr(Λ (B − RX)(XᵀX + λI)(B − RX)ᵀ), by which a predictor is worse than ridge regression with λ = σ²."""
    gap = B - R @ X
    return tr(Λ @ gap @ (X.T @ X + lam * identity(size)) @ gap.T)


def best_linear(it: Fixed) -> tuple[Calculation, Calculation]:
    """Given the examples, with λ = σ², nothing linear in the labels beats B = RX."""
    t, Λ, B, X, R = it.task, it.task.Lambda, it.B, it.X, it.R
    least = lam * tr(Λ @ R)
    more = excess(Λ, B, X, R, t.N)
    lines = proof(it.risk).then(rules.average(t.x_q)).then(rules.average(t.epsilon, t.w))
    squared = lines.eq(
        least + more,
        by=rules.combination(
            *completing(it.task, B, X, R), reason="complete the square, with {c}", c=Eq(t.noise**2, lam)
        ),
    ).qed()
    below = (
        proof(it.risk)
        .eq(squared.theorem.statement.rhs, by=rules.from_(squared.theorem, "completed square"))
        .ge(least, kernel.nonnegative(more), "a Gram trace")
        .qed()
    )
    return squared, below


def completing(t: Task, B: Any, X: Any, R: Any) -> list[tuple[Theorem, Any, Any]]:
    """Why the risk given the examples is λ tr(ΛR) and the excess: R is an inverse, and σ² is λ."""
    Λ, level = t.Lambda, kernel.assume(Eq(t.noise**2, lam))
    inverse = kernel.cancel(lam * t.identity + X @ X.T)
    return [
        (level, tr(Λ @ B @ B.T), 1),
        (kernel.flip(inverse), 2 * Λ, X @ B.T),
        (kernel.flip(inverse), -Λ, X @ X.T @ R),
        (inverse, -Λ, 1),
    ]


def worse_than_ridge(task: Task, B: Any, start: Any) -> Calculation:
    """A predictor x_qᵀBy with B made of the examples, averaged over them too: with λ = σ² ridge is not worse."""
    t, Λ, X, R = task, task.Lambda, task.X, solver(task)
    least, more = lam * tr(Λ @ R), excess(Λ, B, X, R, t.N)
    gap = B @ X.T - t.identity
    given = tr(Λ @ gap @ gap.T) + t.noise**2 * tr(Λ @ B @ B.T)
    pointwise = kernel.combine(Eq(given, least + more), completing(t, B, X, R))
    return (
        proof(start)
        .then(rules.average(t.x_q))
        .eq(E(given), by=rules.average(t.epsilon, t.w))
        .eq(E(least + more), by=rules.from_(pointwise, "completed square, with {c}", c=Eq(t.noise**2, lam)))
        .eq(lam * E(tr(Λ @ R)) + E(more), by=rules.linear)
        .ge(lam * E(tr(Λ @ R)), kernel.nonnegative(E(more)), "the mean of a Gram trace")
        .qed()
    )
