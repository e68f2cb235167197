"""What every step, definition and result of a report uses, and what uses it, read off the theorems themselves.

A theorem remembers what it was made of.  From each step the premises are followed until they reach something that
stands in the report under a number; what was proved on the way and is not printed is passed through.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..kernel.theorem import Theorem
from ..language.rewrite import definitions_of, definitions_of_statement
from .inferences import opened
from .outline import Anchor, DefinitionEntry, Outline, ResultEntry, StepEntry

NOWHERE: tuple[Anchor, ...] = ()


class Uses:
    """The links of a report: ``uses`` and ``used_by`` map the id of a place to other places, in the order of the text.

    Steps are linked to steps, results and definitions; results and definitions only to each other.
    """

    def __init__(self, outline: Outline) -> None:
        self._places: dict[Any, Anchor] = {}
        self._definitions: dict[Any, Anchor] = {}
        self._owner: dict[str, Anchor] = {}
        self._order: dict[str, int] = {}
        self._anchors: dict[str, Anchor] = {}
        self.uses: dict[str, tuple[Anchor, ...]] = {}
        self.used_by: dict[str, tuple[Anchor, ...]] = {}
        parts = [part for chapter in outline.chapters for part in chapter.parts]
        for part in parts:
            self._enter(part)
        for part in parts:
            self._link(part)
        self._turn_round()

    def premises(self, entry: StepEntry) -> list[Theorem]:
        """The theorem of a step with all that it was made of and that has no place of its own, itself first."""
        return list(self._walk([entry.step.theorem], self._own(entry))[0])

    def _own(self, entry: StepEntry) -> set[str]:
        return {entry.anchor.id, self._owner[entry.anchor.id].id}

    def _walk(self, theorems: Iterable[Theorem], own: set[str]) -> tuple[list[Theorem], set[Anchor]]:
        """What theorems were made of, down to what has a place that is not one's own; and these places."""
        todo = list(theorems)
        passed: dict[int, Theorem] = {}
        places: set[Anchor] = set()
        while todo:
            theorem = todo.pop()
            if id(theorem) in passed:
                continue
            passed[id(theorem)] = theorem
            places |= self._defined(opened(theorem.arguments))
            for premise in theorem.premises:
                place = self._places.get(_key(premise))
                if place is None or place.id in own:
                    todo.append(premise)
                else:
                    places.add(place)
        return list(passed.values()), places

    def _enter(self, part: ResultEntry | DefinitionEntry) -> None:
        """Number the places of a part, and remember what stands there."""
        self._number(part.anchor)
        if isinstance(part, DefinitionEntry):
            self._definitions.setdefault(part.definition.letter, part.anchor)
            return
        result = part.result
        for theorem in (result.theorem, *result.also, *(c.theorem for c in result.calculations)):
            self._places.setdefault(_key(theorem), part.anchor)
        for calculation in part.calculations:
            for entry in calculation.steps:
                self._number(entry.anchor)
                self._owner[entry.anchor.id] = part.anchor
                self._places.setdefault(_key(entry.step.theorem), entry.anchor)

    def _number(self, anchor: Anchor) -> None:
        self._order[anchor.id] = len(self._order)
        self._anchors[anchor.id] = anchor

    def _link(self, part: ResultEntry | DefinitionEntry) -> None:
        if isinstance(part, DefinitionEntry):
            inner = definitions_of(getattr(part.definition.letter, "body", part.definition.letter))
            self.uses[part.anchor.id] = self._sorted(self._defined(inner), part.anchor)
            return
        entries = [entry for calculation in part.calculations for entry in calculation.steps]
        for entry in entries:
            met = self._walk([entry.step.theorem], self._own(entry))[1]
            self.uses[entry.anchor.id] = self._sorted(met, entry.anchor, part.anchor)
        named = self._defined(d for s in part.result.statements for d in definitions_of_statement(s))
        met = self._walk(part.result.theorems, {part.anchor.id, *(entry.anchor.id for entry in entries)})[1]
        self.uses[part.anchor.id] = self._sorted({self._owner.get(a.id, a) for a in met | named}, part.anchor)

    def _defined(self, letters: Iterable[Any]) -> frozenset[Anchor]:
        return frozenset(self._definitions[letter] for letter in letters if letter in self._definitions)

    def _sorted(self, places: Iterable[Anchor], *without: Anchor) -> tuple[Anchor, ...]:
        return tuple(sorted(set(places) - set(without), key=lambda anchor: self._order[anchor.id]))

    def _turn_round(self) -> None:
        """Who is used by whom: steps by steps, everything else by results and definitions."""
        users: dict[str, set[str]] = {}
        for user, used in self.uses.items():
            for anchor in used:
                if user not in self._owner or anchor.id in self._owner:
                    users.setdefault(anchor.id, set()).add(user)
        for place, found in users.items():
            self.used_by[place] = self._sorted(self._anchors[user] for user in found)


def _key(theorem: Theorem) -> Any:
    """Two theorems that say the same on the same assumptions are one."""
    return theorem.statement, theorem.assumptions


__all__ = ["NOWHERE", "Uses"]
