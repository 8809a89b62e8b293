"""Run as a program by a rebuild: writes one part of the index (`registry.search.engine.building`)."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from registry.search.engine.building import write_part
from registry.search.words import synonyms

if __name__ == "__main__":
    # What is read comes from the parent process alone, through a pipe.
    folder, source, keys, number, additions = pickle.load(sys.stdin.buffer)  # noqa: S301
    synonyms.use(*additions)
    write_part(Path(folder), source, keys, number)
