"""Files that were written out for people."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from services.maintenance.adapters.traces import holds
from services.maintenance.domain.spellings import Sought


class ExportFiles:
    """The files of a folder; without one there are none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def holding(self, sought: Sought) -> Sequence[str]:
        """Paths within the folder. A packed file is not looked into."""
        return [str(file.relative_to(self._folder)) for file in self._files(sought) if self._folder]

    def erase(self, sought: Sought) -> int:
        """Delete them: an export is made again without what was erased."""
        found = list(self._files(sought))
        for file in found:
            file.unlink()
        return len(found)

    def _files(self, sought: Sought) -> Iterator[Path]:
        if self._folder is not None and sought:
            files = sorted(file for file in self._folder.rglob("*") if file.is_file() and not file.is_symlink())
            yield from (file for file in files if holds(file.read_bytes(), sought))
