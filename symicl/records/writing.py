"""From theorems to the text of a record: all that they were made of, each step once, in the order it was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..kernel.arguments import STATEMENTS
from ..kernel.theorem import Theorem
from .terms import Table

FORMAT, VERSION = "symicl-proof", 1


@dataclass(frozen=True)
class Named:
    """A result by its chapter and key, with what a person calls it: what it states, and the lines that lead there."""

    chapter: str
    key: str
    title: str
    states: Sequence[Theorem]
    lines: Sequence[Theorem] = ()


def record(results: Iterable[Named], *, id: str, title: str, source: str, version: str) -> str:
    """The text of the record of ``results``; the same results give the same text."""
    writer = _Writer()
    named = [
        {
            "chapter": result.chapter,
            "key": result.key,
            "title": result.title,
            "states": [writer.step(theorem) for theorem in result.states],
            "lines": [writer.step(theorem) for theorem in result.lines],
        }
        for result in results
    ]
    content = {
        "format": FORMAT,
        "version": VERSION,
        "id": id,
        "title": title,
        "source": source,
        "made_by": f"symicl {version}".strip(),
        "nodes": writer.table.rows,
        "statements": writer.table.statements,
        "steps": writer.steps,
        "results": named,
    }
    return layout(content | {"sha256": checksum(content)})


def checksum(content: dict[str, Any]) -> str:
    """The SHA-256 of a record's content without its checksum."""
    plain = {key: value for key, value in content.items() if key != "sha256"}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def layout(content: dict[str, Any]) -> str:
    """JSON with a line a row, so that two records can be compared by eye and by ``diff``."""
    parts = []
    for key, value in content.items():
        if isinstance(value, list):
            rows = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in value)
            parts.append(f"{json.dumps(key)}: [\n{rows}\n]")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


class _Writer:
    """Numbers steps, statements and expressions as they are met."""

    def __init__(self) -> None:
        self.table = Table()
        self.steps: list[dict[str, Any]] = []
        self._known: dict[int, int] = {}

    def step(self, theorem: Theorem) -> int:
        """The number of a theorem's step; the steps it was made of come before it."""
        found = self._known.get(id(theorem))
        if found is None:
            made_of = [self.argument(argument) for argument in theorem.arguments]
            given = sorted(theorem.assumptions, key=str)
            row = {
                "by": theorem.rule,
                "from": made_of,
                "proves": self.table.statement(theorem.statement),
                "given": [self.table.statement(assumed) for assumed in given],
                "axioms": sorted(theorem.axioms),
            }
            found = self._known[id(theorem)] = len(self.steps)
            self.steps.append(row)
        return found

    def argument(self, argument: Any) -> Any:
        """An argument with its kind: step, statement, expression, whole number, name, or a list of such."""
        kind = type(argument)
        if kind is Theorem:
            return ["step", self.step(argument)]
        if kind in STATEMENTS:
            return ["statement", self.table.statement(argument)]
        if kind is int:
            return ["number", argument]
        if kind is str:
            return ["name", argument]
        if kind is tuple:
            return ["list", *map(self.argument, argument)]
        return ["node", self.table.node(argument)]
