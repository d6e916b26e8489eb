"""Sets the scale of the only monitor, as GNOME's settings do: scale.py SCALE"""

import sys

from gi.repository import Gio, GLib

NAME = "org.gnome.Mutter.DisplayConfig"
bus = Gio.bus_get_sync(Gio.BusType.SESSION)


def call(method, arguments=None):
    return bus.call_sync(NAME, "/org/gnome/Mutter/DisplayConfig", NAME, method, arguments, None, 0, -1, None).unpack()


serial, monitors, _, _ = call("GetCurrentState")
connector, mode = monitors[0][0][0], monitors[0][1][0][0]
monitor = (0, 0, float(sys.argv[1]), 0, True, [(connector, mode, {})])
call("ApplyMonitorsConfig", GLib.Variant("(uua(iiduba(ssa{sv}))a{sv})", (serial, 1, [monitor], {})))
