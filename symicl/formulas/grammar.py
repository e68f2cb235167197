"""The words of ``symicl expect``: a tokenizer and a parser of their own; no text is ever run as code.

(Answers in class may hold more, see ``answers``.)

    sum      = ["-"] product { ("+" | "-") product }
    product  = factor { ("*" | "@" | "/") factor }
    factor   = { "-" } atom { ".T" | ("**" | "^") exponent }
    atom     = number | letter | "tr" "(" sum ")" | "(" sum ")"

The parser calls a builder for every operation; what letters and operations mean is the builder's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn, Protocol

from ..errors import UserError

CHARACTERS = 2000
DEPTH = 40
POWER = 12
TOKEN = re.compile(
    r"\s+"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    r"|(?P<name>[A-Za-zΑ-Ωα-ω][A-Za-z0-9Α-Ωα-ω]*(?:_[A-Za-z0-9]+)?)"
    r"|(?P<sign>\*\*|\.T(?![A-Za-z0-9_])|ᵀ|[-+*/@^()])"
)
SAME_SIGN = {"^": "**", "@": "*", "ᵀ": ".T"}


class WordError(UserError):
    """A word that cannot be read; ``picture`` shows it once more with a caret under the place."""

    def __init__(self, word: str, at: int, message: str) -> None:
        start = max(0, at - 30)
        shown = "".join(c if c.isprintable() else " " for c in word[start : start + 60])
        before, after = "…" * (start > 0), "…" * (start + 60 < len(word))
        super().__init__(f"{before}{shown}{after}: {message} (at character {at + 1})")
        self.at = at
        self.picture = f"  {before}{shown}{after}\n  {' ' * (at - start + len(before))}^"


class Token(NamedTuple):
    """A piece of the word: its kind (``number``, ``name``, ``sign``, ``end``), its text, and where it stands."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The place behind it."""
        return self.start + len(self.text)


@dataclass(frozen=True)
class Part:
    """What has been read of the word from ``start`` to ``end``, with the builder's value for it."""

    value: Any
    start: int
    end: int


class Builder(Protocol):
    """What a parser needs; each method may raise ``WordError`` at ``at``."""

    word: str

    def number(self, text: str, at: int) -> Any: ...
    def letter(self, name: str, at: int) -> Any: ...
    def trace(self, part: Part, at: int) -> Any: ...
    def transpose(self, part: Part, at: int) -> Any: ...
    def negate(self, part: Part) -> Any: ...
    def add(self, left: Part, right: Part, at: int) -> Any: ...
    def subtract(self, left: Part, right: Part, at: int) -> Any: ...
    def multiply(self, left: Part, right: Part, at: int) -> Any: ...
    def divide(self, left: Part, right: Part, at: int) -> Any: ...
    def power(self, part: Part, exponent: Any, at: int) -> Any: ...


def tokens(word: str, pattern: re.Pattern[str] = TOKEN) -> list[Token]:
    """The word in pieces, ending with an ``end``.

    >>> [token.text for token in tokens("2/3*S^2.T")]
    ['2', '/', '3', '*', 'S', '^', '2', '.T', '']
    """
    if len(word) > CHARACTERS:
        raise UserError(f"the word has {len(word)} characters; at most {CHARACTERS} are read")
    found, at = [], 0
    while at < len(word):
        match = pattern.match(word, at)
        if match is None:
            raise WordError(word, at, f"{_named(word[at])} has no meaning here; {_advice(word[at])}")
        if match.lastgroup:
            found.append(Token(match.lastgroup, match[0], at))
        at = match.end()
    return [*found, Token("end", "", len(word))]


def _named(character: str) -> str:
    return repr(character) if character.isprintable() else f"the character U+{ord(character):04X}"


def _advice(character: str) -> str:
    hints = {
        ".": "a transpose is written .T",
        "'": "a transpose is written .T",
        "[": "the whole word is averaged, so write it without E[ ]",
        "_": "a name begins with a letter, and holds one _ at most",
    }
    return hints.get(character, "letters, numbers, + - * / ** .T tr( ) and brackets do")


def parse(builder: Builder) -> Any:
    """The value of the builder's word."""
    return Parser(builder).whole()


class Parser:
    """One reading of one word, by recursive descent."""

    pattern = TOKEN

    def __init__(self, builder: Builder) -> None:
        self.builder, self.word = builder, builder.word
        self.tokens = tokens(self.word, self.pattern)
        self.place = self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def sign(self) -> str:
        """The next token as a sign, in its plain spelling; empty where it is none."""
        return SAME_SIGN.get(self.next.text, self.next.text) if self.next.kind == "sign" else ""

    def take(self) -> Token:
        token = self.next
        self.place += 1
        return token

    def fail(self, at: int, message: str) -> NoReturn:
        raise WordError(self.word, at, message)

    def whole(self) -> Any:
        if self.next.kind == "end":
            raise UserError('the word is empty; write one such as "S*A*S"')
        part = self.sum()
        if self.next.kind != "end":
            self.unexpected()
        return part.value

    def unexpected(self) -> NoReturn:
        token, before = self.next, self.tokens[self.place - 1] if self.place else None
        if token.kind == "end":
            self.fail(token.start, "the word ends too early: a letter, a number or a bracket is missing here")
        if token.text == ")":
            self.fail(token.start, "this bracket closes nothing" if not self.depth else "a letter is missing here")
        if before is not None and (before.kind in ("name", "number") or before.text in (")", ".T", "ᵀ")):
            if token.text == "(" and before.kind == "name":
                self.fail(token.start, f"{before.text} is no function, only tr is; write * for a product")
            self.fail(token.start, f"write * between {before.text} and {token.text}")
        self.fail(token.start, f"a letter, a number or a bracket is needed here, not {token.text}")

    # -- the rules of the grammar

    def sum(self) -> Part:
        left = self.product()
        while self.sign() in ("+", "-"):
            token = self.take()
            right = self.product()
            method = self.builder.add if token.text == "+" else self.builder.subtract
            left = Part(method(left, right, token.start), left.start, right.end)
        return left

    def product(self) -> Part:
        left = self.factor()
        while self.sign() in ("*", "/"):
            token = self.take()
            right = self.factor()
            method = self.builder.divide if token.text == "/" else self.builder.multiply
            left = Part(method(left, right, token.start), left.start, right.end)
        return left

    def factor(self) -> Part:
        start, minus = self.next.start, False
        while self.sign() in ("+", "-"):
            minus ^= self.take().text == "-"
        part = self.atom()
        raised = False
        while self.sign() in ("**", ".T"):
            if self.sign() == ".T":
                token, raised = self.take(), False
                part = Part(self.builder.transpose(part, token.start), part.start, token.end)
                continue
            if raised:
                self.fail(self.next.start, "two powers in a row: put brackets around the one that is meant first")
            at, raised = self.take().start, True
            exponent, end = self.exponent()
            part = Part(self.builder.power(part, exponent, at), part.start, end)
        return Part(self.builder.negate(part), start, part.end) if minus else part

    def exponent(self) -> tuple[Any, int]:
        bracket = self.take() if self.sign() == "(" else None
        sign = -1 if self.sign() == "-" and self.take() else 1
        token = self.take()
        if token.kind != "number" or not token.text.isdigit():
            self.fail(token.start, "the exponent must be an integer, such as 2")
        if len(token.text) > 3 or int(token.text) > POWER:
            self.fail(token.start, f"the exponent is too large; at most {POWER} is allowed")
        if bracket is None:
            return sign * int(token.text), token.end
        if self.sign() != ")":
            self.fail(self.next.start, "the exponent must be an integer; its bracket is not closed here")
        return sign * int(token.text), self.take().end

    def atom(self) -> Part:
        token = self.next
        if token.kind == "number":
            self.take()
            return Part(self.builder.number(token.text, token.start), token.start, token.end)
        if token.kind == "name" and token.text != "tr":
            self.take()
            return Part(self.builder.letter(token.text, token.start), token.start, token.end)
        if token.text == "tr":
            self.take()
            if self.sign() != "(":
                self.fail(self.next.start, "tr needs brackets, as in tr(S)")
            inner, end = self.bracket()
            return Part(self.builder.trace(inner, token.start), token.start, end)
        if token.text == "(":
            inner, end = self.bracket()
            return Part(inner.value, token.start, end)
        self.unexpected()

    def bracket(self) -> tuple[Part, int]:
        opening = self.take()
        self.depth += 1
        if self.depth > DEPTH:
            self.fail(opening.start, f"brackets are nested too deep; at most {DEPTH} levels are read")
        inner = self.sum()
        if self.sign() != ")":
            if self.next.kind == "end":
                self.fail(opening.start, "this bracket is never closed")
            self.unexpected()
        self.depth -= 1
        return inner, self.take().end
