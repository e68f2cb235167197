"""The judges that draw random numbers: real prompts and real forward passes, random starts, courses in time.

prompts            random prompts and the real forward pass in NumPy
estimates          mean, interval and z-score of many samples
monte_carlo        a moment, a loss, an optimum
word_samples       words of matrices on sampled prompts
labels             labels that are a function of their inputs, and inputs of another covariance
drawn_covariances  prompts with covariances of their own
predictors         a layer beside gradient descent, least squares and ridge regression
courses            gradient flow on the loss at p = q = 0, integrated
flow               gradient flow, and gradient descent on sampled prompts
descents           the loss over all blocks minimised from many random starts
"""
