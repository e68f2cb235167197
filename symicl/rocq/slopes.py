"""Derivatives in Rocq: which letters move, the exact expansion along a line, and what it says of a gradient.

The kernel differentiates a polynomial F in letters; that F is what a scalar L stands for is a step of its own.  In Rocq
L is a function of the letters that move.  The step of the derivative is the expansion of F in a step t,

    F (U + t V) = F (U) + t tr(Gᵀ V) + t² (a polynomial in t),

and together with L = F everywhere it gives ``is_gradient (fun U => L U) U G`` of the library's Slopes.v.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import Dummy, Integer, Poly, PolynomialError, Symbol

from ..engine import form
from ..kernel.theorem import Theorem
from ..language.expressions import is_matrix
from ..language.letters import Defined, matrix, scalar
from ..language.mean import DefinedScalar, Derivative, Gradient, SecondVariation
from ..language.rewrite import exchange
from ..language.statements import Eq
from .names import identifier, matrix_type
from .terms import NotExported, Terms, moving, parts_of

DERIVATIVES = (Gradient, Derivative, SecondVariation)
#: the step t along a line
STEP = scalar("line_t")


def derivatives_of(node: Any) -> list[Any]:
    """The derivatives that an expression or a statement speaks of, each once."""
    if isinstance(node, tuple):
        return list(dict.fromkeys(part for side in node for part in derivatives_of(side)))
    return list(dict.fromkeys(part for part in parts_of(node) if isinstance(part, DERIVATIVES)))


class Slopes:
    """The derivatives in some steps: where each gets its formula, and which step finds its value."""

    def __init__(self, steps: Sequence[Theorem]) -> None:
        self.formula: dict[Any, Theorem] = {}
        self.value: dict[Any, Theorem] = {}
        self.named: dict[Any, Any] = {}
        for theorem in steps:
            if self.gives_formula(theorem):
                left, right = theorem.statement.sides
                self.formula[left], self.named[right] = theorem, left
        for theorem in steps:
            if theorem.rule == "derivative":
                self.value[self.named.get(theorem.statement.lhs)] = theorem
        self.nodes = list(self.formula)
        for node in dict.fromkeys(n for t in steps for n in derivatives_of(t.statement)):
            if moving(node.body):
                raise NotExported(f"{node}: the derivative of a random number is not exported")
            known = isinstance(node.body, DefinedScalar) or node in self.named
            if not known or self.main(node) not in self.value:
                raise NotExported(f"{node}: the derivative of what no step gives a formula for is not exported")
        self.moved = self._moved()

    @staticmethod
    def gives_formula(theorem: Theorem) -> bool:
        """Whether a step puts the formula of a scalar into its derivative."""
        return theorem.rule == "replace" and all(isinstance(side, DERIVATIVES) for side in theorem.statement.sides)

    def main(self, node: Any) -> Any:
        """The derivative of the named scalar, for that of its formula."""
        return self.named.get(node, node)

    def _moved(self) -> list[Any]:
        found = dict.fromkeys(letter for node in self.nodes for letter in self.directions(node))
        for letter in found:
            if letter.is_positive or (is_matrix(letter) and (letter.symmetric or letter.invertible)):
                raise NotExported(f"{letter}: a letter of which something is known does not move in the export")
        return sorted(found, key=is_matrix)

    # ---- lines ----

    @staticmethod
    def directions(node: Any) -> dict[Any, Any]:
        """Each letter that moves, and its direction."""
        if isinstance(node, SecondVariation):
            return dict(node.directions)
        letter = node.letter
        return {letter: matrix(f"line_{letter.name}", *letter.shape) if is_matrix(letter) else Integer(1)}

    def line(self) -> list[Any]:
        """The step, and the directions that are any matrices."""
        gradients = [node for node in self.nodes if isinstance(node, Gradient)]
        return [STEP, *dict.fromkeys(self.directions(node)[node.letter] for node in gradients)]

    @classmethod
    def along(cls, node: Any, body: Any) -> Any:
        """A scalar at the places z + t v, all letters moving at once."""
        directions = cls.directions(node)
        marks = {
            x: matrix(f"mark_{x.name}", *x.shape) if is_matrix(x) else scalar(f"mark_{x.name}") for x in directions
        }
        for letter, mark in marks.items():
            body = exchange(body, letter, letter + STEP * mark)
        for letter, mark in marks.items():
            body = exchange(body, mark, directions[letter])
        return body

    @classmethod
    def coefficients(cls, node: Any) -> list[Any]:
        """The coefficients of the powers of t along the line, as the engine finds them."""
        marks: dict[Any, Any] = {}
        moved = cls.along(node, node.body)
        named = {d: scalar(f"mark_{d.name}") for d in parts_of(moved) if isinstance(d, DefinedScalar)}
        for letter, mark in named.items():  # a definition keeps its name
            moved = exchange(moved, letter, mark)
        try:
            found = Poly(_marked(form(moved).to_sympy(), marks), STEP)
        except PolynomialError:
            raise NotExported(f"{node}: this is not seen to be a polynomial along a line") from None
        back = {mark: part for part, mark in marks.items()} | {mark: letter for letter, mark in named.items()}
        return [found.coeff_monomial(STEP**k).xreplace(back) for k in range(found.degree() + 1)]


class Expansions:
    """Prints expansions and what they say; ``terms`` prints the rest."""

    def __init__(self, slopes: Slopes, terms: Terms) -> None:
        self.slopes, self.terms = slopes, terms

    def name(self, node: Any) -> str:
        """The name of a derivative's value."""
        word = {Gradient: "grad", Derivative: "slope", SecondVariation: "bend"}[type(node)]
        letters = "_".join(identifier(x.name) for x in self.slopes.directions(node))
        same = [n for n in self.slopes.nodes if type(n) is type(node) and n.body == node.body]
        same = [n for n in same if list(self.slopes.directions(n)) == list(self.slopes.directions(node))]
        number = f"_{same.index(node) + 1}" if len(same) > 1 else ""
        return f"{word}_{letters}_{identifier(node.body.name)}{number}"

    def _scalar(self, node: Any) -> str:
        return f"({self.terms.scalar(node, False)})"

    def remainder(self, node: Any) -> list[str]:
        """The coefficients of what is left of an expansion."""
        first = 3 if isinstance(node, SecondVariation) else 2
        return [self._scalar(c) for c in self.slopes.coefficients(node)[first:]]

    def equation(self, node: Any, value: Any) -> str:
        """The expansion of the formula along the line, where the derivative is the value."""
        left = self.at_step(node)
        right, t, power = self.terms.scalar(node.body, False), STEP.name, 2
        if isinstance(node, Gradient):
            direction = self.slopes.directions(node)[node.letter]
            right += f" +\n  {t} * \\tr (({self.terms.matrix(value, False)})^T *m {identifier(direction.name)})"
        elif isinstance(node, Derivative):
            right += f" +\n  {t} * {self._scalar(value)}"
        else:
            first, power = [*self.slopes.coefficients(node), 0, 0][1], 3
            right += f" +\n  {t} * {self._scalar(first)} + {t} ^+ 2 * (2%:R^-1 * {self._scalar(value)})"
        rest = "0"
        for c in reversed(self.remainder(node)):
            rest = f"({rest} * {t} + {c})"
        return f"{left} =\n  {right} +\n  {t} ^+ {power} * {rest}"

    def at_step(self, node: Any) -> str:
        """The formula as a function of the letters that move, at the places where they are at the step t."""
        places = self.places(node)
        bound = " ".join(f"({identifier(x.name)} : {self._kind(x)})" for x in places)
        return f"(fun {bound} => {self.terms.scalar(node.body, False)}) {' '.join(f'({p})' for p in places.values())}"

    @staticmethod
    def _kind(letter: Any) -> str:
        return matrix_type(letter, "R") if is_matrix(letter) else "R"

    # ---- what is said of the named scalar ----

    def relation(self, node: Any, value: str) -> str:
        """That the value is the derivative, for every step t."""
        body = self.applied(node.body)[1:-1]
        if isinstance(node, SecondVariation):
            return f"is_second_derivative {self._on_line(node)} ({value})"
        letter = node.letter
        word = "is_gradient" if isinstance(node, Gradient) else "is_derivative"
        return f"{word} (fun {identifier(letter.name)} => {body}) {identifier(letter.name)} ({value})"

    def _on_line(self, node: Any) -> str:
        """The named scalar as a function of the step."""
        places = self.places(node)
        shown = [f"({places[x]})" if x in places else identifier(x.name) for x in self.arguments(node.body)]
        return f"(fun {STEP.name} => {identifier(node.body.name)} {' '.join(shown)})"

    def places(self, node: Any) -> dict[Any, str]:
        """Where the letters of a second derivative are at the step t."""
        places, t = {}, STEP.name
        for letter, direction in self.slopes.directions(node).items():
            shown = self.terms.term(direction)
            step = f"{t} *: ({shown})" if is_matrix(letter) else t if direction == 1 else f"{t} * ({shown})"
            places[letter] = f"{identifier(letter.name)} + {step}"
        return places

    def arguments(self, letter: Any) -> list[Any]:
        """The letters that move in a definition, in the order in which it takes them."""
        inside = set(letters_of(letter.body))
        return [x for x in self.slopes.moved if x in inside]

    def applied(self, letter: Any) -> str:
        """A definition as a function of its letters, at these letters."""
        return f"({' '.join(identifier(x.name) for x in (letter, *self.arguments(letter)))})"


def _marked(node: Any, marks: dict[Any, Any]) -> Any:
    """A scalar with symbols for its traces, so that SymPy does not look into them."""
    if node.is_Add or node.is_Mul or node.is_Pow:
        return node.func(*[_marked(part, marks) for part in node.args])
    return node if node.is_Number or isinstance(node, Symbol) else marks.setdefault(node, Dummy())


def letters_of(node: Any) -> Any:
    """The letters of an expression, also those of the definitions in it."""
    for part in parts_of(node):
        yield part
        if isinstance(part, (Defined, DefinedScalar)):
            yield from letters_of(part.body)


def gives_value(statement: Any) -> bool:
    """Whether a statement is an equation that gives the value of a derivative and speaks of no other."""
    return type(statement) is Eq and isinstance(statement.lhs, DERIVATIVES) and not derivatives_of(statement.rhs)


__all__ = ["DERIVATIVES", "STEP", "Expansions", "Slopes", "derivatives_of", "gives_value", "letters_of"]
