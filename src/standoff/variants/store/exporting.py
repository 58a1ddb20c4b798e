"""A run as one table with a row a variant, for other programs: CSV, Parquet, ArviZ InferenceData.

A row holds the variant's number, what was drawn, its weight (the likelihood of the record, 0 where
the solver failed), and each answer. An answer given some event, which weighs variants otherwise
than the record alone does, has its own weight beside it (``ANSWER.weight``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Problem, ScenarioError, StandoffError
from standoff.progress import Progress, check
from standoff.variants.columns import Columns
from standoff.variants.store.runs import Run
from standoff.workspace import write_atomically

if TYPE_CHECKING:
    import arviz

Format = Literal["csv", "parquet", "arviz"]
Array = NDArray[Any]
VARIANT, WEIGHT = "variant", "weight"
_SAME = 1e-9
"""Sums of the same masses in another order are no other weights."""
PURPOSE = 9311
"""Sets the random number of resampling apart from those of the draws."""
_PLACES = (("tempered-answers/", "tempered"), ("answers/", "draws"), ("draws/", ""))
"""Where the chunks of answers stand, and what was drawn for them: of an assessment whose variants
were drawn again from the posterior, of any other, and of a measurement of sensitivity."""


def write_export(run: Run, output: Path, format: Format, progress: Progress | None = None) -> int:
    """Write a run's table to a file; returns the number of its rows. Raises `ScenarioError` where
    nothing has been solved yet or a table is no use.
    """
    if format == "arviz":
        return _write_arviz(run, output, progress)
    columns = table(run, progress)
    _say(progress, "writing")
    write_atomically(output, _csv(columns) if format == "csv" else _parquet(columns))
    return len(columns[VARIANT])


def table(run: Run, progress: Progress | None = None) -> Columns:
    """The table by column: `VARIANT`, the draws, `WEIGHT`, the answers."""
    rows, drawn, answers = parts(run, progress)
    return {VARIANT: rows, **drawn, **answers}


def parts(run: Run, progress: Progress | None = None) -> tuple[Array, Columns, Columns]:
    """Numbers of the variants that have answers, what was drawn for them, weight and answers."""
    names = run.names()
    there = [place for place in _PLACES if any(name.startswith(place[0]) for name in names)]
    if not there:
        raise ScenarioError(
            Problem(
                "nothing-to-export",
                f"the run {run.id} holds no answers by variant",
                found=", ".join(names[:5]) or "no tables",
                expected="a run of `standoff assess` that got as far as its first variants",
            )
        )
    home, draws = there[0]
    chunks = [name for name in names if name.startswith(home)]
    found: list[Columns] = []
    for i, name in enumerate(chunks):
        check(progress)
        if progress is not None:
            progress.step(i, len(chunks))
        found.append(dict(_answers(run.table(name))))
    lengths = [len(next(iter(part.values()))) for part in found]
    # All chunks but the last have one size, so a chunk's number says where its variants stand.
    size = max(lengths)
    rows = np.concatenate(
        [int(name.removeprefix(home)) * size + np.arange(length)
         for name, length in zip(chunks, lengths, strict=True)]
    )  # fmt: skip
    answers = {key: np.concatenate([part[key] for part in found]) for key in found[0]}
    drawn = run.table(draws) if draws in names else {}
    return rows, {key: column[rows] for key, column in drawn.items()}, answers


def _answers(columns: Mapping[str, Array]) -> Iterator[tuple[str, Array]]:
    """A chunk's columns under the names of an export."""
    weight = _weight(columns)
    yield WEIGHT, weight
    used = set(_WEIGHTS)
    for name, column in columns.items():
        answer, base = _answer(name)
        if answer is None:
            continue
        yield answer, column
        used |= {name, base}
        if base in columns and not np.allclose(columns[base], weight, rtol=_SAME, atol=0):
            yield f"{answer}.{WEIGHT}", columns[base]
    yield from ((name, column) for name, column in columns.items() if name not in used)


def _answer(name: str) -> tuple[str | None, str]:
    """The answer that a column holds, and the column of its weights."""
    if name.endswith("/per_variant"):
        answer = name.removesuffix("/per_variant")
        return answer, f"{answer}/base"
    if name.startswith("value/"):
        answer = name.removeprefix("value/")
        return answer, f"weight/{answer}"
    return None, ""


_WEIGHTS = (WEIGHT, "record")
"""Columns that hold the likelihood of the record."""


def _weight(columns: Mapping[str, Array]) -> Array:
    for name in _WEIGHTS:
        if name in columns:
            return columns[name]
    raise ScenarioError(Problem("no-weights", "the run holds no likelihood of the record"))


def _csv(columns: Columns) -> bytes:
    import io

    import pyarrow.csv

    out = io.BytesIO()
    pyarrow.csv.write_csv(_arrow(columns), out)  # numbers with as many digits as they need
    return out.getvalue()


def _parquet(columns: Columns) -> bytes:
    import io

    import pyarrow.parquet

    out = io.BytesIO()
    pyarrow.parquet.write_table(_arrow(columns), out, compression="zstd", use_dictionary=False)
    return out.getvalue()


def _arrow(columns: Columns) -> Any:
    import pyarrow as pa

    return pa.table({k: pa.array(c.tolist() if c.dtype.kind == "U" else c)
                     for k, c in columns.items()})  # fmt: skip


def inference_data(run: Run, progress: Progress | None = None) -> arviz.InferenceData:
    """A run as ArviZ sees it [@kumar2019], in one chain.

    `prior` holds the draws and `prior_predictive` the answers of every variant, and
    `sample_stats_prior` their weights. `posterior` and `posterior_predictive` hold as many variants
    drawn from these in proportion to their weights (systematic resampling [@kitagawa1996], seeded
    by the run), so that ArviZ's plots and summaries, which know no weights, are right;
    `sample_stats` says which variant each is, with its weight. Few distinct variants there mean
    that few explain the record.
    """
    az = _arviz()
    rows, drawn, answers = parts(run, progress)
    weight = answers.pop(WEIGHT)
    chosen = resampled(weight, run.manifest.seed)
    told = {_flat(k): c for k, c in answers.items()}
    groups = {
        "prior": {_flat(k): c for k, c in drawn.items()},
        "prior_predictive": told,
        "sample_stats_prior": {VARIANT: rows, WEIGHT: weight},
    }
    if chosen is not None:
        groups["posterior"] = {_flat(k): c[chosen] for k, c in drawn.items()}
        groups["posterior_predictive"] = {k: c[chosen] for k, c in told.items()}
        groups["sample_stats"] = {VARIANT: rows[chosen], WEIGHT: weight[chosen]}
    data: arviz.InferenceData = az.from_dict(
        **{name: {k: c[None] for k, c in group.items()} for name, group in groups.items() if group}
    )
    about = "drawn again from the prior's variants in proportion to weight; see sample_stats"
    for name in data.groups():
        attributes = data[name].attrs
        attributes.pop("created_at", None)  # same run, same bytes
        attributes["run"] = run.id
        if name in {"posterior", "posterior_predictive", "sample_stats"}:
            attributes["sampling"] = about
    return data


def resampled(weight: Array, seed: int) -> NDArray[np.intp] | None:
    """Systematic resampling: places [V] in proportion to weight; None where all weights vanish."""
    whole = np.where(np.isfinite(weight), weight, 0.0)
    if not whole.sum() > 0:
        return None
    ends = np.cumsum(whole / whole.max())
    start = np.random.default_rng([seed, PURPOSE]).random()
    at = (start + np.arange(len(weight))) / len(weight) * ends[-1]
    found = np.searchsorted(ends, at, side="right")
    last = np.flatnonzero(whole)[-1]
    return np.asarray(np.minimum(found, last), dtype=np.intp)


def _write_arviz(run: Run, output: Path, progress: Progress | None) -> int:
    import tempfile

    data = inference_data(run, progress)
    _say(progress, "writing")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "run.nc"
        data.to_netcdf(str(file), engine="h5netcdf")
        data.close()
        write_atomically(output, file.read_bytes())
    return int(data["sample_stats_prior"].sizes["draw"])


def _arviz() -> Any:
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            import arviz
    except ImportError as error:
        raise StandoffError("InferenceData needs ArviZ: pip install 'standoff[arviz]'") from error
    return arviz


def _flat(name: str) -> str:
    """NetCDF takes a slash for a group."""
    return name.replace("/", ".")


def _say(progress: Progress | None, what: str) -> None:
    check(progress)
    if progress is not None:
        progress.say(what)
