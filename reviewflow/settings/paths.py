"""Where the configuration is."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def config_dir(folder: Path | None = None) -> Path:
    """The folder that the caller names, else the one inside an installed package, else `config/` of the checkout."""
    if folder is not None:
        return folder
    installed = PACKAGE / "_config"
    return installed if installed.is_dir() else PACKAGE.parent / "config"
