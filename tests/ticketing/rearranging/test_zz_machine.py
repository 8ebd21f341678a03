import sys
from pathlib import Path
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.ticketing.rearranging.test_any_order import Machine
def test_it(logins, tmp_path):
    class Bound(Machine): pass
    Bound.logins, Bound.folder = logins, tmp_path
    run_state_machine_as_test(Bound, settings=settings(max_examples=25, stateful_step_count=30, deadline=None, database=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)))
