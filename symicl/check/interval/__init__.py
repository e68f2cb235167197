"""The interval judges: what is an inequality, or not rational, enclosed with outward rounding.

enclosures     mpmath intervals, and boxes of them
surface        the loss at p = q = 0 over intervals, from exact moments
regions        irrational points, and boxes on and off the stationary points
optimum        stationary points and an optimum
laws           ReLU and sine tasks
"""
