"""``verify`` and ``axioms``: what a record proves, and what a theorem stands on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..derivations import derive, entry
from ..kernel.ledger import LEDGER
from ..language.printing import text
from ..language.rewrite import definitions_of_statement
from ..records.replay import Verified


def report(found: Verified, path: Path) -> str:
    """What was verified, for a person: each result with its assumptions and the definitions it speaks of."""
    record = found.record
    lines = [f"{record.title} ({record.source})" if record.title else record.id, ""]
    shown: dict[str, Any] = {}
    for chapter, key, title, theorems in found.results:
        lines.append(f"{chapter}: {title or key}")
        for theorem in theorems:
            lines.append(f"  {text(theorem.statement)}")
            if theorem.assumptions:
                lines.append(f"    assuming {', '.join(sorted(map(text, theorem.assumptions)))}")
        met = [d for theorem in theorems for d in definitions_of_statement(theorem.statement)]
        for definition in dict.fromkeys(met):
            if shown.get(definition.name) != definition:
                shown[definition.name] = definition
                lines.append(f"    where {text(definition)} := {text(definition.body)}")
    lines += ["", f"Axioms: {', '.join(name for name in LEDGER if name in found.axioms)}"]
    lines.append(f"{path}: verified, {len(found.steps)} steps and {len(found.results)} results, by the kernel alone")
    return "\n".join(lines)


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
