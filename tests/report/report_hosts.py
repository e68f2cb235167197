"""Papers that a report is read into: look-alikes of the classes of journals, with their page geometry and habits.

Each host defines ``\\T``, ``\\R``, ``\\E`` and ``\\tr`` for itself, as papers do.  No type is shrunk.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

needs_tex = pytest.mark.skipif(shutil.which("latexmk") is None, reason="latexmk is not on this machine")
needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not on this machine")
needs_chktex = pytest.mark.skipif(shutil.which("chktex") is None, reason="chktex is not on this machine")

#: a column of 5.5 in and headings set flush left, with author and year in brackets
NEURIPS_LIKE = r"""
\NeedsTeXFormat{LaTeX2e}\ProvidesPackage{neurips-like}
\RequirePackage{natbib}
\setlength{\textwidth}{5.5in}\setlength{\textheight}{9in}\setlength{\oddsidemargin}{0.5in}\setlength{\topmargin}{-0.5in}
\renewcommand{\normalsize}{\fontsize{10pt}{11pt}\selectfont\abovedisplayskip 7pt plus 2pt minus 5pt
  \belowdisplayskip\abovedisplayskip}
\renewcommand{\section}{\@startsection{section}{1}{\z@}{-2ex plus -0.5ex}{1.5ex}{\large\bfseries\raggedright}}
\setlength{\parindent}{0pt}\setlength{\parskip}{5.5pt}
"""
#: 6 in at 11 pt
JMLR_LIKE = r"""
\NeedsTeXFormat{LaTeX2e}\ProvidesClass{jmlr-like}
\LoadClass[11pt,twoside]{article}\RequirePackage{natbib}
\setlength{\textwidth}{6in}\setlength{\textheight}{8.5in}\setlength{\oddsidemargin}{0.25in}
\setlength{\evensidemargin}{0.25in}\setlength{\topmargin}{-0.3in}
"""
PACKAGES = r"\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\usepackage{lmodern}"
PACKAGES += r"\usepackage{amsmath,amssymb,amsthm,mathtools,booktabs}"
#: the end of a proof as a word, which can be found in the text of a PDF
QED = r"\renewcommand{\qedsymbol}{QED}"
OWN = "".join(rf"\newcommand{{\{name}}}{{BROKEN}}" for name in ("T", "R", "E", "tr"))
THEOREMS = r"\newtheorem{theorem}{Theorem}\newtheorem*{remark}{Remark}" + "".join(
    rf"\newtheorem{{{name}}}[theorem]{{{name.capitalize()}}}"
    for name in ("lemma", "proposition", "corollary", "definition")
)
CLASSES = {
    "amsart": (r"\documentclass{amsart}", "plain"),
    "article": (r"\documentclass{article}", "plain"),
    "article, 12 pt": (r"\documentclass[12pt]{article}", "plain"),
    "two columns": (r"\documentclass[twocolumn]{article}", "plain"),
    "like NeurIPS": (r"\documentclass{article}\usepackage{neurips-like}", "plainnat"),
    "like JMLR": (r"\documentclass{jmlr-like}", "plainnat"),
}
STYLES = {"neurips-like.sty": NEURIPS_LIKE, "jmlr-like.cls": JMLR_LIKE}


def host(kind, id, before="", own=OWN):
    """The files of a paper of that kind which reads the report ``id``; ``before`` stands before its notation."""
    start, bibliography = CLASSES[kind]
    lines = [start, PACKAGES, own, THEOREMS, QED, before, r"\input{notation}", r"\begin{document}", rf"\input{{{id}}}"]
    lines += [rf"\bibliographystyle{{{bibliography}}}\bibliography{{{id}}}", r"\end{document}"]
    return {**STYLES, "host.tex": "\n".join(lines)}


def text_of(pdf: bytes, folder: Path, *options: str) -> str:
    """The text of a PDF."""
    (folder / "host.pdf").write_bytes(pdf)
    command = ["pdftotext", *options, str(folder / "host.pdf"), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def stranded(pdf: bytes, folder: Path, columns: int) -> list[str]:
    """The ends of proofs that have a line to themselves, in a paper of so many columns."""
    found = []
    for page in text_of(pdf, folder, "-bbox").split("<page ")[1:]:
        middle = float(re.search(r'width="([\d.]+)"', page)[1]) / 2 if columns == 2 else 0.0
        words = [
            (float(x), float(y), word)
            for x, y, word in re.findall(r'<word xMin="([\d.]+)".*?yMax="([\d.]+)">(.*?)</word>', page)
        ]
        for x, y, word in words:
            beside = [v for u, h, v in words if abs(h - y) < 4 and u < x and (u < middle) == (x < middle)]
            if word == "QED" and not beside:
                found.append(f"{x}, {y}")
    return found


def chktex(folder: Path, name: str) -> str:
    """What chktex says of a file; with nothing to say it also exits 0."""
    command = ["chktex", "-q", "-n1", "-n3", "-n25", name]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=dict(os.environ))
    return done.stdout + done.stderr or ("" if done.returncode == 0 else f"chktex exits {done.returncode}")
