"""The child dies, and the parent does not: real files that kill, and parsers that do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_rosters_equality import ROWS, changed, written

from rosters.finding import InputError
from rosters.keeper import KEEPER, Keeper

DATA = Path(__file__).parent / "data"
START = "import sys; sys.path[:] = sys.argv[1:]; "
SERVE = "from rosters import child, workbook; {}; child.main()"
# A parser that is asked for the worst: an abort as Rust's allocator makes it, memory without end,
# time without end (also where Python cannot interrupt it), nonsense instead of an answer.
PARSER = """
import os, signal, time
def pieces(content, kind, shown):
    if content == b"abort": os.abort()
    if content == b"segv": os.kill(os.getpid(), signal.SIGSEGV)
    if content == b"memory":
        kept = []
        while True: kept.append(bytearray(2**29))
    if content == b"sleep": time.sleep(99)
    if content == b"wait": time.sleep(child.SECONDS + 0.5)
    if content == b"spin":
        while True: pass
    if content == b"quit": os._exit(0)
    if content == b"class": yield ("grid", os.system, False)
    if content == b"nothing": yield ()
    yield "grid", "a", False
    yield "end", [], [], (), ()
workbook.pieces = pieces
child.SECONDS = 2
"""
NO_FORK = "import os; os.__dict__.pop('fork', None); "
NO_LIMITS = (
    "import sys, signal; sys.modules['resource'] = None; signal.__dict__.pop('setitimer', None); "
)


def keeper(before: str = "") -> Keeper:
    serve = SERVE.format(f"exec({PARSER!r})")
    return Keeper(f"{START}{before}{serve}")


def told(one: Keeper, content: bytes) -> str:
    """Read, and return the rule of the one finding; empty where the file was read."""
    try:
        one.read(content, ".xlsx", "甲.xlsx")
    except InputError as error:
        [finding] = error.findings
        assert finding.place.file == "甲.xlsx"
        return finding.rule
    return ""


CRASHES = ["abort", "segv", "memory", "quit", "class", "nothing"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has none of these limits")
@pytest.mark.parametrize("before", ["", NO_FORK], ids=["fork", "no fork"])
def test_a_file_that_kills_is_one_finding_and_the_next_is_read(before: str) -> None:
    one = keeper(before)
    for fate in CRASHES:
        assert told(one, fate.encode()) == "workbook-crash", fate
        assert told(one, b"good") == ""
    for fate in ("sleep", "spin"):
        begin = time.monotonic()
        assert told(one, fate.encode()) == "workbook-time", fate
        assert time.monotonic() - begin < 10
    assert told(one, b"good") == ""
    one.close()


def test_without_forks_and_limits_the_keeper_s_clock_is_left() -> None:
    one = keeper(NO_FORK + NO_LIMITS)
    one.seconds = lambda _size: 1
    assert told(one, b"good") == ""
    assert told(one, b"spin") == "workbook-time"
    assert told(one, b"good") == ""
    one.close()


def test_without_forks_the_same_is_read() -> None:
    one = Keeper(f"{START}{NO_FORK}{NO_LIMITS}from rosters.child import main; main()")
    content = (DATA / "小名册.xlsx").read_bytes()
    for _ in range(2):
        assert one.read(content, ".xlsx", "a") == KEEPER.read(content, ".xlsx", "a")
    one.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no processor's time")
def test_a_file_that_only_waits_for_a_busy_machine_is_read() -> None:
    one = keeper()
    assert told(one, b"wait") == ""
    one.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of memory")
def test_a_real_bomb_is_one_finding() -> None:
    # Two cells that the gate lets pass; between them the parser lays out 40 million more.
    far = '<row r="1048576"><c r="AL1048576"><v>1</v></c></row></sheetData>'
    content = changed(written(ROWS), "</sheetData>", far)
    assert told(KEEPER, content) == "workbook-crash"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where there are forks")
def test_a_fork_of_the_parent_starts_a_child_of_its_own() -> None:
    content = written(ROWS)
    KEEPER.read(content, ".xlsx", "a")
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            grids, _ = KEEPER.read(content, ".xlsx", "a")
            os.write(writing, grids[0].name.encode())
            KEEPER.close()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(reading, 99) == b"Sheet"
    os.close(reading)
    os.close(writing)
    assert KEEPER.read(content, ".xlsx", "a")[0]


# Each fate in a child that was begun as a fork; the next file is read by one that is started anew.
BEGUN = """
import subprocess
import sys
from pathlib import Path
from rosters import child, workbook
from rosters.finding import InputError
from rosters.keeper import Keeper
pieces = workbook.pieces
exec(sys.argv[1])
child.MEMORY = 2**28
good = Path(sys.argv[2]).read_bytes()
for fate in sys.argv[3:]:
    one = Keeper()
    one.begin()
    pid = one._child.pid
    for content in (b"good", fate.encode(), good):
        try:
            grids, _ = one.read(content, ".xlsx", "a")
            print(grids[0].name)
        except InputError as error:
            print(error.findings[0].rule)
    assert one._child.pid != pid
    one.close()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="forks are safe on Linux alone")
def test_a_child_that_is_a_fork_dies_alone_too() -> None:
    fates = [*CRASHES, "sleep", "spin"]
    done = subprocess.run(
        [sys.executable, "-c", BEGUN, PARSER, str(DATA / "小名册.xlsx"), *fates],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    [grid, *_], _ = KEEPER.read((DATA / "小名册.xlsx").read_bytes(), ".xlsx", "a")
    ends = ["workbook-crash"] * len(CRASHES) + ["workbook-time"] * 2
    assert done.stdout.split("\n")[:-1] == [one for end in ends for one in ("a", end, grid.name)]


@pytest.mark.skipif(sys.platform != "linux", reason="forks are safe on Linux alone")
def test_a_fork_has_no_file_of_its_parent_s_and_ends_with_it() -> None:
    script = """
import os, sys, time
from rosters.keeper import KEEPER
kept = open(sys.argv[1])
KEEPER.begin()
time.sleep(0.3)
pid = KEEPER._child.pid
print(pid, *[os.readlink(f"/proc/{pid}/fd/{one}") for one in os.listdir(f"/proc/{pid}/fd")])
sys.stdout.flush()
os.kill(os.getpid(), 9)
"""
    own = DATA / "小名册.xlsx"
    done = subprocess.run(
        [sys.executable, "-c", script, str(own)],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    pid, *files = done.stdout.split()
    assert sorted({one.partition(":")[0] for one in files}) == ["/dev/null", "pipe"]
    assert len(files) == 5
    late = time.monotonic() + 5
    while living(pid) and time.monotonic() < late:
        time.sleep(0.05)
    assert not living(pid)


def living(pid: str) -> bool:
    """Tell whether a process is there, and not only a name that nobody has taken off the list."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text("utf-8").rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="forks, and a shell that closes files")
@pytest.mark.parametrize("closed", ["<&-", "<&- >&- 2>&-"])
def test_a_command_begun_without_its_usual_files_reads_a_roster(closed: str) -> None:
    words = [sys.executable, "cli.py", "--quiet", "check", str(DATA / "小名册.xlsx")]
    usual, bare = (
        subprocess.run(["sh", "-c", f'"$@" {how}', "sh", *words], cwd=DATA.parent.parent,
                       capture_output=True, check=False, timeout=60).returncode
        for how in ("", closed)
    )  # fmt: skip
    assert bare == usual == 0
