"""Events and catalogue as immutable arrays: what models are fitted on and requests refer to."""

from matinee.data.catalogue import Catalogue
from matinee.data.dataset import Dataset
from matinee.data.episodes import Episodes
from matinee.data.exams import Backdrop, Exam
from matinee.data.scene import Scene
from matinee.data.vocabulary import Vocabulary

__all__ = ["Backdrop", "Catalogue", "Dataset", "Episodes", "Exam", "Scene", "Vocabulary"]
