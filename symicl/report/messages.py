"""What a report says beside its formulas, one catalogue a language (``reports/messages``), none of it in the templates.

A message is plain text with ``{name}`` fields.  It is escaped for its format when it is printed; what fills a field is
escaped too, unless it is marked as made by us.  Prose of the derivations is looked up by its English sentence, in
``zh-prose.toml``, and what the judges say in ``zh-evidence.toml``.

>>> say = messages("en")
>>> say("report.continued"), say("words.theorem"), say.rule("average")
(', continued', 'Theorem', 'expectation over Gaussian letters')
>>> say("report.continue")
Traceback (most recent call last):
    ...
symicl.errors.SymiclError: messages/en.toml has no report.continue
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

from ..errors import SymiclError, UserError
from ..proof.chapter import Prose

LANGUAGES = ("en", "zh")


class Messages:
    """The catalogue of one language."""

    def __init__(self, lang: str, tables: Mapping[str, Mapping[str, str]]) -> None:
        self.lang, self.tables = lang, tables

    @property
    def cjk(self) -> bool:
        """Whether it is written in Chinese characters."""
        return self.lang == "zh"

    def template(self, key: str) -> str:
        """The message ``part.key`` with its fields unfilled; ``SymiclError`` where there is none."""
        part, _, rest = key.partition(".")
        try:
            return self.tables[part][rest]
        except KeyError:
            raise SymiclError(f"messages/{self.lang}.toml has no {key}") from None

    def __call__(self, key: str, **values: Any) -> str:
        """The message with its fields filled in, as plain text."""
        return self.fill(key, str, values)

    def fill(self, key: str, words: Callable[[Any], str], values: Mapping[str, Any]) -> str:
        """The message with ``words`` applied to its text and to what fills its fields.

        A field is a name and nothing else, so that a message reaches no attribute of a value.
        """
        pieces = []
        for literal, name, _, _ in Formatter().parse(self.template(key)):
            pieces.append(words(literal))
            if name is not None:
                if name not in values:
                    raise SymiclError(f"messages/{self.lang}.toml, {key}: {{{name}}} is not given")
                pieces.append(words(values[name]))
        return "".join(pieces)

    def sentence(self, key: str, **parts: Any) -> Prose:
        """The message with expressions for its fields, shown as formulas when it is printed."""
        return Prose(self.template(key), parts)

    def connectives(self) -> tuple[str, str]:
        """The words for “and” and “or” between two formulas."""
        return self.template("words.both"), self.template("words.either")

    def rule(self, id: str) -> str:
        """The name of a rule or of an axiom."""
        return self.tables["rules"].get(id) or self.prose(id)

    def prose(self, text: str) -> str:
        """A sentence of the derivations in this language, in English where nobody has translated it."""
        return self.tables.get("prose", {}).get(text, text)

    def translated(self, prose: Prose) -> Prose:
        """The same for a sentence with formulas in it."""
        return Prose(self.prose(prose.template), prose.parts)

    def told(self, said: str) -> str:
        """What a judge says in this language: its template is looked up, and whatever fills its fields.

        >>> from types import SimpleNamespace
        >>> messages("en").told("no formula was given")
        'no formula was given'
        """
        known = self.tables.get("evidence", {})
        template = known.get(getattr(said, "template", said))
        if template is None:
            return str(said)
        parts = {name: self._part(part) for name, part in getattr(said, "parts", {}).items()}
        return "".join(text + parts.get(name, "") for text, name, _, _ in Formatter().parse(template))

    def _part(self, part: Any) -> str:
        return (
            self.template("words.semicolon").join(map(self.told, part)) if isinstance(part, tuple) else self.told(part)
        )

    def listed(self, items: Sequence[str]) -> str:
        """Things one after the other, as this language lists them: “a, b and c”."""
        if len(items) < 2:
            return "".join(items)
        return self.template("words.comma").join(items[:-1]) + self.template("words.and") + items[-1]


@cache
def messages(lang: str = "en") -> Messages:
    """The messages of a language; ``UserError`` for one that there is no catalogue of."""
    if lang not in LANGUAGES:
        raise UserError(f"no language {lang!r}; there are {', '.join(LANGUAGES)}")
    folder = resources.files("symicl.reports").joinpath("messages")
    tables = tomllib.loads(folder.joinpath(f"{lang}.toml").read_text("utf-8"))
    for further in ("prose", "evidence"):  # what is looked up by its English sentence
        if (file := folder.joinpath(f"{lang}-{further}.toml")).is_file():
            tables |= tomllib.loads(file.read_text("utf-8"))
    return Messages(lang, tables)


__all__ = ["LANGUAGES", "Messages", "messages"]
