"""What a file that cannot be had is called: in a clerk's words, the system's name behind them."""

from __future__ import annotations

import errno

_WORDS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限，或正被别的程序打开",
    errno.EPERM: "没有权限",
    errno.EROFS: "这个盘只能读，不能写",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.EFBIG: "文件太大",
    errno.EISDIR: "是文件夹，不是文件",
    errno.ENOTDIR: "路径里有一段是文件，不是文件夹",
    errno.EEXIST: "已经有同名的文件",
    errno.ENAMETOOLONG: "名字太长",
    errno.EINVAL: "名字或内容是系统不收的",
    errno.EBUSY: "正被别的程序占用",
    errno.EIO: "磁盘读写出错",
    errno.EMFILE: "同时打开的文件太多",
    errno.ENFILE: "同时打开的文件太多",
    errno.ENOMEM: "内存不够",
}


def worded(error: OSError) -> str:
    """Say in Chinese why a file cannot be read or written, the system's name in brackets.

    The name (ENOSPC) is for a technician: the same on every machine and in every language.
    """
    number = error.errno or 0
    name = errno.errorcode.get(number, "")
    said = _WORDS.get(number, "读写出错")
    return f"{said} ({name or error})" if name or str(error) else said
