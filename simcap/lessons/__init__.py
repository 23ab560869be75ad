"""Four lessons for a class: small networks, and a district, simulated beside what theory says.

They are plain functions: neither Streamlit nor Jupyter is imported here, so that the page «Learn»
and the notebook show the same. Each lesson has dials (``settings``), ``run`` gives a tidy frame,
``picture`` the figure, and its words hold two questions to the class with their answers.
"""

from __future__ import annotations

from simcap.lessons import collaboration, erlang, pooling, variability
from simcap.lessons.lesson import Dial, Lesson, dials, said

__all__ = ["LESSONS", "Dial", "Lesson", "collaboration", "dials", "erlang", "pooling", "said"]
__all__ += ["variability"]

LESSONS: dict[str, Lesson] = {
    lesson.name: lesson
    for lesson in (erlang.LESSON, variability.LESSON, pooling.LESSON, collaboration.LESSON)
}
"""By name, in the order in which they are taught; together they fill an hour."""
