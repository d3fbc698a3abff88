"""A private authority for trials: certificates for the market operator and for each area.

A real one is run by someone whom all operators trust, and keeps its key off the machines.
"""

import datetime
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from market.carriers.elsewhere.identity import AUTHORITY, file_stem, host_name
from scenarios.findings import Finding, InvalidInput
from scenarios.results import TSO

KEY = "ca.key"
EARLIER = datetime.timedelta(minutes=5)  # clocks of machines differ
Private = ec.EllipticCurvePrivateKey


def make_authority(folder: Path, areas: Sequence[str], days: float = 30.0) -> list[Path]:
    """Write keys and certificates of an authority, the market operator and each area.

    A folder that has an authority keeps it, and gets what it lacks. Raises InvalidInput.
    """
    if findings := list(_findings(areas, days)):
        raise InvalidInput("the keys", findings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = _authority(folder, days)
    written = [folder / AUTHORITY]
    for name in (TSO, *areas):
        place = folder / f"{file_stem(name)}.pem"
        if not place.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            _write(place.with_suffix(".key"), _pem(key), 0o600)
            _write(place, _signed(name, key, authority, days), 0o644)
            written.append(place)
    return written


def _findings(areas: Sequence[str], days: float) -> Iterator[Finding]:
    names = [host_name(area) for area in (TSO, *areas)]
    for n, (area, name) in enumerate(zip(areas, names[1:], strict=True), start=1):
        if not area or len(area) > 64:
            yield Finding(
                f"area {area!r}", "a certificate holds 1 to 64 letters", "rename the area"
            )
        elif name in names[:n]:
            cure = "name each area once; 'tso' is the market operator, and case does not count"
            yield Finding(f"area {area!r}", "the name is taken", cure)
    if not areas:
        yield Finding("--areas", "no area is named", "name areas, such as --areas D1,D2")
    if not days > 0:
        yield Finding("--days", "certificates hold for some days", "write a number > 0")


def _authority(folder: Path, days: float) -> tuple[x509.Certificate, Private]:
    place = folder / KEY
    if place.exists():
        key = serialization.load_pem_private_key(place.read_bytes(), None)
        held = x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes())
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return held, key
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Tandem trial authority")
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        _begun(name, name, key.public_key(), days)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(place, _pem(key), 0o600)
    _write(folder / AUTHORITY, made.public_bytes(serialization.Encoding.PEM), 0o644)
    return made, key


def _signed(
    area: str, key: Private, authority: tuple[x509.Certificate, Private], days: float
) -> bytes:
    """Certificate of an operator: the market operator asks, areas answer."""
    issuer, signing = authority
    purpose = ExtendedKeyUsageOID.CLIENT_AUTH if area == TSO else ExtendedKeyUsageOID.SERVER_AUTH
    made = (
        _begun(_name(area), issuer.subject, key.public_key(), days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host_name(area))]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .sign(signing, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: float
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + datetime.timedelta(days=days))
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(key: Private) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(place: Path, content: bytes, mode: int) -> None:
    """A new file that has its mode from the first byte on."""
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
