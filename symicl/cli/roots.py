"""Exact values with roots of long numbers left as they are: SymPy would try to factor them, which may never end."""

from __future__ import annotations

from typing import Any

from sympy import Float, Pow, Rational, Symbol

from ..language.expressions import is_matrix
from ..language.numeric import Evaluation, Exact

BITS = 200
PRECISION = 30


class Long(Symbol):
    """A root that is not worked out: it prints as what it is, such as ``(7/3)**(1/4)``, and knows its size."""

    value: Any

    @classmethod
    def of(cls, base: Rational, exponent: Rational) -> Long:
        """base^exponent for a positive base."""
        made = cls(f"({base.p}/{base.q})**({exponent.p}/{exponent.q})", positive=True)
        made.value = Float(base, PRECISION) ** exponent
        return made


class WithRoots(Evaluation):
    """An exact evaluation that leaves the roots of long numbers alone."""

    def compute(self, node: Any) -> Any:
        """The value of a node whose parts are known or can be computed."""
        if isinstance(node, Pow) and not is_matrix(node):
            base, exponent = self.value(node.base), self.value(node.exp)
            if _is_long(base) and base > 0 and not exponent.is_Integer:
                return Long.of(base, exponent)
        return super().compute(node)


def _is_long(number: Any) -> bool:
    return isinstance(number, Rational) and (int(number.p).bit_length() + int(number.q).bit_length()) > BITS


def exact_value(formula: Any, values: dict[Any, Any]) -> Any:
    """The exact value of a formula."""
    return WithRoots(values, Exact).value(formula)


def as_float(entry: Any) -> float:
    """An exact number as a float; a complex or infinite one raises ``TypeError``."""
    if not hasattr(entry, "xreplace"):
        return float(entry)
    return float(entry.xreplace({root: root.value for root in entry.atoms(Long)}))
