"""Every test runs the real program on its sandbox, in a home of its own; nothing here needs a network."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import textwrap

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
os.environ["MPLBACKEND"] = "agg"
# What runs in the background of a shell has Ctrl-C ignored, and hands that on.
signal.signal(signal.SIGINT, signal.default_int_handler)

import pgb  # noqa: E402

BINARY = os.environ.get("PGB_BINARY", "")


@pytest.fixture(scope="session", autouse=True)
def world(tmp_path_factory):
    """The environment of all tests."""
    if not BINARY:
        pytest.exit("PGB_BINARY names no program: make python-test builds one", 2)
    home = tmp_path_factory.mktemp("home")
    for name in [n for n in os.environ if n.startswith(("PGB_", "GOOGLE_", "PUBSUB_", "CLOUDSDK_", "XDG_"))]:
        del os.environ[name]
    os.environ.update(
        HOME=str(home), USERPROFILE=str(home), PGB_BINARY=BINARY, PGB_SANDBOX="1", PGB_SANDBOX_DIR=str(tmp_path_factory.mktemp("sandbox"))
    )


@pytest.fixture(autouse=True)
def defaults():
    """Each test begins with the defaults."""
    pgb.configure()
    yield
    pgb.configure()


@pytest.fixture(params=["arrow", "jsonl"])
def transport(request):
    pgb.configure(transport=request.param)
    return request.param


@pytest.fixture(scope="session")
def broker(world):
    """A sandbox that other processes share; gives what their environment says."""
    env = {**os.environ, "PGB_SANDBOX": "0"}
    with subprocess.Popen([BINARY, "sandbox", "serve", "--rate", "200"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, text=True) as served:
        address = re.search(r"PUBSUB_EMULATOR_HOST=(\S+)", served.stdout.readline()).group(1)
        yield {"PUBSUB_EMULATOR_HOST": address, "PGB_SANDBOX": "0"}
        served.send_signal(signal.SIGINT)
        served.communicate()


@pytest.fixture
def on_broker(broker, monkeypatch):
    for name, value in broker.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """A program that stands in for pgb where the real one can't be brought to it: body is Python, after `import json, sys, ...`."""

    def make(body, version="pgb fake go1.26 any/any"):
        path = tmp_path / "pgb-fake"
        path.write_text(
            f"#!{sys.executable} -IS\nimport json, os, signal, sys, time\n"
            f"if sys.argv[1:] == ['version']: print({version!r}); sys.exit()\n" + textwrap.dedent(body)
        )
        path.chmod(0o755)
        monkeypatch.setattr(pgb._Settings, "checked", {})
        monkeypatch.setattr(pgb._Settings, "refused", set())
        monkeypatch.setenv("PGB_BINARY", str(path))
        return path

    return make


def script_text(body):
    return f"import sys; sys.path.insert(0, {str(HERE.parent)!r})\nimport pgb\n" + textwrap.dedent(body)


def script(body, *words, **options):
    """Run a Python script that imports pgb, as a user's would."""
    return subprocess.run([sys.executable, *words, "-c", script_text(body)], capture_output=True, text=True, timeout=120, **options)
