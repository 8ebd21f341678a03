"""Compiled code is kept, even where the environment says not to: every process that a test starts would compile the
whole product anew."""

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
