"""The console script `linshuo`: everything that whoever keeps the server does by hand.

A wrong setting, a name that does not exist, a database that does not answer: each is a sentence
on standard error and exit code 2, never a traceback; only our own mistakes have one. Django is
loaded by the commands that need it, so `--help` is quick.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from linshuo.config.wrong import Wrong

DEMO = "demo-data"
"""Where the demo lives unless LINSHUO_DATA says otherwise."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    os.umask(0o077)  # what is written here is other people's troubles
    arguments = build_parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
        return 2


def _sentence(error: Exception) -> str | None:
    """What to say about an error that is not our own mistake; None for one that is."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db.utils import OperationalError, ProgrammingError

    from linshuo.kit.refused import Refused

    if isinstance(error, Wrong | ImproperlyConfigured | Refused):
        return str(error)
    told = str(error)
    missing = "no such table" in told or "does not exist" in told
    if isinstance(error, OperationalError | ProgrammingError) and missing:
        return "The database is not up to date: run linshuo migrate"
    if isinstance(error, OperationalError):
        return f"The database cannot be used: {told}".strip()
    return None


# --- What can be said ------------------------------------------------------------------------


def build_parser() -> argparse.ArgumentParser:
    """All commands with a line of help each."""
    from linshuo import __version__

    parser = argparse.ArgumentParser(prog="linshuo", description="邻说 Linshuo")
    parser.add_argument("--version", action="version", version=f"linshuo {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(
        name: str, run: Callable[[argparse.Namespace], int], help: str
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help, description=help)
        sub.set_defaults(run=run)
        return sub

    sub = command("run", run, "start web server, worker and clock; Ctrl-C stops all of them")
    _where(sub)
    sub.add_argument("--reload", action="store_true", help="for developers: follow the code")
    command("migrate", migrate, "bring the database up to date")
    command("worker", worker, "carry out long work and what time brings (run does this too)")
    sub = command("verify", verify, "read everything again; silent when all fits")
    sub.add_argument("--community", metavar="PREFIX", help="only this community, such as JF")
    sub = command("backup", backup, "copy database and uploads into one file, while work goes on")
    sub.add_argument("dest", nargs="?", type=Path, metavar="DEST.tar.gz",
                     help="default: LINSHUO_DATA/backups, named after the time")  # fmt: skip
    sub.add_argument("--plain", action="store_true",
                     help="do not encrypt, although LINSHUO_BACKUP_KEY is set")  # fmt: skip
    sub = command("restore", restore, "put a backup into an empty place")
    sub.add_argument("file", type=Path, metavar="FILE")
    sub.add_argument("--into", type=Path, metavar="DIRECTORY",
                     help="a directory instead of LINSHUO_DATA")  # fmt: skip
    sub = command("figures", figures, "every figure with its definition and the rows behind it")
    sub.add_argument("community", metavar="PREFIX")
    sub.add_argument("--as-of", type=_day, metavar="YYYY-MM-DD", help="default: today")
    sub.add_argument("--json", action="store_true", help="for machines")
    sub = command("import", import_, "take in a table of messages, or a roster of people")
    sub.add_argument("what", choices=["messages", "roster"])
    sub.add_argument("file", type=Path, metavar="FILE.xlsx")
    sub.add_argument("--community", required=True, metavar="PREFIX")
    sub.add_argument("--leave-out", action="store_true",
                     help="take the other rows although some will not do")  # fmt: skip
    sub.add_argument("--agreed", action="store_true",
                     help="roster: everybody on it agreed to be contacted")  # fmt: skip
    sub.add_argument("--receipt", action="store_true",
                     help="roster: give everybody their receipt in the same go")  # fmt: skip
    sub = command("takeout", takeout, "everything a community has, as tables, files and a manifest")
    sub.add_argument("community", metavar="PREFIX")
    sub.add_argument("--to", required=True, type=Path, metavar="DIRECTORY",
                     help="an empty directory, made if it is not there")  # fmt: skip
    sub.add_argument("--phones", action="store_true",
                     help="telephones and e-mail addresses in the clear")  # fmt: skip
    sub = command("demo", demo, "fill a demo database of its own and show it")
    sub.add_argument("--fresh", action="store_true", help="throw the last demo away first")
    sub.add_argument("--no-serve", dest="serve", action="store_false", help="only fill it")
    sub.add_argument("--code", action="store_true",
                     help="print the second factor's present code and fill nothing")  # fmt: skip
    _where(sub)
    command("secret", secret, "print a new key for LINSHUO_SECRET_KEY")
    return parser


def _where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="default: %(default)s")
    parser.add_argument("--port", type=_port, default=os.environ.get("PORT") or "8000",
                        help="default: PORT from the environment, or 8000")  # fmt: skip


def _port(text: str) -> int:
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"“{text}” is not a port; it is a number such as 8000")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a day such as 2019-12-01") from None


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linshuo.config.settings")
    import django

    django.setup()


def _django_or_demo() -> None:
    """Set Django up; where no settings were made but a demo lies here, with the demo's own, and
    with its clock. It says so, lest somebody take it for a real house."""
    made = ("LINSHUO_SECRET_KEY", "LINSHUO_DATABASE_URL", "LINSHUO_DEBUG")
    if any(os.environ.get(name) or os.environ.get(f"{name}_FILE") for name in made):
        return _django()
    data = Path(os.environ.get("LINSHUO_DATA") or DEMO).resolve()
    if not (data / "demo-key").is_file():
        return _django()
    print(f"No settings were made: this is the demo in {data}.", file=sys.stderr)
    demo_environment(fresh=False)
    _django()
    from linshuo import demo

    demo.stand_still_until_now()


# --- The commands ----------------------------------------------------------------------------


def secret(arguments: argparse.Namespace) -> int:
    """Print a new key: 43 characters, 256 bits."""
    print(secrets.token_urlsafe(32))
    return 0


def migrate(arguments: argparse.Namespace) -> int:
    """Bring the database up to date, the table of the cache with it."""
    _django()
    from django.core.management import call_command

    # The demo has its own words to say.
    call_command("migrate", interactive=False, verbosity=int(arguments.run is migrate))
    call_command("createcachetable", verbosity=0)
    return 0


def worker(arguments: argparse.Namespace) -> int:
    """The worker in the foreground; SIGTERM and Ctrl-C let the task at hand finish."""
    _django()
    from linshuo.config import clock

    _refuse_unless_migrated()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return clock.work(stop)


def run(arguments: argparse.Namespace) -> int:
    """Web server, worker and clock until Ctrl-C."""
    _django()
    from django.conf import settings

    from linshuo.config import serve

    host, port = arguments.host, arguments.port
    _refuse_port_that_is_taken(arguments)
    _refuse_unless_migrated()
    if getattr(arguments, "reload", False):
        web = serve.reloading_web(host, port)
    else:
        _collect_static()
        web = serve.web(host, port, settings.WEB_WORKERS)
    shown = f"[{host}]" if ":" in host else host
    told = f"邻说 is at http://{shown}:{port}/ (Ctrl-C stops it)" + _first_day(f"{shown}:{port}")
    return serve.Supervisor([web, serve.worker()]).run(lambda: serve.answers(host, port), told)


def _first_day(site: str) -> str:
    """Where to begin on an install without a community, and the code that lets one begin."""
    from linshuo.acts.communities import first_code

    code = first_code()
    if code is None:
        return ""
    return f"\nNo community yet: open http://{site}/desk/open/ with the code {code}"


def _refuse_port_that_is_taken(arguments: argparse.Namespace) -> None:
    from linshuo.config import serve

    port = arguments.port
    if not serve.port_is_free(arguments.host, port):
        raise Wrong(f"Port {port} is taken by something else. Choose another: --port {port + 1}")


def _refuse_unless_migrated() -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Wrong("The database is not up to date: run linshuo migrate")
    connection.close()


def _collect_static() -> None:
    """Put style sheets, scripts and fonts where the web server sends them from."""
    from django.conf import settings
    from django.core.management import call_command

    if settings.DEBUG:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def verify(arguments: argparse.Namespace) -> int:
    """Name the first thing that does not fit; silent, and 0, when everything does."""
    _django_or_demo()
    return _verify(_community_id(arguments.community) if arguments.community else None)


def _verify(community_id: int | None) -> int:
    """The trail first, then the sums that no digest covers."""
    from linshuo.domain.funds import recount
    from linshuo.domain.trail import verify

    return verify.main(community_id, more=recount.misfits(community_id))


def _community_id(prefix: str) -> int:
    from linshuo.domain.places.queries import community_by_prefix

    community = community_by_prefix(prefix)
    if community is None:
        raise Wrong(f"There is no community with the prefix “{prefix}”.")
    return int(community.pk)


def backup(arguments: argparse.Namespace) -> int:
    """Write a backup and say where it is."""
    _django_or_demo()
    from linshuo.config import backup

    made = backup.backup(arguments.dest, encrypt=not arguments.plain)
    print(made)
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Put a backup into an empty place, bring it up to date, and verify it."""
    if arguments.into:
        os.environ["LINSHUO_DATA"] = str(arguments.into)
        for name in ("LINSHUO_DATA_FILE", "LINSHUO_DATABASE_URL", "LINSHUO_DATABASE_URL_FILE"):
            os.environ.pop(name, None)
    _django()
    from linshuo.config import backup

    for note in backup.restore(arguments.file):
        print(note, file=sys.stderr)
    return _verify(None)


def figures(arguments: argparse.Namespace) -> int:
    """Print the figures of a community."""
    _django_or_demo()
    from linshuo.insight.figures import print_figures

    return print_figures(arguments.community, arguments.as_of, arguments.json)


def import_(arguments: argparse.Namespace) -> int:
    """Take in a table."""
    _django_or_demo()
    from linshuo.exchange import messages, roster

    if not arguments.file.is_file():
        raise Wrong(f"There is no file {arguments.file}.")
    path, leave_out = str(arguments.file), arguments.leave_out
    if arguments.what == "roster":
        return roster.main(
            path,
            arguments.community,
            agreed=arguments.agreed,
            receipt=arguments.receipt,
            leave_out=leave_out,
        )
    return messages.main(path, arguments.community, leave_out=leave_out)


def takeout(arguments: argparse.Namespace) -> int:
    """Write everything a community has below a directory, and say how much it was."""
    _django_or_demo()
    from linshuo.domain.places.models import Community
    from linshuo.exchange import takeout
    from linshuo.kit.actor import Actor

    community = Community.objects.get(pk=_community_id(arguments.community))
    takeout.note(Actor.house(community.pk), phones=arguments.phones, why="linshuo takeout")
    told = takeout.write(community, arguments.to, phones=arguments.phones)
    print(f"{sum(told['rows'].values())} rows and {len(told['sha256'])} files in {arguments.to}")
    return 0


def demo(arguments: argparse.Namespace) -> int:
    """Fill the demo's own database if it is not there yet, print how to sign in, then run it."""
    demo_environment(arguments.fresh)
    os.environ["LINSHUO_SITE"] = f"http://127.0.0.1:{arguments.port}"
    if arguments.serve and not arguments.code:
        _refuse_port_that_is_taken(arguments)
    from linshuo import demo

    if arguments.code:
        _django()
        return demo.print_codes()
    migrate(arguments)
    # It sets its clock in the environment, which the processes that run it inherit.
    code = demo.main(fresh=arguments.fresh, serve=arguments.serve, port=arguments.port)
    return run(arguments) if arguments.serve and not code else code


def demo_environment(fresh: bool) -> None:
    """The demo's settings: a directory and a key of its own; nothing of a real house."""
    data = Path(os.environ.get("LINSHUO_DATA") or DEMO).resolve()
    marker = data / "demo-key"
    if data.exists() and any(data.iterdir()) and not marker.exists():
        raise Wrong(f"{data} holds something that is not a demo; it stays as it is.")
    if fresh and data.exists():
        shutil.rmtree(data)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not marker.exists():
        marker.write_text(secrets.token_urlsafe(32))
    for name in [name for name in os.environ if name.startswith("LINSHUO_")]:
        if name != "LINSHUO_LANGUAGE":
            del os.environ[name]
    os.environ.update(
        LINSHUO_DATA=str(data),
        LINSHUO_SECRET_KEY=marker.read_text(),
        LINSHUO_HOSTS="*",
        LINSHUO_HTTPS="no",
        LINSHUO_EMAIL_URL="console:",
        LINSHUO_LOG_LEVEL="WARNING",
    )


if __name__ == "__main__":
    sys.exit(main())
