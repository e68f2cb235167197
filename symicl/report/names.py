r"""The macro of every letter and operator, and what it expands to.

Every macro begins with ``\icl``, is provided by notation.tex and can be defined otherwise by the paper that the report
is read into.  A letter that has no macro of its own is given one.

>>> names = Names()
>>> names.letter("Lambda"), names.letter("beta_2")
('\\iclCov', '\\iclbetaTwo')
>>> names.generated()
[('\\iclbetaTwo', '\\beta_{2}', 'beta_2')]
"""

from __future__ import annotations

import re

from ..language.styles import GREEK, tex_name
from .escape import GREEK_NAMES, escape_tex

#: macro, expansion, what it is
OPERATORS = (
    (r"\iclE", r"\operatorname{E}", "expectation"),
    (r"\iclP", r"\operatorname{P}", "probability"),
    (r"\icltr", r"\operatorname{tr}", "trace"),
    (r"\iclT", r"\mathsf T", "the superscript of a transpose"),
    (r"\iclI", "I", "identity matrix; its size follows as an index"),
    (r"\iclgrad", r"\nabla", "gradient; the letter follows as an index"),
    (r"\iclR", r"\mathbb R", "real numbers"),
    (r"\iclNormal", r"\mathcal N", "normal distribution"),
)
#: the letter's name in symicl, its macro, its expansion
LETTERS = (
    ("d", r"\icld", "d"),
    ("N", r"\iclN", "N"),
    ("Lambda", r"\iclCov", r"\Lambda"),
    ("Gamma", r"\iclOpt", r"\Gamma"),
    ("X", r"\iclX", "X"),
    ("x_q", r"\iclxq", r"x_{\mathrm q}"),
    ("w", r"\iclw", "w"),
    ("y", r"\icly", "y"),
    ("y_hat", r"\iclyhat", r"\hat{y}"),
    ("epsilon", r"\iclnoise", r"\varepsilon"),
    ("sigma", r"\iclsigma", r"\sigma"),
    ("E", r"\iclEmb", "E"),
    ("S", r"\iclS", "S"),
    ("W^PV", r"\iclWPV", r"W^{\mathrm{PV}}"),
    ("W^KQ", r"\iclWKQ", r"W^{\mathrm{KQ}}"),
    ("U", r"\iclU", "U"),
    ("u", r"\iclu", "u"),
    ("p", r"\iclp", "p"),
    ("q", r"\iclq", "q"),
    ("V", r"\iclV", "V"),
    ("v", r"\iclv", "v"),
    ("k", r"\iclk", "k"),
    ("kappa", r"\iclkappa", r"\kappa"),
    ("L", r"\iclLoss", "L"),
    ("L_full", r"\iclLossFull", r"L_{\mathrm{full}}"),
    ("A", r"\iclA", "A"),
    ("B", r"\iclB", "B"),
    ("C", r"\iclC", "C"),
    ("D", r"\iclD", "D"),
    ("G", r"\iclG", "G"),
    ("H", r"\iclH", "H"),
    ("M", r"\iclM", "M"),
    ("Z", r"\iclZ", "Z"),
)
HELPERS = (
    *(r"\iclwhy", r"\icllongwhy", r"\icllowwhy", r"\iclwhole", r"\iclwide", r"\iclem"),
    *(r"\iclletters", r"\iclqed", r"\iclcite", r"\iclchapter", r"\iclheading"),
)
DIGITS = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]


def expansion_of(name: str) -> str:
    r"""A letter's name as TeX, whatever the name holds.

    >>> expansion_of("Γ"), expansion_of("x_q"), expansion_of("\\input{x}")
    ('\\Gamma', 'x_{q}', '\\text{\\textbackslash{}input\\{x\\}}')
    """
    plain = "".join(GREEK_NAMES.get(c, c) for c in name)
    if re.fullmatch(r"[A-Za-z0-9]+(\^[A-Za-z0-9]+)?(_[A-Za-z0-9]+)?", plain):
        return tex_name(plain)
    return rf"\text{{{escape_tex(name)}}}"


def _spelled(name: str) -> str:
    letters = []
    for char in name:
        char = GREEK_NAMES.get(char, char)
        if char.isdigit() and char.isascii():
            letters.append(DIGITS[int(char)])
        elif (char.isascii() and char.isalpha()) or len(char) > 1:
            letters.append(char)
    return "".join(letters) or "Letter"


class Names:
    """The macros of one report; letters without a macro of their own are given one when they are first met."""

    def __init__(self, connectives: tuple[str, str] = ("and", "or")) -> None:
        self.connectives = connectives  # what stands between two statements, in the report's language
        self.letters = {name: (macro, shown) for name, macro, shown in LETTERS}
        self.expansions = {macro: shown for macro, shown, _ in OPERATORS}
        self.expansions |= dict(self.letters.values())
        self._new: list[str] = []

    def letter(self, name: str) -> str:
        """The macro of a letter."""
        if name not in self.letters:
            macro = self._free(rf"\icl{_spelled(name)}")
            self.letters[name] = macro, expansion_of(name)
            self.expansions[macro] = self.letters[name][1]
            self._new.append(name)
        return self.letters[name][0]

    def _free(self, macro: str) -> str:
        while macro in self.expansions or macro in HELPERS:
            macro += "X"
        return macro

    def generated(self) -> list[tuple[str, str, str]]:
        """The macros that were made for this report: macro, expansion, the letter's name."""
        return [(*self.letters[name], name) for name in self._new]

    def expand(self, tex: str) -> str:
        r"""TeX with every macro of ours replaced by what it stands for.

        >>> Names().expand(r"\iclCov^{\iclT}")
        '\\Lambda^{\\mathsf T}'
        """
        return re.sub(r"\\icl[A-Za-z]+", lambda m: self.expansions.get(m[0], m[0]), tex)


__all__ = ["GREEK", "HELPERS", "LETTERS", "OPERATORS", "Names", "expansion_of"]
