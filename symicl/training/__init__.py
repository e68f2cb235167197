"""Training for real: gradient descent on the population loss and on sampled prompts, beside what the theorems say."""
