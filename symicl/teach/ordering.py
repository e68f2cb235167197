"""A proof in pieces: the steps of some results, shuffled, to be put in order.

A step uses the line before it, the definitions of its letters, and the results that its theorem was made of.  Every
order in which no step comes before one that it uses is right.

>>> from symicl import derive
>>> puzzle = puzzle_of(derive("moments"), seed=1)
>>> [(piece.name, piece.key) for piece in puzzle.pieces]
[('A', 'second.2'), ('B', 'second.3'), ('C', 'moment-3.1'), ('D', 'S'), ('E', 'second.1')]
>>> check_order("moments", "D E A B C", seed=1)
Right.
>>> check_order("moments", "D C B E A", seed=1)
Not yet: B uses A, which stands after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from string import ascii_uppercase
from typing import Any

from ..derivations import derive
from ..errors import UserError
from ..kernel.theorem import Theorem
from ..language.nodes import as_node
from ..language.printing import text
from ..language.rewrite import definitions_of, definitions_of_statement
from ..language.statements import Statement
from ..proof.chapter import Chapter, Definition, Result
from ..report.messages import messages
from .checking import UNANSWERED, Reply
from .steps import Place, places

#: how many pieces a puzzle has at most
MOST = 10


@dataclass(frozen=True)
class Piece:
    """A definition or a step, its name in the puzzle, and the keys of the pieces that it uses."""

    name: str
    key: str
    what: Definition | Place
    uses: frozenset[str]


@dataclass(frozen=True)
class Puzzle:
    """The pieces in the order in which they are shown, named A, B, C, …"""

    pieces: tuple[Piece, ...]

    def solution(self) -> list[str]:
        """One right order: that of the text."""
        left, done = sorted(self.pieces, key=lambda p: p.key), list[Piece]()
        while left:
            free = next(p for p in left if p.uses <= {d.key for d in done})
            left.remove(free)
            done.append(free)
        return [piece.name for piece in done]

    def offence(self, order: Sequence[str]) -> tuple[str, str] | None:
        """The first piece that comes before one that it uses, and that one."""
        named = {piece.name: piece for piece in self.pieces}
        known = {piece.key: piece.name for piece in self.pieces}
        done: set[str] = set()
        for name in order:
            for used in sorted(named[name].uses - done):
                return name, known[used]
            done.add(named[name].key)
        return None


def puzzle_of(chapter: Chapter, seed: int = 0, most: int = MOST) -> Puzzle:
    """The puzzle of a chapter: results with their steps and the definitions that they use, shuffled.

    Of all runs of results that fit, the one where most depends on something; ``UserError`` where nothing does.
    """
    runs = [_picked(chapter, chapter.results[first:], most) for first in range(len(chapter.results))]
    known = [(picked, _dependencies(chapter, picked)) for picked in runs]
    picked, uses = max(known, key=lambda run: sum(map(len, run[1].values())), default=({}, {}))
    if not any(uses.values()):
        raise UserError(f"{chapter.id} has no steps that depend on each other, so any order of them is right")
    keys = list(uses)
    rng = Random(seed)
    for _ in range(20):
        rng.shuffle(keys)
        if any(uses[key] - set(keys[:i]) for i, key in enumerate(keys)):
            break
    return Puzzle(tuple(Piece(ascii_uppercase[i], k, picked[k], frozenset(uses[k])) for i, k in enumerate(keys)))


def check_order(
    id: str, order: str | None, *, seed: int = 0, lang: str = "en", chapter: Chapter | None = None
) -> Reply:
    """What is said to an order of the pieces, such as ``"C A B"``.

    Errors: ``UserError`` for an id or a language that there is none of.
    """
    say = messages(lang)
    puzzle = puzzle_of(derive(id) if chapter is None else chapter, seed)
    if order is None or order.strip() in UNANSWERED:
        return Reply("open", say("teach.open"))
    given = re.findall(r"[A-Za-z]", order.upper())
    names = sorted(piece.name for piece in puzzle.pieces)
    if sorted(given) != names or re.search(r"[^A-Za-z\s,;.<>→-]", order):
        return Reply("unread", say("teach.order-unread", names=" ".join(names)))
    if wrong := puzzle.offence(given):
        return Reply("wrong", say("teach.order-wrong", later=wrong[0], earlier=wrong[1]))
    return Reply("right", say("teach.right"))


def _picked(chapter: Chapter, results: Sequence[Result], most: int) -> dict[str, Definition | Place]:
    """Results one after the other while there is room, without steps that look like one that is there already."""
    steps: list[Place] = []
    seen: set[tuple[str, str]] = set()
    everywhere = places(chapter)
    for result in results:
        own = [place for place in everywhere if place.result is result]
        looks = {_look(place.line, place.step.reason.template) for place in own}
        if looks & seen or len(looks) < len(own):
            continue
        room = most - len(steps) - len(_defined(chapter, [*steps, *own]))
        if room < len(own):
            if not steps:
                steps = own[: most - len(_defined(chapter, own[:most]))]
            break
        steps += own
        seen |= looks
    found: dict[str, Definition | Place] = {d.letter.name: d for d in _defined(chapter, steps)}
    return found | {place.key: place for place in steps}


@lru_cache(maxsize=4096)
def _look(line: Any, reason: str) -> tuple[str, str]:
    """How a step looks in print."""
    return text(line), reason


def _defined(chapter: Chapter, steps: list[Place]) -> list[Definition]:
    """The definitions of the chapter whose letters the steps hold."""
    held = {letter for place in steps for letter in _letters(place)}
    return [d for d in chapter.definitions if d.letter in held]


def _letters(place: Place) -> set[Any]:
    """The defined letters of a step."""
    found: set[Any] = set()
    for node in map(_plain, (place.before, place.line)):
        found |= set(definitions_of_statement(node) if isinstance(node, Statement) else definitions_of(node))
    return found


def _plain(node: Any) -> Any:
    return node if isinstance(node, Statement) else as_node(node)


def _dependencies(chapter: Chapter, picked: dict[str, Definition | Place]) -> dict[str, set[str]]:
    """The keys of the pieces that each piece uses."""
    uses: dict[str, set[str]] = {}
    by_letter = {what.letter: key for key, what in picked.items() if isinstance(what, Definition)}
    ends = _ends(picked)
    for key, what in picked.items():
        if isinstance(what, Definition):
            body = getattr(what.letter, "body", None)
            inner = set() if body is None else set(definitions_of(body))
            uses[key] = {by_letter[letter] for letter in inner if letter in by_letter} - {key}
            continue
        uses[key] = {by_letter[letter] for letter in _letters(what) if letter in by_letter}
        before = f"{what.result.key}.{int(key.rpartition('.')[2]) - 1}"
        uses[key] |= {before} if what.index and before in picked else set()
        for made in _made_of(what.step.theorem):
            uses[key] |= {end for end, theorems in ends.items() if id(made) in theorems and end != key}
    return uses


def _ends(picked: dict[str, Definition | Place]) -> dict[str, set[int]]:
    """For the last step of each calculation, the theorems that stand once it is made."""
    ends: dict[str, set[int]] = {}
    for key, what in picked.items():
        if isinstance(what, Place) and what.index == len(what.calculation.steps) - 1:
            ends[key] = {id(what.calculation.theorem)}
            if _is_last(what.result, what):
                ends[key] |= {id(theorem) for theorem in (what.result.theorem, *what.result.also)}
    return ends


def _is_last(result: Result, place: Place) -> bool:
    return [c for c in result.calculations if c.steps][-1] is place.calculation


def _made_of(theorem: Theorem) -> Iterator[Theorem]:
    """The theorems behind a theorem, each once."""
    seen: set[int] = set()
    todo = list(theorem.premises)
    while todo:
        found = todo.pop()
        if id(found) not in seen:
            seen.add(id(found))
            yield found
            todo += found.premises


__all__ = ["Piece", "Puzzle", "check_order", "puzzle_of"]
