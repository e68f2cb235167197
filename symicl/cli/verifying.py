"""``verify`` and ``axioms``: what a record proves, and what a theorem stands on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..derivations import derive, entry
from ..kernel.ledger import LEDGER
from ..language.expressions import is_matrix, show_shape
from ..language.letters import Centred, Defined, Gaussian, Random
from ..language.printing import text
from ..language.rewrite import definitions_of, definitions_of_statement, letters_of_statement
from ..records.replay import Verified
from .shell import one_line

#: how much of a title of a record is shown
WIDE = 200


def report(found: Verified, path: Path) -> str:
    """What was verified, for a person: each result with its assumptions and the definitions it speaks of."""
    record = found.record
    lines = [one_line(f"{record.title} ({record.source})" if record.title else record.id)[:WIDE], ""]
    shown: dict[str, Any] = {}
    for chapter, key, title, theorems in found.results:
        lines.append(one_line(f"{chapter}: {title or key}")[:WIDE])
        for theorem in theorems:
            lines.append(f"  {text(theorem.statement)}")
            if theorem.assumptions:
                lines.append(f"    assuming {', '.join(sorted(map(text, theorem.assumptions)))}")
        for letter in _met(theorems):
            if shown.get(letter.name) != letter:
                shown[letter.name] = letter
                lines.append(f"    where {_described(letter)}")
    lines += ["", "Titles are the record's own words; what is verified are the formulas."]
    lines += [f"Axioms: {', '.join(name for name in LEDGER if name in found.axioms)}"]
    lines.append(f"{path}: verified, {len(found.steps)} steps and {len(found.results)} results, by the kernel alone")
    return "\n".join(lines)


def _met(theorems: Any) -> list[Any]:
    """The letters and definitions of theorems, those of their assumptions and covariances among them."""
    spoken = [statement for theorem in theorems for statement in (theorem.statement, *theorem.assumptions)]
    found: dict[Any, None] = {}
    for statement in spoken:
        letters = sorted(letters_of_statement(statement), key=lambda letter: (isinstance(letter, Defined), letter.name))
        covariances = [letter.covariance for letter in letters if isinstance(letter, Centred)]
        for node in (*letters, *definitions_of_statement(statement)):
            found.setdefault(node)
        for definition in (d for covariance in covariances for d in definitions_of(covariance)):
            found.setdefault(definition)
    return list(found)


def _described(letter: Any) -> str:
    """A letter with what it stands for, or what is known of it."""
    if hasattr(letter, "body"):
        return f"{text(letter)} := {text(letter.body)}"
    if isinstance(letter, Gaussian):
        return f"{text(letter)} is random, {show_shape(letter)}, its columns N(0, {text(letter.covariance)})"
    if isinstance(letter, Centred):
        covariance = f"its columns of mean 0 and covariance {text(letter.covariance)}"
        return f"{text(letter)} is random, {show_shape(letter)}, {covariance}, of group {letter.group!r}"
    if is_matrix(letter):
        kind, law = ("a random", ", of any law with finite means") if isinstance(letter, Random) else ("any", "")
        known = "".join(f", {fact}" for fact in sorted(letter.facts))
        return f"{text(letter)} is {kind} {show_shape(letter)} matrix{law}{known}"
    kind = "integer" if letter.is_integer else "real number"
    sign = "positive " if letter.is_positive else "nonnegative " if letter.is_nonnegative else ""
    return f"{text(letter)} is any {sign}{kind}"


def as_json(found: Verified) -> dict[str, Any]:
    """The same for a program."""
    return {
        "id": found.record.id,
        "verified": True,
        "steps": len(found.steps),
        "results": [
            {
                "chapter": chapter,
                "key": key,
                "title": title,
                "statements": [text(theorem.statement) for theorem in theorems],
                "assumptions": sorted({text(a) for theorem in theorems for a in theorem.assumptions}),
                "where": [_described(letter) for letter in _met(theorems)],
            }
            for chapter, key, title, theorems in found.results
        ],
        "axioms": [name for name in LEDGER if name in found.axioms],
    }


def axioms_of(id: str) -> list[dict[str, Any]]:
    """The axioms that the theorems of a chapter stand on, each with the results that use it."""
    chapter = derive(entry(id).id)
    used = {
        result.key: frozenset().union(*(theorem.axioms for theorem in (result.theorem, *result.also)))
        for result in chapter.results
    }
    return [
        {
            "axiom": axiom.name,
            "statement": axiom.statement,
            "source": axiom.source,
            "used_by": [key for key, names in used.items() if axiom.name in names],
        }
        for axiom in LEDGER.values()
        if any(axiom.name in names for names in used.values())
    ]


def axioms_text(rows: list[dict[str, Any]]) -> str:
    """The axioms for a person."""
    blocks = [
        f"{row['axiom']}    [{', '.join(row['used_by'])}]\n  {row['statement']}\n  {row['source']}" for row in rows
    ]
    return "\n\n".join(blocks)
