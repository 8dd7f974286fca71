"""The command line: a table of commands, each loaded only when it is called."""

import errno
import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from promisekeeper import __version__
from promisekeeper.app.cli.context import Session
from promisekeeper.app.render import safe_lines
from promisekeeper.errors import PromisekeeperError

# Name -> (module, function, help), by what they are for. The help stands here so that `--help`
# loads no command, and `list` loads neither mail nor dates.
SECTIONS = {
    "Begin": {
        "demo": ("demo", "demo", "Watch the whole story on private servers."),
        "init": ("setup", "init", "Write a configuration."),
        "doctor": ("doctor", "doctor", "Check the configuration, the servers and the ledger."),
        "scan": ("scan", "scan", "Read an archive or account as history."),
        "run": ("watch", "run", "Watch the configured mailboxes and remind in time."),
    },
    "Look": {
        "list": ("show", "list_", "Show open promises, the next due first."),
        "show": ("show", "show", "Show one promise and what was done about it."),
        "log": ("log", "log", "Show all that was done about a promise, letters too."),
    },
    "Say what became of a promise": {
        "done": ("deeds", "done", "It was kept, by mail or otherwise."),
        "move": ("deeds", "move", "The customer was told a new date."),
        "release": ("deeds", "release", "It is no longer needed."),
        "dismiss": ("deeds", "dismiss", "It is no promise."),
        "snooze": ("deeds", "snooze", "Hear nothing of it for a while."),
        "give": ("deeds", "give", "A colleague takes it over."),
        "reopen": ("deeds", "reopen", "Take back what settled it, a mail or a word."),
        "undo": ("deeds", "undo", "Take back the last thing that a person said of it."),
    },
    "Letters": {
        "away": ("away", "away", "Show who is away, or say so, and who stands in."),
        "outbox": ("outbox", "outbox", "Show the letters that wait, were sent, or are held."),
        "pause": ("outbox", "pause", "Send nothing for a while."),
        "resume": ("outbox", "resume", "Send again."),
    },
    "Letters to customers, off until you turn them on": {
        "drafts": ("drafts", "drafts", "Show the status updates that wait for a word."),
        "approve": ("drafts", "approve", "Let exactly this draft go out."),
        "updates": ("updates", "updates", "See which would go out by themselves; allow it."),
        "ack": ("ack", "ack", "Acknowledge contact-form mail, after a preview."),
    },
    "Understand it": {
        "explain": ("words", "explain", "Show which promises a text holds, and why."),
        "when": ("words", "when", "Show which instants a text names, and why."),
        "replay": ("replay", "replay", "Show which letters would have gone out in the past."),
        "rules": ("rules", "rules", "Show what was taught, and take it back."),
    },
    "Data": {
        "ingest": ("ingest", "ingest", "Take in one mail from standard input (for MTAs)."),
        "quarantine": ("quarantine", "quarantine", "Show the mails that were set aside."),
        "export": ("data", "export", "Write all promises as JSON, CSV or a calendar."),
        "backup": ("data", "backup", "Copy the ledger while it is in use."),
        "forget": ("data", "forget", "Delete everything of one customer."),
    },
}
COMMANDS = {name: entry for section in SECTIONS.values() for name, entry in section.items()}

# What a shell reports of a program that SIGINT ended.
INTERRUPTED = 130


class LazyGroup(click.Group):
    """A group that imports a command's module when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which a newcomer would want them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        module_name, function, _ = COMMANDS[cmd_name]
        module = importlib.import_module(f"promisekeeper.app.cli.{module_name}")
        command = getattr(module, function)
        if not isinstance(command, click.Command):
            raise TypeError(f"{function} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands without loading them."""
        width = max(map(len, COMMANDS))
        for title, section in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(
                    [(f"{name:<{width}}", text) for name, (_, _, text) in section.items()]
                )

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run a command; what a user can mend becomes one line and an exit code."""
        try:
            return super().invoke(ctx)
        except PromisekeeperError as error:
            _complain(str(error))
            ctx.exit(error.exit_code)
        except OSError as error:
            ctx.exit(_after_failed_output(error))
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="promisekeeper")
@click.option(
    "-c",
    "--config",
    type=click.Path(path_type=Path),
    envvar="PROMISEKEEPER_CONFIG",
    help="The configuration file (TOML).",
)
@click.option(
    "--ledger",
    type=click.Path(path_type=Path),
    envvar="PROMISEKEEPER_LEDGER",
    help="The ledger, over what the configuration says.",
)
@click.pass_context
def cli(ctx: click.Context, config: Path | None, ledger: Path | None) -> None:
    """Find the promises in the mail your team sends, and see that they are kept."""
    ctx.obj = Session(config_path=config, ledger_path=ledger)


def main() -> None:
    """The console script."""
    try:
        cli(prog_name="promisekeeper")
    except OSError as error:
        # Help is written before any command runs.
        sys.exit(_after_failed_output(error))


def _after_failed_output(error: OSError) -> int:
    """The exit code for an error of the system, most often of what we write to."""
    try:
        sys.stdout.flush()
    except OSError:
        # The interpreter would try to write the rest once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno == errno.EPIPE:
        return 0  # a closed pager is no failure of ours
    where = f"{error.filename}: " if error.filename else ""
    _complain(f"{where}{error.strerror or error}")
    return os.EX_IOERR


def _complain(text: str) -> None:
    click.echo(f"promisekeeper: {safe_lines(text)}", err=True)
