"""smlfeat on LMDB: against a plain loop in C over LMDB with the same data"""

import contextlib
import tempfile

from bench import BUILD, EVENTS, Program, measure, named, verdict, work

ENTITIES = 1000000
BATCH = 1536  # records of a transaction, as smlfeat has them
FEATURES = ["value", "x1", "x2", "x3"]
RATE = 500000  # gets a second


@contextlib.contextmanager
def records():
    """Users in random order: whole records, records without features, and keys with values for the loop."""
    seed = 1
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: f"{folder}/{name}" for name in ("whole", "asked", "pairs", "ours", "theirs")}
        with open(paths["whole"], "w") as whole, open(paths["asked"], "w") as asked, open(paths["pairs"], "w") as pairs:
            for n in range(EVENTS):
                seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
                user, time = f"u{(seed >> 33) % ENTITIES:07}", 1700000000000 + n
                values = ",".join(f'"{name}":{(seed >> 20 + i) % 100000 / 1000}' for i, name in enumerate(FEATURES))
                whole.write(f'{{"user":"{user}","ts":{time},{values}}}\n')
                asked.write(f'{{"user":"{user}","ts":{time}}}\n')
                pairs.write(f"{user}\t{time}{{{values}}}\n")
        with named(lmdb=BUILD / "bench/lmdb", **paths):
            yield folder


def puts(title, sync, mode, **how):
    ours = "{bin}/smlfeat put -q -k user -t ts -s lmdb:features --sync " + sync + " {whole}"
    theirs = f"{{lmdb}} put features {mode} {BATCH} {{pairs}}"
    work(title, Program("smlfeat put", ours, **how), Program("C, mdb_put", theirs, faster=0.7, **how))


def gets(folder):
    ours = f"{{bin}}/smlfeat get -k user -t ts -f {','.join(FEATURES)} -s lmdb:{{ours}} {{asked}}"
    measure("{bin}/smlfeat put -q -k user -t ts -s lmdb:{ours} --sync never {whole}", folder)
    measure(f"{{lmdb}} put {{theirs}} nosync {BATCH} {{pairs}}", folder)
    work(
        "LMDB, a million entities: 4 features appended to each record, or only the value written",
        Program("smlfeat get", ours),
        Program("C, mdb_get", "{lmdb} get {theirs} nosync 1 {pairs}", faster=0.7),
    )
    rate = EVENTS / measure(ours, folder).cpu
    print(f"  {'gets a CPU second':37}{rate:10,.0f}{'':11}  ({RATE:,} {verdict(rate >= RATE)})", flush=True)


def lmdb():
    with records() as folder:
        puts("LMDB, a million entities: 4 features of each record put, the disk not waited for", "never", "nosync")
        puts("the same, each transaction on disk (wall time)", "always", "sync", clock="wall")
        gets(folder)


WORKS = {"feat-lmdb": lmdb}
