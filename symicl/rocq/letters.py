"""The letters of a record in Rocq: variables, hypotheses and definitions, and the table of what is known of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sympy import Integer, Symbol
from sympy.matrices.expressions import Identity

from ..kernel import facts
from ..language.blocks import Block
from ..language.expressions import Inverted, is_matrix
from ..language.letters import Centred, Defined, Gaussian, Letter, Random, is_random
from ..language.mean import DefinedScalar
from .names import identifier, inverse_name, root_name
from .squares import Squares
from .terms import NotExported, Terms, moving, parts_of, test_letter


@dataclass
class Entry:
    """One line of the table of letters: its term in Rocq, its sizes, and what is known of it."""

    term: str
    rows: Any
    cols: Any
    random: bool = False
    symmetric: bool = False
    unit: bool = False
    inverse: int = 0
    number: int = -1
    covariance: Any = None
    limit: int = 6
    group: str = ""


@dataclass
class Vocabulary:
    """The letters that occur, in an order in which each comes after what it is made of."""

    dimensions: list[Any] = field(default_factory=list)
    symbols: list[Any] = field(default_factory=list)
    letters: list[Any] = field(default_factory=list)
    defined: list[Any] = field(default_factory=list)
    inverted: set[Any] = field(default_factory=set)

    # ---- collecting ----

    def meet(self, node: Any) -> None:
        """Take up the letters of an expression."""
        for part in parts_of(node):
            self._meet_one(part)
            if isinstance(part, Inverted):
                self.inverted.add(part.arg)
            if is_matrix(part):
                self._sizes(part.shape)

    def _sizes(self, shape: Any) -> None:
        for size in shape:
            for symbol in sorted(size.free_symbols, key=str):
                self._add(self.dimensions, symbol)

    @staticmethod
    def _add(known: list[Any], letter: Any) -> bool:
        if letter in known:
            return False
        known.append(letter)
        return True

    def _meet_one(self, part: Any) -> None:
        if isinstance(part, Symbol):
            self._add(self.dimensions if part.is_integer else self.symbols, part)
        elif isinstance(part, (Defined, DefinedScalar)):
            if part not in self.defined:
                self.meet(part.body)
                self._add(self.defined, part)
        elif isinstance(part, Random):
            raise NotExported(f"{part}: a random matrix of which no moments are known is not exported")
        elif isinstance(part, Letter):
            if isinstance(part, Centred):
                self.meet(part.covariance)
            self._add(self.letters, part)

    def meet_test(self) -> None:
        """Take up the matrix T by which means of matrices are compared."""
        self._add(self.letters, test_letter(self.dimensions[0]))

    # ---- what there is ----

    @property
    def constants(self) -> list[Any]:
        """The letters that are not random."""
        return [letter for letter in self.letters if not is_random(letter)]

    @property
    def randoms(self) -> list[Any]:
        """The random letters."""
        return [letter for letter in self.letters if is_random(letter)]

    @property
    def matrices(self) -> list[Any]:
        """Definitions of constant matrices without blocks, which are letters of the table."""
        return [d for d in self.defined if isinstance(d, Defined) and not moving(d) and not d.body.has(Block)]

    @property
    def unfolded(self) -> list[str]:
        """Definitions of random matrices without blocks, which are always read as what they stand for."""
        found = [d for d in self.defined if isinstance(d, Defined) and moving(d) and not d.body.has(Block)]
        return [identifier(d.name) for d in reversed(found)]

    @property
    def opened(self) -> list[str]:
        """Every definition that multiplication of blocks unfolds, the last one first."""
        return [identifier(d.name) for d in reversed(self.defined) if not (d in self.matrices)]

    @property
    def rooted(self) -> list[Any]:
        """The letters that are positive (semi)definite, each of which is a matrix times its transpose."""
        return [letter for letter in self.constants if letter.semidefinite and not letter.diagonal]

    @property
    def numbers(self) -> list[str]:
        """The scalars of the table, as terms."""
        named = [d for d in self.defined if isinstance(d, DefinedScalar) and not moving(d)]
        return [
            *(f"{identifier(n.name)}%:R" for n in self.dimensions),
            *(identifier(s.name) for s in self.symbols),
            *(identifier(d.name) for d in named),
        ]

    def size(self, size: Any) -> int:
        """The number of a size."""
        if size == 1:
            return 0
        if size in self.dimensions:
            return 1 + self.dimensions.index(size)
        raise NotExported(f"a matrix with {size} rows or columns is a letter of the proof only in blocks")


class Section:
    """The head of a file: what is given, and the context that the tactic computes in."""

    def __init__(self, words: Vocabulary, squares: Squares, roots: dict[Any, str]) -> None:
        self.words, self.squares = words, squares
        self.roots = roots
        self.terms = Terms(roots)

    # ---- variables, hypotheses, definitions ----

    def given(self) -> list[str]:
        """The variables and hypotheses."""
        w = self.words
        dims = " ".join(identifier(n.name) for n in w.dimensions)
        lines = ["Variables (R : realFieldType) (RV : comAlgType R) (E : {scalar RV}).", f"Variables {dims} : nat."]
        lines += [f"Hypothesis {identifier(n.name)}_pos : (0 < {identifier(n.name)})%N." for n in w.dimensions]
        for symbol in w.symbols:
            lines.append(f"Variable {identifier(symbol.name)} : R.")
            if symbol.is_positive:
                lines.append(f"Hypothesis {identifier(symbol.name)}_pos : 0 < {identifier(symbol.name)}.")
        for letter in w.constants:
            lines += self._constant(letter)
        for letter in w.randoms:
            lines.append(f"Variable {identifier(letter.name)} : {self.kind(letter, 'RV')}.")
        return lines

    def kind(self, node: Any, ring: str) -> str:
        """The type of a matrix."""
        rows, cols = (str(size) for size in node.shape)
        return f"'M[{ring}]_({rows}, {cols})"

    def _constant(self, letter: Any) -> list[str]:
        name, kind = identifier(letter.name), self.kind(letter, "R")
        if letter.diagonal:
            raise NotExported(f"{letter}: diagonal letters are not exported")
        if letter not in self.words.rooted:
            lines = [f"Variable {name} : {kind}."]
            lines += [f"Hypothesis {name}_sym : {name}^T = {name}."] if letter.symmetric else []
            return lines + ([f"Hypothesis {name}_unit : {name} \\in unitmx."] if letter.invertible else [])
        root = root_name(letter.name)
        lines = [f"Variable {root} : {kind}."]
        lines += [f"Hypothesis {root}_unit : {root} \\in unitmx."] if letter.positive else []
        return [*lines, f"Definition {name} : {kind} := {root} *m {root}^T."]

    def assumed_means(self) -> list[str]:
        """The hypothesis about the means of products of random letters."""
        parts = []
        for letter in self.words.randoms:
            word = "gaussian" if isinstance(letter, Gaussian) else "centred"
            group = self.group(letter)
            cov = "1%:M" if isinstance(letter.covariance, Identity) else identifier(letter.covariance.name)
            parts.append(f"{word} {group} {identifier(letter.name)} {cov}")
        return [
            f"Definition letters : seq (letter RV) := [:: {'; '.join(parts)}].",
            "Hypothesis means : isserlis E letters.",
        ]

    def group(self, letter: Any) -> int:
        """The number of the group that a random letter is in."""
        groups = list(dict.fromkeys(other.group for other in self.words.randoms))
        return groups.index(letter.group)

    def definitions(self) -> list[str]:
        """The definitions, in order."""
        lines = []
        for letter in self.words.defined:
            name, random = identifier(letter.name), moving(letter)
            ring = "RV" if random else "R"
            kind = self.kind(letter, ring) if isinstance(letter, Defined) else ring
            lines.append(f"Definition {name} : {kind} :=\n  {self.terms.term(letter.body, random)}.")
            if letter in self.words.inverted:
                lines.append(f"Definition {inverse_name(letter.name)} := invmx {name}.")
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
        return lines

    def defined_facts(self) -> list[str]:
        """What is known of definitions, by computation on what they stand for."""
        lines = []
        for letter in self.words.matrices:
            name = identifier(letter.name)
            if facts.symmetric(letter):
                lines.append(f"Lemma {name}_sym : {name}^T = {name}. Proof. {self.open_all()} normal_form. Qed.")
            for other in (*self.words.rooted, *self.words.matrices):
                if self._commute(letter, other):
                    second = identifier(other.name)
                    lines.append(
                        f"Lemma {name}_{second} : {name} *m {second} = {second} *m {name}.\n"
                        f"Proof. {self.open_all()} normal_form. Qed."
                    )
            if self.has_unit(letter):
                lines += self._unit(letter)
        return lines

    def open_all(self) -> str:
        """Unfold the definitions that the base context does not know."""
        names = [identifier(d.name) for d in reversed(self.words.matrices)]
        return f"rewrite ?/{' ?/'.join(names)}." if names else ""

    def _commute(self, letter: Any, other: Any) -> bool:
        known = [*self.words.rooted, *self.words.matrices]
        return known.index(letter) > known.index(other) and letter.shape == other.shape and facts.commuting(letter, other)

    def _unit(self, letter: Any) -> list[str]:
        name = identifier(letter.name)
        middle, (coefficient, root), others = self.squares.definite_parts(letter.body)
        rest = " + ".join(f"({c}) *: ({b} *m {b}^T)" for c, b in others) or "0"
        whole = f"({coefficient}) *: ({root} *m {root}^T) + ({rest})"
        roots = " ".join(f"?/{identifier(x.name)}" for x in self.words.rooted)
        return [
            f"Lemma {name}_unit : {name} \\in unitmx.\nProof.\n"
            f"have -> : {name} = {middle}. {self.open_all()} normal_form.\n"
            f"have -> : {middle} = {whole} by rewrite {roots}; normal_form.\n"
            f"apply: definite_unit; [by rewrite {roots}; sign | by units | by rewrite {roots}; semi].\nQed."
        ]

    # ---- the context ----

    def context(self, suffix: str, full: bool) -> list[str]:
        """The table of letters with its proof, and what the tactic looks up; ``full`` with definitions and inverses."""
        table = self._entries(full)
        index = {entry.term: i for i, entry in enumerate(table)}
        units = {entry.rows: i for i, entry in enumerate(table) if entry.unit}
        pairs = self._pairs(index) if full else []
        numbers = self.words.numbers + sorted(set(self.roots.values()))
        nonzero = [self._nonzero(n) for n in numbers]
        env = "; ".join(f"{'moving' if e.random else 'constant RV'} {self._cast(e)}" for e in table)
        infos = ";\n  ".join(self._info(e, units, index) for e in table)
        k = len(self.words.dimensions)
        size_terms = "; ".join(["1%N", *(identifier(n.name) for n in self.words.dimensions)])
        lines = [
            f"Definition env{suffix} : seq (matrices RV) := [:: {env}].",
            f"Definition scalars{suffix} : seq R := [:: {'; '.join(numbers)}].",
            f"Definition table{suffix} : seq info := [::\n  {infos}].",
            f"Definition commuting{suffix} : seq (nat * nat) := [:: {'; '.join(f'({i}, {j})%N' for i, j in pairs)}].",
            f"Definition dims{suffix} : seq nat := [:: {size_terms}].",
            f"Definition sizes{suffix} : seq nat := [:: {'; '.join(map(str, range(k + 1)))}]%N.",
            f"Definition nonzero{suffix} : seq bool := [:: {'; '.join('true' if n else 'false' for n in nonzero)}].",
            f"Lemma known{suffix} : context E letters env{suffix} scalars{suffix} table{suffix} commuting{suffix} "
            f"dims{suffix} sizes{suffix} nonzero{suffix}.",
            "Proof.",
            "split; [exact: means | by [] | | | |].",
            "- by letter_facts.",
            "- by commuting_facts." if pairs else "- by [].",
            "- by repeat split.",
            f"- by repeat split; rewrite /scal /=; apply: lt0r_neq0; sign.",
            "Qed.",
        ]
        return lines + self._lookups(suffix, table, numbers)

    def _entries(self, full: bool) -> list[Entry]:
        w = self.words
        table = [Entry("1%:M", n, n, symmetric=True, unit=True) for n in (Integer(1), *w.dimensions)]
        roots = [Entry(root_name(x.name), *x.shape) for x in w.rooted]
        table += roots
        for letter in [*w.constants, *(w.matrices if full else [])]:
            known = letter.symmetric or (isinstance(letter, Defined) and facts.symmetric(letter))
            table.append(Entry(identifier(letter.name), *letter.shape, symmetric=bool(known)))
            if letter in w.inverted:
                table[-1].inverse = len(table) + 1
                table.append(Entry(inverse_name(letter.name), *letter.shape, symmetric=bool(known)))
                table[-1].inverse = len(table) - 1
        for number, letter in enumerate(w.randoms):
            limit = 6 if isinstance(letter, Gaussian) else 2
            cov = None if isinstance(letter.covariance, Identity) else identifier(letter.covariance.name)
            table.append(Entry(identifier(letter.name), *letter.shape, random=True, number=number, covariance=cov,
                               limit=limit, group=str(self.group(letter))))
        return table

    def _cast(self, entry: Entry) -> str:
        return f"(1%:M : 'M[R]_{entry.rows})" if entry.unit else entry.term

    def _info(self, e: Entry, units: dict[Any, int], index: dict[str, int]) -> str:
        flags = f"{str(e.symmetric).lower()} {str(e.unit).lower()} {e.inverse}"
        sizes = f"{self.words.size(e.rows)} {self.words.size(e.cols)}"
        if not e.random:
            return f"Info {sizes} {flags} false 0 0 0 0 0"
        cov = units[e.rows] if e.covariance is None else index[e.covariance]
        return f"Info {sizes} {flags} true {e.number} {e.group} {e.limit} {cov} {units[e.cols]}"

    def _nonzero(self, number: str) -> bool:
        positive = {identifier(s.name) for s in self.words.symbols if s.is_positive}
        return number.endswith("%:R") or number in positive or number in self.roots.values()

    def _pairs(self, index: dict[str, int]) -> list[tuple[int, int]]:
        return [
            (index[a], index[b])
            for one, other in self._commuting_letters()
            for a in self._forms(one)
            for b in self._forms(other)
        ]

    def _forms(self, letter: Any) -> list[str]:
        inverse = [inverse_name(letter.name)] if letter in self.words.inverted else []
        return [identifier(letter.name), *inverse]

    def known_rules(self, full: bool) -> list[str]:
        """What the proof of a context looks up: which matrices are symmetric, inverse to another, commute."""
        w = self.words
        names = [*w.constants, *(w.matrices if full else [])]
        symmetric, inverse, commuting = ["trmx1"], [], []
        for letter in names:
            name = identifier(letter.name)
            if letter.symmetric or (isinstance(letter, Defined) and facts.symmetric(letter)):
                symmetric += [f"{name}_sym", *([f"(inverse_symmetric {name}_sym)"] if letter in w.inverted else [])]
            if letter in w.inverted:
                inverse += [f"(mulmxV {name}_unit)", f"(mulVmx {name}_unit)"]
        for a, b in self._commuting_letters() if full else []:
            h = f"{identifier(a.name)}_{identifier(b.name)}"
            commuting.append(h)
            if a in w.inverted:
                commuting.append(f"(inverse_commutes {identifier(a.name)}_unit {h})")
            if b in w.inverted:
                back = f"(esym (inverse_commutes {identifier(b.name)}_unit (esym {h})))"
                commuting.append(back)
                commuting += [f"(inverse_commutes {identifier(a.name)}_unit {back})"] if a in w.inverted else []
        lines = []
        for word, found in (("symmetric", symmetric), ("inverse", inverse), ("commuting", commuting)):
            if found:
                lines.append(f"Ltac known_{word} ::= first [{' | '.join(f'exact: {f}' for f in found)}].")
        units = [f"{root_name(x.name)}_unit" for x in w.rooted if x.positive]
        units += [
            f"{identifier(x.name)}_unit"
            for x in names
            if (x in w.matrices and self.has_unit(x)) or (x not in w.matrices and x.invertible)
        ]
        inverses = [f"?/{inverse_name(x.name)}" for x in names if x in w.inverted]
        if units:
            opened = " ".join(inverses)
            lines.append(f"Ltac units ::= rewrite {opened} ?(unitmx_tr, unitmx_mul, unitmx1, unitmx_inv, "
                         f"{', '.join(units)}) //.")
        return lines

    def has_unit(self, letter: Any) -> bool:
        """Whether a definition is shown to be invertible."""
        return letter in self.words.inverted or facts.definite(letter)

    def _commuting_letters(self) -> list[tuple[Any, Any]]:
        known = [*self.words.rooted, *self.words.matrices]
        return [(a, b) for a in self.words.matrices for b in known if self._commute(a, b)]

    def knowledge(self) -> list[str]:
        """The base context, what it shows of definitions, and the context with all of them."""
        return [
            *self.known_rules(False),
            *self.context("0", False),
            *self.defined_facts(),
            *self.known_rules(True),
            *self.context("", True),
        ]

    def check(self) -> None:
        """``NotExported`` for a letter that there is no export for."""
        self.given(), self.definitions(), self.knowledge()

    def _lookups(self, suffix: str, table: list[Entry], numbers: list[str]) -> list[str]:
        w = self.words

        def rows(entries: list[tuple[str, str]]) -> str:
            return " ".join(f"| {pattern} => {value}" for pattern, value in entries)

        def size(n: Any) -> str:
            return "1%N" if n == 1 else identifier(n.name)

        env = f"env{suffix}"
        constant = [
            (f"@scalar_mx _ {size(e.rows)} _" if e.unit else e.term, f"constr:(@MLetter _ _ {env} false {i})")
            for i, e in enumerate(table)
            if not e.random
        ]
        random = [(e.term, f"constr:(@MLetter _ _ {env} true {i})") for i, e in enumerate(table) if e.random]
        shown = [Integer(1), *w.dimensions]
        lines = [f"Ltac constant_letter the_term ::= lazymatch the_term with {rows(constant)} end."]
        lines += [f"Ltac random_letter the_term ::= lazymatch the_term with {rows(random)} end."] if random else []
        lines += [f"Ltac scalar_letter the_term ::= lazymatch the_term with "
                  f"{rows([(n, f'constr:({i}%N)') for i, n in enumerate(numbers)])} end."]
        lines += [f"Ltac env_of ::= constr:({env}).", f"Ltac context_of ::= constr:(known{suffix})."]
        lines += ["Ltac size_of the_size ::= lazymatch the_size with "
                  + rows([(size(n), f"constr:({i}%N)") for i, n in enumerate(shown)]) + " end."]
        return lines
