"""Estimators read and asked with NumPy alone: for everything that answers and does not learn.

Conventions
-----------
Importing scikit-learn and skops takes longer than a hundred answers, and every model that we make
is a handful of arrays. `reading` takes these out of the very file that `core.models.estimators`
loads, after the same look at each of its types; `answering` computes with them in double precision
what the estimator would. So there is one model in a file and one truth: a second form of it beside
the first, as a graph for another runtime, could say something else.

Attributes are named as the estimators name theirs: who looks at a weight need not ask which it is.
"""
