"""Results: what a file of one holds, read back, and compared bit by bit with one that was made again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import UserError
from .document import read_bytes
from .jobs import Answer, Job, Key
from .versions import versions

FORMAT = "symicl result 1"
BYTES = 100_000_000


def framed(job: Job, answers: Mapping[Key, Answer]) -> dict[str, Any]:
    """The whole result: what was found, and all that it takes to find it again.

    It says nothing of time, workers or engine, so that the same experiment gives the same bytes.
    """
    return {
        "format": FORMAT,
        "title": job.title,
        "versions": versions(),
        "job": job.written(),
        **job.result(answers),
    }


def read_result(path: Path) -> dict[str, Any]:
    """The result in a file; ``UserError`` where there is none."""
    raw = read_bytes(path, "a result, as `symicl simulate` writes it", most=BYTES)
    try:
        found = json.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        where = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "not text"
        raise UserError(f"{path}: no result, which is JSON ({where})") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise UserError(f"{path}: no result of `symicl simulate` (its format is not {FORMAT!r})")
    job = found.get("job")
    if not isinstance(job, dict) or not isinstance(job.get("kind"), str) or not isinstance(found.get("versions"), dict):
        raise UserError(f"{path}: damaged: it does not say what job it is the result of")
    return found


def other_versions(result: Mapping[str, Any]) -> dict[str, list[str]]:
    """The versions that made a result and are others now: what each was, and what it is.

    >>> other_versions({"versions": {**versions(), "numpy": "0.9"}}) == {"numpy": ["0.9", versions()["numpy"]]}
    True
    """
    ours = versions()
    return {
        name: ["".join(c for c in str(was) if c.isprintable()), ours.get(name, "")]
        for name, was in result["versions"].items()
        if was != ours.get(name)
    }


def told_versions(others: Mapping[str, list[str]]) -> list[str]:
    """The same in words.

    >>> told_versions({"numpy": ["0.9", "2.0"]})
    ['numpy was 0.9, now 2.0']
    """
    return [f"{name} was {old}, now {new or 'unknown'}" for name, (old, new) in others.items()]


def differences(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """Where two results differ, other than in the versions that made them.

    >>> list(differences({"a": [1, 2.0], "b": 0}, {"a": [1, 2.5], "c": 0}))
    ['a[2]: 2.0, now 2.5', 'b: 0, now nothing', 'c: nothing, now 0']
    """
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            if place or key != "versions":
                inside = f"{place}.{key}" if place else key
                yield from differences(old.get(key, NOTHING), new.get(key, NOTHING), inside)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (left, right) in enumerate(zip(old, new, strict=True), 1):
            yield from differences(left, right, f"{place}[{number}]")
    elif type(old) is not type(new) or old != new:
        yield f"{place}: {_short(old)}, now {_short(new)}"


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


NOTHING = _Nothing()


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
