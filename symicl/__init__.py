"""symicl: from the definition of a model to a theorem about it, for every dimension d and every length N.

The floors of the house, each importing only from those below it:

    cli            the command line
    teach          slides, exercises and notebooks, and what is said to a student's answer
    report         printers and assembly of a written proof (templates: ``symicl.reports``)
    rocq           theorems for Rocq (Coq), and a folder of them checked by coqc
    trust          the judges judged: mutants of every theorem, and whether they get through
    runs           experiments in chunks: TOML, workers and clusters, checkpoints, results, plots
    training       gradient descent on sampled prompts, beside gradient flow and the landscape of the theorems
    simulate       numbers: losses and risks on sampled prompts of any law, with errors that can be trusted
    suite          which judge looks at which theorem (several side by side: ``workers``)
    derivations    one file a theorem, reading like the blackboard
    proof          a derivation: statement, next line, its reason
    records        a theorem written down with every step, and made again by the kernel alone
    engine         untrusted search: normal form, Wick pairings, derivatives, solving
    kernel         the only place where a theorem is made
    attention      the model: prompt, layer, task
    language       what can be said: SymPy matrix expressions with symbolic shapes

Beside the tower stand the judges (``check``), which know neither the engine nor the rules, and the grammar of what a
person types (``formulas``).  Names are imported when they are first used, so that ``import symicl`` is cheap.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "language.expressions": "identity inverse product tr transpose zero",
    "language.letters": "Centred Defined Gaussian dimension matrix "
    "positive_definite positive_semidefinite random_matrix scalar symmetric vector",
    "language.mean": "E grad named second_variation tail",
    "language.blocks": "Block corner multiply_out",
    "language.statements": "And Eq Flow Ge Gt Iff Le Lt Ne Or",
    "language.rewrite": "substitute unfold",
    "language.printing": "latex text",
    "language.numeric": "evaluate lambdify",
    "attention": "LinearAttention Model Task",
    "engine": "expect form",
    "derivations": "derive reading",
    "suite": "judge",
    "report": "write_report",
    "records.replay": "verify_record",
    "errors": "MissingTool ProofError ShapeError SymiclError UserError",
}
_WHERE = {name: module for module, names in _HOME.items() for name in names.split()}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'symicl' has no attribute {name!r}")
    value = getattr(import_module(f".{_WHERE[name]}", __name__), name)
    globals()[name] = value  # so that a module of the same name does not take its place
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
