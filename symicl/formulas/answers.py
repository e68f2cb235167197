"""Answers in class: the grammar of words, and what else the lines of a proof hold.

    product  = factor { ["*" | "@" | "/"] factor }        a product may be written without a sign, and without a space
    atom     = … | "E" "[" sum "]" | function "(" sum ")"
    exponent = … | "T" | "(" ["-"] integer "/" integer ")"

so that what ``symicl show`` prints can be typed back.  Letters are those of a chapter and no others.

>>> from symicl import dimension, matrix, positive_definite, text
>>> d = dimension("d")
>>> letters = Letters([positive_definite("Lambda", d), matrix("U", d), d])
>>> print(text(read("1/2 tr(Λ U U^T)", letters)), read("U = Λ⁻¹ U", letters), sep=", ")
1/2 tr(Lambda U U.T), U = Lambda^-1 U
>>> read("tr(V)", letters)
Traceback (most recent call last):
    ...
symicl.formulas.grammar.WordError: tr(V): there is no letter V here; there are I, Lambda, U, d (at character 4)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import prod
from typing import Any

from sympy import Add, Mul, Pow, Rational
from sympy.matrices.expressions import MatAdd, MatMul

from ..attention import Task
from ..engine import form
from ..errors import UserError
from ..language.expressions import identity, is_matrix, power, show_shape, tr
from ..language.functions import apply
from ..language.letters import dimension, gaussians_of, is_random, letters_of
from ..language.mean import E
from ..language.rewrite import parts_of
from ..language.statements import Eq
from ..names import meant
from .grammar import POWER, Parser, Part, Token, WordError
from .setting import Value, Weight, Word, english

TOKEN = re.compile(
    r"\s+"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    r"|(?P<name>[A-Za-zΑ-Ωα-ω][A-Za-z0-9Α-Ωα-ω]*(?:_[A-Za-z0-9]+)?)"
    r"|(?P<sign>\*\*|\.T(?![A-Za-z0-9_])|ᵀ|[-+*/@^()\[\]])"
)
#: how else people write what the grammar knows
SPELLINGS = {
    "⁻¹": "^-1", "⁻²": "^-2", "²": "^2", "³": "^3", "⁴": "^4", "−": "-", "·": "*", "½": "(1/2)", "ŷ": "y_hat",
    "ε": "epsilon", "ϵ": "epsilon",
}  # fmt: skip
ROOT = 12
#: how many pairings of random factors an answer may come to
PAIRINGS = 200_000


class Letters:
    """The letters that an answer may hold, by name; ``size`` is that of the identity matrix I."""

    def __init__(self, letters: Iterable[Any], functions: Mapping[str, Any] | Iterable[str] = (), size: Any = None):
        self.by_name = {letter.name: letter for letter in letters}
        self.functions = frozenset(functions)
        self.by_name.setdefault("I", identity(size if size is not None else dimension("d")))
        self.task = Task()

    def names(self) -> str:
        """All names, for messages."""
        return ", ".join(sorted(name for name in self.by_name if "^" not in name))

    def find(self, name: str) -> Any:
        """The letter of that name, or None."""
        return self.by_name.get(english(name), self.by_name.get(name))

    def cut(self, name: str) -> list[str] | None:
        """The names of letters that stand in this one side by side; None where they are none, or may be others.

        >>> from symicl import matrix
        >>> d = dimension("d")
        >>> Letters([matrix("U", d), matrix("x_q", d, 1), d]).cut("dUx_q"), Letters([d]).cut("dU")
        (['d', 'U', 'x_q'], None)
        """
        ways: list[list[list[str]]] = [[[]]]  # for each place, up to two ways to get there
        longest = max(map(len, self.by_name), default=0)
        for end in range(1, len(name) + 1):
            starts = range(max(0, end - longest), end)
            steps = [(start, name[start:end]) for start in starts if ways[start] and self.find(name[start:end])]
            ways.append([[*way, part] for start, part in steps for way in ways[start]][:2])
        return ways[-1][0] if len(ways[-1]) == 1 else None

    def near(self, name: str) -> str:
        """A name like this one; empty where there is none."""
        return meant(english(name), (known for known in self.by_name if "^" not in known))


class AnswerParser(Parser):
    """The parser of words, with products without a sign, means, functions and roots."""

    pattern = TOKEN
    builder: AnswerWord

    def __init__(self, builder: AnswerWord) -> None:
        super().__init__(builder)
        around = zip([None, *self.tokens], self.tokens, [*self.tokens[1:], None], strict=False)
        self.tokens = [part for before, token, after in around for part in self._apart(token, before, after)]

    def _apart(self, token: Token, before: Token | None, after: Token | None) -> list[Token]:
        """A name that stands for no letter as the letters that it is made of, where it can be read in one way only."""
        letters, last = self.builder.letters, "" if after is None else after.text
        known = letters.find(token.text) is not None or english(token.text) in {"tr", "T", *letters.functions}
        if token.kind != "name" or known or last == "[":
            return [token]
        turned = ["T"] if before is not None and before.text in ("^", "**") and token.text.startswith("T") else []
        trace = ["tr"] if last == "(" and token.text.endswith("tr") else []
        names = letters.cut(token.text.removeprefix("".join(turned)).removesuffix("".join(trace)))
        if names is None:
            return [token]
        found, at = [], token.start
        for name in [*turned, *names, *trace]:
            found.append(Token("name", name, at))
            at += len(name)
        return found

    def product(self) -> Part:
        left = self.factor()
        while self.sign() in ("*", "/") or self._goes_on():
            token = self.next if self._goes_on() else self.take()
            right = self.factor()
            method = self.builder.divide if token.text == "/" else self.builder.multiply
            left = Part(method(left, right, token.start), left.start, right.end)
        return left

    def _goes_on(self) -> bool:
        """Whether a factor follows without a sign."""
        return self.next.kind in ("name", "number") or self.next.text == "("

    def exponent(self) -> tuple[Any, int]:
        if self.next.text == "T" and not self.builder.letters.find("T"):
            return "T", self.take().end
        if self.sign() != "(":
            return super().exponent()
        self.take()
        minus = self.sign() == "-" and bool(self.take())
        above = self._whole(POWER)
        below = self._whole(ROOT) if self.sign() == "/" and self.take() else 1
        if self.sign() != ")":
            self.fail(
                self.next.start, "the exponent must be a number, such as 2 or 1/4; its bracket is not closed here"
            )
        value = Fraction(-above if minus else above, below)
        return (int(value) if value.denominator == 1 else value), self.take().end

    def _whole(self, most: int) -> int:
        token = self.take()
        if token.kind != "number" or not token.text.isdigit() or not 1 <= int(token.text[:4]) <= most:
            self.fail(token.start, f"the exponent must be made of whole numbers from 1 to {most}, such as 2 or 1/4")
        return int(token.text)

    def atom(self) -> Part:
        token, after = self.next, self.tokens[min(self.place + 1, len(self.tokens) - 1)]
        if token.kind == "name" and re.fullmatch("E(_.*)?", token.text) and after.text == "[":
            over = self.take().text[2:]
            inner, end = self._square()
            return Part(self.builder.mean(inner, over, token.start), token.start, end)
        if token.kind == "name" and after.text == "(" and english(token.text) in self.builder.letters.functions:
            self.take()
            inner, end = self.bracket()
            return Part(self.builder.apply(english(token.text), inner, token.start), token.start, end)
        return super().atom()

    def _square(self) -> tuple[Part, int]:
        opening = self.take()
        inner = self.sum()
        if self.next.text != "]":
            self.fail(opening.start, "this bracket is never closed")
        return inner, self.take().end


class AnswerWord(Word):
    """The builder of an answer's expression over the letters of a chapter."""

    def __init__(self, word: str, letters: Letters) -> None:
        self.word, self.letters, self.setting = word, letters, letters  # type: ignore[assignment]

    def letter(self, name: str, at: int) -> Value:
        """A letter of the chapter."""
        made = self.letters.find(name)
        if made is None:
            near = self.letters.near(name)
            hint = f"is {near} meant?" if near else f"there are {self.letters.names()}"
            raise WordError(self.word, at, f"there is no letter {name} here; {hint}")
        draws = tuple((g.name, _degree(made, g)) for g in gaussians_of(made))
        plain = draws or not is_matrix(made) or made == self.letters.by_name["I"]
        weight = Weight(
            1, draws={draws: _terms(made) if draws else 1}, others=frozenset() if plain else frozenset({str(made)})
        )
        return Value(tr(made) if is_matrix(made) and made.shape == (1, 1) else made, weight)

    def mean(self, part: Part, over: str, at: int) -> Value:
        """E[ ] over all random letters, or E_X[ ] over one."""
        expr, weight = part.value
        if over:
            self.letter(over, at + 2)
            return Value(E(expr, over=[self.letters.find(over)]), weight)
        drawn = [letter for letter in letters_of(expr) if is_random(letter)]
        return Value(E(expr) if drawn or gaussians_of(expr) else expr, weight)

    def apply(self, name: str, part: Part, at: int) -> Value:
        """A function of one number."""
        expr, weight = part.value
        if is_matrix(expr):
            raise WordError(self.word, at, f"{self._text(part)} is {show_shape(expr)}; {name} takes a number")
        return Value(apply(name, expr), Weight(weight.length, weight.digits, others=weight.others))

    def power(self, part: Part, exponent: Any, at: int) -> Value:
        """A power; ``T`` is a transpose, and a scalar has roots too."""
        if exponent == "T":
            return self.transpose(part, at)
        if isinstance(exponent, int):
            return super().power(part, exponent, at)
        expr, weight = part.value
        if is_matrix(expr):
            raise WordError(self.word, at, f"{self._text(part)} is {show_shape(expr)}; only a number has roots here")
        return Value(Pow(expr, Rational(exponent.numerator, exponent.denominator)), weight)

    def _checked(self, weight: Weight, at: int) -> Weight:
        """What comes out when random factors are paired is bounded more tightly: somebody waits for the reply."""
        pairings = sum(n * prod(prod(range(1, k, 2)) for _, k in key) for key, n in weight.draws.items())
        if pairings > PAIRINGS:
            raise WordError(self.word, at, f"too many random factors come together: {pairings} pairings of them")
        return super()._checked(weight, at)

    def _inverse_power(self, part: Part, exponent: int, at: int) -> Any:
        if self._is_zero(part):
            raise WordError(self.word, at, f"{self._text(part)} is the zero matrix, which has no inverse")
        return power(part.value.expr, exponent)

    def _reciprocal(self, part: Part, at: int) -> Any:
        if self._is_zero(part):
            raise WordError(self.word, at, f"{self._text(part)} is zero, and nothing can be divided by zero")
        return Rational(1) / part.value.expr

    @staticmethod
    def _is_zero(part: Part) -> bool:
        """Whether the engine sees that it is zero; what it cannot work out it does not."""
        try:
            return form(part.value.expr).is_zero
        except UserError:
            return part.value.expr == 0

    def _refuse_random(self, part: Part, at: int) -> None:
        """An inverse of something random is a matter of the chapter: least squares has one."""


def _degree(node: Any, letter: Any) -> int:
    """How often a random letter stands in a product when definitions are written out."""
    if node == letter:
        return 1
    below = [_degree(part, letter) for part in parts_of(node)]
    if isinstance(node, Pow):
        return below[0] * max(1, abs(int(node.exp))) if node.exp.is_Integer else below[0]
    return sum(below) if isinstance(node, (Mul, MatMul)) else max(below, default=0)


def _terms(node: Any) -> int:
    """How many terms come out when definitions are written out."""
    below = [_terms(part) for part in parts_of(node)]
    if isinstance(node, Pow) and node.exp.is_Integer:
        return below[0] ** min(POWER, abs(int(node.exp)))
    return sum(below) if isinstance(node, (Add, MatAdd)) else prod(below)


def read(text: str, letters: Letters) -> Any:
    """What an answer says: an expression, or an equation where there is one ``=`` with something on its left.

    ``UserError`` says what cannot be read and where.
    """
    for found, plain in SPELLINGS.items():
        text = text.replace(found, plain)
    sides = text.split("=")
    if len(sides) > 2:
        raise UserError("an answer has one = at most")
    if len(sides) == 2 and sides[0].strip():
        left, right = (_side(side, letters) for side in sides)
        if is_matrix(left) and not is_matrix(right) and right != 0:
            raise UserError(f"the left side is {show_shape(left)} and the right side is a number")
        return Eq(left, right)
    return _side(sides[-1], letters)


def _side(text: str, letters: Letters) -> Any:
    try:
        return AnswerParser(AnswerWord(text.strip(), letters)).whole().expr
    except (TypeError, ValueError, ZeroDivisionError, RecursionError) as error:  # SymPy's, for what is no formula
        raise UserError(f"{text.strip()[:60]}: this is no formula ({error})") from error


__all__ = ["AnswerParser", "AnswerWord", "Letters", "read"]
