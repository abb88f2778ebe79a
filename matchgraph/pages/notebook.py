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

# Notebooks set tables flush right and lists wide apart; these are sentences and names.
_LOOK = (
    "<style>.matchgraph table{border-collapse:collapse}"
    ".matchgraph :is(th,td){text-align:left!important;vertical-align:top;padding:.2em .8em .2em 0}"
    ".matchgraph :is(h2,h3){margin:.8em 0 .3em}.matchgraph :is(ul,ol,p){margin:.25em 0}"
    ".matchgraph li>:is(span,data){opacity:.7}.matchgraph>ol>li{margin-bottom:.6em}</style>"
)


@in_notebook.register(SearchAnswer)
@in_notebook.register(SimilarAnswer)
@in_notebook.register(RecommendAnswer)
@in_notebook.register(Best)
@in_notebook.register(Comparison)
@in_notebook.register(Evaluation)
@in_notebook.register(Lessons)
def _page(answer: Answer) -> str:
    return _LOOK + render(answer, "html")


@in_notebook.register
def _explanation(answer: Explanation) -> str:
    return f"{contributions(answer)}{neighbourhood(answer)}{_page(answer)}"
