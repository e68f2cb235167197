"""The language: SymPy matrix expressions with symbolic shapes, Gaussian letters, expectations and statements.

From the letters up: ``expressions`` (nodes and operators), ``letters``, ``mean`` (expectation, gradient), ``blocks``,
``statements``, ``rewrite`` (substitution), ``numeric`` (values at numbers), ``printing`` (text and LaTeX).
"""
