"""The draws of a protocol's cut: one seed, one stream, whichever part is asked for.

Held-out titles and viewers are drawn, the test's first. Were the test and the validation part cut
from different streams, settings would be searched on what the test asks.
"""

from __future__ import annotations

import numpy as np

from matinee.data import Dataset, Exam
from matinee.evaluation.protocols._cutting import Part
from matinee.parts import EvaluationProtocol

__all__ = ["exams"]

_STREAM = (11, 0, 0)


def exams(protocol: EvaluationProtocol, data: Dataset, *, part: Part, seed: int) -> list[Exam]:
    """Return a part's exams, each request with a seed; raises what the protocol's cut does."""
    draws = np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, *_STREAM))))
    return [exam.seeded() for exam in protocol.cut(data, part=part, rng=draws)]
