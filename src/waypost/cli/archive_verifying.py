"""What `waypost archive verify` looks at, one line each: the file itself, its sidecar, and its place in the log."""

import hmac
import json
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

State = Literal["OK", "FAIL", "ABSENT"]


class NotSo(Exception):
    """A check failed; says how."""


class Absent(Exception):
    """There is nothing to check; says what is missing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One check."""

    name: str
    state: State
    detail: str

    def __str__(self) -> str:
        return f"{self.state:<6} {self.name:<10} {self.detail}".rstrip()


@dataclass(frozen=True, slots=True)
class Case:
    """What was handed in. `trust` are certificates (PEM or DER), `keys` verifier keys of a log (NAME+KEYID+KEY)."""

    pdf: bytes
    sidecar: dict[str, Any] | None
    proof: dict[str, Any] | None
    trust: tuple[bytes, ...]
    keys: tuple[str, ...]
    now: datetime

    @property
    def proven_at(self) -> datetime | None:
        """The time that a good time proof gives; it helps to judge certificates that ended since."""
        return told(self.time) if self.proof else None

    def hash(self) -> str:
        """The PDF is one of the sidecar's volumes."""
        digest = sha256(self.pdf).hexdigest()
        sidecar = self._sidecar()
        named = [sidecar.get("sha256"), *(one.get("sha256") for one in sidecar.get("volumes", []))]
        if digest not in named:
            raise NotSo("the PDF is not the one that the sidecar names")
        return digest

    def manifest(self) -> str:
        """The sidecar is the one that the log's entry names, and the entry is about this PDF."""
        from waypost.archive.records.manifest import manifest_sha256

        content = self._entry().get("content", {})
        if content.get("manifest_sha256") != manifest_sha256(self._sidecar()):
            raise NotSo("the sidecar was changed since its entry was written to the log")
        if sha256(self.pdf).hexdigest() not in content.get("pdf_sha256", []):
            raise NotSo("the log's entry is about another PDF")
        return f"entry {self._proof()['position']}"

    def log(self) -> str:
        """The entry's hash, and its path to the checkpoint's root."""
        from waypost.archive.evidence.notes import parted, stated
        from waypost.archive.evidence.tree import proves_inclusion

        leaf, proof = self._leaf(), self._proof()
        if "checkpoint" not in proof:
            raise Absent("no checkpoint covers the entry yet")
        text, _ = parted(proof["checkpoint"]["note"], self._entry()["log"])
        said = stated(text, self._entry()["log"])
        path = [bytes.fromhex(one) for one in proof["inclusion"]]
        if not proves_inclusion(leaf, proof["position"], said.size, path, said.root):
            raise NotSo("the path does not lead to the checkpoint's root")
        return f"entry {proof['position']} of {said.size}"

    def checkpoint(self) -> str:
        """One of the keys that were named signed the checkpoint."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        from waypost.archive.evidence.notes import parted, verifies

        note, log = self._proof().get("checkpoint", {}).get("note"), self._entry()["log"]
        keys = [key.split("+", 2) for key in self.keys]
        if note is None or not keys:
            raise Absent("no checkpoint" if note is None else "name the log's key with --key")
        text, signature = parted(note, log)
        for name, _, key in (one for one in keys if len(one) == 3):
            public = Ed25519PublicKey.from_public_bytes(b64decode(key)[1:])
            if name == log and verifies(public, log, text, signature):
                return text.split("\n")[3]
        raise NotSo("none of the keys signed it")

    def time(self) -> str:
        """The batch time proof: a path to a root, and an authority's token on it (never a level of the signature)."""
        from waypost.archive.evidence.tree import proves_inclusion
        from waypost.archive.signing.anchors import certificates, trusted
        from waypost.archive.signing.tokens import check_token, read_token

        proof = self._proof()
        timed = proof.get("time_proof")
        if timed is None:
            raise Absent("no token covers the entry yet")
        root, path = bytes.fromhex(timed["root"]), [bytes.fromhex(one) for one in timed["inclusion"]]
        if not proves_inclusion(self._leaf(), proof["position"], timed["size"], path, root):
            raise NotSo("the path does not lead to the token's root")
        roots = [*(one for content in self.trust for one in certificates(content)), *trusted(())]
        der = b64decode(timed["token"])
        return check_token(der, root, roots, read_token(der).at).at.isoformat()

    def _leaf(self) -> bytes:
        """The entry's hash, made anew."""
        import rfc8785

        from waypost.archive.evidence.tree import leaf_hash

        leaf = leaf_hash(rfc8785.dumps(self._entry()))
        named = [self._proof()["leaf"]["hash"]]
        named += [self.sidecar["evidence"]["leaf"]] if self.sidecar and "evidence" in self.sidecar else []
        if not all(hmac.compare_digest(leaf.hex(), str(one)) for one in named):
            raise NotSo("the entry is not the one that the sidecar or the proof names")
        return leaf

    def _entry(self) -> dict[str, Any]:
        found: dict[str, Any] = self._proof()["leaf"]["entry"]
        return found

    def _sidecar(self) -> dict[str, Any]:
        if self.sidecar is None:
            raise Absent("there is no sidecar")
        return self.sidecar

    def _proof(self) -> dict[str, Any]:
        if self.proof is None:
            raise Absent("there is no proof (/archives/{id}/proof, or an auditor's ZIP)")
        return self.proof


def told(time: Callable[[], str]) -> datetime | None:
    """A time, where that check succeeds."""
    line = tried("time", time)
    return datetime.fromisoformat(line.detail) if line.state == "OK" else None


def tried(name: str, check: Callable[[], str]) -> Line:
    """A check as a line; what cannot be read at all is a failure too."""
    from waypost.platform.errors import Refusal

    try:
        return Line(name, "OK", check())
    except Absent as absent:
        return Line(name, "ABSENT", str(absent))
    except NotSo as wrong:
        return Line(name, "FAIL", str(wrong))
    except Refusal as refused:
        return Line(name, "FAIL", refused.detail)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        return Line(name, "FAIL", f"cannot be read ({type(error).__name__})")


def look(case: Case) -> list[Line]:
    """Every check, in the order in which one leans on the other."""
    beside = {"sidecar": case.hash, "manifest": case.manifest, "log": case.log, "checkpoint": case.checkpoint}
    lines = [tried(name, check) for name, check in {**beside, "time": case.time}.items()]
    return [*signature(case), *lines]


def signature(case: Case) -> list[Line]:
    """The PDF's own proof. Judged in this process, which ends with it."""
    from waypost.archive.signing.examine import Trust
    from waypost.archive.signing.examining import examined

    found = examined(case.pdf, Trust(case.trust, case.now, proven_at=case.proven_at))
    if not found.findings:
        return [Line("signature", "FAIL", found.problem or "")]
    first = found.findings[0]
    at = first.proven_at or first.signed_at
    said = f"{first.signer}{f', {at.isoformat()}' if at else ''}"
    whole = Line("signature", "OK" if found.intact else "FAIL", said if found.intact else ", ".join(found.why))
    why = ", ".join(word for one in found.findings if not one.trusted for word in one.why)
    trust = Line("trust", "OK" if found.trusted else "FAIL", why and f"{why} (name certificates with --trust)")
    higher = "" if not first.why else f"not higher: {', '.join(first.why)}"
    return [whole, trust, Line("level", "OK", f"{found.level.value} {higher}".strip())]


def read_json(path: Path) -> dict[str, Any]:
    """An object from a file; raises ValueError for anything else."""
    found = json.loads(path.read_text("utf-8"))
    if not isinstance(found, dict):
        raise ValueError(f"{path} holds no JSON object")
    return found


def passed(lines: Sequence[Line]) -> bool:
    """Nothing failed."""
    return all(line.state != "FAIL" for line in lines)
