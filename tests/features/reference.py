"""The 592 functionals once more, frame by frame in plain loops: slow, and written independently.

Nothing of `core.features` is used here. Each function follows the description of a feature in
words, in double precision, with the discrete Fourier transform as a sum.
"""

import itertools
import math
from functools import cache

import numpy as np

SR = 16_000
FLOOR = 1e-10


@cache
def dft_matrix(length, n_fft):
    n, k = np.arange(length), np.arange(n_fft // 2 + 1)
    return np.exp(-2j * np.pi * np.outer(k, n) / n_fft)


def dft_power(samples, n_fft):
    """Squared magnitude of every bin, from the definition of the transform."""
    return np.abs(dft_matrix(len(samples), n_fft) @ samples) ** 2


def hann(length):
    return np.array([math.sin(math.pi * n / length) ** 2 for n in range(length)])


def htk_triangles(n_bands, fmin, fmax, n_fft):
    def mel(f):
        return 1127 * math.log1p(f / 700)

    edges = [
        700 * math.expm1((mel(fmin) + i * (mel(fmax) - mel(fmin)) / (n_bands + 1)) / 1127)
        for i in range(n_bands + 2)
    ]
    triangles = np.zeros((n_bands, n_fft // 2 + 1))
    for band in range(n_bands):
        for k in range(n_fft // 2 + 1):
            triangles[band, k] = np.interp(
                k * SR / n_fft, edges[band : band + 3], [0, 1, 0], left=0, right=0
            )
    return triangles


def dct_ortho(values, n_out):
    n = len(values)
    out = []
    for k in range(n_out):
        scale = math.sqrt((1 if k == 0 else 2) / n)
        angles = [math.cos(math.pi * k * (2 * i + 1) / (2 * n)) for i in range(n)]
        out.append(scale * sum(v * a for v, a in zip(values, angles, strict=True)))
    return out


def descriptors(samples, power, previous):
    """The 15 descriptors of one frame; ``previous`` is the power of the frame before, or None."""
    freqs = np.arange(1, len(power)) * SR / (2 * (len(power) - 1))
    p = power[1:] + FLOOR
    share = p / p.sum()
    centroid = np.sum(freqs * share)

    def rolloff(part):
        cumulated = 0.0
        for f, s in zip(freqs, share, strict=True):
            cumulated += s
            if cumulated >= part:
                return math.log(f)
        return math.log(freqs[-1])

    def within(low, high):
        return (freqs >= low) & (freqs < high)

    def slope(low, high):
        chosen = within(low, high)
        return np.polyfit(freqs[chosen] / 1000, np.log(p[chosen]), 1)[0]

    flux = 0.0
    if previous is not None:
        before = previous[1:] + FLOOR
        flux = math.sqrt(np.sum((np.sqrt(share) - np.sqrt(before / before.sum())) ** 2) / 2)
    crossings = sum((a < 0) != (b < 0) for a, b in itertools.pairwise(samples))
    return [
        math.log(p.sum()),
        math.log(centroid),
        math.log(math.sqrt(np.sum((freqs - centroid) ** 2 * share))),
        *(rolloff(part) for part in (0.25, 0.5, 0.85, 0.95)),
        np.mean(np.log(p)) - math.log(p.mean()),
        -np.sum(share * np.log(share)),
        flux,
        math.log(p[within(1000, 5000)].sum() / p[within(50, 1000)].sum()),
        math.log(p[freqs < 2000].max() / p[within(2000, 5000)].max()),
        slope(0, 500),
        slope(500, 1500),
        crossings / len(samples),
    ]


DESCRIPTORS = [
    "log_energy",
    "log_centroid",
    "log_bandwidth",
    "log_rolloff25",
    "log_rolloff50",
    "log_rolloff85",
    "log_rolloff95",
    "flatness",
    "entropy",
    "flux",
    "alpha_ratio",
    "hammarberg",
    "slope_0_500",
    "slope_500_1500",
    "zcr",
]


def ten(values, time):
    """The ten statistics of one curve, by name."""
    p05, p25, p50, p75, p95 = np.percentile(values, [5, 25, 50, 75, 95])
    return {
        "mean": np.mean(values),
        "std": np.std(values),
        "p05": p05,
        "p25": p25,
        "p50": p50,
        "p75": p75,
        "p95": p95,
        "range": p95 - p05,
        "iqr": p75 - p25,
        "slope": np.polyfit(time, values, 1)[0],
    }


def delta(values, reach=4):
    n = len(values)
    out = []
    for t in range(n):
        weighted = sum(
            k * (values[min(t + k, n - 1)] - values[max(t - k, 0)]) for k in range(1, reach + 1)
        )
        out.append(weighted / (2 * sum(k * k for k in range(1, reach + 1))))
    return out


def pitch_track(y, fmin=65.0, fmax=500.0):
    """(f0, hnr) of every 20 ms, None where not voiced: Boersma's method below 4 kHz."""
    length, hop, lag_sr = 640, 320, 8000
    window = hann(length)

    def autocorrelation(samples):
        power = dft_power(samples * window, 1024)[:257]
        power[1:256] *= 2
        return cosines @ power

    cosines = np.cos(2 * np.pi * np.outer(np.arange(lag_sr // int(fmin) + 3), np.arange(257)) / 512)
    own = autocorrelation(np.ones(length))
    starts = range(0, len(y) - length + 1, hop)
    correlations = []
    for start in starts:
        samples = y[start : start + length]
        correlations.append(autocorrelation(samples - samples.mean()))
    loudest = max(math.sqrt(c[0]) for c in correlations)
    frames = []
    for c in correlations:
        r = (c / c[0]) / (own / own[0])
        quiet = 2 - math.sqrt(c[0]) / loudest / (0.03 / 1.45)
        candidates = [(None, None, 0.45 + max(quiet, 0))]
        peaks = []
        for k in range(int(lag_sr / fmax), int(lag_sr / fmin) + 1):
            if r[k] > 0 and r[k] > r[k - 1] and r[k] >= r[k + 1]:
                a, b, _ = np.polyfit([-1, 0, 1], r[k - 1 : k + 2], 2)
                top = -b / (2 * a)
                height = r[k] + b * top + a * top * top
                f = min(max(lag_sr / (k + top), fmin), fmax)
                peaks.append((height - 0.01 * math.log2(k), f, height))
        for _, f, height in sorted(peaks)[-4:]:
            candidates.append((f, height, height + 0.01 * math.log2(f / fmin)))
        frames.append(candidates)
    return [(f, hnr_of(height)) for f, height, _ in best_path(frames)]


def hnr_of(height):
    if height is None:
        return None
    r = min(max(height, 1e-5), 0.99999)
    return 10 * math.log10(r / (1 - r))


def best_path(frames):
    def cost(a, b):
        if a[0] is None and b[0] is None:
            return 0.0
        if a[0] is None or b[0] is None:
            return 0.14
        return 0.35 * abs(math.log2(a[0] / b[0]))

    scores = [(c[2], [c]) for c in frames[0]]
    for candidates in frames[1:]:
        scores = [
            max(
                ((s + c[2] - cost(path[-1], c), [*path, c]) for s, path in scores),
                key=lambda scored: scored[0],
            )
            for c in candidates
        ]
    return max(scores, key=lambda scored: scored[0])[1]


def runs(flags):
    """(start, end) of every run of true values."""
    found, start = [], None
    for i, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = i
        if not flag and start is not None:
            found.append((start, i))
            start = None
    return found


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else 0.0


def modulation(energy):
    envelope = np.exp(np.asarray(energy) / 2)
    envelope = envelope / envelope.max()
    n = len(envelope)
    window = np.array([0.5 - 0.5 * math.cos(2 * math.pi * (i + 1) / (n + 1)) for i in range(n)])
    envelope = (envelope - np.sum(envelope * window) / window.sum()) * window
    power = dft_power(envelope, 1024)
    freqs = np.arange(513) * 100 / 1024
    edges = [0.5, 2, 4, 8, 16, 32]
    bands = [power[(freqs >= a) & (freqs < b)].sum() for a, b in itertools.pairwise(edges)]
    return {
        f"modulation_{a:g}_{b:g}": band / sum(bands)
        for a, b, band in zip(edges[:-1], edges[1:], bands, strict=True)
    }


def energy_peaks(energy):
    n = len(energy)

    def at(values, i):
        return values[min(max(i, 0), n - 1)]

    smooth = [mean(at(energy, i + k) for k in range(-2, 3)) for i in range(n)]
    peaks = []
    for i in range(n):
        highest = max(at(smooth, i + k) for k in range(-10, 11))
        left = min(at(smooth, i - k) for k in range(25))
        right = min(at(smooth, i + k) for k in range(25))
        if smooth[i] == highest and smooth[i] - max(left, right) >= 0.7:
            peaks.append(i)
    return len([i for i in peaks if i - 1 not in peaks])


def functionals(y):
    """Every functional of a signal at 16 kHz, by name."""
    y = np.asarray(y, dtype=np.float64)
    y = y - y.mean()
    window = hann(400)
    starts = list(range(0, len(y) - 400 + 1, 160))
    powers = [dft_power(y[s : s + 400] * window, 512) for s in starts]
    energies = [math.log(p.sum() + FLOOR) for p in powers]
    threshold = np.percentile(energies, 99) - 6.9
    active = [e > threshold for e in energies]
    first = active.index(True)
    last = len(active) - 1 - active[::-1].index(True)
    active, starts, powers = (x[first : last + 1] for x in (active, starts, powers))

    triangles = htk_triangles(40, 20, 8000, 512)
    log_mel = np.array([[math.log(v + FLOOR) for v in triangles @ p] for p in powers])
    curves = {f"mfcc_{i}": c for i, c in enumerate(np.array([dct_ortho(m, 20) for m in log_mel]).T)}
    rows = [
        descriptors(y[s : s + 400], p, powers[i - 1] if i else None)
        for i, (s, p) in enumerate(zip(starts, powers, strict=True))
    ]
    curves |= dict(zip(DESCRIPTORS, np.array(rows).T, strict=True))
    track = pitch_track(y[starts[0] : starts[-1] + 400])
    voiced = []
    for i in range(len(starts)):
        centre = (i * 160 + 200) / SR
        nearest = min(range(len(track)), key=lambda j: abs(0.02 + 0.02 * j - centre))
        voiced.append(track[nearest][0] is not None)

    time = np.linspace(0, 1, len(starts))
    out = {}
    for band in range(40):
        out[f"log_mel_{band}_mean"] = log_mel[:, band].mean()
        out[f"log_mel_{band}_std"] = log_mel[:, band].std()
    for name, curve in curves.items():
        out |= {f"{name}_{s}": v for s, v in ten(curve, time).items()}
        out[f"{name}_delta_std"] = np.std(delta(curve))
        if name.startswith("mfcc"):
            out[f"{name}_delta2_std"] = np.std(delta(delta(curve)))
        out[f"voiced_{name}_mean"] = curve[voiced].mean()
        out[f"voiced_{name}_std"] = curve[voiced].std()
    return out | voice_figures(track) | rhythm(curves["log_energy"], active, voiced, track)


def voice_figures(track):
    kept = [i for i, (f, _) in enumerate(track) if f is not None]
    time = np.array([(0.02 + 0.02 * i) / (0.02 + 0.02 * (len(track) - 1)) for i in kept])
    semitones = [12 * math.log2(track[i][0] / 100) for i in kept]
    out = {f"f0_st_{s}": v for s, v in ten(semitones, time).items()}
    return out | {f"hnr_{s}": v for s, v in ten([track[i][1] for i in kept], time).items()}


def rhythm(energy, active, voiced, track):
    duration = len(energy) * 0.01
    segments = runs(f is not None for f, _ in track)
    changes = [
        abs(12 * math.log2(b / a))
        for (a, _), (b, _) in itertools.pairwise(track)
        if a is not None and b is not None
    ]
    steps = [b - a for a, b in itertools.pairwise(energy)]
    return {
        "voiced_share": mean(voiced),
        "voiced_share_active": mean(v for v, a in zip(voiced, active, strict=True) if a),
        "voiced_segments_per_s": len(segments) / duration,
        "voiced_segment_duration": mean(b - a for a, b in segments) * 0.02,
        "voiced_gap_duration": 0.02 * mean(b[0] - a[1] for a, b in itertools.pairwise(segments)),
        "active_share": mean(active),
        "f0_change_mean": mean(changes),
        "f0_change_median": np.median(changes),
        "energy_change_mean": mean(abs(s) for s in steps),
        "energy_rise_mean": mean(s for s in steps if s > 0),
        "energy_fall_mean": mean(s for s in steps if s < 0),
        **modulation(energy),
        "energy_peaks_per_s": energy_peaks(energy) / duration,
    }
