"""The proof of each step in Rocq, by the inference of the kernel that made it.

A step is a lemma whose premises are the assumptions that it stands on; the steps that it is made of are applied to the
same assumptions, which have the same names everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..kernel import facts
from ..kernel.theorem import Theorem
from ..language.expressions import Trace, is_matrix
from ..language.nodes import as_node
from ..language.statements import Eq, Ge, Gt, Statement
from .letters import Vocabulary
from .names import identifier
from .squares import Squares
from .terms import NotExported, Terms, has_matrix_mean, moving, parts_of, tested


def bare(text: str) -> str:
    """A term without brackets and spaces, to see whether two are written alike."""
    return text.translate(str.maketrans("", "", "() \n"))


class Steps:
    """Proves the steps of one record; ``numbers`` gives the number of each theorem in it."""

    def __init__(
        self, numbers: dict[int, int], words: Vocabulary, terms: Terms, squares: Squares, change: Any = None
    ) -> None:
        self.numbers, self.words, self.terms, self.squares = numbers, words, terms, squares
        self.change = change
        self.assumed: dict[Statement, int] = {}
        self.opening = "Proof."

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
        proof = rule(theorem, *theorem.arguments)
        names = " ".join(self.hypothesis(a) for a in self.assumptions(theorem))
        head = f"move=> {names}.\n" if names else ""
        return f"Lemma {self.name(theorem)} :\n  {self.statement(theorem)}.\n{self.opening}\n{head}{proof}\nQed.\n"

    # ---- equations ----

    def compute(self, opened: Any = ()) -> str:
        """Compare normal forms, with these definitions unfolded and those of random matrices."""
        names = [*(identifier(d.name) for d in opened), *self.words.unfolded]
        unfold = f"rewrite {' '.join(f'?/{name}' for name in dict.fromkeys(names))}. " if names else ""
        return f"{unfold}normal_form."

    def by_identity(self, theorem: Theorem, goal: Any, opened: Any = ()) -> str:
        order = {d: i for i, d in enumerate(self.words.defined)}
        return self.compute(sorted((d for d in opened if d in order), key=lambda d: -order[d]))

    def by_expectation(self, theorem: Theorem, goal: Any, over: Any = ()) -> str:
        return self.compute()

    def by_blocks(self, theorem: Theorem, goal: Any) -> str:
        names = self.words.opened
        unfold = " ".join(f"?/{name}" for name in names)
        return f"first [by [] | rewrite {unfold} ?blockE; normal_form]."

    def by_chain(self, theorem: Theorem, *steps: Theorem) -> str:
        lines, proofs = [], []
        traced = has_matrix_mean(theorem.statement) or any(has_matrix_mean(s.statement) for s in steps)
        for i, step in enumerate(steps):
            proofs.append(self.use(step))
            if traced and not has_matrix_mean(step.statement):
                left, right = (self.terms.scalar(tested(side), False) for side in step.statement)
                part = f"\\tr (({self._gap(step)}) *m T)"
                lines.append(
                    f"have h{i} : {left} = {right}.\n  apply: (@from_parts _ _ _ ({part})).\n"
                    f"    {self.compute()}\n  by rewrite (gap {proofs[-1]}); vanish."
                )
                proofs[-1] = f"h{i}"
        term = proofs[-1]
        for proof in reversed(proofs[:-1]):
            term = f"(etrans {proof} {term})"
        return "\n".join([*lines, f"exact: {term}."])

    def by_replace(self, theorem: Theorem, node: Any, known: Theorem) -> str:
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
        total = " + ".join(f"({shown})" for _, shown in parts) or "0"
        gaps = " ".join(f"?(gap {self.use(known)})" for known, _ in parts)
        zero = "vanish" if not gaps else f"rewrite {gaps}; vanish"
        return f"apply: (@from_parts _ _ _ ({total})).\n  {self.compute(opened)}\nby {zero}."

    # ---- order ----

    def by_nonnegative(self, theorem: Theorem, node: Any) -> str:
        return self._signed(node)

    def _signed(self, node: Any) -> str:
        """A proof of the sign of a scalar."""
        tail = self._unrooted()
        if not node.has(Trace):
            return f"by {tail}sign."
        try:
            found = self.squares.gram(node)
            forms = [[self.squares.settled(found)], self._squares(found)]
        except NotExported:
            try:
                forms = list(self.squares.words(node))
            except NotExported:
                return self._signed_parts(node)
        return f"{self._rewritten(node, *forms)}by {tail}sign."

    def _signed_parts(self, node: Any) -> str:
        """A proof of the sign of a scalar, from the signs of its traces."""
        traces = sorted({t for t in parts_of(node) if isinstance(t, Trace)}, key=str)
        if traces == [node]:
            raise NotExported(f"{node}: this is not seen to be a squared norm")
        lines = []
        for i, trace in enumerate(traces):
            word = "<" if facts.positive(trace) else "<="
            shown = self.terms.scalar(trace, False)
            lines.append(
                f"have p{i} : 0 {word} {shown}.\n  {self._signed(trace)}\nmove: p{i}; set z{i} := {shown} => p{i}.\n"
            )
            lines.append(f"clearbody z{i}.\n")
        return f"{''.join(lines)}by sign."

    def _unrooted(self) -> str:
        roots = " ".join(f"?/{identifier(x.name)}" for x in self.words.rooted)
        return f"rewrite {roots}; " if roots else ""

    def _squares(self, found: Any) -> list[str]:
        return [f"{c} * {self.squares.square(b)}" for c, b in self.squares.shown(found)]

    def _rewritten(self, node: Any, *forms: list[str]) -> str:
        """Replace a scalar by sums that it equals: factors as H L Hᵀ, definitions unfolded, letters as squares."""
        defined = " ".join(f"?/{identifier(d.name)}" for d in reversed(self.words.matrices))
        roots = " ".join(f"?/{identifier(d.name)}" for d in self.words.rooted)
        unfold = ["", defined, roots] if len(forms) == 3 else ["", f"{defined} {roots}"]
        lines, before = [], self.terms.scalar(node, False)
        for form, opened in zip(forms, unfold, strict=True):
            after = " + ".join(form)
            if bare(before) != bare(after):
                rewrite = f"rewrite {opened}; " if opened.strip() else ""
                lines.append(f"rewrite (_ : {before} =\n    {after}); last by {rewrite}normal_form.\n")
            before = after
        return "".join(lines)

    def by_positive(self, theorem: Theorem, node: Any) -> str:
        return self._signed(node)

    def by_nonzero(self, theorem: Theorem, known: Theorem) -> str:
        return f"exact: (lt0r_neq0 {self.use(known)})."

    def by_at_least(self, theorem: Theorem, equation: Theorem, excess: Theorem) -> str:
        kind = "at_least_gt" if type(excess.statement) is Gt else "at_least_ge"
        gap = self.terms.scalar(excess.statement.lhs, False)
        part = self._part(equation, 1, 1, False, False)
        return (
            f"apply: (@{kind} _ _ _ ({gap})); last exact: {self.use(excess)}.\n"
            f"apply: (@from_parts _ _ _ ({part})); last by rewrite (gap {self.use(equation)}).\n{self.compute()}"
        )

    def by_weaken(self, theorem: Theorem, inequality: Theorem, equation: Theorem) -> str:
        lemma = "gt_eq" if type(inequality.statement) is Gt else "ge_eq"
        return f"exact: ({lemma} {self.use(inequality)} {self.use(equation)})."

    def by_mirror(self, theorem: Theorem, known: Theorem) -> str:
        return f"exact: {self.use(known)}."

    def by_descend(self, theorem: Theorem, *steps: Theorem) -> str:
        word = {Eq: "eq", Ge: "ge", Gt: "gt"}
        term, kind = self.use(steps[0]), type(steps[0].statement)
        for step in steps[1:]:
            after = type(step.statement)
            lemma = "etrans" if kind is after is Eq else f"{word[kind]}_{word[after]}"
            term = f"({lemma} {term} {self.use(step)})"
            kind = Gt if Gt in (kind, after) else Ge if Ge in (kind, after) else Eq
        return f"exact: {term}."

    def by_divisor(self, theorem: Theorem, known: Theorem, factor: Any, other: Any) -> str:
        f, g = self.terms.factor(factor, False), self.terms.factor(other, False)
        return f"apply: (@divisor_neq0 _ _ ({f}) ({g}) _ {self.use(known)}).\n{self.compute()}"

    def by_vanishes(self, theorem: Theorem, node: Any) -> str:
        found = self.squares.gram(node)
        squares, shown = self.squares.shown(found), self._squares(found)
        first, rest = shown[0], " + ".join(shown[1:]) or "0"
        middle, tail = [self.squares.settled(found)], self._unrooted()
        return (
            f"{self._rewritten(node, middle, [first, f'({rest})'])}split=> [h|h]; last by rewrite ?h; vanish.\n"
            f"have p1 : 0 <= ({first} : R) by {tail}sign.\nhave p2 : 0 <= ({rest} : R) by {tail}sign.\n"
            f"have p3 : 0 < ({squares[0][0]} : R) by {tail}sign.\n"
            f"have [h1 _] := sum_eq0 p1 p2 h; have h2 := gram_eq0 (scaled_eq0 p3 h1).\n"
            f"by apply: (unit_cancel _ _ h2); units."
        )

    def by_cite(self, theorem: Theorem, name: str, values: Any, *hypotheses: Theorem) -> str:
        if name not in ("sums keep order", "products keep order"):
            raise NotExported(f"the lemma {name} is not exported")
        a, b, *others = (f"({self.terms.scalar(value, False)})" for value in values)
        proofs = [self.use(h) for h in hypotheses]
        if name == "sums keep order":
            c, e = others
            return (
                f"apply: (@at_least_ge _ _ _ (({a} - {b}) + ({c} - {e}))).\n  {self.compute()}\n"
                f"by apply: addr_ge0; rewrite subr_ge0; [exact: {proofs[0]} | exact: {proofs[1]}]."
            )
        return (
            f"apply: (@at_least_ge _ _ _ ({others[0]} * ({a} - {b}))).\n  {self.compute()}\n"
            f"by apply: mulr_ge0; [exact: (ltW {proofs[1]}) | rewrite subr_ge0; exact: {proofs[0]}]."
        )

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
        from ..language.statements import Ne

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
