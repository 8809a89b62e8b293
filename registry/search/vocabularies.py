"""Which synonyms a process uses: the bundled ones and those of its instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.core.errors import ConfigurationError
from registry.core.i18n import N_
from registry.search.query_language import thesaurus
from registry.search.words import analysis, synonyms

if TYPE_CHECKING:
    from pathlib import Path


def use_synonyms(*files: Path) -> None:
    """Use the groups of these files, where they exist, beside the bundled ones, before any word is read.

    Raises `ConfigurationError` that names the entry which cannot be used.
    """
    present = tuple(file for file in files if file.is_file())
    if present != synonyms.additions() or present:
        try:
            synonyms.use(*present)
        except ValueError as error:
            raise ConfigurationError(N_("The synonyms cannot be used: %(reason)s"), reason=error) from error
        analysis.forget()
        thesaurus.forget()
