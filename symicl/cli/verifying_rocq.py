"""``verify`` of a folder: what coqc says of the proofs in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..rocq.verify import Checked, Stated, proofs_in, verify_folder
from ..rocq.verify_build import SECONDS
from ..rocq.verify_text import RefusedSource
from .shell import emit_json, one_line, progress
from .verifying_records import held, told, told_of_refused
from .verifying_records import plain as plain_records

WIDE = 24


def verify(folder: Path, seconds: float | None, as_json: bool) -> None:
    """Check a folder and print each file when it is done, then the theorems with what they assume and their origin."""

    def tell(name: str, taken: float | None) -> None:
        progress("")
        if not as_json:
            click.echo(f"{name:{WIDE}}  {'compiled before' if taken is None else f'{taken:.1f} s'}")
        progress("coqc at work …")

    seconds = seconds or SECONDS
    texts = proofs_in(folder)
    records = held(folder, seconds)
    progress("coqc at work …")
    try:
        found = verify_folder(folder, tell, seconds, texts)
    except RefusedSource as error:
        raise RefusedSource("\n  ".join([str(error), *told_of_refused(error, texts, records)])) from error
    finally:
        progress("")
    if as_json:
        emit_json(plain(found) | plain_records(texts, records))
    else:
        click.echo(report(found, folder, told(texts, records)))


def report(found: Checked, folder: Path, origins: list[str]) -> str:
    """What was verified, for a person; ``origins`` says where the files come from."""
    lines, shown = [""], set[str]()
    for theorem in found.theorems:
        note = ", what is assumed of the mean has a model" if theorem.of_the_library else ""
        lines += [one_line(f"{theorem.file}: {theorem.name}{note}"), *_indented(theorem.statement)]
        new = [definition for definition in found.definitions_in(theorem) if definition not in shown]
        lines += [line for definition in new for line in _indented(f"where {definition}")]
        shown.update(new)
        lines += [f"  Print Assumptions: {one_line(theorem.assumptions)}", ""]
    own = sum(not theorem.of_the_library for theorem in found.theorems)
    lines += [
        "What is proved are these statements, as Rocq prints them; names of steps and comments are the files' own.",
        *origins,
    ]
    count = f"{own} theorem{'s' * (own != 1)}"
    lines.append(one_line(f"{folder}: verified, {count}, by {found.version}"))
    return "\n".join(lines)


def _indented(text: str) -> list[str]:
    return [f"    {''.join(c if c.isprintable() else ' ' for c in line)}" for line in text.splitlines()]


def plain(found: Checked) -> dict[str, Any]:
    """The same for a program."""

    def row(theorem: Stated) -> dict[str, Any]:
        return {
            "file": theorem.file,
            "name": theorem.name,
            "statement": theorem.statement,
            "where": found.definitions_in(theorem),
            "assumptions": theorem.assumptions,
        }

    return {
        "verified": True,
        "coqc": found.version,
        "files": [{"file": name, "seconds": taken} for name, taken in found.seconds.items()],
        "theorems": [row(theorem) for theorem in found.theorems],
    }
