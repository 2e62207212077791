"""What all tests share: they leave the files of whoever runs them alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def users_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Recordings, history and exercises are looked for and put elsewhere, by programs that tests start as well."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATA", "CONFIG"):
            patch.setenv(f"REPCLIP_{name}", str(tmp_path_factory.mktemp(f"users_{name.lower()}")))
        yield
