"""Count and sum by user and minute: tumbling_duckdb.py FILE EVENTS"""

import sys

import duckdb

if int(sys.argv[2]):
    duckdb.execute("SET threads = 1")
    duckdb.execute(
        """
        COPY (
            SELECT user, ts // 60000 AS minute, count(*) AS n, sum(value) AS total
            FROM read_json(?, format = 'newline_delimited',
                           columns = {user: 'VARCHAR', ts: 'BIGINT', value: 'DOUBLE'})
            GROUP BY ALL
        ) TO '/dev/stdout' (FORMAT json)
        """,
        [sys.argv[1]],
    )
