"""Are two formulas equal?  By the engine's normal form, where that does not say so at exact points, then by the kernel.

The points are those of ``symicl.trust``: rational numbers of several sizes, some of them on the sets that assumptions
speak of.  What holds at all of them is equal (J. T. Schwartz, J. ACM 27 (1980) 701).

>>> from symicl import dimension, matrix, tr
>>> A, B = (matrix(name, dimension("d")) for name in "AB")
>>> compared(tr(A @ B), tr(B.T @ A.T)), compared(A @ B, B @ A)
('equal', 'different')
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from ..engine import Form, form
from ..errors import SymiclError
from ..kernel import theorem as kernel
from ..language.expressions import is_matrix, shape_of, zero
from ..language.mean import MatrixMean, Mean
from ..language.nodes import as_node
from ..language.statements import Eq, Statement
from ..trust.truth import truth


def compared(wanted: Any, given: Any, assumed: Collection[Statement] = ()) -> str:
    """``equal``, ``different``, or ``unknown`` where no point can tell; both sides have one shape."""
    wanted, given = as_node(wanted), as_node(given)
    if wanted == given or _one_form(wanted, given):
        return "equal"
    verdict = truth(Eq(_averaged(wanted), _averaged(given)), assumed).verdict
    if verdict == "undecided" and _by_kernel(wanted, given):
        return "equal"
    return {"true": "equal", "false": "different"}.get(verdict, "unknown")


@lru_cache(maxsize=4096)
def normal(node: Any, unfold: bool) -> Form | None:
    """The normal form, with definitions unfolded or not; None where the engine has none."""
    try:
        return form(node, unfold=unfold)
    except SymiclError:
        return None


def _one_form(wanted: Any, given: Any) -> bool:
    """Whether the normal forms are the same, with definitions kept or unfolded."""
    for unfold in (False, True):
        left, right = normal(wanted, unfold), normal(given, unfold)
        if left is not None and left == right:
            return True
    return False


def _averaged(node: Any) -> Any:
    """The formula with its means worked out where the engine can: at points they take long."""
    known = normal(node, True) if node.has(Mean, MatrixMean) else None
    return node if known is None else known.to_sympy()


def _by_kernel(wanted: Any, given: Any) -> bool:
    """Whether the kernel proves it, which knows means of random letters of no law."""
    for prove in (kernel.identity, kernel.expectation):
        try:
            prove(Eq(wanted, given))
        except (SymiclError, NotImplementedError):
            continue
        return True
    return False


def fitting(wanted: Any, given: Any) -> Any:
    """The given one, a number 0 as the zero matrix of the wanted shape."""
    given = as_node(given)
    return zero(*shape_of(wanted)) if given == 0 and is_matrix(wanted) and not is_matrix(given) else given


__all__ = ["compared", "fitting", "normal"]
