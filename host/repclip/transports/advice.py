"""Why Bluetooth cannot be used, and what to do about it on this system."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Final

from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakDBusError, BleakError

from repclip.errors import BluetoothError

__all__ = ["BLE_ERRORS", "BluetoothFault", "bluetooth_error", "bluetooth_fault"]

# What bleak's calls raise when something goes wrong: its own; the systems' (WinRT's and D-Bus's are OSErrors, time
# limits too); and what it stumbles over when a link goes away in the middle (its issues 409, 426, 1857, 1921).
BLE_ERRORS: Final = (BleakError, OSError, EOFError, AttributeError, AssertionError)


class BluetoothFault(StrEnum):
    """Why Bluetooth cannot be used."""

    OFF = "off"
    NO_ADAPTER = "no_adapter"
    NO_LOW_ENERGY = "no_low_energy"
    DENIED = "denied"
    NO_SERVICE = "no_service"  # the system's part that programs talk to does not run
    OTHER = "other"


_REASONS: Final = {
    BleakBluetoothNotAvailableReason.NO_BLUETOOTH: BluetoothFault.NO_ADAPTER,
    BleakBluetoothNotAvailableReason.NO_BLE_CENTRAL_ROLE: BluetoothFault.NO_LOW_ENERGY,
    BleakBluetoothNotAvailableReason.POWERED_OFF: BluetoothFault.OFF,
    BleakBluetoothNotAvailableReason.DENIED_BY_USER: BluetoothFault.DENIED,
    BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM: BluetoothFault.DENIED,
    BleakBluetoothNotAvailableReason.DENIED_BY_UNKNOWN: BluetoothFault.DENIED,
    BleakBluetoothNotAvailableReason.UNKNOWN: BluetoothFault.OTHER,
}

# Names of D-Bus errors: of its specification, and of BlueZ's `doc/org.bluez.Adapter.rst`.
_DBUS: Final = {
    "org.freedesktop.DBus.Error.ServiceUnknown": BluetoothFault.NO_SERVICE,
    "org.freedesktop.DBus.Error.NameHasNoOwner": BluetoothFault.NO_SERVICE,
    "org.freedesktop.DBus.Error.AccessDenied": BluetoothFault.DENIED,
    "org.freedesktop.DBus.Error.UnknownObject": BluetoothFault.NO_ADAPTER,  # it went away just now
    "org.bluez.Error.NotReady": BluetoothFault.OFF,
    "org.bluez.Error.NotAuthorized": BluetoothFault.DENIED,
}

_PROBLEMS: Final = {
    BluetoothFault.OFF: "Bluetooth is off",
    BluetoothFault.NO_ADAPTER: "this computer has no Bluetooth, or its driver is missing",
    BluetoothFault.NO_LOW_ENERGY: "this computer's Bluetooth cannot connect to Low Energy sensors",
    BluetoothFault.DENIED: "this program may not use Bluetooth",
    BluetoothFault.NO_SERVICE: "the system's Bluetooth service does not answer",
    BluetoothFault.OTHER: "Bluetooth cannot be used",
}

_CABLE: Final = "plug in an adapter for Bluetooth 4.0 or newer, or connect the sensor by cable"

# "" is for any other system.
_ADVICE: Final = {
    BluetoothFault.OFF: {
        "linux": "turn it on in the settings, or type 'bluetoothctl power on' (if that is refused, first "
        "'rfkill unblock bluetooth')",
        "darwin": "turn it on in the menu bar or in System Settings > Bluetooth",
        "win32": "turn it on in Settings > Bluetooth & devices",
        "": "turn it on",
    },
    BluetoothFault.NO_ADAPTER: {"": _CABLE},
    BluetoothFault.NO_LOW_ENERGY: {"": _CABLE},
    BluetoothFault.DENIED: {
        "linux": "type 'sudo usermod -a -G bluetooth $USER', log out and in again",
        "darwin": "allow it to your terminal in System Settings > Privacy & Security > Bluetooth, then start the "
        "terminal anew",
        "win32": "allow it in Settings > Privacy & security > Radios",
        "": "allow it in the system's settings",
    },
    BluetoothFault.NO_SERVICE: {
        "linux": "type 'sudo systemctl start bluetooth' (if that is unknown, install the package bluez first)",
        "": "restart the computer",
    },
    BluetoothFault.OTHER: {"": "turn it off and on again"},
}


def bluetooth_fault(exc: BaseException) -> BluetoothFault | None:
    """What is wrong with Bluetooth itself, if that is what the exception says."""
    if isinstance(exc, BleakBluetoothNotAvailableError):
        return _REASONS.get(exc.reason, BluetoothFault.OTHER)
    if isinstance(exc, BleakDBusError):
        return _DBUS.get(exc.dbus_error)
    if isinstance(exc, FileNotFoundError | ConnectionRefusedError):
        return BluetoothFault.NO_SERVICE  # of the system's message bus
    return None


def bluetooth_error(exc: BaseException, platform: str = sys.platform) -> BluetoothError:
    """What an exception of bleak's means for the user of this system."""
    fault = bluetooth_fault(exc) or BluetoothFault.OTHER
    details = f" ({str(exc) or type(exc).__name__})" if fault is BluetoothFault.OTHER else ""
    advice = _ADVICE[fault]
    return BluetoothError(f"{_PROBLEMS[fault]}{details}: {advice.get(platform, advice[''])}", reason=fault)
