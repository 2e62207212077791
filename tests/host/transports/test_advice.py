"""What bleak raises, in words that help, on each system."""

from __future__ import annotations

import pytest
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakError,
)

from repclip.transports.advice import BluetoothFault, bluetooth_error, bluetooth_fault

Reason = BleakBluetoothNotAvailableReason
SYSTEMS = ["linux", "darwin", "win32", "emscripten"]


@pytest.mark.parametrize("platform", SYSTEMS)
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_on_every_system(reason: Reason, platform: str) -> None:
    error = bluetooth_error(BleakBluetoothNotAvailableError("bleak's words", reason), platform)
    assert error.device is None
    assert (error.reason is BluetoothFault.OTHER) == (reason is Reason.UNKNOWN)
    problem, advice = str(error).split(": ", 1)
    assert len(problem) > 10
    assert len(advice) >= 10
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("reason", "platform", "words"),
    [
        (Reason.POWERED_OFF, "linux", "Bluetooth is off: turn it on in the settings, or type 'bluetoothctl power on'"),
        (Reason.POWERED_OFF, "darwin", "Bluetooth is off: turn it on in the menu bar"),
        (Reason.POWERED_OFF, "win32", "Bluetooth is off: turn it on in Settings > Bluetooth & devices"),
        (Reason.NO_BLUETOOTH, "win32", "no Bluetooth, or its driver is missing: plug in an adapter"),
        (Reason.NO_BLE_CENTRAL_ROLE, "linux", "cannot connect to Low Energy sensors: plug in an adapter for Bluetooth"),
        (Reason.DENIED_BY_USER, "darwin", "may not use Bluetooth: allow it to your terminal in System Settings"),
        (Reason.DENIED_BY_SYSTEM, "linux", "may not use Bluetooth: type 'sudo usermod -a -G bluetooth $USER'"),
    ],
)
def test_what_to_do(reason: Reason, platform: str, words: str) -> None:
    assert words in str(bluetooth_error(BleakBluetoothNotAvailableError("bleak's words", reason), platform))


@pytest.mark.parametrize(
    ("exc", "fault"),
    [
        (FileNotFoundError(2, "No such file or directory"), BluetoothFault.NO_SERVICE),
        (ConnectionRefusedError(), BluetoothFault.NO_SERVICE),
        (BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown", ["not provided"]), BluetoothFault.NO_SERVICE),
        (BleakDBusError("org.freedesktop.DBus.Error.AccessDenied", []), BluetoothFault.DENIED),
        (BleakDBusError("org.bluez.Error.NotReady", ["Resource Not Ready"]), BluetoothFault.OFF),
        (BleakDBusError("org.bluez.Error.Failed", ["le-connection-abort-by-local"]), None),
        (BleakError("anything"), None),
        (OSError(5, "anything"), None),
    ],
)
def test_what_only_the_system_says(exc: Exception, fault: BluetoothFault | None) -> None:
    assert bluetooth_fault(exc) is fault
    assert bluetooth_error(exc).reason is (fault or BluetoothFault.OTHER)


def test_what_nobody_knows_is_told_in_its_own_words() -> None:
    assert str(bluetooth_error(BleakError("flux inverted"))) == (
        "Bluetooth cannot be used (flux inverted): turn it off and on again"
    )
    assert "(EOFError)" in str(bluetooth_error(EOFError()))
