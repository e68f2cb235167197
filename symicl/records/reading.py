"""From the text of a record to its rows: JSON of a bounded size and of the right form, and nothing more."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import limits
from .limits import RecordError, within
from .writing import FORMAT, VERSION, checksum

TEXTS = ("id", "title", "source", "made_by", "sha256")
TABLES = ("nodes", "statements", "steps", "results")
STEP: dict[str, type] = {"by": str, "from": list, "proves": int, "given": list, "axioms": list}
RESULT: dict[str, type] = {"chapter": str, "key": str, "title": str, "states": list, "lines": list}


@dataclass(frozen=True)
class Record:
    """The rows of a record; ``intact`` says whether its checksum is that of its content."""

    id: str
    title: str
    source: str
    made_by: str
    nodes: list[list[Any]]
    statements: list[list[Any]]
    steps: list[dict[str, Any]]
    results: list[dict[str, Any]]
    intact: bool


def load(path: Path) -> Record:
    """The record in a file; ``RecordError`` says what is wrong with it.  Not more than the limit is ever read."""
    try:
        with path.open("rb") as file:
            content = file.read(limits.BYTES + 1)
    except OSError as error:
        raise RecordError(f"{path}: cannot be read ({error.strerror})") from error
    within(len(content), limits.BYTES, f"{path}: bytes")
    try:
        return parse(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RecordError(f"{path}: this is not a text in UTF-8") from error
    except RecordError as error:
        raise RecordError(f"{path}: {error}") from error


def parse(text: str) -> Record:
    """The record that a text holds."""
    try:
        content = json.loads(text, parse_float=_no_float, parse_constant=_no_float)
    except json.JSONDecodeError as error:
        raise RecordError(f"this is not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise RecordError("this is nested too deeply for a record") from error
    except ValueError as error:
        raise RecordError(f"this is not a record: {error}") from error
    _check_head(content)
    for table in TABLES:
        _check_rows(content[table], table)
    intact = checksum(content) == content["sha256"]
    return Record(*(content[key] for key in ("id", "title", "source", "made_by", *TABLES)), intact=intact)


def _no_float(text: str) -> Any:
    raise RecordError(f"the number {text[:20]} is not whole; a record holds whole numbers only")


def _check_head(content: Any) -> None:
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise RecordError(f'this is not a proof record: it does not begin with {{"format": "{FORMAT}"')
    if content.get("version") != VERSION:
        found = str(content.get("version"))[:20]
        raise RecordError(f"this is a record of version {found}; version {VERSION} is read here")
    wanted = {"format", "version", *TEXTS, *TABLES}
    for key in sorted(wanted ^ set(content)):
        raise RecordError(f"the key {key[:40]!r} is {'missing' if key in wanted else 'unknown'}")
    for key in TEXTS:
        _check_text(content[key], repr(key))


def _check_rows(rows: Any, table: str) -> None:
    if not isinstance(rows, list):
        raise RecordError(f"{table!r} must be a list")
    within(len(rows), limits.ROWS, f"rows of {table!r}")
    forms: dict[str, dict[str, type]] = {"steps": STEP, "results": RESULT}
    for i, row in enumerate(rows):
        if not (_has_form(row, forms[table]) if table in forms else _is_row(row)):
            raise RecordError(f"row {i} of {table!r} is not of the right form")
        if table == "results":
            for key in ("chapter", "key", "title"):
                _check_text(row[key], f"{key!r} in row {i} of 'results'")


def _check_text(text: Any, place: str) -> None:
    """A text is one line that a terminal shows as it is."""
    if not isinstance(text, str) or not text.isprintable():
        raise RecordError(f"{place} must be a text on one line, without characters that are not seen")
    within(len(text), limits.TITLE, f"{place}: characters")


def _is_row(row: Any) -> bool:
    return isinstance(row, list) and len(row) > 0 and all(type(part) in (str, int) for part in row)


def _has_form(row: Any, form: dict[str, type]) -> bool:
    return isinstance(row, dict) and row.keys() == form.keys() and all(type(row[key]) is form[key] for key in form)
