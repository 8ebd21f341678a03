"""Compiled code is kept, even where the environment says not to: every process that a test starts would compile the
whole product anew."""

import os
import sys
from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


class Templates(BytecodeCache):
    """Templates as this process compiled them: each file of tests has an app of its own, of the same templates."""

    def __init__(self) -> None:
        self._kept: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled from the same source, if anything was."""
        bucket.code = self._kept.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        if bucket.code:
            self._kept[bucket.key + bucket.checksum] = bucket.code


TEMPLATES = Templates()
