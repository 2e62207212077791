"""A session as a recording, made by a device in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from repclip.recording.writer import RecordingWriter
from repclip.testing.device import DeviceFigures, SimulatedDevice
from repclip.testing.virtual_link import LinkPlan, VirtualLink
from repclip.wire import Framing
from repsignal.synth import RepPlan, Scenario, SensorModel, Still, simulate, steady_set

REPS = 5


@pytest.fixture(scope="session")
def session_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five reps, with the link lost for five seconds in the third."""
    sensor = SensorModel(rate_hz=100.0, gyr_noise_dps=0.05, acc_noise_mg=4.0)
    reps = steady_set(REPS, RepPlan(lift_s=1.0, hold_s=3.0, lower_s=3.5))
    block = simulate(Scenario((Still(2.0), reps, Still(8.0)), sensor=sensor), seed=3).block
    raw = DeviceFigures().counts(block)
    link = VirtualLink(SimulatedDevice(raw, ble=False), LinkPlan(away=((20, 25),)), framing=Framing.SERIAL)
    link.run(len(raw) / 100)
    path = tmp_path_factory.mktemp("sessions") / "session.repclip"
    with RecordingWriter(path, {"exercise": "prone-thigh-extension-ball"}) as writer:
        for chunk in link.chunks:
            writer.write(chunk)
    return path
