"""The exact judges: a claimed value is a rational number, and equal to the judge's own or not.

model              a prediction, a loss, a moment, a gradient
landscape          stationary points, and an optimum
spurious           the optimum over all blocks and its stationary points at u = U = 0
shifts             tests with tasks, queries and inputs of another law than training
laws               tests whose labels follow a law of their own
covariance_laws    prompts with covariances of their own, of finitely many outcomes
descent            one step of gradient descent, and a layer that is said to be one
estimators         least squares and ridge regression
"""
