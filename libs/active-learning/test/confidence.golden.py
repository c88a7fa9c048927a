"""Exact (Clopper-Pearson) bounds from scipy, the judge of ../src/confidence.ts.

Run: .build/python/bin/python libs/active-learning/test/confidence.golden.py > libs/active-learning/test/confidence.golden.json
"""

import json

from scipy.stats import beta, binomtest, hypergeom

TRIALS = [1, 2, 3, 10, 30, 45, 100, 258, 1_000, 100_000, 10_000_000]
CONFIDENCES = [0.5, 0.6827, 0.9, 0.95, 0.99, 0.999, 0.999999]

bounds = []
for trials in TRIALS:
    for count in sorted({0, 1, 2, 3, trials // 10, trials // 2, trials - 1, trials}):
        if count > trials:
            continue
        for confidence in CONFIDENCES:
            upper = 1.0 if count == trials else beta.isf(1 - confidence, count + 1, trials - count)
            lower = 0.0 if count == 0 else beta.ppf(1 - confidence, count, trials - count + 1)
            two_sided = binomtest(count, trials).proportion_ci(confidence, method="exact")
            bounds.append([count, trials, confidence, lower, upper, two_sided.low, two_sided.high])

labels_needed = []
for max_error, confidence in [(0.065, 0.95), (0.05, 0.95), (0.01, 0.99), (0.2, 0.9)]:
    for wrong in [0, 1, 2, 3, 5, 10, 40]:
        trials = wrong + 1
        while beta.isf(1 - confidence, wrong + 1, trials - wrong) > max_error:
            trials += 1
        labels_needed.append([max_error, confidence, wrong, trials])

finite = []
for population, trials in [(1, 1), (5, 3), (45, 45), (60, 45), (120, 50), (587, 81), (3574, 100), (1_000_000, 400)]:
    for count in sorted({0, 1, 3, trials // 2, trials}):
        if count > trials:
            continue
        for confidence in [0.9, 0.95, 0.975, 0.999]:
            # The probability of so few falls with the number marked: bisect for the last that is not refuted.
            most, beyond = count, population - (trials - count) + 1
            while beyond - most > 1:
                middle = (most + beyond) // 2
                if hypergeom.cdf(count, population, middle, trials) > (1 - confidence) * (1 - 1e-9):
                    most = middle
                else:
                    beyond = middle
            finite.append([count, trials, population, confidence, most])

print(json.dumps({"bounds": bounds, "labelsNeeded": labels_needed, "mostMarked": finite}))
