"""What the letters of a word mean, how operations build expressions, and how large a word may be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from math import prod
from typing import Any, NamedTuple

from sympy import Integer, Rational, sympify

from ..attention import Task
from ..errors import UserError
from ..language.expressions import add, identity, is_matrix, power, product, show_shape, tr, transpose
from ..language.letters import gaussians_of, matrix, scalar
from .grammar import Part, WordError

LENGTH = 100
TERMS = 5000
DIGITS = 1000
LITERAL = 30
PAIRINGS = 2_100_000  # (2·8 − 1)!! and a little more
ALIKE = 18  # random factors where only one other letter stands among them
POWERS = 24  # random factors in words of S alone
LARGEST = 1000
DECLARATION = re.compile(r"\s*([A-Za-zΑ-Ωα-ω][A-Za-z0-9Α-Ωα-ω]*(?:_[A-Za-z0-9]+)?)\s*:\s*(\w+)\s*,\s*(\w+)\s*")


class Weight(NamedTuple):
    """Upper bounds of what a value becomes when it is multiplied out."""

    terms: int = 1
    length: int = 0
    digits: int = 0
    draws: tuple[tuple[str, int], ...] = ()
    others: frozenset[str] = frozenset()

    def times(self, other: Weight) -> Weight:
        """The bounds of a product."""
        draws = dict(self.draws)
        for name, count in other.draws:
            draws[name] = draws.get(name, 0) + count
        return self._joined(other, self.terms * other.terms, self.length + other.length, draws)

    def plus(self, other: Weight) -> Weight:
        """The bounds of a sum."""
        draws = dict(self.draws)
        for name, count in other.draws:
            draws[name] = max(draws.get(name, 0), count)
        return self._joined(other, self.terms + other.terms, max(self.length, other.length), draws)

    def _joined(self, other: Weight, terms: int, length: int, draws: dict[str, int]) -> Weight:
        digits = self.digits + other.digits
        return Weight(terms, length, digits, tuple(sorted(draws.items())), self.others | other.others)

    def trouble(self) -> str:
        """What is too large; empty where nothing is."""
        if self.length > LENGTH:
            return f"a product of more than {LENGTH} letters is too long"
        if self.terms > TERMS:
            return f"more than {TERMS} terms come out when this is multiplied out"
        if self.digits > DIGITS:
            return f"numbers of more than {DIGITS} digits would come out"
        most = max((count for _, count in self.draws), default=0)
        pairings = self.terms * prod(prod(range(1, count, 2)) for _, count in self.draws)
        limit = POWERS if not self.others else ALIKE if len(self.others) == 1 and self.terms == 1 else 0
        if pairings > PAIRINGS and most > limit:
            named = ", ".join(f"{count} of {name}" for name, count in self.draws)
            return (
                f"too many random factors in one term ({named}): {pairings} pairings; 16 of one letter are the most, "
                f"{ALIKE} around one free letter, and {POWERS} in powers of S alone"
            )
        return ""


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
            return Value(made, Weight(length=1, draws=(("X", 2),)))
        draws = tuple((g.name, 1) for g in gaussians_of(made))
        plain = not is_matrix(made) or made in (task.S, task.identity)
        return Value(made, Weight(1, 1, 1, draws, frozenset() if plain else frozenset({made.name})))

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
        weight = self._checked(left.value.weight.times(right.value.weight), at)
        return Value(product(left.value.expr, self._reciprocal(right, at)), weight)

    def power(self, part: Part, exponent: int, at: int) -> Value:
        """An integer power of a scalar or a square matrix."""
        expr, weight = part.value
        if is_matrix(expr) and expr.shape[0] != expr.shape[1]:
            raise WordError(self.word, at, f"{self._shape(part)}, so it has no powers; only a square matrix has them")
        total = Weight()
        for _ in range(abs(exponent)):
            total = self._checked(total.times(weight), at)
        if exponent >= 0:
            return Value(power(expr, exponent) if is_matrix(expr) else expr**exponent, total)
        if is_matrix(expr):
            self._refuse_random(part, at)
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

        self._refuse_random(part, at)
        if form(part.value.expr).is_zero:
            raise WordError(self.word, at, f"{self._text(part)} is zero, and nothing can be divided by zero")
        return 1 / sympify(part.value.expr)

    def _refuse_random(self, part: Part, at: int) -> None:
        if part.value.weight.draws:
            names = ", ".join(name for name, _ in part.value.weight.draws)
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
