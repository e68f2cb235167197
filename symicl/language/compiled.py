"""Expressions made into NumPy functions that are called often, and at many values at once.

``lambdify`` walks the expression at every call.  Here it is walked once: what the given numbers settle is worked out,
what occurs twice is computed once, and products of matrices are associated in the cheapest order.  What is left is a
list of NumPy operations on arrays whose last two axes are those of the matrix and whose others, if any, run over
values and are broadcast.

>>> import numpy as np
>>> from symicl import dimension, matrix, scalar, tr
>>> d = dimension("d")
>>> A, B, s = matrix("A", d), matrix("B", d), scalar("s")
>>> f = compiled([s * A @ B, tr(A @ B)], {A: [[1, 2], [0, 1]]}, s, B)
>>> product, trace = f(np.array([1.0, 2.0]), np.eye(2))
>>> product.shape, float(trace)
((2, 2, 2), 2.0)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np
from sympy import Add, Mul, Pow
from sympy.matrices.expressions import MatAdd, MatMul

from ..errors import ShapeError, UserError
from .expressions import Inverted, Trace, Transposed, is_matrix, split
from .letters import Defined, letters_of
from .mean import DefinedScalar
from .nodes import as_node
from .numeric import Evaluation, Float

Slot = int


def compiled(nodes: Sequence[Any], given: Mapping[Any, Any], *letters: Any) -> Callable[..., tuple[Any, ...]]:
    """A function of ``letters`` that gives the values of all ``nodes``, in a tuple, for fixed values of the others.

    ``given`` maps the other letters to their numbers, as for ``evaluate``; the sizes of ``letters`` must follow from
    it.  The function takes an array for each letter: of shape (…, rows, columns) for a matrix, (…) for a scalar.
    ``UserError`` where a letter has no value or a node none before it is worked out, ``ShapeError`` where an array
    has another shape than its letter.
    """
    tape = Tape(given, letters)
    return tape.function([tape.slot(as_node(node)) for node in nodes])


class Tape:
    """What is to be done, one operation after the other; a slot holds what an operation gives."""

    def __init__(self, given: Mapping[Any, Any], letters: Sequence[Any]) -> None:
        self.fixed, self.letters = Evaluation(dict(given), Float), tuple(letters)
        self.values: list[Any] = []
        self.shapes: list[tuple[int, int] | None] = []
        self.work: list[tuple[Callable[..., Any], tuple[Slot, ...], Slot]] = []
        self.known: dict[Any, Slot] = {}
        self.costs: dict[tuple[Slot, ...], tuple[int, int]] = {}
        for letter in self.letters:
            self.known[letter] = self._new(None, self._sizes(letter))

    def function(self, outputs: Sequence[Slot]) -> Callable[..., tuple[Any, ...]]:
        """The function that runs the tape."""
        start, work, names = tuple(self.values), tuple(self.work), self.letters
        wanted = self.shapes[: len(names)]

        def run(*arrays: Any) -> tuple[Any, ...]:
            if len(arrays) != len(names):
                raise UserError(f"{len(arrays)} values for {len(names)} letters: {', '.join(map(str, names))}")
            values = list(start)
            for slot, array in enumerate(arrays):
                values[slot] = _fitting(names[slot], array, wanted[slot])
            for operation, operands, slot in work:
                values[slot] = operation(*[values[k] for k in operands])
            return tuple(values[slot] for slot in outputs)

        return run

    def slot(self, node: Any) -> Slot:
        """Where the value of a node will be."""
        if node not in self.known:
            free = letters_of(node) & set(self.letters)
            self.known[node] = self._compute(node) if free else self._constant(node)
        return self.known[node]

    def _sizes(self, node: Any) -> tuple[int, int] | None:
        if not is_matrix(node):
            return None
        rows, cols = (int(self.fixed.value(size)) for size in node.shape)
        return rows, cols

    def _new(self, value: Any, shape: tuple[int, int] | None) -> Slot:
        self.values.append(value)
        self.shapes.append(shape)
        return len(self.values) - 1

    def _constant(self, node: Any) -> Slot:
        return self._new(np.asarray(self.fixed.value(node), dtype=float), self._sizes(node))

    def _is_constant(self, slot: Slot) -> bool:
        return self.values[slot] is not None

    def _do(self, operation: Callable[..., Any], *operands: Slot, shape: tuple[int, int] | None) -> Slot:
        """The slot of an operation: done now where its operands are known, else put on the tape; never twice."""
        key = (operation, operands)
        if key not in self.known:
            if all(map(self._is_constant, operands)):
                self.known[key] = self._new(operation(*[self.values[k] for k in operands]), shape)
            else:
                self.known[key] = slot = self._new(None, shape)
                self.work.append((operation, operands, slot))
        return self.known[key]

    def _fold(self, operation: Callable[..., Any], slots: Sequence[Slot]) -> Slot:
        """One operation over many slots; the constant ones first, so that they become one."""
        ordered = sorted(slots, key=lambda slot: not self._is_constant(slot))
        return reduce(lambda a, b: self._do(operation, a, b, shape=self.shapes[a]), ordered)

    def _compute(self, node: Any) -> Slot:
        match node:
            case Defined() | DefinedScalar():
                return self.slot(node.body)
            case Add() | MatAdd():
                return self._fold(np.add, [self.slot(part) for part in node.args])
            case MatMul():
                scalar, matrices = split(node)
                whole = self._chain(tuple(map(self.slot, matrices)))
                return whole if scalar == 1 else self._do(_scaled, self.slot(scalar), whole, shape=self.shapes[whole])
            case Mul():
                return self._fold(np.multiply, [self.slot(part) for part in node.args])
            case Pow():
                return self._do(np.power, self.slot(node.base), self.slot(node.exp), shape=None)
            case Trace():
                return self._trace(tuple(map(self.slot, split(node.arg)[1])))
            case Transposed():
                inner = self.slot(node.arg)
                return self._do(_transposed, inner, shape=self._sizes(node))
            case Inverted():
                return self._do(np.linalg.inv, self.slot(node.arg), shape=self._sizes(node))
        raise UserError(f"{node}: cannot be compiled; work it out first")

    def _chain(self, factors: tuple[Slot, ...]) -> Slot:
        """The product of matrices in the order that takes the fewest multiplications."""
        if len(factors) == 1:
            return factors[0]
        cut = self._cheapest(factors)[1]
        left, right = self._chain(factors[:cut]), self._chain(factors[cut:])
        rows, cols = self.shapes[left], self.shapes[right]
        assert rows is not None and cols is not None
        return self._do(np.matmul, left, right, shape=(rows[0], cols[1]))

    def _trace(self, factors: tuple[Slot, ...]) -> Slot:
        """The trace of a product, of whose last multiplication only the diagonal is needed."""
        if len(factors) == 1:
            return self._do(_trace_of, factors[0], shape=None)
        cut = self._cheapest(factors)[1]
        return self._do(_trace_of_two, self._chain(factors[:cut]), self._chain(factors[cut:]), shape=None)

    def _cheapest(self, factors: tuple[Slot, ...]) -> tuple[int, int]:
        """What a product costs, and after how many factors it is best cut; products of constants cost nothing."""
        if factors not in self.costs:
            outer = self._shape(factors[0])[0] * self._shape(factors[-1])[1]
            costs = []
            for cut in range(1, len(factors)):
                left, right = factors[:cut], factors[cut:]
                inner = self._shape(left[-1])[1]
                below = sum(self._cheapest(part)[0] for part in (left, right) if len(part) > 1)
                costs.append((below + outer * inner, cut))
            best = min(costs)
            self.costs[factors] = (0, best[1]) if all(map(self._is_constant, factors)) else best
        return self.costs[factors]

    def _shape(self, slot: Slot) -> tuple[int, int]:
        shape = self.shapes[slot]
        assert shape is not None
        return shape


def _fitting(letter: Any, array: Any, shape: tuple[int, int] | None) -> Any:
    array = np.asarray(array, dtype=float)
    if shape is not None and array.shape[-2:] != shape:
        raise ShapeError(f"{letter} has shape {array.shape}, its last two sizes should be {shape}")
    return array


def _scaled(scalar: Any, matrix: Any) -> Any:
    return np.asarray(scalar)[..., None, None] * matrix


def _transposed(matrix: Any) -> Any:
    return np.swapaxes(matrix, -1, -2)


def _trace_of(matrix: Any) -> Any:
    return np.einsum("...ii->...", matrix)


def _trace_of_two(left: Any, right: Any) -> Any:
    return np.einsum("...ij,...ji->...", left, right)
