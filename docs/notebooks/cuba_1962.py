"""The Cuban crisis in a notebook: two assumptions on sliders, what they do to the answer.

`marimo edit cuba_1962.py` opens it; `python cuba_1962.py` runs it from top to bottom.
"""

import marimo

app = marimo.App(width="medium", app_title="Cuba, 1962")


@app.cell
def _():
    import marimo as mo

    import standoff as so

    # So few that a slider answers in seconds. A note would rest on hundreds.
    VARIANTS = 24
    return VARIANTS, mo, so


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # Cuba, 1962

    What does Moscow mean to do with its missiles: **keep** them, **trade** them, or find a way
    **out**? The crisis is shipped with Standoff as `cuba-1962`. Below it is a game of incomplete
    information, solved for a few draws of what its author was unsure of.
    """)
    return


@app.cell
def _(so):
    crisis = so.load("cuba-1962")
    so.compile_scenario(crisis)
    return (crisis,)


@app.cell
def _(mo):
    keeping = mo.ui.slider(
        0.05, 0.90, 0.05, value=0.35, show_value=True, debounce=True,
        label="odds beforehand that Moscow means to keep the bases for good",
    )  # fmt: skip
    secret = mo.ui.slider(
        0.10, 1.00, 0.05, value=0.60, show_value=True, debounce=True,
        label="worth of a secret assurance, as a share of an open one",
    )  # fmt: skip
    mo.vstack([keeping, secret])
    return keeping, secret


@app.cell
def _(VARIANTS, crisis, so):
    def assessed(settings):
        """The crisis with some assumptions fixed; form checks and the like are left out."""
        return so.assess(crisis, variants=VARIANTS, form=False, settings=settings)

    as_written = assessed({})
    return as_written, assessed


@app.cell
def _(assessed, keeping, secret):
    found = assessed({"p_hold": f"{keeping.value:g}", "word_share": f"{secret.value:g}"})
    return (found,)


@app.cell
def _(found):
    found.beliefs
    return


@app.cell(hide_code=True)
def _(as_written, found, mo):
    def in_100(p):
        return f"{100 * p:.0f}"

    def beside(title, before, now):
        """Odds as written and as the sliders have them, as a table."""
        rows = [
            f"| {one.label} | {in_100(one.probability)} | {in_100(now[id].probability)} |"
            for id, one in before.items()
            if id in now
        ]
        heads = f"| {title}, in 100 | as written | with the sliders |"
        return mo.md("\n".join([heads, "| --- | ---: | ---: |", *rows]))

    def endings(of):
        return {end.id: end for end in of.outlook.endings}

    # Where too few draws can explain the record, the note withholds its judgements: so do we.
    mo.stop(
        as_written.variants.withheld or found.variants.withheld,
        mo.md("Too few variants can explain the record to say more."),
    )
    mo.vstack([
        beside("What Moscow means to do", as_written.belief["ussr"], found.belief["ussr"]),
        beside("How it may end", endings(as_written), endings(found)),
    ])  # fmt: skip
    return


@app.cell
def _(found):
    found  # the short note
    return


if __name__ == "__main__":
    app.run()
