"""Theorems with values put in for their letters: in Rocq the steps behind them are proved again for these values.

In a file of Rocq the letters are variables of one section, and a lemma in it is about these letters.  So the kernel
makes the steps behind a theorem again with the values in their place, and those steps are exported.  Where it refuses
a computation for the values, such as a definition that it would have to unfold under an inverse, the step stays an
instance of the general one, and Rocq is given the same computation for the values.
"""

from __future__ import annotations

from typing import Any

from ..errors import ProofError, SymiclError
from ..kernel.budget import allowance
from ..kernel.theorem import INFERENCES, Theorem
from ..language.rewrite import substitute
from ..records.limits import WORK
from .terms import NotExported

Values = dict[Any, Any]
#: steps by what they were and for which values, and as they are made again
Made = dict[Any, tuple[Theorem, Theorem]]
#: inferences that compute, whatever the letters are
COMPUTED = ("identity", "expectation", "blocks")


class Number(float):
    """The number of a step that a record does not have: it comes before a step of it, and has a name of its own."""

    label: str

    def __new__(cls, value: float, label: str) -> Number:
        made = super().__new__(cls, value)
        made.label = label
        return made

    def __str__(self) -> str:
        return self.label

    def __format__(self, form: str) -> str:
        return self.label


class Numbers(dict[int, Any]):
    """The numbers of steps by ``id``, with those that are made again for values.

    Step 68 made again for the values that step 102 puts in is called 102_68.
    """

    def __init__(self, steps: tuple[Theorem, ...]) -> None:
        super().__init__({id(theorem): i for i, theorem in enumerate(steps)})
        self._again: dict[int, Theorem] = {}
        self._alike: dict[int, tuple[Any, ...]] = {}
        #: what is numbered must not go, or another step could have its id
        self._kept: list[Theorem] = list(steps)

    def behind(self, theorem: Theorem) -> tuple[Theorem, ...]:
        """The steps that the proof of a step stands on."""
        if theorem.rule != "instantiate":
            return theorem.premises
        return () if self.alike(theorem) else (self.again(theorem),)

    def alike(self, theorem: Theorem) -> tuple[Any, ...]:
        """Where Rocq is to compute an instance as the general theorem: what that was made of, for the values."""
        return self._alike.get(id(theorem), ())

    def again(self, theorem: Theorem) -> Theorem:
        """The theorem that values are put into, proved for these values; ``NotExported`` where that does not work."""
        if id(theorem) not in self._again:
            self._again[id(theorem)] = self._made(theorem)
        return self._again[id(theorem)]

    def _made(self, theorem: Theorem) -> Theorem:
        made: Made = {}
        try:
            with allowance(WORK):
                found = self._for(*_put(theorem, {}), made)
        except SymiclError as error:
            raise NotExported(
                f"step {self[id(theorem)]} puts values in, and its proof is not made again: {error}"
            ) from None
        if found.statement != theorem.statement or not found.assumptions <= theorem.assumptions:
            raise NotExported(f"step {self[id(theorem)]} puts values in, and its proof made again ends elsewhere")
        self._number(self[id(theorem)], [pair for pair in made.values() if id(pair[1]) not in self])
        return found

    def _number(self, whole: Any, made: list[tuple[Theorem, Theorem]]) -> None:
        labels: set[str] = set()
        for k, (old, new) in enumerate(made, 1):
            label = f"{whole}_{self[id(old)]}"
            while label in labels:
                label += "_again"
            labels.add(label)
            self[id(new)] = Number(whole - 1 + k / (len(made) + 1), label)
            self._kept.append(new)

    def _for(self, theorem: Theorem, values: Values, made: Made) -> Theorem:
        """A theorem made by the same inferences of the kernel, where letters have these values."""
        while theorem.rule == "instantiate":
            theorem, values = _put(theorem, values)
        key = (id(theorem), tuple(values.items()))
        if key not in made:
            arguments = self._changed(theorem.arguments, values, made)
            same = arguments == theorem.arguments
            made[key] = theorem, theorem if same else self._inferred(theorem, arguments, values)
        return made[key][1]

    def _inferred(self, theorem: Theorem, arguments: tuple[Any, ...], values: Values) -> Theorem:
        try:
            return INFERENCES[theorem.rule](*arguments)
        except ProofError:
            if theorem.rule not in COMPUTED:
                raise
        instance = INFERENCES["instantiate"](theorem, tuple(values.items()))
        self._alike[id(instance)] = arguments
        return instance

    def _changed(self, argument: Any, values: Values, made: Made) -> Any:
        if type(argument) is tuple:
            return tuple(self._changed(part, values, made) for part in argument)
        if isinstance(argument, Theorem):
            return self._for(argument, values, made)
        return argument if isinstance(argument, (int, str)) else substitute(argument, values)


def _put(theorem: Theorem, values: Values) -> tuple[Theorem, Values]:
    """The theorem into which an ``instantiate`` puts values, and all values that are then put in."""
    general, pairs = theorem.arguments
    own = {letter: substitute(value, values) for letter, value in pairs}
    return general, {**{letter: value for letter, value in values.items() if letter not in own}, **own}
