"""Predict, then learn, row by row, with Vowpal Wabbit: learn_vw.py FILE EVENTS [PREDICTIONS]

FILE is in Vowpal Wabbit's own JSON: the target is called _label, and names that are not features
begin with an underscore.  The driver is its C++ one, which parses in the same thread.
"""

import sys

from vowpalwabbit import Workspace

if int(sys.argv[2]):
    predictions = f"-p {sys.argv[3]}" if len(sys.argv) > 3 else ""
    Workspace(f"--json --quiet --no_stdin -d {sys.argv[1]} {predictions}").finish()
