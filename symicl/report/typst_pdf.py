"""A PDF where there is no TeX: by Typst's Python package (the extra ``pdf``); the same bytes for the same input."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from ..errors import MissingTool, SymiclError

if TYPE_CHECKING:
    from .latex import Document


def has_typst() -> bool:
    """Whether Typst's Python package is installed."""
    return find_spec("typst") is not None


def compile_typst(document: Document) -> bytes:
    """The PDF of a document.

    ``MissingTool`` for a document in Chinese where no font has its characters; ``SymiclError`` where Typst stops.
    """
    import typst

    from .typst import CHINESE, typst_source

    if document.messages.cjk and not set(CHINESE) & set(typst.Fonts().families()):
        raise MissingTool("a PDF in Chinese needs a font for it and there is none; apt-get install fonts-noto-cjk")
    try:
        return bytes(typst.compile(typst_source(document).encode()))
    except typst.TypstError as error:
        raise SymiclError(f"{document.id}: Typst stops with “{error.message}”") from error


__all__ = ["compile_typst", "has_typst"]
