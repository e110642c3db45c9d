"""Run a program that ends with the process that started it, even if that one is killed with SIGKILL.

    python -IS tether.py FD SIGNAL UID GID GRACE PROGRAM ARGUMENT…

The program takes over this process (exec), so its id is the one the starter knows. A child stays behind as watcher: FD
is the reading end of a pipe whose other end only the starter holds, so end-of-file says that the starter is gone. The
watcher then sends SIGNAL (a number) to the program and, GRACE seconds later, SIGKILL. A pipe instead of
PR_SET_PDEATHSIG: that one fires when the starting *thread* ends, and macOS has no such thing. UID and GID, if not -1,
are taken on before the program runs. Standard library only; started by path, before anything of the project is known.
"""

import os
import select
import signal
import sys
import time


def watch(pipe: int, number: int, grace: float, program: int) -> None:
    """Wait for the pipe's end, then end `program`; leave as soon as the program is gone by itself."""
    os.setsid()  # a Ctrl-C in the terminal is the starter's to handle
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while os.getppid() == program:
        readable, _, _ = select.select([pipe], [], [], 2.0)
        if readable and not os.read(pipe, 1):
            break
    if os.getppid() == program:  # the id cannot have gone to a stranger while the program is still our parent
        os.kill(program, number)
    deadline = time.monotonic() + grace
    while os.getppid() == program:
        if time.monotonic() > deadline:
            os.kill(program, signal.SIGKILL)
        time.sleep(0.2)


def release_files(pipe: int) -> None:
    """Let go of the program's lock and log: they are open as long as anybody holds them."""
    for descriptor in range(3, 64):
        if descriptor != pipe:
            try:
                os.close(descriptor)
            except OSError:
                continue  # it was not open


def main(arguments: list[str]) -> None:
    """Fork the watcher, become the user, become the program."""
    pipe, number, uid, gid, grace = (int(text) for text in arguments[:5])
    program = arguments[5:]
    here = os.getpid()
    if os.fork() == 0:
        release_files(pipe)
        try:
            watch(pipe, number, grace, here)
        finally:
            os._exit(0)
    os.close(pipe)
    if gid >= 0:
        os.setgroups([])
        os.setgid(gid)
    if uid >= 0:
        os.setuid(uid)
    os.execv(program[0], program)  # noqa: S606  # no shell is the point


if __name__ == "__main__":
    main(sys.argv[1:])
