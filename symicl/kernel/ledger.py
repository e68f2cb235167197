"""The ledger: every axiom that a theorem may stand on, each with its statement and its source."""

from __future__ import annotations

from dataclasses import dataclass

from .lemmas import LEMMAS


@dataclass(frozen=True)
class Axiom:
    """Something that the kernel takes for granted."""

    name: str
    statement: str
    source: str


LEDGER = {
    axiom.name: axiom
    for axiom in (
        Axiom(
            "matrix algebra",
            "Real matrices of fitting shapes form a ring with a transpose; tr is linear, tr AB = tr BA, tr Aᵀ = tr A. "
            "Diagonal matrices commute and are symmetric; their sums, products, inverses and means are diagonal.",
            "R. A. Horn, C. R. Johnson, Matrix Analysis, ch. 0",
        ),
        Axiom(
            "inverse",
            "A positive definite matrix is invertible, and an invertible A has A A⁻¹ = A⁻¹ A = I.",
            "R. A. Horn, C. R. Johnson, Matrix Analysis, 0.5 and 7.1",
        ),
        Axiom(
            "full rank",
            "A Gaussian matrix X with at least as many columns as rows, each N(0, Λ) with Λ positive definite, has "
            "XXᵀ invertible almost surely; what is said of such an X holds almost surely.",
            "R. J. Muirhead, Aspects of Multivariate Statistical Theory, 3.1.4",
        ),
        Axiom(
            "block multiplication",
            "The (i, j) block of a product is the sum over k of the products of the (i, k) and (k, j) blocks.",
            "R. A. Horn, C. R. Johnson, Matrix Analysis, 0.7",
        ),
        Axiom("definition", "A defined letter equals its body.", "by definition"),
        Axiom(
            "linearity of expectation",
            "E is linear, constants leave it, and E over independent letters may be taken one letter at a time; so may "
            "letters that are independent given a random covariance of theirs, before the mean over that is taken.",
            "Fubini; P. Billingsley, Probability and Measure, 18 and 34",
        ),
        Axiom(
            "Wick",
            "For centred Gaussian G with E G_ai G_bj = C_ab δ_ij, the expectation of a product is the sum over all "
            "pairings of the products of the covariances; an odd number of factors averages to 0.",
            "L. Isserlis, Biometrika 12 (1918) 134; G.-C. Wick, Phys. Rev. 80 (1950) 268",
        ),
        Axiom(
            "second moments",
            "For centred Z with E Z_ai Z_bj = C_ab δ_ij, the expectation of a product of two of its entries is their "
            "covariance; what is uncorrelated with it contributes nothing. Only products of two are known.",
            "P. Billingsley, Probability and Measure, 21",
        ),
        Axiom(
            "derivative",
            "The product rule; the gradient G of a scalar f in U is the matrix with df = tr Gᵀ dU.",
            "J. R. Magnus, H. Neudecker, Matrix Differential Calculus, ch. 9",
        ),
        Axiom(
            "Gram",
            "For P and Q positive semidefinite, tr P A Q Aᵀ is a squared norm, so it is at least 0, "
            "and for definite P, Q it is 0 only at A = 0.",
            "R. A. Horn, C. R. Johnson, Matrix Analysis, 7.1",
        ),
        Axiom(
            "order",
            "Sums of nonnegative terms are nonnegative; a square is nonnegative; the reals are an ordered field.",
            "W. Rudin, Principles of Mathematical Analysis, 1.17",
        ),
        Axiom(
            "order of expectation",
            "What is never negative has no negative mean, and what is always positive has a positive one; "
            "so the mean of positive (semi)definite matrices is one.",
            "P. Billingsley, Probability and Measure, 16 (16.1)",
        ),
        Axiom(
            "root",
            "For c > 0 and n ≥ 1 there is exactly one u > 0 with uⁿ = c.",
            "W. Rudin, Principles of Mathematical Analysis, 1.21",
        ),
        Axiom(
            "Gram bound",
            "For P and Q positive definite, tr P A Q Aᵀ is at least the product of their least eigenvalues times "
            "tr A Aᵀ, and the least eigenvalue of P is at least 1 / tr P⁻¹.",
            "R. A. Horn, C. R. Johnson, Matrix Analysis, 4.2 and 7.1",
        ),
        Axiom(
            "flow: constant",
            "Along a differentiable curve a polynomial F has the derivative that the chain rule gives; where that is 0 "
            "at every time, F does not change.",
            "W. Rudin, Principles of Mathematical Analysis, 9.15 and 5.11",
        ),
        Axiom(
            "flow: monotone",
            "A function whose derivative is at no time positive does not grow.",
            "W. Rudin, Principles of Mathematical Analysis, 9.15 and 5.11",
        ),
        Axiom(
            "flow: Grönwall",
            "If F' ≤ −μF at every time up to t ≥ 0, then F(t) ≤ exp(−μt) F(0).",
            "T. H. Grönwall, Annals of Mathematics 20 (1919) 292; G. Teschl, Ordinary Differential Equations, 2.7",
        ),
        Axiom(
            "flow: sign",
            "A continuous function of time that begins positive and is never 0 stays positive.",
            "W. Rudin, Principles of Mathematical Analysis, 4.23",
        ),
        Axiom(
            "logic", "Equality, conjunction, disjunction, cases, and the discharge of assumptions.", "first order logic"
        ),
        *(Axiom(f"lemma: {lemma.name}", lemma.words, lemma.source) for lemma in LEMMAS.values()),
    )
}
