"""What NetworkManager's own library reads of connection files, as JSON. Run by the system's Python, which has it."""

import json
import sys

import gi

gi.require_version("NM", "1.0")
from gi.repository import NM, GLib  # noqa: E402

found = {}
for path in sys.argv[1:]:
    file = GLib.KeyFile()
    file.load_from_file(path, GLib.KeyFileFlags.NONE)
    connection = NM.keyfile_read(file, "/", NM.KeyfileHandlerFlags.NONE, None, None)
    connection.normalize(None)
    assert connection.verify()
    found[connection.get_id()] = connection.to_dbus(NM.ConnectionSerializationFlags.ALL).unpack()
print(json.dumps(found, default=list))
