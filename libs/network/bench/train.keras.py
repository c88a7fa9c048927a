"""Contender: epochs of training with Keras on one thread. Argument: batch size."""

import sys

import keras
import numpy
from paper_network import answer_runs, paper_network, spectra

ROWS = 2048
network = paper_network()
# XLA was slower (jit_compile=True, batches of 64 and 256), so the faster way is the one to compare with.
network.compile(
    keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False
)
features, classes = spectra(ROWS), numpy.arange(ROWS) % 3

answer_runs(ROWS, lambda: network.fit(features, classes, batch_size=int(sys.argv[1]), epochs=1, verbose=0))
