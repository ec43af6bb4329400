"""Count and mean of a user's last ten minutes, at every event: sliding_polars.py FILE EVENTS"""

import os
import sys

os.environ["POLARS_MAX_THREADS"] = "1"
import polars as pl  # noqa: E402 - it reads the environment when it is imported

if int(sys.argv[2]):
    schema = {"user": pl.String, "ts": pl.Int64, "value": pl.Float64}
    events = pl.scan_ndjson(sys.argv[1], schema=schema)
    recent = events.rolling("ts", period="600000i", group_by="user", closed="both")
    features = recent.agg(n=pl.len(), mean=pl.col("value").mean())
    features.collect().write_ndjson(sys.stdout.buffer)
