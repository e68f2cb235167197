"""What the letters of a word mean, how operations build expressions, and how large a word may be."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import prod
from typing import Any, NamedTuple

from sympy import Integer, Rational

from ..attention import Task
from ..errors import UserError
from ..language.expressions import add, identity, is_matrix, power, product, show_shape, tr, transpose
from ..language.letters import gaussians_of, matrix, scalar
from .grammar import Part, WordError

LENGTH = 100
TERMS = 5000
BELOW = 300
DIGITS = 1000
LITERAL = 30
PAIRINGS = 2_100_000  # a little more than (2·8 − 1)!!
ALIKE = 18  # random factors where only one other letter stands among them
POWERS = 24  # random factors in words of S alone
LARGEST = 1000
ONE_TERM: Mapping[Any, int] = {(): 1}
DECLARATION = re.compile(r"\s*([A-Za-zΑ-Ωα-ω][A-Za-z0-9Α-Ωα-ω]*(?:_[A-Za-z0-9]+)?)\s*:\s*(\w+)\s*,\s*(\w+)\s*")


Draws = tuple[tuple[str, int], ...]


class Weight(NamedTuple):
    """Upper bounds of what a value becomes when it is multiplied out.

    ``draws`` counts its terms by the random letters they hold; ``below`` is the number of terms of its denominator,
    ``others`` are the matrix letters that are not random.
    """

    length: int = 0
    digits: int = 0
    draws: Mapping[Draws, int] = ONE_TERM
    below: int = 1
    others: frozenset[str] = frozenset()

    @property
    def terms(self) -> int:
        """The number of terms."""
        return sum(self.draws.values())

    def times(self, other: Weight) -> Weight:
        """The bounds of a product."""
        draws: Counter[Draws] = Counter()
        for left, m in self.draws.items():
            for right, n in other.draws.items():
                draws[tuple(sorted((Counter(dict(left)) + Counter(dict(right))).items()))] += m * n
        return self._joined(other, self.length + other.length, draws)

    def plus(self, other: Weight) -> Weight:
        """The bounds of a sum; each side is multiplied by the other's denominator."""
        draws: Counter[Draws] = Counter()
        for weight, factor in ((self, other.below), (other, self.below)):
            for key, count in weight.draws.items():
                draws[key] += count * factor
        return self._joined(other, max(self.length, other.length), draws)

    def over(self, other: Weight) -> Weight:
        """The bounds of a quotient; the divisor is not random."""
        turned = Weight(other.length, other.digits, {(): other.below}, other.terms, other.others)
        return self.times(turned)

    def _joined(self, other: Weight, length: int, draws: Mapping[Draws, int]) -> Weight:
        digits, below = self.digits + other.digits, self.below * other.below
        return Weight(length, digits, draws, below, self.others | other.others)

    def trouble(self) -> str:
        """What is too large; empty where nothing is."""
        if self.length > LENGTH:
            return f"a product of more than {LENGTH} letters is too long"
        if self.terms > TERMS:
            return f"more than {TERMS} terms come out when this is multiplied out"
        if self.below > BELOW:
            return f"more than {BELOW} terms come out in the denominator"
        if self.digits > DIGITS:
            return f"numbers of more than {DIGITS} digits would come out"
        pairings = sum(n * prod(prod(range(1, k, 2)) for _, k in key) for key, n in self.draws.items())
        most = max((count for key in self.draws for _, count in key), default=0)
        limit = POWERS if not self.others else ALIKE if len(self.others) == 1 else 0
        if pairings <= PAIRINGS or most <= limit:
            return ""
        return (
            f"up to {most} random factors of one letter come together, {pairings} pairings in all; at most {PAIRINGS} "
            f"pairings are done, or {ALIKE} factors around one free letter, "
            f"or S to the power {POWERS // 2}"
        )


class Value(NamedTuple):
    """An expression and its weight."""

    expr: Any
    weight: Weight


def english(name: str) -> str:
    """A Greek letter by its English name, which is how it is printed: Λ is Lambda, Γ_s is Gamma_s.

    >>> english("Γ_1"), english("λ"), english("Ab")
    ('Gamma_1', 'lambda', 'Ab')
    """
    stem, mark, index = name.partition("_")
    if len(stem) != 1 or stem.isascii():
        return name
    word = unicodedata.name(stem).split()[-1].replace("LAMDA", "LAMBDA")
    return (word.capitalize() if stem.isupper() else word.lower()) + mark + index


class Setting:
    """The letters: those of the task, those that were declared, and d×d matrices for all others."""

    def __init__(self, declarations: Iterable[str] = (), task: Task | None = None) -> None:
        self.task = t = task or Task()
        self.own = {
            "X": t.X, "S": t.S, "w": t.w, "x": t.x_q, "x_q": t.x_q, "y": t.labels,
            "Lambda": t.Lambda, "I": t.identity, "N": t.N, "d": t.d,
        }  # fmt: skip
        self.free: dict[str, Any] = {}
        for declaration in declarations:
            self._declare(declaration)

    def _declare(self, text: str) -> None:
        found = DECLARATION.fullmatch(text)
        if not found:
            raise UserError(f"--letter {text}: write NAME:ROWS,COLS, such as b:d,1")
        name = english(found[1])
        if name in self.own or name == "tr":
            raise UserError(f"--letter {text}: {found[1]} has a meaning already; choose another name")
        rows, cols = self._size(text, found[2]), self._size(text, found[3])
        made = scalar(name) if rows == cols == 1 else matrix(name, rows, cols)
        if self.free.setdefault(name, made) != made:
            raise UserError(f"--letter {text}: {found[1]} is declared twice; declare it once")

    def _size(self, text: str, size: str) -> Any:
        if size in ("d", "N"):
            return self.own[size]
        if re.fullmatch("[0-9]{1,4}", size) and 1 <= int(size) <= LARGEST:
            return Integer(int(size))
        raise UserError(f"--letter {text}: {size} is no size; a size is d, N or an integer from 1 to {LARGEST}")

    def letter(self, name: str) -> Any:
        """What a name stands for; a new one becomes a free matrix."""
        name = english(name)
        if name in self.own:
            return self.own[name]
        if name not in self.free:
            self.free[name] = matrix(name, self.task.d)
        return self.free[name]


class Word:
    """The builder of one word's expression; see ``grammar``."""

    def __init__(self, word: str, setting: Setting) -> None:
        self.word, self.setting = word, setting

    # -- letters and numbers

    def number(self, text: str, at: int) -> Value:
        """A number, exactly as it is written: 0.1 is 1/10."""
        if len(text) > LITERAL:
            raise WordError(self.word, at, f"a number of {len(text)} characters; at most {LITERAL} are read")
        made = Fraction(text)
        return Value(Rational(made.numerator, made.denominator), Weight(digits=len(text)))

    def letter(self, name: str, at: int) -> Value:
        """A letter; those that are averaged over count as draws, S twice."""
        made = self.setting.letter(name)
        task = self.setting.task
        if made == task.S:
            return Value(made, Weight(1, draws={(("X", 2),): 1}))
        draws = tuple((g.name, 1) for g in gaussians_of(made))
        plain = draws or not is_matrix(made) or made == task.identity
        return Value(made, Weight(1, draws={draws: 1}, others=frozenset() if plain else frozenset({made.name})))

    # -- operations

    def trace(self, part: Part, at: int) -> Value:
        """tr( ) of a square matrix."""
        expr, weight = part.value
        if is_matrix(expr) and expr.shape[0] != expr.shape[1]:
            raise WordError(self.word, at, f"{self._shape(part)}, so it has no trace; only a square matrix has one")
        return Value(tr(expr), weight)

    def transpose(self, part: Part, at: int) -> Value:
        """The transpose."""
        return Value(transpose(part.value.expr), part.value.weight)

    def negate(self, part: Part) -> Value:
        """Minus the value."""
        return Value(product(-1, part.value.expr), part.value.weight)

    def add(self, left: Part, right: Part, at: int) -> Value:
        """A sum of two values of one shape."""
        self._alike(left, right, at)
        return self._kept(left, right, at, add(left.value.expr, right.value.expr), Weight.plus)

    def subtract(self, left: Part, right: Part, at: int) -> Value:
        """A difference of two values of one shape."""
        self._alike(left, right, at)
        return self._kept(left, right, at, add(left.value.expr, product(-1, right.value.expr)), Weight.plus)

    def multiply(self, left: Part, right: Part, at: int) -> Value:
        """A product; scalars go with everything."""
        a, b = left.value.expr, right.value.expr
        if is_matrix(a) and is_matrix(b) and a.shape[1] != b.shape[0]:
            sizes = f"the inner sizes {a.shape[1]} and {b.shape[0]} must agree"
            raise WordError(self.word, at, f"{self._shape(left)} and {self._shape(right)}, and {sizes} in a product")
        weight = self._checked(left.value.weight.times(right.value.weight), at)
        return Value(product(a, b), weight)

    def divide(self, left: Part, right: Part, at: int) -> Value:
        """Division by a scalar that is neither random nor zero."""
        below = right.value.expr
        if is_matrix(below):
            raise WordError(self.word, at, f"{self._shape(right)}; only a number or another scalar can divide")
        self._refuse_random(right, at)
        weight = self._checked(left.value.weight.over(right.value.weight), at)
        return Value(product(left.value.expr, self._reciprocal(right, at)), weight)

    def power(self, part: Part, exponent: int, at: int) -> Value:
        """An integer power of a scalar or a square matrix."""
        expr, weight = part.value
        if is_matrix(expr) and expr.shape[0] != expr.shape[1]:
            raise WordError(self.word, at, f"{self._shape(part)}, so it has no powers; only a square matrix has them")
        if exponent < 0:
            self._refuse_random(part, at)
        total = Weight()
        for _ in range(abs(exponent)):
            total = self._checked(total.times(weight) if exponent > 0 else total.over(weight), at)
        if exponent >= 0:
            return Value(power(expr, exponent) if is_matrix(expr) else expr**exponent, total)
        if is_matrix(expr):
            return Value(self._inverse_power(part, exponent, at), total)
        return Value(self._reciprocal(part, at) ** -exponent, total)

    # -- checks

    def _inverse_power(self, part: Part, exponent: int, at: int) -> Any:
        from ..engine import form

        if form(part.value.expr).is_zero:
            raise WordError(self.word, at, f"{self._text(part)} is the zero matrix, which has no inverse")
        return power(part.value.expr, exponent)

    def _reciprocal(self, part: Part, at: int) -> Any:
        from ..engine import form

        if form(part.value.expr).is_zero:
            raise WordError(self.word, at, f"{self._text(part)} is zero, and nothing can be divided by zero")
        return Integer(1) / part.value.expr

    def _refuse_random(self, part: Part, at: int) -> None:
        names = ", ".join(sorted({name for key in part.value.weight.draws for name, _ in key}))
        if names:
            raise WordError(self.word, at, f"{self._text(part)} is random ({names}); only what is not can be inverted")

    def _alike(self, left: Part, right: Part, at: int) -> None:
        a, b = left.value.expr, right.value.expr
        if is_matrix(a) == is_matrix(b) and (not is_matrix(a) or a.shape == b.shape):
            return
        hint = "both shapes must agree in a sum"
        if (
            is_matrix(a) != is_matrix(b)
            and (square := a if is_matrix(a) else b).shape == identity(self.setting.task.d).shape
        ):
            number = self._text(left if square is b else right)
            hint = f"write {number}*I for a number on the diagonal" if len(number) < 10 else hint
        raise WordError(self.word, at, f"{self._shape(left)} and {self._shape(right)}; {hint}")

    def _kept(self, left: Part, right: Part, at: int, expr: Any, join: Any) -> Value:
        return Value(expr, self._checked(join(left.value.weight, right.value.weight), at))

    def _checked(self, weight: Weight, at: int) -> Weight:
        if trouble := weight.trouble():
            raise WordError(self.word, at, trouble)
        return weight

    def _text(self, part: Part) -> str:
        found = self.word[part.start : part.end]
        return found if len(found) <= 40 else f"{found[:39]}…"

    def _shape(self, part: Part) -> str:
        return f"{self._text(part)} is {show_shape(part.value.expr)}"
