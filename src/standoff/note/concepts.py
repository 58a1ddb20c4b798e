"""The note's section on other equilibria and other concepts: which judgements survive them."""

from __future__ import annotations

from standoff.note.outline import Block, Bullets, Paragraph, Section, rich
from standoff.note.stability import about
from standoff.note.writer import Writer
from standoff.words.sentences import capital, quoted

TITLE = "Other equilibria and other concepts"


def other_concepts(w: Writer) -> Section | None:
    """Which judgements survive other equilibria and other concepts; nothing where not tried."""
    part = w.assessment.concepts
    if part is None:
        return None
    mark = w.model_mark("other equilibria and concepts")
    if part.survived is None or not part.concepts:
        return Section("concepts", TITLE, (Paragraph(rich(f"{capital(part.note)}.", mark)),))
    kept = len(part.judgements) - len(part.turned)
    blocks: list[Block] = [
        Paragraph(
            rich(
                f"{kept} of {len(part.judgements)} judgements keep their word whatever was played "
                f"instead, on {part.variants} of the variants.",
                mark,
            )
        ),
        Bullets(tuple(about(one) for one in part.concepts)),
    ]
    if part.turned:
        texts = {j.id: j.text for j in w.assessment.judgements}
        told = "; ".join(quoted(texts.get(id, id).rstrip(".")) for id in part.turned)
        blocks.append(Paragraph(rich(f"{told}."), lead="With another word under some of them."))
    if all(one.id != "equilibria" for one in part.concepts):
        blocks.append(
            Paragraph(
                rich(
                    "Other equilibria of the same kind were not looked for; "
                    "standoff stability does."
                )
            )
        )
    return Section("concepts", TITLE, tuple(blocks))
