"""Takes a picture of the whole screen with KWin's ScreenShot2: kwin_screenshot.py FILE.png"""

import os
import subprocess
import sys
import threading

from gi.repository import Gio, GLib

bus = Gio.bus_get_sync(Gio.BusType.SESSION)
reading, writing = os.pipe()
descriptors = Gio.UnixFDList.new()
handle = descriptors.append(writing)
os.close(writing)
data = bytearray()
enough = threading.Event()
wanted = [None]


def read():
    while block := os.read(reading, 1 << 20):
        data.extend(block)
        if wanted[0] is not None and len(data) >= wanted[0]:
            break
    enough.set()


threading.Thread(target=read, daemon=True).start()
options = {"include-cursor": GLib.Variant("b", False), "native-resolution": GLib.Variant("b", True)}
name = "org.kde.KWin.ScreenShot2"
reply, _ = bus.call_with_unix_fd_list_sync(
    "org.kde.KWin", "/org/kde/KWin/ScreenShot2", name, "CaptureActiveScreen",
    GLib.Variant("(a{sv}h)", (options, handle)), None, 0, -1, descriptors, None,
)
descriptors = None
picture = reply.unpack()[0]
wanted[0] = picture["stride"] * picture["height"]
for _ in range(100):
    if len(data) >= wanted[0]:
        break
    enough.wait(0.05)
size = "%dx%d" % (picture["stride"] // 4, picture["height"])
convert = ["convert", "-size", size, "-depth", "8", "BGRA:-", "-alpha", "off", sys.argv[1]]
code = subprocess.run(convert, input=bytes(data[: wanted[0]])).returncode
sys.stdout.flush()
# The thread may still wait for KWin's end of the pipe.
os._exit(code)
