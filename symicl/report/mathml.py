r"""TeX to MathML, by math-core; an unknown command is an error that names the place it stands in.

>>> mathml(r"x^{2}", "chapter loss")
Markup('<math><msup><mi>x</mi><mn>2</mn></msup></math>')
>>> mathml(r"\foo", "chapter loss, step 3")
Traceback (most recent call last):
    ...
symicl.errors.SymiclError: chapter loss, step 3: \foo cannot be shown on a page: Unknown command "\foo".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from ..errors import SymiclError


@lru_cache(maxsize=1)
def _converter() -> Any:
    from math_core import LatexToMathML

    return LatexToMathML(fancy_error=False)


TOKEN = re.compile(r"\\[Bb]igg?[lr]\s*\\?.|.", re.DOTALL)


def grouped(tex: str) -> str:
    r"""Brackets of fixed size in one group with what they hold: browsers shrink a bracket that carries an exponent.

    >>> grouped(r"a \bigl( x \bigr)^{2}"), grouped(r"x \bigr)^{2}")
    ('a {\\bigl( x \\bigr)}^{2}', 'x \\bigr){}^{2}')
    """
    tokens, opened = TOKEN.findall(tex), []
    for i, token in enumerate(tokens):
        if len(token) > 1 and "gl" in token:
            opened.append(i)
        elif len(token) > 1:
            start = opened.pop() if opened else None
            if "".join(tokens[i + 1 : i + 2]) in ("^", "_"):
                tokens[i] += "{}" if start is None else "}"
                if start is not None:
                    tokens[start] = "{" + tokens[start]
    return "".join(tokens)


def mathml(tex: str, place: str, *, display: bool = False) -> Markup:
    """The MathML of TeX without macros of ours; ``SymiclError`` names ``place`` where a command is unknown."""
    try:
        made = _converter().convert_with_local_state(grouped(tex), displaystyle=display)
    except Exception as error:  # math-core raises a class of its own that derives from Exception alone
        if type(error).__name__ != "LatexError":
            raise
        words = str(error).split(": ", 1)[-1].strip()
        raise SymiclError(f"{place}: {tex} cannot be shown on a page: {words}") from error
    return Markup(made.replace(' display="block"', ' displaystyle="true"'))
