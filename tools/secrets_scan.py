"""Look for secrets in what git holds or would take (trust S1).

python tools/secrets_scan.py [FOLDER]
"""

import math
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHAPES = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    "a cloud key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a forge token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|glpat-[\w-]{20})\b"),
    "a chat token": re.compile(r"\bxox[abprs]-[\w-]{10,}"),
    "a password in an address": re.compile(
        r"\b[a-z][a-z+]+://[^\s/:@\"'<>{}]+:(?!password@|\.\.\.@|…@)[^\s/:@\"'<>{}$]{3,}@"
    ),
}
ASSIGNED = re.compile(r"(?i)(?:secret|token|password|passwd|api_?key)\w*\"?\s*[:=]\s*f?[\"']([^\"'\s{}]{20,})[\"']")
DOTTED = re.compile(r"\w+(\.\w+)+")  # the path of a class, not a secret
KNOWN = ("sample-key-for-demonstration-only", "secrets_scan")  # the sample key is refused in production
UNREAD = {".png", ".jpg", ".webp", ".woff2", ".pdf", ".gz", ".br", ".xz", ".zip", ".sqlite3", ".mo"}


def is_random(text: str) -> bool:
    """Whether the letters of `text` look drawn by chance: more than 3.5 bits each."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values()) > 3.5


def files(folder: Path) -> list[Path]:
    """What git holds in `folder`, and what it would take; everything when git does not know it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if listed.returncode or not listed.stdout:
        return [p for p in folder.rglob("*") if p.is_file()]
    return [folder / name for name in listed.stdout.split("\0") if name and (folder / name).is_file()]


def faults_in(path: Path, name: str) -> list[str]:
    """What looks like a secret in one file, with its line; the secret itself is not repeated."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        if any(word in line for word in KNOWN):
            continue
        found += [f"{name}:{number}: looks like {what}" for what, shape in SHAPES.items() if shape.search(line)]
        assigned = ASSIGNED.search(line)
        if assigned and not DOTTED.fullmatch(assigned[1]) and is_random(assigned[1]) and not name.startswith("tests/"):
            found.append(f"{name}:{number}: looks like a secret written in the code")
    return found


def faults(folder: Path = ROOT) -> list[str]:
    """Everything that looks like a secret under `folder`."""
    found = []
    for path in files(folder):
        name = path.relative_to(folder).as_posix()
        if path.name in (".env", "id_rsa") or path.suffix in (".p12", ".pfx"):
            found.append(f"{name}: such a file does not belong here")
        if path.suffix not in UNREAD and not name.startswith("requirements/") and path.stat().st_size < 5 * 2**20:
            found += faults_in(path, name)
    return found


if __name__ == "__main__":
    lines = faults(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT)
    print("\n".join(lines) or "No secret found.")
    sys.exit(1 if lines else 0)
