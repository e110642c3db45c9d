"""What is broken on purpose, fault by fault. `make chaos` runs these, `make test` does not.

A test says its fault by number (`@pytest.mark.fault(11, "broker killed")`) and notes its counts through `account`; the
run ends with a table of all faults, and writes it as JSON where SUMMARY names a file (tally.py): a fault of which a
test was skipped is not withstood, and says why. SEED replays the random choices of a run, FULL=1 makes it long, with
the tests marked `long_form`. Limits stretch with the machine's load, four times at most (strain.py); the table ends
with by how much.

The whole system (system.py) crawls a newsstand of the test's own (newsstand.py) and tells local receivers; a module may
share one (living.py). `settle` waits until all queues are empty, reads all that was recorded (recorded.py) and checks
the equations of conservation (equations.py), whose own test stands in test_undisturbed.py; that files and processes
are read rightly (soundness.py, holdings.py) is shown in test_checks.py.
"""
