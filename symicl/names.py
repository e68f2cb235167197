"""The name that a person may have meant: offered only where the words are really close."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

#: The least share of letters in common, of both words: sgima is sigma (0.8), and is not estimator (0.57).
CLOSE = 0.7
#: A word of at least so many letters may also be the beginning of the one that is meant.
BEGINNING = 3


def meant(name: str, known: Iterable[str]) -> str:
    """The known name that is the same but for case, begins so, or has nearly the same letters; else empty.

    >>> meant("sgima", ["seed", "sigma"]), meant("n", ["M", "N"]), meant("grad", ["gradient", "flow"])
    ('sigma', 'N', 'gradient')
    >>> meant("sgima", ["seed", "estimator"])
    ''
    """
    names = list(known)
    near = [each for each in names if each.lower() == name.lower()]
    near = near or get_close_matches(name, names, n=1, cutoff=CLOSE)
    if len(name) >= BEGINNING:
        near = near or [each for each in names if each.startswith(name)]
    return near[0] if near else ""
