"""The fixtures of tests/services, for the tests under faults."""

import importlib.util
import pathlib
import sys

SERVICES = pathlib.Path(__file__).resolve().parents[1] / "services"
sys.path.insert(0, str(SERVICES))
_spec = importlib.util.spec_from_file_location("services_conftest", SERVICES / "conftest.py")
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
globals().update({name: value for name, value in vars(_module).items() if not name.startswith("__")})
