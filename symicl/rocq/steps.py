"""The proof of each step in Rocq, by the inference of the kernel that made it.

A step is a lemma whose premises are the assumptions that it stands on; the steps that it is made of are applied to the
same assumptions, which have the same names everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from sympy import Pow

from ..kernel import facts
from ..kernel.theorem import Theorem
from ..language.expressions import is_matrix
from ..language.mean import DefinedScalar
from ..language.nodes import as_node
from ..language.statements import And, Iff, Ne, Or, Statement
from .instances import Numbers
from .letters import Vocabulary
from .names import identifier
from .order_steps import OrderSteps
from .signs import Signs
from .squares import Squares
from .terms import NotExported, Terms, divisors_of, moving, parts_of


class Steps(OrderSteps):
    """Proves the steps of one record; ``numbers`` gives the number of each theorem in it."""

    def __init__(self, numbers: Numbers, words: Vocabulary, terms: Terms, squares: Squares, change: Any = None) -> None:
        self.numbers, self.words, self.terms, self.change = numbers, words, terms, change
        self.signs = Signs(words, terms, squares)
        self.current: Theorem | None = None
        self.assumed: dict[Statement, int] = {}
        #: how a proof begins, and what says that the context tells the truth
        self.opening, self.known = "Proof.", "known"

    # ---- names ----

    def name(self, theorem: Theorem) -> str:
        """The lemma of a theorem."""
        return f"step{self.numbers[id(theorem)]}"

    def hypothesis(self, statement: Statement) -> str:
        """The name of an assumption."""
        return f"a{self.assumed.setdefault(statement, len(self.assumed))}"

    def assumptions(self, theorem: Theorem) -> list[Statement]:
        """The assumptions of a theorem, in the order in which its lemma takes them."""
        return sorted(theorem.assumptions, key=str)

    def use(self, theorem: Theorem, known: dict[Statement, str] | None = None) -> str:
        """A theorem applied to its assumptions; ``known`` gives proofs of some of them."""
        given = [(known or {}).get(a) or self.hypothesis(a) for a in self.assumptions(theorem)]
        if theorem.rule == "assume":
            return given[0]
        return f"({self.name(theorem)} {' '.join(given)})" if given else self.name(theorem)

    # ---- lemmas ----

    def statement(self, theorem: Theorem) -> str:
        """What the lemma states, its assumptions first."""
        parts = [f"({self.terms.statement(a)})" for a in self.assumptions(theorem)]
        return " ->\n  ".join([*parts, self.terms.statement(self.stated(theorem))])

    def stated(self, theorem: Theorem) -> Any:
        """What a theorem states, as it is written."""
        stated = theorem.statement
        return self.change(self.numbers[id(theorem)], stated) if self.change else stated

    def lemma(self, theorem: Theorem) -> str:
        """The lemma with its proof."""
        rule: Callable[..., str] | None = getattr(self, f"by_{theorem.rule}", None)
        if rule is None:
            raise NotExported(f"no export for the inference {theorem.rule}")
        self.current = theorem
        proof = rule(theorem, *theorem.arguments)
        names = " ".join(self.hypothesis(a) for a in self.assumptions(theorem))
        head = f"move=> {names}.\n" if names else ""
        return f"Lemma {self.name(theorem)} :\n  {self.statement(theorem)}.\n{self.opening}\n{head}{proof}\nQed.\n"

    # ---- equations ----

    def compute(self, opened: Any = ()) -> str:
        """Compare normal forms, with these definitions unfolded and those of random matrices."""
        named = [d for d in opened if d in self.words.signs and facts.positive(d)]
        unfolded = [d for d in opened if d not in named]
        names = [*(identifier(d.name) for d in unfolded), *self.words.unfolded]
        unfold = [f"?/{name}" for name in dict.fromkeys(names)]
        known, sums = self._nonzero(), self._stand_ins(named, opened)
        spoken = self._spoken(opened)
        self._refuse_by_name(spoken, opened)
        if any(isinstance(p, Pow) and p.exp.is_negative and p.base in unfolded for s in spoken for p in parts_of(s)):
            unfold.append("?(invfM, invrK)")  # one divided by a product that a definition stands for
        whole = reduce(lambda rest, name: f"(conj {name}_is {rest})", reversed(sums), "I")
        tactic = f"divided_form_with {known} {whole}" if sums else f"normal_form_with {known}"
        tactic = "normal_form" if known == self.known and not sums else tactic
        return f"rewrite {' '.join(unfold)}. {tactic}." if unfold else f"{tactic}."

    def _stand_ins(self, named: list[Any], opened: Any) -> list[str]:
        """The names of the sums and traces that the step divides by, and of these definitions; each before those that
        it is made of."""
        found = list(dict.fromkeys(base for node in self._spoken(opened) for base in divisors_of(node)))
        for base in found:
            self._refuse_zero(base)
            found += [inner for inner in divisors_of(base) if inner not in found]
        names = {d: identifier(d.name) for d in named} | {base: self.terms.divisors[base] for base in found}
        return [names[node] for node in sorted(names, key=lambda node: _height(node, names), reverse=True)]

    def _spoken(self, opened: Any) -> list[Any]:
        """The expressions that the step compares, and what these definitions stand for."""
        spoken: list[Any] = [d.body for d in opened]
        if self.current is not None:
            spoken += _sides_of(self.current.statement)
        if self.current is not None and self.current.rule == "combine":
            spoken += [as_node(node) for _, *sides in self.current.arguments[1] for node in sides]
        return spoken

    @staticmethod
    def _refuse_by_name(spoken: list[Any], opened: Any) -> None:
        """The tactic has letters for matrices and for fixed numbers, and none for a random number with a name."""
        for part in (part for node in spoken for part in parts_of(node)):
            if isinstance(part, DefinedScalar) and moving(part) and part not in opened:
                raise NotExported(f"{part}: a random number is computed with only by what it stands for")

    def _refuse_zero(self, base: Any) -> None:
        assumed = self.assumptions(self.current) if self.current else []
        if not facts.positive(base) and Ne(base, 0) not in assumed:
            raise NotExported(f"1/({base}): division by what is not seen to be positive is not exported")

    def _nonzero(self) -> str:
        """The context, with the scalars that the step assumes not to be zero."""
        numbers = [*self.words.numbers(), *self.terms.roots.values(), *self.terms.divisors.values()]
        known = self.known
        for assumed in self.assumptions(self.current) if self.current else ():
            if type(assumed) is Ne and assumed.rhs == 0 and not is_matrix(assumed.lhs):
                shown = self.terms.divisors.get(assumed.lhs) or self.terms.scalar(assumed.lhs, False)
                if shown in numbers:
                    known = f"(also_nonzero (k := {numbers.index(shown)}%N) {known} {self.hypothesis(assumed)})"
        return known

    def by_identity(self, theorem: Theorem, goal: Any, opened: Any = ()) -> str:
        order = {d: i for i, d in enumerate(self.words.defined)}
        return self.compute(sorted((d for d in opened if d in order), key=lambda d: -order[d]))

    def by_expectation(self, theorem: Theorem, goal: Any, over: Any = ()) -> str:
        return self.compute()

    def by_inside(self, theorem: Theorem, *found: Any) -> str:
        return self.compute()

    def by_blocks(self, theorem: Theorem, goal: Any) -> str:
        names = self.words.opened
        unfold = " ".join(f"?/{name}" for name in names)
        return f"first [by [] | rewrite {unfold} ?blockE; normal_form]."

    def by_chain(self, theorem: Theorem, *steps: Theorem) -> str:
        *first, term = map(self.use, steps)
        for proof in reversed(first):
            term = f"(etrans {proof} {term})"
        return f"exact: {term}."

    def by_replace(self, theorem: Theorem, node: Any, known: Theorem) -> str:
        if theorem.statement.lhs == theorem.statement.rhs:  # what is replaced does not occur
            return "by []."
        rewrite = f"rewrite {self.use(known)}." if known.statement.lhs != node else f"by rewrite {self.use(known)}."
        if rewrite.startswith("by"):
            return rewrite
        unfold = "".join(f" ?/{name}" for name in self.words.unfolded)
        return f"{rewrite}\n{f'rewrite{unfold}.' if unfold else ''} same_values."

    def by_turn(self, theorem: Theorem, known: Theorem) -> str:
        return f"exact: (esym {self.use(known)})."

    def by_flip(self, theorem: Theorem, known: Theorem) -> str:
        random = any(map(moving, known.statement))
        return self._from_parts(theorem.statement, [(known, f"({self._gap(known, random)})^T")])

    def _gap(self, known: Theorem, random: bool = False) -> str:
        left, right = (self.terms.term(side, random) for side in known.statement)
        return f"{left} - {self.terms.bracket(right, '+-')}"

    def by_combine(self, theorem: Theorem, goal: Any, using: Any, opened: Any = ()) -> str:
        parts = []
        whole = is_matrix(theorem.statement.lhs)
        for known, left, right in using:
            parts.append((known, self._part(known, left, right, whole, any(map(moving, theorem.statement)))))
        return self._from_parts(theorem.statement, parts, opened)

    def _part(self, known: Theorem, left: Any, right: Any, whole: bool, random: bool) -> str:
        """left (lhs − rhs) right, or its trace."""
        gap = f"({self._gap(known, any(map(moving, known.statement)))})"
        fixed = random and not any(map(moving, known.statement))
        matrix_gap = is_matrix(known.statement.lhs)
        if fixed:
            gap = f"{gap}^c" if matrix_gap else f"({gap}%:A)"
        scalars: list[Any] = []
        before: list[Any] = []
        after: list[Any] = []
        for node, place in ((as_node(left), before), (as_node(right), after)):
            (place if is_matrix(node) else scalars).append(node)
        shown = [f"({self.terms.matrix(n, random)})" for n in before]
        shown += [gap] if matrix_gap else []
        shown += [f"({self.terms.matrix(n, random)})" for n in after]
        inside = " *m ".join(shown)
        scalar = " * ".join(f"({self.terms.scalar(s, random)})" for s in scalars if s != 1)
        if not matrix_gap:
            scalar = f"{scalar} * {gap}" if scalar else gap
        if not inside:
            return scalar
        if not whole:
            inside = f"\\tr ({inside})"
            return f"({scalar}) * {inside}" if scalar else inside
        return f"({scalar}) *: ({inside})" if scalar else inside

    def _from_parts(self, goal: Any, parts: list[tuple[Theorem, str]], opened: Any = ()) -> str:
        ring = "" if is_matrix(goal.lhs) else " : RV" if any(map(moving, goal)) else " : R"
        zeros = [
            f"have z{i} : ({shown}{ring}) = 0 by rewrite ?(gap {self.use(known)}); vanish.\n"
            for i, (known, shown) in enumerate(parts)
        ]
        total = _paired([f"z{i}" for i in range(len(parts))]) or "erefl"
        return f"{''.join(zeros)}apply: (from_parts _ {total}).\n{self.compute(opened)}"

    # ---- logic ----

    def by_both(self, theorem: Theorem, *parts: Theorem) -> str:
        term = self.use(parts[-1])
        for part in reversed(parts[:-1]):
            term = f"(conj {self.use(part)} {term})"
        return f"exact: {term}."

    def by_part(self, theorem: Theorem, known: Theorem, i: int) -> str:
        return f"exact: {self._nth(self.use(known), i, len(known.statement.parts))}."

    @staticmethod
    def _nth(term: str, i: int, count: int) -> str:
        for _ in range(i):
            term = f"(proj2 {term})"
        return term if i == count - 1 else f"(proj1 {term})"

    def by_either(self, theorem: Theorem, goal: Any, known: Theorem) -> str:
        i = goal.parts.index(known.statement)
        last = i == len(goal.parts) - 1
        return " ".join(["right;"] * i + ([] if last else ["left;"])) + f" exact: {self.use(known)}."

    def by_choose(self, theorem: Theorem, alternatives: Theorem, *branches: Theorem) -> str:
        names = [self.hypothesis(part) for part in alternatives.statement.parts]
        pattern = names[-1]
        for name in reversed(names[:-1]):
            pattern = f"[{name}|{pattern}]"
        lines = "\n".join(f"- exact: {self.use(branch)}." for branch in branches)
        return f"have {pattern} := {self.use(alternatives)}.\n{lines}"

    def by_cases(self, theorem: Theorem, equation: Any, equal: Theorem, different: Theorem) -> str:
        left, right = (self.terms.term(side) for side in equation)
        same, other = self.hypothesis(equation), self.hypothesis(Ne(*equation))
        return (
            f"case: (eqVneq ({left}) ({right})) => [{same}|{other}].\n"
            f"- exact: {self.use(equal)}.\n- exact: {self.use(different)}."
        )

    def by_iff(self, theorem: Theorem, forward: Theorem, backward: Theorem) -> str:
        a, b = theorem.statement.parts
        return f"split=> h.\n- exact: {self.use(forward, {a: 'h'})}.\n- exact: {self.use(backward, {b: 'h'})}."

    def by_cut(self, theorem: Theorem, result: Theorem, known: Theorem) -> str:
        return f"exact: {self.use(result, {known.statement: self.use(known)})}."

    def by_modus(self, theorem: Theorem, equivalence: Theorem, known: Theorem) -> str:
        side = "proj1" if known.statement == equivalence.statement.parts[0] else "proj2"
        return f"exact: ({side} {self.use(equivalence)} {self.use(known)})."

    def by_instantiate(self, theorem: Theorem, general: Theorem, values: Any) -> str:
        if alike := self.numbers.alike(theorem):
            computed: Callable[..., str] = getattr(self, f"by_{general.rule}")
            return computed(theorem, *alike)
        return f"exact: {self.use(self.numbers.again(theorem))}."


def _paired(proofs: list[str]) -> str:
    """That a sum is zero, by proofs for its terms; in pairs of pairs, so that no term is named often."""
    while len(proofs) > 1:
        pairs = [f"(both_zero {a} {b})" for a, b in zip(proofs[::2], proofs[1::2], strict=False)]
        proofs = pairs + proofs[len(proofs) - len(proofs) % 2 :]
    return "".join(proofs)


def _height(node: Any, among: dict[Any, str]) -> int:
    """How many of these scalars stand one within the other in one of them."""
    body = node.body if isinstance(node, DefinedScalar) else node
    inside = [part for part in parts_of(body) if part in among and part != node]
    return 1 + max((_height(part, among) for part in inside), default=0)


def _sides_of(statement: Any) -> list[Any]:
    """The expressions in a statement."""
    if isinstance(statement, (And, Or, Iff)):
        return [side for part in statement.parts for side in _sides_of(part)]
    return list(statement.sides)
