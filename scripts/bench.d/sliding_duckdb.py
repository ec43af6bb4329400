"""Count and mean of a user's last ten minutes, at every event: sliding_duckdb.py FILE EVENTS"""

import sys

import duckdb

if int(sys.argv[2]):
    duckdb.execute("SET threads = 1")
    duckdb.execute(
        """
        COPY (
            SELECT user, ts, count(*) OVER recent AS n, avg(value) OVER recent AS mean
            FROM read_json(?, format = 'newline_delimited',
                           columns = {user: 'VARCHAR', ts: 'BIGINT', value: 'DOUBLE'})
            WINDOW recent AS (PARTITION BY user ORDER BY ts
                              RANGE BETWEEN 600000 PRECEDING AND CURRENT ROW)
        ) TO '/dev/stdout' (FORMAT json)
        """,
        [sys.argv[1]],
    )
