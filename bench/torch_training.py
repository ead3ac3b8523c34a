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


class Image(nn.Module):
    """A row of 784 numbers as an image of one channel."""

    def forward(self, rows):
        return rows.view(-1, 1, 28, 28)


def convolutional():
    return nn.Sequential(Image(), nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Flatten(), nn.Linear(21632, 10))


def lenet():
    front = [Image(), nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*front, nn.Flatten(), nn.Linear(1600, 128), nn.ReLU(), nn.Linear(128, 10))


def autoencoder():
    return nn.Sequential(dense(784, 128, 32, 128, 784), nn.Sigmoid())


# The model and the samples of a batch; the autoencoder is compared with its input, the others with labels.
MODELS = {
    "cnn": (convolutional, 32),
    "lenet": (lenet, 32),
    "autoencoder": (autoencoder, 128),
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
        if labels is None:
            functional.mse_loss(model(images[chosen]), images[chosen]).backward()
        else:
            functional.cross_entropy(model(images[chosen]), labels[chosen]).backward()
        optimizer.step()


class Adversaries:
    """A generator 64-128-784 and a discriminator 784-128-1 that take turns on each batch."""

    def __init__(self):
        self.maker = nn.Sequential(nn.Linear(64, 128), nn.LeakyReLU(0.2), nn.Linear(128, 784), nn.Sigmoid())
        self.judge = nn.Sequential(nn.Linear(784, 128), nn.LeakyReLU(0.2), nn.Linear(128, 1))
        self.turns = [torch.optim.Adam(m.parameters(), lr=2e-4, betas=(0.5, 0.999)) for m in (self.judge, self.maker)]

    def train_epoch(self, images, batch):
        loss = functional.binary_cross_entropy_with_logits
        order = torch.randperm(len(images))
        for first in range(0, len(images), batch):
            real = images[order[first : first + batch]]
            one, zero = torch.ones(len(real), 1), torch.zeros(len(real), 1)
            fake = self.maker(torch.randn(len(real), 64))
            self.turns[0].zero_grad(set_to_none=True)
            (loss(self.judge(real), one) + loss(self.judge(fake.detach()), zero)).backward()
            self.turns[0].step()
            self.turns[1].zero_grad(set_to_none=True)
            loss(self.judge(fake), one).backward()
            self.turns[1].step()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=[*MODELS, "gan"])
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    images = read_idx(options.folder, "train-images-idx3-ubyte", 16).view(-1, 784).float() / 255
    labels = read_idx(options.folder, "train-labels-idx1-ubyte", 8).long()
    if options.name == "gan":
        adversaries = Adversaries()
    else:
        make, batch = MODELS[options.name]
        model = make()
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    seconds = []
    for _ in range(options.epochs):
        start = time.perf_counter()
        if options.name == "gan":
            adversaries.train_epoch(images, 128)
        else:
            train_epoch(model, optimizer, batch, images, None if options.name == "autoencoder" else labels)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
