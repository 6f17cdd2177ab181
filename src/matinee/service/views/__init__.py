"""What callers get, field by field as the wire has it; the names are a contract."""

from matinee.service.views.pages import (
    HomeView,
    RecommendationsView,
    RowsView,
    RowView,
    Rung,
    TilesView,
    TileView,
)
from matinee.service.views.people import (
    AccountView,
    FacetView,
    HistoryEntryView,
    HistoryView,
    ProfilesView,
    ProfileView,
)
from matinee.service.views.state import EventErrorView, ReadinessView, ReceiptView
from matinee.service.views.titles import (
    ArtworkView,
    ChangeView,
    EditsView,
    EditView,
    HiddenView,
    TitlesView,
    TitleView,
    UpsertView,
    ViewerView,
)
from matinee.service.views.view import View

__all__ = [
    "AccountView",
    "ArtworkView",
    "ChangeView",
    "EditView",
    "EditsView",
    "EventErrorView",
    "FacetView",
    "HiddenView",
    "HistoryEntryView",
    "HistoryView",
    "HomeView",
    "ProfileView",
    "ProfilesView",
    "ReadinessView",
    "ReceiptView",
    "RecommendationsView",
    "RowView",
    "RowsView",
    "Rung",
    "TileView",
    "TilesView",
    "TitleView",
    "TitlesView",
    "UpsertView",
    "View",
    "ViewerView",
]
