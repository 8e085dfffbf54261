"""The residual ridge of docs/models/forecasters.md in NumPy: the baseline of `./dev bench carbon`.

Reads a wide CSV of hourly values (datetime_utc, one column per zone), learns the 96 regressions of each zone from the last two years and
predicts the hours after the file's end. Prints JSON: seconds per zone, on one thread, and the forecasts. The same algorithm as model
`ridge`, written as one would write it in NumPy: all origins and leads at once.
"""

import csv
import json
import os
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np  # noqa: E402  (after the number of threads is set)

LEADS, DAYS, ORIGINS, LAMBDA = 96, 28, 730, 60.0
THURSDAY = 3  # 1970-01-01, Monday is 0


def forecast(y, first_hour):
    end = len(y)
    count = min(ORIGINS, (end - DAYS * 24) // 24)
    origins = end - 24 * np.arange(count + 1)  # the first is now
    windows = y[origins[:, None] + np.arange(-24 * DAYS, 0)].reshape(count + 1, DAYS, 24)
    profile, week = windows.mean(1), windows[:, -7:].mean(1)
    residuals = windows - profile[:, None, :]
    weekday = ((first_hour + origins) // 24 + THURSDAY) % 7
    hour = (first_hour + origins) % 24
    shared = np.column_stack([residuals[:, -1], weekday >= 5])
    out = np.empty(LEADS)
    for lead in range(LEADS):
        column, day = lead % 24, lead // 24
        target_day = (weekday + (hour + lead) // 24) % 7
        x = np.column_stack([shared, residuals[:, DAYS - 7 + day, column], week[:, column] - profile[:, column],
                             target_day >= 5, target_day == 6])  # fmt: skip
        known = np.flatnonzero(origins + lead < end)
        truth = y[origins[known] + lead]
        weights = 1 / np.maximum(np.maximum(truth, np.percentile(truth, 5)), 1)
        weights *= len(known) / weights.sum()
        target = truth - profile[known, column]
        mean, spread = x[known].mean(0), x[known].std(0)
        spread[spread < 1e-9] = 1
        z = (x[known] - mean) / spread
        center, level = weights @ z / len(known), weights @ target / len(known)
        z -= center
        normal = (z * weights[:, None]).T @ z + LAMBDA * np.eye(z.shape[1])
        slopes = np.linalg.solve(normal, z.T @ (weights * (target - level)))
        out[lead] = max(0.0, profile[0, column] + level + ((x[0] - mean) / spread - center) @ slopes)
    return out


def main(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    first = np.datetime64(rows[1][0].replace("Z", "")).astype("datetime64[h]").astype(int)
    values = np.array([row[1:] for row in rows[1:]], dtype=float)
    forecasts, seconds = {}, []
    for zone, name in enumerate(rows[0][1:]):
        begin = time.perf_counter()
        forecasts[name] = forecast(values[:, zone], int(first)).tolist()
        seconds.append(time.perf_counter() - begin)
    json.dump({"seconds_per_zone": seconds, "forecasts": forecasts, "numpy": np.__version__}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
