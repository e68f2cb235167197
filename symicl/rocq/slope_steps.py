"""The proofs of steps that speak of derivatives: expansions along a line, and values that stand for derivatives."""

from __future__ import annotations

from typing import Any

from ..kernel.theorem import Theorem
from ..language.expressions import is_matrix
from ..language.mean import DefinedScalar, Derivative, Gradient, SecondVariation
from .names import identifier
from .slopes import DERIVATIVES, STEP, Expansions, Slopes, derivatives_of, gives_value, letters_of
from .steps import Steps

UNIQUE = {
    Gradient: "gradient_unique",
    Derivative: "derivative_unique",
    SecondVariation: "second_derivative_unique",
}


class LineSteps(Steps):
    """Steps of the first part, each for all letters that move, the step and the directions."""

    expansions: Expansions

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.opening = "Proof using All."

    def statement(self, theorem: Theorem) -> str:
        if theorem.rule != "derivative":
            return super().statement(theorem)
        return self.expansions.equation(theorem.statement.lhs, self.stated(theorem).rhs)

    def by_derivative(self, theorem: Theorem, goal: Any) -> str:
        # the kernel writes a value with the definitions of scalars opened
        inside = {part for part in letters_of(theorem.statement.lhs) if isinstance(part, DefinedScalar)}
        return f"cbv beta. {self.compute([d for d in reversed(self.words.defined) if d in inside])}"


class SlopeSteps(Steps):
    """Steps of the second part."""

    says: Expansions
    early: set[int]
    zeros: str

    def settle(self, says: Expansions, early: set[int], zeros: str) -> None:
        """What derivatives say, which steps are of the first part, and what takes the place of step and directions."""
        self.says, self.early, self.zeros = says, early, zeros
        self.known = "known1"

    def value_name(self, theorem: Theorem) -> str:
        """The equation of a value with what the derivative is."""
        return f"value{self.numbers[id(theorem)]}"

    def use(self, theorem: Theorem, known: Any = None) -> str:
        if theorem.rule == "derivative":  # several steps may find the same value
            return self.value_name(self.says.slopes.value[self.says.slopes.main(theorem.statement.lhs)])
        if Slopes.gives_formula(theorem):
            return f"(erefl {self.terms.written[theorem.statement.lhs]})"
        if id(theorem) not in self.early or theorem.rule == "assume":
            return super().use(theorem, known)
        given = [(known or {}).get(a) or self.hypothesis(a) for a in self.assumptions(theorem)]
        return self._at(theorem, {}, self.zeros, given)

    def _at(self, theorem: Theorem, places: dict[Any, str], line: str, given: list[str] | None = None) -> str:
        """A step of the first part at these places, by default where the letters are."""
        shown = [f"({places[x]})" if x in places else identifier(x.name) for x in self.says.slopes.moved]
        return f"(@{self.name(theorem)} {' '.join([*shown, line, *(given or [])])})"

    # ---- what puts a formula into a derivative ----

    def statement(self, theorem: Theorem) -> str:
        if not Slopes.gives_formula(theorem):
            return super().statement(theorem)
        node = theorem.statement.lhs
        return self.says.relation(node, self.terms.written[node])

    def by_replace(self, theorem: Theorem, node: Any, known: Theorem) -> str:
        if not Slopes.gives_formula(theorem):
            return super().by_replace(theorem, node, known)
        left, right = theorem.statement.sides
        if isinstance(left, SecondVariation):
            return self._second(left, right, known)
        letter = left.letter
        name, slopes = identifier(letter.name), self.says.slopes
        value, body = slopes.value[left], self.terms.scalar(right.body, False)
        rest = f"[:: {'; '.join(self.says.remainder(right))}]"
        formula = f"by move=> z_; exact: {self._at(known, {letter: 'z_'}, self.zeros)}"
        directions = self._line(left)
        if is_matrix(letter):
            direction = identifier(slopes.directions(left)[letter].name)
            return (
                f"apply: (@gradient_by _ _ _ _ (fun {name} => {body}) _ _ (fun {direction} => {rest})).\n- {formula}.\n"
                f"- by move=> {direction} {STEP.name}; exact: {self._at(value, {}, directions)}."
            )
        return (
            f"apply: (@derivative_by _ _ (fun {name} => {body}) _ _ {rest}).\n- {formula}.\n"
            f"- by move=> {STEP.name}; exact: {self._at(value, {}, directions)}."
        )

    def _line(self, node: Any) -> str:
        """The step, the direction of this derivative, and zero for the others."""
        _, *others = self.says.slopes.line()
        own = self.says.slopes.directions(node).values() if isinstance(node, Gradient) else []
        return " ".join([STEP.name, *(identifier(x.name) if x in own else "0" for x in others)])

    def _second(self, left: Any, right: Any, known: Theorem) -> str:
        slopes, value = self.says.slopes, self.says.slopes.value[left]
        at_step = self.says.at_step(right)
        first = self.terms.scalar([*slopes.coefficients(right), 0, 0][1], False)
        start, rest = self.terms.scalar(right.body, False), f"[:: {'; '.join(self.says.remainder(right))}]"
        formula = self._at(known, self.says.places(left), self.zeros)
        return (
            f"apply: (@second_derivative_by _ _ (fun {STEP.name} => {at_step}) ({first}) _ ({start}) {rest}).\n"
            f"- by move=> {STEP.name}; exact: {formula}.\n"
            f"- by move=> {STEP.name}; exact: {self._at(value, {}, self._line(left))}."
        )

    # ---- results ----

    def theorems(self, name: str, theorem: Theorem) -> list[tuple[str, str, str]]:
        """A result about derivatives: each that it speaks of exists, and whatever it is, the result holds of it."""
        spoken = (theorem.statement, *self.assumptions(theorem))
        nodes = [*dict.fromkeys(n for s in spoken for n in derivatives_of(s))]
        if not nodes:
            proof = f"exact: {self.use(theorem)}." if theorem.rule != "assume" else "exact: id."
            return [(name, self.statement(theorem), self._introduced(theorem) + proof)]
        if gives_value(theorem.statement) and not any(derivatives_of(a) for a in theorem.assumptions):
            return [(name, *self._value_of(theorem))]
        found = [
            (f"{name}_{self.terms.written[node]}", *self._exists(node)) for node in sorted(nodes, key=self._number)
        ]
        return [*found, (name, *self._of_any(theorem, nodes))]

    def _number(self, node: Any) -> int:
        return self.numbers[id(self._shown(node))]

    def _introduced(self, theorem: Theorem) -> str:
        names = " ".join(self.hypothesis(a) for a in self.assumptions(theorem))
        return f"move=> {names}.\n" if names else ""

    def _shown(self, node: Any) -> Theorem:
        """The step that proves what the value of a derivative is."""
        return self.says.slopes.formula[node]

    def _value_of(self, theorem: Theorem) -> tuple[str, str]:
        stated = self.stated(theorem)
        parts = [f"({self.terms.statement(a)})" for a in self.assumptions(theorem)]
        whole = [*parts, self.says.relation(stated.lhs, self.terms.term(stated.rhs))]
        proof = f"exact: (moved_to {self.name(self._shown(stated.lhs))} {self.use(theorem)})."
        return " ->\n  ".join(whole), self._introduced(theorem) + proof

    def _exists(self, node: Any) -> tuple[str, str]:
        value = self.says.slopes.value[node]
        relation = self.says.relation(node, self.terms.term(self.stated(value).rhs))
        return relation, f"exact: (moved_to {self.name(self._shown(node))} {self.use(value)})."

    def _of_any(self, theorem: Theorem, nodes: list[Any]) -> tuple[str, str]:
        bound, moves = [], []
        for i, node in enumerate(nodes):
            name = self.terms.written[node]
            bound.append(f"forall {name}, {self.says.relation(node, name)} ->\n  ")
            moves.append(f"x{i} /({UNIQUE[type(node)]} {self.name(self._shown(node))}) <-")
        proof = f"move=> {' '.join(moves)}.\n{self._introduced(theorem)}exact: {self.use(theorem)}."
        return f"{''.join(bound)}{self.statement(theorem)}", proof


__all__ = ["DERIVATIVES", "LineSteps", "SlopeSteps"]
