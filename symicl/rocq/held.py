"""Results about random letters that no mean is over: they hold for every outcome, so the letters are any matrices.

Where a result cannot be exported as it is, the kernel makes its steps again with plain letters in place of those, and
with a name for each sum or product of them that is inverted.  What is then proved is the same of every outcome; that of
which the kernel knows only almost surely, such as the inverse of XXᵀ, it refuses to make again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sympy.core.basic import Basic

from ..errors import SymiclError
from ..kernel import facts
from ..kernel.budget import allowance
from ..kernel.theorem import INFERENCES, Theorem
from ..language.blocks import Block
from ..language.expressions import Inverted, identity, inverse, product
from ..language.letters import Centred, Defined, Letter, is_random, letters_of, matrix
from ..language.rewrite import averaged_letters, letters_of_statement, parts_of, rebuild
from ..language.statements import Connective, Eq, Relation
from ..records.limits import WORK
from .instances import Number, Numbers
from .remade import Remaker


@dataclass(frozen=True)
class Remade:
    """Theorems of a result made again, and in words what is now any matrix, and what is named."""

    states: tuple[Theorem, ...]
    letters: tuple[str, ...]
    named: tuple[str, ...]


def words_of(remade: Sequence[Remade]) -> list[str]:
    """For the head of a file: which random letters no mean of it is over, and what is named."""
    letters = ", ".join(dict.fromkeys(letter for r in remade for letter in r.letters))
    means = [f"No mean here is over {letters}: what is said holds for any matrices, so for every outcome."]
    return [*(means if letters else []), *dict.fromkeys(name for r in remade for name in r.named)]


class Held:
    """Makes the results of one record again; steps that come out alike for several of them are one step."""

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers
        #: names of sums and products that are inverted
        self.named: dict[Any, Any] = {}
        self._made: dict[Any, Theorem] = {}

    def result(self, states: tuple[Theorem, ...], steps: Iterable[Theorem]) -> Remade | None:
        """A result with its letters held that no mean is over; nothing where that changes nothing, or is refused."""
        spoken = [s for t in steps for s in (t.statement, *t.assumptions)]
        averaged = frozenset().union(*(averaged_letters(side) for s in spoken for side in _sides(s)))
        random = {x for s in spoken for x in letters_of_statement(s) if isinstance(x, Centred)}
        holding = Holding({x: matrix(x.name, *x.shape) for x in sorted(random - averaged, key=str)}, self)
        try:
            with allowance(WORK):
                made = tuple(map(holding.again, states))
        except SymiclError:
            return None
        named = tuple(f"{letter} stands for {letter.body}." for letter in holding.used)
        return Remade(made, tuple(map(str, holding.letters)), named) if holding.made else None

    def one(self, old: Theorem, new: Theorem) -> Theorem:
        """The step that was made from another, or one that is like it."""
        found = self._made.setdefault((id(old), new.statement, new.assumptions), new)
        self.numbers.call(found, self.numbers[id(old)])
        return found

    def name(self, body: Any) -> Any:
        """The letter that stands for a matrix that is inverted."""
        return self.named.setdefault(body, Defined(f"inverted{len(self.named) + 1}", body, "positive definite"))


class Holding(Remaker):
    """Makes steps again with plain letters for random ones, and names what is inverted."""

    def __init__(self, letters: dict[Any, Any], whole: Held) -> None:
        super().__init__()
        self.letters, self.whole = letters, whole
        self.used: dict[Any, None] = {}

    def changed(self, node: Any) -> Any:
        if isinstance(node, Relation):
            return type(node)(self.changed(node.lhs), self.changed(node.rhs))
        if isinstance(node, Connective):
            return type(node)(*map(self.changed, node.parts))
        if node in self.letters:
            return self.letters[node]
        if isinstance(node, Defined) and not isinstance(node.body, Block) and letters_of(node) & set(self.letters):
            # the kernel reads definitions of random matrices as what they stand for, and others by their name
            return self.changed(node.body)
        if not isinstance(node, Basic) or isinstance(node, (str, int)):
            return node
        made = rebuild(node, [self.changed(part) for part in parts_of(node)])
        return self._inverse(made) if isinstance(made, Inverted) else made

    def _inverse(self, node: Any) -> Any:
        """The inverse of a letter, that of a definition where it was that of a positive definite sum or product."""
        body = node.arg
        if isinstance(body, Letter) or any(map(is_random, letters_of(body))) or not facts.definite(body):
            return node
        letter = self.whole.name(body)
        self.used[letter] = None
        return inverse(letter)

    def stays(self, theorem: Theorem, arguments: tuple[Any, ...]) -> bool:
        return super().stays(theorem, arguments) and theorem.rule != "cancel"

    def inferred(self, theorem: Theorem, arguments: tuple[Any, ...]) -> Theorem:
        """The same inference; where a sum cancels beside its inverse, its name does."""
        letter = self._inverse(inverse(arguments[0])).arg if theorem.rule == "cancel" else None
        if not isinstance(letter, Defined):
            return self.whole.one(theorem, super().inferred(theorem, arguments))
        opened = INFERENCES["identity"](Eq(letter.body, letter), (letter,))
        number = self.whole.numbers[id(theorem)]
        self.whole.numbers.call(opened, Number(number - 0.5, f"{number}_opened"))
        goal = Eq(product(letter.body, inverse(letter)), identity(letter.shape[0]))
        return self.whole.one(theorem, INFERENCES["combine"](goal, ((opened, 1, inverse(letter)),)))


def _sides(statement: Any) -> list[Any]:
    if isinstance(statement, Connective):
        return [side for part in statement.parts for side in _sides(part)]
    return list(statement.sides)
