"""`registry init`, `registry serve`, `registry db`."""

from __future__ import annotations

import ctypes
import errno
import logging
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from registry.accounts.services import FIRST_LOGIN, add_first_administrator
from registry.app import create_app
from registry.cli.opening import opened
from registry.cli.progress import progress_bar
from registry.config import ensure_secret_key, load_settings
from registry.core.errors import ConfigurationError, RegistryError
from registry.core.i18n import N_
from registry.documents.reading import Reader, read_file
from registry.exports.runs.files import ExportFiles
from registry.exports.runs.making import maker_of_exports
from registry.http.context import EXTENSION
from registry.http.uploads import most_read
from registry.mail.sending import Sender
from registry.migrations.schema import is_current
from registry.runtime import bring_up_to_date, open_registry, set_up

if TYPE_CHECKING:
    from flask import Flask

    from registry.config import Settings

#: `M_ARENA_MAX` of mallopt(3).
_M_ARENA_MAX = -8
#: Seconds between two times at which unused memory is given back; it takes about 15 ms.
_TRIM_EVERY = 10


@click.command()
def init() -> None:
    """Make the registry ready: key, database, bundled agreements, search index. Can be repeated."""
    _prepare(load_settings())


@click.command()
@click.option("--init", "prepare", is_flag=True, help="First make the registry ready, as `registry init` does.")
@click.option("--host", help="Address to listen on (REGISTRY_HOST).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (REGISTRY_PORT).")
def serve(*, prepare: bool, host: str | None, port: int | None) -> None:
    """Serve the registry with a production server (Waitress)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    settings = load_settings()
    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    if prepare:
        settings = _prepare(settings)
    app = create_app(settings)
    registry = app.extensions[EXTENSION]
    if not is_current(registry.database.engine):
        raise RegistryError(N_("The database is not ready. Run “registry init”, or start with --init."))
    with progress_bar("building the search index") as progress:
        state = registry.index.ensure(progress)
    click.echo(f"search index: {state}")
    server = _listening(app, settings)
    click.secho(f"The registry is at http://{settings.host}:{settings.port}/  (stop it with Ctrl+C)", bold=True)
    sys.stdout.flush()
    _share_memory_among_threads()
    _give_memory_back()
    if settings.extract:
        Reader(registry.database, registry.storage, read_file).start()
    if registry.post is not None:
        Sender(registry.database, registry.post).start()
    files = ExportFiles(settings.exports_folder)
    maker_of_exports(registry.database, registry.index, files, settings.export_keep).start()
    server.run()


@click.group()
def db() -> None:
    """Look after the database."""


@db.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to the newest schema."""
    with opened() as registry:
        with progress_bar("keeping the first revisions") as progress:
            bring_up_to_date(registry, progress)
        click.echo("the database has the newest schema")


def _share_memory_among_threads() -> None:
    """Let all threads take memory from the same two places (glibc's arenas).

    Otherwise each thread keeps what its largest answer needed, and a server grows by that many megabytes for each.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def _give_memory_back() -> None:
    """Give what is free inside the memory of the process back to the system, again and again (glibc's malloc_trim).

    Each answer takes and frees some megabytes in pieces that glibc would keep: 30 MB after some hundred queries.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return

    def go_on() -> None:
        while True:
            time.sleep(_TRIM_EVERY)
            trim(0)

    threading.Thread(target=go_on, name="unused memory", daemon=True).start()


def _listening(app: Flask, settings: Settings) -> Any:
    """Return a server that listens already. Raises `ConfigurationError` when it cannot listen there."""
    import waitress  # noqa: PLC0415  Only one command needs it.

    options = {
        "threads": settings.threads,
        "ident": None,
        # Requests wait in a temporary file, so this protects the disk. What is larger is refused by the server in
        # plain English before its body is read; what is only too large for a document the application answers.
        "max_request_body_size": most_read(settings.most_bytes),
        **_proxy(settings),
    }
    try:
        return waitress.create_server(app, host=settings.host, port=settings.port, **options)
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise ConfigurationError(
                N_("Port %(port)s is taken by another program: end that one, or choose another port by REGISTRY_PORT."),
                port=settings.port,
            ) from error
        raise ConfigurationError(
            N_("The registry cannot listen at %(host)s, port %(port)s (%(reason)s): set REGISTRY_HOST, REGISTRY_PORT."),
            host=settings.host,
            port=settings.port,
            reason=getattr(error, "strerror", None) or error,
        ) from error


def _proxy(settings: Settings) -> dict[str, object]:
    """Return the options by which the server believes the headers of the one proxy that is named."""
    if not settings.trusted_proxy:
        return {}
    headers = {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"}
    return {
        "trusted_proxy": settings.trusted_proxy,
        "trusted_proxy_headers": headers,
        "clear_untrusted_proxy_headers": True,
    }


def _prepare(settings: Settings) -> Settings:
    """Make the registry ready; return its settings, with the key that was made if there was none."""
    if ensure_secret_key(settings):
        click.echo(f"made a secret key in {settings.instance / 'settings.toml'}")
        settings = replace(load_settings(), host=settings.host, port=settings.port)
    settings.instance.mkdir(parents=True, exist_ok=True)
    registry = open_registry(settings)
    with progress_bar("loading the agreements") as progress:
        done = set_up(registry, progress)
    if done.migrated:
        click.echo("made the database tables")
    if done.loaded:
        click.echo(f"loaded {done.loaded} agreements")
    click.echo(f"search index: {done.index}")
    with registry.database.write("registry init") as uow:
        token = add_first_administrator(uow)
    if token:
        base = settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
        click.echo(f"made the first user, “{FIRST_LOGIN}”; choose their password within 24 hours at")
        click.echo(f"  {base}/account/password/{token}")
        click.echo(f"  (shown once; “registry users link {FIRST_LOGIN}” makes another)")
    registry.close()
    return settings
