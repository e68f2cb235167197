"""A TOML file whose every complaint names the file, the line, and the key, and repeats the line.

>>> document = Document("slope.toml", 'seed = 1\\n[setting]\\nM = 0\\n')
>>> print(document.error(("setting", "M"), "must be at least 1, not 0"))
slope.toml, line 3, "M = 0": setting.M must be at least 1, not 0
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..names import meant
from .locate import Path as Place
from .locate import lines_of

BYTES = 2_000_000
#: How much of a line, a value, a name is repeated.
SHOWN = 60


def read_bytes(path: Path, wanted: str, most: int = BYTES) -> bytes:
    """What is in a file; ``UserError`` where it is no file (``wanted`` is), cannot be read, or holds over ``most``."""
    try:
        if path.exists() and not path.is_file():
            raise UserError(f"{path}: not a file; name {wanted}")
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(raw) > most:
        raise UserError(f"{path}: larger than {most // 1_000_000} MB, which is the most that is read")
    return raw


class Document:
    """What a TOML text holds, in ``data``, and where it stands; ``UserError`` where the text is not TOML."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        try:
            self.data: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise UserError(self._not_toml(str(error))) from None
        except RecursionError:
            raise UserError(f"{name}: lists are nested too deep; a matrix is a list of rows") from None
        self._lines = lines_of(text)

    @classmethod
    def read(cls, path: Path) -> Document:
        """The document in a file; ``UserError`` where it cannot be read."""
        raw = read_bytes(path, "a TOML file")
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UserError(f"{path}: not text in UTF-8 (byte {error.start + 1}); it must hold TOML") from None
        return cls(str(path), text)

    def _not_toml(self, message: str) -> str:
        found = re.search(r"\(at line (\d+), column (\d+)\)", message)
        if not found:
            return f"{self.name}: not TOML: {message}"
        what = message[: found.start()].strip()
        return f"{self.name}, line {found[1]}{self._repeated(int(found[1]))}, column {found[2]}: not TOML: {what}"

    def _repeated(self, line: int) -> str:
        lines = self.text.splitlines()
        shown = " ".join(lines[line - 1].split()) if line <= len(lines) else ""
        shown = shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…"
        return f', "{shown}"' if shown else ""

    def error(self, place: Place, message: str) -> UserError:
        """A complaint about what stands at a place, or about its nearest table where nothing does."""
        key = spelled(place)
        return UserError(f"{self.where(place)}: {key}{' ' if key and message else ''}{message}")

    def where(self, place: Place) -> str:
        """The file with the line of a place, and the line itself."""
        while place and place not in self._lines:
            place = place[:-1]
        if not place:
            return self.name
        line = self._lines[place]
        return f"{self.name}, line {line}{self._repeated(line)}"

    def get(self, *place: str) -> Any:
        """What stands there, or None."""
        found: Any = self.data
        for key in place:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found

    def table(self, *place: str) -> dict[str, Any]:
        """The table there, empty where there is none."""
        found = self.get(*place)
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise self.error(place, f"must be a table, as in [{spelled(place)}], not {shown(found)}")
        return found

    def only(self, known: Collection[str], *place: str, inside: Mapping[str, Collection[str]] | None = None) -> None:
        """Refuse keys of a table that are not known; ``inside`` are the keys of tables in it, which may be meant."""
        for key in self.table(*place) if place else self.data:
            if key not in known:
                raise self.error((*place, key), f"is unknown: {nearest(key, known, inside)}")

    def text_of(self, key: str, default: str = "") -> str:
        """A line of text, without what a terminal would obey."""
        found = self.data.get(key, default)
        if not isinstance(found, str):
            raise self.error((key,), f'must be text, as in {key} = "…", not {shown(found)}')
        return " ".join("".join(c if c.isprintable() else " " for c in found).split())

    def integer(self, key: str, least: int, most: int) -> int | None:
        """An integer in a range, or None where there is none."""
        found = self.data.get(key)
        if found is not None and (isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most):
            raise self.error((key,), f"must be an integer from {least} to {most}, not {shown(found)}")
        return found

    def number(self, key: str, least: float, most: float) -> float | None:
        """A number in a range, or None where there is none."""
        found = self.data.get(key)
        if found is None:
            return None
        good = isinstance(found, (int, float)) and not isinstance(found, bool)
        if not good or not isfinite(found) or not least <= found <= most:
            raise self.error((key,), f"must be a number from {least:g} to {most:g}, not {shown(found)}")
        return float(found)


def spelled(place: Place) -> str:
    """A place as one writes it: keys with dots between them, positions from 1 in brackets.

    >>> spelled(("sweep", "M", 2))
    'sweep.M[3]'
    """
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place]
    return "".join(parts).removeprefix(".")


def shown(value: Any) -> str:
    """A value as a message repeats it: on one line, and not longer."""
    text = '"' + value + '"' if isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def nearest(key: str, known: Collection[str], inside: Mapping[str, Collection[str]] | None = None) -> str:
    """The nearest known name, else the nearest in a table, and all that are known.

    >>> nearest("sgima", ["seed", "estimator"], {"setting": ["d", "sigma"]})
    'did you mean sigma in [setting]? There are seed, estimator'
    """
    found = [(near, "") for near in [meant(key, known)] if near]
    found += [(near, f" in [{table}]") for table, names in (inside or {}).items() if (near := meant(key, names))]
    hint = f"did you mean {''.join(found[0])}? T" if found else "t"
    return f"{hint}here are {', '.join(known)}"
