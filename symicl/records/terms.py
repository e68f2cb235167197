"""Expressions and statements as rows, each naming its kind and its parts, a part by the number of its row; and back.

>>> from symicl import dimension, matrix
>>> table = Table()
>>> A = matrix("A", dimension("d"))
>>> table.node(A @ A.T)
3
>>> table.rows
[['Symbol', 'd', 'integer', 'positive'], ['Letter', 'A', 0, 0], ['Transposed', 1], ['Product', 1, 2]]
>>> nodes(table.rows)[3]
A A.T
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Add, Mul, Pow, Rational, Symbol
from sympy.core.symbol import Str

from ..errors import SymiclError
from ..kernel.arguments import CONNECTIVES, KINDS, NUMBERS, RELATIONS
from ..language import expressions, letters, mean
from ..language.blocks import Block, corner
from . import limits
from .limits import RecordError, modest, within

#: what may be known of a symbol
FACTS = frozenset({"integer", "nonnegative", "positive", "real"})
STATEMENTS = {kind.__name__: kind for kind in RELATIONS | CONNECTIVES}


class Table:
    """Rows for expressions and for statements; a row names earlier rows only."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self.statements: list[list[Any]] = []
        self._known: dict[Any, int] = {}
        self._stated: dict[Any, int] = {}

    def node(self, node: Any) -> int:
        """The number of an expression; its rows are added where they are new."""
        found = self._known.get(node)
        if found is None:
            row = self._row(node)
            found = self._known[node] = len(self.rows)
            self.rows.append(row)
        return found

    def _row(self, node: Any) -> list[Any]:
        kind = type(node)
        if kind in NUMBERS:
            return ["Number", str(node)]
        if kind is Symbol:
            return ["Symbol", node.name, *sorted(fact for fact, holds in node._assumptions_orig.items() if holds)]
        if kind is Block:
            width = len(node.grid[0])
            return ["Block", str(width), *(self.node(entry) for row in node.grid for entry in row)]
        parts = node.args[:1] if kind is expressions.Inverted else node.args
        return [kind.__name__, *(part.name if type(part) is Str else self.node(part) for part in parts)]

    def statement(self, statement: Any) -> int:
        """The number of a statement."""
        found = self._stated.get(statement)
        if found is None:
            kind = type(statement)
            if kind in CONNECTIVES:
                row = [kind.__name__, *map(self.statement, statement.parts)]
            else:
                row = [kind.__name__, self.node(statement.lhs), self.node(statement.rhs)]
            found = self._stated[statement] = len(self.statements)
            self.statements.append(row)
        return found


class Sizes:
    """How large and how deeply nested the expression of each row is, written out in full."""

    def __init__(self) -> None:
        self.tree: list[int] = []
        self.depth: list[int] = []

    def add(self, parts: list[int], place: str) -> None:
        """The next row, over these earlier ones."""
        self.tree.append(1 + sum(self.tree[i] for i in parts))
        self.depth.append(1 + max((self.depth[i] for i in parts), default=0))
        within(self.tree[-1], limits.TREE, f"{place}: nodes of an expression")
        within(self.depth[-1], limits.DEPTH, f"{place}: brackets inside one another")


def nodes(rows: list[list[Any]], sizes: Sizes | None = None) -> list[Any]:
    """The expressions of the rows; ``RecordError`` names the row that is not of its form or too large."""
    sizes = sizes or Sizes()
    found: list[Any] = []
    for i, row in enumerate(rows):
        place = f"node {i}"
        kind, *parts = row
        sizes.add(references(parts, i, place), place)
        try:
            node = _made(kind, [found[part] if type(part) is int else part for part in parts], place)
        except RecordError:
            raise
        except (SymiclError, TypeError, ValueError, AttributeError, IndexError, AssertionError) as error:
            raise RecordError(f"{place}, {_brief(row)}: {error}") from error
        modest(node, place)
        found.append(node)
    return found


def references(parts: list[Any], before: int, place: str) -> list[int]:
    """The numbers among the parts of a row, all of which must name earlier rows."""
    within(len(parts), limits.PARTS, f"{place}: parts")
    numbers = [part for part in parts if type(part) is int]
    for number in numbers:
        if not 0 <= number < before:
            raise RecordError(f"{place}: {number} is not the number of an earlier row")
    return numbers


def _made(kind: Any, parts: list[Any], place: str) -> Any:
    make = _MAKERS.get(kind) if isinstance(kind, str) else None
    if make is None:
        raise RecordError(f"{place}: the language has no node of kind {_brief(kind)}")
    for part in parts:
        if isinstance(part, str):
            within(len(part), limits.NAME if kind != "Number" else 2 * limits.DIGITS, f"{place}: characters")
    node = make(*parts)
    if type(node) not in KINDS or (type(node).__name__ != kind and kind != "Number"):
        raise RecordError(f"{place}: this {kind} is not in its own form; it would be {_brief(node)}")
    return node


def _brief(thing: Any) -> str:
    shown = str(thing)
    return shown if len(shown) <= 80 else shown[:77] + "…"


def _number(text: Any) -> Any:
    value = Rational(*map(int, text.split("/"))) if isinstance(text, str) else None
    if value is None or str(value) != text:
        raise ValueError("a number is written as digits, or as digits/digits in lowest terms")
    return value


def _symbol(name: Any, *facts: Any) -> Any:
    if not isinstance(name, str) or set(facts) - FACTS or list(facts) != sorted(set(facts)):
        raise ValueError(f"a symbol has a name and facts among {', '.join(sorted(FACTS))}, in this order")
    return Symbol(name, **dict.fromkeys(facts, True))


def _named(make: Callable[..., Any]) -> Callable[..., Any]:
    def made(name: Any, *parts: Any) -> Any:
        if not isinstance(name, str):
            raise ValueError("a letter has a name")
        return make(name, *parts)

    return made


def _plain(kind: Any) -> Callable[..., Any]:
    """Sums, products and powers of scalars keep the order in which they were written."""

    def made(*parts: Any) -> Any:
        if len(parts) < 2 or any(isinstance(part, str) or expressions.is_matrix(part) for part in parts):
            raise ValueError("at least two scalars are needed")
        return kind(*parts, evaluate=False)

    return made


def _product(*parts: Any) -> Any:
    """A 1×1 product is a scalar; as a row of its own it stands for what is inside the trace."""
    made = expressions.product(*parts)
    return made.arg if type(made) is expressions.Trace else made


def _block(width: Any, *entries: Any) -> Any:
    columns = int(width)
    if columns < 1 or len(entries) % columns:
        raise ValueError(f"{len(entries)} blocks do not fill rows of {width}")
    return Block([entries[i : i + columns] for i in range(0, len(entries), columns)])


_MAKERS: dict[str, Callable[..., Any]] = {
    "Number": _number,
    "Symbol": _symbol,
    "Add": _plain(Add),
    "Mul": _plain(Mul),
    "Pow": _plain(Pow),
    "Letter": _named(letters.Letter),
    "Gaussian": _named(letters.Gaussian),
    "Defined": _named(letters.Defined),
    "DefinedScalar": _named(mean.named),
    "Identity": expressions.identity,
    "Zero": expressions.zero,
    "Transposed": expressions.transpose,
    "Inverted": expressions.inverse,
    "Product": _product,
    "Sum": expressions.add,
    "Trace": expressions.tr,
    "Block": _block,
    "Corner": corner,
    "Mean": lambda body, *over: mean.E(body, over=over),
    "MatrixMean": lambda body, *over: mean.E(body, over=over),
    "Gradient": mean.grad,
    "Derivative": mean.grad,
    "SecondVariation": lambda body, *moved: mean.second_variation(
        body, dict(zip(moved[::2], moved[1::2], strict=True))
    ),
}


def statements(rows: list[list[Any]], found: list[Any]) -> list[Any]:
    """The statements of the rows about the expressions ``found``."""
    made: list[Any] = []
    for i, row in enumerate(rows):
        place = f"statement {i}"
        kind, *parts = row
        if kind not in STATEMENTS:
            raise RecordError(f"{place}: there is no statement of kind {_brief(kind)}")
        joined = STATEMENTS[kind] in CONNECTIVES
        if references(parts, len(made) if joined else len(found), place) != parts:
            raise RecordError(f"{place}: its parts are numbers of rows")
        try:
            made.append(STATEMENTS[kind](*[(made if joined else found)[part] for part in parts]))
        except (SymiclError, TypeError) as error:
            raise RecordError(f"{place}, {_brief(row)}: {error}") from error
    return made
