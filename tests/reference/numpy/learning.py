"""Writes feedback_alignment.json and ridge_readout.json beside itself."""

import json
import pathlib

import numpy as np

here = pathlib.Path(__file__).parent


def save(name, content):
    def plain(v):
        if isinstance(v, np.ndarray):
            return v.ravel().tolist()
        if isinstance(v, dict):
            return {k: plain(w) for k, w in v.items()}
        return v

    (here / name).write_text(json.dumps(plain(content), separators=(",", ":")).replace(',"', ',\n"') + "\n")


def exact(rng, *shape):
    """Numbers that float32 holds."""
    return np.round(rng.uniform(-1, 1, shape) * 64) / 64


def two_steps(p, x, t, back, rate):
    """Gradient descent on the mean of (y - t)^2, y = W2 tanh(W1 x + b1) + b2, with errors carried by back(W2)."""
    p = {k: v.copy() for k, v in p.items()}
    for _ in range(2):
        h = np.tanh(x @ p["W1"].T + p["b1"])
        y = h @ p["W2"].T + p["b2"]
        e = 2 * (y - t) / y.size
        d = (e @ back(p["W2"])) * (1 - h**2)
        p["W2"] -= rate * e.T @ h
        p["b2"] -= rate * e.sum(0)
        p["W1"] -= rate * d.T @ x
        p["b1"] -= rate * d.sum(0)
    return p


rng = np.random.default_rng(16)
x, t = exact(rng, 6, 5), exact(rng, 6, 3)
start = {"W1": exact(rng, 4, 5), "b1": exact(rng, 4), "W2": exact(rng, 3, 4), "b2": exact(rng, 3)}
B = exact(rng, 3, 4)
save(
    "feedback_alignment.json",
    {
        "x": x, "t": t, "B": B, "rate": 0.5, "start": start,
        "transpose": two_steps(start, x, t, lambda W: W, 0.5),
        "random": two_steps(start, x, t, lambda W: B, 0.5),
        "sign": two_steps(start, x, t, lambda W: np.abs(B) * np.sign(W), 0.5),
    },
)

# By the singular values of the extended system: no sums of products are made.
x, t, alpha = exact(rng, 40, 7), exact(rng, 40, 3), 0.5


def ridge(x, t, alpha):
    a = np.vstack([x, np.sqrt(alpha) * np.eye(x.shape[1])])
    return np.linalg.lstsq(a, np.vstack([t, np.zeros((x.shape[1], t.shape[1]))]), rcond=None)[0].T


mx, mt = x.mean(0), t.mean(0)
w = ridge(x - mx, t - mt, alpha)
save(
    "ridge_readout.json",
    {"x": x, "t": t, "alpha": alpha, "weight": w, "bias": mt - w @ mx, "without_bias": ridge(x, t, alpha)},
)
