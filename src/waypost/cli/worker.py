"""`waypost worker`: the process that does what follows."""

from waypost.cli.options import Data


def worker(data: Data = None) -> None:
    """Do what follows from facts: read mail, run jobs, keep the clock (one part of `up`)."""
    from waypost.cli.leash import on_leash
    from waypost.cli.process import process

    leashed = on_leash()
    with process(data) as settings:
        from waypost.cli.serving import work

        work(settings, leashed=leashed)
