"""`registry remind`: reminds the responsible people of what will be due soon."""

from __future__ import annotations

import click

from registry.app import create_app
from registry.deadlines.reminders import distances_of, remind
from registry.deadlines.services import renew_deadlines
from registry.http.context import EXTENSION
from registry.web.reminders import write_digest


@click.command("remind")
@click.option("--days", type=click.IntRange(0, 3660), help="Only this distance, instead of REGISTRY_REMIND_DAYS.")
@click.option("--dry-run", is_flag=True, help="Only say who would be reminded of how many deadlines.")
def remind_command(*, days: int | None, dry_run: bool) -> None:
    """Remind by e-mail of deadlines: the users of the body that signed, and the legal officers.

    Run it every day by a timer. Nobody is reminded twice of one deadline at one distance, and a day that was missed is
    made up for by the next run.
    """
    app = create_app()
    registry = app.extensions[EXTENSION]
    try:
        distances = distances_of(registry.settings.remind_days) if days is None else (days,)
        renew_deadlines(registry.database)
        with app.test_request_context("/"):
            done = remind(registry.database, registry.settings.home_party, distances, write_digest, dry_run=dry_run)
    finally:
        registry.close()
    for login, count in done.queued:
        click.echo(f"{login}: {count} deadlines")
    for login in done.without_address:
        click.echo(f"{login}: has no address of e-mail, and was not reminded", err=True)
    word = "would be reminded" if dry_run else "reminded"
    click.secho(f"{len(done.queued)} people {word}", fg="green")
