"""smllearn and smldrift"""

from bench import Program, few, python


# A title, ours, and what it is compared with.
WORKS = {
    "learn": (
        "predict, then learn: 4 features, predictions out",
        Program("smllearn", "{bin}/smllearn --learner sgd -y y -f x1,x2,x3,x4 -m model {events}"),
        python("Vowpal Wabbit --json -p", "learn_vw", data="{vw}", more="/dev/stdout", faster=10),
        python("Vowpal Wabbit --json, no predictions", "learn_vw", data="{vw}", faster=2),
        python("scikit-learn, row by row", "learn_sklearn", few(4000), faster=500),
        python("River", "learn_river", few(100000), faster=20),
    ),
    "drift": (
        "Kolmogorov-Smirnov at every event: 1000 against 1000",
        Program("smldrift", "{bin}/smldrift -f value -d ks --annotate {events}"),
        python("SciPy ks_2samp", "drift_scipy", few(2000), faster=200),
    ),
}
