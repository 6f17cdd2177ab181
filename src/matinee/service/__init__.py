"""The use cases, for embedders and the server alike: record events, serve pages, keep profiles."""

from matinee.service.config import Config, LogSettings, ServerSettings

__all__ = ["Config", "LogSettings", "ServerSettings"]
