"""The operations of the API, one room a file."""

from matinee.server.endpoint import Endpoint
from matinee.server.routes.events import ENDPOINTS as EVENTS
from matinee.server.routes.home import ENDPOINTS as HOME
from matinee.server.routes.people import ENDPOINTS as PEOPLE
from matinee.server.routes.recommendations import ENDPOINTS as RECOMMENDATIONS
from matinee.server.routes.titles import ENDPOINTS as TITLES

__all__ = ["ENDPOINTS"]

ENDPOINTS: tuple[Endpoint, ...] = tuple(
    endpoint for room in (HOME, RECOMMENDATIONS, EVENTS, PEOPLE, TITLES) for endpoint in room.all
)
"""Every operation, in the order of the reference."""
