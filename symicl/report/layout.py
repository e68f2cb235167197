r"""Long formulas on as few lines as they take, broken before + and −, outside brackets rather than inside.

>>> from .printer import TERM
>>> [line.tex for line in lines(f"a {TERM}+ b {TERM}+ c", 3.5, str)]
['a + b', '+ c']
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, pairwise

from .measure import width
from .printer import FACTOR, MARKS, RELATION, TERM, WORD

INDENT = 1.0
TOKEN = re.compile(rf"\\(?:left|right)\s*(?:\\.|.)|\\[A-Za-z]+|\\.|[{{}}()\[\]{MARKS}]|[^\\{{}}()\[\]{MARKS}]+", re.S)
#: what a break costs, beside its depth in brackets
COST = {WORD: 0.0, RELATION: 0.5, TERM: 1.0, FACTOR: 9.0}
LINE_COST, OVERFLOW_COST, INSIDE = 4.0, 1000.0, 2.5
DEPTH = {"(": 1, "[": 1, ")": -1, "]": -1}
#: brackets that are no wider are not broken over lines, unless nothing else helps
WHOLE = 11.0


@dataclass(frozen=True)
class Line:
    """One printed line: its TeX, how far it is indented (in em), its width without the indent."""

    tex: str
    indent: float
    width: float


@dataclass
class Piece:
    """What stands between two places where a line may end; ``mark`` and ``depth`` tell of the place before it."""

    mark: str = ""
    depth: int = 0
    tex: str = ""
    width: float = 0.0

    @property
    def indent(self) -> float:
        """How far a line that begins here is moved to the right."""
        return INDENT * (1 + self.depth)


def pieces(tex: str, expand: Callable[[str], str] = str, whole: float = 0.0) -> list[Piece]:
    r"""The pieces of a formula; a mark inside braces or between \left and \right is no place to break, nor is one
    inside brackets that are no wider than ``whole`` em."""
    found, depth, closed = [Piece()], 0, 0
    tokens = TOKEN.findall(tex)
    for token, shut in zip(tokens, _shut(tokens, expand, whole), strict=True):
        if token in MARKS:
            if closed == 0 and not shut and found[-1].tex.strip():
                found.append(Piece(token, depth))
            continue
        found[-1].tex += token
        if token in ("{", r"\begin") or token.startswith(r"\left"):
            closed += 1
        elif token in ("}", r"\end") or token.startswith(r"\right"):
            closed -= 1
        elif closed == 0:
            depth += DEPTH.get(token, 0)
    for piece in found:
        piece.width = width(expand(piece.tex))
    return found


def _shut(tokens: list[str], expand: Callable[[str], str], whole: float) -> list[bool]:
    """Which tokens stand inside brackets that are to be kept whole."""
    shut, opened = [False] * len(tokens), []
    for i, token in enumerate(tokens if whole else ()):
        if DEPTH.get(token) == 1:
            opened.append(i)
        elif DEPTH.get(token) == -1 and opened:
            start = opened.pop()
            inner = "".join(t for t in tokens[start : i + 1] if t not in MARKS)
            if width(expand(inner)) <= whole:
                shut[start : i + 1] = [True] * (i + 1 - start)
    return shut


def lines(tex: str, room: float, expand: Callable[[str], str] = str) -> list[Line]:
    """The formula on as few lines of at most ``room`` em as it takes, with the least costly breaks."""
    return fitted(pieces(tex, expand), room)


def fitted(parts: list[Piece], room: float) -> list[Line]:
    """The pieces on lines of that width."""
    upto = [0.0, *accumulate(piece.width for piece in parts)]
    if upto[-1] <= room:
        return [_line(parts, first=True)]
    starts = [0.0, *(_break(piece) for piece in parts[1:])]
    indents = [0.0, *(piece.indent for piece in parts[1:])]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(parts) + 1):
        found = []
        for begin in range(end - 1, -1, -1):
            wide = upto[end] - upto[begin]
            spare = room - indents[begin] - wide
            found.append((best[begin][0] + LINE_COST + starts[begin] + _cost(spare, end == len(parts)), begin))
            if wide > room:
                break  # a line with still more on it sticks out still further
        best.append(min(found))
    cuts, end = [len(parts)], len(parts)
    while end:
        end = best[end][1]
        cuts.append(end)
    cuts.reverse()
    return [_line(parts[a:b], first=a == 0) for a, b in pairwise(cuts)]


class Lines:
    """Formulas on lines, each worked out once for each width.

    Short brackets are kept whole; they are broken only where the line would stick out otherwise.
    """

    def __init__(self, expand: Callable[[str], str] = str) -> None:
        self.expand = expand
        self._pieces: dict[tuple[str, float], list[Piece]] = {}
        self._lines: dict[tuple[str, float], list[Line]] = {}

    def __call__(self, tex: str, room: float) -> list[Line]:
        if (tex, room) not in self._lines:
            found = [fitted(self._cut(tex, WHOLE), room)]
            if _excess(found[0], room) > 0:
                found.append(fitted(self._cut(tex, 0.0), room))
            self._lines[tex, room] = min(found, key=lambda rows: _excess(rows, room))
        return self._lines[tex, room]

    def _cut(self, tex: str, whole: float) -> list[Piece]:
        if (tex, whole) not in self._pieces:
            self._pieces[tex, whole] = pieces(tex, self.expand, whole)
        return self._pieces[tex, whole]


def _excess(rows: list[Line], room: float) -> float:
    """How far the lines stick out."""
    return sum(max(0.0, row.indent + row.width - room) for row in rows)


def _break(piece: Piece) -> float:
    """What it costs to begin a line with a piece; a relation in brackets belongs to what it relates."""
    return COST[piece.mark] + piece.depth + (INSIDE if piece.depth and piece.mark == RELATION else 0.0)


def _cost(spare: float, last: bool) -> float:
    """What a line costs that has so much room to spare, or sticks out so far where that is negative."""
    if spare < 0:
        return OVERFLOW_COST * -spare * (1 - spare)
    return 0.0 if last else 0.02 * spare


def _line(parts: list[Piece], *, first: bool) -> Line:
    tex = "".join(p.tex for p in parts).strip()
    return Line(tex, 0.0 if first else parts[0].indent, sum(p.width for p in parts))
