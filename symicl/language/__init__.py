"""The language: SymPy matrix expressions with symbolic shapes, random letters, expectations and statements.

From the bottom up: ``nodes`` (what a node is), ``expressions`` (operators), ``letters``, ``mean`` (expectation,
probability, gradient), ``functions`` (of one number), ``blocks``, ``statements``, ``rewrite`` (substitution), ``kinds``
(all kinds of nodes, taken apart and put together), ``numeric`` and ``enclosure`` (values at numbers and in intervals),
``printing`` (in the ``styles`` of text and TeX).
"""
