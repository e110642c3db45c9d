"""Files that are written by a program are current, and the programs say when they are not."""

from pathlib import Path

import pytest
import typer

from deploy import objectives
from deploy.k8s import generate

pytestmark = pytest.mark.contract


def test_the_rules_of_the_promises_are_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    objectives.main(check=True)
    old = tmp_path / "objectives-rules.yaml"
    old.write_text("groups: []\n", "utf-8")
    monkeypatch.setattr(objectives, "TARGET", old)
    monkeypatch.setattr(objectives, "HERE", tmp_path / "deploy")
    with pytest.raises(typer.Exit):
        objectives.main(check=True)
    assert old.read_text("utf-8") == "groups: []\n"


def test_generated_manifests_are_checked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        generate.main(check=True)
    assert ended.value.exit_code == 0
    monkeypatch.setattr(generate, "written", lambda: {tmp_path / "topics.yaml": "kind: KafkaTopic\n"})
    with pytest.raises(typer.Exit) as ended:
        generate.main(check=True)
    assert ended.value.exit_code == 1
    assert "mend:" in capsys.readouterr().err
    assert not (tmp_path / "topics.yaml").exists()
