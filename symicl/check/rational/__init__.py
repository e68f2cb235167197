"""The setting in rational numbers, worked out component by component: what the exact and interval judges stand on.

matrices       matrices of rationals, as lists of rows
instances      exact random settings: sizes, Λ = CCᵀ, weight blocks
polynomials    polynomials in independent standard normals, and their means
forward        the real forward pass in such polynomials: the loss and its derivatives
words          the mean of a word of matrices
bilinear       the loss over all blocks from second moments, with its Hessian
trained        a trained layer on test prompts of another length
"""
