"""Inferences along a gradient flow: what is conserved, what falls, how fast, and what keeps its sign.

Each takes a ``Flow``, a scalar F that is a polynomial in what moves, and a theorem about how fast F falls, or about F,
at a point that the flow reaches.  Such a theorem speaks of every time only where nothing else is assumed of the point
or of the time: then it holds all along the way, since what the flow reaches, it reaches through points that it
reaches.  So an assumption other than the flow itself that speaks of what moves, or of the time, is refused.
"""

from __future__ import annotations

from typing import Any

from sympy import Add, Mul, Pow, Symbol
from sympy.core.basic import Basic

from ..errors import ProofError, SymiclError
from ..language.expressions import Product, Sum, Trace, Transposed, add, is_matrix, product, tr, transpose
from ..language.functions import apply
from ..language.letters import Defined, Letter, letters_of
from ..language.mean import DefinedScalar, grad
from ..language.rewrite import definitions_of, letters_of_statement, parts_of, substitute, unfold
from ..language.statements import Eq, Flow, Ge, Gt, Ne, Statement
from .arguments import Node, Proved
from .conclusion import Conclusion

#: What a polynomial is made of, besides letters and powers.
POLYNOMIAL = (Add, Mul, Product, Sum, Trace, Transposed, Defined, DefinedScalar)


def fall(flow: Flow, node: Any) -> Any:
    """−dF/dt along the flow: the sum over all that moves of the gradient of F times the gradient of the loss."""
    parts = []
    for letter in flow.starts:
        own, driving = grad(node, letter), grad(flow.loss, letter)
        parts.append(tr(transpose(own) @ driving) if is_matrix(letter) else product(own, driving))
    return add(*parts)


def conserved(flow: Statement, node: Node, still: Proved) -> Conclusion:
    """−dF/dt = 0 gives that F is what it was at the start."""
    start = _followed(flow, node, still, Eq(_falling(flow, node), 0))
    return Conclusion(Eq(node, start), "flow: constant", "definition", extra=[flow])


def falls(flow: Statement, node: Node, falling: Proved) -> Conclusion:
    """−dF/dt ≥ 0 gives that F is at most what it was at the start."""
    start = _followed(flow, node, falling, Ge(_falling(flow, node), 0))
    return Conclusion(Ge(start, node), "flow: monotone", "definition", extra=[flow])


def decays(flow: Statement, node: Node, rate: Node, falling: Proved) -> Conclusion:
    """−dF/dt ≥ μF, for a μ that does not change, gives F ≤ exp(−μt) times what it was at the start."""
    start = _followed(flow, node, falling, Ge(_falling(flow, node), product(rate, node)))
    known: Any = flow
    if letters_of(rate) & _moved(known):
        raise ProofError(f"{rate}: the rate must not depend on the time, nor on what moves")
    bound = product(apply("exp", product(-1, rate, known.time)), start)
    return Conclusion(Ge(bound, node), "flow: Grönwall", "definition", extra=[flow])


def keeps_sign(flow: Statement, node: Node, nowhere: Proved, before: Proved) -> Conclusion:
    """F ≠ 0 all along, and F > 0 at the start, give F > 0."""
    start = _followed(flow, node, nowhere, Ne(node, 0))
    if before.statement != Gt(start, 0):
        raise ProofError(f"{before.statement}: at the start {Gt(start, 0)} is needed")
    _refuse_passing(flow, before)
    return Conclusion(Gt(node, 0), "flow: sign", "definition", extra=[flow])


def _moved(flow: Flow) -> frozenset[Any]:
    return frozenset({flow.time, *flow.starts})


def _falling(flow: Any, node: Any) -> Any:
    if type(flow) is not Flow:
        raise ProofError(f"{flow}: the statement of a flow is needed")
    if is_matrix(node):
        raise ProofError(f"{node}: only a scalar is followed along a flow")
    return fall(flow, node)


def _followed(flow: Any, node: Any, theorem: Any, needed: Statement) -> Any:
    """The value of F at the start, where the theorem is the one that is needed, and speaks of every time."""
    if type(flow) is not Flow:
        raise ProofError(f"{flow}: the statement of a flow is needed")
    if is_matrix(node) or flow.time in letters_of(node) or not _is_polynomial(node, _moved(flow)):
        raise ProofError(f"{node}: only a scalar polynomial in what moves is followed along a flow")
    if theorem.statement != needed:
        raise ProofError(f"{theorem.statement}: the theorem {needed} is needed")
    _refuse_passing(flow, theorem)
    try:
        start = substitute(unfold(node, *_unfolded(node, _moved(flow))), flow.starts)
    except SymiclError as error:
        raise ProofError(str(error)) from error
    if letters_of(start) & _moved(flow):
        raise ProofError(f"{node}: its value at the start is not known")
    return start


def _unfolded(node: Any, moved: frozenset[Any]) -> list[Any]:
    """What is defined by way of what moves: its value at the start has no name, only a body."""
    return [definition for definition in definitions_of(node) if letters_of(definition) & moved] or [None]


def _refuse_passing(flow: Any, theorem: Any) -> None:
    """``ProofError`` for a theorem that stands on what may hold at one time and not at another."""
    for assumed in theorem.assumptions:
        if assumed != flow and letters_of_statement(assumed) & _moved(flow):
            raise ProofError(f"{assumed} is assumed, which speaks of what moves: it need not hold at every time")


def _is_polynomial(node: Any, moved: frozenset[Any]) -> bool:
    """Whether an expression is a polynomial in what moves, with coefficients of any kind."""
    if node in moved or not letters_of(node) & moved:
        return True
    if isinstance(node, Pow):
        return bool(node.exp.is_Integer and node.exp > 0) and _is_polynomial(node.base, moved)
    if type(node) in (Symbol, Letter) or not isinstance(node, POLYNOMIAL):
        return False
    return all(_is_polynomial(part, moved) for part in parts_of(node) if isinstance(part, Basic))
