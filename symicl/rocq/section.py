"""The head of a file: what is given, what is defined, and what is known of it."""

from __future__ import annotations

from typing import Any

from sympy.matrices.expressions import Identity

from ..kernel import facts
from ..language.expressions import is_matrix
from ..language.letters import Defined, Gaussian, Random
from . import given
from .context import Context
from .names import identifier, inverse_name, matrix_type, root_name
from .signs import Signs
from .terms import NotExported, divisors_of, moving


class Section(Context):
    """The head of a file, and the contexts that the tactic computes in."""

    def body(self, letter: Any) -> Any:
        """What a definition stands for, as it is written."""
        return self.change(letter.name, letter.body) if self.change else letter.body

    # ---- variables, hypotheses, definitions ----

    def given(self) -> list[str]:
        """The variables and hypotheses."""
        w = self.words
        dims = " ".join(identifier(n.name) for n in w.dimensions)
        field = "rcfType" if self.roots else "realFieldType"
        lines = [f"Variables (R : {field}) (RV : comAlgType R) (E : {{scalar RV}}).", f"Variables {dims} : nat."]
        lines += [f"Hypothesis {identifier(n.name)}_pos : (0 < {identifier(n.name)})%N." for n in w.dimensions]
        for symbol in filter(w.still, w.symbols):
            lines.append(f"Variable {identifier(symbol.name)} : R.")
            if symbol.is_positive:
                lines.append(f"Hypothesis {identifier(symbol.name)}_pos : 0 < {identifier(symbol.name)}.")
        for letter in filter(w.still, w.constants):
            lines += self._constant(letter)
        for letter in w.given:
            lines += given.variables(letter, self.kind(letter, "RV"))
        for letter in w.drawn:
            lines.append(f"Variable {identifier(letter.name)} : {self.kind(letter, 'RV')}.")
        return lines

    def moving_letters(self) -> list[str]:
        """The letters that derivatives move, of which nothing is known."""
        kinds = {x: self.kind(x, "R") if is_matrix(x) else "R" for x in self.words.moved}
        return [f"Variable {identifier(x.name)} : {kind}." for x, kind in kinds.items()]

    def kind(self, node: Any, ring: str) -> str:
        """The type of a matrix."""
        return matrix_type(node, ring)

    def _constant(self, letter: Any) -> list[str]:
        name, kind = identifier(letter.name), self.kind(letter, "R")
        diagonal = [f"Hypothesis {name}_diag : diagonal {name}."] if letter.diagonal else []
        if letter not in self.words.rooted:
            lines = [f"Variable {name} : {kind}.", *diagonal]
            if letter.symmetric:
                sort = "Lemma" if diagonal else "Hypothesis"
                proof = f" Proof. exact: (diagonal_sym {name}_diag). Qed." if diagonal else ""
                lines.append(f"{sort} {name}_sym : {name}^T = {name}.{proof}")
            return lines + ([f"Hypothesis {name}_unit : {name} \\in unitmx."] if letter.invertible else [])
        root = root_name(letter.name)
        lines = [f"Variable {root} : {kind}."]
        lines += [f"Hypothesis {root}_unit : {root} \\in unitmx."] if letter.positive else []
        return [*lines, f"Definition {name} : {kind} := {root} *m {root}^T.", *diagonal]

    def assumed_means(self) -> list[str]:
        """The hypothesis about the means of products of random letters."""
        parts = []
        for letter in self.words.drawn:
            word = "gaussian" if isinstance(letter, Gaussian) else "centred"
            word += "_given" if isinstance(letter.covariance, Random) else ""
            group = self.group(letter)
            cov = "1%:M" if isinstance(letter.covariance, Identity) else identifier(letter.covariance.name)
            parts.append(f"{word} {group} {identifier(letter.name)} {cov}")
        squares = "squares_positive E" if self.words.given else "squares_nonnegative E" if self.words.squared else ""
        return [
            given.known_first(self.words.given),
            *(line for letter in self.words.given for line in given.known_of(letter)),
            f"Definition letters : seq (letter RV) := [:: {'; '.join(parts)}].",
            "Hypothesis means : isserlis E given letters.",
            *([f"Hypothesis squares : {squares}."] if squares else []),
        ]

    def definitions(self, still: bool = True) -> list[str]:
        """The definitions, each after what it divides by, in order: those without letters that move, or the others."""
        lines: list[str] = []
        for letter in self.words.defined:
            if self.words.still(letter) is not still:
                continue
            name, random = identifier(letter.name), moving(letter)
            ring = "RV" if random else "R"
            kind = self.kind(letter, ring) if isinstance(letter, Defined) else ring
            lines += self._sums(divisors_of(letter.body), lines, still)
            lines.append(f"Definition {name} : {kind} :=\n  {self.terms.term(self.body(letter), random)}.")
            if letter in self.words.inverted:
                lines.append(f"Definition {inverse_name(letter.name)} := invmx {name}.")
        lines += self._sums(self.words.divisors, lines, still)
        for (base, q), name in self.roots.items() if still else ():
            taken = f"root_of {q.bit_length() - 1} ({self.terms.scalar(base, False)})"
            lines.append(f"Definition {name} : R :=\n  {taken}.")
        return lines + (self._events() if still else [])

    def _events(self) -> list[str]:
        """For each probability that a random number is large, any event on which it is."""
        lines = []
        for i, tail in enumerate(self.words.tails):
            body, level = self.terms.scalar(tail.body, True), self.terms.scalar(tail.level, False)
            lines.append(f"Variable event{i + 1} : RV.")
            lines.append(f"Hypothesis event{i + 1}_far : far_on event{i + 1} ({body}) ({level}).")
        return lines

    def _sums(self, bases: list[Any], before: list[str], still: bool) -> list[str]:
        """The sums and traces that something is divided by, each by its name, but for those that are defined before."""
        lines: list[str] = []
        for base in (b for b in bases if self.words.still(b) is still):
            lines += self._sums(divisors_of(base), before + lines, still)
            shown = f"Definition {self.terms.divisors[base]} : R := {self.terms.scalar(base, False)}."
            lines += [shown] if shown not in before + lines else []
        return lines

    def inverses(self) -> list[str]:
        """The inverses of letters that are not defined."""
        return [
            f"Definition {inverse_name(letter.name)} := invmx {identifier(letter.name)}."
            for letter in self.words.constants
            if letter in self.words.inverted
        ]

    # ---- facts ----

    def plain_facts(self) -> list[str]:
        """What is known of letters that are not defined."""
        lines = []
        for letter in self.words.rooted:
            name, root = identifier(letter.name), root_name(letter.name)
            lines.append(f"Lemma {name}_sym : {name}^T = {name}. Proof. by rewrite /{name} trmx_mul trmxK. Qed.")
            if letter.positive:
                lines.append(
                    f"Lemma {name}_unit : {name} \\in unitmx. "
                    f"Proof. by rewrite /{name} unitmx_mul unitmx_tr {root}_unit. Qed."
                )
            if letter.positive and letter.diagonal:
                proof = f"exact: (definite_gram {root}_unit)."
                lines.append(f"Lemma {name}_definite : definite {name}. Proof. {proof} Qed.")
        return lines

    def defined_facts(self) -> list[str]:
        """What is known of definitions, by computation on what they stand for."""
        lines, commuting = [], self.commuting_letters()
        for letter in self._could_commute():
            name = identifier(letter.name)
            if letter in self.words.matrices:
                lines += self._of_definition(letter, name)
            lines += [self._commuting(letter, other) for one, other in commuting if one == letter]
            if letter in self.words.averaged and given.definite(self.terms, self.words, letter):
                proof = f"exact: (definite_unitmx {name}_definite)."
                lines.append(f"Lemma {name}_unit : {name} \\in unitmx. Proof. {proof} Qed.")
            elif letter in self.words.matrices and self.has_unit(letter):
                lines += self._unit(letter)
        return lines

    def _of_definition(self, letter: Any, name: str) -> list[str]:
        lines = []
        if facts.symmetric(letter):
            lines.append(f"Lemma {name}_sym : {name}^T = {name}. Proof. {self.open_all()} normal_form. Qed.")
        if letter in self.words.averaged:
            lines += given.sign_of_mean(self.terms, self.words, letter, self.body(letter).body)
        if facts.diagonal(letter):
            opened = " ".join(f"?/{x}" for x in [name, *self.words.unfolded])
            before = self._could_commute()
            before = before[: before.index(letter)]
            lines += [
                *given.diagonal_rules([x for x in before if facts.diagonal(x)]),
                f"Lemma {name}_diag : diagonal {name}. Proof. rewrite {opened}. diagonal_by_parts. Qed.",
            ]
        return lines

    def _commuting(self, letter: Any, other: Any) -> str:
        """That a letter commutes with one before it."""
        first, second = identifier(letter.name), identifier(other.name)
        shown = f"{first}^c" if other in self.words.given else first
        proof = f"{self.open_all()} normal_form."
        if facts.diagonal(letter) and facts.diagonal(other):
            random = other in self.words.given
            apart = f"(@diagonal_constant R RV _ _ {first}_diag)" if random else f"{first}_diag"
            proof = f"apply: diagonal_commute; [exact: {apart} | exact: {second}_diag]."
        return f"Lemma {first}_{second} : {shown} *m {second} = {second} *m {shown}.\nProof. {proof} Qed."

    def open_all(self) -> str:
        """Unfold the definitions that the base context does not know."""
        names = [*(identifier(d.name) for d in reversed(self.words.matrices)), *self.words.unfolded]
        return f"rewrite ?/{' ?/'.join(names)}." if names else ""

    def _unit(self, letter: Any) -> list[str]:
        name = identifier(letter.name)
        middle, (coefficient, root), others = self.squares.definite_parts(self.body(letter))
        rest = " + ".join(f"({c}) *: ({b} *m {b}^T)" for c, b in others) or "0"
        whole = f"({coefficient}) *: ({root} *m {root}^T) + ({rest})"
        roots = " ".join(f"?/{identifier(x.name)}" for x in self.words.rooted)
        return [
            f"Lemma {name}_unit : {name} \\in unitmx.\nProof.\n"
            f"have -> : {name} = {middle}. {self.open_all()} normal_form.\n"
            f"have -> : {middle} = {whole} by rewrite {roots}; normal_form.\n"
            f"apply: definite_unit; [by rewrite {roots}; sign | by units | by rewrite {roots}; semi].\nQed."
        ]

    def scalar_facts(self) -> list[str]:
        """The signs of definitions, by computation on what they stand for, and of means of squares."""
        lines, known = self._means_of_squares(), []
        for name, made in self._scalar_signs().items():
            lines += made
            known.append(f"exact: {name}_sign")
            lines.append(f"Ltac known_sign ::= first [{' | '.join(known)}].")
        return lines + [self._stands_for(name, base) for base, name in self.terms.divisors.items()]

    def _means_of_squares(self) -> list[str]:
        lines, squares = [], "squares_ge0" if self.words.given else "squares"
        if self.words.given:
            lines.append("Lemma squares_ge0 : squares_nonnegative E. Proof. exact: (squares_positiveW squares). Qed.")
        if self.words.given or self.words.squared:
            lines.append(f"Ltac known_square ::= apply: (mean_squares_ge0 {squares}); squares_by_parts.")
        diagonals = [x for x in self._could_commute() if facts.diagonal(x) and x not in self.words.given]
        return lines + given.diagonal_signs(self.terms, self.words, [x for x in diagonals if facts.semidefinite(x)])

    def _scalar_signs(self) -> dict[str, list[str]]:
        """What shows the sign of each definition, root and sum, in the order in which these rest on each other."""
        signs, found = Signs(self.words, self.terms, self.squares), {}
        for letter in self.words.signs:
            name, proof = identifier(letter.name), signs.signed(self.body(letter))
            relation = "<" if facts.positive(letter) else "<="
            stated = f"Lemma {name}_sign : 0 {relation} {name}.\nProof. rewrite /{name}.\n{proof}\nQed."
            found[name] = [self._stands_for(name, self.body(letter)), stated]
        for (base, q), name in self.roots.items():
            shown = self.terms.scalar(base, False)
            found[name] = [
                f"Lemma {name}_under : 0 < ({shown} : R).\nProof.\n{signs.signed(base)}\nQed.",
                f"Lemma {name}_sign : 0 < {name}. Proof. exact: (root_of_gt0 _ {name}_under). Qed.",
                f"Lemma {name}_power : {name} ^+ {q} = {shown}. Proof. exact: (root_of_power _ {name}_under). Qed.",
            ]
        for base, name in self.terms.divisors.items():
            if facts.positive(base):
                proof = signs.signed(base)
                found[name] = [f"Lemma {name}_sign : 0 < {name}.\nProof. rewrite /{name}.\n{proof}\nQed."]
        return found

    def _stands_for(self, name: str, body: Any) -> str:
        """What a name of a scalar stands for, as an equation."""
        return f"Lemma {name}_is : {name} = {self.terms.scalar(body, False)}. Proof. by []. Qed."

    def knowledge(self) -> list[str]:
        """The base context, and what it shows of definitions."""
        if turning := [str(d) for d in self.words.matrices if not self.words.still(d)]:
            raise NotExported(f"{turning[0]}: a matrix that a derivative moves as a whole is not exported")
        return [*self.known_rules(False), *self.context("0", False), *self.defined_facts()]

    def whole(self, suffix: str = "") -> list[str]:
        """The context with all definitions and letters, after the signs that are seen in one without them."""
        return [*self.signs(f"{suffix}1"), *self.all_known(suffix)]

    def signs(self, suffix: str) -> list[str]:
        """The signs of definitions, sums and roots, with the context in which they are seen."""
        if not (self.words.signs or self.roots or self.words.divisors):
            return self.scalar_facts()
        return [*self.known_rules(True), *self.context(suffix, True), *self.scalar_facts()]

    def all_known(self, suffix: str) -> list[str]:
        """The context with all definitions and letters, where the signs are known."""
        return [*self.known_rules(True), *self.context(suffix, True, signed=True)]
