"""Makes the reference files in this folder with scikit-learn. See README.md."""

import csv
import pathlib

import numpy as np
import sklearn
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import silhouette_score

HERE = pathlib.Path(__file__).parent
SETS = [  # name, rows, columns, clusters, standard deviation, seed
    ("blobs-flat", 120, 2, 3, 0.6, 1),
    ("blobs-wide", 160, 9, 4, 1.0, 2),
    ("blobs-line", 90, 1, 2, 0.8, 7),
]


def by_first_member(labels):
    numbers = {}
    return [numbers.setdefault(label, len(numbers)) for label in labels]


def write(name, x, labels):
    with open(HERE / f"{name}.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([*(f"x{column}" for column in range(x.shape[1])), "label"])
        out.writerows([*(repr(float(value)) for value in row), label] for row, label in zip(x, labels))


expected = []
for name, rows, columns, clusters, deviation, seed in SETS:
    x, _ = make_blobs(rows, columns, centers=clusters, cluster_std=deviation, center_box=(-20, 20), random_state=seed)
    model = KMeans(clusters, n_init=20, random_state=seed, tol=0, max_iter=1000).fit(x)
    labels = by_first_member(model.labels_.tolist())
    write(name, x, labels)
    expected.append([name, clusters, repr(float(model.inertia_)), repr(float(silhouette_score(x, labels)))])

# Labels that do not fit the data, one cluster of a single row among them: a negative silhouette.
rng = np.random.default_rng(5)
x = rng.normal(size=(80, 4))
labels = rng.integers(0, 3, size=80)
labels[17] = 3
write("noise", x, by_first_member(labels.tolist()))
expected.append(["noise", "", "", repr(float(silhouette_score(x, labels)))])

with open(HERE / "expected.csv", "w", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(["set", "clusters", "inertia", "silhouette"])
    out.writerows(expected)
print("scikit-learn", sklearn.__version__, "numpy", np.__version__)
