"""A log-in manager and its display manager, as far as a desktop's lock screen needs them.

python-dbusmock's logind template provides the manager; this adds the session of uid 4242 and GDM's version.
"""

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
name = dbus.service.BusName("org.gnome.DisplayManager", bus)


class Manager(dbus.service.Object):
    """GNOME Shell locks the screen only where this answers."""

    @dbus.service.method("org.freedesktop.DBus.Properties", in_signature="ss", out_signature="v")
    def Get(self, _interface, _property):
        return dbus.String("43.0")

    @dbus.service.method("org.freedesktop.DBus.Properties", in_signature="s", out_signature="a{sv}")
    def GetAll(self, _interface):
        return {"Version": dbus.String("43.0")}


Manager(bus, "/org/gnome/DisplayManager/Manager")
logind = bus.get_object("org.freedesktop.login1", "/org/freedesktop/login1")
dbus.Interface(logind, "org.freedesktop.DBus.Mock").AddSession("c1", "seat0", 4242, "desk", True)
GLib.MainLoop().run()
