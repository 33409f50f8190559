"""A new workspace with one example of each kind."""

from __future__ import annotations

import shutil
from importlib import resources
from typing import TYPE_CHECKING

from merge.samples import CORE, SAMPLES
from outbox.desk.outcome import Outcome
from outbox.settings import FILE
from outbox.workspace import JOBS
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ROSTER = "示例大学名册.xlsx"

ROOMS = ("jobs", "rosters", "templates", "outbox")
SETTINGS = """\
# 发文工作区的设置。密码不写在这里：放进钥匙串、环境变量 FAWEN_PASSWORD，
# 或 password_file 指向的、只有本人能读的文件。
time_zone = "Asia/Shanghai"

[unit]
name = "{unit}"                      # 发文机关
# code = "示大组"                    # 代字；发文单写「自动」时用它编号

[account]                            # 发件邮箱；QQ、163、腾讯企业邮等常见邮箱只需填 address 和 name
address = "{address}"
name = "{sender}"
# host = "smtp.example"
# port = 465
# security = "ssl"                   # ssl | starttls
# user = ""                          # 登录名与邮箱不同时才填
# password_file = ""
# imap_host = "imap.example"         # 收信（退信、存疑都靠它核对）；常见邮箱不用写
# imap_port = 993
# imap_security = "ssl"              # ssl | starttls
# service = ""                       # 认不出时写明：exmail（腾讯企业邮）、coremail、ym163、relay
# per_minute = 10                    # 每分钟最多几封；不写则按邮箱的估计值，先慢后快
# per_day = 200                      # 每天最多几封
# quiet_hours = "22:00-07:00"        # 夜里不发；特急件不受此限

[defaults]                            # 发文单里不写的，就按这里写的；键是发文单的行名，要加引号
# "主送" = "各分党委、党总支、直属党支部"
# "抄送" = "学校党委委员，党委办公室"

[columns]                             # 名册里叫别的名字的列：表头上的名字 = 标准的名字，都加引号
# "办公邮箱" = "电子邮箱"

[approve]
approvers = {approvers}              # 谁可以签发，例如 ["张三"]；空着则任何姓名都接受
# 能收回信的写成 {{name = "张三", address = "zhangsan@单位.example"}}
# two_persons = true                 # 签发人和录入人不能是同一个人
# logins = {{"zs" = "张三"}}           # 电脑的登录名是谁的；two_persons 靠它
# mail_server = "mx.单位.example"    # 本单位收信服务器在 Authentication-Results 里的名字

[fonts]                              # 公文用的字体，按本单位电脑上有的改
# body = "仿宋_GB2312"               # 仿宋体
# kai = "楷体_GB2312"                # 楷体
# hei = "黑体"                       # 黑体
# title = "方正小标宋简体"           # 小标宋体
# song = "宋体"                      # 宋体，用于页码

[print]                              # 印在印好的证书上、位置偏了时用；怎么量见 fawen print --ruler
# shift = "0,0"                      # 内容移动几毫米：向右,向下；向左、向上写负数
# printers = {{"证书打印机" = "1.5,-2"}} # 各台打印机不同的，用 --printer 名字

[ledger]
path = "outbox/ledger.db"            # 台账；不要放在网络盘上
# url = "postgresql://用户@主机/库"   # 几台机器合用时改放 PostgreSQL；密码放钥匙串或环境变量
"""


def new(folder: Path, *, markdown: bool = False) -> Outcome:
    """Lay a workspace into a folder that is empty or not there yet.

    Args:
        folder: where.
        markdown: every example job in Markdown, not in Word where there is one.

    Raises:
        InputError: the folder holds something.

    """
    files = lay(folder, jobs=_jobs((".md",) if markdown else JOBS))
    return Outcome(
        (
            f"工作区建好了：{folder.resolve()}",
            *(f"  {name}" for name in files),
            "下一步：把 fawen.toml 里的 [unit] 和 [account] 改成本单位的，"
            "把 rosters/ 里的名册换成自己的，再运行 fawen check",
        ),
        {"workspace": str(folder.resolve()), "files": files},
    )


def lay(
    folder: Path,
    *,
    unit: str = "",
    address: str = "",
    sender: str = "",
    approvers: str = "[]",
    jobs: Mapping[str, bytes],
) -> list[str]:
    """Write the files of a workspace with these jobs, by their names; return all names.

    Raises:
        InputError: the folder holds something.

    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} 不是空文件夹", "请换一个名字，或先把它清空")
    files: dict[str, bytes] = {
        FILE: SETTINGS.format(
            unit=unit, address=address, sender=sender, approvers=approvers
        ).encode()
    }
    files |= {_place(name): content for name, content in jobs.items()}
    files[f"rosters/{ROSTER}"] = resources.files("rosters").joinpath("samples", ROSTER).read_bytes()
    try:
        _write(folder, files)
    except OSError:
        # Half of it would pass for a workspace, with a roster cut off, and bar the next try.
        for room in {*ROOMS, *(name.partition("/")[0] for name in files if "/" in name)}:
            shutil.rmtree(folder / room, ignore_errors=True)
        (folder / FILE).unlink(missing_ok=True)
        raise
    return sorted(files)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name in ("", *ROOMS):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).parent.mkdir(mode=0o700, exist_ok=True)
        (folder / name).write_bytes(data)


def core() -> dict[str, bytes]:
    """Return the jobs of the demonstration, by the names of their files."""
    return {f"{stem}.md": (SAMPLES / f"{stem}.md").read_bytes() for stem in CORE}


def _place(name: str) -> str:
    """Say where a file of the examples lies: forms beside the jobs, all else among them."""
    return name if name.startswith("forms/") else f"jobs/{name}"


def _jobs(endings: Sequence[str]) -> dict[str, bytes]:
    """Return each example in the first of these forms that it has, and what goes with them."""
    found: dict[str, bytes] = {}
    for path in sorted(SAMPLES.iterdir()):
        if path.is_dir() and not path.name.startswith("_"):
            found |= {f"{path.name}/{one.name}": one.read_bytes() for one in sorted(path.iterdir())}
    for stem in sorted({path.stem for path in SAMPLES.glob("*.md")}):
        forms = (SAMPLES / f"{stem}{ending}" for ending in endings)
        path = next(one for one in forms if one.is_file())
        found[path.name] = path.read_bytes()
    return found
