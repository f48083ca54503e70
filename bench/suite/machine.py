"""What the figures were measured on, and how fast its disk really syncs."""

import json
import os
import platform
import subprocess
from datetime import datetime, timezone
from pathlib import Path

from suite.processes import Failed


def mount_of(folder):
    """(file system type, device name) of the mount that holds the folder."""
    device = os.stat(folder).st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        fields, _, rest = line.partition(" - ")
        if fields.split()[2] == number:
            kind, name, *_ = rest.split()
            return kind, name
    return "unknown", "unknown"


def require_real_disk(folder):
    kind, _ = mount_of(folder)
    if kind in ("tmpfs", "ramfs"):
        raise Failed(f"{folder} is in memory ({kind}), where nothing is durable; name a folder on a disk with --data")


def _first_match(path, key):
    for line in Path(path).read_text().splitlines():
        if line.startswith(key):
            return line.partition(":")[2].strip()
    return "unknown"


def describe(folder):
    kind, device = mount_of(folder)
    queue = Path("/sys/class/block", os.path.basename(device), "queue")
    if not queue.exists():
        queue = queue.parent / ".." / "queue"
    cache = queue / "write_cache"
    return {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "cpu": _first_match("/proc/cpuinfo", "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "memoryBytes": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        "kernel": platform.release(),
        "system": _system_name(),
        "fileSystem": kind,
        "diskWriteCache": cache.read_text().strip() if cache.exists() else "unknown",
    }


def _system_name():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def busy_share():
    """Of the last minute, how busy the machine was with other things, in cores: the figures are worth less then."""
    return os.getloadavg()[0]


def fdatasync(program, folder, seconds):
    out = subprocess.run([program, folder, str(seconds)], check=True, capture_output=True, text=True,
                         timeout=seconds * 2 + 60)
    return json.loads(out.stdout)
