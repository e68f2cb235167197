r"""Displays for every width of a paper: TeX takes the one that fits where the fragment is read.

A paper in one column has 33 to 40 em to a line, each of two columns 23 to 25 em.  A display that looks the same for two
widths is written once.

>>> chosen([(40, "a"), (33, "b"), (23, "b")])
'\\iclwide{40}{%\na}{%\nb}'
>>> chosen([(40, "a"), (33, "a"), (23, "a")])
'a'
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .displays import Displays
from .escape import Tex
from .outline import CalculationEntry, DefinitionEntry, StatementEntry

#: in em: JMLR and NeurIPS (39.6); amsart (36), article at 10, 11 and 12 pt (34.5, 32.9, 33.2); two columns (22.9)
WIDTHS = (39.4, 32.8, 22.8)


def chosen(layouts: Sequence[tuple[float, str]]) -> Tex:
    r"""Layouts, the widest first, as one piece of TeX: ``\iclwide`` takes the first that fits, or else the last."""
    (wide, first), *rest = layouts
    while rest and rest[0][1] == first:
        wide, first = rest.pop(0)
    if not rest:
        return Tex(first)
    return Tex(f"\\iclwide{{{wide:g}}}{{%\n{first}}}{{%\n{chosen(rest)}}}")


class Adaptive:
    """Displays for several widths."""

    def __init__(self, displays: Displays, widths: Sequence[float] = WIDTHS) -> None:
        self.each = [displays.of_width(width) for width in sorted(widths, reverse=True)]

    def _chosen(self, show: Callable[[Displays], str]) -> Tex:
        return chosen([(displays.text_width, show(displays)) for displays in self.each])

    def statements(self, entries: tuple[StatementEntry, ...]) -> Tex:
        """The statements of a result."""
        return self._chosen(lambda displays: displays.statements(entries))

    def definition(self, entry: DefinitionEntry) -> Tex:
        """A letter and what it stands for."""
        return self._chosen(lambda displays: displays.definition(entry))

    def calculation(self, entry: CalculationEntry) -> Tex:
        """A calculation with its reasons."""
        return self._chosen(lambda displays: displays.calculation(entry))


__all__ = ["WIDTHS", "Adaptive", "chosen"]
