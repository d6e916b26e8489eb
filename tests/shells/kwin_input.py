"""Clicks the left button by KWin's org_kde_kwin_fake_input, which needs no device: kwin_input.py X Y"""

import os
import socket
import struct
import sys
import time

display = socket.socket(socket.AF_UNIX)
display.connect(os.path.join(os.environ["XDG_RUNTIME_DIR"], os.environ["WAYLAND_DISPLAY"]))
DISPLAY, REGISTRY, SYNC, INPUT, END = 1, 2, 3, 4, 5
buffer = b""


def text(words):
    data = words.encode() + b"\0"
    return struct.pack("<I", len(data)) + data + b"\0" * (-len(data) % 4)


def send(target, opcode, arguments=b""):
    display.sendall(struct.pack("<IHH", target, opcode, 8 + len(arguments)) + arguments)


def messages():
    global buffer
    while True:
        while len(buffer) >= 8:
            target, opcode, size = struct.unpack("<IHH", buffer[:8])
            if len(buffer) < size:
                break
            message, buffer = buffer[8:size], buffer[size:]
            yield target, opcode, message
        block = display.recv(65536)
        if not block:
            return
        buffer += block


send(DISPLAY, 1, struct.pack("<I", REGISTRY))
send(DISPLAY, 0, struct.pack("<I", SYNC))
found = None
for target, opcode, message in messages():
    if target == REGISTRY and opcode == 0:
        name, length = struct.unpack("<II", message[:8])
        interface = message[8 : 8 + length - 1].decode()
        version = struct.unpack("<I", message[8 + length + (-length % 4) :][:4])[0]
        if interface == "org_kde_kwin_fake_input":
            found = name, interface, version
    if target == SYNC:
        break
if not found:
    sys.exit("KWin has no org_kde_kwin_fake_input")
send(REGISTRY, 0, struct.pack("<I", found[0]) + text(found[1]) + struct.pack("<II", min(found[2], 4), INPUT))
send(INPUT, 0, text("test") + text("test"))


def move(x, y):
    send(INPUT, 9, struct.pack("<ii", int(x * 256), int(y * 256)))


x, y = float(sys.argv[1]), float(sys.argv[2])
move(x - 4, y)
time.sleep(0.1)
move(x, y)
time.sleep(0.15)
for pressed in (1, 0):
    send(INPUT, 2, struct.pack("<II", 0x110, pressed))
    time.sleep(0.1)
send(DISPLAY, 0, struct.pack("<I", END))
for target, _, _ in messages():
    if target == END:
        break
