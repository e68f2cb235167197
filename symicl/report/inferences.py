"""The inferences of the kernel as a reader meets them: what each says in general, as a formula.

The words to it stand in the catalogues of messages, under ``inferences``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..kernel.theorem import Theorem
from ..language.letters import Defined
from ..language.mean import DefinedScalar

_THEN = r"\;\Rightarrow\;"
_TR, _T, _E = r"\operatorname{tr}", r"{\mathsf T}", r"\operatorname{E}"

FORMULAS = {
    "definition": rf"X := B {_THEN} F(X) = F(B)",
    "identity": rf"(A + B)\,C = A C + B C,\quad (A B)^{_T} = B^{_T} A^{_T},\quad {_TR} A B = {_TR} B A",
    "expectation": rf"{_E}[g_{{1}} \cdots g_{{2k}}] = \sum_{{\pi}} \prod_{{(i, j) \in \pi}} {_E}[g_{{i}} g_{{j}}]",
    "blocks": r"(A B)_{i j} = \sum_{k} A_{i k} B_{k j}",
    "cancel": r"A A^{-1} = I",
    "derivative": rf"d {_TR}(F G) = {_TR}(d F\, G) + {_TR}(F\, d G),\quad d f = {_TR}((\nabla_{{U}} f)^{_T} d U)",
    "combine": rf"a_{{i}} = b_{{i}},\ \ a - b = \sum_{{i}} l_{{i}} (a_{{i}} - b_{{i}}) r_{{i}} {_THEN} a = b",
    "inside": rf"{_TR}(A {_E}[M] B) = {_E}[{_TR}(A M B)]",
    "chain": rf"a = b,\ b = c {_THEN} a = c",
    "replace": rf"a = b {_THEN} F(a) = F(b)",
    "turn": rf"a = b {_THEN} b = a",
    "flip": rf"A = B {_THEN} A^{_T} = B^{_T}",
    "nonnegative": rf"P, Q \succeq 0 {_THEN} {_TR}(P A Q A^{_T}) \geq 0",
    "positive": rf"P \succ 0 {_THEN} {_TR} P > 0",
    "nonzero": rf"a > 0 {_THEN} a \neq 0",
    "at_least": rf"a = b + c,\ c \geq 0 {_THEN} a \geq b",
    "weaken": rf"a \geq b,\ b = c {_THEN} a \geq c",
    "mirror": rf"a \geq b {_THEN} b \leq a",
    "descend": rf"a = b,\ b \geq c,\ c > e {_THEN} a > e",
    "add_up": (
        rf"a_{{i}} \geq b_{{i}},\ f_{{i}} \geq 0,\ a - b = \sum_{{i}} f_{{i}} (a_{{i}} - b_{{i}}) {_THEN} a \geq b"
    ),
    "divisor": rf"f g \neq 0 {_THEN} f \neq 0",
    "dominates": (rf"P, Q \succ 0 {_THEN} {_TR}(P^{{-1}}) {_TR}(Q^{{-1}}) {_TR}(P A Q A^{_T}) \geq {_TR}(A A^{_T})"),
    "vanishes": rf"P, Q \succ 0 {_THEN} \bigl({_TR}(P A Q A^{_T}) = 0 \iff A = 0\bigr)",
    "root": rf"u^{{n}} = c,\ u > 0,\ c > 0 {_THEN} u = c^{{1/n}}",
    "unroot": rf"u = c^{{1/n}},\ c > 0 {_THEN} u^{{n}} = c",
    "conserved": rf"\dot{{F}} = 0 {_THEN} F(t) = F(0)",
    "falls": rf"\dot{{F}} \leq 0 {_THEN} F(t) \leq F(0)",
    "decays": rf"\dot{{F}} \leq -\mu F {_THEN} F(t) \leq e^{{-\mu t}} F(0)",
    "keeps_sign": rf"F(0) > 0,\ F \neq 0 {_THEN} F(t) > 0",
    "assume": r"A \vdash A",
    "both": rf"A,\ B {_THEN} A \land B",
    "part": rf"A \land B {_THEN} A",
    "either": rf"A {_THEN} A \lor B",
    "choose": rf"A \lor B,\ A \vdash C,\ B \vdash C {_THEN} C",
    "cases": rf"a = b \vdash C,\ a \neq b \vdash C {_THEN} C",
    "iff": rf"A \vdash B,\ B \vdash A {_THEN} (A \iff B)",
    "cut": rf"A \vdash B,\ A {_THEN} B",
    "modus": rf"A \iff B,\ A {_THEN} B",
    "instantiate": rf"\forall x\, F(x) {_THEN} F(a)",
    "cite": rf"H_{{1}}, \ldots, H_{{k}} {_THEN} C",
}

#: inferences whose theorems are side conditions of a step: a sign, or that something is not zero
CONDITIONS = frozenset(["nonnegative", "positive", "nonzero", "divisor", "dominates"])
#: what joins others, and says nothing of its own where there are others
GLUE = frozenset(["chain", "assume", "turn", "mirror", "part", "both", "cut"])


def inferences(theorems: Iterable[Theorem]) -> list[str]:
    """The inferences behind a step, the last one first; those that only join others are left out where they can be.

    >>> from symicl import derive
    >>> inferences([derive("optimum").result("square").theorem])
    ['chain']
    """
    found = list(theorems)
    names = list(dict.fromkeys(theorem.rule for theorem in found))
    kept = [name for name in names if name not in GLUE] or names
    return ["definition", *kept] if any(any(map(opened, theorem.arguments)) for theorem in found) else kept


def opened(argument: Any) -> list[Any]:
    """The definitions that an inference was given by name, to be replaced by their bodies."""
    if isinstance(argument, tuple):
        return [letter for part in argument for letter in opened(part)]
    return [argument] if isinstance(argument, (Defined, DefinedScalar)) else []


def lemmas(theorems: Iterable[Theorem]) -> Iterator[str]:
    """The lemmas of the ledger that are cited."""
    for theorem in theorems:
        if theorem.rule == "cite":
            yield f"lemma: {theorem.arguments[0]}"
