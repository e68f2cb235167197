"""The kernel: small, slow, trusted.

    theorem     the only place where a theorem is made: it runs an inference and seals what that concludes
    equations   normal form, Wick step, derivatives, blocks; combining, joining, replacing
    order       squares and Gram traces, chains of inequalities, roots
    logic       assumptions and their discharge, cases, equivalence
    schemas     values put in for letters, in a theorem or in a lemma of the ledger
    ledger      the axioms; the cited facts among them stand in ``lemmas``

Below them: ``conclusion`` (what an inference hands to ``theorem``), ``arguments`` (what it may be given), ``facts``
(side conditions), ``words`` (cyclic words), ``polynomial`` (the normal form), ``pairing`` (the Wick step),
``derivative``, ``hidden`` (what depends on a letter without showing it), ``budget`` (bounded work for records of
strangers) and ``spelling`` (messages).  It imports nothing but the language.
"""
