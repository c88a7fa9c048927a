"""Judges a layout of rows in the plane: reads rows, places and classes as JSON, prints how good they are.

trustworthiness: Venna & Kaski 2001, ICANN, section 2: 1 if no row lies among another's k nearest in the plane that does not among
its nearest in truth. agreement: part of the rows whose nearest other row in the plane is of their own class.
"""

import json
import sys

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist


def trustworthiness(rows: np.ndarray, places: np.ndarray, k: int) -> float:
    n = len(rows)
    order = np.argsort(cdist(rows, rows), axis=1, kind="stable")
    ranks = np.empty_like(order)
    ranks[np.arange(n)[:, None], order] = np.arange(n)
    near = cKDTree(places).query(places, k + 1)[1]
    penalty = 0.0
    for row in range(n):
        others = [other for other in near[row] if other != row][:k]
        penalty += np.maximum(ranks[row, others] - k, 0).sum()
    return 1 - penalty * 2 / (n * k * (2 * n - 3 * k - 1))


def agreement(places: np.ndarray, classes: np.ndarray) -> float:
    near = cKDTree(places).query(places, 2)[1]
    other = np.where(near[:, 0] == np.arange(len(places)), near[:, 1], near[:, 0])
    return float(np.mean(classes[other] == classes))


def main() -> None:
    given = json.load(sys.stdin)
    rows, places, classes = (np.array(given[name]) for name in ("rows", "places", "classes"))
    centred = rows - rows.mean(axis=0)
    plane = centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T
    shuffled = np.random.default_rng(1).permutation(places)
    layouts = {"map": places, "principal": plane, "random": shuffled}
    print(
        json.dumps(
            {
                name: {
                    "trustworthiness": trustworthiness(rows, layout, 12),
                    "agreement": agreement(layout, classes),
                }
                for name, layout in layouts.items()
            }
        )
    )


main()
