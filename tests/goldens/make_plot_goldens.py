"""Write small grey copies of the pictures; look at what changed before keeping it.

``python tests/goldens/make_plot_goldens.py [FOLDER]``, the folder for the pictures in full, to look at.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl
from PIL.PngImagePlugin import PngInfo

from plot_scenes import SCENES, Scene, shrunk
from progress_scenes import PROGRESS_SCENES, ProgressScene
from repclip.report.plot import save_picture

FOLDER = Path(__file__).parent / "plot"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    version = PngInfo()
    version.add_text("matplotlib", mpl.__version__)
    scenes: tuple[Scene | ProgressScene, ...] = (*SCENES, *PROGRESS_SCENES)
    for scene in scenes:
        figure = scene.drawn()
        shrunk(figure).save(FOLDER / f"{scene.name}.png", pnginfo=version, optimize=True)
        if len(sys.argv) > 1:
            save_picture(figure, Path(sys.argv[1]) / f"{scene.name}.png")


if __name__ == "__main__":
    main()
