"""The child that draws one PDF: an order on its input, the file on its output. Imports nothing of the house."""

import json
import re
import resource
import sys
import unicodedata
from datetime import UTC, datetime
from typing import Any

CPU_SECONDS = 20  # trust P4
MEMORY_BYTES = 512 * 2**20  # trust P4
UNSHOWN = "□"  # in place of what none of our fonts draws
NEVER = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # controls, changes of direction, halves of pairs, private signs
UNDRAWN = 3  # the status that says so
FEW = 8  # letters given up one by one before keeping only what is known to be drawn
KNOWN = re.compile(r"[^\u0020-\u007e\u00a0-\u024f\u2010-\u2027\u202f\u20ac\u25a1\n]")


def shown(value: Any, give_up: set[str], strict: bool = False) -> Any:
    """`value` with every text cleaned: line ends kept, controls dropped, signs nobody can draw replaced."""
    if isinstance(value, dict):
        return {key: shown(item, give_up, strict) for key, item in value.items()}
    if isinstance(value, list):
        return [shown(item, give_up, strict) for item in value]
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in NEVER)
    text = "".join(UNSHOWN if c in give_up else c for c in text)
    return KNOWN.sub(UNSHOWN, text) if strict else text


def undrawn(message: str) -> set[str]:
    """The letters an error of the engine says it cannot draw."""
    found = re.search(r'the text `"(.*?)"` could not be displayed', message, re.DOTALL)
    if not found:
        return set()
    text = re.sub(r"\\u\{([0-9a-f]+)\}", lambda m: chr(int(m[1], 16)), found[1])
    return {c for c in text if c not in " \n" + UNSHOWN}


def draw(order: dict[str, Any], given: dict[str, Any]) -> bytes:
    """One try. Raises TypstError."""
    import typst  # slow import, after the limits are set

    return typst.compile(
        order["template"],
        root=order["root"],
        font_paths=order["fonts"],
        ignore_system_fonts=True,
        package_path=order["empty"],
        package_cache_path=order["empty"],
        sys_inputs={"given": json.dumps(given)},
        pdf_standards=["ua-1"],
        timestamp=datetime.fromtimestamp(order["at"], UTC),
        format="pdf",
    )


def main() -> None:
    """Draw; when a letter has no drawing, put a square in its place and draw again."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    order = json.load(sys.stdin)
    give_up: set[str] = set()
    for tried in range(FEW + 2):
        try:
            pdf = draw(order, shown(order["given"], give_up, strict=tried > FEW))
        except RuntimeError as error:
            lost = undrawn(str(error)) - give_up
            if lost and order.get("whole"):
                sys.exit(UNDRAWN)
            if not lost or tried > FEW:
                raise
            give_up |= lost
        else:
            sys.stdout.buffer.write(pdf)
            return


if __name__ == "__main__":
    main()
