"""The value of an expression at numbers: exact over the rationals, or in floating point with NumPy.

A definition is evaluated through its body, sizes are read off the matrices that are given, and an expectation or a
derivative has no value here: it must be worked out first.

>>> from symicl import dimension, matrix, tr
>>> from sympy import Matrix
>>> A = matrix("A", dimension("d"))
>>> evaluate(tr(A @ A.T), {A: [[1, 2], ["1/2", 0]]})
21/4
>>> lambdify(A @ A, A)([[0.0, 1.0], [2.0, 0.0]])
array([[2., 0.],
       [0., 2.]])
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from sympy import Add, ImmutableMatrix, Mul, Pow, Rational, Symbol
from sympy.matrices.exceptions import NonInvertibleMatrixError
from sympy.matrices.expressions import Identity, MatAdd, MatMul, MatrixSymbol, ZeroMatrix

from ..errors import ShapeError, UserError
from .blocks import Block, Corner, multiply_out
from .expressions import Inverted, Trace, Transposed, is_matrix, split
from .functions import Applied, is_one_dimensional, normal_mean, value_of
from .letters import Defined, letters_of
from .mean import DefinedScalar, MatrixMean, Mean
from .nodes import as_node


class Exact:
    """Arithmetic over the rationals (and roots of them), with SymPy's dense matrices."""

    @staticmethod
    def matrix(value: Any) -> Any:
        return ImmutableMatrix([[Exact.scalar(entry) for entry in row] for row in value])

    @staticmethod
    def scalar(value: Any) -> Any:
        return Rational(value)

    @staticmethod
    def inverse(value: Any) -> Any:
        try:
            return value.inv()
        except NonInvertibleMatrixError as error:
            raise UserError("a matrix to be inverted is singular at these numbers") from error

    @staticmethod
    def function(node: Any, at: Any) -> Any:
        raise UserError(f"{node}: has no exact value; give numbers with a decimal point")

    @staticmethod
    def mean(node: Any, known: dict[Any, Any]) -> Any:
        raise UserError(f"{node}: has no exact value; give numbers with a decimal point")

    eye = staticmethod(ImmutableMatrix.eye)
    zeros = staticmethod(ImmutableMatrix.zeros)
    trace = staticmethod(lambda value: value.trace())


class Float:
    """Floating point, with NumPy."""

    @staticmethod
    def matrix(value: Any) -> Any:
        import numpy as np

        return np.asarray(value, dtype=float)

    scalar = staticmethod(float)

    @staticmethod
    def inverse(value: Any) -> Any:
        import numpy as np

        return np.linalg.inv(value)

    function = staticmethod(value_of)

    @staticmethod
    def mean(node: Any, known: dict[Any, Any]) -> Any:
        """The mean over one standard normal number, by quadrature."""
        (letter,) = node.over
        fixed = {key: value for key, value in known.items() if letter not in letters_of(key)}

        def integrand(number: float) -> float:
            return Evaluation({**fixed, letter: [[number]]}, Float).value(node.body)

        return normal_mean(integrand)

    @staticmethod
    def eye(size: int) -> Any:
        import numpy as np

        return np.eye(size)

    @staticmethod
    def zeros(rows: int, cols: int) -> Any:
        import numpy as np

        return np.zeros((rows, cols))

    @staticmethod
    def trace(value: Any) -> Any:
        return value.trace()


def evaluate(node: Any, values: dict[Any, Any], *, exact: bool = True) -> Any:
    """The value of ``node``; ``values`` maps each free letter to a number or to a list of rows.

    Vectors may be flat lists.  Exact values are SymPy numbers and matrices, floating ones Python floats and NumPy
    arrays.  ``UserError`` where a letter has no value, ``ShapeError`` where two sizes disagree.
    """
    return Evaluation(values, Exact if exact else Float).value(as_node(node))


def lambdify(node: Any, *letters: Any) -> Callable[..., Any]:
    """A NumPy function of ``letters``; sizes such as d are read off the arrays and need not be given."""

    def function(*values: Any) -> Any:
        if len(values) != len(letters):
            raise UserError(f"{len(values)} values for {len(letters)} letters: {', '.join(map(str, letters))}")
        return evaluate(node, dict(zip(letters, values, strict=True)), exact=False)

    return function


@dataclass(frozen=True)
class Law:
    """A law with finitely many outcomes, as the value of a random letter: pairs (probability, value).

    >>> from symicl import E, dimension, tr
    >>> from symicl.language.letters import random_matrix
    >>> Z = random_matrix("Z", dimension("d"))
    >>> evaluate(E(tr(Z @ Z)), {Z: Law((("1/2", [[1]]), ("1/2", [[3]])))})
    5
    """

    outcomes: tuple[tuple[Any, Any], ...]


class Evaluation:
    """One evaluation: the values, the arithmetic, and what has been computed already."""

    def __init__(self, values: dict[Any, Any], field: Any) -> None:
        self.field, self.given = field, values
        self.known: dict[Any, Any] = {}
        for letter, value in values.items():
            self.bind(letter, value)

    def bind(self, letter: Any, value: Any) -> None:
        if isinstance(value, Law):
            return
        if not is_matrix(letter):
            self.set_size(letter, self.field.scalar(value))
            return
        rows = value.tolist() if hasattr(value, "tolist") else list(value)
        if rows and not isinstance(rows[0], (list, tuple)):
            rows = [[entry] for entry in rows] if letter.shape[1] == 1 else [rows]
        self.known[letter] = self.field.matrix(rows)
        for size, number in zip(letter.shape, self.known[letter].shape, strict=True):
            if isinstance(size, Symbol):
                self.set_size(size, number)
            elif size != number:
                raise ShapeError(f"{letter}: {number} given where {size} is needed")

    def set_size(self, size: Any, number: Any) -> None:
        if self.known.setdefault(size, number) != number:
            raise ShapeError(f"{size} is {self.known[size]} in one place and {number} in another")

    def value(self, node: Any) -> Any:
        if node not in self.known:
            self.known[node] = self.compute(node)
        return self.known[node]

    def mean(self, node: Any) -> Any:
        """The mean over a letter that has a law of finitely many outcomes."""
        (letter,) = node.over
        parts = [
            Evaluation({**self.given, letter: value}, self.field).value(node.body) * self.field.scalar(probability)
            for probability, value in self.given[letter].outcomes
        ]
        return reduce(lambda a, b: a + b, parts)

    def size(self, node: Any) -> int:
        return int(self.value(node))

    def compute(self, node: Any) -> Any:
        match node:
            case Defined() | DefinedScalar():
                return self.value(node.body)
            case MatrixSymbol() | Symbol():
                raise UserError(f"{node}: no value is given for it")
            case Rational():
                return self.field.scalar(node)
            case Add() | MatAdd():
                return reduce(lambda a, b: a + b, map(self.value, node.args))
            case MatMul():
                scalar, matrices = split(node)
                return reduce(lambda a, b: a @ b, map(self.value, matrices)) * self.value(scalar)
            case Mul():
                return reduce(lambda a, b: a * b, map(self.value, node.args))
            case Pow():
                return self.value(node.base) ** self.value(node.exp)
            case Trace():
                return self.field.trace(self.value(node.arg))
            case Transposed():
                return self.value(node.arg).T
            case Inverted():
                return self.field.inverse(self.value(node.arg))
            case Identity():
                return self.field.eye(self.size(node.shape[0]))
            case ZeroMatrix():
                return self.field.zeros(self.size(node.shape[0]), self.size(node.shape[1]))
            case Applied():
                return self.field.function(node, self.value(node.at))
            case Mean() | MatrixMean() if len(node.over) == 1 and isinstance(self.given.get(node.over[0]), Law):
                return self.mean(node)
            case Mean() if is_one_dimensional(node):
                return self.field.mean(node, self.known)
            case Corner():
                return self.value(multiply_out(node.body).grid[-1][-1])
            case Block():
                raise UserError(f"{node}: evaluate the blocks one by one")
        raise UserError(f"{node}: has no value until it is worked out")
