"""Where a file of proofs comes from: whether it is, word for word, what a proof record beside it says in Rocq.

A file that is not may be as good a proof; what its theorems state is then for the reader to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import SymiclError, UserError
from ..records.replay import Verified
from .export import export

RECORDS = 100
#: what the export of a record that symicl did not write may run into
ODD = (TypeError, ValueError, ArithmeticError, AttributeError, LookupError, AssertionError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Texts:
    """A record in Rocq: its files by name, or why there are none."""

    files: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""


@dataclass(frozen=True)
class Origin:
    """Where a file comes from: the record that exports a file of its name, and the first line that is not its text.

    ``record`` is empty where there is none, ``line`` is 0 where every word is the export's.
    """

    file: str
    record: str = ""
    line: int = 0

    @property
    def word_for_word(self) -> bool:
        """Whether the file is the export of a record."""
        return bool(self.record) and not self.line


def records_in(folder: Path) -> list[Path]:
    """The proof records in a folder."""
    found = sorted(folder.glob("*.proof.json"))
    if len(found) > RECORDS:
        raise UserError(f"{folder}: {len(found)} proof records, and at most {RECORDS} are verified")
    for path in found:
        if not path.is_file():
            raise UserError(f"{path}: not a file")
    return found


def texts_of(verified: Verified) -> Texts:
    """A record in Rocq."""
    try:
        return Texts({f"{file.name}.v": file.text for file in export(verified).files})
    except SymiclError as error:
        return Texts(trouble=str(error))
    except ODD as error:
        return Texts(trouble=f"its export fails ({type(error).__name__})")


def origins(files: Mapping[str, str], records: Mapping[str, Texts]) -> list[Origin]:
    """Where each file comes from.

    >>> origins({"a.v": "x\\ny", "b.v": ""}, {"r.proof.json": Texts({"a.v": "x\\nz"})})
    [Origin(file='a.v', record='r.proof.json', line=2), Origin(file='b.v', record='', line=0)]
    """
    return [_origin(file, text, records) for file, text in files.items()]


def _origin(file: str, text: str, records: Mapping[str, Texts]) -> Origin:
    found = [Origin(file, name, _difference(text, r.files[file])) for name, r in records.items() if file in r.files]
    return min(found, key=lambda origin: not origin.word_for_word, default=Origin(file))


def missing(files: Iterable[str], records: Mapping[str, Texts]) -> list[tuple[str, str]]:
    """The files that records export and that are not there, each with its record."""
    there = set(files)
    return [(file, name) for name, record in records.items() for file in record.files if file not in there]


def _difference(text: str, exported: str) -> int:
    """The first line where two texts differ, counted from 1; 0 where they are one."""
    if text == exported:
        return 0
    lines, wanted = text.split("\n"), exported.split("\n")
    same = (i for i, (a, b) in enumerate(zip(lines, wanted, strict=False)) if a != b)
    return 1 + next(same, min(len(lines), len(wanted)))
