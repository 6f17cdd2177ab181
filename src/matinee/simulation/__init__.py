"""Viewers who look, choose and watch, made by a seeded script; they talk to the service only."""

from matinee.simulation.demo import DemoSessions, demo_sessions

__all__ = ["DemoSessions", "demo_sessions"]
