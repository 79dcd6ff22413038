"""The command line `marelle`: one word, then what that word's own command takes."""

import os
import sys
from pathlib import Path

COMMANDS = {
    "demo": ("demo", "build the demonstration network, serve it, run the worker"),
    "serve": ("serve", "answer to browsers on this machine"),
    "worker": ("worker", "run jobs and send letters"),
    "migrate": ("migrate", "bring the database to this version"),
    "territories": ("territories", "load, check or search the official geography"),
    "framework": ("framework", "load or check a framework version from its file"),
    "library": ("library", "load the services practices, resources and needs speak of"),
    "network": ("network", "bring a living network in from one workbook, or give the empty one"),
    "consultation": ("consultation", "read a questionnaire's workbook, or answer as children would"),
    "backup": ("backup", "write everything into one file"),
    "restore": ("restore", "put back what `backup` wrote"),
    "snapshots": ("snapshots", "take the nightly figures, make them again, or verify them"),
    "stats": ("stats", "print the table by which published counts are protected"),
    "erasures": ("erasures", "erase again whoever was erased since a backup"),
    "check": ("invariants", "verify what must always hold"),
    "first-administrator": ("first_administrator", "print the link by which the first administrator comes in"),
}
DEMO_MARK = "demonstration"  # an empty file in MARELLE_DATA: what lies there is a demonstration
ROOT = Path(__file__).resolve().parents[2]


def main(argv: list[str] | None = None) -> int:
    """Run one word of the command line; returns the exit status."""
    words = sys.argv[1:] if argv is None else argv
    if not words or words[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    name, rest = words[0], words[1:]
    if name not in COMMANDS:
        print(f"marelle: there is no “{name}”.\n\n{usage()}", file=sys.stderr)
        return 2
    prepare_environment(name, rest)
    try:
        return run(name, rest)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


def usage() -> str:
    lines = (f"  {name:<20} {sentence}" for name, (_command, sentence) in COMMANDS.items())
    return "Use: marelle WORD …  (marelle WORD --help says more)\n\n" + "\n".join(lines)


def prepare_environment(name: str, rest: list[str]) -> None:
    """Set what the settings read: the mode, the port, and where they are."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marelle.config.settings")
    port = option(rest, "--port")
    if port:
        os.environ["MARELLE_PORT"] = port
    folder = Path(os.environ.get("MARELLE_DATA", ROOT / "var"))
    if name == "demo":
        os.environ["MARELLE_MODE"] = "demo"
        if "--help" not in rest:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / DEMO_MARK).touch()
    elif is_demonstration(folder):
        os.environ["MARELLE_MODE"] = "demo"


def is_demonstration(folder: Path) -> bool:
    """Whether the data of `folder` were made by `marelle demo`, and nothing says that this is production."""
    says_otherwise = any(os.environ.get(name) for name in ("MARELLE_MODE", "MARELLE_SECRET_KEY", "DATABASE_URL"))
    return (folder / DEMO_MARK).exists() and not says_otherwise


def option(rest: list[str], name: str) -> str:
    """The value of `--name VALUE` or `--name=VALUE`; empty when it is not given."""
    for position, word in enumerate(rest):
        if word == name and position + 1 < len(rest):
            return rest[position + 1]
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
    return ""


def run(name: str, rest: list[str]) -> int:
    """Hand over to the command of that name. A fault ends in one sentence, not in a trace."""
    import django  # slow import
    from django.core.exceptions import ImproperlyConfigured  # slow import
    from django.core.management import ManagementUtility, get_commands  # slow import

    from marelle.base.errors import MarelleError  # slow import

    command = COMMANDS[name][0]
    try:
        django.setup()
        if command not in get_commands():
            print(f"marelle: “{name}” does not exist in this version.", file=sys.stderr)
            return 2
        ManagementUtility([f"marelle {name}", command, *rest]).execute()
    except ImproperlyConfigured as error:
        print(f"marelle: {error}", file=sys.stderr)
        return 2
    except MarelleError as error:
        print(f"marelle: {error.sentence}", file=sys.stderr)
        return 1
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    return 0


if __name__ == "__main__":
    sys.exit(main())
