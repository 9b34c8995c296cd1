"""Where davos keeps its files, under the names 0.2.3 gave these folders."""

from __future__ import annotations

from davos.environments.project import home_folder

__all__ = ["DAVOS_CONFIG_DIR", "DAVOS_PROJECT_DIR"]

DAVOS_CONFIG_DIR = home_folder()
DAVOS_PROJECT_DIR = DAVOS_CONFIG_DIR / "projects"
