"""Writes keras.golden.json: what Keras computes for the network of Škoda, Podsztavek & Tvrdík 2020.

    .build/keras/bin/python libs/network/test/keras/golden.py

`make bench` makes the environment (bench/requirements.txt), or:
    python3 -m venv .build/keras && .build/keras/bin/pip install -r libs/network/bench/requirements.txt
Weights and data come from a formula that keras.test.ts computes alike (numbers.ts).
"""

import hashlib
import json
import os
import pathlib
import subprocess

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy
import safetensors.numpy
import tensorflow as tf

HERE = pathlib.Path(__file__).parent
ROWS = 32
SEED = 2026
FEATURES_STREAM, CLASSES_STREAM, EXAMPLE_WEIGHTS_STREAM = 1000, 2000, 3000


def numbers(stream, count, limit=1.0):
    """MurmurHash3's finaliser of i and the stream's number, scaled to [-limit, limit)."""
    mask = numpy.uint64(0xFFFFFFFF)
    x = (numpy.arange(count, dtype=numpy.uint64) + numpy.uint64(stream * 0x9E3779B9 & 0xFFFFFFFF)) & mask
    x = ((x ^ (x >> numpy.uint64(16))) * numpy.uint64(0x85EBCA6B)) & mask
    x = ((x ^ (x >> numpy.uint64(13))) * numpy.uint64(0xC2B2AE35)) & mask
    x = x ^ (x >> numpy.uint64(16))
    return ((2 * x.astype(numpy.float64) / 2**32 - 1) * limit).astype(numpy.float32)


def features_of(stream):
    """Noise: nothing can be learnt quickly from it, so that rounding errors grow slowly too."""
    return numbers(stream, ROWS * 140).reshape(ROWS, 140, 1)


def classes_of(stream):
    return numpy.floor((numbers(stream, ROWS).astype(numpy.float64) + 1) / 2 * 3).astype(int)


class StatelessDropout(keras.layers.Layer):
    """Dropout whose mask is a function of (seed, step, layer), as Spectrawl draws it; placed and scaled as Keras does."""

    def __init__(self, rate, layer, step):
        super().__init__()
        self.rate, self.layer, self.step = rate, layer, step

    def call(self, inputs, training=False):
        if not training:
            return inputs
        seeds = tf.stack([SEED, self.step * 2 + self.layer])
        uniform = tf.raw_ops.StatelessRandomUniform(shape=tf.shape(inputs), seed=seeds, dtype=tf.float32)
        return tf.where(uniform >= self.rate, inputs / (1 - self.rate), 0.0)


def network(dropout=None):
    """The paper's network, from Keras's own layers; `dropout(layer)` gives the dropout layers."""
    layers = [keras.Input((140, 1))]
    for filters in (64, 128, 256):
        layers += [keras.layers.Conv1D(filters, 3, activation="relu") for _ in range(2)]
        layers += [keras.layers.MaxPooling1D(2)]
    layers += [keras.layers.Flatten()]
    for layer in range(2):
        layers += [keras.layers.Dense(512, activation="relu")]
        layers += [dropout(layer)] if dropout else []
    layers += [keras.layers.Dense(3, activation="softmax")]
    model = keras.Sequential(layers)
    weights = []
    for stream, old in enumerate(model.get_weights()):
        fan_in, fan_out = numpy.prod(old.shape[:-1]), numpy.prod(old.shape[:-2]) * old.shape[-1]
        limit = float(numpy.sqrt(6 / (fan_in + fan_out))) if old.ndim > 1 else 0.05
        weights.append(numbers(stream, old.size, limit).reshape(old.shape))
    model.set_weights(weights)
    return model


def predictions():
    model = network()
    rows = features_of(FEATURES_STREAM)
    return {"parameters": model.count_params(), "probabilities": model.predict(rows, verbose=0).tolist()}


def probes(model):
    """Eight values of each tensor, and its length."""
    found = []
    for weights in model.get_weights():
        flat = weights.reshape(-1)
        places = [k * (flat.size - 1) // 7 for k in range(8)]
        length = float(numpy.sqrt(numpy.sum(flat.astype(numpy.float64) ** 2)))
        found.append({"values": flat[places].tolist(), "length": length})
    return found


def training(weighted, dropout, learning_rate, step_count):
    """Adam divides each gradient by its size, so that a rounding error in one near zero grows several times a step: with the
    learning rate of the paper a few steps can be compared to 1e-4, with a smaller one more."""
    step = tf.Variable(0)
    model = network((lambda layer: StatelessDropout(0.5, layer, step)) if dropout else None)
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    steps = []
    for number in range(1, step_count + 1):
        step.assign(number)
        classes = classes_of(CLASSES_STREAM + number)
        features = features_of(FEATURES_STREAM + number)
        weights = numbers(EXAMPLE_WEIGHTS_STREAM + number, ROWS, 1.5) + numpy.float32(2) if weighted else None
        model.reset_metrics()
        logs = model.train_on_batch(features, classes, sample_weight=weights, return_dict=True)
        steps.append({"loss": float(logs["loss"]), "accuracy": float(logs["accuracy"]), "tensors": probes(model)})
    return {"weighted": weighted, "dropout": dropout, "learningRate": learning_rate, "steps": steps}


class Recorded:
    """A stand-in for a model whose weights are the number of the epoch."""

    stop_training = False
    weights = None

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = weights


def early_stopping(losses, min_delta, patience):
    model = Recorded()
    callback = keras.callbacks.EarlyStopping(
        monitor="loss", mode="min", min_delta=min_delta, patience=patience, restore_best_weights=True
    )
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        model.weights = epoch + 1
        callback.on_epoch_end(epoch, {"loss": loss})
        if model.stop_training:
            break
    callback.on_train_end()
    told = [None if loss != loss else loss for loss in losses]
    return {
        "losses": told,
        "minDelta": min_delta,
        "patience": patience,
        "epochs": epoch + 1,
        "stopped": model.stop_training,
        "bestEpoch": model.weights,
    }


def early_stoppings():
    nan = float("nan")
    sloping = [1 / (1 + 0.3 * k) for k in range(60)]
    bumpy = [1.2 * 0.8**k + 0.05 * ((k * 7) % 5) for k in range(60)]
    return [
        early_stopping(sloping, 1e-3, 10),
        early_stopping(sloping, 1e-2, 3),
        early_stopping(bumpy, 1e-3, 10),
        early_stopping(bumpy, 1e-3, 2),
        early_stopping(bumpy, 0.0, 0),
        early_stopping([1.0, 0.9995, 0.999, 0.9985, 0.998, 0.997], 1e-3, 2),
        early_stopping([0.5, 0.5, 0.5, 0.5], 0.0, 1),
        early_stopping([nan, nan, 0.4, 0.3, nan, nan, nan, 0.2], 1e-3, 3),
        early_stopping([nan, nan, nan, nan], 1e-3, 2),
        early_stopping([0.3], 1e-3, 0),
    ]


def weights_file():
    """What Python's safetensors reads in a file that Spectrawl wrote."""
    node = HERE.parents[3] / "node_modules/.bin/node"
    file = subprocess.run([node, HERE / "write-weights.ts"], check=True, stdout=subprocess.PIPE).stdout
    tensors = safetensors.numpy.load(file)
    return {
        "sha256": hashlib.sha256(file).hexdigest(),
        "tensors": {
            name: {"type": str(tensor.dtype), "shape": tensor.shape, "values": tensor.reshape(-1).tolist()}
            for name, tensor in tensors.items()
        },
    }


golden = {
    "madeBy": f"golden.py, Keras {keras.__version__}, TensorFlow {tf.__version__}",
    "rows": ROWS,
    "seed": SEED,
    "prediction": predictions(),
    "training": [
        training(weighted=False, dropout=False, learning_rate=1e-3, step_count=5),
        training(weighted=True, dropout=False, learning_rate=1e-3, step_count=5),
        training(weighted=True, dropout=True, learning_rate=1e-3, step_count=5),
        training(weighted=True, dropout=True, learning_rate=1e-4, step_count=10),
    ],
    "earlyStopping": early_stoppings(),
    "weightsFile": weights_file(),
}
(HERE / "keras.golden.json").write_text(json.dumps(golden) + "\n")
print(f"written {HERE / 'keras.golden.json'}")
