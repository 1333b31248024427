"""The examples of docs/python.md run, and say what the page says they do."""

import ast
import contextlib
import io
import os
import pathlib
import re
import textwrap

import matplotlib.pyplot as plt
from conftest import BINARY, HERE

import pgb

PAGE = HERE.parent.parent / "docs" / "python.md"


def run(code, names):
    """Run a cell; give what it prints, its last value included."""
    printed = io.StringIO()
    *body, last = ast.parse(code).body
    if isinstance(last, ast.Expr):
        last = ast.parse(f"_ = ({ast.unparse(last)})").body[0]
    names["_"] = None
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module([*body, last], []), PAGE.name, "exec"), names)
        if names["_"] is not None:
            print(names["_"])
    return printed.getvalue()


def lines(text):
    return [line.rstrip() for line in text.rstrip().splitlines()]


def test_the_examples_of_the_page_say_what_it_says(monkeypatch, tmp_path):
    (tmp_path / "pgb").symlink_to(BINARY)
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.environ["PATH"])
    monkeypatch.chdir(tmp_path)  # examples may write files
    names, compared = {}, 0
    for code, shown in re.findall(r"```python\n(.*?)```\n(?:\n((?:    [^\n]*\n)+))?", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        printed = run(code, names)
        if shown:
            assert lines(printed) == lines(textwrap.dedent(shown).replace("\n\n", "\n"))
            compared += 1
    plt.close("all")
    assert compared == 4


def test_the_page_names_every_public_name():
    page = PAGE.read_text(encoding="utf-8")
    missing = [name for name in pgb.__all__ if not re.search(rf"\b{name}\b", page)]
    assert set(missing) <= {"Result", "Stream", "AsyncStream", "Cutouts", "binary", "version"}, missing
    assert all(getattr(pgb, name).__doc__ for name in pgb.__all__)
