"""The letters of a record, in an order in which each comes after what it is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sympy import Pow, Symbol

from ..kernel import facts
from ..language.blocks import Block
from ..language.expressions import Inverted, is_matrix
from ..language.letters import Centred, Defined, Letter, Random, is_random
from ..language.mean import DefinedScalar, MatrixMean, Mean, Tail, random_letters
from ..language.nodes import as_node
from .names import identifier
from .terms import NotExported, divisors_of, moving, parts_of


@dataclass
class Vocabulary:
    """The letters that occur, in an order in which each comes after what it is made of."""

    dimensions: list[Any] = field(default_factory=list)
    symbols: list[Any] = field(default_factory=list)
    letters: list[Any] = field(default_factory=list)
    defined: list[Any] = field(default_factory=list)
    inverted: set[Any] = field(default_factory=set)
    #: definitions of scalars whose signs are needed
    signed: set[Any] = field(default_factory=set)
    #: sums and traces that something is divided by
    divisors: list[Any] = field(default_factory=list)
    #: whether a sign that is needed rests on that of the mean of a square
    squared: bool = False
    #: probabilities that a random number is large
    tails: list[Any] = field(default_factory=list)
    #: letters that derivatives move; definitions that take them as arguments, as terms; values of derivatives by name
    moved: list[Any] = field(default_factory=list)
    applied: dict[Any, str] = field(default_factory=dict)
    slopes: dict[str, Any] = field(default_factory=dict)

    # ---- collecting ----

    def meet(self, node: Any) -> None:
        """Take up the letters of an expression."""
        for part in parts_of(node):
            self._meet_one(part)
            if isinstance(part, Inverted):
                self.inverted.add(part.arg)
            if is_matrix(part):
                self._sizes(part.shape)

    def _sizes(self, shape: Any) -> None:
        for size in shape:
            for symbol in sorted(size.free_symbols, key=str):
                self._add(self.dimensions, symbol)

    @staticmethod
    def _add(known: list[Any], letter: Any) -> bool:
        if letter in known:
            return False
        known.append(letter)
        return True

    def _meet_one(self, part: Any) -> None:
        if isinstance(part, Symbol):
            self._add(self.dimensions if part.is_integer else self.symbols, part)
        elif isinstance(part, (Defined, DefinedScalar)):
            if part not in self.defined:
                self.meet(part.body)
                self._add(self.defined, part)
        elif isinstance(part, Tail):
            if left := [str(g) for g in random_letters(part)]:
                raise NotExported(f"{part}: the event leaves {', '.join(left)} random; only whole ones are exported")
            self.squared = True
            self._add(self.tails, part)
        elif isinstance(part, Letter):
            if isinstance(part, Centred):
                self.meet(part.covariance)
            self._add(self.letters, part)

    def meet_sign(self, node: Any) -> None:
        """Take up the definitions that the sign of an expression rests on."""
        for part in parts_of(as_node(node)):
            self.squared |= isinstance(part, Mean)
            if isinstance(part, DefinedScalar) and part not in self.signed and facts.nonnegative(part):
                self.signed.add(part)
                self.meet_sign(part.body)

    def meet_divisors(self, node: Any) -> None:
        """Take up the definitions that an expression divides by, and the sums."""
        for part in parts_of(node):
            if isinstance(part, Pow) and part.exp.is_negative:
                self.meet_sign(part.base)
        for base in divisors_of(node):
            self._add(self.divisors, base)
        for part in parts_of(node):
            if isinstance(part, DefinedScalar):
                self.meet_divisors(part.body)

    # ---- what there is ----

    @property
    def constants(self) -> list[Any]:
        """The letters that are not random."""
        return [letter for letter in self.letters if not is_random(letter)]

    @property
    def drawn(self) -> list[Any]:
        """The random letters that Isserlis' rule is for."""
        return [letter for letter in self.letters if is_random(letter) and not isinstance(letter, Random)]

    @property
    def given(self) -> list[Any]:
        """The random matrices of any law, which are given before the others are drawn."""
        return [letter for letter in self.letters if isinstance(letter, Random)]

    @property
    def matrices(self) -> list[Any]:
        """Definitions of constant matrices without blocks, which are letters of the table."""
        return [d for d in self.defined if isinstance(d, Defined) and not moving(d) and not d.body.has(Block)]

    @property
    def averaged(self) -> list[Any]:
        """Definitions of matrices that are means."""
        return [d for d in self.matrices if isinstance(d.body, MatrixMean)]

    @property
    def unfolded(self) -> list[str]:
        """Definitions of random matrices without blocks, which are always read as what they stand for."""
        found = [d for d in self.defined if isinstance(d, Defined) and moving(d) and not d.body.has(Block)]
        return [identifier(d.name) for d in reversed(found)]

    @property
    def opened(self) -> list[str]:
        """Every definition that multiplication of blocks unfolds, the last one first."""
        return [identifier(d.name) for d in reversed(self.defined) if d not in self.matrices]

    @property
    def rooted(self) -> list[Any]:
        """The letters that are positive (semi)definite, each of which is a matrix times its transpose."""
        return [letter for letter in self.constants if letter.semidefinite]

    @property
    def signs(self) -> list[Any]:
        """The definitions whose signs are needed, in order."""
        return [d for d in self.defined if d in self.signed]

    def still(self, node: Any) -> bool:
        """Whether no letter that moves is in it, nor in a definition that it speaks of."""
        if isinstance(node, (Defined, DefinedScalar)):
            return self.still(node.body)
        return node not in self.moved and all(self.still(p) for p in parts_of(node) if p != node)

    def numbers(self, full: bool = True) -> list[str]:
        """The scalars of the table, as terms; where it is not ``full``, those that do not move."""
        named = [d for d in self.defined if isinstance(d, DefinedScalar) and not moving(d)]
        return [
            *(f"{identifier(n.name)}%:R" for n in self.dimensions),
            *(identifier(s.name) for s in self.symbols if full or self.still(s)),
            *(self.applied.get(d, identifier(d.name)) for d in named if full or self.still(d)),
            *(name for name, node in self.slopes.items() if not is_matrix(node)),
        ]

    def size(self, size: Any) -> int:
        """The number of a size."""
        if size == 1:
            return 0
        if size in self.dimensions:
            return 1 + self.dimensions.index(size)
        raise NotExported(f"a matrix with {size} rows or columns is a letter of the proof only in blocks")
