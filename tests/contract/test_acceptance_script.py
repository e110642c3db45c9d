"""acceptance.sh, its programs played: upgrade and rollback count only while the newsstand still plays."""

import math
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.local.newsstand.table import load_table
from tests.contract.manifests import K8S

pytestmark = pytest.mark.contract

PLAYED = {
    "kubectl": """
echo "kubectl $*" >>"$ASKED"
case "$*" in
    *"get namespace luming"*) exit 1 ;;
    *jsonpath*nodeName*) echo node-1 ;;
    *port-forward*) exec /bin/sleep 60 ;;
esac
cat >/dev/null <&0 || true
""",
    "sleep": "exit 0\n",
    "openssl": "echo 00\n",
    "curl": "echo 'kafka_topic_partition_current_offset{topic=\"luming.dead-letters.v1\"} 0'\n",
    "python": 'echo "account $*" >>"$ASKED"\n',
}
"""What each program does here; every question to the cluster is written down."""


def run(folder: Path, stretch: int | None = None) -> tuple[subprocess.CompletedProcess[str], str]:
    """The script in a copy of the tree; `stretch` in place of the overlay's own. What it says, and what it asked."""
    here = folder / "deploy" / "k8s"
    (here / "overlays" / "acceptance").mkdir(parents=True)
    shutil.copy(K8S / "acceptance.sh", here)
    overlay = (K8S / "overlays" / "acceptance" / "crawler.yaml").read_text("utf-8")
    if stretch is not None:
        overlay, changed = re.subn(r"--stretch=\d+", f"--stretch={stretch}", overlay)
        assert changed == 1
    (here / "overlays" / "acceptance" / "crawler.yaml").write_text(overlay, "utf-8")
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name, text in PLAYED.items():
        (programs / name).write_text(f"#!/bin/bash\n{text}", "utf-8")
        (programs / name).chmod(0o755)
    asked = folder / "asked"
    told = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "ASKED": str(asked)}
    command = ["bash", str(here / "acceptance.sh"), "trying-out", "old:1", "new:2", "newsstand:2"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=told, stdin=subprocess.DEVNULL, timeout=60
    )
    return done, asked.read_text("utf-8")


def test_pages_come_out_over_the_upgrade_and_the_rollback(tmp_path: Path) -> None:
    done, asked = run(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "rolling back to old:1" in done.stdout
    accounted = re.search(r"account .*--stretch (\d+) --within (\d+)", asked)
    assert accounted is not None
    # Two releases of up to ten minutes each fit, and the account waits for the last page.
    assert int(accounted[1]) * 56 >= 20 * 60
    assert int(accounted[2]) > int(accounted[1]) * 56


def test_a_newsstand_that_plays_no_more_fails_before_the_rollback(tmp_path: Path) -> None:
    done, asked = run(tmp_path, stretch=-10)  # as if the last page had been out for minutes
    assert done.returncode == 1
    assert "FAILED: the last page came out before the rollback" in done.stdout
    assert "rolling back" not in done.stdout
    assert "account" not in asked


def test_the_script_knows_when_the_last_page_comes_out() -> None:
    said = re.search(r"\+ (\d+) \* stretch", (K8S / "acceptance.sh").read_text("utf-8"))
    assert said is not None
    assert int(said[1]) == math.floor(max(page.release for page in load_table().pages))
