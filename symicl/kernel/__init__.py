"""The kernel: small, slow, trusted.  ``theorem`` makes theorems; ``ledger`` lists the axioms they may stand on.

Below them: ``words`` (cyclic words), ``polynomial`` (the normal form), ``pairing`` (the Wick step), ``derivative``,
``facts`` (side conditions) and ``spelling`` (messages).  It imports nothing but the language.
"""
