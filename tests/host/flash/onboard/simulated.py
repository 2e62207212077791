# Makes MicroPython's unix port look like a board: its file system, its name, its reset; then it runs main.py.
# The file system is a real littlefs on a file. What is told by the environment: see simulated_board.py.

import os
import sys

import bench
import machine

_block = 4096


class Flash:
    """A block device in a file."""

    def __init__(self, path, blocks):
        self.blocks = blocks
        self.file = open(path, "r+b")

    def readblocks(self, block, buffer, offset=0):
        self.file.seek(block * _block + offset)
        self.file.readinto(buffer)

    def writeblocks(self, block, buffer, offset=None):
        if offset is None:
            offset = 0
        self.file.seek(block * _block + offset)
        self.file.write(buffer)
        self.file.flush()

    def ioctl(self, op, arg):
        if op == 4:
            return self.blocks
        if op == 5:
            return _block
        if op == 6:
            return 0


def hang_up():
    os.system("kill -9 $PPID")


def start():
    # Before the board's own file system hides them
    bench.make_chip("MPU-6050", address=int(os.getenv("BOARD_SENSOR")))
    machine.reset = hang_up

    device = Flash(os.getenv("BOARD_FLASH"), int(os.getenv("BOARD_BLOCKS")))
    os.umount("/")
    try:
        os.mount(os.VfsLfs2(device), "/")
    except OSError:
        os.VfsLfs2.mkfs(device)
        os.mount(os.VfsLfs2(device), "/")
    os.chdir("/")

    real = sys

    class Implementation(tuple):
        pass

    class System:
        pass

    # A module's attributes cannot be changed, but what `import sys` finds can.
    system = System()
    for name in dir(real):
        try:
            setattr(system, name, getattr(real, name))
        except AttributeError:
            pass
    version = tuple(int(part) for part in os.getenv("BOARD_RELEASE").split(".")) + ("",)
    implementation = Implementation((os.getenv("BOARD_IMPLEMENTATION"), version))
    implementation._machine = os.getenv("BOARD_MACHINE")
    implementation._mpy = int(os.getenv("BOARD_MPY") or real.implementation._mpy)
    system.implementation = implementation
    system.platform = "rp2"
    real.path[:] = ["", ".frozen", "/lib"]
    real.modules["sys"] = system

    return system


def run_main(system):
    try:
        file = open("/main.py")
    except OSError:
        return
    with file:
        source = file.read()
    try:
        exec(source, {"__name__": "__main__"})
    except BaseException as exc:
        if isinstance(exc, SystemExit):
            raise
        sys.print_exception(exc, sys.stdout)


_system = start()
if os.getenv("BOARD_BOOT") == "hard":
    run_main(_system)
