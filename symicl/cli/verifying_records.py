"""The proof records in a folder of Rocq files: verified by the kernel, exported again, held against the catalogue."""

from __future__ import annotations

import os
import re
import resource
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..derivations import derive, entry
from ..errors import UserError
from ..kernel.theorem import Theorem
from ..language.printing import text
from ..records.replay import Verified, verify_record
from ..rocq.export import exported_results
from ..rocq.origin import Origin, Texts, missing, origins, records_in, texts_of
from ..rocq.verify_refusal import RefusedStep
from ..rocq.verify_text import RefusedSource
from ..workers import Crew
from .shell import one_line

MEMORY = 4 << 30


@dataclass(frozen=True)
class Held:
    """A record that the kernel has verified: what it says in Rocq, and how its results stand to the catalogue's.

    ``others`` are the keys of results that the catalogue does not state so; None where it has no such row at all.
    """

    id: str
    steps: tuple[Theorem, ...]
    texts: Texts
    others: tuple[str, ...] | None


def held(folder: Path, seconds: float) -> dict[str, Held]:
    """Every record of a folder by the name of its file; ``ProofError`` for one that the kernel refuses."""
    return {path.name: _held(verify_record(path), seconds) for path in records_in(folder)}


def _held(verified: Verified, seconds: float) -> Held:
    record, results = verified.record, exported_results(verified)
    return Held(record.id, verified.steps, _texts(verified, seconds), _others(results))


def _others(results: list[Any]) -> tuple[str, ...] | None:
    """The results that are not stated so in the catalogue, whose derivations are made anew."""
    try:
        chapters = {chapter: derive(entry(chapter).id) for chapter in {row[0] for row in results}}
    except UserError:
        return None
    known = {(id, r.key): _stated((r.theorem, *r.also)) for id, chapter in chapters.items() for r in chapter.results}
    return tuple(key for chapter, key, _, theorems in results if known.get((chapter, key)) != _stated(theorems))


def _stated(theorems: Any) -> list[Any]:
    return [(theorem.statement, theorem.assumptions) for theorem in theorems]


def _texts(verified: Verified, seconds: float) -> Texts:
    """The export, in a process that is ended where it takes too long: a record may be anybody's."""
    here = os.getpid()

    def limited() -> Texts:
        if os.getpid() != here:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        return texts_of(verified)

    with Crew(1) as crew:
        try:
            return crew.begin(limited)()
        except ChildProcessError:
            return Texts(trouble=f"its export is not finished after {seconds:g} seconds")


def told(files: Mapping[str, str], records: Mapping[str, Held]) -> list[str]:
    """What is known of where the files come from, for a person."""
    texts = {name: record.texts for name, record in records.items()}
    lines = [_told_record(name, record) for name, record in records.items()]
    lines += [_told(origin) for origin in origins(files, texts)]
    lines += [f"{file}: not in the folder, but {name} exports it too" for file, name in missing(files, texts)]
    return [one_line(line) for line in lines]


def told_of_refused(error: RefusedSource, files: Mapping[str, str], records: Mapping[str, Held]) -> list[str]:
    """Beside what coqc refuses: which files a record exports otherwise, and what the step is in the record."""
    found = origins(files, {name: record.texts for name, record in records.items()})
    lines = [one_line(_changed(origin)) for origin in found if origin.line]
    step = re.fullmatch(r"step(\d+)", error.name) if isinstance(error, RefusedStep) else None
    if isinstance(error, RefusedStep) and step:
        number, known = int(step[1]), next((o.record for o in found if o.file == error.file), "")
        if known and number < len(records[known].steps):
            theorem = records[known].steps[number]
            lines.append(one_line(f"step {number} of {known}, by {theorem.rule}: {text(theorem.statement)}"))
    return lines


def _told_record(name: str, record: Held) -> str:
    start = f"{name}: verified by the kernel, {len(record.steps)} steps"
    if record.texts.trouble:
        return f"{start}; not exported to Rocq: {record.texts.trouble}"
    if record.others is None:
        return f"{start}; the catalogue has no {record.id}"
    if record.others:
        return f"{start}; not stated so in the catalogue's {record.id}: {', '.join(record.others)}"
    return f"{start}; what it states is what the catalogue's {record.id} states"


def _told(origin: Origin) -> str:
    if origin.word_for_word:
        return f"{origin.file}: the export of {origin.record}, word for word"
    reader = "what its theorems state is for you to read above"
    if not origin.record:
        return f"{origin.file}: no record in the folder exports it; {reader}"
    return f"{_changed(origin)}; {reader}"


def _changed(origin: Origin) -> str:
    return f"{origin.file}: not the export of {origin.record}, from which it differs first in line {origin.line}"


def plain(files: Mapping[str, str], records: Mapping[str, Held]) -> dict[str, Any]:
    """The same for a program."""
    found = origins(files, {name: record.texts for name, record in records.items()})
    return {
        "records": [
            {
                "file": name,
                "id": record.id,
                "verified": True,
                "steps": len(record.steps),
                "exports": list(record.texts.files),
                "not_exported": record.texts.trouble or None,
                "as_in_the_catalogue": record.others == (),
                "not_in_the_catalogue": None if record.others is None else list(record.others),
            }
            for name, record in records.items()
        ],
        "origins": [
            {
                "file": origin.file,
                "record": origin.record or None,
                "word_for_word": origin.word_for_word,
                "differs_from_line": origin.line or None,
            }
            for origin in found
        ],
    }
