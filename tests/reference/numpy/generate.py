"""Writes the reference values of this folder. Usage: generate.py FOLDER_WITH_iris.csv_AND_wine.csv"""

import json
import pathlib
import sys

import numpy as np
from scipy import signal, stats

here = pathlib.Path(__file__).parent


def rows(name, label):
    lines = [l.split(",") for l in (pathlib.Path(sys.argv[1]) / name).read_text().split() if l]
    names = sorted({l[label] for l in lines})
    y = np.array([names.index(l[label]) for l in lines])
    x = np.array([[float(v) for v in (l[:-1] if label == -1 else l)] for l in lines])
    return x.astype(np.float32).astype(np.float64), y


def save(name, content):
    def plain(v):
        if isinstance(v, np.ndarray):
            return v.ravel().tolist()
        if isinstance(v, dict):
            return {k: plain(w) for k, w in v.items()}
        return v

    (here / name).write_text(json.dumps(plain(content), separators=(",", ":")).replace(',"', ',\n"') + "\n")


def ridge(x, t, test, alpha):
    mx, mt = x.mean(0), t.mean(0)
    a = np.vstack([x - mx, np.sqrt(alpha) * np.eye(x.shape[1])])
    b = np.vstack([t - mt, np.zeros((x.shape[1], t.shape[1]))])
    w = np.linalg.lstsq(a, b, rcond=None)[0]
    return {"weight": w.T, "bias": mt - mx @ w, "scores": (test - mx) @ w + mt}


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def logistic(x, y, test, C):
    """Newton with the whole Hessian, in standardised features so that it is well conditioned."""
    n, f = x.shape
    k = y.max() + 1
    m, s = x.mean(0), x.std(0)
    z = np.hstack([(x - m) / s, np.ones((n, 1))])
    one_hot = np.eye(k)[y]
    penalty = np.repeat(np.append((2 if k == 2 else 1) / s**2, 0)[:, None], k, 1)
    v = np.zeros((f + 1, k))
    for _ in range(200):
        p = softmax(z @ v)
        g = C * z.T @ (p - one_hot) + penalty * v
        if np.abs(g).max() < 1e-11:
            break
        h = np.zeros((f + 1, k, f + 1, k))
        for a in range(k):
            for b in range(k):
                w = p[:, a] * ((a == b) - p[:, b])
                h[:, a, :, b] = C * (z * w[:, None]).T @ z
        h = h.reshape((f + 1) * k, -1) + np.diag(penalty.ravel())
        d = -np.linalg.lstsq(h, g.ravel(), rcond=1e-13)[0].reshape(v.shape)

        def value(u):
            q = z @ u
            q = q - q.max(1, keepdims=True)
            return C * (np.log(np.exp(q).sum(1)) - q[np.arange(n), y]).sum() + 0.5 * (penalty * u * u).sum()

        step, now = 1.0, value(v)
        while step > 1e-8 and value(v + step * d) > now:
            step /= 2
        v = v + step * d
    w = v[:-1] / s[:, None]
    bias = v[-1] - v[-1].mean() - m @ w
    return {"weight": w.T, "bias": bias, "scores": np.log(softmax(test @ w + bias))}


def log_posterior(joint):
    m = joint.max(1, keepdims=True)
    return joint - m - np.log(np.exp(joint - m).sum(1, keepdims=True))


def gaussian(x, y, test):
    eps = 1e-9 * x.var(0).max()
    joint = [np.log((y == c).mean()) + stats.norm.logpdf(test, x[y == c].mean(0), np.sqrt(x[y == c].var(0) + eps)).sum(1)
             for c in range(y.max() + 1)]
    return {"scores": log_posterior(np.array(joint).T)}


def bernoulli(x, y, test, threshold):
    xb, tb = x > threshold, test > threshold
    joint = [np.log((y == c).mean())
             + stats.bernoulli.logpmf(tb, (xb[y == c].sum(0) + 1) / ((y == c).sum() + 2)).sum(1)
             for c in range(y.max() + 1)]
    return {"scores": log_posterior(np.array(joint).T)}


def neighbours(x, test, k):
    d = np.sqrt(((test[:, None] - x[None]) ** 2).sum(2))
    order = np.argsort(d, axis=1, kind="stable")[:, :k]
    return order, np.take_along_axis(d, order, 1)


def vote(x, y, test, k, by_distance):
    order, d = neighbours(x, test, k)
    w = np.ones_like(d)
    if by_distance:
        zero = (d == 0).any(1)
        w = np.where(zero[:, None], d == 0, 1 / np.where(d == 0, 1, d))
    scores = np.array([[w[i][y[order[i]] == c].sum() for c in range(y.max() + 1)] for i in range(len(test))])
    return {"scores": scores / w.sum(1, keepdims=True)}


def classical():
    out = {}
    iris_x, iris_y = rows("iris.csv", -1)
    wine_x, wine_y = rows("wine.csv", -1)
    for name, x, y, threshold in (("iris", iris_x, iris_y, 2.0), ("wine", wine_x, wine_y, 2.5)):
        train, test = np.arange(0, len(x), 3), np.arange(1, len(x), 9)
        # One sample stands in both, at distance 0.
        test = np.append(test, train[4])
        a, b, c = x[train], y[train], x[test]
        out[name] = {
            "features": x.shape[1], "classes": int(y.max() + 1), "x": a, "label": b, "test": c,
            "ridge": ridge(a, np.eye(y.max() + 1)[b], c, 1.0),
            "logistic": logistic(a, b, c, 1.0),
            "gaussian": gaussian(a, b, c),
            "bernoulli": {"threshold": threshold, **bernoulli(a, b, c, threshold)},
            "uniform": vote(a, b, c, 5, False),
            "distance": vote(a, b, c, 5, True),
        }
        two = b < 2
        out[name]["two"] = logistic(a[two], b[two], c, 0.5)
    x, t = wine_x[:, 1:], wine_x[:, :1]
    few = slice(0, 160, 16)
    order, d = neighbours(x[::3], x[1::9], 3)
    w = 1 / d
    target = t[::3][order][:, :, 0]
    out["numbers"] = {
        "features": 12, "x": x[::3], "y": t[::3], "test": x[1::9],
        "ridge": ridge(x[::3], t[::3], x[1::9], 2.5),
        # More features than samples.
        "few_x": x[few], "few_y": t[few], "few": ridge(x[few], t[few], x[1::9], 0.5),
        "neighbours": {"scores": (w * target).sum(1) / w.sum(1)},
    }
    save("classical.json", out)


def mutual_information(v, y, bins):
    values = np.unique(v)
    if len(values) > bins:
        s = np.sort(v)
        values = np.unique([s[-(-i * len(v) // bins) - 1] for i in range(1, bins + 1)])
    place = np.searchsorted(values, v, side="left")
    counts = np.zeros((len(values), y.max() + 1))
    np.add.at(counts, (place, y), 1)
    p = counts / len(v)
    outer = p.sum(1, keepdims=True) * p.sum(0, keepdims=True)
    return float((p[p > 0] * np.log(p[p > 0] / outer[p > 0])).sum())


def features():
    x, y = rows("wine.csv", -1)
    x, y = x[::3], y[::3]
    n = len(x)
    r = np.array([stats.pearsonr(x[:, f], x[:, 0])[0] for f in range(1, 13)])
    z = (x - x.mean(0)) / x.std(0)
    z = z.astype(np.float32).astype(np.float64)
    u, s, v = np.linalg.svd(z - z.mean(0), full_matrices=False)
    v *= np.sign(v[np.arange(len(v)), np.abs(v).argmax(1)])[:, None]
    save("features.json", {
        "features": 13, "x": x, "label": y,
        "f_test": np.array([stats.f_oneway(*[x[y == c, f] for c in range(3)])[0] for f in range(13)]),
        "f_of_first": r**2 / (1 - r**2) * (n - 2),
        "mutual_information": np.array([mutual_information(x[:, f], y, 10) for f in range(13)]),
        "standardised": z, "variance": s[:4] ** 2 / n, "components": v[:4], "projected": (z - z.mean(0)) @ v[:4].T,
    })


def scores():
    rng = np.random.default_rng(3)
    y = rng.integers(0, 3, 60)
    s = np.round(rng.normal(size=(60, 3)) + 1.2 * np.eye(3)[y], 1)  # with ties
    predicted = s.argmax(1)
    area = []
    for c in range(3):
        a, b = s[y == c, c], s[y != c, c]
        area.append(stats.mannwhitneyu(a, b)[0] / (len(a) * len(b)))
    counts = np.zeros((3, 3))
    np.add.at(counts, (y, predicted), 1)
    precision, recall = np.diag(counts) / counts.sum(0), np.diag(counts) / counts.sum(1)
    t = rng.normal(size=(20, 2))
    q = t + 0.3 * rng.normal(size=(20, 2))
    save("scores.json", {
        "label": y, "scores": s, "area": np.array(area), "precision": precision, "recall": recall,
        "f1": 2 * precision * recall / (precision + recall),
        "target": t, "prediction": q,
        "r2": float((1 - ((t - q) ** 2).sum(0) / ((t - t.mean(0)) ** 2).sum(0)).mean()),
        "rmse": float(np.sqrt(((t - q) ** 2).mean(0)).mean()), "mae": float(np.abs(t - q).mean()),
    })


def spectra():
    rng = np.random.default_rng(4)
    t = np.arange(300) / 200
    x = 3 + np.sin(2 * np.pi * 20 * t) + 0.5 * rng.normal(size=t.size)
    found = {}
    for length in (64, 50, 45):
        f, p = signal.welch(x, fs=200, window="hann", nperseg=length, detrend="constant")
        found[str(length)] = {"frequency": f, "power": p}
    intervals = {}
    for n in (2, 3, 5, 40):
        g = rng.normal(size=n)
        low, high = stats.t.interval(0.95, n - 1, g.mean(), stats.sem(g))
        intervals[str(n)] = {"values": g, "low": low, "high": high}
    save("spectrum.json", {"values": x, "welch": found, "intervals": intervals})


classical()
features()
scores()
spectra()
