#!/usr/bin/env python3
"""clang-tidy over the files of a compilation database, several at once; a file that was clean is not analysed again until it, a
header of ours that it includes, its flags, the checks or clang-tidy change. clang-tidy comes from PyPI: since version 21 it skips the
declarations of system headers, which makes it four times as fast as Debian's.

tidy.py BUILD CACHE JOBS [FOLDER...]     only the files in these folders
"""

import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/services"))
from lib.venv import venv  # noqa: E402 (found by the line before)

REQUIREMENTS = ["clang-tidy==23.1.4"]
INCLUDE = re.compile(rb'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
KEPT = 30 * 24 * 3600  # seconds since a result was last of use


@functools.cache
def content(path):
    return path.read_bytes()


def included(path, found):
    """Adds the file and all headers of the repository that it includes, directly or not."""
    if path in found or not path.is_file():
        return
    found.add(path)
    for name in INCLUDE.findall(content(path)):
        for folder in (path.parent, ROOT):
            included(folder / name.decode(), found)


def key(entry, common):
    files = set()
    included(pathlib.Path(entry["file"]), files)
    digest = hashlib.sha256(common)
    digest.update(entry["command"].replace(str(ROOT), ".").encode())
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + content(path) + b"\0")
    return digest.hexdigest()


def analyse(program, build, entry, result):
    command = [program, "-p", build, "--quiet", entry["file"]]
    if entry["file"].endswith("_test.cpp"):
        # The analyzer takes each EXPECT apart: half of the time. Test data is concatenated text, and tests throw integers on purpose.
        command.append("--checks=-clang-analyzer-*,-bugprone-suspicious-missing-comma,-bugprone-std-exception-baseclass,"
                       "-bugprone-unchecked-string-to-number-conversion")
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode == 0:
        result.touch()
        return True
    print(done.stdout + done.stderr, flush=True)
    return False


def main():
    build, cache, jobs = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
    folders = [str(ROOT / folder) for folder in sys.argv[4:]] or [str(ROOT)]
    cache.mkdir(parents=True, exist_ok=True)
    program = venv("clang-tidy", REQUIREMENTS) / "clang-tidy"
    common = " ".join(REQUIREMENTS).encode() + content(ROOT / ".clang-tidy") + content(pathlib.Path(__file__).resolve())
    database = json.loads(pathlib.Path(build, "compile_commands.json").read_text(encoding="utf-8"))
    ours = [entry for entry in database if entry["file"].startswith(tuple(folders)) and pathlib.Path(entry["file"]).exists()
            and not entry["file"].startswith(str(ROOT / "build"))]
    todo = []
    for entry in ours:
        result = cache / key(entry, common)
        if result.exists():
            os.utime(result)
        else:
            todo.append((entry, result))
    for old in cache.iterdir():
        if time.time() - old.stat().st_mtime > KEPT:
            old.unlink()
    print(f"clang-tidy: {len(todo)} of {len(ours)} files to analyse", flush=True)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        clean = list(pool.map(lambda each: analyse(program, build, *each), todo))
    return 0 if all(clean) else 1


if __name__ == "__main__":
    sys.exit(main())
