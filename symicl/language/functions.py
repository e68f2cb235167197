"""Functions of one number, such as a ReLU: opaque to algebra, with a value at numbers where the name is a known one.

>>> from symicl import Gaussian, tr, evaluate, E
>>> g = tr(Gaussian("g", 1))
>>> apply("phi", 2 * g)
phi(2 g)
>>> round(evaluate(E(g * apply("relu", 2 * g)), {}, exact=False), 12)
1.0
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from sympy.core.symbol import Str

from ..errors import ShapeError, UserError
from .expressions import is_matrix, show_shape
from .letters import Gaussian
from .mean import Mean, ScalarNode
from .nodes import as_node, build, own, remembered

#: what can be evaluated; each is smooth but at 0
FUNCTIONS: dict[str, Callable[[float], float]] = {
    "relu": lambda t: max(t, 0.0),
    "abs": abs,
    "sign": lambda t: math.copysign(1.0, t) if t else 0.0,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "exp": math.exp,
}


class Applied(ScalarNode):
    """A real function of one real number, known by its name alone, at a scalar.

    Of one that has no known name nothing is known, but that all means that a proof speaks of are finite.
    """

    @property
    def name(self) -> str:
        """The function's name."""
        return self.args[0].name

    @property
    def at(self) -> Any:
        """What it is a function of."""
        return self.args[1]


def apply(name: str, node: Any) -> Applied:
    """The function ``name`` at the scalar ``node``."""
    node = as_node(node)
    if is_matrix(node):
        raise ShapeError(f"{name}({node}): shape {show_shape(node)}; a function of one number takes a scalar")
    if not (isinstance(name, str) and name.isascii() and name.isalpha()):
        raise UserError(f"{name!r}: a function is called by letters, such as relu")
    return build(Applied, Str(name), node)


@remembered
def functions_of(node: Any) -> frozenset[str]:
    """The names of all functions in an expression, also in its definitions."""
    own_name = frozenset([node.name]) if isinstance(node, Applied) else frozenset()
    return own_name.union(*(functions_of(part) for part in node.args))


def value_of(node: Applied, at: float) -> float:
    """The function's value at a number."""
    if node.name not in FUNCTIONS:
        raise UserError(f"{node}: nothing is known of {node.name} but its name; known are {', '.join(FUNCTIONS)}")
    return FUNCTIONS[node.name](at)


def is_one_dimensional(node: Any) -> bool:
    """Whether a mean is one over one standard normal number, so that it has a value by quadrature."""
    letter = node.over[0]
    return isinstance(node, Mean) and len(node.over) == 1 and isinstance(letter, Gaussian) and letter.shape == (1, 1)


def normal_mean(integrand: Callable[[float], float]) -> float:
    """E f(g) for a standard normal g, on either side of 0 by itself (a known function may have a kink there).

    The tanh-sinh rule of mpmath; ``UserError`` where its own estimate of the error is above 1e-9 of the value.
    """
    import mpmath

    weight = 1 / math.sqrt(2 * math.pi)

    def weighted(t: Any) -> Any:
        x = float(t)
        return weight * math.exp(-x * x / 2) * integrand(x)

    value, error = mpmath.quad(weighted, range(-12, 13), error=True)
    if error > 1e-9 * max(1.0, abs(value)):
        raise UserError(f"an expectation could not be integrated: the error may be as large as {mpmath.nstr(error, 2)}")
    return float(value)


own(Applied)
