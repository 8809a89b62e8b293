"""A wheel carries what the program reads at run time, since an editable install would hide what is missing."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
READ_AT_RUN_TIME = {".json", ".html", ".css", ".js", ".svg", ".mo", ".mako", ".typed", ".ttf", ".txt"}


def test_a_wheel_carries_every_file_that_is_read_at_run_time(tmp_path):
    source = tmp_path / "source"
    shutil.copytree(ROOT / "registry", source / "registry", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        tmp_path,
        source,
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(source).as_posix()
        for path in (source / "registry").rglob("*")
        if path.suffix in READ_AT_RUN_TIME or path.suffix == ".py"
    }

    assert wanted - carried == set()
