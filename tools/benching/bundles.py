"""The dossiers of a call gathered into one file by the worker: seconds, and the memory it takes for ten times as many."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

DOSSIERS, FEW, FILES, WEIGHT = 300, 30, 3, 1 << 20  # files of a dossier, bytes of each
MOST = 60  # seconds, issue 7
SLACK = 1.2  # of the memory of a tenth: what is called flat


def measure(*, quick: bool) -> Iterator[Any]:
    """Gathered in a process of its own, as the worker is; the disk copying the same bytes beside."""
    from benching.rows import Row  # slow import: settings first

    count = DOSSIERS // 10 if quick else DOSSIERS
    few, many = (_run(_ground(number)) for number in (max(1, count // (DOSSIERS // FEW)), count))
    name = f"{count} dossiers of {FILES} files gathered into one"
    here = {"generator": "in a process of its own", "cache": "none"}
    copied = ("the same bytes copied and flushed", _copied(Path(os.environ["MARELLE_DATA"]), many["bytes"]))
    yield Row(name, many["seconds"], "s", bar=("<=", MOST, "value"), baseline=copied, conditions=here)
    yield Row(f"{name}: size", many["bytes"] / 1e6, "MB", conditions=here)
    bar = ("<=", round(few["peak_mb"] * SLACK, 1), "value")
    beside = (f"for {few['dossiers']} dossiers", few["peak_mb"])
    yield Row(f"{name}: memory", many["peak_mb"], "MB", bar=bar, baseline=beside, conditions=here)


def _ground(count: int) -> str:
    """A call with so many dossiers handed in, like one of the demonstration; the code of what was asked for."""
    from marelle.accounts import files  # slow import: settings first
    from marelle.accounts.models import Organisation
    from marelle.accounts.robot import robot
    from marelle.accounts.states import OrganisationKind, Role
    from marelle.mandates.models import Application, Call, HandIn
    from marelle.mandates.operations import bundles
    from marelle.plans.models import Plan

    model = HandIn.objects.select_related("application__call", "receipt").order_by("-pk")[0]
    call = Call.rows.get(pk=model.application.call_id)
    team = call.committee.memberships.living().filter(role=Role.PROGRAMME_OFFICER).select_related("person").first()
    assert team is not None
    call.pk, call.code = None, f"banc-{count}"
    call.save(force_insert=True)
    with files.opened(model.receipt) as held:
        receipt = held.read()
    for number in range(count):
        city = Organisation.objects.create(
            kind=OrganisationKind.COMMUNE, code=f"B{count}-{number}", name=f"Banc {number}", country=call.committee.country, created_at=call.opens_at
        )  # fmt: skip
        handed = Application.rows.create(
            call=call, organisation=city, track=model.application.track, plan=Plan.rows.create(organisation=city, framework=call.framework, created_at=call.opens_at),
            state="submitted", created_by=team.person, created_at=call.opens_at, submitted_at=call.opens_at + timedelta(minutes=number),
            fingerprint=model.fingerprint,
        )  # fmt: skip
        pdf = files.keep(receipt, label="recu.pdf", kind="pdf", organisation=city, by=robot())
        kept = HandIn.objects.create(
            application=handed, number=1, content=model.content, fingerprint=model.fingerprint, receipt=pdf,
            handed_in_at=call.opens_at, handed_in_by=team.person,
        )  # fmt: skip
        joined = [os.urandom(WEIGHT) for _file in range(FILES)]
        kept.files.set(
            files.keep(b, label=f"piece {n}.pdf", kind="pdf", organisation=city, by=robot())
            for n, b in enumerate(joined)
        )
    return str(bundles.ask(call.pk, by=team.person).code)


def _run(code: str) -> dict[str, Any]:
    """What gathering took."""
    ended = subprocess.run([sys.executable, __file__, code], check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def _copied(place: Path, size: int) -> float:
    """Seconds to write as many bytes on the disk, flushed at the end."""
    block, target, began = os.urandom(WEIGHT), place / "copied", time.perf_counter()
    with target.open("wb") as file:
        for _block in range(size // WEIGHT):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    target.unlink()
    return time.perf_counter() - began


def main(code: str) -> None:
    """The job, alone in its process: what the worker does."""
    import django  # slow import: settings first

    django.setup()
    from marelle.base.models import Job  # slow import: settings first
    from marelle.mandates.models import Bundle
    from marelle.mandates.operations import bundles

    job = Job.objects.get(key=f"bundle_dossiers:{code}")
    began = time.perf_counter()
    bundles.make_when_asked(job, code=code)
    seconds, made = time.perf_counter() - began, Bundle.rows.select_related("file").get(code=code)
    status = Path("/proc/self/status").read_text()  # getrusage would tell the peak of the bench itself, kept by exec
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    assert made.file is not None
    print(json.dumps({"seconds": seconds, "bytes": made.file.size, "dossiers": made.held.count(), "peak_mb": peak}))


if __name__ == "__main__":
    main(sys.argv[1])
