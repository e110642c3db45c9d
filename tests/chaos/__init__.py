"""What is broken on purpose, fault by fault. `make chaos` runs these, `make test` does not.

A test says its fault by number (`@pytest.mark.fault(11, "broker killed")`) and notes its counts through `account`; the
run ends with a table of all faults, and writes it as JSON where SUMMARY names a file (tally.py). SEED replays the
random choices of a run, FULL=1 makes it long.

The whole system (system.py) crawls a newsstand of the test's own (newsstand.py) and tells local receivers; a module may
share one (living.py). `settle` waits until all queues are empty, reads all that was recorded (recorded.py) and checks
the equations of conservation (equations.py), whose own test stands in test_undisturbed.py.
"""
