"""Answers as a notebook shows them: their page, and pictures where there are any."""

from __future__ import annotations

from matchgraph.answers.best import Best
from matchgraph.answers.compare import Comparison
from matchgraph.answers.evaluation import Evaluation
from matchgraph.answers.explain import Explanation
from matchgraph.answers.lessons import Lessons
from matchgraph.answers.recommend import RecommendAnswer
from matchgraph.answers.search import SearchAnswer
from matchgraph.answers.similar import SimilarAnswer
from matchgraph.answers.values import Answer, in_notebook
from matchgraph.pages.pictures import contributions, neighbourhood
from matchgraph.pages.render import render


@in_notebook.register(SearchAnswer)
@in_notebook.register(SimilarAnswer)
@in_notebook.register(RecommendAnswer)
@in_notebook.register(Best)
@in_notebook.register(Comparison)
@in_notebook.register(Evaluation)
@in_notebook.register(Lessons)
def _page(answer: Answer) -> str:
    return render(answer, "html")


@in_notebook.register
def _explanation(answer: Explanation) -> str:
    return f"{contributions(answer)}{neighbourhood(answer)}{render(answer, 'html')}"
