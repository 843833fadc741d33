"""Runs programs, measures what they cost, and prints rows of a table."""
import os, subprocess, sys, time


class Run:
    """One finished program: its output, seconds of wall clock and of CPU, peak memory in bytes."""

    def __init__(self, command, environment=None, allowed=(0,)):
        start = time.monotonic()
        self.command = command
        self.child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.output = self.child.stdout.read().decode()
        _, status, usage = os.wait4(self.child.pid, 0)
        self.status = self.child.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - start
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss * 1024
        if self.status not in allowed:
            sys.exit(f"scripts/bench: {' '.join(map(str, command))} ended with {self.status}")


def heading(text):
    print(f"\n{text}", flush=True)


def row(what, *cells):
    print(f"{what:<42}" + "".join(f"{cell:>16}" for cell in cells), flush=True)


def microseconds(seconds):
    return f"{seconds * 1e6:.1f} µs"


def megabytes(size):
    return f"{size / 2**20:.0f} MB"
