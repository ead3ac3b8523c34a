#!/usr/bin/python3
"""The peer of training.py: seconds of MNIST epochs in PyTorch.

usage: torch_training.py NAME FOLDER [--threads N] [--epochs N]

FOLDER holds the four IDX files (.gz). Prints one JSON line: the seconds of each epoch. Needs Debian's python3-torch.
"""

import argparse
import gzip
import json
import os
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional


def read_idx(folder, name, offset):
    with gzip.open(os.path.join(folder, name + ".gz")) as file:
        return torch.from_numpy(np.frombuffer(file.read(), np.uint8, offset=offset).copy())


def dense(*sizes):
    parts = []
    for before, after in zip(sizes, sizes[1:]):
        parts += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*parts[:-1])


class Rows(nn.Module):
    """The rows of an image, one a step, and a read-out of the last step."""

    def __init__(self, kind):
        super().__init__()
        self.recurrent = kind(28, 128, batch_first=True)
        self.out = nn.Linear(128, 10)

    def forward(self, images):
        return self.out(self.recurrent(images.view(-1, 28, 28))[0][:, -1])


# The model and the samples of a batch.
MODELS = {
    "mlp_small": (lambda: dense(784, 32, 64, 10), 32),
    "mlp_large": (lambda: dense(784, 512, 512, 10), 128),
    "lstm": (lambda: Rows(nn.LSTM), 128),
    "gru": (lambda: Rows(nn.GRU), 128),
    "rnn": (lambda: Rows(nn.RNN), 128),
}


def train_epoch(model, optimizer, batch, images, labels):
    order = torch.randperm(len(images))
    for first in range(0, len(images), batch):
        chosen = order[first : first + batch]
        optimizer.zero_grad(set_to_none=True)
        functional.cross_entropy(model(images[chosen]), labels[chosen]).backward()
        optimizer.step()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=MODELS)
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    images = read_idx(options.folder, "train-images-idx3-ubyte", 16).view(-1, 784).float() / 255
    labels = read_idx(options.folder, "train-labels-idx1-ubyte", 8).long()
    make, batch = MODELS[options.name]
    model = make()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    seconds = []
    for _ in range(options.epochs):
        start = time.perf_counter()
        train_epoch(model, optimizer, batch, images, labels)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
