"""smlrun --shards: windows and a model in a pipeline for each of two cores, beside one pipeline"""

import os
import tempfile

from bench import RUNS, all_cores, line, measure, median, verdict

WINDOW = (
    '{bin}/smlwindow -k user -t ts -w sliding:10m'
    ' -a "n=count(),m=mean(value),s=std(value),most=max(value),middle=median(value)"'
)
LEARN = "{bin}/smllearn -q -y y -f x1,x2,x3,x4 -m model {events}"
SCORED = "{bin}/smlroute -k user -a a=100:../model"
RUN = "{bin}/smlrun --state run --from {%s} --to results --drain %s -- '%s | %s'"


def run(options, folder, events):
    with tempfile.TemporaryDirectory(dir=folder) as inside:
        return measure(RUN % (events, options, WINDOW, SCORED.replace("..", folder)), inside)


def shards_of(events, which):
    """One core is what one pipeline has; two cores run its two stages at once, and both copies."""
    costs = {"one pipeline, one core": [], "one pipeline, all cores": [], "--shards 2, all cores": []}
    one, both, two = costs
    with tempfile.TemporaryDirectory() as folder:
        measure(LEARN, folder)
        for _ in range(RUNS):
            costs[one].append(run("", folder, events))
            with all_cores():
                costs[both].append(run("", folder, events))
                costs[two].append(run("--shards 2 -k user", folder, events))
    print(f"\nsliding windows and a model, in two copies by user; {which}: seconds, peak memory, of which CPU")
    base = median(costs[one]).wall
    for name, all_costs in costs.items():
        cost = median(all_costs)
        remark = f"{base / cost.wall:5.2f} x"
        if name == two:
            remark += f" (1.7 {verdict(base / cost.wall >= 1.7)})" if os.cpu_count() > 1 else " (one core)"
        line(name, cost.wall, cost.memory, f"{cost.cpu:.2f} s", remark)


def shards():
    shards_of("thousand", "all users send alike")
    shards_of("events", "few send most, 57 of 100 events go to one copy")


WORKS = {"shards": shards}
