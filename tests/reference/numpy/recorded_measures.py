"""Writes recorded_measures.json beside this file: measures of activity, spikes and weights, computed by NumPy and SciPy."""

import json
import pathlib

import numpy as np
from scipy import stats

random = np.random.default_rng(7)


def flat(value):
    if isinstance(value, dict):
        return {key: flat(v) for key, v in value.items()}
    return np.asarray(value, dtype=np.float64).ravel().tolist() if np.ndim(value) else float(value)


def activity(samples, units, label, scale):
    centres = random.gamma(1.0, 1.0, (label.max() + 1, units))
    return np.maximum(0, centres[label] + scale * random.normal(size=(samples, units))).astype(np.float32)


def hsic_biased(k, l):
    h = np.eye(len(k)) - 1 / len(k)
    return np.trace(h @ k @ h @ l)


def hsic_unbiased(k, l):
    """By sums over all tuples of different samples, as the estimator is defined (Song et al. 2012, section 2.4)."""
    n = len(k)
    k, l = k - np.diag(np.diag(k)), l - np.diag(np.diag(l))
    pairs = (k * l).sum() / (n * (n - 1))
    kl = k @ l
    triples = (kl.sum() - np.trace(kl)) / (n * (n - 1) * (n - 2))
    # sum_ij sum_pq k_ij l_pq over different i, j, p, q, by taking away the tuples with two alike.
    quadruples = (k.sum() * l.sum() - 4 * (kl.sum() - np.trace(kl)) - 2 * np.trace(kl)) / (n * (n - 1) * (n - 2) * (n - 3))
    return pairs + quadruples - 2 * triples


def cka(hsic, x, y):
    k, l = (a.astype(np.float64) @ a.T.astype(np.float64) for a in (x, y))
    return hsic(k, l) / np.sqrt(hsic(k, k) * hsic(l, l))


def sparseness(r):
    n = len(r)
    return (1 - r.mean() ** 2 / (r**2).mean()) / (1 - 1 / n)


def representations():
    label = random.integers(0, 5, 40)
    x = activity(40, 12, label, 0.5)
    y = activity(40, 7, label, 0.8)
    x[:, 3] = 0  # silent
    x[:, 5] = 1.25  # always the same
    x[11] = 0  # a sample without activity
    x64 = x.astype(np.float64)
    rdm_x, rdm_y = (1 - np.corrcoef(a.astype(np.float64)[np.arange(40) != 11]) for a in (x, y))
    upper = np.triu_indices(39, 1)
    eigenvalues = np.linalg.eigvalsh(np.cov(x64.T))
    means = np.array([x64[label == c].mean(0) for c in range(5)])
    top = means.max(0)
    rest = (means.sum(0) - top) / 4
    index = [(t - r) / (t + r) for t, r in zip(top, rest) if t > 0]
    residual = x64 - means[label]
    varying = residual[:, residual.std(0) > 1e-12]
    r = np.corrcoef(varying.T)
    return {
        "x": x,
        "y": y,
        "label": label,
        "cka": cka(hsic_biased, x, y),
        "cka_debiased": cka(hsic_unbiased, x, y),
        "rdm": rdm_x,
        "rsa": stats.spearmanr(rdm_x[upper], rdm_y[upper])[0],
        "participation_ratio": eigenvalues.sum() ** 2 / (eigenvalues**2).sum(),
        "tuning": means,
        "selectivity": np.mean(index),
        "population_sparseness": np.mean([sparseness(row) for row in x64 if row.any()]),
        "lifetime_sparseness": np.mean([sparseness(column) for column in x64.T if column.any()]),
        "noise_correlation": r[np.triu_indices(len(r), 1)].mean(),
        "noise_units": len(r),
    }


def spike_trains():
    """Ten units, of which the last never fires, for 2 s; common events make them fire together now and then."""
    common = np.sort(random.uniform(0, 2000, 25))
    trains = []
    for unit in range(9):
        own = random.uniform(0, 2000, 20 + 5 * unit)
        joined = common[random.uniform(size=25) < 0.6] + random.uniform(0, 3)
        times = np.concatenate([own, joined])
        trains.append(np.sort(times[(times > 0) & (times < 2000)]))
    trains.append(np.array([]))
    windows = [np.histogram(t[t > 300], bins=np.arange(300, 2001, 100))[0] for t in trains]
    bins = np.array([np.histogram(t[t > 300], bins=np.arange(300, 2001, 5))[0] for t in trains if len(t)], dtype=float)
    intervals = [np.diff(t[t > 300]) for t in trains if np.sum(t > 300) >= 3]
    counts = random.poisson(2.0, (40, 4)) * np.array([1, 2, 0, 1])
    label = random.integers(0, 3, 40)
    factors = []
    for c in range(3):
        for u in range(4):
            n = counts[label == c, u]
            if n.any():
                factors.append(n.var(ddof=1) / n.mean())
    return {
        "times": np.concatenate(trains),
        "units": np.concatenate([[u] * len(t) for u, t in enumerate(trains)]),
        "fano": np.mean([w.var(ddof=1) / w.mean() for w in windows if w.any()]),
        "isi_cv": np.mean([i.std() / i.mean() for i in intervals]),
        "synchrony": np.sqrt(bins.mean(0).var() / bins.var(1).mean()),
        "rate": np.mean([np.sum(t > 300) / 1.7 for t in trains]),
        "counts": counts,
        "label": label,
        "class_fano": np.mean(factors),
        "class_fano_counted": len(factors),
    }


def weights():
    w = random.lognormal(-0.7, 0.9, 300)
    w[::25] = 0
    there = w[w > 0]
    mu, sigma = np.log(there).mean(), np.log(there).std()
    counts, edges = np.histogram(w, bins=20)
    return {
        "weights": w,
        "mean": w.mean(),
        "deviation": w.std(),
        "skewness": stats.skew(w),
        "kurtosis": stats.kurtosis(w),
        "zeros": np.mean(w == 0),
        "gini": np.abs(w[:, None] - w[None, :]).mean() / (2 * w.mean()),
        "mu": mu,
        "sigma": sigma,
        "distance": stats.kstest(there, stats.lognorm(s=sigma, scale=np.exp(mu)).cdf).statistic,
        "counts": counts,
        "edges": edges,
    }


content = {"representations": representations(), "spikes": spike_trains(), "weights": weights()}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(flat(content), separators=(",", ":")).replace(',"', ',\n"') + "\n")
