"""Every command: read the words, call one function, print what came of it.

The only module that knows click and rich. Each command imports its flow when it runs, so that
`fawen --help` needs click alone.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click
from click.exceptions import NoArgsIsHelpError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from outbox.desk.outcome import Outcome, Progress
    from outbox.workspace import Workspace
    from rosters.finding import FawenError

R = TypeVar("R")

# Exit statuses, COMMANDS: the one table from a class of error to a status.
STATUS = {"InputError": 1, "UsageError": 2, "UnavailableError": 4}
OUTSIDE = 4
FAULT = 70
INTERRUPTED = 130


@dataclass(frozen=True)
class Desk:
    """What the words before the command said."""

    folder: Path
    as_json: bool
    quiet: bool

    def workspace(self) -> Workspace:
        """Find the workspace that the folder lies in."""
        from outbox.workspace import find

        return find(self.folder)

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

    def refuse(self, error: FawenError) -> None:
        """Print an error with its findings."""
        from outbox.desk.outcome import finding_lines, finding_object

        if self.as_json:
            said = {"kind": error.kind, "message": error.message, "advice": error.advice}
            found = [finding_object(one) for one in error.findings]
            click.echo(_json({"error": said, "findings": found}))
        else:
            for line in finding_lines(error.findings):
                click.echo(line, err=True)
            click.echo(f"未完成：{error}", err=True)


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
        console=Console(stderr=True),
        transient=True,
    ) as bars:
        tasks: dict[str, Any] = {}

        def draw(progress: Progress) -> None:
            if progress.what not in tasks:
                tasks[progress.what] = bars.add_task(progress.what, total=progress.total)
            bars.update(tasks[progress.what], completed=progress.done, total=progress.total)

        yield draw


def _now() -> datetime:
    return datetime.now(UTC)


pass_desk = click.make_pass_decorator(Desk)
BATCH = click.argument("batch", required=False)


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
@pass_desk
def new(desk: Desk, directory: Path) -> None:
    """新建一个工作区，每种作业各放一个例子。"""
    from outbox.desk import new as flow

    desk.show(flow.new(desk.folder / directory))


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
@click.option("--only", multiple=True, metavar="KEY", help="只做这些党组织或文件（可多次）")
@click.option("--limit", type=click.IntRange(min=1), help="只做前几份，作样张看，不能签发")
@click.option("--skip-invalid", is_flag=True, help="略去含有错误数据的文件，名单记入清单")
@click.option("--workers", type=click.IntRange(min=1), help="用几个进程；不写则按份数定")
@click.option("--pdf", is_flag=True, help="信里装 PDF，不装可以改动的 Word 文件")
@pass_desk
def merge(
    desk: Desk,
    job: str,
    only: tuple[str, ...],
    limit: int | None,
    skip_invalid: bool,
    workers: int | None,
    *,
    pdf: bool,
) -> None:
    """检查之后填写每一份文件，放进 outbox/批次/，登记为草稿。"""
    from outbox.desk import merge as flow

    choice = flow.Choice(only, limit, skip_invalid, workers, pdf)
    desk.show(desk.follow(flow.merge(desk.workspace(), job, choice, now=_now)))


@fawen.command()
@click.argument("name", metavar="作业|批次")
@pass_desk
def rehearse(desk: Desk, name: str) -> None:
    """演练：经真实的 SMTP 全部发到本机的邮局，不惊动任何人。"""
    from outbox.desk import rehearse as flow

    desk.show(desk.follow(flow.rehearse(desk.workspace(), name, now=_now)))


@fawen.command()
@BATCH
@click.option("--by", required=True, help="签发人")
@click.option(
    "--basis", required=True, help="依据：文件路径（扫描件、照片、邮件）、当面 或 OA:编号"
)
@pass_desk
def approve(desk: Desk, batch: str | None, by: str, basis: str) -> None:
    """记下：就是这些内容，由谁签发，凭什么。"""
    from outbox.desk import approve as flow

    desk.show(flow.approve(desk.workspace(), batch, by=by, basis=basis, at=_now()))


@fawen.command()
@BATCH
@click.option("--go", is_flag=True, help="真的发出")
@click.option("--wait", is_flag=True, help="到额度后等着，一直发完")
@pass_desk
def send(desk: Desk, batch: str | None, go: bool, wait: bool) -> None:
    """试算谁会收到什么、要多久；加 --go 才真的发出。"""
    from outbox.desk import send as flow

    if wait and not go:
        raise click.UsageError("--wait 要和 --go 一起用")
    if go:
        desk.show(desk.follow(flow.go(desk.workspace(), batch, now=_now, wait=wait)))
    desk.show(flow.dry(desk.workspace(), batch, at=_now()))


@fawen.group()
def account() -> None:
    """发件邮箱。"""


@account.command("set")
@pass_desk
def account_set(desk: Desk) -> None:
    """把发件邮箱的授权码存进系统的钥匙串。"""
    from outbox.desk import account as flow

    workspace = desk.workspace()
    click.echo(flow.hint(workspace), err=True)
    secret = click.prompt("授权码（输入时不显示）", hide_input=True, err=True)
    desk.show(flow.store(workspace, secret))


@fawen.command()
@pass_desk
def batches(desk: Desk) -> None:
    """列出各批次。"""
    from outbox.desk import status as flow

    desk.show(flow.batches(desk.workspace(), _now()))


@fawen.command()
@click.argument("batch")
@click.argument("letter", required=False)
@pass_desk
def show(desk: Desk, batch: str, letter: str | None) -> None:
    """看一个批次，或其中一封信的全部内容。"""
    from outbox.desk import status as flow

    desk.show(flow.show(desk.workspace(), batch, letter, at=_now()))


@fawen.command()
@BATCH
@pass_desk
def status(desk: Desk, batch: str | None) -> None:
    """各种状态的信各有几封。"""
    from outbox.desk import status as flow

    desk.show(flow.status(desk.workspace(), batch, at=_now()))


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
@BATCH
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="写到哪个 .xlsx")
@pass_desk
def report(desk: Desk, batch: str | None, output: Path) -> None:
    """发文登记簿、送达明细、对账单，一个可打印的工作簿。"""
    from outbox.desk import report as flow

    desk.show(flow.report(desk.workspace(), batch, output, at=_now()))


def main() -> None:
    """Run the command line; turn every error into its words and its exit status."""
    _speak_plainly()
    try:
        fawen.main(standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.ClickException as error:
        _desk().refuse(_usage(error))
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        _desk().refuse(_interrupted())
        sys.exit(INTERRUPTED)
    except OSError as error:
        with suppress(OSError):  # the same broken pipe or full disk may be our own stdout
            _desk().refuse(_outside(error))
        sys.exit(OUTSIDE)
    except Exception as error:
        status = _status(error)
        if status == FAULT:
            _confess()
            raise
        _desk().refuse(error)  # type: ignore[arg-type]  # _status knows only our own errors
        sys.exit(status)


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

    return UsageError(_plainly(error), "用 fawen --help 或 fawen 命令 --help 看用法")


def _plainly(error: click.ClickException) -> str:
    """Say click's error in Chinese; what it found wrong stays in its own words behind."""
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return f"缺少 {error.param.opts[0] if error.param.opts[0][0] == '-' else '参数'}"
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {error.option_name}"
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"{error.param.opts[0]} 的值不对（{error.message}）"
    if isinstance(error, NoArgsIsHelpError):
        return "后面还要写一个子命令"
    said = error.format_message()
    for english, chinese in _USAGE:
        said = re.sub(english, chinese, said)
    return said


_USAGE = (
    (r"No such command '(.*?)'\.", r"没有命令「\1」"),
    (r"Got unexpected extra arguments? \((.*?)\)", r"多了「\1」"),
    (r"Option '(.*?)' requires an argument\.", r"\1 后面要写内容"),
)


def _outside(error: OSError) -> FawenError:
    from rosters.finding import UnavailableError

    name = error.filename or "文件"
    if isinstance(error, PermissionError):
        return UnavailableError(
            f"打不开或写不进 {name}", "它可能正在 Excel 或 WPS 里开着，请关闭后再试"
        )
    return UnavailableError(
        f"{name}：{error.strerror or error}", "请检查路径、磁盘空间和网络后再试"
    )


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
