"""A wrong configuration file is answered with file, line, what is wrong and what would be right."""

from pathlib import Path

import pytest
from pydantic import Field, field_validator

from shared.config_file import ConfigModel, load_config, node_of, plain_of
from shared.config_hints import Misfit
from shared.errors import ConfigError

pytestmark = pytest.mark.unit


class Entry(ConfigModel):
    """One entry."""

    name: str
    every: int = 60


class Entries(ConfigModel):
    """A file."""

    entries: tuple[Entry, ...] = ()
    limits: dict[str, int] = Field(default_factory=dict)
    some: tuple[Entry, ...] = Field(default=(Entry(name="a"),), min_length=1)

    @field_validator("entries")
    @classmethod
    def _named(cls, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        for number, entry in enumerate(entries):
            if entry.name == "nobody":
                raise Misfit((number, "name"), "nobody is no name", "write who it is")
        return entries

    @field_validator("limits")
    @classmethod
    def _positive(cls, limits: dict[str, int]) -> dict[str, int]:
        for name, limit in limits.items():
            if limit < 0:
                raise ValueError(f"{name} is below zero")
        return limits


def read(folder: Path, text: str | bytes) -> Entries:
    path = folder / "entries.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_config(path, Entries)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, "entries:\n  - name: 医鹿\n    every: 5\n").entries == (Entry(name="医鹿", every=5),)


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, "# nothing yet\n") == Entries()


@pytest.mark.parametrize(
    ("text", "line", "wrong"),
    [
        ("entries:\n  - name: a\n    evry: 5\n", 3, "unknown key"),
        ("entries:\n  - name: a\n  - every: 5\n", 3, "entries.1.name: missing"),
        ("entries:\n  - name: a\n    every: soon\n", 3, "'soon'"),
        ("entries:\n  - name: a\n   every: 5\n", 3, "no YAML"),
        ("entries: !!python/object/apply:os.system [id]\n", 1, "no YAML"),
        ("- a\n- b\n", 1, "the file"),
        ("wrong: 1\nalso: 2\n", 1, "and 1 more"),
        ("entries: []\n# again\nentries: []\n", 3, "entries stands twice, in lines 1 and 3"),
        ("entries:\n  - name: a\n    name: b\n", 3, "name stands twice, in lines 2 and 3"),
        ("entries:\n  - every: 5\n    nmae: b\n", 3, "entries.0.nmae: unknown key, and entries.0.name: missing"),
        ("entries:\n  - colour: 5\n", 2, "entries.0.name: missing (and 1 more)"),
        ("entries:\n  - name: a\n  - every: 5\n    name: nobody\n", 4, "entries.1.name: nobody is no name"),
        ("limits:\n  low: 5\n  high: -5\n", 3, "limits: high is below zero"),
        ("some: []\n", 1, "some: "),
        ("entries:\n  - &a {name: a, every: 5}\n  - <<: *a\n    every: soon\n", 4, "entries.1.every: "),
        (
            "entries:\n  - &a {name: a}\n  - <<: *a\n    name: b\n    name: c\n",
            5,
            "name stands twice, in lines 4 and 5",
        ),
    ],
)
def test_a_wrong_file_is_told_by_line(tmp_path: Path, text: str, line: int, wrong: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert caught.value.where == tmp_path / "entries.yaml"
    assert caught.value.line == line
    assert wrong in caught.value.wrong
    assert caught.value.right
    assert f"entries.yaml:{line}: " in str(caught.value)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("entries:\n  - name: #a\n", "put it in quotes: a # begins a comment"),
        ("entries:\n  - name: 5\n", "text; put a number, yes or no in quotes to make text of it"),
        ("entries:\n  - nmae: a\n", "did you mean `name`?"),
        ("entries:\n  - name: a\n    evry: 5\n", "did you mean `every`?"),
        ("entries:\n  - name: nobody\n", "write who it is"),
    ],
)
def test_what_would_be_right_is_said(tmp_path: Path, text: str, right: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert caught.value.right == right


def test_a_failed_check_does_not_repeat_the_section(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, "limits:\n  low: 5\n  high: -5\n")
    assert caught.value.wrong == "limits: high is below zero"


def test_a_list_whose_only_entry_is_wrong_is_not_told_to_be_short_as_well(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, "some:\n  - name: a\n    evry: 5\n")
    assert caught.value.wrong == "some.0.evry: unknown key"


def test_what_is_merged_in_may_be_overridden(tmp_path: Path) -> None:
    text = (
        "entries:\n  - &a {name: a, every: 5}\n  - {<<: *a, name: b}\n  - <<: [*a, {name: c, every: 7}]\n    name: d\n"
    )
    assert read(tmp_path, text).entries == (
        Entry(name="a", every=5),
        Entry(name="b", every=5),
        Entry(name="d", every=5),
    )


@pytest.mark.parametrize("text", [b"\xff\xfe\x00", b"entries: " + b"[" * 3000])
def test_what_is_no_text_or_too_deep_is_refused(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(ConfigError):
        read(tmp_path, text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml: cannot be read"):
        load_config(tmp_path / "none.yaml", Entries)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[" * 400 + "]" * 400, "nested too deeply"),
        ("- " * 400 + "a", "nested too deeply"),
        ("items: " + "9" * 101, "a number of 101 characters"),
        ("items: " + "1:" * 60 + "1", "a number of 121 characters"),
        ("".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'x'}]\n" for n in range(9)), "millions"),
        ("items: &a [*a]", "millions"),
    ],
)
def test_what_is_made_to_harm_is_refused(text: str, wrong: str) -> None:
    with pytest.raises(ConfigError, match=wrong):
        node_of(text, "file")


def test_brackets_within_words_are_no_depth() -> None:
    assert plain_of(node_of("a: '" + "[" * 400 + "'", "file")) == {"a": "[" * 400}
