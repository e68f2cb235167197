"""In class: slides, exercises and notebooks from a chapter, and what is said to a student's answer.

steps        the steps of a chapter by number
comparing    whether two formulas are equal
hints        what differs where they are not
checking     ``check_answer``
views        a chapter with some lines hidden behind numbered blanks
blanks       which lines those are
ordering     steps to be put in order: ``check_order``
typeset      formulas and sentences as TeX, with boxes for blanks
slides       steps revealed one at a time
sheet        exercises and their solutions
notebook     cells to answer in
material     ``lesson``: all of it, by the names of its files
"""

from importlib import import_module
from typing import Any

_HOME = {
    "check_answer": "checking",
    "Reply": "checking",
    "check_order": "ordering",
    "puzzle_of": "ordering",
    "lesson": "material",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'symicl.teach' has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
