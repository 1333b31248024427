"""The notebooks run on the sandbox as they are, and what is stored with them is what they give."""

import base64
import getpass
import io
import pathlib
import re
import socket
import sys

import nbformat
import numpy as np
import pytest
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import build  # noqa: E402
from conftest import BINARY  # noqa: E402

STALE = "\nmake notebooks runs it again"
LARGEST = 500_000  # bytes of a notebook
LEAST_INK = 200  # coloured pixels of a plot with something in it; frames, ticks and titles are grey

each = pytest.mark.parametrize("path", build.names(), ids=lambda path: path.stem)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(output):
    """What an output says, by kind."""
    if output.output_type == "stream":
        return {output.name: output.text}
    return {kind: value for kind, value in output.get("data", {}).items() if kind.startswith("text/")}


def figures(notebook):
    return [output.data["image/png"] for cell in code(notebook) for output in cell.outputs if "image/png" in output.get("data", {})]


def ink(png):
    """The number of coloured pixels of a picture."""
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")).astype(int)
    return int((np.ptp(pixels, axis=2) > 40).sum())


def kinds(cell):
    return [(output.output_type, output.get("name"), sorted(output.get("data", {}))) for output in cell.outputs]


def same(stored, fresh):
    """Whether two texts are the same, but for the last digits of their decimals: those depend on the processor."""
    decimal = r"-?\d+\.\d+(?:e[+-]?\d+)?"
    if re.sub(r"[\s-]+", " ", re.sub(decimal, "#", stored)) != re.sub(r"[\s-]+", " ", re.sub(decimal, "#", fresh)):
        return False
    return np.allclose(*([float(number) for number in re.findall(decimal, text)] for text in (stored, fresh)), rtol=1e-3, atol=1e-6)


def differences(stored, fresh):
    """Say in which cells the outputs of two notebooks differ: those that vary by themselves only in kind, the others in text."""
    said = []
    for number, (old, new) in enumerate(zip(code(stored), code(fresh), strict=True), 1):
        if kinds(old) != kinds(new):
            said.append(f"cell {number}: {kinds(old)} is stored, {kinds(new)} is what it gives")
        elif "varies" not in old.metadata.get("tags", []):
            for before, after in zip(old.outputs, new.outputs):
                said += [f"cell {number}, {kind}:\n{text}\nis stored, it gives\n{texts(after)[kind]}" for kind, text in texts(before).items() if not same(text, texts(after)[kind])]
    return said


@pytest.fixture(scope="module")
def stored():
    return {path: nbformat.read(path, 4) for path in build.names()}


def test_there_are_notebooks():
    assert len(build.names()) == 5


@each
def test_a_notebook_gives_the_outputs_that_are_stored(path, stored):
    fresh = build.execute(path, BINARY)
    found = differences(stored[path], fresh)
    assert not found, "\n".join(found) + STALE
    assert min(map(ink, figures(fresh))) > LEAST_INK, "a plot is empty"


@each
def test_stored_outputs_are_of_the_code_beside_them(path, stored):
    assert stored[path].metadata.get("built_from") == build.source_of(stored[path]), f"{path.name} was changed after it ran{STALE}"


@each
def test_stored_plots_have_something_in_them(path, stored):
    assert figures(stored[path])
    assert min(map(ink, figures(stored[path]))) > LEAST_INK


@each
def test_outputs_say_nothing_of_the_machine_and_hold_no_warnings(path, stored):
    outputs = [output for cell in code(stored[path]) for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    said = "\n".join(text for output in outputs for text in texts(output).values())
    own = [re.escape(name) for name in (getpass.getuser(), socket.gethostname()) if len(name) > 4]
    found = re.search("|".join([r"/(home|root|Users|tmp|var|work|private)/", r"[A-Z]:\\", r"0x[0-9a-f]{8,}", *own]), said)
    assert not found, found


@each
def test_one_line_chooses_the_sandbox_and_files_stay_small(path, stored):
    lines = [line for cell in code(stored[path]) for line in cell.source.splitlines() if "sandbox" in line.lower()]
    assert len(lines) == 1 and "the real broker" in lines[0]
    assert path.stat().st_size < LARGEST


def test_an_empty_plot_is_told_from_one_with_points():
    import matplotlib.pyplot as plt

    def drawn(*points):
        fig, ax = plt.subplots(figsize=(4, 3))
        ax.scatter(points, points)
        ax.set(xlabel="MJD (d)", ylabel="mag", title="a title")
        file = io.BytesIO()
        fig.savefig(file, format="png")
        plt.close(fig)
        return base64.b64encode(file.getvalue())

    assert ink(drawn()) == 0
    assert ink(drawn(*range(10))) > LEAST_INK


def test_changed_outputs_are_found_and_rounding_is_not():
    def notebook(text, *tags):
        cell = nbformat.v4.new_code_cell("print()", outputs=[nbformat.v4.new_output("stream", text=text)], metadata={"tags": list(tags)})
        return nbformat.v4.new_notebook(cells=[cell])

    assert not differences(notebook("3 rows, 17.1234567 mag"), notebook("3 rows, 17.1234568 mag"))
    assert differences(notebook("3 rows, 17.12 mag"), notebook("4 rows, 17.12 mag"))
    assert differences(notebook("3 rows, 17.12 mag"), notebook("3 rows, 17.92 mag"))
    assert not differences(notebook("3 rows", "varies"), notebook("4 rows", "varies"))
    nothing = notebook("", "varies")
    nothing.cells[0].outputs = []
    assert differences(notebook("3 rows", "varies"), nothing)
