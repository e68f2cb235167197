r"""Text for TeX and for HTML: everything that a person wrote is escaped, everything that we made is marked as made.

``Tex`` marks strings that are TeX already; all others are escaped by the template environment when they are printed.

>>> escape_tex(r"50% of \input{x} & $y_1$")
'50\\% of \\textbackslash{}input\\{x\\} \\& \\$\\ensuremath{y_{1}}\\$'
>>> escape_tex("ŷ − y ≥ 0 for Γ⁻¹")
'\\ensuremath{\\hat{y}} \\ensuremath{-} y \\ensuremath{\\geq} 0 for \\ensuremath{\\Gamma}\\ensuremath{^{-1}}'
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from markupsafe import Markup, escape


class Tex(str):
    """A string that is TeX already and must not be escaped."""

    __slots__ = ()


SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "’": "'",
    "‘": r"\textquoteleft{}",
    "“": r"\textquotedblleft{}",
    "”": r"\textquotedblright{}",
    "…": r"\dots{}",
    "§": r"\S\,",
    "\u00a0": "~",
}

GREEK_NAMES = {
    unicodedata.lookup(f"GREEK {size} LETTER {name.upper()}"): (name if size == "SMALL" else name.capitalize())
    for size, names in (
        ("SMALL", "alpha beta gamma delta epsilon zeta eta theta iota kappa lamda mu nu xi pi rho sigma tau phi chi "
                  "psi omega"),
        ("CAPITAL", "gamma delta theta lamda xi pi sigma phi psi omega"),
    )
    for name in names.split()
}  # fmt: skip
GREEK_NAMES = {char: name.replace("amda", "ambda") for char, name in GREEK_NAMES.items()}

MATH = {
    **{char: f"\\{name}" for char, name in GREEK_NAMES.items()},
    "ŷ": r"\hat{y}",
    "−": "-",
    "±": r"\pm",
    "×": r"\times",
    "·": r"\cdot",
    "≥": r"\geq",
    "≤": r"\leq",
    "≠": r"\neq",
    "≈": r"\approx",
    "≻": r"\succ",
    "⇔": r"\iff",
    "⇒": r"\Rightarrow",
    "→": r"\to",
    "⊢": r"\vdash",
    "∈": r"\in",
    "∞": r"\infty",
    "∇": r"\nabla",
    "∂": r"\partial",
    "∑": r"\sum",
    "√": r"\surd",
    "‖": r"\|",
    "⟨": r"\langle",
    "⟩": r"\rangle",
    "ᵀ": r"^{\mathsf T}",
    "¹": "^{1}",
    "²": "^{2}",
    "³": "^{3}",
    "⁴": "^{4}",
    "ⁿ": "^{n}",
    "½": r"\tfrac{1}{2}",
    "°": r"^{\circ}",
}
#: two characters that are one sign
PAIRS = {"\0": r"\nobreak ", "\1": "{}", "\2": r"\@", "⁻¹": r"\ensuremath{^{-1}}", "^½": r"\ensuremath{^{1/2}}"}
#: one letter with an index, as in C_ab; the letter stands alone
INDEXED = re.compile(r"(?<![\w\\])([A-Za-zα-ωΓΔΘΛΞΠΣΦΨΩ])_([A-Za-z0-9]{1,3})(?![\w])")


#: a bracket close to a letter or to another bracket: no blank is meant, and style checkers are told so
OPENS, CLOSES = re.compile(r"(?<=[\w)/])(?=\()"), re.compile(r"(?<=\))(?=\w)")
#: a capital that ends a part of a sentence
CAPITAL = re.compile(r"(?<=[A-Z])(?=: )")
#: a hyphen that is a minus sign
MINUS = re.compile(r"(?<![^\s(:=])-(?=\d)")


#: Chinese characters and their punctuation, which only a document in Chinese has the fonts for
CJK = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


def _character(char: str, cjk: bool) -> str:
    if char in SPECIAL:
        return SPECIAL[char]
    if char in MATH:
        return rf"\ensuremath{{{MATH[char]}}}"
    if cjk and CJK.match(char):
        return char
    if char.isspace():
        return " "
    if char < "\x80":
        return char if char.isprintable() else ""
    latin = "LATIN" in unicodedata.name(char, "") and char < "\u0180"
    return char if latin else f"[U+{ord(char):04X}]"


def escape_tex(text: Any, cjk: bool = False) -> Tex:
    """Text as TeX: no character keeps a special meaning, and symbols of mathematics become mathematics.

    Chinese characters stay where ``cjk`` says that the document can print them; what it cannot print is named.
    """
    text = unicodedata.normalize("NFC", str(text)).translate({0: None, 1: None, 2: None})
    out, rest = [], 0
    for found in INDEXED.finditer(text):
        out.append(_plain_tex(text[rest : found.start()], cjk))
        base = MATH.get(found[1], found[1])
        out.append(rf"\ensuremath{{{base}_{{{found[2]}}}}}")
        rest = found.end()
    return Tex("".join([*out, _plain_tex(text[rest:], cjk)]))


def escaped(value: Any, cjk: bool = False) -> Tex:
    """A value as TeX: what we made as it is, anything else escaped."""
    return value if isinstance(value, Tex) else escape_tex(value, cjk)


def _plain_tex(text: str, cjk: bool) -> str:
    marked = CAPITAL.sub("\2", text)
    marked = CLOSES.sub("\1", OPENS.sub("\0", MINUS.sub("−", marked)))
    pieces = re.split("(⁻¹|\\^½|\0|\1|\2)", marked)
    return "".join(PAIRS[p] if p in PAIRS else "".join(_character(char, cjk) for char in p) for p in pieces)


def comment_safe(text: Any) -> str:
    """Text for a TeX comment: one line, whatever it holds."""
    return " ".join(str(text).split()).encode("ascii", "replace").decode()


def escape_html(text: Any) -> Markup:
    """Text as HTML, with the index of a letter lowered.

    >>> escape_html("<b> C_ab")
    Markup('&lt;b&gt; <i>C</i><sub>ab</sub>')
    """
    out, rest = Markup(), 0
    text = str(text)
    for found in INDEXED.finditer(text):
        out += escape(text[rest : found.start()]) + Markup("<i>{}</i><sub>{}</sub>").format(found[1], found[2])
        rest = found.end()
    return out + escape(text[rest:])
