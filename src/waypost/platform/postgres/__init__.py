"""PostgreSQL without an installation: found, started, shared by our processes and stopped after the last one.

Meant for a trial, for development and for tests. Under load, or with clients elsewhere, run a PostgreSQL of its own.
"""

from waypost.platform.postgres.binaries import Binaries, find_binaries
from waypost.platform.postgres.data_folder import default_data_folder, prepare_data_folder
from waypost.platform.postgres.refusal import PostgresRefused
from waypost.platform.postgres.server import Server, serve

__all__ = [
    "Binaries",
    "PostgresRefused",
    "Server",
    "default_data_folder",
    "find_binaries",
    "prepare_data_folder",
    "serve",
]
