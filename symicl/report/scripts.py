"""The scripts of a page and the policy that lets these run and nothing else, from nowhere else."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

from markupsafe import Markup

from .explorers import Explorer, program
from .templates import source


def early() -> Markup:
    """What runs before anything is shown: the choice between light and dark, where it is remembered."""
    return Markup(source("theme.js"))


def late(explorers: Iterable[Explorer]) -> Markup:
    """What runs when the page is there; the formulas and what draws them only where there is something to draw."""
    found = list(explorers)
    drawn = [source("matrices.js"), program(found), source("plots.js"), source("explorer.js")] if found else []
    return Markup("".join(['"use strict";\n', *drawn, source("page.js")]))


def policy(*scripts: str) -> Markup:
    """The content security policy: styles in the page, these scripts by their hashes, no network.

    >>> print(policy("1"))
    default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='
    """
    hashes = " ".join(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts)
    return Markup("default-src 'none'; style-src 'unsafe-inline'; script-src {}").format(Markup(hashes))
