"""`waypost archive verify`: is this file what it says? Without network, and without any installation."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waypost.cli.options import Json

if TYPE_CHECKING:
    from waypost.cli.archive_verifying import Case


def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The PDF.")],
    sidecar: Annotated[
        Path | None, typer.Option(exists=True, help="Its sidecar. Default: FILE.json, if there.")
    ] = None,
    proof: Annotated[
        Path | None, typer.Option(exists=True, help="Its proof from the log. Default: FILE.proof.json, if there.")
    ] = None,
    trust: Annotated[
        list[Path] | None,
        typer.Option(exists=True, help="Certificates to trust (PEM, DER, a folder), beside the system's; repeatable."),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(help="Verifier key of the log (NAME+KEYID+KEY), or a file of such lines; repeatable."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Verify an archived file: PASS (exit 0) or FAIL (exit 1) first, then one line for each check.

    Checks the signature, its level, the sidecar, and the log's proof where there is one. Certificates that the
    settings name (SIGNING_TRUST_PATHS, TSA_CA_BUNDLE_PATH) are trusted too.
    """
    import json

    from waypost.cli.archive_verifying import look, passed

    lines = look(_case(file, sidecar, proof, trust or [], key or []))
    verdict = "PASS" if passed(lines) else "FAIL"
    if as_json:
        checks = [{"name": one.name, "state": one.state.lower(), "detail": one.detail} for one in lines]
        typer.echo(json.dumps({"verdict": verdict.lower(), "file": str(file), "checks": checks}, ensure_ascii=False))
    else:
        typer.echo("\n".join([verdict, *map(str, lines)]))
    raise typer.Exit(0 if verdict == "PASS" else 1)


def _case(file: Path, sidecar: Path | None, proof: Path | None, trust: list[Path], keys: list[str]) -> "Case":
    from datetime import UTC, datetime

    from waypost.archive.signing.anchors import trusted
    from waypost.cli.archive_verifying import Case
    from waypost.platform.errors import Refusal

    try:
        certificates = [one.dump() for one in trusted([*trust, *_configured()], system=False)]
        said = _beside(file, sidecar, ".json"), _beside(file, proof, ".proof.json")
        lines = [line for one in keys for line in _lines(one)]
        return Case(file.read_bytes(), *said, tuple(certificates), tuple(lines), datetime.now(UTC))
    except (Refusal, ValueError, OSError) as error:
        raise typer.BadParameter(str(error)) from None


def _beside(file: Path, given: Path | None, ending: str) -> dict[str, Any] | None:
    from waypost.cli.archive_verifying import read_json

    path = given or file.with_name(file.name + ending)
    return read_json(path) if given or path.is_file() else None


def _lines(key: str) -> list[str]:
    return Path(key).read_text("utf-8").split() if Path(key).is_file() else [key]


def _configured() -> list[Path]:
    """Certificates that this machine's settings name; none where they do not fit: no installation is needed."""
    from pydantic import ValidationError

    from waypost.archive.signing.settings import SigningSettings

    try:
        signing = SigningSettings()
    except ValidationError:
        return []
    return [*signing.trusted, *([signing.tsa_ca_bundle_path] if signing.tsa_ca_bundle_path else [])]
