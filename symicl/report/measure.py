r"""How wide a piece of TeX will be printed, in ems of the text font: an estimate that errs to the wide side.

>>> round(width(r"\frac{1}{N}"), 2) < round(width(r"\operatorname{tr}(\Lambda)"), 2)
True
"""

from __future__ import annotations

import re

TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[{}^_&]|\s+|.", re.DOTALL)
#: from here on characters are as wide as they are high
CHINESE = "\u2e80"
SPACES = {r"\quad": 1.0, r"\qquad": 2.0, r"\,": 0.17, r"\;": 0.28, r"\:": 0.22, r"\!": -0.17, r"\ ": 0.33, "~": 0.33}
RELATIONS = {"=", "<", ">", r"\geq", r"\leq", r"\neq", r"\sim", r"\in", r"\coloneqq", r"\succ", r"\to"}
WIDE = {"m": 0.88, "w": 0.73, "M": 0.98, "W": 0.96, "i": 0.36, "j": 0.41, "l": 0.32, "I": 0.46, "t": 0.38, "X": 0.85}
BRACKETS = {"": 0.39, r"\big": 0.46, r"\Big": 0.6, r"\bigg": 0.74, r"\Bigg": 0.8}
STYLES = {r"\mathrm", r"\mathsf", r"\mathbb", r"\mathcal", r"\mathbf", r"\hat", r"\widehat", r"\ensuremath"}
NOTHING = {r"\left", r"\right", r"\displaystyle", r"\notag", r"\limits", "&", "\\\\"}


class Reader:
    """Reads TeX once from left to right and adds widths up."""

    def __init__(self, tex: str) -> None:
        self.tokens = TOKEN.findall(tex)
        self.at = 0

    def argument(self) -> list[str]:
        """The tokens of the next group, or the next token."""
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        if self.at >= len(self.tokens):
            return []
        if self.tokens[self.at] != "{":
            self.at += 1
            return [self.tokens[self.at - 1]]
        start, depth = self.at + 1, 0
        while self.at < len(self.tokens):
            depth += {"{": 1, "}": -1}.get(self.tokens[self.at], 0)
            self.at += 1
            if depth == 0:
                break
        return self.tokens[start : self.at - 1]

    def total(self) -> float:
        """The width of everything from here on."""
        out = 0.0
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            out += self.one(token)
        return out

    def one(self, token: str) -> float:
        """The width of one token with its arguments."""
        if token in SPACES:
            return SPACES[token]
        if token in NOTHING or token.isspace() or token in "{}":
            return 0.0
        if token in "^_":
            return self.script(token)
        if token in (r"\frac", r"\dfrac", r"\tfrac"):
            top, bottom = _sum(self.argument()), _sum(self.argument())
            return max(top, bottom) * (0.75 if token == r"\tfrac" else 1) + 0.24
        if token in STYLES:
            return _sum(self.argument())
        if token == r"\operatorname":
            return 0.5 * len("".join(self.argument())) + 0.17
        if token in (r"\text", r"\textbf", r"\texttt"):
            text = re.sub(r"\\(eq)?ref\{.*?\}", "(00)", "".join(self.argument()))
            return sum(1.0 if char > CHINESE else 0.47 for char in text)
        if token == r"\begin":
            return self.environment("".join(self.argument()))
        return self.symbol(token)

    def script(self, token: str) -> float:
        """Superscript and subscript stand above each other."""
        first = 0.72 * _sum(self.argument()) + 0.06
        other = "_" if token == "^" else "^"
        if self.at < len(self.tokens) and self.tokens[self.at] == other:
            self.at += 1
            return max(first, 0.72 * _sum(self.argument()) + 0.06)
        return first

    def environment(self, name: str) -> float:
        """A matrix: its widest cells side by side."""
        start = self.at
        end = next(
            (i for i in range(start, len(self.tokens)) if self.tokens[i] == r"\end"),
            len(self.tokens),
        )
        rows: list[list[list[str]]] = [[[]]]
        cells = self.tokens[start:end]
        for token in cells:
            if token == "\\\\":
                rows.append([[]])
            elif token == "&":
                rows[-1].append([])
            else:
                rows[-1][-1].append(token)
        self.at = end + 1
        self.argument()
        widths = [[_sum(cell) for cell in row] for row in rows]
        columns = max(map(len, widths))
        return sum(max(r[c] for r in widths if len(r) > c) for c in range(columns)) + (columns - 1) * 0.92 + 1.5

    def symbol(self, token: str) -> float:
        """One character or one command without arguments."""
        if token in ("+", "-", r"\pm", r"\cdot", r"\times"):
            return 1.22
        if token in RELATIONS:
            return 1.33
        if token == r"\iff":
            return 2.4
        sized = re.fullmatch(r"(\\[Bb]igg?)[lr]", token)
        if sized:
            self.argument()
            return BRACKETS[sized[1]]
        if token in "()":
            return BRACKETS[""]
        if token in "[]":
            return 0.28
        if token in ",;":
            return 0.45
        if token.startswith("\\"):
            return 0.66 if len(token) > 2 and token[1].isupper() else 0.6 if len(token) > 2 else 0.5
        return WIDE.get(token, 0.5 if token.isdigit() else 0.75 if token.isupper() else 0.55)


def _sum(tokens: list[str]) -> float:
    reader = Reader("")
    reader.tokens = tokens
    return reader.total()


def width(tex: str) -> float:
    """The width of TeX whose macros are expanded already."""
    return Reader(tex).total()


def prose_width(tex: str) -> float:
    r"""The width of a sentence at the size of the text, with its formulas between dollars.

    >>> prose_width(r"definition of $\\Gamma$") > prose_width("definition")
    True
    """
    pieces = re.split(r"(?<!\\)\$", tex)
    return sum(
        width(p) if i % 2 else 0.47 * len(re.sub(r"\\[a-zA-Z]+(\{\})?|[{}\\]", "x", p)) for i, p in enumerate(pieces)
    )
