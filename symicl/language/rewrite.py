"""Taking an expression apart and putting it together again: substitution and unfolding of definitions."""

from __future__ import annotations

from typing import Any

from sympy import Add, Mul, Pow, Rational, Symbol, Tuple
from sympy.core.basic import Basic
from sympy.matrices.expressions import Identity, MatAdd, MatMul, MatrixSymbol, ZeroMatrix

from ..errors import ShapeError, UserError
from .blocks import Block, Corner, corner
from .expressions import (
    Inverted,
    Trace,
    Transposed,
    add,
    inverse,
    is_matrix,
    power,
    product,
    shape_of,
    show_shape,
    tr,
    transpose,
)
from .functions import Applied, apply
from .letters import Centred, Defined, is_random, letters_of
from .mean import (
    DefinedScalar,
    Derivative,
    E,
    Gradient,
    MatrixMean,
    Mean,
    SecondVariation,
    Tail,
    grad,
    named,
    second_variation,
    tail,
)
from .nodes import as_node, remembered
from .statements import Connective, Flow, Relation

#: the most binary digits of a number that is worked out on the way
LONGEST = 1 << 13


def substitute(node: Any, values: dict[Any, Any]) -> Any:
    """Replace letters and scalar symbols by expressions of the same shape, in an expression or a statement.

    A Gaussian letter cannot be replaced, nor anything be replaced by an expression that holds a Gaussian letter
    over which an enclosing expectation averages: both raise ``UserError``.

    >>> from symicl import dimension, matrix
    >>> A, B = matrix("A", dimension("d")), matrix("B", dimension("d"))
    >>> substitute(A @ A, {A: 2*B})
    4 B B
    """
    values = {key: as_node(value) for key, value in values.items()}
    for key, value in values.items():
        if is_random(key):
            raise UserError(f"{key}: a Gaussian letter cannot be replaced, nor another random one")
        if shape_of(key) != shape_of(value):
            raise ShapeError(f"{key} := {value}: shapes {show_shape(key)} and {show_shape(value)} do not fit")
    return _substitute(node, values)


def _substitute(node: Any, values: dict[Any, Any]) -> Any:
    if isinstance(node, Relation):
        return type(node)(_substitute(node.lhs, values), _substitute(node.rhs, values))
    if isinstance(node, Flow):
        return _substitute_in_flow(node, values)
    if isinstance(node, Connective):
        return type(node)(*[_substitute(part, values) for part in node.parts])
    if node in values:
        return values[node]
    if not values or not (letters_of(node) & set(values)):
        return node
    if isinstance(node, (Mean, MatrixMean, Tail)):
        _refuse_capture(node, values)
    if isinstance(node, (Gradient, Derivative, SecondVariation)):
        raise UserError(f"{node}: work the derivative out before replacing a letter in it")
    return rebuild(node, [a if isinstance(a, str) else _substitute(a, values) for a in parts_of(node)])


def _substitute_in_flow(flow: Flow, values: dict[Any, Any]) -> Flow:
    """Values for what does not move; what moves, and the time, are bound in a flow."""
    moved = {flow.time, *flow.starts}
    spoken = letters_of_statement(flow)
    for key, value in values.items():
        if key in moved or (key in spoken and letters_of(value) & moved):
            raise UserError(f"{key} := {value}: {flow} speaks of what moves, for which no value can be put in")
    starts = [(letter, _substitute(start, values)) for letter, start in flow.starts.items()]
    return Flow(_substitute(flow.loss, values), flow.time, *(part for pair in starts for part in pair))


def _refuse_capture(node: Any, values: dict[Any, Any]) -> None:
    for key, value in values.items():
        if key in letters_of(node) and (caught := letters_of(value) & set(node.over)):
            raise UserError(f"{key} := {value}: {min(map(str, caught))} is averaged over in {node}")


def parts_of(node: Any) -> list[Any]:
    """The expressions directly below a node."""
    if isinstance(node, (Mean, MatrixMean, Gradient, Derivative)):
        return [node.body]
    if isinstance(node, Tail):
        return [node.body, node.level]
    if isinstance(node, (Defined, DefinedScalar)):
        return [node.body]
    if isinstance(node, (Transposed, Inverted)):
        return [node.arg]
    if isinstance(node, Applied):
        return [node.at]
    if isinstance(node, SecondVariation):
        return [node.body, *node.directions.values()]
    if isinstance(node, (MatrixSymbol, Symbol, Identity, ZeroMatrix)):
        return []
    if isinstance(node, Block):
        return [entry for row in node.grid for entry in row]
    return list(node.args)


def rebuild(node: Any, parts: list[Any]) -> Any:
    """The node of the same kind over other parts; an unknown kind raises, since silence would mislead."""
    if all(new is old for new, old in zip(parts, parts_of(node), strict=True)):
        return node
    match node:
        case Mean() | MatrixMean():
            return E(parts[0], over=node.over)
        case Applied():
            return apply(node.name, parts[0])
        case Tail():
            return tail(parts[0], parts[1], over=node.over)
        case Gradient() | Derivative():
            return grad(parts[0], node.letter)
        case SecondVariation():
            return second_variation(parts[0], dict(zip(node.directions, parts[1:], strict=True)))
        case Defined():
            return Defined(node.name, parts[0], *node.facts)
        case DefinedScalar():
            return named(node.name, parts[0])
        case Block():
            width = len(node.grid[0])
            return Block([parts[i : i + width] for i in range(0, len(parts), width)])
        case Corner():
            return corner(parts[0])
        case Transposed():
            return transpose(parts[0])
        case Inverted():
            return inverse(parts[0])
        case Trace():
            return tr(parts[0])
        case MatMul():
            return product(*parts)
        case MatAdd():
            return add(*parts)
        case Pow() if is_matrix(parts[0]):
            return power(*parts)
        case Add() | Mul() | Pow() | Tuple():
            _refuse_gigantic(node, parts)
            return node.func(*parts)
    raise UserError(f"{node}: a node of kind {type(node).__name__} is not part of the language")


def _refuse_gigantic(node: Any, parts: list[Any]) -> None:
    """SymPy works powers and products of numbers out at once, however long they are."""
    bits = sum(map(_bits, parts)) if not isinstance(node, Pow) else _bits(parts[0]) * _exponent(parts[1])
    if bits > LONGEST:
        raise UserError(f"a number of more than {LONGEST} binary digits is not worked out")


@remembered
def _bits(node: Any) -> int:
    """How many binary digits a number in an expression could come to have, were everything worked out."""
    if isinstance(node, Rational):
        return max(node.p.bit_length(), node.q.bit_length())
    if isinstance(node, Pow):
        return _bits(node.base) * _exponent(node.exp)
    return sum(map(_bits, node.args))


def _exponent(node: Any) -> int:
    return max(1, abs(int(node))) if isinstance(node, Rational) else 1


def unfold(node: Any, *letters: Any) -> Any:
    """Replace the given definitions (all, where none are given) by what they stand for."""
    if isinstance(node, Relation):
        return type(node)(unfold(node.lhs, *letters), unfold(node.rhs, *letters))
    if isinstance(node, (Defined, DefinedScalar)) and (not letters or node in letters):
        return unfold(node.body, *letters)
    if isinstance(node, Basic) and parts_of(node) and not isinstance(node, Defined):
        return rebuild(node, [unfold(part, *letters) for part in parts_of(node)])
    return node


@remembered
def exchange(node: Any, old: Any, new: Any) -> Any:
    """Replace a part of an expression wherever it occurs, also inside expectations and derivatives."""
    if node == old:
        return new
    if isinstance(node, Defined) or not isinstance(node, Basic) or not parts_of(node):
        return node
    return rebuild(node, [exchange(part, old, new) for part in parts_of(node)])


def letters_of_statement(statement: Any) -> frozenset[Any]:
    """All letters that a statement speaks of."""
    if isinstance(statement, Connective):
        return frozenset().union(*map(letters_of_statement, statement.parts))
    return frozenset().union(*map(letters_of, statement.sides))


@remembered
def definitions_of(node: Any) -> tuple[Any, ...]:
    """The defined letters and scalars of an expression, each after those that its own body speaks of."""
    found: dict[Any, None] = {}
    for part in parts_of(node):
        if isinstance(part, Basic):
            found.update(dict.fromkeys(definitions_of(part)))
    if isinstance(node, Centred):
        found.update(dict.fromkeys(definitions_of(node.covariance)))
    if isinstance(node, (Defined, DefinedScalar)):
        found[node] = None
    return tuple(found)


def definitions_of_statement(statement: Any) -> tuple[Any, ...]:
    """The same of all that a statement speaks of."""
    sides = statement.parts if isinstance(statement, Connective) else statement.sides
    look = definitions_of_statement if isinstance(statement, Connective) else definitions_of
    return tuple(dict.fromkeys(definition for side in sides for definition in look(side)))


@remembered
def holds_derivative(node: Any) -> bool:
    """Whether a derivative occurs in an expression."""
    node = as_node(node)
    if isinstance(node, (Gradient, Derivative, SecondVariation)):
        return True
    return any(isinstance(part, Basic) and holds_derivative(part) for part in parts_of(node))


@remembered
def averaged_letters(node: Any) -> frozenset[Any]:
    """The Gaussian letters over which some expectation in an expression averages."""
    node = as_node(node)
    own = frozenset(node.over) if isinstance(node, (Mean, MatrixMean, Tail)) else frozenset()
    return own.union(*(averaged_letters(part) for part in parts_of(node) if isinstance(part, Basic)))
