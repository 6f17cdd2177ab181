"""Pictures of titles: which there are, which one is shown, and posters drawn for those without."""

from matinee.artwork.generated import poster
from matinee.artwork.pictures import (
    artwork_file,
    artwork_ids,
    artwork_url,
    generated_id,
    title_of_generated,
)

__all__ = [
    "artwork_file",
    "artwork_ids",
    "artwork_url",
    "generated_id",
    "poster",
    "title_of_generated",
]
