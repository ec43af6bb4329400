"""Count and mean of a user's last ten minutes, at every event: sliding_chdb.py FILE EVENTS"""

import sys

import chdb

if int(sys.argv[2]):
    result = chdb.query(
        f"""
        SELECT user, ts, count() OVER recent AS n, avg(value) OVER recent AS mean
        FROM file('{sys.argv[1]}', JSONEachRow, 'user String, ts Int64, value Float64')
        WINDOW recent AS (PARTITION BY user ORDER BY ts
                          RANGE BETWEEN 600000 PRECEDING AND CURRENT ROW)
        SETTINGS max_threads = 1, output_format_json_quote_64bit_integers = 0
        """,
        "JSONEachRow",
    )
    sys.stdout.buffer.write(result.bytes())
