"""Where each key of a TOML text stands: its line, by its path, so that a message can point at it.

``tomllib`` says what a text means and not where; this scanner is for a text that ``tomllib`` has read without error,
and only has to step over values.  A path holds keys and places in arrays, as in ``("sweep", "M", 2)``.

>>> lines = lines_of('title = "slope"\\n[sweep]\\nM = [10,\\n  20]\\n')
>>> lines["title",], lines["sweep", "M"], lines["sweep", "M", 1]
(1, 3, 4)
"""

from __future__ import annotations

import tomllib
from bisect import bisect_left

Path = tuple[str | int, ...]
BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def lines_of(text: str) -> dict[Path, int]:
    """The line, from 1, at which each key, table and element of an array begins."""
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return scanner.lines


class _Scanner:
    """One walk through the text; ``at`` is the next character."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.ends = [place for place, character in enumerate(text) if character == "\n"]
        self.lines: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}  # how often each [[array of tables]] has begun

    def document(self) -> None:
        """Tables and keys to the end of the text."""
        inside: Path = ()
        while self._space():
            if self._peek() == "[":
                inside = self._header()
            else:
                self._pair(inside)

    def _header(self) -> Path:
        many = self.text.startswith("[[", self.at)
        self.at += 1 + many
        path = self._placed(self._key())
        self.at += 1 + many
        if many:
            count = self.tables[path] = self.tables.get(path, -1) + 1
            path = (*path, count)
        return path

    def _placed(self, keys: list[tuple[str, int]]) -> Path:
        """The path of a header, whose arrays of tables stand for their last table."""
        path: Path = ()
        for place, (key, line) in enumerate(keys):
            path = (*path, key)
            self.lines.setdefault(path, line)
            if path in self.tables and place < len(keys) - 1:
                path = (*path, self.tables[path])
        return path

    def _pair(self, inside: Path) -> None:
        path = inside
        for key, line in self._key():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self.at += 1  # the equals sign
        self._space()
        self._value(path)

    def _key(self) -> list[tuple[str, int]]:
        """A dotted key, each part with its line, up to what follows it."""
        parts = []
        while True:
            self._space()
            start, line = self.at, self._line()
            if self._peek() in "\"'":
                self._string()
                parts.append((_unquoted(self.text[start : self.at]), line))
            else:
                while self._peek() in BARE:
                    self.at += 1
                parts.append((self.text[start : self.at], line))
            self._space()
            if self._peek() != ".":
                return parts
            self.at += 1

    def _value(self, path: Path) -> None:
        if self._peek() in "\"'":
            self._string()
        elif self._peek() == "[":
            self._items(path, "]")
        elif self._peek() == "{":
            self._items(path, "}")
        else:
            while self._peek() not in ",]}#\n":
                self.at += 1

    def _items(self, path: Path, end: str) -> None:
        """The elements of an array or the pairs of an inline table, past its closing bracket."""
        self.at += 1
        place = 0
        while self._space() and self._peek() != end:
            if end == "]":
                self.lines[*path, place] = self._line()
                self._value((*path, place))
                place += 1
            else:
                self._pair(path)
            self._space()
            self.at += self._peek() == ","
        self.at += 1

    def _string(self) -> None:
        quote = self._peek()
        mark = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self.at += len(mark)
        while self.at < len(self.text) and not self.text.startswith(mark, self.at):
            self.at += 2 if quote == '"' and self._peek() == "\\" else 1
        self.at += len(mark)
        while len(mark) == 3 and self._peek() == quote:  # up to two quotes may stand before the closing three
            self.at += 1

    def _space(self) -> bool:
        """Step over white space and comments; whether anything is left."""
        while self.at < len(self.text) and self._peek() in " \t\n#":
            if self._peek() == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            else:
                self.at += 1
        return self.at < len(self.text)

    def _peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else "\n"

    def _line(self) -> int:
        return bisect_left(self.ends, self.at) + 1


def _unquoted(key: str) -> str:
    """A quoted key as it is meant."""
    return next(iter(tomllib.loads(f"{key} = 0")))
