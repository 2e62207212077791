# What is on a simulated board's flash, and putting things there, while the board itself is idle or off.
# Argument: a JSON object path → base64, to be written first. Prints the same of all files.

import json
import os
import sys
from binascii import a2b_base64, b2a_base64

wanted = json.loads(sys.stdin.read() or "{}")
__import__("simulated")
found = {}


def walk(folder):
    for one in os.ilistdir(folder or "/"):
        path = folder + "/" + one[0]
        if one[1] == 0x4000:
            walk(path)
        else:
            with open(path, "rb") as f:
                found[path] = b2a_base64(f.read()).decode().strip()


for path, data in wanted.items():
    parts = path.split("/")
    for n in range(2, len(parts)):
        try:
            os.mkdir("/".join(parts[:n]))
        except OSError:
            pass
    with open(path, "wb") as f:
        f.write(a2b_base64(data))
walk("")
print(json.dumps(found))
