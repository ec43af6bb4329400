"""smlwindow"""

from bench import Program, few, python


def window(mean, size, events="{events}"):
    return "{bin}/smlwindow -k user -t ts -w %s -a 'n=count(),result=%s(value)' %s" % (
        size, mean, events,
    )


# A title, ours, and what it is compared with.
WORKS = {
    "tumbling": (
        "tumbling 1 min: count and sum by user",
        Program("smlwindow", window("sum", "tumbling:1m")),
        Program("mawk, regular expressions", "mawk -f {here}/tumbling.awk {events}", faster=3),
        Program(
            "Miller",
            "mlr --ijsonl --ojsonl put '$minute = $ts // 60000'"
            " then stats1 -a count,sum -f value -g user,minute {events}",
            faster=50, once=True,
        ),
        python("DuckDB, one thread", "tumbling_duckdb", faster=1.3, smaller=10),
    ),
    "sliding": (
        "sliding 10 min: count and mean of the user at every event",
        Program("smlwindow", window("mean", "sliding:10m")),
        python("DuckDB, one thread", "sliding_duckdb", faster=3, smaller=10),
        python("Polars, one thread", "sliding_polars", faster=3, smaller=10),
        python("ClickHouse (chdb), one thread", "sliding_chdb", faster=3, smaller=10),
        python("Python, a deque", "sliding_deque", few(30000), faster=2000, once=True),
        python("Python, a deque a user", "sliding_deques", few(100000)),
    ),
    "flat": (
        "a window 600 times as long, at most 1.3 times the cost",
        Program("smlwindow, sliding 10 hours", window("mean", "sliding:10h")),
        Program("smlwindow, sliding 1 min", window("mean", "sliding:1m"), faster=1 / 1.3),
    ),
    "keys": (
        "a thousand times as many keys (at most 1.3 times the cost, without cache misses)",
        Program("smlwindow, a million keys", window("mean", "sliding:10m", "{million}")),
        Program("smlwindow, a thousand keys", window("mean", "sliding:10m", "{thousand}")),
    ),
}
