"""What the service tests stand on; see ../conftest.py for how to use it."""
