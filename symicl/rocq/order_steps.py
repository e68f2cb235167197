"""The proofs of steps about order: signs, inequalities and their chains, roots, and what is cited of them."""

from __future__ import annotations

from typing import Any, cast

from sympy import Mul

from ..kernel.theorem import Theorem
from ..language.mean import Mean
from ..language.nodes import as_node
from ..language.statements import Eq, Ge, Gt
from .letters import Vocabulary
from .signs import Signs
from .terms import NotExported, Terms, moving


class OrderSteps:
    """The inferences about order; ``Steps`` adds the others, by which these are applied to their assumptions."""

    terms: Terms
    signs: Signs
    words: Vocabulary
    current: Theorem | None
    use: Any
    compute: Any
    _part: Any

    def by_nonnegative(self, theorem: Theorem, node: Any) -> str:
        node = as_node(node)
        if moving(node):
            within = self.signs.within
            return f"{within.prepared(node)}by {within.unrooted()}squares_by_parts."
        return self.signs.signed(node)

    def by_positive(self, theorem: Theorem, node: Any) -> str:
        return self.signs.signed(node)

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
        means = [f for f in Mul.make_args(node) if isinstance(f, Mean)]
        if means:
            return self._mean_vanishes(node, means[0])
        found = self.signs.squares.gram(node)
        squares, shown = self.signs.squares.shown(found), self.signs.shown(found)
        first, rest = shown[0], " + ".join(shown[1:]) or "0"
        middle, tail = self.signs.squares.settled(found), self.signs.unrooted()
        return (
            f"{self.signs.rewritten(node, middle, [first, f'({rest})'])}split=> [h|h]; last by rewrite ?h; vanish.\n"
            f"have p1 : 0 <= ({first} : R) by {tail}sign.\nhave p2 : 0 <= ({rest} : R) by {tail}sign.\n"
            f"have p3 : 0 < ({squares[0][0]} : R) by {tail}sign.\n"
            f"have [h1 _] := sum_eq0 p1 p2 h; have h2 := gram_eq0 (scaled_eq0 p3 h1).\n"
            f"by apply: (unit_cancel _ _ h2); units."
        )

    def _mean_vanishes(self, node: Any, mean: Any) -> str:
        """The mean of a sum of squares is zero exactly where each is, since squares have positive means."""
        signs = self.signs.within
        found = signs.squares.gram(mean.body)
        shown = signs.shown(found)
        first, rest = shown[0], " + ".join(shown[1:]) or "0"
        roots = signs.unrooted()
        front = self.terms.factor(node / mean, False)
        apart = f"have front_gt0 : 0 < ({front} : R) by sign.\nmove/(scaled_eq0 front_gt0): h => h.\n"
        square = signs.squares.shown(found)[0][1]
        return (
            f"{signs.rewritten(mean.body, signs.squares.settled(found), [first, f'({rest})'])}"
            f"split=> [h|h]; last by rewrite ?h; vanish; rewrite ?linear0; vanish.\n"
            f"{'' if node == mean else apart}"
            f"have rest_squares : squares_sum ({rest}) by {roots}squares_by_parts.\n"
            f"have h1 : {square} = 0 by apply: (mean_vanishes squares _ rest_squares h); sign.\n"
            f"by apply: (random_cancel means.1 _ _ h1); {roots}invertible_by_parts."
        )

    def by_root(self, theorem: Theorem, equation: Theorem, sign: Theorem) -> str:
        name, n = self._root(theorem.statement.rhs)
        equal = f"(etrans {self.use(equation)} (esym {name}_power))"
        return f"exact: (root_unique (isT : (0 < {n})%N) {self.use(sign)} {name}_sign {equal})."

    def by_unroot(self, theorem: Theorem, equation: Theorem) -> str:
        name, n = self._root(equation.statement.rhs)
        return f"exact: (etrans (congr1 (fun x => x ^+ {n}) {self.use(equation)}) {name}_power)."

    def _root(self, node: Any) -> tuple[str, int]:
        """The name of a root, and which it is."""
        return self.terms.root(node)[0], int(node.as_base_exp()[1].q)

    # ---- cited facts ----

    def by_cite(self, theorem: Theorem, name: str, values: Any, *hypotheses: Theorem) -> str:
        proof = {
            "sums keep order": self._sums,
            "products keep order": self._products,
            "products keep strict order": self._strict_products,
            "products of nonnegative numbers": self._nonnegative_product,
            "sums of nonnegative numbers": self._vanishing_sum,
            "squares keep order": self._squares,
            "Chebyshev": self._chebyshev,
            "Markov": self._markov,
        }.get(name)
        if proof is None:
            raise NotExported(f"the lemma {name} is not exported")
        nodes = [as_node(value) for value in values]
        return proof([f"({self.terms.scalar(node, moving(node))})" for node in nodes], hypotheses)

    def _tail(self, lemma: str, equation: Theorem, *others: Theorem) -> str:
        """A bound for the probability of the event in the statement by a mean, whose value an equation gives."""
        event = self.terms.written[cast(Theorem, self.current).statement.rhs].removeprefix("E ")
        squares = "squares_ge0" if self.words.given else "squares"
        return (
            f"have bound := {lemma} {squares} {' '.join(map(self.use, others))} {event}_far.\n"
            f"rewrite {self.use(equation)} in bound; apply: le_trans bound _.\n"
            f"rewrite le_eqVlt; apply/orP; left; apply/eqP. {self.compute()}"
        )

    def _chebyshev(self, values: list[str], hypotheses: Any) -> str:
        return self._tail("chebyshev", *hypotheses)

    def _markov(self, values: list[str], hypotheses: Any) -> str:
        return self._tail("markov", *hypotheses)

    def _excess(self, shown: str, strict: bool = False) -> str:
        """a ≥ b where a − b is a known number; what is left to show is its sign."""
        return f"apply: (@at_least_{'gt' if strict else 'ge'} _ _ _ ({shown})).\n  {self.compute()}\n"

    def _sums(self, values: list[str], hypotheses: Any) -> str:
        a, b, c, e = values
        first, second = map(self.use, hypotheses)
        signs = f"by apply: addr_ge0; rewrite subr_ge0; [exact: {first} | exact: {second}]."
        return self._excess(f"({a} - {b}) + ({c} - {e})") + signs

    def _products(self, values: list[str], hypotheses: Any) -> str:
        a, b, c = values
        larger, sign = map(self.use, hypotheses)
        signs = f"by apply: mulr_ge0; [exact: (ltW {sign}) | rewrite subr_ge0; exact: {larger}]."
        return self._excess(f"{c} * ({a} - {b})") + signs

    def _strict_products(self, values: list[str], hypotheses: Any) -> str:
        a, b, c = values
        larger, sign = map(self.use, hypotheses)
        signs = f"by apply: mulr_gt0; [exact: {sign} | rewrite subr_gt0; exact: {larger}]."
        return self._excess(f"{c} * ({a} - {b})", strict=True) + signs

    def _nonnegative_product(self, values: list[str], hypotheses: Any) -> str:
        a, b = values
        first, second = map(self.use, hypotheses)
        return self._excess(f"{a} * {b}") + f"by apply: mulr_ge0; [exact: {first} | exact: {second}]."

    def _vanishing_sum(self, values: list[str], hypotheses: Any) -> str:
        a, b = values
        first, second, total = map(self.use, hypotheses)
        gap = self._part(hypotheses[2], 1, 1, False, False)
        return (
            f"have total : {a} + {b} = 0.\n  apply: (@from_parts _ _ _ ({gap})); last by rewrite (gap {total}).\n"
            f"  {self.compute()}\nexact: (sum_eq0 {first} {second} total)."
        )

    def _squares(self, values: list[str], hypotheses: Any) -> str:
        a, b = values
        larger, sign = map(self.use, hypotheses)
        gap = self._part(hypotheses[0], 1, 1, False, False)
        return (
            f"apply: (@squares_order _ {a} {b}); last exact: {sign}.\n"
            f"{self._excess(gap)}by rewrite subr_ge0; exact: {larger}."
        )
