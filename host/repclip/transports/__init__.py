"""The links to a sensor: Bluetooth and serial lines, each as a `repclip.source.ByteSource`.

::

    ports        which serial ports there are, and why one cannot be opened
    inbox        from a callback or a thread to whoever awaits, with a bound
    retry        connected, lost, searching, connected again: the loop that all links share
    serial_port  a serial line
    advice       why Bluetooth cannot be used, and what to do
    ble_scan     who is in sight over Bluetooth
    ble          Bluetooth Low Energy
    asking       who is at the other end
    discovery    which sensors there are, and which of them to take
"""

from __future__ import annotations

from repclip.transports.ble import BleSource
from repclip.transports.ports import Port, port_named
from repclip.transports.retry import Patience
from repclip.transports.serial_port import SerialSource

__all__ = ["BleSource", "Patience", "Port", "SerialSource", "port_named"]
