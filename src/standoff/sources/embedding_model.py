"""The model that turns a passage into numbers: WordLlama's, which its package ships.

A static model: every token has a vector of its own, and a text's vector is the mean of those of
its tokens, at length 1 [wordllama]. Only the two files are used, with NumPy: importing the package
would change the process's logging, and its own loader may ask the network for what it doesn't find.

The numbers don't depend on the machine: the tokens' are halves, whose sums in double precision are
exact in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.errors import StandoffError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["Embedding", "the_model"]

_PACKAGE = "wordllama"
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_TOKENS = "tokenizers/l2_supercat_tokenizer_config.json"
_NEEDED = "search by meaning needs the package wordllama: pip install 'standoff[meaning]'"
LONGEST = 100_000
"""Characters of a text that are looked at; the longest paragraph of 2,800 documents has 8,300."""


@dataclass(frozen=True, eq=False)
class Embedding:
    """A model. `name` says which and of what version: vectors of two models can't be compared."""

    name: str
    tokens: Tokenizer
    weights: NDArray[np.float16]
    """(token, dimension)"""

    @property
    def dimensions(self) -> int:
        """Numbers of a vector."""
        return int(self.weights.shape[1])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float16]:
        """(text, dimension): vectors of length 1; 0 for a text without tokens."""
        found = np.zeros((len(texts), self.dimensions))
        cut = [text[:LONGEST] for text in texts]
        for row, encoding in enumerate(self.tokens.encode_batch(cut, add_special_tokens=False)):
            if encoding.ids:
                ids = np.minimum(encoding.ids, len(self.weights) - 1)
                found[row] = self.weights[ids].sum(axis=0, dtype=np.float64)
        length = np.sqrt((found * found).sum(axis=1, keepdims=True))
        np.divide(found, length, out=found, where=length > 0)
        return found.astype(np.float16)


@cache
def the_model() -> Embedding:
    """The model of the optional extra `meaning`; a `StandoffError` with the install line else."""
    folder = _folder()
    try:
        from importlib.metadata import version

        from safetensors.numpy import load_file
        from tokenizers import Tokenizer
    except ImportError as error:
        raise StandoffError(_NEEDED) from error
    name = f"{_PACKAGE} {version(_PACKAGE)} {Path(_WEIGHTS).stem}"
    try:
        weights: NDArray[Any] = load_file(folder / _WEIGHTS)["embedding.weight"]
        tokens = Tokenizer.from_file(str(folder / _TOKENS))
    except Exception as error:  # the tokenizer's own errors are bare exceptions
        raise StandoffError(
            f"the model in {folder} can't be read ({error}): pip install --force-reinstall "
            f"{_PACKAGE}"
        ) from error
    tokens.no_padding()
    tokens.no_truncation()
    return Embedding(name, tokens, weights.astype(np.float16))


def _folder() -> Path:
    from importlib.util import find_spec

    try:
        spec = find_spec(_PACKAGE)
    except (ImportError, ValueError):
        spec = None
    if spec is None or spec.origin is None:
        raise StandoffError(_NEEDED)
    return Path(spec.origin).parent
