"""Processes that the tests start: each ended by its own pid, everything waited for with a limit."""

import os
import pathlib
import random
import signal
import socket
import subprocess
import time


def wait_until(what, check, timeout=15.0, interval=0.02):
    """Polls `check` until it returns something true, and returns that; TimeoutError naming `what` otherwise."""
    end = time.monotonic() + timeout
    while True:
        result = check()
        if result:
            return result
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {timeout:g} s (last answer: {result!r})")
        time.sleep(interval)


def wait_for_answer(what, process, ask, log, timeout=30.0, not_yet=OSError):
    """Waits until `ask` returns something true, where `not_yet` is no answer yet; RuntimeError when the process has ended."""
    def check():
        if process.poll() is not None:
            raise RuntimeError(f"{what} exited {process.returncode}:\n{tail(log)}")
        try:
            return ask()
        except not_yet:
            return False
    wait_until(what, check, timeout)


_given = set()


def free_port():
    """A loopback port that nobody listens on, outside of the range that the kernel gives to outgoing connections, so
    that it stays free until it is used, and also while its server is restarted."""
    low, high = map(int, pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split())
    # Test processes side by side (gw0, gw1, …) never give the same.
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    for _ in range(1000):
        port = random.randrange(10240 + worker, 65000, 16)
        if low <= port <= high or port in _given:
            continue
        if can_listen(port):
            _given.add(port)
            return port
    raise RuntimeError("no free port")


def can_listen(port):
    """True when no process listens on the loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def accepts(port, timeout=0.5):
    """True when something accepts connections on the loopback port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout):
            return True
    except OSError:
        return False


def as_user(user, command):
    """The command as that user where we are root, else as it is."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--", *command]


def start(command, log, env=None, cwd="/"):
    """Starts a program in a session of its own, output appended to the file `log`."""
    with open(log, "ab") as out:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env, cwd=cwd,
                                start_new_session=True)


def stop(process, timeout=15.0, with_signal=signal.SIGTERM):
    """Ends the process by signal, by SIGKILL when it does not listen; returns its exit code."""
    if process is None:
        return None
    if process.poll() is None:
        process.send_signal(with_signal)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait(10)


def kill_session(process):
    """SIGKILL to the process and to all that it started (the session that `start` made for it), if it still runs."""
    if process is None or process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def tail(path, start_at=0, limit=6000):
    """The end of a log, from byte `start_at` on."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(start_at, size - limit))
            return file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
