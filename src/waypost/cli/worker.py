"""`waypost worker`: the process that does what follows."""

from waypost.cli.options import Data


def worker(data: Data = None) -> None:
    """Read mail, run jobs, keep the clock (a part of up)."""
    from waypost.cli.leash import on_leash
    from waypost.cli.process import process

    leashed = on_leash()
    with process(data) as settings:
        from waypost.cli.working import work

        work(settings, leashed=leashed)
