"""What a document of its own has beside the fragment: the graph, where each result is used, how to make it again."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from . import graph
from .checks import seeds
from .escape import Tex
from .pictures import tikz

if TYPE_CHECKING:
    from .latex import Latex

#: what a derivation and its checks are made with
LIBRARIES = ("sympy", "mpmath", "numpy")
#: what need not be said on the command line
USUAL = {"lang": "en", "detail": "full"}


class Appendix:
    """The end of one document."""

    def __init__(self, latex: Latex) -> None:
        self.latex = latex

    def graph(self) -> Tex:
        """The chapters and what they stand on, as a picture; nothing where there is but one."""
        drawn = graph.chapters(self.latex.outline)
        titled = graph.Graph(
            tuple(graph.Vertex(v.id, v.number, self.latex.messages.prose(v.title)) for v in drawn.vertices), drawn.edges
        )
        return tikz(titled, self.latex.messages.cjk) if len(titled.vertices) > 1 else Tex("")

    def used_in(self) -> list[tuple[Tex, Tex]]:
        """Each result that proofs of others use, with these."""
        latex, found = self.latex, []
        users = graph.used_in(latex.outline)
        for chapter in latex.outline.chapters:
            for entry in chapter.results:
                refs = [latex.reference(user.anchor) for user in users[entry.anchor.label]]
                if refs:
                    found.append((latex.reference(entry.anchor), Tex(latex.messages.listed(refs))))
        return found

    def commands(self) -> list[str]:
        """What a reader types to make the same again and to check it; nothing where no command made it."""
        document = self.latex.document
        if not document.command:
            return []
        options = {"lang": document.lang, "detail": document.detail}
        told = [f" --{name} {value}" for name, value in options.items() if value != USUAL[name]]
        told += [f" --width {document.widths[0]:g}"] if len(document.widths) == 1 else []
        return [
            "pip install .",
            f"{document.command} --format tex,html,pdf{''.join(told)}",
            f"symicl verify build/{document.id}/{document.id}.proof.json",
        ]

    def versions(self) -> str:
        """The versions of what all this was made with."""
        return ", ".join([f"Python {platform.python_version()}", *filter(None, map(_version, LIBRARIES))])

    def seeds(self) -> str:
        """The seeds of the judges."""
        return ", ".join(seeds(self.latex.document.verdicts))


def _version(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return ""


__all__ = ["Appendix"]
