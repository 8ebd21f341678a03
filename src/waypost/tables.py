"""Every table of the product in one metadata: migrations and tests start here, nothing else does."""

import importlib
import pkgutil

from sqlalchemy import MetaData

import waypost
from waypost.platform.db import Base

HOLDERS = ("models", "facts", "catalogue", "search_sql", "erasing_sql")


def everything() -> MetaData:
    """Import each file that declares tables or SQL functions and return the metadata they filled."""
    for module in pkgutil.walk_packages(waypost.__path__, "waypost."):
        if module.name.rpartition(".")[2] in HOLDERS:
            importlib.import_module(module.name)
    return Base.metadata
