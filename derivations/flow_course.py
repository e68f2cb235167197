"""What the chapter on gradient flow gives a name: the flow, its start, the rate and what bounds its course."""

from dataclasses import dataclass
from typing import Any

from sympy import Pow, Rational, Symbol

from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.functions import apply
from symicl.language.letters import letters_of, matrix, scalar
from symicl.language.mean import DefinedScalar, grad, named
from symicl.language.statements import Eq, Flow

from .gradient import gradients
from .loss import Loss
from .optimum import least_value, square


@dataclass(frozen=True)
class Course:
    """A flow with what is named along it; ``excess`` is L − L*, ``norm`` the squared norm of the gradient."""

    loss: Loss
    sigma: Symbol
    Theta: Any
    time: Symbol
    delta: DefinedScalar
    mu: DefinedScalar
    in_U: Theorem
    in_u: Theorem
    squared: Theorem

    @classmethod
    def of(cls, loss: Loss) -> "Course":
        Γ, Λ, d = loss.Gamma, loss.model.task.Lambda, loss.model.task.d
        taken = {letter.name for letter in letters_of(loss.theorem.statement.rhs)}
        sigma = scalar("sigma_0" if "sigma" in taken else "sigma", positive=True)
        Θ = matrix("Theta", d)
        P = Θ @ Θ.T
        delta = named("delta", sigma**2 * tr(Λ @ Λ @ P) - sigma**4 * tr(Γ @ Λ @ P @ Λ @ P) / 2)
        s, r, l = _sizes(loss)
        mu = named("mu", 2 * delta / (s * r * l))
        in_U, in_u = (lines.theorem for lines in gradients(loss))
        return cls(loss, sigma, Θ, scalar("t"), delta, mu, in_U, in_u, square(loss).theorem)

    @property
    def u(self) -> Any:
        return self.loss.model.layer.u

    @property
    def U(self) -> Any:
        return self.loss.model.layer.U

    @property
    def start(self) -> dict[Any, Any]:
        """Where the flow begins."""
        return {self.u: self.sigma, self.U: self.sigma * self.Theta @ self.Theta.T}

    @property
    def flow(self) -> Flow:
        """(u, U) is where the flow is at time t."""
        return Flow(self.loss.model.loss, self.time, *(part for pair in self.start.items() for part in pair))

    @property
    def normed(self) -> Eq:
        """‖ΘΘᵀ‖ = 1."""
        P = self.Theta @ self.Theta.T
        return Eq(tr(P @ P), 1)

    @property
    def star(self) -> DefinedScalar:
        """L*."""
        return least_value(self.loss)

    @property
    def gap(self) -> Any:
        """uU − Γ⁻¹."""
        return self.u * self.U - self.loss.Gamma.inv()

    @property
    def excess(self) -> DefinedScalar:
        """Δ = ½ tr(ΓΛ(uU − Γ⁻¹)Λ(uU − Γ⁻¹)ᵀ), which is L − L*."""
        return named("Delta", self.squared.statement.rhs - self.star)

    @property
    def gap_at_start(self) -> Any:
        """L − L* at the start."""
        return self.loss.constant - self.delta - self.star

    @property
    def sizes(self) -> tuple[Any, Any, Any]:
        """‖Λ²‖, ‖Γ⁻¹Λ⁻¹‖ and ‖Λ⁻¹‖."""
        return _sizes(self.loss)

    @property
    def u_star(self) -> DefinedScalar:
        """[tr Γ⁻²]^¼, the balanced u."""
        G = self.loss.Gamma.inv()
        return named("u_star", Pow(tr(G @ G), Rational(1, 4)))

    @property
    def norm_of_Gamma(self) -> DefinedScalar:
        """‖Γ‖."""
        return named("s_0", Pow(tr(self.loss.Gamma @ self.loss.Gamma), Rational(1, 2)))

    @property
    def C(self) -> DefinedScalar:
        """What bounds ‖uU − Γ⁻¹‖² at the start."""
        Γ, Λ = self.loss.Gamma, self.loss.model.task.Lambda
        return named("C_0", 2 * tr(Λ.inv() @ Γ.inv()) * tr(Λ.inv()) * self.gap_at_start)

    @property
    def shrink(self) -> Any:
        """exp(−μt)."""
        return apply("exp", -self.mu * self.time)

    @property
    def norm(self) -> Any:
        """‖∇L‖²."""
        L = self.loss.model.loss
        return tr(grad(L, self.U) @ grad(L, self.U).T) + grad(L, self.u) ** 2


def inverse_of_quadratic(Γ: Any, Λ: Any) -> Any:
    """Γ⁻¹Λ⁻¹, the inverse of the matrix of the quadratic term."""
    return Γ.inv() @ Λ.inv()


def _sizes(loss: Loss) -> tuple[Any, Any, Any]:
    Γ, Λ = loss.Gamma, loss.model.task.Lambda
    B = inverse_of_quadratic(Γ, Λ)
    squares = {"s_1": tr(Λ @ Λ @ Λ @ Λ), "s_2": tr(B @ B.T), "s_3": tr(Λ.inv() @ Λ.inv())}
    a, b, c = (named(name, Pow(square, Rational(1, 2))) for name, square in squares.items())
    return a, b, c


def power_of(root: DefinedScalar) -> Theorem:
    """vⁿ = x for a v that is defined as x^(1/n)."""
    return kernel.unroot(kernel.identity(Eq(root, root.body), (root,)))
