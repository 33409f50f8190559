"""Every command: read the words, call one function, print what came of it.

The only module that knows click and rich. Each command imports its flow when it runs, so that
`fawen --help` needs click alone.
"""

from __future__ import annotations

import atexit
import gc
import os
import re
import sys
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, TypeVar

import click
from click.exceptions import NoArgsIsHelpError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping

    from outbox.desk.outcome import Outcome, Progress
    from outbox.post.service import Service
    from outbox.workspace import Workspace
    from rosters.finding import FawenError

R = TypeVar("R")

# Exit statuses, COMMANDS: the one table from a class of error to a status.
STATUS = {"InputError": 1, "UsageError": 2, "UnavailableError": 4}
OUTSIDE = 4
FAULT = 70
INTERRUPTED = 130
_USUAL = 2  # the last of the three files that a process begins with
# New objects from which on the collector looks for cycles. With Python's 700 it takes a sixth of
# what it costs to load our modules, which it goes through again and again; they are some 100 000.
_LOADING, _YOUNG = 200_000, 50_000


class Desk(NamedTuple):
    """What the words before the command said."""

    folder: Path
    as_json: bool
    quiet: bool

    def workspace(self) -> Workspace:
        """Find the workspace that the folder lies in."""
        from outbox.workspace import find

        found = find(self.folder)
        gc.freeze()  # what the command needs is loaded, and stays
        gc.set_threshold(_YOUNG)
        return found

    def show(self, outcome: Outcome) -> None:
        """Print an outcome and end with its status."""
        if self.as_json:
            click.echo(_json(outcome.object))
        elif not self.quiet or outcome.status:
            for line in outcome.lines:
                click.echo(line)
        sys.exit(outcome.status)

    def follow(self, work: Generator[Progress, None, R]) -> R:
        """Run long work to its end; draw a bar on stderr where that is a terminal."""
        with _bar(hidden=self.quiet or self.as_json) as draw:
            while True:
                try:
                    draw(next(work))
                except StopIteration as end:
                    result: R = end.value
                    return result

    def travel(self, workspace: Workspace, work: Generator[Progress, None, R]) -> R:
        """Follow work that leaves the house; meanwhile the outbox keeps a log of it."""
        from outbox.post.log import FILE, kept

        with kept(workspace.outbox / FILE, _now, os.environ.get("FAWEN_LOG", "info")):
            return self.follow(work)

    def tell(self, at: datetime, words: str) -> None:
        """Print a thing as it happens, with its time; as JSON a line each."""
        if self.as_json:
            click.echo(_json({"at": at.isoformat(timespec="seconds"), "said": words}))
        elif not self.quiet:
            click.echo(f"{at:%m-%d %H:%M}　{words}")

    def refuse(self, error: FawenError) -> None:
        """Print an error with its findings."""
        from outbox.desk.outcome import error_object, finding_lines, finding_object

        if self.as_json:
            found = [finding_object(one) for one in error.findings]
            click.echo(_json({"error": error_object(error), "findings": found}))
        else:
            alone = _alone(error)
            for line in finding_lines(() if alone else error.findings):
                click.echo(line, err=True)
            click.echo(f"未完成：{alone or error}", err=True)


def _alone(error: FawenError) -> str:
    """Say the only finding of an error that says no more than it, with its place; else ""."""
    if len(error.findings) != 1:
        return ""
    [found] = error.findings
    if error.message not in {found.message, str(found)}:
        return ""
    where = str(found.place)
    said = f"{found.message}，{found.advice}" if found.advice else found.message
    return said if where in found.message else f"{where}：{said}"


def _json(said: object) -> str:
    import json

    return json.dumps(said, ensure_ascii=False)


@contextmanager
def _bar(*, hidden: bool) -> Iterator[Callable[[Progress], None]]:
    if hidden or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    with Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        console=Console(stderr=True),
        transient=True,
    ) as bars:
        tasks: dict[str, Any] = {}

        def draw(progress: Progress) -> None:
            if progress.what not in tasks:
                tasks[progress.what] = bars.add_task(progress.what, total=progress.total, note="")
            task = tasks[progress.what]
            bars.update(task, completed=progress.done, total=progress.total, note=progress.note)

        yield draw


def _now() -> datetime:
    return datetime.now(UTC)


class _Help(click.HelpFormatter):
    """click's help with click's own words in Chinese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line of usage."""
        super().write_usage(prog, _chinese(args), prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        super().write_heading(_chinese(heading))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write options or commands, each with what it does."""
        said = [(_chinese(name), _chinese(does)) for name, does in rows]
        super().write_dl(said, col_max, col_spacing)


click.Context.formatter_class = _Help


class _Choice(click.Choice[str]):
    """One of several words; what is none of them is said in Chinese."""

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:  # noqa: ARG002  # click's own signature
        """Say that there is no such word."""
        return f"没有「{value}」这一项，可以写：{'、'.join(filter(None, self.choices))}"


# click's own words in its help, whole; and what an option or argument takes, in capitals.
_HELP = {
    "Options": "选项", "Commands": "命令", "OPTIONS": "选项", "COMMAND": "命令", "ARGS": "参数",
    "TEXT": "文字", "INTEGER": "数", "RANGE": "", "FILENAME": "文件", "FILE": "文件",
    "PATH": "路径", "BATCH": "批次", "LETTER": "党组织", "JOB": "作业", "TEMPLATE": "模板",
    "DIRECTORY": "文件夹", "KEY": "编码或名称", "required": "必填",
    "Show this message and exit.": "显示这些说明",
    "Show the version and exit.": "显示版本",
}  # fmt: skip


def _chinese(words: str) -> str:
    if words in _HELP:
        return _HELP[words]
    return re.sub(r"(?<![\w-])[A-Z]{3,}(?![\w-])|(?<=\[)required(?=\])", _one_word, words)


def _one_word(found: re.Match[str]) -> str:
    return _HELP.get(found[0], found[0])


pass_desk = click.make_pass_decorator(Desk)
BATCH = click.argument("batch", required=False)
_MOMENTS = ["%Y-%m-%d %H:%M", "%Y-%m-%d"]  # how a person writes when something came


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C", "folder", type=click.Path(path_type=Path), default=Path(), help="工作区所在的文件夹"
)
@click.option("--json", "as_json", is_flag=True, help="只输出一个 JSON 对象")
@click.option("--quiet", is_flag=True, help="一切正常就不出声")
@click.version_option(package_name="fawen", prog_name="fawen")
@click.pass_context
def fawen(context: click.Context, folder: Path, as_json: bool, quiet: bool) -> None:
    """发文：由 Excel 名册填 Word 公文，逐个党组织用邮件送达，送一次，有据可查。

    不带命令时显示「今日待办」。
    """
    context.obj = Desk(folder, as_json, quiet)
    if context.invoked_subcommand is None:
        from outbox.desk import today

        context.obj.show(today.today(context.obj.workspace(), _now()))


@fawen.command()
@click.argument("directory", type=click.Path(path_type=Path), default=Path("fawen-demo"))
@pass_desk
def demo(desk: Desk, directory: Path) -> None:
    """演示：建一个示例大学的工作区，从检查一直走到登记簿。"""
    from outbox.desk import demo as flow

    def tell(line: str) -> None:
        if not (desk.as_json or desk.quiet):
            click.echo(line)

    desk.show(desk.follow(flow.demo(desk.folder / directory, now=_now, tell=tell)))


@fawen.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--markdown", is_flag=True, help="例子都用文本（.md），不用 Word")
@pass_desk
def new(desk: Desk, directory: Path, markdown: bool) -> None:
    """新建一个工作区，每种作业各放一个例子。"""
    from outbox.desk import new as flow

    desk.show(flow.new(desk.folder / directory, markdown=markdown))


@fawen.command()
@pass_desk
def doctor(desk: Desk) -> None:
    """体检：本机有什么、缺什么、缺了怎么办。"""
    from outbox.desk import doctor as flow

    desk.show(flow.doctor(desk.folder, at=_now()))


@fawen.command()
@click.argument("names", nargs=-1, metavar="[作业|名册]…")
@click.option("--explain", is_flag=True, help="说明把哪一行当作表头、哪些行没有读")
@click.option("--since", default="", metavar="批次", help="再说明名册从这一批次以来的变动")
@click.option("--fix", is_flag=True, help="写一份副本：拿得准的改正，其余批注在格子上")
@click.option("-o", "output", type=click.Path(path_type=Path), help="副本写到哪个 .xlsx")
@pass_desk
def check(
    desk: Desk, names: tuple[str, ...], explain: bool, since: str, fix: bool, output: Path | None
) -> None:
    """检查作业、名册、模板以及三者是否相合，什么也不改。"""
    from outbox.desk import check as flow

    if fix != (output is not None):
        raise click.UsageError("--fix 要和 -o 副本.xlsx 一起用")
    outcome = flow.check(desk.folder, names, explain=explain, since=since, copy=output, at=_now())
    desk.show(outcome)


@fawen.command()
@click.argument("names", nargs=-1, metavar="姓名…")
@click.option("--explain", is_flag=True, help="写出每个字的笔画数和笔顺")
@click.option("--pinyin", is_flag=True, help="改按拼音排")
@click.option("--from", "source", type=click.File("rb"), help="姓名在文件里，- 是标准输入")
@pass_desk
def order(
    desk: Desk, names: tuple[str, ...], explain: bool, pinyin: bool, source: BinaryIO | None
) -> None:
    """按姓氏笔画排列姓名。"""
    from outbox.desk import order as flow

    words = [*names, flow.read(source.read())] if source else names
    desk.show(flow.order(words, explain=explain, pinyin=pinyin))


@fawen.command()
@click.argument("template")
@click.option("--roster", type=click.Path(path_type=Path), help="看看这本名册里有没有这些字段")
@pass_desk
def fields(desk: Desk, template: str, roster: Path | None) -> None:
    """列出一个模板需要的字段。"""
    from outbox.desk import fields as flow

    desk.show(flow.fields(desk.folder, template, roster))


@fawen.command()
@click.argument("kind", metavar="文种")
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="写到哪个 .docx")
@pass_desk
def draft(desk: Desk, kind: str, output: Path) -> None:
    """起草：一份空的发文单，在 Word 或 WPS 里填。"""
    from outbox.desk import draft as flow

    desk.show(flow.draft(desk.folder, kind, output))


@fawen.command()
@click.argument("source", metavar="文件", type=click.Path(path_type=Path))
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="写到哪个 .docx")
@pass_desk
def typeset(desk: Desk, source: Path, output: Path) -> None:
    """排版：把一份 Word 或 Markdown 排成公文，不用名册。"""
    from outbox.desk import typeset as flow

    desk.show(flow.typeset(desk.folder, source, output))


@fawen.command()
@click.argument("job")
@click.option(
    "--only", multiple=True, metavar="KEY", help="只做这些党组织或文件；几个的，写几次 --only"
)
@click.option("--limit", type=click.IntRange(min=1), help="只做前几份，作样张看，不能签发")
@click.option("--skip-invalid", is_flag=True, help="略去含有错误数据的文件，名单记入清单")
@click.option("--workers", type=click.IntRange(min=1), help="用几个进程；不写则按份数定")
@click.option("--pdf", is_flag=True, help="信里装 PDF，不装可以改动的 Word 文件")
@click.option("--next", "anew", is_flag=True, help="签发过的作业内容有变，另编一个新的发文字号")
@pass_desk
def merge(desk: Desk, /, job: str, **words: Any) -> None:  # noqa: ANN401  # the options, each a field of Choice
    """检查之后填写每一份文件，放进 outbox/批次/，登记为草稿。"""
    from outbox.desk import merge as flow

    work = flow.merge(desk.workspace(), job, flow.Choice(**words), now=_now)
    desk.show(desk.follow(work))


@fawen.command()
@click.argument("name", metavar="作业|批次")
@pass_desk
def rehearse(desk: Desk, name: str) -> None:
    """演练：经真实的 SMTP 全部发到本机的邮局，不惊动任何人。"""
    from outbox.desk import rehearse as flow

    workspace = desk.workspace()
    desk.show(desk.travel(workspace, flow.rehearse(workspace, name, now=_now)))


@fawen.command()
@BATCH
@click.option("-o", "output", type=click.Path(path_type=Path), help="写到哪个 .pdf 或 .html")
@click.option("--since-approved", is_flag=True, help="只列与上次签发相比有变化的内容")
@pass_desk
def review(desk: Desk, batch: str | None, output: Path | None, *, since_approved: bool) -> None:
    """送签：领导签批要看的全部内容，一个 PDF 或一个断网也能开的网页。"""
    from outbox.desk import review as flow

    asked = flow.Asked(output, since_approved)
    desk.show(desk.follow(flow.review(desk.workspace(), batch, asked, at=_now())))


@fawen.command()
@BATCH
@click.option("--by", required=True, help="签发人")
@click.option(
    "--basis", required=True, help="依据：文件路径（扫描件、照片、邮件）、邮件、当面 或 OA:编号"
)
@click.option("--no-review", is_flag=True, help="没有送签也登记；登记簿上会写明")
@pass_desk
def approve(desk: Desk, batch: str | None, by: str, basis: str, *, no_review: bool) -> None:
    """记下：就是这些内容，由谁签发，凭什么。"""
    from outbox.desk import approve as flow

    workspace = desk.workspace()
    desk.show(flow.approve(workspace, batch, by=by, basis=basis, at=_now(), no_review=no_review))


@fawen.command("print")
@BATCH
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="写到哪个 .pdf")
@click.option(
    "--only", multiple=True, metavar="KEY", help="只印这些单位、姓名或文件的；几个的，写几次 --only"
)
@click.option("--kind", multiple=True, metavar="文种", help="只印这些文种的；几个的，写几次 --kind")
@click.option("--order", type=_Choice(["单位", "笔画"]), default="单位", help="按什么排")
@click.option("--shift", default="", metavar="X,Y", help="内容移动几毫米：向右,向下；负数相反")
@click.option("--printer", default="", metavar="名字", help="按 fawen.toml 里这台打印机的移动")
@click.option("--single", is_flag=True, help="单面打印：不补空白背面")
@click.option("--no-lists", is_flag=True, help="不要总表和签收表，只要文件")
@click.option("--ruler", is_flag=True, help="只印标尺页，用来量打印机偏了多少")
@pass_desk
def print_(desk: Desk, /, batch: str | None, *, ruler: bool, **words: Any) -> None:  # noqa: ANN401  # the options, each a field of Asked
    """打印：一批文件合成一个 PDF，各有各的页码，背面补空白，前面有总表和签收表。"""
    from outbox.desk import print as flow

    asked, workspace = flow.Asked(**words), desk.workspace()
    if ruler and (batch or asked.only or asked.kind):
        raise click.UsageError("--ruler 只印标尺页，不要写批次、--only 和 --kind")
    if ruler:
        desk.show(flow.rulers(workspace, asked))
    desk.show(desk.follow(flow.output(workspace, batch, asked, at=_now())))


@fawen.command()
@click.argument("names", nargs=-1, metavar="[批次] 扫描件.pdf")
@click.option("--confirm", "code", default="", metavar="核对码", help="缩略图逐份看过、都对")
@pass_desk
def stamped(desk: Desk, names: tuple[str, ...], code: str) -> None:
    """盖章件：全部盖章后扫描成的一个 PDF，按页拆开，看过缩略图后换上。"""
    from outbox.desk import stamped as flow

    if len(names) not in {1, 2}:
        raise click.UsageError("要写明扫描件：fawen stamped [批次] 扫描件.pdf")
    workspace, batch = desk.workspace(), names[0] if len(names) > 1 else None
    found = desk.follow(flow.propose(workspace, batch, Path(names[-1]), at=_now()))
    if not (code or desk.as_json) and sys.stdin.isatty() and sys.stdout.isatty():
        for line in found.lines:
            click.echo(line)
        if not click.confirm("缩略图逐份看过、都对，换上盖章件？", default=False):
            desk.show(flow.declined(found))
        code = found.code
    desk.show(flow.accept(workspace, found, code, at=_now()))


@fawen.command()
@BATCH
@click.option("--go", is_flag=True, help="真的发出")
@click.option("--wait", is_flag=True, help="到额度后等着，一直发完")
@click.option("--held", is_flag=True, help="内容被拒收而暂缓的也再发一次，请先看过原因")
@click.option(
    "--trial", default="", metavar="地址", help="试发：只寄给自己，或 fawen.toml 的试发地址"
)
@click.option(
    "--only", multiple=True, metavar="KEY", help="只试发给这些单位的；几个的，写几次 --only"
)
@click.option("--all", "everything", is_flag=True, help="全部试发；不写则每种类别试发一封")
@click.option("--text", is_flag=True, help="说的话写成几行，贴到微信工作群")
@pass_desk
def send(  # noqa: PLR0913 - one option for each thing a clerk may say
    desk: Desk,
    batch: str | None,
    *,
    go: bool,
    wait: bool,
    held: bool,
    trial: str,
    only: tuple[str, ...],
    everything: bool,
    text: bool,
) -> None:
    """试算谁会收到什么、要多久；加 --go 才真的发出。"""
    from outbox.desk import pasting

    if (wait or held) and not go:
        raise click.UsageError("--wait 和 --held 要和 --go 一起用")
    if (only or everything) and not trial:
        raise click.UsageError("--only 和 --all 要和 --trial 一起用")
    if go and trial:
        raise click.UsageError("--go 是真的发出，--trial 是试发，请只写一个")
    if text and trial:
        raise click.UsageError("试发不用告诉工作群，--text 和 --trial 请只写一个")
    workspace = desk.workspace()
    if trial:
        from outbox.desk.trial import trial as tried

        work = tried(workspace, batch, trial, only=only, everything=everything, now=_now)
        desk.show(desk.travel(workspace, work))
    if go:
        from outbox.desk import send as flow

        work = flow.go(workspace, batch, now=_now, wait=wait, held=held)
        outcome = desk.travel(workspace, work)
    else:
        from outbox.desk.estimate import estimate

        outcome = estimate(workspace, batch, at=_now())
    desk.show(pasting.instead(workspace, outcome, at=_now()) if text else outcome)


@fawen.command()
@click.option("--free", is_flag=True, help="只看空缺的号和各代字的下一号")
@click.option("--start", default="", metavar="字号", help="从这个号编起，例如 示大组〔2026〕12号")
@click.option("--drop", default="", metavar="字号", help="退还预留了、却没有草稿用的号")
@pass_desk
def number(desk: Desk, *, free: bool, start: str, drop: str) -> None:
    """发文字号和证书编号：已用、预留、空号、空缺。"""
    from outbox.desk import number as flow

    desk.show(flow.number(desk.workspace(), _now(), free=free, start=start, drop=drop))


@fawen.group()
def account() -> None:
    """发件邮箱。"""


@account.command("set")
@click.option("--address", default="", help="发件邮箱的地址")
@click.option("--service", default="", help="邮箱服务：exmail、ym163、coremail、relay……")
@click.option("--host", default="", help="发信服务器；常见邮箱不用写")
@click.option("--imap-host", "imap", default="", help="收信服务器；常见邮箱不用写")
@pass_desk
def account_set(desk: Desk, address: str, service: str, host: str, imap: str) -> None:
    """问清发件邮箱，填好服务器和限额，授权码存进系统的钥匙串。"""
    from outbox.desk import account as flow

    workspace = desk.workspace()
    if not (address or workspace.config.account.address):
        address = click.prompt("发件邮箱的地址", err=True)
    workspace = flow.fill(workspace, address=address, service=service, host=host, imap=imap)
    if flow.guessed(workspace, workspace.config.account.address) and sys.stdin.isatty():
        workspace = flow.fill(workspace, **_servers(flow.services(workspace)))
    click.echo(flow.hint(workspace), err=True)
    flow.require_keyring()
    if sys.stdin.isatty():
        secret = click.prompt("授权码（输入时不显示）", hide_input=True, err=True)
    else:
        secret = sys.stdin.readline()
    desk.show(flow.store(workspace, secret))


def _servers(known: Mapping[str, Service]) -> dict[str, str]:
    """Ask whose service an address of one's own domain is, and where it sends and reads."""
    for name, one in known.items():
        click.echo(f"  {name}　{one.name}", err=True)
    service = click.prompt(
        "这个邮箱用的是哪一种服务（写左边一栏的字；直接回车：other）",
        type=_Choice(list(known)),
        default="other",
        show_choices=False,
        show_default=False,
        err=True,
    )
    if known[service].host:
        return {"service": service}
    host = click.prompt("发信服务器（问网络中心，例如 smtp.单位的域名）", default="", err=True)
    imap = click.prompt("收信服务器（例如 imap.单位的域名）", default="", err=True)
    return {"service": service, "host": host, "imap": imap}


@account.command("test")
@pass_desk
def account_test(desk: Desk) -> None:
    """试一试发件邮箱：连接、登录，只给自己写一封信，再看收到没有。"""
    import time

    from outbox.desk import probe as flow

    workspace = desk.workspace()
    desk.show(desk.travel(workspace, flow.test(workspace, now=_now, pause=time.sleep)))


@fawen.command()
@pass_desk
def batches(desk: Desk) -> None:
    """列出各批次。"""
    from outbox.desk import status as flow

    desk.show(flow.batches(desk.workspace(), _now()))


@fawen.command()
@click.argument("batch")
@click.argument("letter", required=False)
@click.option("--text", is_flag=True, help="只要文件的文字，例如把简报贴到微信群")
@pass_desk
def show(desk: Desk, batch: str, letter: str | None, *, text: bool) -> None:
    """看一个批次，或其中一封信的全部内容。"""
    from outbox.desk import pasting
    from outbox.desk import show as flow

    if text:
        desk.show(pasting.document(desk.workspace(), batch, letter, at=_now()))
    desk.show(flow.show(desk.workspace(), batch, letter, at=_now()))


@fawen.command()
@BATCH
@pass_desk
def status(desk: Desk, batch: str | None) -> None:
    """各种状态的信各有几封；有存疑的就问一问。"""
    from outbox.desk import status as flow

    outcome = flow.status(desk.workspace(), batch, at=_now())
    if not desk.as_json and sys.stdin.isatty() and sys.stdout.isatty():
        _ask(desk, batch)
        outcome = flow.status(desk.workspace(), batch, at=_now())
    desk.show(outcome)


def _ask(desk: Desk, batch: str | None) -> None:
    """Ask a person about each letter in doubt."""
    from outbox.desk import resolve as flow

    for letter in flow.open_doubts(desk.workspace(), batch, at=_now()):
        said = click.prompt(
            f"存疑：{letter.name}　{'；'.join(letter.to)}　对方收到了吗？"
            "（y 收到了　n 没收到　直接回车：还不知道）",
            type=_Choice(["y", "n", ""]),
            default="",
            show_choices=False,
            show_default=False,
        )
        if said:
            names = (letter.batch, letter.organisation)
            done = flow.word(desk.workspace(), names, sent=said == "y", at=_now())
            click.echo(done.lines[0])


@fawen.command()
@click.argument("names", nargs=-1, metavar="[批次] [KEY]")
@click.option("--sent", "word", flag_value="sent", help="对方收到了，或确知已经发出")
@click.option("--unsent", "word", flag_value="unsent", help="对方没收到，放回待发")
@click.option("--why", default="", help="凭什么这样说，例如：电话问过")
@pass_desk
def resolve(desk: Desk, names: tuple[str, ...], word: str | None, why: str) -> None:
    """了结存疑的信：到「已发送」里核对，或由人来说。"""
    from outbox.desk import resolve as flow

    if word is None and (len(names) > 1 or why):
        raise click.UsageError("写明是哪一封信时，要加 --sent（已发出）或 --unsent（没有发出）")
    if word is not None and len(names) not in {1, 2}:
        raise click.UsageError("--sent、--unsent 要写明是哪一封：[批次] 党组织编码或名称")
    if word is None:
        desk.show(flow.resolve(desk.workspace(), names[0] if names else None, at=_now()))
    sent = word == "sent"
    desk.show(flow.word(desk.workspace(), names, sent=sent, why=why, at=_now()))


@fawen.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="不收信，收这个文件夹里的表（微信、U 盘来的）",
)
@click.option("--table", type=click.Path(path_type=Path), help="不收信，收问卷星、腾讯文档导出的表")
@click.option("--job", default="", help="--table 是哪个作业的回执；只有一个时不用写")
@click.option(
    "--received",
    type=click.DateTime(_MOMENTS),
    metavar="时间",
    help='这些表是什么时候收到的，例如 "2026-11-25 16:30"',
)
@pass_desk
def collect(
    desk: Desk, folder: Path | None, table: Path | None, job: str, received: datetime | None
) -> None:
    """收信、收回执：退信记到各封信上，回执逐份登记，看不准的进隔离区。"""
    from outbox.desk import receive as flow

    workspace = desk.workspace()
    work = flow.collect(workspace, folder, table, job, received, now=_now)
    desk.show(desk.travel(workspace, work))


@fawen.command()
@click.argument("job")
@click.option("--day", default="", help="哪一天的，例如 2026-11-26；不写是今天的")
@click.option("--text", is_flag=True, help="写成可以贴到微信群里的话")
@click.option("--accept", multiple=True, metavar="单位", help="采用它（或姓名）有误待核的回执")
@click.option("--paper", multiple=True, metavar="单位", help="登记这个单位的纸质件已收到")
@click.option(
    "--said",
    multiple=True,
    nargs=2,
    metavar="单位 话",
    help="登记电话、微信里的答复：收到、无误、更正",
)
@click.option("-o", "output", type=click.Path(path_type=Path), help="汇总表写到哪个 .xlsx")
@click.option("--upward", type=click.Path(path_type=Path), help="本单位报上级的表写到哪个文件")
@pass_desk
def returns(desk: Desk, /, job: str, **words: Any) -> None:  # noqa: ANN401  # the options, each a field of Wish
    """回执：谁报了、零报告、迟报、有误、未报；汇总表；采用有误的；报上级。"""
    from outbox.desk import returns as flow

    desk.show(flow.answered(desk.workspace(), job, flow.Wish(**words), now=_now()))


@fawen.command()
@click.argument("job")
@click.option("--go", is_flag=True, help="真的发出催报")
@click.option("--uncollected", is_flag=True, help="没有收过信也催：谁报了已经另外核对过")
@click.option("--text", is_flag=True, help="写成可以贴到微信群里的话")
@pass_desk
def remind(desk: Desk, job: str, *, go: bool, uncollected: bool, text: bool) -> None:
    """催报：只催没有报的，要催谁、不催谁、为什么；加 --go 才真的发出。"""
    from outbox.desk import remind as flow

    if go and text:
        raise click.UsageError("--go 是发邮件，--text 是贴到微信群里的话，请只写一个")
    workspace = desk.workspace()
    if go:
        desk.show(
            desk.travel(workspace, flow.go(workspace, job, now=_now, uncollected=uncollected))
        )
    desk.show(flow.dry(workspace, job, text=text, at=_now()))


@fawen.command()
@pass_desk
def watch(desk: Desk) -> None:
    """守候：到时收信、催报、接着发送，直到按 Ctrl-C 停下或没有事可做。"""
    import signal
    import time

    from outbox.desk import watch as flow

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    workspace = desk.workspace()
    work = flow.watch(workspace, now=_now, pause=time.sleep, tell=desk.tell)
    desk.show(desk.travel(workspace, work))


@fawen.group(invoke_without_command=True)
@click.option("--all", "every", is_flag=True, help="处理过的也列出来")
@click.pass_context
def quarantine(context: click.Context, *, every: bool) -> None:
    """隔离区：收到了而看不准的，逐件写明原因；认领或弃置。"""
    if context.invoked_subcommand is None:
        from outbox.desk import quarantine as flow

        desk = context.ensure_object(Desk)
        desk.show(flow.quarantine(desk.workspace(), every=every, now=_now()))


@quarantine.command("assign")
@click.argument("number", type=int, metavar="号")
@click.argument("key", metavar="单位")
@click.option("--always", is_flag=True, help="这个地址今后都当作该单位的")
@click.option("--job", default="", help="是哪个作业的回执")
@click.option("--day", "days", multiple=True, help="是哪一天的，例如 2026-11-26；零报告可以写几个")
@click.option("--nil", is_flag=True, help="当作零报告")
@click.option("--person", default="", metavar="姓名", help="是谁的表：一个单位要交几份的")
@pass_desk
def quarantine_assign(desk: Desk, /, number: int, key: str, **words: Any) -> None:  # noqa: ANN401  # the options
    """认领：这一件是哪个单位的。"""
    from outbox.desk import quarantine as flow

    desk.show(flow.assign(desk.workspace(), number, key, now=_now(), **words))


@quarantine.command("discard")
@click.argument("numbers", type=int, nargs=-1, required=True, metavar="号…")
@click.option("--why", default="", help="为什么弃置")
@pass_desk
def quarantine_discard(desk: Desk, numbers: tuple[int, ...], why: str) -> None:
    """弃置：这几件与回执无关，或用不着了；原件还留着。"""
    from outbox.desk import quarantine as flow

    desk.show(flow.discard(desk.workspace(), numbers, why, now=_now()))


@quarantine.command("undo")
@click.argument("number", type=int, metavar="号")
@pass_desk
def quarantine_undo(desk: Desk, number: int) -> None:
    """认领或弃置错了：放回隔离区，由它登记的回执不再算数。"""
    from outbox.desk import quarantine as flow

    desk.show(flow.undo(desk.workspace(), number, now=_now()))


@fawen.command()
@click.argument("batch")
@click.argument("letter", required=False)
@click.option("--why", default="", help="为什么撤销")
@pass_desk
def cancel(desk: Desk, batch: str, letter: str | None, why: str) -> None:
    """撤销一个批次，或其中一封信；已经发出的不受影响。"""
    from outbox.desk import cancel as flow

    desk.show(flow.cancel(desk.workspace(), batch, letter, at=_now(), why=why))


@fawen.command()
@click.argument("batch")
@click.argument("letter")
@click.argument("address", metavar="新地址")
@click.option("--why", default="", help="为什么改，例如：电话核实，书记换人")
@click.option("--by", default="", help="同意改的另一个人；要求两人办理时必填")
@pass_desk
def readdress(desk: Desk, batch: str, letter: str, address: str, why: str, by: str) -> None:
    """改地址：一个单位的信改寄到别的邮箱；没有发出的就寄到新地址。"""
    from outbox.desk import readdress as flow

    workspace = desk.workspace()
    desk.show(flow.readdress(workspace, batch, letter, address, why=why, by=by, at=_now()))


@fawen.command()
@click.argument("batch")
@click.argument("letter")
@click.option("--why", default="", help="为什么补发，例如：电话说没收到")
@click.option("--recall", is_flag=True, help="另请原来的（错的）地址删除，不提内容")
@click.option("--although-in-doubt", "doubted", is_flag=True, help="存疑也补发：对方可能会收到两份")
@click.option("--go", is_flag=True, help="马上就发")
@pass_desk
def resend(
    desk: Desk, batch: str, letter: str, why: str, recall: bool, doubted: bool, go: bool
) -> None:
    """补发：把签发过的同一封信再发一次，一字不差；从不自动补发。"""
    from outbox.desk import resend as flow

    workspace = desk.workspace()
    made = flow.resend(
        workspace,
        batch,
        letter,
        why=why,
        although_in_doubt=doubted,
        recall=recall,
        at=_now(),
    )
    if not go:
        desk.show(made)
    desk.show(desk.travel(workspace, flow.at_once(workspace, made, now=_now)))


@fawen.command()
@BATCH
@pass_desk
def correct(desk: Desk, batch: str | None) -> None:
    """更正：另写一份发文单，请以此件为准；改好后合并、送签，再发一次。"""
    from outbox.desk import correct as flow

    desk.show(flow.correct(desk.workspace(), batch, at=_now()))


@fawen.command()
@click.argument("words", metavar="单位|字号|文件|地址")
@click.option("-o", "output", type=click.Path(path_type=Path), help="证据写到哪个 .xlsx")
@pass_desk
def trace(desk: Desk, words: str, output: Path | None) -> None:
    """追查：单位、字号、文件或地址：谁在什么时候发出了哪一版，谁签的。"""
    from outbox.desk import trace as flow

    desk.show(flow.trace(desk.workspace(), words, output, at=_now()))


@fawen.command()
@BATCH
@click.option("-o", "output", type=click.Path(path_type=Path), help="写到哪个 .xlsx")
@click.option("--text", is_flag=True, help="写成几行话，贴到微信工作群")
@pass_desk
def report(desk: Desk, batch: str | None, output: Path | None, *, text: bool) -> None:
    """发文登记簿、送达明细、对账单，一个可打印的工作簿。"""
    from outbox.desk import pasting
    from outbox.desk import report as flow

    if output is None and not text:
        raise click.UsageError("要写明 -o 登记簿.xlsx；或用 --text 写成几行话")
    workspace = desk.workspace()
    if output is None:
        desk.show(pasting.report(workspace, batch, at=_now()))
    else:
        outcome = flow.report(workspace, batch, output, at=_now())
        desk.show(pasting.instead(workspace, outcome, at=_now()) if text else outcome)


@fawen.command()
@click.option("--head", "code", default="", metavar="台账码", help="审批单或登记簿上印的台账码")
@pass_desk
def audit(desk: Desk, code: str) -> None:
    """核验：台账逐条相连，批次、信件、签发、文件都与记录相符。"""
    from outbox.desk import audit as flow

    desk.show(desk.follow(flow.audit(desk.workspace(), code=code, at=_now())))


@fawen.command()
@click.option("--yes", "sure", is_flag=True, help="原来那一份已经停用")
@click.option("--why", default="", help="为什么接管，例如：换电脑")
@pass_desk
def takeover(desk: Desk, why: str, *, sure: bool) -> None:
    """接管：工作区换了电脑或文件夹之后，由这里接着办理。"""
    from outbox.desk import takeover as flow

    asked = "" if sure or desk.as_json else flow.question(desk.workspace(), at=_now())
    if asked and sys.stdin.isatty():
        sure = click.confirm(asked, default=False, err=True)
    desk.show(flow.takeover(desk.workspace(), sure=sure, why=why, at=_now()))


@fawen.command()
@click.option("--older-than", "older", required=True, metavar="3年|日期", help="多久以前办结的")
@click.option("--go", is_flag=True, help="真的清除；不写只说会清除什么")
@pass_desk
def forget(desk: Desk, older: str, *, go: bool) -> None:
    """清除旧资料：已归档的旧批次里的地址、正文、文件和原件，只留摘要。"""
    from outbox.desk import forget as flow

    desk.show(flow.forget(desk.workspace(), older, go=go, at=_now()))


@fawen.command()
@click.option("--year", type=int, required=True, help="哪一年的发文")
@click.option("-o", "output", type=click.Path(path_type=Path), help="写到哪个文件夹")
@pass_desk
def archive(desk: Desk, year: int, output: Path | None) -> None:
    """归档：一年的定稿、审批单、送达、回执、登记簿，普通文件夹，附清单和校验。"""
    from outbox.desk import archive as flow

    desk.show(flow.archive(desk.workspace(), year, output, at=_now()))


@fawen.command()
@click.option("--release", is_flag=True, help="这一份从此只能查看，等接手的人接管")
@click.option("--to", default="", help="移交给谁")
@pass_desk
def handover(desk: Desk, to: str, *, release: bool) -> None:
    """移交清单：有哪些批次、哪些没办完、归档到哪里。"""
    from outbox.desk import handover as flow

    desk.show(flow.handover(desk.workspace(), release=release, to=to, at=_now()))


def main() -> None:
    """Run the command line; turn every error into its words and its exit status."""
    _hold_the_usual()
    _speak_plainly()
    # No plugin of pydantic's is wanted; to look for one it reads about every package there is.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    gc.collect(0)  # next to nothing, unless a command before this one has left its cycles
    gc.set_threshold(_LOADING)
    # Else Python looks through all that there is for cycles before it ends, which takes longer than
    # most commands; the system takes it all back in any case.
    atexit.register(gc.freeze)
    try:
        _run()
    finally:
        gc.unfreeze()  # where the process goes on, what was in a cycle can be collected again


def _run() -> None:
    try:
        fawen.main(standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.ClickException as error:
        _refuse(_usage(error))
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        _refuse(_interrupted())
        sys.exit(INTERRUPTED)
    except OSError as error:
        _refuse(_outside(error))
        sys.exit(OUTSIDE)
    except Exception as error:
        status = _status(error)
        if status == FAULT:
            _confess()
            raise
        _refuse(error)  # type: ignore[arg-type]  # _status knows only our own errors
        sys.exit(status)


def _refuse(error: FawenError) -> None:
    with suppress(OSError):  # the broken pipe or full disk may be where our own words go
        _desk().refuse(error)


def _interrupted() -> FawenError:
    from rosters.finding import FawenError

    said = "已中断", "已做好的都完整，再运行一次会接着做"
    return FawenError(*said, kind="interrupted")


def _status(error: Exception) -> int:
    names = (kind.__name__ for kind in type(error).__mro__)
    return next((STATUS[name] for name in names if name in STATUS), FAULT)


def _confess() -> None:
    sys.excepthook = _fault
    click.echo("程序出了错（不是您的错）。请把下面的内容发给技术人员：", err=True)


def _fault(kind: type[BaseException], error: BaseException, trace: Any) -> None:  # noqa: ANN401  # the hook's own signature
    sys.__excepthook__(kind, error, trace)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(FAULT)


def _desk() -> Desk:
    words = sys.argv[1:]
    return Desk(Path(), "--json" in words, "--quiet" in words)


def _usage(error: click.ClickException) -> FawenError:
    from rosters.finding import UsageError

    if isinstance(error, click.NoSuchOption) and error.option_name in _BEFORE:
        said = f"{error.option_name} 要写在命令的前面"
        return UsageError(said, f"例如 fawen {error.option_name} check")
    return UsageError(_plainly(error), f"用 {_called(getattr(error, 'ctx', None))} --help 看用法")


def _called(context: click.Context | None) -> str:
    """Name the command that words were wrong for, as it is typed."""
    names: list[str] = []
    while context is not None and context.parent is not None:
        names.insert(0, context.info_name or "")
        context = context.parent
    return " ".join(["fawen", *names])


def _plainly(error: click.ClickException) -> str:
    """Say click's error in Chinese; what it found wrong stays in its own words behind."""
    from outbox.desk import usage

    param = getattr(error, "param", None)
    named = usage.named(param.opts[0], param.metavar) if param is not None else ""
    if isinstance(error, click.MissingParameter) and named:
        return f"缺少 {named}"
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {error.option_name}"
    if isinstance(error, click.BadParameter) and named:
        return f"{named} 的值不对（{usage.value(error.message)}）"
    if isinstance(error, NoArgsIsHelpError):
        return "后面还要写一个子命令"
    return usage.sentence(error.format_message())


_BEFORE = ("--json", "--quiet")  # belong to fawen itself, whatever command follows


def _outside(error: OSError) -> FawenError:
    from rosters import disk
    from rosters.finding import UnavailableError

    name = error.filename or "文件"
    if isinstance(error, PermissionError):
        return UnavailableError(
            f"打不开或写不进 {name}",
            "它可能正在 Excel 或 WPS 里开着，请关闭后再试；没有开着的，请核对有没有读写它的权限",
        )
    said = f"{name}：{disk.worded(error)}"
    return UnavailableError(said, "请检查路径、磁盘空间和网络后再试")


def _hold_the_usual() -> None:
    # Begun with one of the three closed (`fawen check <&-`), a pipe to a process of ours would get
    # that number, and be lost where a fork puts its own 0, 1 and 2 in order.
    while (held := os.open(os.devnull, os.O_RDWR)) <= _USUAL:
        os.set_inheritable(held, True)  # noqa: FBT003 - takes no keyword
    os.close(held)


def _speak_plainly() -> None:
    # A cp936 console cannot show every name; a question mark there is better than a traceback.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    # What we write is people's data: nobody else on the machine reads it.
    os.umask(0o077)


if __name__ == "__main__":
    main()
