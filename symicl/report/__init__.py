"""Written reports: from chapters and verdicts to LaTeX, PDF and one web page (templates: ``symicl.reports``).

escape       text for TeX and for HTML; nothing reaches a page unescaped
names        the macro of every letter, and what it expands to
printer      expressions as TeX with marks where a line may end
measure      how wide a piece of TeX will be printed
layout       long formulas on several lines
outline      numbers, labels and references, the same in every format
messages     the words of a report, in English and Chinese
displays     statements and calculations as align environments
plans        where the lines of a calculation end, and where its reasons stand
rows         the rows of an align
widths       the same for one column and for two
sources      the works that are cited, and their BibTeX
latex        the fragment, its notation and the standalone document
mathml       TeX to MathML
page         the web page
folds        what a step of it folds out
uses         what each step, definition and result uses, and what uses it
inferences   the inferences of the kernel as formulas
judged       what the judges said, under each step and with every number
explorers    formulas as pictures with sliders: which, over what, their values
plots        curves as SVG
javascript   expressions as JavaScript
scripts      the scripts of the page, and the policy that lets only these run
templates    the Jinja environments
graph        what uses what, read off the records of the theorems
layered      a graph in layers
pictures     the graph as SVG and as TikZ
rates_picture  the error against the lengths of prompts (matplotlib)
appendix     the end of a document: graph, uses, how to reproduce
checks       verdicts and figures as tables
pdf          what makes a PDF; latexmk
files        all files or none
assemble     ``write_report``
"""

from importlib import import_module
from typing import Any

__all__ = ["FORMATS", "write_report"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'symicl.report' has no attribute {name!r}")
    return getattr(import_module(".assemble", __name__), name)
