"""What makes a PDF here; TeX to PDF with latexmk, in a folder of its own, the same bytes for the same input."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ..errors import MissingTool, SymiclError

INSTALL = (
    "apt-get install latexmk texlive-latex-recommended texlive-pictures lmodern (or TeX Live, "
    "https://tug.org/texlive); or without TeX: pip install typst"
)
INSTALL_CJK = "apt-get install texlive-xetex texlive-lang-chinese texlive-fonts-recommended (or TeX Live, https://tug.org/texlive)"
SECONDS = 300


def has_tex() -> bool:
    """Whether there is a TeX on this machine."""
    return shutil.which("latexmk") is not None


def maker(*, cjk: bool = False) -> str:
    """What makes a PDF here: ``tex``, or ``typst`` where there is no TeX (or none for Chinese, if ``cjk``).

    ``MissingTool`` where there is neither; it says what to install.
    """
    from .typst_pdf import has_typst

    lacking = _lacking(cjk)
    if lacking and not has_typst():
        raise MissingTool(lacking)
    return "typst" if lacking else "tex"


def _lacking(cjk: bool) -> str:
    """What to install for a PDF by TeX, or nothing."""
    if not has_tex():
        return f"latexmk is needed to make a PDF and is not on this machine; {INSTALL}"
    if cjk and shutil.which("xelatex") is None:
        return f"xelatex is needed to make a PDF in Chinese and is not on this machine; {INSTALL_CJK}"
    return ""


def compile_pdf(sources: Mapping[str, str | bytes], main: str, *, cjk: bool = False) -> tuple[bytes, str]:
    """The PDF of ``main`` (a name among ``sources``) and the log; by XeLaTeX where it is in Chinese (``cjk``).

    ``MissingTool`` where latexmk (or xelatex) is not on this machine; ``SymiclError`` with the first TeX error where it
    fails.
    """
    if lacking := _lacking(cjk):
        raise MissingTool(lacking)
    with tempfile.TemporaryDirectory(prefix="symicl-tex-") as folder:
        work = Path(folder)
        for name, text in sources.items():
            (work / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        output = _run(work, main, "-xelatex" if cjk else "-pdf")
        stem = Path(main).stem
        log = _read(work / f"{stem}.log") or output
        pdf = work / f"{stem}.pdf"
        error = first_error(log)
        if error or not pdf.exists():
            raise SymiclError(f"{main}: TeX stops with {error or _last(output)}")
        return pdf.read_bytes(), log


def _run(work: Path, main: str, engine: str) -> str:
    # -norc: no settings of the user's; openin/openout: TeX reads and writes nothing outside its folder and its tree
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "0"),
        "FORCE_SOURCE_DATE": "1",
        "openin_any": "p",
        "openout_any": "p",
        "max_print_line": "10000",
        "TEXINPUTS": ".:",
    }
    command = ["latexmk", "-norc", engine, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", main]
    try:
        done = subprocess.run(
            command,
            cwd=work,
            env=environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SymiclError(f"{main}: TeX has not finished after {SECONDS} seconds") from error
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def _read(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.exists() else ""


def _last(output: str) -> str:
    return next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "no output")


def first_error(log: str) -> str:
    r"""The first error in a log of TeX with the line it stands in, or nothing.

    >>> first_error("text\n! Undefined control sequence.\nl.5 \\foo\n")
    '“Undefined control sequence.” (l.5 \\foo)'
    """
    found = re.search(r"^! (.*)$", log, re.MULTILINE)
    if not found:
        return ""
    line = re.search(r"^l\.\d+ .*$", log[found.end() :], re.MULTILINE)
    return f"“{found[1]}”" + (f" ({line[0].strip()})" if line else "")


def complaints(log: str) -> list[str]:
    """What TeX complains of without stopping: boxes that stick out, references to nothing."""
    return re.findall(r"^(?:Overfull .*|LaTeX Warning: .*(?:undefined|multiply).*)$", log, re.MULTILINE)
