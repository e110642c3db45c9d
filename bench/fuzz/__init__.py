"""A coverage-guided fuzzer (atheris, libFuzzer) over what reads bytes of strangers: `python -m bench.fuzz TARGET`."""
