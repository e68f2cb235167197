"""Results about random letters that no mean is over: they hold for every outcome, so the letters are any matrices.

Where a result cannot be exported as it is, the kernel makes its steps again with plain letters in place of those, and
with a name for each sum or product of them that is inverted.  What is then proved is the same of every outcome.  That
XXᵀ has an inverse is known almost surely only; for every outcome it is an assumption, X Xᵀ K = I for a letter K.

Where a result assumes something of random letters, it must be made so: Xᵀv = 0 is meant of the outcome in hand.  Of a
random X it would say that no outcome is other, and for a Gaussian one only v = 0 is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sympy.core.basic import Basic
from sympy.matrices.expressions import Identity

from ..errors import SymiclError
from ..kernel import facts
from ..kernel.budget import allowance
from ..kernel.theorem import INFERENCES, Theorem
from ..language.blocks import Block
from ..language.expressions import Inverted, identity, inverse, is_matrix, product
from ..language.letters import Defined, Gaussian, Letter, dimension, is_random, letters_of
from ..language.mean import E, MatrixMean, Mean, random_letters
from ..language.rewrite import averaged_letters, letters_of_statement, parts_of, rebuild
from ..language.statements import Connective, Eq, Ne, Relation
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
    means = [f"No mean here is over {letters}: what is said holds for any such matrices, so for every outcome."]
    return [*(means if letters else []), *dict.fromkeys(name for r in remade for name in r.named)]


def of_outcomes(states: Iterable[Theorem]) -> Any:
    """A statement of results that means one outcome of random letters, and not all at once; or nothing.

    What is assumed is meant so, and whatever is not an equation or an inequality.
    """
    for theorem in states:
        plain = isinstance(theorem.statement, Relation) and not isinstance(theorem.statement, Ne)
        for stated in (*sorted(theorem.assumptions, key=str), *(() if plain else (theorem.statement,))):
            if any(map(random_letters, _sides(stated))):
                return stated
    return None


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
        met = frozenset().union(*map(letters_of_statement, spoken))
        letters = sorted((x for x in met - averaged if is_random(x)), key=str)
        holding = Holding(letters, _sizes(letters, met), self)
        try:
            with allowance(WORK):
                made = tuple(map(holding.again, states))
        except SymiclError:
            return None
        return Remade(made, tuple(map(str, letters)), tuple(holding.words())) if holding.made else None

    def one(self, old: Theorem, new: Theorem) -> Theorem:
        """The step that was made from another, or one that is like it."""
        found = self._made.setdefault((id(old), new.statement, new.assumptions), new)
        self.numbers.call(found, self.numbers[id(old)])
        return found

    def name(self, body: Any) -> Any:
        """The letter that stands for a definite matrix that is inverted, or else for the inverse."""
        if body not in self.named:
            word = "inverted" if facts.definite(body) else "inverse"
            name = f"{word}{1 + sum(letter.name.startswith(word) for letter in self.named.values())}"
            known = ["symmetric"] if facts.symmetric_matrix(body) else []
            self.named[body] = (
                Defined(name, body, "positive definite") if word == "inverted" else Letter(name, *body.shape, *known)
            )
        return self.named[body]


class Holding(Remaker):
    """Makes steps again with plain letters for random ones, and names what is inverted; ``sizes`` get names too."""

    def __init__(self, letters: Sequence[Any], sizes: dict[Any, Any], whole: Held) -> None:
        super().__init__()
        shapes = {x: [sizes.get(size, size) for size in x.shape] for x in letters}
        self.letters = {x: Letter(x.name, *shapes[x], *x.facts) for x in letters}
        self.sizes, self.whole = sizes, whole
        self.used: dict[Any, Any] = {}

    def words(self) -> Iterator[str]:
        """What is named, for the head of a file."""
        for size, name in self.sizes.items():
            yield f"{name} stands for {size}, and may be any size."
        for letter, body in self.used.items():
            if isinstance(letter, Defined):
                yield f"{letter} stands for {body}."
            else:
                kind = "any symmetric matrix" if letter.symmetric else "any matrix"
                yield f"{letter} stands for ({body})^-1: {kind}; {body} {letter} = I is assumed where it is needed."

    def changed(self, node: Any) -> Any:
        if isinstance(node, Relation):
            return type(node)(self.changed(node.lhs), self.changed(node.rhs))
        if isinstance(node, Connective):
            return type(node)(*map(self.changed, node.parts))
        if node in self.letters:
            return self.letters[node]
        if isinstance(node, Gaussian) and letters_of(node.covariance) & set(self.letters):
            return Gaussian(node.name, *node.shape, self.changed(node.covariance))
        if isinstance(node, (Mean, MatrixMean)) and (over := [self.changed(x) for x in node.over]) != list(node.over):
            return E(self.changed(node.body), over=over)
        if isinstance(node, Identity):
            return identity(self.sizes.get(node.shape[0], node.shape[0]))
        if isinstance(node, Defined) and not isinstance(node.body, Block) and letters_of(node) & set(self.letters):
            # the kernel reads definitions of random matrices as what they stand for, and others by their name
            return self.changed(node.body)
        if not isinstance(node, Basic) or isinstance(node, (str, int)):
            return node
        made = rebuild(node, [self.changed(part) for part in parts_of(node)])
        return self._inverse(made) if isinstance(made, Inverted) else made

    def _inverse(self, node: Any) -> Any:
        """The inverse of a letter; where it was that of a sum or a product, by a name."""
        body = node.arg
        if isinstance(body, Letter) or any(map(is_random, letters_of(body))):
            return node
        letter = self.whole.name(body)
        self.used[letter] = body
        return inverse(letter) if isinstance(letter, Defined) else letter

    def stays(self, theorem: Theorem, arguments: tuple[Any, ...]) -> bool:
        return super().stays(theorem, arguments) and theorem.rule != "cancel"

    def inferred(self, theorem: Theorem, arguments: tuple[Any, ...]) -> Theorem:
        """The same inference; where a sum or a product cancels beside its inverse, it does beside what is named."""
        body = arguments[0]
        named = self._inverse(inverse(body)) if theorem.rule == "cancel" else None
        if named is None or named == inverse(body):
            return self.whole.one(theorem, super().inferred(theorem, arguments))
        goal = Eq(product(body, named), identity(body.shape[0]))
        made = INFERENCES["assume"](goal) if isinstance(named, Letter) else self._cancelled(theorem, goal, named)
        return self.whole.one(theorem, made)

    def _cancelled(self, theorem: Theorem, goal: Any, named: Any) -> Theorem:
        """A definite matrix beside the inverse of its name."""
        opened = INFERENCES["identity"](Eq(named.arg.body, named.arg), (named.arg,))
        number = self.whole.numbers[id(theorem)]
        self.whole.numbers.call(opened, Number(number - 0.5, f"{number}_opened"))
        return INFERENCES["combine"](goal, ((opened, 1, named),))


def _sizes(letters: Sequence[Any], met: Iterable[Any]) -> dict[Any, Any]:
    """Names for the sizes such as d + n that only these letters have."""
    plain = (x for x in met if is_matrix(x) and x not in letters and not isinstance(x, Defined))
    others = {size for x in plain for size in x.shape}
    found = dict.fromkeys(size for x in letters for size in x.shape if size.is_Add and size not in others)
    return {size: dimension("_".join(sorted(map(str, size.free_symbols)))) for size in found}


def _sides(statement: Any) -> list[Any]:
    if isinstance(statement, Connective):
        return [side for part in statement.parts for side in _sides(part)]
    return list(statement.sides)
