"""The network of Škoda, Podsztavek & Tvrdík 2020 from Keras's own layers, on one thread, and the loop of a contender."""

import json
import os
import sys
import time

# Before TensorFlow starts: one thread, as the other contenders have.
os.environ.update(TF_CPP_MIN_LOG_LEVEL="2", TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1")

import keras
import numpy
import tensorflow


def paper_network():
    layers = [keras.Input((140, 1))]
    for filters in (64, 128, 256):
        layers += [keras.layers.Conv1D(filters, 3, activation="relu") for _ in range(2)]
        layers += [keras.layers.MaxPooling1D(2)]
    layers += [keras.layers.Flatten()]
    for _ in range(2):
        layers += [keras.layers.Dense(512, activation="relu"), keras.layers.Dropout(0.5)]
    return keras.Sequential([*layers, keras.layers.Dense(3, activation="softmax")])


def spectra(rows):
    """Noise in [-1, 1]: how fast the network is does not depend on it."""
    return numpy.random.default_rng(1).uniform(-1, 1, (rows, 140, 1)).astype("float32")


def answer_runs(work, call):
    """Does the work once for each line `run` on stdin and answers with a line of JSON."""
    version = f"Keras {keras.__version__}, tensorflow-cpu {tensorflow.__version__}"
    for line in sys.stdin:
        if line.strip() != "run":
            continue
        start = time.perf_counter()
        call()
        print(json.dumps({"work": work, "seconds": time.perf_counter() - start, "version": version}), flush=True)
