#!/usr/bin/env python3
"""Verify archived files without Waypost: no server, no account, no network.

    waypost-verify.py FILE.pdf|FOLDER ... [--key KEY] [--trust FILE.pem] [--json]

Needs Python 3.11 and the package `cryptography`. Beside FILE.pdf it looks for FILE.pdf.json (the sidecar) and
FILE.pdf.proof.json (the proof, from /archives/{id}/proof or an auditor's ZIP); in a FOLDER for every PDF below it.

Each check is a line: OK, FAIL, or ABSENT where there is nothing to check or nobody to trust was named. `--key` is the
log's verifier key as the operator published it (NAME+KEYID+KEY, or a file of such lines), `--trust` certificates (PEM)
to which signers and authorities must lead. Keys that merely lie in the folder (keys.txt) are used, and that is said.
Exit status: 0 nothing failed, 1 something failed, 2 nothing could be checked.
"""

import argparse
import json
import re
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import new, sha256
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
DIGESTS: dict[str, Any] = {"2b0e03021a": hashes.SHA1, "608648016503040201": hashes.SHA256}  # object identifiers in DER
DIGESTS |= {"608648016503040202": hashes.SHA384, "608648016503040203": hashes.SHA512}
PSS, TST_INFO = "2a864886f70d01010a", "2a864886f70d0109100104"
MESSAGE_DIGEST, SIGNING_TIME = "2a864886f70d010904", "2a864886f70d010905"
CERTIFICATE_MEANT, TOKEN = "2a864886f70d010910022f", "2a864886f70d010910020e"
NAMES, STAMPS = ("state", "name", "detail"), "1.3.6.1.5.5.7.3.8"
UNREADABLE = (KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, x509.ExtensionNotFound)


class Wrong(Exception):
    """A check failed, and why."""


class Absent(Exception):
    """There is nothing to check, and why."""


class Value(NamedTuple):
    """One value in DER (X.690): its tag, its content, and all its bytes."""

    tag: int
    body: bytes
    whole: bytes

    def parts(self) -> list["Value"]:
        return list(values(self.body))

    def number(self) -> int:
        return int.from_bytes(self.body, "big", signed=True)

    def moment(self) -> datetime:
        form = "%y%m%d%H%M%S" if self.tag == 0x17 else "%Y%m%d%H%M%S"
        return datetime.strptime(self.body.decode().rstrip("Z").split(".")[0], form).replace(tzinfo=UTC)


def values(data: bytes) -> Iterator[Value]:
    """The DER values that stand one after another."""
    at = 0
    while at < len(data):
        start, length = at + 2, data[at + 1]
        if length & 0x80:
            start, length = start + (length & 0x7F), int.from_bytes(data[start : start + (length & 0x7F)], "big")
        if start + length > len(data) or data[at + 1] == 0x80:
            raise Wrong("not DER, or cut off")
        yield Value(data[at], data[start : start + length], data[at : start + length])
        at = start + length


def digest(algorithm: Value, data: bytes) -> bytes:
    """By an AlgorithmIdentifier."""
    return new(DIGESTS[algorithm.parts()[0].body.hex()].name, data).digest()


class Cms:
    """SignedData of one signer (RFC 5652); `content` is what it encloses, None where the signature is detached."""

    def __init__(self, der: bytes) -> None:
        signed = next(values(der)).parts()[1].parts()[0].parts()
        enclosed = signed[2].parts()
        self.kind = enclosed[0].body.hex()
        self.content = enclosed[1].parts()[0].body if len(enclosed) > 1 else None
        raw = [one.whole for part in signed[3:] if part.tag == 0xA0 for one in part.parts() if one.tag == 0x30]
        self.certificates = [x509.load_der_x509_certificate(one) for one in raw]
        self.signer = signed[-1].parts()[0].parts()
        at = 4 if self.signer[3].tag == 0xA0 else 3
        self.attributes = self.signer[3] if at == 4 else None
        self.algorithm, self.signature = self.signer[at], self.signer[at + 1].body
        self.unsigned = self.signer[at + 2] if len(self.signer) > at + 2 else None

    def attribute(self, oid: str, among: Value | None) -> Value | None:
        """The first value of an attribute."""
        pairs = [one.parts() for one in among.parts()] if among else []
        return next((found.parts()[0] for name, found in pairs if name.body.hex() == oid), None)

    def certificate(self) -> x509.Certificate:
        """The one that the signature names."""
        sid, key_id = self.signer[1], x509.SubjectKeyIdentifier
        for one in self.certificates:
            if sid.tag != 0x30 and one.extensions.get_extension_for_class(key_id).value.digest == sid.body:
                return one
            named = (one.issuer.public_bytes(), one.serial_number)
            if sid.tag == 0x30 and named == (sid.parts()[0].whole, sid.parts()[1].number()):
                return one
        raise Wrong("the signer's certificate is not enclosed")

    def check(self, content: bytes) -> x509.Certificate:
        """Digest, signature, and that the certificate is the one that was meant; gives the certificate."""
        signed, who, hashed = content, self.certificate(), self.signer[2]
        if self.attributes:
            named = self.attribute(MESSAGE_DIGEST, self.attributes)
            if named is None or named.body != digest(hashed, content):
                raise Wrong("the bytes are not those that were signed")
            signed = b"\x31" + self.attributes.whole[1:]
        meant = self.attribute(CERTIFICATE_MEANT, self.attributes)
        if meant is not None:
            first, *rest = meant.parts()[0].parts()[0].parts()
            der = who.public_bytes(Encoding.DER)
            plain = first.tag == 0x04
            if (first if plain else rest[0]).body != (sha256(der).digest() if plain else digest(first, der)):
                raise Wrong("the signature means another certificate")
        try:
            self._verify(who.public_key(), DIGESTS[hashed.parts()[0].body.hex()](), signed)
        except InvalidSignature:
            raise Wrong("the signature does not hold") from None
        return who

    def _verify(self, key: Any, chosen: Any, data: bytes) -> None:
        if isinstance(key, rsa.RSAPublicKey):
            scheme: Any = padding.PKCS1v15()
            if self.algorithm.parts()[0].body.hex() == PSS:
                salts = [one.parts()[0].number() for one in self.algorithm.parts()[1].parts() if one.tag == 0xA2]
                scheme = padding.PSS(padding.MGF1(chosen), (salts or [20])[0])
            key.verify(self.signature, data, scheme, chosen)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(self.signature, data, ec.ECDSA(chosen))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(self.signature, data)
        else:
            raise Wrong("a kind of key that this tool does not know")


def token(der: bytes, imprint: bytes | None, data: bytes = b"") -> tuple[datetime, Cms, x509.Certificate]:
    """A token (RFC 3161) over `imprint`, or over the digest of `data`: its time, itself, who signed it."""
    cms = Cms(der)
    if cms.kind != TST_INFO or cms.content is None:
        raise Wrong("not a time-stamp token")
    algorithm, named = (info := next(values(cms.content)).parts())[2].parts()
    if named.body != (digest(algorithm, data) if imprint is None else imprint):
        raise Wrong("the token is about something else")
    usage = (who := cms.check(cms.content)).extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    if [one.dotted_string for one in usage] != [STAMPS]:
        raise Wrong("its signer is no time-stamping authority")
    return info[4].moment(), cms, who


def chain(who: x509.Certificate, among: list[x509.Certificate], trust: list[x509.Certificate], at: datetime) -> str:
    """How a certificate leads to a trusted one."""
    path = [who]
    while path[-1] not in trust:
        here = path[-1]
        if not here.not_valid_before_utc <= at <= here.not_valid_after_utc:
            raise Wrong(f"{here.subject.rfc4514_string()} was not valid then")
        above = [one for one in (*trust, *among) if one not in path and issued(one, here)]
        if not above:
            raise Wrong(f"{here.subject.rfc4514_string()} does not lead to a trusted certificate")
        path.append(above[0])
    return " < ".join(one.subject.rfc4514_string() for one in path)


def issued(above: x509.Certificate, below: x509.Certificate) -> bool:
    """Whether one certificate signed the other, and may do so."""
    try:
        below.verify_directly_issued_by(above)
        return bool(above.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except (*UNREADABLE, InvalidSignature):
        return False


def canonical(value: Any) -> bytes:
    """RFC 8785 for values without fractions."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: str(key).encode("utf-16-be"))
        return b"{" + b",".join(canonical(key) + b":" + canonical(value[key]) for key in keys) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    if isinstance(value, float):
        raise Wrong("a number with a fraction")
    return json.dumps(value, ensure_ascii=False).encode()


def rooted(leaf: bytes, position: int, size: int, path: list[str]) -> bytes:
    """The root to which a path leads (RFC 9162, 2.1.3.2)."""
    here, last = position, size - 1
    if not 0 <= here <= last:
        raise Wrong("the position is not in the tree")
    for each in map(bytes.fromhex, path):
        if not last:
            raise Wrong("the path is too long")
        right = here & 1 or here == last
        leaf = sha256(b"\x01" + (each + leaf if right else leaf + each)).digest()
        while right and here and not here & 1:
            here, last = here >> 1, last >> 1
        here, last = here >> 1, last >> 1
    if last:
        raise Wrong("the path is too short")
    return leaf


def signed_by_one_of(keys: list[str], note: str) -> None:
    """A checkpoint must carry a signature by one of the keys (C2SP signed-note)."""
    text, _, lines = note.partition("\n\n")
    for key in keys:
        name, id_, public = key.split("+", 2)
        for line in lines.splitlines():
            made = b64decode(line.rpartition(" ")[2])
            if line.startswith(f"— {name} ") and text.startswith(f"{name}\n") and made[:4].hex() == id_:
                holder = ed25519.Ed25519PublicKey.from_public_bytes(b64decode(public)[1:])
                try:
                    return holder.verify(made[4:], f"{text}\n".encode())
                except InvalidSignature:
                    raise Wrong("the checkpoint's signature does not hold") from None
    raise Wrong("none of the keys has signed the checkpoint")


class Verifier:
    """All checks of one PDF and what stands beside it."""

    def __init__(self, pdf: Path, keys: list[str], trust: list[x509.Certificate], *, enclosed: bool) -> None:
        self.pdf, self.keys, self.trust, self.enclosed = pdf, keys, trust, enclosed
        self.data = pdf.read_bytes()
        self.sha256 = sha256(self.data).hexdigest()
        self.lines: list[tuple[str, str, str]] = []

    def run(self) -> list[tuple[str, str, str]]:
        """Every check; one that fails does not stop the others."""
        for name in ("sidecar", "pdf", "attachments", "leaf", "inclusion", "checkpoint", "time_proof"):
            self._try(name, getattr(self, f"_{name}"))
        found = [tuple(map(int, one.groups())) for one in BYTE_RANGE.finditer(self.data)]
        for number, where in enumerate(found, 1):
            self._try(f"signature {number}", self._signature, *where)
        self._try("coverage", self._coverage, found)
        return self.lines

    def _try(self, name: str, check: Callable[..., str], *given: Any) -> None:
        try:
            state, detail = "OK", check(*given)
        except Absent as absent:
            state, detail = "ABSENT", str(absent)
        except Wrong as wrong:
            state, detail = "FAIL", str(wrong)
        except UNREADABLE as error:
            state, detail = "FAIL", f"cannot be read ({type(error).__name__})"
        self.lines.append((state, name, detail))

    def _beside(self, suffix: str) -> Any:
        place = self.pdf.with_name(self.pdf.name + suffix)
        if not place.is_file():
            raise Absent(f"no {place.name}")
        return json.loads(place.read_text(encoding="utf-8"))

    def _sidecar(self) -> str:
        said, proof = self._beside(".json"), self._beside(".proof.json")
        manifest, named = {key: value for key, value in said.items() if key != "evidence"}, said.get("evidence")
        if sha256(canonical(manifest)).hexdigest() != proof["leaf"]["entry"]["content"]["manifest_sha256"]:
            raise Wrong("it is not the one that the log's entry covers")
        if named and (named["leaf"], named["position"]) != (proof["leaf"]["hash"], proof["position"]):
            raise Wrong("it names another entry")
        return "the log's entry covers it"

    def _pdf(self) -> str:
        said = self._beside(".json")
        if self.sha256 not in {said["sha256"], *(one["sha256"] for one in said.get("volumes", ()))}:
            raise Wrong("the sidecar names another SHA-256")
        self._same(said.get("volumes", ()), lambda one: self.pdf.with_name(Path(one["path"]).name))
        return f"SHA-256 {self.sha256}"

    def _attachments(self) -> str:
        said = self._beside(".json")
        home, named = Path(said["storage_path"]).parent, said.get("attachments", [])
        self._same(named, lambda one: self.pdf.parent / Path(one["storage_path"]).relative_to(home))
        if not named:
            raise Absent("the sidecar names none")
        return f"{len(named)} as the sidecar names them"

    def _same(self, named: Any, place: Callable[[Any], Path]) -> None:
        for one in named:
            if sha256(place(one).read_bytes()).hexdigest() != one["sha256"]:
                raise Wrong(f"{place(one).name} is not the one that was kept")

    def _leaf(self) -> str:
        proof = self._beside(".proof.json")
        entry = proof["leaf"]["entry"]
        if sha256(b"\x00" + canonical(entry)).hexdigest() != proof["leaf"]["hash"]:
            raise Wrong("the entry has another hash")
        if entry["position"] != proof["position"] or self.sha256 not in entry["content"]["pdf_sha256"]:
            raise Wrong("the entry is about another PDF or place")
        return f"entry {entry['position']} of {entry['log']}, {entry['at']}"

    def _inclusion(self) -> str:
        proof, (_log, size, root, *_) = self._checkpointed()
        leaf = bytes.fromhex(proof["leaf"]["hash"])
        if rooted(leaf, proof["position"], int(size), proof["inclusion"]) != b64decode(root):
            raise Wrong("the path does not lead to the checkpoint's root")
        return f"in the tree of {size} entries"

    def _checkpoint(self) -> str:
        proof, (log, size, _root, *more) = self._checkpointed()
        if not self.keys:
            raise Absent("name the log's key with --key")
        signed_by_one_of(self.keys, proof["checkpoint"]["note"])
        if log != proof["leaf"]["entry"]["log"]:
            raise Wrong("the checkpoint is about another log")
        own = ", by a key that lies beside the files" if self.enclosed else ""
        return f"signed over {size} entries, {more[0] if more else 'without a time'}{own}"

    def _checkpointed(self) -> tuple[Any, list[str]]:
        proof = self._beside(".proof.json")
        if proof.get("checkpoint") is None:
            raise Absent("no checkpoint covers the entry yet")
        return proof, proof["checkpoint"]["note"].partition("\n\n")[0].split("\n")

    def _time_proof(self) -> str:
        proof = self._beside(".proof.json")
        if (timed := proof.get("time_proof")) is None:
            raise Absent("no token of an authority covers the entry yet")
        root = rooted(bytes.fromhex(proof["leaf"]["hash"]), proof["position"], timed["size"], timed["inclusion"])
        at, cms, who = token(b64decode(timed["token"]), root)
        return f"existed {at.isoformat()}, {self._trusted(who, cms, at)}"

    def _trusted(self, who: x509.Certificate, cms: Cms, at: datetime) -> str:
        if not self.trust:
            return f"by {who.subject.rfc4514_string()} (nobody named with --trust)"
        return f"by {chain(who, cms.certificates, self.trust, at)}"

    def _signature(self, start: int, before: int, after: int, length: int) -> str:
        hexed = self.data[start + before : after]
        if start or after + length > len(self.data) or (hexed[:1], hexed[-1:]) != (b"<", b">"):
            raise Wrong("its byte range leaves something out")
        der = next(values(bytes.fromhex(hexed[1:-1].decode()))).whole
        content, cms = self.data[:before] + self.data[after : after + length], Cms(der)
        if cms.kind == TST_INFO:
            at, cms, who = token(der, None, content)
            return f"document timestamp {at.isoformat()}, {self._trusted(who, cms, at)}"
        who, inner = cms.check(content), cms.attribute(TOKEN, cms.unsigned)
        claimed = cms.attribute(SIGNING_TIME, cms.attributes)
        at, said = claimed.moment() if claimed else datetime.now(UTC), "time as the signer says"
        if inner is not None:
            at, stamp, authority = token(inner.whole, None, cms.signature)
            said = f"authority's time ({self._trusted(authority, stamp, at)})"
        return f"{said} {at.isoformat()}, {self._trusted(who, cms, at)}"

    def _coverage(self, found: list[tuple[int, ...]]) -> str:
        if not found:
            raise Absent("the PDF is not signed")
        if (rest := len(self.data) - max(after + length for _start, _before, after, length in found)) > 0:
            raise Absent(f"{rest} bytes stand after the last signature, as revocation data of level B-LT does")
        return "the last signature covers the whole file"


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    about = argparse.ArgumentParser(description="Verify archived files without Waypost.")
    about.add_argument("paths", nargs="+", type=Path, metavar="FILE|FOLDER")
    about.add_argument("--key", action="append", default=[], help="the log's verifier key, or a file of keys")
    about.add_argument("--trust", action="append", default=[], type=Path, help="trusted certificates (PEM)")
    about.add_argument("--json", action="store_true", help="one JSON object for each file")
    given = about.parse_args(arguments)
    try:
        trust = [one for path in given.trust for one in x509.load_pem_x509_certificates(path.read_bytes())]
        keys = [line for one in given.key for line in (Path(one).read_text() if Path(one).is_file() else one).split()]
        lying = [place for path in given.paths if path.is_dir() for place in sorted(path.rglob("keys.txt"))]
        enclosed = [] if keys else [line for place in lying for line in place.read_text().split()]
        pdfs = [pdf for path in given.paths for pdf in (sorted(path.rglob("*.pdf")) if path.is_dir() else [path])]
        reports = {pdf: Verifier(pdf, keys or enclosed, trust, enclosed=bool(enclosed)).run() for pdf in pdfs}
    except (OSError, ValueError) as error:
        print(f"FAIL {error}", file=sys.stderr)
        return 2
    for pdf, lines in reports.items():
        if given.json:
            print(json.dumps({"file": str(pdf), "checks": [dict(zip(NAMES, line, strict=True)) for line in lines]}))
        else:
            print(pdf, *(f"  {state:<6} {what:<12} {detail}" for state, what, detail in lines), sep="\n")
    states = {state for lines in reports.values() for state, *_ in lines}
    return 1 if "FAIL" in states else 0 if "OK" in states else 2


if __name__ == "__main__":
    sys.exit(main())
