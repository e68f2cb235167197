"""Matrix expressions with symbolic shapes: the closed set of nodes, and the operators that build them.

The nodes are SymPy's own (``MatMul``, ``MatAdd``, ``Transpose``, ``Inverse``, ``Trace``), subclassed for three
reasons: shapes are compared when an expression is built, also symbolic ones (SymPy accepts a d×d times an N×N);
factors and terms stay in the order in which their author wrote them; and a 1×1 product *is* a scalar, so that
``x.T @ A @ y`` can be added to a number or squared.

>>> from symicl import dimension, matrix, vector, tr
>>> d, N = dimension("d"), dimension("N")
>>> A, B, x = matrix("A", d), matrix("B", N), vector("x", d)
>>> A @ A.T + 2*A
A A.T + 2 A
>>> x.T @ A @ x
x.T A x
>>> A @ B
Traceback (most recent call last):
    ...
symicl.errors.ShapeError: A @ B: shapes d×d and N×N do not fit (the inner sizes d and N must agree)
"""

from __future__ import annotations

import itertools
from typing import Any

from sympy import Expr, Integer, S
from sympy import Trace as SympyTrace
from sympy.matrices.expressions import (
    Identity as SympyIdentity,
)
from sympy.matrices.expressions import (
    Inverse as SympyInverse,
)
from sympy.matrices.expressions import (
    MatAdd,
    MatMul,
    MatrixExpr,
    ZeroMatrix,
)
from sympy.matrices.expressions import (
    Transpose as SympyTranspose,
)

from ..errors import ShapeError, UserError
from .nodes import as_node, build, own

ONE = S.One


def show_shape(node: Any) -> str:
    """``d×N`` for a matrix, ``1×1`` for a scalar."""
    return f"{node.shape[0]}×{node.shape[1]}" if is_matrix(node) else "1×1"


def shape_of(node: Any) -> tuple[Any, Any]:
    """Rows and columns; (1, 1) for a scalar."""
    return node.shape if is_matrix(node) else (ONE, ONE)


def is_matrix(node: Any) -> bool:
    """True for a matrix expression, False for a scalar."""
    return isinstance(node, MatrixExpr)


class Shaped:
    """The operators of matrix expressions; every node of the language has them."""

    _op_priority = 20.0
    shape: tuple[Expr, Expr]

    @property
    def T(self) -> Any:
        """The transpose."""
        return transpose(self)

    def inv(self) -> Any:
        """The inverse of a square matrix."""
        return inverse(self)

    @property
    def I(self) -> Any:  # noqa: E743 - the name that NumPy and SymPy users know
        """The inverse, as in SymPy."""
        return inverse(self)

    def __matmul__(self, other: Any) -> Any:
        return product(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return product(other, self)

    __mul__ = __matmul__
    __rmul__ = __rmatmul__

    def __add__(self, other: Any) -> Any:
        return add(self, other)

    def __radd__(self, other: Any) -> Any:
        return add(other, self)

    def __sub__(self, other: Any) -> Any:
        return add(self, product(-1, other))

    def __rsub__(self, other: Any) -> Any:
        return add(other, product(-1, self))

    def __neg__(self) -> Any:
        return product(-1, self)

    def __truediv__(self, other: Any) -> Any:
        if is_matrix(other):
            raise UserError(f"({self}) / ({other}): a matrix divides nothing; multiply by its inverse, {other}.inv()")
        return product(ONE / as_node(other), self)

    def __pow__(self, exponent: Any) -> Any:
        return power(self, exponent)

    def __str__(self) -> str:
        from .printing import text

        return text(self)

    __repr__ = __str__

    def _sympystr(self, printer: Any) -> str:
        return str(self)

    def _latex(self, printer: Any) -> str:
        from .printing import latex

        return latex(self)

    def _repr_latex_(self) -> str:
        from .printing import latex

        return f"${latex(self)}$"

    def __iter__(self) -> Any:
        """Without this, Python would ask for one entry after the other, for ever."""
        raise TypeError(f"{self}: a matrix of shape {show_shape(self)} has no list of entries")

    def lambdify(self, *letters: Any) -> Any:
        """A NumPy function of the given letters: see :func:`symicl.lambdify`."""
        from .numeric import lambdify

        return lambdify(self, *letters)


class Product(Shaped, MatMul):
    """A product: an optional scalar first, then at least one matrix, in the author's order."""

    @property
    def shape(self) -> Any:
        """Rows of the first matrix, columns of the last one."""
        first = self.args[0] if is_matrix(self.args[0]) else self.args[1]
        return first.shape[0], self.args[-1].shape[1]


class Sum(Shaped, MatAdd):
    """A sum of matrices of one shape, in the author's order."""

    @property
    def shape(self) -> Any:
        """The shape that all terms share."""
        return self.args[0].shape


class Transposed(Shaped, SympyTranspose):
    """The transpose of a letter that is not symmetric."""

    def doit(self, **hints: Any) -> Any:
        return self


class Inverted(Shaped, SympyInverse):
    """The inverse of a letter or of a sum."""

    def doit(self, **hints: Any) -> Any:
        return self


class Identity(Shaped, SympyIdentity):
    """The identity matrix of a size that may be symbolic."""


class Zero(Shaped, ZeroMatrix):
    """The zero matrix of a shape that may be symbolic."""


class Trace(SympyTrace):
    """The trace of a square matrix; of a 1×1 product it is the product itself, as a scalar."""

    is_commutative = True
    is_real = True

    @property
    def T(self) -> Trace:
        """A scalar is its own transpose."""
        return self

    def __str__(self) -> str:
        from .printing import text

        return text(self)

    __repr__ = __str__

    def _sympystr(self, printer: Any) -> str:
        return str(self)

    def _latex(self, printer: Any) -> str:
        from .printing import latex

        return latex(self)

    def _repr_latex_(self) -> str:
        from .printing import latex

        return f"${latex(self)}$"


def split(node: Any) -> tuple[Expr, tuple[Any, ...]]:
    """The scalar in front of a node and its matrix factors."""
    if isinstance(node, MatMul):
        head = node.args[0]
        return (ONE, node.args) if is_matrix(head) else (head, node.args[1:])
    return ONE, (node,)


def product(*factors: Any) -> Any:
    """The product of scalars and matrices; a scalar where it comes out 1×1.

    >>> from symicl import dimension, matrix
    >>> A = matrix("A", dimension("d"))
    >>> product(2, A, A.T)
    2 A A.T
    """
    scalar: Any = ONE
    matrices: list[Any] = []
    for factor in map(as_node, factors):
        if is_matrix(factor):
            c, parts = split(factor)
            scalar = scalar * c
            matrices.extend(parts)
        else:
            scalar = scalar * factor
    for left, right in itertools.pairwise(matrices):
        if left.shape[1] != right.shape[0]:
            raise ShapeError(
                f"{left} @ {right}: shapes {show_shape(left)} and {show_shape(right)} do not fit "
                f"(the inner sizes {left.shape[1]} and {right.shape[0]} must agree)"
            )
    if not matrices:
        return scalar
    shape = matrices[0].shape[0], matrices[-1].shape[1]
    if scalar == 0 or any(isinstance(m, ZeroMatrix) for m in matrices):
        return zero(*shape)
    kept = [m for m in matrices if not isinstance(m, SympyIdentity)] or matrices[:1]
    if shape == (1, 1):
        return scalar * (ONE if isinstance(kept[0], SympyIdentity) else build(Trace, _bare(ONE, kept)))
    return _bare(scalar, kept)


def _bare(scalar: Expr, matrices: list[Any]) -> Any:
    if scalar == 1 and len(matrices) == 1:
        return matrices[0]
    head = () if scalar == 1 else (scalar,)
    return build(Product, *head, *matrices)


def add(*terms: Any) -> Any:
    """The sum of scalars, or of matrices of one shape; zeros drop out, nothing is reordered."""
    parts = [part for term in map(as_node, terms) for part in (term.args if isinstance(term, MatAdd) else (term,))]
    matrices = [p for p in parts if is_matrix(p)]
    if not matrices:
        return sum(parts[1:], parts[0])
    first = matrices[0]
    for part in parts:
        if part != 0 and (not is_matrix(part) or part.shape != first.shape):
            raise ShapeError(
                f"{first} + {part}: shapes {show_shape(first)} and {show_shape(part)} do not fit (both must agree)"
            )
    kept = [m for m in matrices if not isinstance(m, ZeroMatrix)]
    if not kept:
        return zero(*first.shape)
    return kept[0] if len(kept) == 1 else build(Sum, *kept)


def transpose(node: Any) -> Any:
    """The transpose, pushed down to the letters; a scalar is its own."""
    node = as_node(node)
    if not is_matrix(node):
        return node
    if isinstance(node, MatAdd):
        return add(*map(transpose, node.args))
    if isinstance(node, MatMul):
        scalar, matrices = split(node)
        return product(scalar, *map(transpose, reversed(matrices)))
    if isinstance(node, SympyTranspose):
        return node.arg
    if isinstance(node, SympyIdentity) or getattr(node, "symmetric", False):
        return node
    if isinstance(node, ZeroMatrix):
        return zero(node.shape[1], node.shape[0])
    if isinstance(node, SympyInverse):
        return inverse(transpose(node.arg))
    own = getattr(node, "transposed", None)
    return own() if own else build(Transposed, node)


def inverse(node: Any) -> Any:
    """The inverse of a square matrix: products turn round, scalars are inverted, sums stay whole."""
    node = as_node(node)
    if not is_matrix(node):
        return ONE / node
    if node.shape[0] != node.shape[1]:
        raise ShapeError(f"({node}).inv(): shape {show_shape(node)} is not square, so there is no inverse")
    if isinstance(node, ZeroMatrix):
        raise UserError("0.inv(): the zero matrix has no inverse")
    if isinstance(node, MatMul):
        scalar, matrices = split(node)
        if all(m.shape[0] == m.shape[1] for m in matrices):
            return product(ONE / scalar, *map(inverse, reversed(matrices)))
    if isinstance(node, SympyInverse):
        return node.arg
    if isinstance(node, SympyIdentity):
        return node
    return build(Inverted, node, Integer(-1))


def power(node: Any, exponent: Any) -> Any:
    """An integer power of a square matrix."""
    k = as_node(exponent)
    if not k.is_Integer:
        raise UserError(f"({node})**({exponent}): a matrix takes integer powers only")
    if node.shape[0] != node.shape[1]:
        raise ShapeError(f"({node})**{k}: shape {show_shape(node)} is not square, so it has no powers")
    base = inverse(node) if k < 0 else node
    return product(*[base] * abs(int(k))) if k else identity(node.shape[0])


def identity(size: Any) -> Identity:
    """The identity of that size."""
    refuse_sizes("I", as_node(size))
    return build(Identity, as_node(size))


def refuse_sizes(name: Any, *sizes: Any) -> None:
    """``ShapeError`` for a size that is not known to be a positive integer."""
    for size in sizes:
        if not (size.is_integer and size.is_positive):
            raise ShapeError(f"{name}: size {size} is not known to be a positive integer; make it with dimension(...)")


def zero(rows: Any, cols: Any) -> Any:
    """The zero matrix, or the number 0 where it would be 1×1."""
    rows, cols = as_node(rows), as_node(cols)
    refuse_sizes("0", rows, cols)
    return S.Zero if rows == 1 and cols == 1 else build(Zero, rows, cols)


def tr(node: Any) -> Any:
    """The trace of a square matrix, linear over sums and scalars; of a scalar, itself.

    >>> from symicl import dimension, matrix
    >>> A = matrix("A", dimension("d"))
    >>> tr(2*A)
    2*tr(A)
    """
    node = as_node(node)
    if not is_matrix(node):
        return node
    if node.shape[0] != node.shape[1]:
        raise ShapeError(f"tr({node}): shape {show_shape(node)} is not square, so there is no trace")
    if isinstance(node, MatAdd):
        return add(*map(tr, node.args))
    if isinstance(node, ZeroMatrix):
        return S.Zero
    if isinstance(node, SympyIdentity):
        return node.shape[0]
    scalar, matrices = split(node)
    return scalar * build(Trace, _bare(ONE, list(matrices)))


own(Product, Sum, Transposed, Inverted, Identity, Zero, Trace)
