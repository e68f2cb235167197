"""The kernel's own normal form: sums of number × scalars × traces × word, and how an expression is read into it.

It is a dictionary and nothing else.  Division by a sum stays as a power of an opaque scalar until two polynomials
are compared, when it is multiplied out; what was divided by or inverted is kept in ``Reading.conditions``, so that
the theorem can say that it stands on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from functools import reduce
from typing import Any

from sympy import Add, Integer, Mul, Pow, Rational, Symbol
from sympy.matrices.expressions import Identity, MatAdd, MatMul, ZeroMatrix

from ..errors import ProofError
from ..language.blocks import Block, Corner, multiply_out
from ..language.expressions import Inverted, Trace, Transposed, is_matrix, split, transpose
from ..language.functions import Applied
from ..language.letters import Centred, Defined, Letter, letters_of
from ..language.mean import DefinedScalar, Derivative, Gradient, MatrixMean, Mean, SecondVariation, Tail
from ..language.nodes import as_node, genuine
from . import words
from .budget import limited, spend
from .words import Word

Number = Fraction | int
#: scalars to integer powers, traces, open word
Key = tuple[tuple[tuple[Any, int], ...], tuple[Word, ...], Word]


class Poly:
    """A polynomial: ``terms`` maps a key to its number; ``shape`` is None for a scalar."""

    def __init__(self, terms: dict[Key, Number], shape: Any = None) -> None:
        self.terms = {k: c for k, c in terms.items() if c} if not all(terms.values()) else dict(terms)
        self.shape = shape

    def __add__(self, other: Poly) -> Poly:
        out = defaultdict(int, self.terms)
        for key, c in other.terms.items():
            out[key] += c
        return Poly(out, self.shape if self.terms else other.shape)

    def __mul__(self, other: Poly) -> Poly:
        spend(len(self.terms) * len(other.terms) * (1 + (self.digits() + other.digits() if limited() else 0)))
        out: dict[Key, Number] = defaultdict(int)
        shape = other.shape if self.shape is None else self.shape
        if self.shape is not None and other.shape is not None:
            shape = self.shape[0], other.shape[1]
        for (p, t, w), c in self.terms.items():
            for (q, s, v), e in other.terms.items():
                for key, f in monomial(_product(p, q), t + s, w + v, shape).items():
                    out[key] += c * e if f == 1 else c * e * f
        return Poly(out, None if shape == (1, 1) else shape)

    def digits(self) -> int:
        """How long its longest number is, in steps of 256 binary digits."""
        longest = max((max(abs(c.numerator), c.denominator).bit_length() for c in self.terms.values()), default=0)
        return longest // 256

    def scale(self, c: Number) -> Poly:
        return Poly({k: v * c for k, v in self.terms.items()}, self.shape)

    def trace(self) -> Poly:
        if self.shape is None:
            return self
        out: dict[Key, Number] = defaultdict(int)
        for (p, t, w), c in self.terms.items():
            for key, f in close(p, t, w, self.shape[0]).items():
                out[key] += c * f
        return Poly(out)

    def is_zero(self) -> bool:
        """Zero once every opaque denominator is multiplied out."""
        poly = self
        while opaque := next((s for k in poly.terms for s, e in k[0] if e < 0 and isinstance(s, Sealed)), None):
            depth = max(-e for k in poly.terms for s, e in k[0] if s == opaque and e < 0)
            poly = sum_of([_clear(k, c, opaque, depth, poly.shape) for k, c in poly.terms.items()], poly.shape)
        return not poly.terms


class Sealed:
    """A sum that something is divided by."""

    def __init__(self, poly: Poly) -> None:
        self.poly, self.key = poly, frozenset(poly.terms.items())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def depends(self) -> frozenset[Any]:
        """The letters and scalars in the sum."""
        from .hidden import letters_of_term

        return frozenset().union(*map(letters_of_term, self.poly.terms))


def _clear(key: Key, c: Number, opaque: Sealed, depth: int, shape: Any) -> Poly:
    powers = dict(key[0])
    left = depth + powers.pop(opaque, 0)
    rest = Poly({(_powers(tuple(powers.items())), key[1], key[2]): c}, shape)
    return reduce(lambda a, _: a * opaque.poly, range(left), rest)


def sum_of(polys: Iterable[Poly], shape: Any = None) -> Poly:
    """The sum of polynomials of one shape."""
    return reduce(lambda a, b: a + b, polys, Poly({}, shape))


def number(value: Any) -> Poly:
    """A rational number as a polynomial."""
    exact = Fraction(value)
    return Poly({((), (), ()): exact.numerator if exact.denominator == 1 else exact})


def _product(p: Any, q: Any) -> Any:
    """Powers times powers; most often one of them is empty."""
    return _powers(p + q) if p and q else p or q


def _powers(pairs: Iterable[tuple[Any, int]]) -> tuple[tuple[Any, int], ...]:
    total: dict[Any, int] = defaultdict(int)
    for symbol, exponent in pairs:
        total[symbol] += exponent
    return tuple(sorted(((s, e) for s, e in total.items() if e), key=_rank))


def _rank(pair: tuple[Any, int]) -> tuple[int, int]:
    return _order.setdefault(pair[0], len(_order)), pair[1]


_order: dict[Any, int] = {}


def monomial(powers: Any, traces: Any, word: Word, shape: Any) -> dict[Key, Number]:
    """One term in normal form; a 1×1 word is closed to a scalar."""
    if shape == (1, 1):
        return close(powers, traces, word, Integer(1))
    pieces, rest = words.cut(word)
    loops = tuple(sorted([words.cyclic(p) for p in pieces] + list(traces)))
    return {(powers, loops, words.settle(rest)): 1}


def close(powers: Any, traces: Any, word: Word, size: Any) -> dict[Key, Number]:
    """The trace of a word; of the empty word it is the size."""
    word = words.cyclic(word)
    if word:
        loops = tuple(sorted([words.cyclic(p) for p in words.cut_cycle(word)] + list(traces)))
        return {(powers, loops, ()): 1}
    size = as_node(size)
    if size.is_Integer:
        return {(powers, tuple(sorted(traces)), ()): int(size)}
    extra = Reading().read(size)
    base = Poly({(powers, tuple(sorted(traces)), ()): 1})
    return (base * extra).terms


#: What has been read before, by what was allowed: a reading depends on nothing else.
_known: dict[Any, dict[Any, tuple[Poly, set[Any], set[str]]]] = {}


def forget() -> None:
    """Forget what has been read."""
    _known.clear()


class Reading:
    """Reads expressions.  What may be worked out on the way is allowed one by one:

    ``over``: the Gaussian letters that the Wick step may average; ``derive``: derivatives; ``blocks``: products of
    block matrices; ``open``: definitions that are replaced by their bodies.
    """

    def __init__(self, over: Any = (), derive: bool = False, blocks: bool = False, open: Any = ()) -> None:
        self.over, self.derive, self.blocks, self.open = frozenset(over), derive, blocks, frozenset(open)
        self.conditions: set[Any] = set()
        self.used: set[str] = set()
        self.known = _known.setdefault((self.over, derive, blocks, self.open), {})

    def read(self, node: Any) -> Poly:
        """The polynomial of an expression; what it stands on is added to ``conditions`` and ``used``."""
        node = as_node(node)
        if not genuine(node):
            raise ProofError(f"{node}: a node of kind {type(node).__name__} is not part of the language")
        if node not in self.known:
            outer = self.conditions, self.used
            self.conditions, self.used = set(), set()
            try:
                poly = self.matrix(node) if is_matrix(node) else self.scalar(node)
                if poly.shape != (node.shape if is_matrix(node) and node.shape != (1, 1) else None):
                    raise ProofError(f"{node}: this is read as something of another shape")
                self.known[node] = poly, self.conditions, self.used
            finally:
                self.conditions, self.used = outer
        poly, conditions, used = self.known[node]
        self.conditions |= conditions
        self.used |= used
        return poly

    def scalar(self, node: Any) -> Poly:
        match node:
            case Rational():
                return number(Fraction(node.p, node.q))
            case Symbol():
                return Poly({(((node, 1),), (), ()): 1})
            case Add():
                return sum_of(map(self.read, node.args))
            case Mul():
                return reduce(lambda a, b: a * b, map(self.read, node.args))
            case Pow():
                return self.power(node)
            case Trace() if self.blocks and node.arg.has(Block):
                self.used.add("block multiplication")
                return self.diagonal(multiply_out(node.arg, spend))
            case Trace():
                return self.read(node.arg).trace()
            case DefinedScalar() if node in self.open or self.blocks or self.derive:
                self.used.add("definition")
                return self.read(node.body)
            case Corner() if self.blocks:
                self.used.add("block multiplication")
                return self.entry(multiply_out(node.body, spend).grid[-1][-1])
            case Mean():
                return self.mean(node)
            case Derivative() | SecondVariation() if self.derive:
                return self.differentiate(node)
            case Corner() | Derivative() | SecondVariation() | DefinedScalar() | Tail() | Applied():
                return Poly({(((node, 1),), (), ()): 1})
        raise ProofError(f"{node}: the kernel cannot read a node of kind {type(node).__name__}")

    def diagonal(self, block: Block) -> Poly:
        """The trace of a block matrix with square blocks on its diagonal."""
        grid = block.grid
        found = [grid[i][i] for i in range(len(grid))] if len(grid) == len(grid[0]) else []
        if not found or any(is_matrix(part) and part.shape[0] != part.shape[1] for part in found):
            raise ProofError(f"{block}: the blocks on the diagonal are not square, so they do not give its trace")
        return sum_of([self.read(part).trace() for part in found])

    def entry(self, part: Any) -> Poly:
        """The last entry of a block matrix whose last block is one number."""
        if is_matrix(part):
            raise ProofError(f"{part}: the last block is no number, so it is not the last entry")
        return self.read(part)

    def power(self, node: Any) -> Poly:
        base, exponent = node.as_base_exp()
        if not exponent.is_Integer:
            whole = exponent.p // exponent.q if isinstance(exponent, Rational) else None
            if whole is None:
                raise ProofError(f"{node}: the kernel reads rational powers only")
            root = Pow(base, exponent - whole, evaluate=False)
            return self.power(Pow(base, whole, evaluate=False)) * Poly({(((root, 1),), (), ()): 1})
        body, k = self.read(base), int(exponent)
        spend(abs(k))
        if k >= 0:
            return reduce(lambda a, _: a * body, range(k), number(1))
        if body.is_zero():
            raise ProofError(f"{node}: division by zero")
        self.conditions.add(("nonzero", base))
        if len(body.terms) == 1:
            ((powers, traces, _), c) = next(iter(body.terms.items()))
            if not traces:
                return Poly({(_powers((s, e * k) for s, e in powers), (), ()): Fraction(c) ** k})
        return Poly({(((Sealed(body), k),), (), ()): 1})

    def matrix(self, node: Any) -> Poly:
        match node:
            case Identity():
                return Poly({((), (), ()): 1}, node.shape)
            case ZeroMatrix():
                return Poly({}, node.shape)
            case MatAdd():
                return sum_of(map(self.read, node.args), node.shape)
            case MatMul():
                return reduce(lambda a, b: a * b, map(self.read, [split(node)[0], *split(node)[1]]))
            case MatrixMean():
                return self.mean(node)
            case Gradient() if self.derive:
                return self.differentiate(node)
            case Defined() if node in self.open or any(isinstance(g, Centred) for g in letters_of(node.body)):
                self.used.add("definition")
                return self.read(node.body)
            case Transposed() if isinstance(node.arg, Gradient) and self.derive:
                from .derivative import flip

                return flip(self.read(node.arg))
            case Transposed() if isinstance(node.arg, Defined):
                return self.read(transpose(node.arg.body))
            case Inverted():
                return self.inverse(node)
            case Letter() | Transposed() | Gradient():
                word = (words.index(node),)
                return Poly(close((), (), word, 1)) if node.shape == (1, 1) else Poly({((), (), word): 1}, node.shape)
        raise ProofError(f"{node}: the kernel cannot read a node of kind {type(node).__name__}")

    def inverse(self, node: Any) -> Poly:
        base = words.core(node)
        if isinstance(base, Defined) and base in self.open:
            raise ProofError(f"{node}: a definition cannot be unfolded under an inverse")
        self.conditions.add(("invertible", base))
        return Poly({((), (), (words.index(node),)): 1}, node.shape)

    def mean(self, node: Any) -> Poly:
        from .facts import refuse_bound
        from .integrable import refuse_infinite_means
        from .pairing import average

        body = self.read(node.body)
        refuse_bound(self.conditions, node.over)
        refuse_infinite_means(body.terms, node.over)
        return average(body, node.over, self)

    def differentiate(self, node: Any) -> Poly:
        from .derivative import gradient, second

        self.used.add("derivative")
        body = self.read(node.body)
        if isinstance(node, SecondVariation):
            return second(body, {k: self.read(v) for k, v in node.directions.items()})
        return gradient(body, node.letter)
