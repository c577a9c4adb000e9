"""Programs from PyPI in a virtual environment of their own, kept in the cache from one run to the next."""

import hashlib
import os
import pathlib
import shutil
import subprocess

CACHE = pathlib.Path(os.environ.get("SHOPKEEPER_CACHE", pathlib.Path.home() / ".cache" / "shopkeeper"))


def venv(name, requirements):
    """The bin folder of an environment with these pinned requirements."""
    key = hashlib.sha256("\n".join(requirements).encode()).hexdigest()[:12]
    folder = CACHE / "venvs" / f"{name}-{key}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["/usr/bin/python3", "-m", "venv", str(folder)], check=True, timeout=120)
        subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", *requirements],
                       check=True, timeout=600)
        (folder / "complete").touch()
    return folder / "bin"
