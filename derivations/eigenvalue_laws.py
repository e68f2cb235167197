"""Laws of a positive eigenvalue by name: their first three moments, worked out from the law itself.

>>> [str(m) for m in LAWS["exponential"].moments]
['1/r', '2/r**2', '6/r**3']
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sympy import Dummy, cancel, diff, factor, integrate

from symicl.language.letters import scalar

a, b, c, k, r, theta = (scalar(name, positive=True) for name in ("a", "b", "c", "k", "r", "theta"))
alpha, beta = scalar("alpha", positive=True), scalar("beta", positive=True)


@dataclass(frozen=True)
class Law:
    """A law with positive parameters; ``raw(n)`` is its n-th moment.

    ``keys`` are what a person gives for the parameters, in their order; ``words`` says which law it is.
    """

    name: str
    words: str
    parameters: tuple[Any, ...]
    keys: tuple[str, ...]
    raw: Callable[[int], Any]

    @cached_property
    def moments(self) -> tuple[Any, Any, Any]:
        """E λ, E λ² and E λ³."""
        first, second, third = (factor(cancel(self.raw(n))) for n in (1, 2, 3))
        return first, second, third


def _generated(function: Callable[[Any], Any]) -> Callable[[int], Any]:
    """Moments as the derivatives at 0 of the moment generating function E exp(tλ)."""
    t = Dummy("t")
    return lambda n: diff(function(t), t, n).subs(t, 0)


def _even(n: int) -> Any:
    """∫ xⁿ dx/(b − a) from a to b."""
    x = Dummy("x")
    return integrate(x**n, (x, a, b)) / (b - a)


LAWS = {
    law.name: law
    for law in (
        Law("exponential", "exponential of rate {r}", (r,), ("rate",), _generated(lambda t: r / (r - t))),
        Law("uniform", "uniform between {a} and {b}", (a, b), ("from", "to"), _even),
        Law(
            "gamma",
            "gamma of shape {k} and scale {theta}",
            (k, theta),
            ("shape", "scale"),
            _generated(lambda t: (1 - theta * t) ** -k),
        ),
        Law(
            "two-point",
            "{a} and {b} with probabilities {alpha} and {beta} (so that these add up to 1)",
            (a, b, alpha, beta),
            ("first", "second", "probability"),
            lambda n: alpha * a**n + beta * b**n,
        ),
        Law("constant", "always {c}", (c,), ("value",), lambda n: c**n),
    )
}
