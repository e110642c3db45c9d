"""The walk-through for developers is true: its code is the sample's, and what installs is what runs."""

import re
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
README = (ROOT / "services" / "crawler" / "README.md").read_text("utf-8")
SAMPLE = ROOT / "examples" / "luming-source-sample"


def test_the_code_of_the_readme_is_code_of_the_sample_package() -> None:
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    files = [path.read_text("utf-8") for path in SAMPLE.rglob("*.py")]
    assert len(blocks) >= 2
    assert [block for block in blocks if not any(block in file for file in files)] == []


def test_the_options_of_the_readme_are_what_a_new_listing_begins_with() -> None:
    from services.crawler.testing.templates import TEMPLATES

    (block,) = re.findall(r"    options=\{\n(.*?)    \},", README, re.DOTALL)
    assert dict(re.findall(r'"(\w+)": "([^"]+)"', block)) == dict(TEMPLATES["listing"].options)


def test_every_option_of_a_kind_stands_in_the_readme() -> None:
    from services.crawler.sources.registry import built_in

    for name, plugin in built_in().items():
        if plugin.defaults is None:
            (row,) = re.findall(rf"^\| `{name}` \|.*$", README, re.MULTILINE)
            assert {option for option in plugin.options.model_fields if f"`{option}`" not in row} == set(), name


def test_what_the_installed_project_needs_is_what_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = (ROOT / "requirements" / "run.in").read_text("utf-8").splitlines()
    assert project["dependencies"] == [line for line in wanted if line and not line.startswith(("#", "-"))]
