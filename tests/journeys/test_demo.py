import subprocess
import sys

from tests.journeys.conftest import CHECKOUT


def test_the_demo_runs_the_procfile_and_reaches_its_end() -> None:
    """What README promises first: the whole house starts, a photo is answered, the chain holds."""
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--once"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "the chain is whole" in ran.stdout
