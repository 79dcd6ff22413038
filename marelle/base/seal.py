"""The house's seal on a PDF: a PAdES signature in an invisible field (settled 6, trust P6).

The key is read from `settings.SEAL_KEY`, by the worker alone: only jobs call this file.
Outside production a key and a certificate of our own making are written there at first need.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from asn1crypto import pem, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from marelle.base.errors import Unavailable

T = TypeVar("T")
FIELD = "MarelleSeal"
NAME = "Marelle"  # of the certificate made outside production
VALID_FOR = timedelta(days=3650)


def seal(content: bytes, *, reason: str) -> bytes:
    """`content` with the house's seal, checked before it is given back. Raises Unavailable."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # slow import
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
    from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter

    place = key_file()
    signer = SimpleSigner.load(str(place), str(place), ca_chain_files=(str(place),))
    field = SigFieldSpec(
        FIELD,
        readable_field_name=_("Electronic seal of the house"),
        # PDF/UA bears an untagged annotation only when it is hidden and not printed.
        invis_sig_settings=InvisSigSettings(set_print_flag=False, set_hidden_flag=True),
    )
    words = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", reason=reason, name=NAME, subfilter=SigSeedSubFilter.PADES
    )

    def put() -> bytes:
        writer = IncrementalPdfFileWriter(BytesIO(content))
        return PdfSigner(words, signer, new_field_spec=field).sign_pdf(writer).getvalue()

    sealed = _apart(put)
    check(sealed)
    return sealed


def check(sealed: bytes) -> None:
    """Raise Unavailable unless the seal is ours, whole, and covers every byte."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # slow import
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    signatures = PdfFileReader(BytesIO(sealed)).embedded_signatures
    if len(signatures) != 1:
        raise Unavailable(_("The seal could not be put on this document."), found=len(signatures))
    ours = ValidationContext(trust_roots=[certificate()], allow_fetching=False)
    status = _apart(lambda: validate_pdf_signature(signatures[0], signer_validation_context=ours))
    if not (status.bottom_line and status.coverage == SignatureCoverageLevel.ENTIRE_FILE):
        raise Unavailable(_("The seal could not be put on this document."), status=status.summary())


def _apart(work: Callable[[], T]) -> T:
    """Work in a thread of its own: pyHanko starts an event loop, which a thread that has one refuses."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work).result()


def certificate() -> x509.Certificate:
    """The certificate that goes with the key: it is no secret."""
    for kind, _headers, der in pem.unarmor(key_file().read_bytes(), multiple=True):
        if kind == "CERTIFICATE":
            return x509.Certificate.load(der)
    raise Unavailable(_("The seal has no certificate."), file=settings.SEAL_KEY.name)


def key_file() -> Path:
    """One PEM file: the key, its certificate, then those above it. Raises Unavailable when production has none."""
    place = Path(settings.SEAL_KEY)
    if not place.exists():
        if settings.PRODUCTION:
            raise Unavailable(_("The seal has no key: set MARELLE_SEAL_KEY."))
        _make(place)
    return place


def _make(place: Path) -> None:
    """Write a key and a certificate of our own making, readable by us alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = certificates.Name([certificates.NameAttribute(certificates.NameOID.COMMON_NAME, f"{NAME} (démonstration)")])
    usage = certificates.KeyUsage(True, True, False, False, False, True, False, False, False)
    made = (
        certificates.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(certificates.random_serial_number())
        .not_valid_before(timezone.now() - timedelta(days=1))
        .not_valid_after(timezone.now() + VALID_FOR)
        .add_extension(certificates.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(certificates.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    words = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + made.public_bytes(serialization.Encoding.PEM)
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(words)
    beside.replace(place)
