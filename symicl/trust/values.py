"""The value of an expression at a point, worked out in a third way, apart from kernel, engine and judges.

A point gives every letter a dense matrix of rationals.  Block matrices are put together entry by entry; an
expectation is taken by giving its Gaussian letters polynomials in standard normals as entries; a derivative is read
off the polynomial in τ that comes of adding τ to an entry.

>>> from symicl import E, Gaussian, dimension, matrix, tr
>>> d = dimension("d")
>>> X, A = Gaussian("X", d, dimension("N")), matrix("A", d)
>>> here = Point(seed=1, d=2, N=3)
>>> here.value(E(tr(X @ X.T @ A))) == here.value(3 * tr(A))
True
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache, reduce
from random import Random
from typing import Any

from sympy import Add, Mul, Pow, Rational, Symbol
from sympy.matrices.expressions import Identity, MatAdd, MatMul, ZeroMatrix

from ..check.rational.polynomials import variable
from ..language.blocks import Block, Corner
from ..language.expressions import Inverted, Trace, Transposed, is_matrix, split
from ..language.letters import Centred, Defined, Letter, letters_of
from ..language.letters import Random as Random_
from ..language.mean import DefinedScalar, Derivative, E, Gradient, MatrixMean, Mean, SecondVariation
from ..language.nodes import as_node
from . import arithmetic as ring
from .arithmetic import Matrix, Undefined

NOTHING: frozenset[Any] = frozenset()
#: The variable that a derivative is taken in; those of the Gaussian letters follow it.
TAU = variable(0)


class Point:
    """Numbers for all letters: drawn from ``seed`` and the letter's name, unless they are given in ``values``.

    ``sizes`` are the values of dimensions by name; one that is not given is drawn too.  What has been worked out at a
    point is remembered, so that a formula and its mutants share the parts that they have in common.
    """

    def __init__(
        self, seed: int, values: dict[str, Any] | None = None, near: Point | None = None, **sizes: int
    ) -> None:
        self.seed, self.sizes, self.values = seed, sizes, dict(values or {})
        #: C for the random covariances that have a value C Cᵀ, by name.
        self.halves: dict[str, Matrix] = {}
        #: A point where all other letters have the same values, and the names of those that have not.
        self.near, self.moved = near, frozenset(self.values)
        self.known: dict[Any, Any] = {}
        self.variables: dict[Centred, range] = near.variables if near else {}

    def __str__(self) -> str:
        return ", ".join(f"{name} = {size}" for name, size in self.sizes.items())

    def at(self, **values: Any) -> Point:
        """The same point with other values of some letters."""
        origin = self if self.near is None else self.near
        there = Point(self.seed, self.values | values, origin, **self.sizes)
        there.halves = self.halves
        return there

    def outcomes(self, letter: Random_) -> list[tuple[Fraction, Point]]:
        """The law of a random letter of which nothing is known: two outcomes, each with its probability."""
        found = []
        for k, probability in enumerate((Fraction(1, 3), Fraction(2, 3))):
            half = self._half(f"{letter.name} {k}", self.size(letter.shape[0]), letter.diagonal)
            value = ring.product(half, ring.transpose(half)) if letter.semidefinite else half
            there = self.at(**{letter.name: value})
            there.halves = self.halves | {letter.name: half}
            found.append((probability, there))
        return found

    def value(self, node: Any, random: frozenset[Any] = NOTHING) -> Any:
        """A number for a scalar, rows of numbers for a matrix; the letters in ``random`` are random, not numbers.

        ``Undefined`` where there is no value.
        """
        node = as_node(node)
        if self.near is not None and not self.moved & names_of(node):
            return self.near.value(node, random)
        inside = random & letters_of(node) if random else NOTHING
        key = node, inside
        if key not in self.known:
            try:
                self.known[key] = self._matrix(node, inside) if is_matrix(node) else self._scalar(node, inside)
            except Undefined as reason:
                self.known[key] = reason
        found = self.known[key]
        if isinstance(found, Undefined):
            raise Undefined(str(found))
        return found

    def size(self, node: Any) -> int:
        """A size in numbers."""
        return int(self.value(node))

    # -- letters

    def _drawn(self, name: str) -> Random:
        return Random(f"{self.seed} {name}")

    def symbol(self, letter: Symbol) -> Any:
        """The number that stands for a scalar symbol."""
        if letter.is_integer:
            return Fraction(self.sizes.get(letter.name) or self._drawn(letter.name).randint(4, 9))
        if letter.name in self.values:
            return self.values[letter.name]
        drawn = _nonzero(self._drawn(letter.name))
        return abs(drawn) if letter.is_positive else drawn

    def letter(self, letter: Letter) -> Matrix:
        """The matrix that stands for a letter; one that is positive (semi)definite is C Cᵀ for its ``half`` C."""
        if letter.name in self.values:
            return self.values[letter.name]
        rows, columns = map(self.size, letter.shape)
        if letter.semidefinite:
            half = self.half(letter)
            return ring.product(half, ring.transpose(half))
        drawn = _entries(self._drawn(letter.name), rows, columns)
        if letter.diagonal:
            return _on_diagonal(drawn)
        return ring.total(drawn, ring.transpose(drawn)) if letter.symmetric else drawn

    def half(self, covariance: Any) -> Matrix:
        """C with covariance C Cᵀ, lower triangular with a positive diagonal."""
        size = self.size(covariance.shape[0])
        if isinstance(covariance, Identity):
            return ring.identity(size)
        return self.halves.get(covariance.name) or self._half(covariance.name, size, covariance.diagonal)

    def _half(self, name: str, size: int, diagonal: bool) -> Matrix:
        drawn = _entries(self._drawn(name), size, size)
        lower = tuple(
            tuple(abs(x) if i == j else x if j < i else Fraction(0) for j, x in enumerate(row))
            for i, row in enumerate(drawn)
        )
        return _on_diagonal(lower) if diagonal else lower

    def gaussian(self, letter: Centred) -> Matrix:
        """G = C z in standard normals z that belong to this letter alone."""
        rows, columns = map(self.size, letter.shape)
        if letter not in self.variables:
            first = max((r.stop for r in self.variables.values()), default=1)
            self.variables[letter] = range(first, first + rows * columns)
        first = self.variables[letter].start
        z = tuple(tuple(variable(first + columns * i + j) for j in range(columns)) for i in range(rows))
        return ring.product(self.half(letter.covariance), z)

    # -- scalars

    def _scalar(self, node: Any, random: frozenset[Any]) -> Any:
        match node:
            case Rational():
                return Fraction(int(node.p), int(node.q))
            case Symbol():
                return self.symbol(node)
            case DefinedScalar():
                return self.value(node.body, random)
            case Add():
                return reduce(ring.plus, [self.value(part, random) for part in node.args])
            case Mul():
                return reduce(ring.times, [self.value(part, random) for part in node.args])
            case Pow():
                return ring.power(self.value(node.base, random), self._exponent(node.exp))
            case Trace():
                return ring.trace(self.value(node.arg, random))
            case Corner():
                return self.value(node.body, random)[-1][-1]
            case Mean() if law := _lawless(node):
                parts = [
                    ring.times(p, there.value(_over_the_rest(node, law), random)) for p, there in self.outcomes(law)
                ]
                return reduce(ring.plus, parts)
            case Mean():
                return self._mean(self.value(node.body, random | set(node.over)), node.over)
            case Derivative():
                return self._derivative(node)
            case SecondVariation():
                return self._bend(node)
        raise Undefined(f"{node}: a node of kind {type(node).__name__} has no value here")

    def _exponent(self, node: Any) -> Fraction:
        value = self.value(node)
        if not isinstance(value, Fraction):
            raise Undefined(f"the exponent {node}")
        return value

    def _mean(self, body: Any, over: Any) -> Any:
        drawn = frozenset(k for letter in over for k in self.variables.get(letter, ()))
        return ring.mean(body, drawn)

    # -- matrices

    def _matrix(self, node: Any, random: frozenset[Any]) -> Matrix:
        match node:
            case Defined():
                return self.value(node.body, random)
            case Centred() if node in random:
                return self.gaussian(node)
            case Letter():
                return self.letter(node)
            case Identity():
                return ring.identity(self.size(node.shape[0]))
            case ZeroMatrix():
                return ((Fraction(0),) * self.size(node.shape[1]),) * self.size(node.shape[0])
            case MatAdd():
                return reduce(ring.total, [self.value(part, random) for part in node.args])
            case MatMul():
                scalar, factors = split(node)
                rows = reduce(ring.product, [self.value(part, random) for part in factors])
                return rows if scalar == 1 else ring.scaled(self.value(scalar, random), rows)
            case Transposed():
                return ring.transpose(self.value(node.arg, random))
            case Inverted():
                return ring.inverse(self.value(node.arg, random))
            case Block():
                return self._block(node, random)
            case MatrixMean() if law := _lawless(node):
                parts = [
                    ring.scaled(p, there.value(_over_the_rest(node, law), random)) for p, there in self.outcomes(law)
                ]
                return reduce(ring.total, parts)
            case MatrixMean():
                rows = self.value(node.body, random | set(node.over))
                return tuple(tuple(self._mean(entry, node.over) for entry in row) for row in rows)
            case Gradient():
                return self._gradient(node)
        raise Undefined(f"{node}: a node of kind {type(node).__name__} has no value here")

    def _block(self, node: Block, random: frozenset[Any]) -> Matrix:
        rows: list[tuple[Any, ...]] = []
        for line in node.grid:
            parts = [self.value(entry, random) for entry in line]
            dense = [part if isinstance(part, tuple) else ((part,),) for part in parts]
            rows += [sum(pieces, ()) for pieces in zip(*dense, strict=True)]
        return tuple(rows)

    # -- derivatives

    def _coefficient(self, body: Any, moved: dict[Any, Any], order: int) -> Any:
        """The coefficient of a power of τ in the body where letters have the values in ``moved``, polynomials in τ."""
        return ring.coefficient(self.at(**moved).value(body), order)

    def _derivative(self, node: Derivative) -> Any:
        return self._coefficient(node.body, {node.letter.name: ring.plus(self.symbol(node.letter), TAU)}, 1)

    def _gradient(self, node: Gradient) -> Matrix:
        here = self.letter(node.letter)

        def along(i: int, j: int) -> Any:
            rows = [list(row) for row in here]
            rows[i][j] = ring.plus(rows[i][j], TAU)
            return self._coefficient(node.body, {node.letter.name: tuple(map(tuple, rows))}, 1)

        return tuple(tuple(along(i, j) for j in range(len(here[0]))) for i in range(len(here)))

    def _bend(self, node: SecondVariation) -> Any:
        moved = {}
        for letter, direction in node.directions.items():
            step = self.value(direction)
            if is_matrix(letter):
                moved[letter.name] = ring.total(self.letter(letter), ring.scaled(TAU, step))
            else:
                moved[letter.name] = ring.plus(self.symbol(letter), ring.times(TAU, step))
        return ring.times(Fraction(2), self._coefficient(node.body, moved, 2))


def _lawless(node: Any) -> Any:
    """The first letter among those averaged over that is random and of no known law, if there is one."""
    return next((letter for letter in node.over if isinstance(letter, Random_)), None)


def _over_the_rest(node: Any, letter: Random_) -> Any:
    """The mean over the other letters, which is taken first."""
    return E(node.body, over=[other for other in node.over if other != letter])


def _on_diagonal(rows: Matrix) -> Matrix:
    return tuple(tuple(x if i == j else Fraction(0) for j, x in enumerate(row)) for i, row in enumerate(rows))


@lru_cache(maxsize=1 << 16)
def names_of(node: Any) -> frozenset[str]:
    """The names of all letters of an expression."""
    return frozenset(letter.name for letter in letters_of(node))


def _nonzero(rng: Random) -> Fraction:
    """A number whose powers all differ: not 0, 1 or −1."""
    return Fraction(rng.choice((-1, 1)) * rng.choice((4, 5, 7, 8)), rng.choice((1, 2, 3, 9)))


def _entries(rng: Random, rows: int, columns: int) -> Matrix:
    return tuple(tuple(_nonzero(rng) for _ in range(columns)) for _ in range(rows))
