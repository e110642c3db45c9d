"""The pytest plug-in: it makes the tests of a `SourceContract`, and `--source NAME` keeps those of one source alone.

Installed with the project it is found by its entry point; without, `-p services.crawler.testing.plugin` names it.
"""

import pytest

pytest.register_assert_rewrite("services.crawler.testing.source_contract")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--source`."""
    parser.getgroup("luming").addoption("--source", help="only the contract tests of the source of this name")


def pytest_configure(config: pytest.Config) -> None:
    """The marks of the contract, for projects that know none of their own; without pytest-timeout they do nothing."""
    config.addinivalue_line("markers", "timeout(seconds): the test fails when it takes longer")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each source (`name`), fixture folder (`case`) and answer gone wrong (`wrong`)."""
    # Imported here, not with the plug-in: every run of pytest loads that, few have sources.
    from services.crawler.testing.gone_wrong import GONE_WRONG
    from services.crawler.testing.source_contract import SourceContract

    contract = metafunc.cls
    if contract is None or not issubclass(contract, SourceContract):
        return
    if "wrong" in metafunc.fixturenames:
        metafunc.parametrize("wrong", list(GONE_WRONG))
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", [one for one in contract.cases() if _chosen(metafunc.config, one)])
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", [one for one in sorted(contract.plugins()) if _chosen(metafunc.config, one)])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `--source` nothing is run that is not of it."""
    chosen = config.getoption("--source")
    if chosen is None:
        return
    kept = [item for item in items if hasattr(item, "callspec") and {"name", "case"} & set(item.callspec.params)]
    kept = [item for item in kept if _NOTHING not in item.name]
    if not kept:
        raise pytest.UsageError(f"no source or fixture folder is named {chosen}")
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


_NOTHING = "NOTSET"
"""pytest's name of a test that has no values."""


def _chosen(config: pytest.Config, case: str) -> bool:
    return config.getoption("--source") in (None, case, case.partition(".")[0])
