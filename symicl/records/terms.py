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

from typing import Any

from sympy import Rational

from ..errors import SymiclError
from ..kernel.arguments import ATOMS, CONNECTIVES
from ..language.kinds import apart, name_of, together
from . import limits
from .limits import RecordError, modest, within

STATEMENTS = {kind.__name__: kind for kind in ATOMS | CONNECTIVES}


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
        return [name_of(node), *(part if type(part) is str else self.node(part) for part in apart(node))]

    def statement(self, statement: Any) -> int:
        """The number of a statement."""
        found = self._stated.get(statement)
        if found is None:
            kind = type(statement)
            if kind in CONNECTIVES:
                row = [kind.__name__, *map(self.statement, statement.parts)]
            else:
                row = [kind.__name__, *map(self.node, statement.sides)]
            found = self._stated[statement] = len(self.statements)
            self.statements.append(row)
        return found


class Sizes:
    """How large and how deeply nested the expression of each row is, written out in full."""

    def __init__(self) -> None:
        self.tree: list[int] = []
        self.power: list[Any] = []
        self.depth: list[int] = []

    def add(self, parts: list[int], place: str) -> None:
        """The next row, over these earlier ones."""
        self.power.append(max((self.power[i] for i in parts), default=1))
        self.over(self, parts, place)

    def over(self, below: Sizes, parts: list[int], place: str) -> None:
        """The next row, over rows of another table."""
        self.tree.append(1 + sum(below.tree[i] for i in parts))
        self.depth.append(1 + max((below.depth[i] for i in parts), default=0))
        within(self.tree[-1], limits.TREE, f"{place}: nodes of an expression")
        within(self.depth[-1], limits.DEPTH, f"{place}: brackets inside one another")

    def raised(self, exponent: Any, place: str) -> None:
        """The last row is a power of its parts: powers of powers multiply."""
        self.power[-1] *= max(exponent, 1)
        within(int(self.power[-1]), limits.POWER, f"{place}: an exponent, with those inside it")


def nodes(rows: list[list[Any]], sizes: Sizes | None = None) -> list[Any]:
    """The expressions of the rows; ``RecordError`` names the row that is not of its form or too large."""
    sizes = sizes or Sizes()
    found: list[Any] = []
    for i, row in enumerate(rows):
        place = f"node {i}"
        kind, *parts = row
        sizes.add(references(parts, i, place), place)
        if kind == "Block":
            within(len(parts) - 1, limits.BLOCKS, f"{place}: blocks")
        try:
            node = _made(kind, [found[part] if type(part) is int else part for part in parts], place)
        except RecordError:
            raise
        except SymiclError as error:
            raise RecordError(f"{place}, {_brief(row)}: {error}") from error
        modest(node, place)
        if kind == "Pow" and isinstance(node.exp, Rational):
            sizes.raised(abs(node.exp), place)
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
    for part in parts:
        if isinstance(part, str):
            within(len(part), limits.NAME if kind != "Number" else 2 * limits.DIGITS, f"{place}: characters")
    return together(str(kind), parts)


def _brief(thing: Any) -> str:
    shown = str(thing)
    return shown if len(shown) <= 80 else shown[:77] + "…"


def statements(rows: list[list[Any]], found: list[Any], sizes: Sizes) -> tuple[list[Any], Sizes]:
    """The statements of the rows about the expressions ``found``, which have these sizes, and their own sizes."""
    made: list[Any] = []
    own = Sizes()
    for i, row in enumerate(rows):
        place = f"statement {i}"
        kind, *parts = row
        if kind not in STATEMENTS:
            raise RecordError(f"{place}: there is no statement of kind {_brief(kind)}")
        joined = STATEMENTS[kind] in CONNECTIVES
        if references(parts, len(made) if joined else len(found), place) != parts:
            raise RecordError(f"{place}: its parts are numbers of rows")
        own.over(own if joined else sizes, parts, place)
        try:
            made.append(STATEMENTS[kind](*[(made if joined else found)[part] for part in parts]))
        except (SymiclError, TypeError) as error:
            raise RecordError(f"{place}, {_brief(row)}: {error}") from error
    return made, own
