"""What the sentences of a proof in Rocq may be, so that nothing is assumed and nothing changes what a statement means.

A file of proofs is written by a program, so it needs few commands: those are listed here, and every other is refused.
The library may use more of the language; it is the package's own, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .verify_text import RefusedSource, Sentence, sentences

LIBRARY, PROOFS = "Symicl", "Proofs"
STATE = ("Theorem", "Lemma", "Corollary", "Proposition", "Fact", "Remark", "Definition")
IN_SECTION = ("Variable", "Variables", "Hypothesis", "Hypotheses", "Context", "Let")
NAMES = r"[A-Za-z_][\w']*(?:\.[A-Za-z_][\w']*)*"
#: whole sentences that may stand in a file of proofs
WHOLE = re.compile(
    rf"From (?:Coq|mathcomp|{LIBRARY}|{PROOFS}) Require (?:Import|Export)(?: {NAMES})+|Import(?: {NAMES})+"
    r"|Set Implicit Arguments|Unset Strict Implicit|Unset Printing Implicit Defensive"
    rf"|(?:Local )?Open Scope \w+|Section \w+|End \w+|Proof(?: using All)?|Qed"
    rf"|Check @?{NAMES}|Print Assumptions {NAMES}"
)
#: a tactic of the library told of the file's own letters; a tactic proves nothing that Rocq does not check
TACTIC = re.compile(r"Ltac [a-z_]\w*(?: [a-z_]\w*)* ::= ")
STATEMENT = re.compile(rf"(?:Local )?({'|'.join(STATE)}) ([A-Za-z_][\w']*)(?=[\s:({{\[]|$)")
#: words with a reason of their own; any other command that is not listed is refused without one
FORBIDDEN = {
    **dict.fromkeys(
        ("Axiom", "Axioms", "Parameter", "Parameters", "Conjecture", "Conjectures"), "assumes what should be proved"
    ),
    **dict.fromkeys(("Admitted", "Admit", "admit", "give_up"), "leaves a proof open"),
    "bypass_check": "turns a check of Rocq off",
    "Notation": "changes how statements read",
    "Infix": "changes how statements read",
    "Canonical": "changes what statements mean",
    "Coercion": "changes what statements mean",
    "Module": "hides names",
    "Load": "brings in another file",
    "Declare": "can bring a program into Rocq",
    "Redirect": "writes a file",
    "Extraction": "writes a file",
}


@dataclass(frozen=True)
class Source:
    """A file of proofs that was looked at: its name, its text without comments, its sentences, the files it needs."""

    name: str
    plain: str
    sentences: tuple[Sentence, ...]

    @property
    def header(self) -> list[str]:
        """The sentences that bring in libraries and open scopes."""
        return [s.text for s in self.sentences if re.match(r"From |Import |(Local )?Open Scope ", s.text)]

    @property
    def needs(self) -> list[str]:
        """The other files of proofs that it requires."""
        required = [text.split()[4:] for text in self.header if text.startswith(f"From {PROOFS} ")]
        return [name for names in required for name in names]

    @property
    def stem(self) -> str:
        """Its name without the ending, which is the name of what it becomes."""
        return self.name.removesuffix(".v")

    def named(self, kind: str) -> list[str]:
        """The names of its statements of one kind, such as ``Theorem``."""
        return [name for found, name, _ in self.stated() if found == kind]

    def stated(self) -> Iterator[tuple[str, str, int]]:
        """Each statement and definition: which kind, its name, the line."""
        for sentence in self.sentences:
            if found := STATEMENT.match(sentence.text):
                yield found[1], found[2], sentence.line

    @property
    def variables(self) -> list[tuple[str, int]]:
        """The names that its sections assume or abbreviate, with the line."""
        opened = [s for s in self.sentences if s.words and s.words[0] in IN_SECTION]
        return [(name, sentence.line) for sentence in opened for name in _bound(sentence.text)]


def _bound(text: str) -> list[str]:
    """The names that a sentence of a section binds.

    >>> _bound("Variables (R : realFieldType) (d N : nat)"), _bound("Hypothesis N0 : (0 < N)%N"), _bound("Let n := 1")
    (['R', 'd', 'N'], ['N0'], ['n'])
    """
    body = text.partition(" ")[2].lstrip()
    if body[:1] not in "({[`":
        return re.findall(r"[A-Za-z_][\w']*", re.split(r":|\(", body)[0])
    groups = re.findall(r"[({\[]((?:[A-Za-z_][\w']*\s*)+):", body)
    return [name for group in groups for name in group.split()]


def read(name: str, plain: str) -> Source:
    """A file of proofs, looked at; ``RefusedSource`` for the first sentence that may not stand in one."""
    found = sentences(name, plain)
    depth: list[str] = []
    for sentence in found:
        trouble = _trouble(sentence, depth)
        if trouble:
            raise RefusedSource(f"{name}:{sentence.line}: {trouble}")
    return Source(name, plain, tuple(found))


def _trouble(sentence: Sentence, depth: list[str]) -> str:
    """Why a sentence may not stand in a proof; nothing where it may.  Keeps account of the sections that are open."""
    text, words = sentence.text, sentence.words
    for word in words:
        if word in FORBIDDEN:
            return f"`{word}` {FORBIDDEN[word]}"
    first = words[0] if words else ""
    if text.startswith("Section "):
        depth.append(words[-1])
    elif text.startswith("End ") and (not depth or depth.pop() != words[-1]):
        return f"`{text}` ends no section that is open"
    if WHOLE.fullmatch(text) or STATEMENT.match(text) or TACTIC.match(text):
        return ""
    if first in IN_SECTION and text.startswith(first):
        return "" if depth else f"`{first}` outside of a section is an axiom"
    if re.match(r"[a-z_(\[]", text):
        return ""
    return f"`{' '.join(text.split()[:3])}` is no command that a proof needs"
