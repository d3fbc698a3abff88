"""Writers of other programs' files, one module for each format."""

from scenarios.exporters.contract import Exporter
from scenarios.registry import Registry

exporters = Registry[Exporter]("export format", "scenarios.exporters", "tandem.exporters")
"""Formats by the names that `tandem export --to` takes."""
