"""Theorems made again by the kernel, with other expressions in place of those in their proofs."""

from __future__ import annotations

from typing import Any

from ..kernel.theorem import INFERENCES, Theorem


class Remaker:
    """Makes steps again; a step in which nothing changes stays the same theorem.

    ``made`` holds each step that was changed with what it was, in the order in which they were made.
    """

    def __init__(self) -> None:
        self.made: list[tuple[Theorem, Theorem]] = []
        #: with the theorem itself, so that no other can get its id
        self._known: dict[int, tuple[Theorem, Theorem]] = {}

    def again(self, theorem: Theorem) -> Theorem:
        """A step by the same inference; ``ProofError`` where the kernel refuses it."""
        if id(theorem) not in self._known:
            arguments = self._changed(theorem.arguments)
            found = theorem if self.stays(theorem, arguments) else self.inferred(theorem, arguments)
            if found is not theorem:
                self.made.append((theorem, found))
            self._known[id(theorem)] = theorem, found
        return self._known[id(theorem)][1]

    def stays(self, theorem: Theorem, arguments: tuple[Any, ...]) -> bool:
        """Whether a step with these arguments is the step that there is."""
        return arguments == theorem.arguments

    def inferred(self, theorem: Theorem, arguments: tuple[Any, ...]) -> Theorem:
        """The inference of a step with other arguments."""
        return INFERENCES[theorem.rule](*arguments)

    def changed(self, node: Any) -> Any:
        """An expression or a statement with what takes its place."""
        raise NotImplementedError

    def _changed(self, argument: Any) -> Any:
        if type(argument) is tuple:
            return tuple(map(self._changed, argument))
        if isinstance(argument, Theorem):
            return self.again(argument)
        return argument if isinstance(argument, (int, str)) else self.changed(argument)
