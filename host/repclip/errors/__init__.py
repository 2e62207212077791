"""Everything repclip raises on purpose.

::

    RepclipError
    ├── RecordingError            a recording cannot be used            path
    │   ├── RecordingAccessError  missing, a folder, no permission      path
    │   ├── FormatError           not our CSV: binary, encoding, empty  path, line
    │   ├── HeaderError           its column names                      path, line, column, name
    │   ├── ValueFaultError       a line or one of its values           path, line, column, name, text
    │   ├── NewerFormatError      written by a newer repclip            path, version, known
    │   ├── DamagedError          nothing of it can be read             path
    │   └── UnitError             another unit than the header says     path, quantity, expected, likely
    ├── ConfigError               the user's configuration              path, key, expected
    │   ├── ExerciseError         a file of exercises
    │   └── CueSettingsError      what is to be heard
    ├── OutputError               a file or a window cannot be made     path
    │   ├── RecordingWriteError   what comes can no longer be recorded  path
    │   └── PageError             the page cannot be served             host, port
    ├── HistoryError              the history cannot be used            path
    │   ├── HistoryAccessError    no permission, no room, a folder
    │   ├── HistoryInUseError     another program does not let go of it
    │   ├── NewerHistoryError     written by a newer repclip            version, known
    │   └── DamagedHistoryError   no history, or not a whole one
    ├── FirmwareFileError         what goes onto a board is not here    path
    ├── BoardError                a board cannot be used                port (None: there is none)
    │   ├── NoBoardError          none is plugged in                    others
    │   ├── SeveralBoardsError    which of them?                        ports
    │   ├── PortError             its port cannot be opened             reason
    │   ├── NoMicroPythonError    something else is on it               says
    │   ├── OldMicroPythonError   its MicroPython is too old            version, minimum
    │   ├── UnknownBoardError     not a kind of board we know           machine, known
    │   ├── NoHelloError          its firmware does not start           said
    │   ├── NoSensorError         its firmware finds no sensor          said
    │   ├── FirmwareFaultError    its firmware reports another fault    said
    │   └── UnfinishedError       it stopped half-way                   problem, state
    │       ├── BoardLostError    unplugged, or silent
    │       ├── BoardFullError    no room
    │       ├── BoardFaultError   it refused what it was told
    │       └── FlashInterruptedError  Ctrl-C                           (exit code 130)
    ├── LinkError                 no link to a sensor                   device (None: not known yet), problem
    │   ├── NoSensorFoundError    none is in sight                      seen
    │   ├── SeveralSensorsError   which of them?                        sensors
    │   ├── LinkPortError         its serial port cannot be opened      reason
    │   ├── BluetoothError        Bluetooth cannot be used here         reason
    │   ├── WrongDeviceError      it is no sensor of ours
    │   └── NoConnectionError     it is there, and does not connect
    ├── WireError                 what goes between device and host
    │   ├── FrameError            bytes that are no good frame          reason
    │   └── FieldError            a value that does not fit its field   field, value, expected
    └── RequestError              asked for something that is not       (exit code 2)
        ├── UnknownExerciseError  no exercise of that name              exercise, known
        ├── UnknownSessionError   no session of that number             number
        ├── TempoError            a tempo that cannot be understood     text
        ├── NoTempoError          nothing to lead anybody by            exercise
        ├── CountError            a number of reps or sets that cannot  text
        ├── RestError             a rest that cannot                    text
        ├── EndingError           a name that says it is another thing  path, known
        ├── PictureFormatError    a format of picture we do not write   text, known, ending
        └── PictureKindError      a kind or size of picture unknown     text, known

There is a module for each branch; ``files`` is for both that are about other files than recordings. All are imported
from here. A message is one line: what is wrong, then what to do. Lines and columns count from 1. Foreign exceptions are
translated once, where they arise, ``from`` their cause; nobody needs to read a message to know what happened.
"""

from __future__ import annotations

from repclip.errors.base import RepclipError
from repclip.errors.boards import (
    BoardError,
    BoardFaultError,
    BoardFullError,
    BoardLostError,
    FirmwareFaultError,
    FlashInterruptedError,
    NoBoardError,
    NoHelloError,
    NoMicroPythonError,
    NoSensorError,
    OldMicroPythonError,
    PortError,
    SeveralBoardsError,
    UnfinishedError,
    UnknownBoardError,
)
from repclip.errors.files import ConfigError, CueSettingsError, ExerciseError, FirmwareFileError
from repclip.errors.history import (
    DamagedHistoryError,
    HistoryAccessError,
    HistoryError,
    HistoryInUseError,
    NewerHistoryError,
)
from repclip.errors.links import (
    BluetoothError,
    LinkError,
    LinkPortError,
    NoConnectionError,
    NoSensorFoundError,
    SeveralSensorsError,
    WrongDeviceError,
)
from repclip.errors.outputs import OutputError, PageError, RecordingWriteError
from repclip.errors.recordings import (
    DamagedError,
    FormatError,
    HeaderError,
    NewerFormatError,
    RecordingAccessError,
    RecordingError,
    UnitError,
    ValueFaultError,
)
from repclip.errors.requests import (
    CountError,
    EndingError,
    NoTempoError,
    PictureFormatError,
    PictureKindError,
    RequestError,
    RestError,
    TempoError,
    UnknownExerciseError,
    UnknownSessionError,
)
from repclip.errors.wire import FieldError, FrameError, WireError

__all__ = [
    "BluetoothError",
    "BoardError",
    "BoardFaultError",
    "BoardFullError",
    "BoardLostError",
    "ConfigError",
    "CountError",
    "CueSettingsError",
    "DamagedError",
    "DamagedHistoryError",
    "EndingError",
    "ExerciseError",
    "FieldError",
    "FirmwareFaultError",
    "FirmwareFileError",
    "FlashInterruptedError",
    "FormatError",
    "FrameError",
    "HeaderError",
    "HistoryAccessError",
    "HistoryError",
    "HistoryInUseError",
    "LinkError",
    "LinkPortError",
    "NewerFormatError",
    "NewerHistoryError",
    "NoBoardError",
    "NoConnectionError",
    "NoHelloError",
    "NoMicroPythonError",
    "NoSensorError",
    "NoSensorFoundError",
    "NoTempoError",
    "OldMicroPythonError",
    "OutputError",
    "PageError",
    "PictureFormatError",
    "PictureKindError",
    "PortError",
    "RecordingAccessError",
    "RecordingError",
    "RecordingWriteError",
    "RepclipError",
    "RequestError",
    "RestError",
    "SeveralBoardsError",
    "SeveralSensorsError",
    "TempoError",
    "UnfinishedError",
    "UnitError",
    "UnknownBoardError",
    "UnknownExerciseError",
    "UnknownSessionError",
    "ValueFaultError",
    "WireError",
    "WrongDeviceError",
]
