"""Theorems with values put in for their letters: in Rocq the steps behind them are proved again for these values.

In a file of Rocq the letters are variables of one section, and a lemma in it is about these letters.  So the kernel
makes the steps behind a theorem again with the values in their place, and those steps are exported.  Where it refuses
a computation for the values, such as a definition that it would have to unfold under an inverse, the step stays an
instance of the general one, and Rocq is given the same computation for the values.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..errors import ProofError, SymiclError
from ..kernel.budget import allowance
from ..kernel.theorem import INFERENCES, Theorem
from ..language.rewrite import substitute
from ..records.limits import WORK
from .remade import Remaker
from .terms import NotExported

Values = dict[Any, Any]
#: what Rocq computes: the instance with that of which the general step was made, for the values
Alike = dict[int, tuple[Theorem, tuple[Any, ...]]]
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
    """The numbers of steps by ``id``, with those that are made again.

    Step 68 made again for the values that step 102 puts in is called 102_68.
    """

    def __init__(self, steps: tuple[Theorem, ...]) -> None:
        super().__init__({id(theorem): i for i, theorem in enumerate(steps)})
        self._again: dict[int, Theorem] = {}
        self._alike: Alike = {}
        #: what is numbered must not go, or another step could have its id
        self._kept: list[Theorem] = list(steps)

    def behind(self, theorem: Theorem) -> tuple[Theorem, ...]:
        """The steps that the proof of a step stands on."""
        if theorem.rule != "instantiate":
            return theorem.premises
        return () if self.alike(theorem) else (self.again(theorem),)

    def alike(self, theorem: Theorem) -> tuple[Any, ...]:
        """Where Rocq is to compute an instance as the general theorem: what that was made of, for the values."""
        return self._alike[id(theorem)][1] if id(theorem) in self._alike else ()

    def again(self, theorem: Theorem) -> Theorem:
        """The theorem that values are put into, proved for these values; ``NotExported`` where that does not work."""
        if id(theorem) not in self._again:
            self._again[id(theorem)] = self._made(theorem)
        return self._again[id(theorem)]

    def call(self, theorem: Theorem, number: Any) -> None:
        """Give a step a number, where it has none."""
        if id(theorem) not in self:
            self[id(theorem)] = number
            self._kept.append(theorem)

    def words(self, steps: Iterable[Theorem]) -> list[str]:
        """For the head of a file: how the steps are called that the record does not have."""
        called = [str(self[id(t)]) for t in steps if isinstance(self[id(t)], Number)]
        again = [label for label in called if label.split("_")[1].isdigit()]
        if not again:
            return []
        whole, part = again[0].split("_")[:2]
        return [f"Step {whole}_{part} is step {part} made again for the values that step {whole} puts in, and so on."]

    def _made(self, theorem: Theorem) -> Theorem:
        number = self[id(theorem)]
        putting = Putting({}, {}, self._alike)
        try:
            with allowance(WORK):
                found = putting.again(theorem)
        except SymiclError as error:
            raise NotExported(f"step {number} puts values in, and its proof is not made again: {error}") from None
        if found.statement != theorem.statement or not found.assumptions <= theorem.assumptions:
            raise NotExported(f"step {number} puts values in, and its proof made again ends elsewhere")
        self._number(number, [pair for pair in putting.made if id(pair[1]) not in self])
        return found

    def _number(self, whole: Any, made: list[tuple[Theorem, Theorem]]) -> None:
        labels: set[str] = set()
        for k, (old, new) in enumerate(made, 1):
            label = f"{whole}_{self[id(old)]}"
            while label in labels:
                label += "_again"
            labels.add(label)
            self.call(new, Number(whole - 1 + k / (len(made) + 1), label))


class Putting(Remaker):
    """Makes steps again for values of letters; ``others`` are those for other values, ``alike`` what Rocq computes."""

    def __init__(self, values: Values, others: dict[Any, Putting], alike: Alike) -> None:
        super().__init__()
        self.values, self.others, self.alike = values, others, alike

    def again(self, theorem: Theorem) -> Theorem:
        if theorem.rule != "instantiate":
            return super().again(theorem)
        general, pairs = theorem.arguments
        own = {letter: substitute(value, self.values) for letter, value in pairs}
        whole = {letter: value for letter, value in self.values.items() if letter not in own} | own
        other = self.others.setdefault(tuple(whole.items()), Putting(whole, self.others, self.alike))
        other.made = self.made  # one order for all
        return other.again(general)

    def inferred(self, theorem: Theorem, arguments: tuple[Any, ...]) -> Theorem:
        try:
            return super().inferred(theorem, arguments)
        except ProofError:
            if theorem.rule not in COMPUTED:
                raise
        instance = INFERENCES["instantiate"](theorem, tuple(self.values.items()))
        self.alike[id(instance)] = instance, arguments
        return instance

    def changed(self, node: Any) -> Any:
        return substitute(node, self.values)
