"""What all tests share: they leave the files of whoever runs them alone, and run the same wherever they are started."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def users_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Recordings, history and exercises are looked for and put elsewhere, by programs that tests start as well."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATA", "CONFIG"):
            patch.setenv(f"REPCLIP_{name}", str(tmp_path_factory.mktemp(f"users_{name.lower()}")))
        yield


@pytest.fixture(scope="session", autouse=True)
def ctrl_c() -> None:
    """What a shell starts in the background ignores Ctrl-C, and so would all that tests start in turn."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
