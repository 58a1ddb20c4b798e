"""What goes wrong, as an answer: the same words, place and advice as on the command line."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import Response

from standoff.errors import Cancelled, Problem, ScenarioError, StandoffError, TooLarge, Unfinished
from standoff.web.models import Conflict, Fault, ProblemPart


class Refusal(Exception):
    """A request that gets no answer, and why; `more` is said in place of a fault."""

    def __init__(
        self, code: str, message: str, status: int, *, problems: Iterable[Problem] = (),
        more: Conflict | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.status = status
        self.body: Fault | Conflict = more or Fault(
            code=code, message=message, problems=[problem_part(p) for p in problems]
        )

    def response(self) -> Response:
        """As it is sent."""
        content = self.body.model_dump_json(by_alias=True)
        return Response(content, self.status, media_type="application/json")


def fault_of(error: BaseException) -> Fault:
    """An error of the library as a fault."""
    if isinstance(error, ScenarioError):
        first = error.problems[0].message if error.problems else str(error)
        parts = [problem_part(p) for p in error.problems]
        return Fault(code="scenario", message=first, problems=parts)
    if isinstance(error, TooLarge):
        return Fault(code="too-large-game", message=str(error), problems=[])
    if isinstance(error, Unfinished):
        return Fault(code="unfinished", message=str(error), problems=[])
    if isinstance(error, Cancelled):
        return Fault(code="cancelled", message="stopped", problems=[])
    if isinstance(error, StandoffError):
        return Fault(code="refused", message=str(error), problems=[])
    if isinstance(error, OSError) and error.filename is not None:  # a full disk, a lost right
        words = f"{error.filename}: {error.strerror or error}"
        return Fault(code="disk", message=words, problems=[])
    return Fault(code="our-fault", message=f"{type(error).__name__}: {error}", problems=[])


def answer_of(error: BaseException) -> Response:
    """The same as an answer: 422 for what the user can mend, 500 for what is ours."""
    found = fault_of(error)
    status = 500 if found.code in ("our-fault", "disk") else 422
    return Response(found.model_dump_json(), status, media_type="application/json")


def problem_part(problem: Problem) -> ProblemPart:
    """A problem as JSON."""
    where = problem.position
    return ProblemPart(
        code=problem.code,
        severity=problem.severity,
        message=problem.message,
        path=problem.path,
        found=problem.found,
        expected=problem.expected,
        nearest=problem.nearest,
        file=where.file if where else "",
        line=where.line if where else 0,
        column=where.column if where else 0,
        width=where.width if where else 0,
    )
