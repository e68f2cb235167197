"""Block matrices with symbolic sizes, and one entry of an expression built of them.

>>> from symicl import dimension, matrix, vector
>>> d, N = dimension("d"), dimension("N")
>>> X, y = matrix("X", d, N), vector("y", N)
>>> E = Block([[X], [y.T]])
>>> E.shape
(d + 1, N)
>>> multiply_out(E @ E.T).grid
((X X.T, X y), (y.T X.T, y.T y))
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import reduce
from typing import Any

from sympy import Expr, Integer, Tuple
from sympy.matrices.expressions import MatAdd, MatMul, ZeroMatrix

from ..errors import ShapeError, UserError
from .expressions import Transposed, add, is_matrix, product, show_shape, split, transpose, zero
from .letters import Defined
from .mean import MatrixNode, ScalarNode
from .nodes import as_node, build, own, remembered

#: the most letters that an entry of a product of blocks may have
LARGEST = 200_000


def _height(entry: Any) -> Expr:
    return entry.shape[0] if is_matrix(entry) else Integer(1)


def _width(entry: Any) -> Expr:
    return entry.shape[1] if is_matrix(entry) else Integer(1)


class Block(MatrixNode):
    """A matrix of blocks; a 1×1 block is a scalar.  Blocks of a row share their height, of a column their width."""

    def __new__(cls, rows: Any) -> Any:
        grid = [[as_node(entry) for entry in row] for row in rows]
        if len({len(row) for row in grid}) != 1:
            raise ShapeError(f"Block: every row needs the same number of blocks, not {[len(r) for r in grid]}")
        for row in grid:
            for left, right in itertools.pairwise(row):
                if _height(left) != _height(right):
                    raise ShapeError(f"Block: {left} ({show_shape(left)}) beside {right} ({show_shape(right)})")
        for above, below in itertools.pairwise(grid):
            for top, bottom in zip(above, below, strict=True):
                if _width(top) != _width(bottom):
                    raise ShapeError(f"Block: {top} ({show_shape(top)}) above {bottom} ({show_shape(bottom)})")
        return build(cls, Tuple(*[Tuple(*row) for row in grid]))

    @property
    def grid(self) -> tuple[tuple[Any, ...], ...]:
        """The blocks, row by row."""
        return tuple(tuple(row) for row in self.args[0])

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return _size(self)

    def transposed(self) -> Block:
        """The block matrix of the transposed blocks."""
        return Block([[transpose(entry) for entry in column] for column in zip(*self.grid, strict=True)])


@remembered
def _size(block: Block) -> tuple[Expr, Expr]:
    heights, widths = _heights(block), _widths(block)
    return sum(heights[1:], heights[0]), sum(widths[1:], widths[0])


class Corner(ScalarNode):
    """The bottom right entry of a block expression, as a scalar."""

    body = property(lambda self: self.args[0])


def corner(node: Any) -> Corner:
    """The bottom right entry of an expression in block matrices."""
    return build(Corner, as_node(node))


def multiply_out(node: Any, work: Callable[[int], object] = bool) -> Block:
    """The blocks of a sum or product of block matrices, by the rule for multiplying blocks.

    ``work`` is told how much each entry takes, and may refuse.
    Definitions of block matrices are unfolded.  ``ShapeError`` where the partitions of two factors do not fit.
    """
    node = as_node(node)
    if isinstance(node, Block):
        return node
    if isinstance(node, Defined):
        return multiply_out(node.body, work)
    if isinstance(node, Transposed):
        return multiply_out(node.arg, work).transposed()
    if isinstance(node, MatAdd):
        return reduce(_plus, [multiply_out(part, work) for part in node.args])
    if isinstance(node, MatMul):
        scalar, matrices = split(node)
        result = reduce(lambda a, b: _times(a, b, work), [multiply_out(part, work) for part in matrices])
        return Block([[product(scalar, entry) for entry in row] for row in result.grid])
    return Block([[node]])


def _heights(block: Block) -> list[Expr]:
    return [_height(row[0]) for row in block.grid]


def _widths(block: Block) -> list[Expr]:
    return [_width(entry) for entry in block.grid[0]]


def _plus(left: Block, right: Block) -> Block:
    if (_heights(left), _widths(left)) != (_heights(right), _widths(right)):
        raise ShapeError(f"{left} + {right}: the blocks are not of the same sizes")
    return Block([[add(a, b) for a, b in zip(r, s, strict=True)] for r, s in zip(left.grid, right.grid, strict=True)])


def _times(left: Block, right: Block, work: Callable[[int], object]) -> Block:
    if _widths(left) != _heights(right):
        raise ShapeError(
            f"{left} @ {right}: the columns of the first are parted in {_widths(left)}, the rows of the second in "
            f"{_heights(right)}"
        )
    columns = list(zip(*right.grid, strict=True))
    return Block([[_entry(row, column, work) for column in columns] for row in left.grid])


def _entry(row: Any, column: Any, work: Callable[[int], object]) -> Any:
    terms = [product(a, b) for a, b in zip(row, column, strict=True)]
    kept = [t for t in terms if not (isinstance(t, ZeroMatrix) or t == 0)]
    entry = add(*kept) if kept else zero(_height(row[0]), _width(column[0]))
    work(len(row) * 8 + written_out(entry))
    if written_out(entry) > LARGEST:
        raise UserError(f"a product of block matrices with an entry of more than {LARGEST:,} letters")
    return entry


@remembered
def written_out(node: Any) -> int:
    """How many nodes an expression has when it is written out in full."""
    return 1 + sum(map(written_out, node.args))


own(Block, Corner)
