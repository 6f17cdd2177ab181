"""Every evaluation protocol keeps what it asks to itself."""

from __future__ import annotations

from matinee.evaluation.protocols.cold import Cold
from matinee.evaluation.protocols.leave_last import LeaveLast
from matinee.evaluation.protocols.new_viewer import NewViewer
from matinee.evaluation.protocols.strong import Strong
from matinee.evaluation.protocols.time import Time
from matinee.testing import ProtocolContract


class TestTime(ProtocolContract):
    name = "time"
    protocol = Time(quantile=0.8)


class TestTimeOfRatings(ProtocolContract):
    name = "time"
    protocol = Time(positives="rating>=4")


class TestLeaveLast(ProtocolContract):
    name = "leave_last"
    protocol = LeaveLast()


class TestStrong(ProtocolContract):
    name = "strong"
    protocol = Strong()


class TestCold(ProtocolContract):
    name = "cold"
    protocol = Cold()


class TestNewViewer(ProtocolContract):
    name = "new_viewer"
    protocol = NewViewer(after=(0, 1, 3))
