"""How names are written in TeX, and the two styles of a printer: plain text and LaTeX.

>>> tex_name("Lambda"), tex_name("x_q"), tex_name("y_hat")
('\\\\Lambda', 'x_{q}', '\\\\hat{y}')
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

SMALL = "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi rho sigma tau phi chi psi omega"
LARGE = "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
GREEK = frozenset([*SMALL.split(), *LARGE.split()])


def tex_name(name: str) -> str:
    r"""A letter's name as TeX: ``Lambda`` is \Lambda, ``x_q`` x_{q}, ``y_hat`` \hat{y}, ``L_star`` L^{\star}."""
    stem, _, index = name.partition("_")
    stem, caret, upper = stem.partition("^")
    base = f"\\{stem}" if stem in GREEK else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    if index == "hat":
        return rf"\hat{{{base}}}"
    if index == "infty":
        return rf"{base}_{{\infty}}"
    if index == "star":
        return rf"{base}^{{\star}}"
    shown = f"\\{index}" if index in GREEK else index if len(index) == 1 else rf"\mathrm{{{index}}}"
    below = f"_{{{shown}}}" if index else ""
    return base + below + (rf"^{{\mathrm{{{upper}}}}}" if caret else "")


@dataclass(frozen=True)
class Style:
    """How a printer writes names, operators and brackets."""

    name: Callable[[str], str] = str
    mean: str = "E"
    trace: str = "tr"
    transpose: str = ".T"
    identity: str = "I"
    grad: str = "grad"
    probability: str = "P"
    tex: bool = False


PLAIN = Style()
TEX = Style(
    name=tex_name,
    mean=r"\operatorname{E}",
    trace=r"\operatorname{tr}",
    transpose=r"\mathsf T",
    identity="I",
    grad=r"\nabla",
    probability=r"\operatorname{P}",
    tex=True,
)
