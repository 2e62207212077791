"""As much of a shell as job control takes: starts a command, and says when it stops; ``bg`` and ``fg`` let it go on."""

from __future__ import annotations

import os
import signal
import sys
import termios

signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # a shell takes the terminal from the background
modes = termios.tcgetattr(0)


def say(text: str) -> None:
    os.write(1, f"shell: {text}\n".encode())


def in_front(child: int) -> bool:
    """Until it stops; whether it has ended."""
    os.tcsetpgrp(0, child)
    _, status = os.waitpid(child, os.WUNTRACED)
    os.tcsetpgrp(0, os.getpgrp())
    if os.WIFSTOPPED(status):
        say("stopped")
        return False
    say(f"ended with {os.waitstatus_to_exitcode(status)}")
    return True


pid = os.fork()
if pid == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.argv[1], sys.argv[1:])

os.setpgid(pid, pid)
over = in_front(pid)
for line in sys.stdin:
    if over:
        break
    if line.strip() == "bg":
        say("in the background")
        os.killpg(pid, signal.SIGCONT)
    elif line.strip() == "fg":
        say("in the foreground")
        os.tcsetpgrp(0, pid)
        os.killpg(pid, signal.SIGCONT)
        over = in_front(pid)
        if over:
            break
