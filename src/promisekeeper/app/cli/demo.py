"""The command that needs nothing: demo."""

import shutil
import sys
import tempfile
from pathlib import Path

import click

from promisekeeper.app import render
from promisekeeper.app.demo import ZONE, Story
from promisekeeper.core.promise import State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.errors import InputError
from promisekeeper.store.reading import open_for_reading


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to leave mail, config and ledger; a new folder if not said.",
)
@click.option("--pace", default=1.0, show_default=True, help="Real seconds for an act.")
def demo(folder: Path | None, pace: float) -> None:
    """Watch the whole story on private servers: nothing to configure, nothing to clean up."""
    place = folder or Path(tempfile.mkdtemp(prefix="promisekeeper-demo-"))
    if folder is not None and folder.exists() and any(folder.iterdir()):
        raise InputError(f"{folder} is not empty: name a new folder")
    config = Story(place, click.echo, pace=pace).tell()
    with open_for_reading(config.ledger) as ledger:
        promises = ledger.promises(PromiseQuery())
        kept = next(promise for promise in promises if promise.state is State.KEPT)
        events = ledger.events(kept.key)
    # The story's own end, so that "2 d late" is counted in its time.
    now = max(promise.settled_at or promise.made_at for promise in promises)
    command = f"{_own_name()} --config {place / 'config.toml'}"
    click.echo(f"\n$ {command} list --all")
    click.echo(render.promise_table(promises, now=now, zone=ZONE))
    click.echo(f"\n$ {command} show {kept.id}")
    click.echo(render.promise_page(kept, events, now=now, zone=ZONE))
    click.echo(
        f"\nThe mails, the config and the ledger lie in {place}\n"
        f"Explore them with the two commands above, and try: {command} scan {place / 'mail'} "
        "--dry-run"
    )


def _own_name() -> str:
    """How this program was called, so that what we print can be typed."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return f"{Path(sys.executable).name} -m promisekeeper"
    return str(called) if "/" in sys.argv[0] and not shutil.which(called.name) else called.name
