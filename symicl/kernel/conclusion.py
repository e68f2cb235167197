"""What an inference concludes; a theorem is made of it in ``theorem``, and only there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import S

from ..errors import ProofError
from ..language.mean import MatrixMean, Mean
from ..language.nodes import as_node
from ..language.statements import Connective, Eq, Ne, Statement
from . import facts


class Conclusion:
    """A statement, the axioms that the inference itself used, and the assumptions that it stands on.

    By default a conclusion stands on all that its premises stand on; ``extra`` are assumptions that come on top, and
    ``kept`` replaces those of the premises where an inference discharges some.
    """

    __slots__ = ("axioms", "extra", "kept", "statement")

    def __init__(
        self,
        statement: Statement,
        *axioms: str,
        extra: Iterable[Statement] = (),
        kept: Iterable[Statement] | None = None,
    ) -> None:
        self.statement, self.axioms = statement, frozenset(axioms)
        self.extra = frozenset(extra)
        self.kept = None if kept is None else frozenset(kept)


def equated(theorem: Any) -> Eq:
    """The statement of a theorem that is an equation."""
    if type(getattr(theorem, "statement", None)) is not Eq:
        raise ProofError(f"{theorem}: the theorem of an equation is needed")
    return theorem.statement


def stated(conditions: Iterable[tuple[str, Any]]) -> set[Statement]:
    """What was divided by and is not known to be nonzero becomes an assumption; an unknown inverse is refused."""
    extra: set[Statement] = set()
    for kind, node in conditions:
        if kind == "nonzero" and not facts.nonzero(node):
            extra.add(Ne(node, 0))
        if kind == "invertible" and not facts.nonsingular(node):
            raise ProofError(f"{node} is inverted, but nothing says that it is invertible")
    return extra


def divided(statement: Statement) -> set[Statement]:
    """What a statement divides by and is not known to be nonzero: it speaks of nothing where that is zero."""
    if isinstance(statement, Connective):
        return set().union(*map(divided, statement.parts))
    return stated(frozenset().union(*map(facts.conditions, statement.sides)))


def stands_on(statement: Statement) -> frozenset[str]:
    """The axioms that a statement needs to have a meaning."""
    if isinstance(statement, Connective):
        return frozenset().union(*map(stands_on, statement.parts))
    met = frozenset().union(*map(facts.conditions, statement.sides))
    return frozenset({"full rank"} if facts.rank_used(met) else ()).union(*(averaged(part) for _, part in met))


def averaged(node: Any) -> frozenset[str]:
    """The axiom behind the sign of an average, and of what is made of averages."""
    return frozenset({"order of expectation"} if as_node(node).has(Mean, MatrixMean) else ())


def refuse_infinite(node: Any, words: str) -> None:
    """``ProofError`` where something was divided by zero."""
    if node.has(S.ComplexInfinity, S.NaN, S.Infinity, S.NegativeInfinity):
        raise ProofError(f"{words} divides by zero")
