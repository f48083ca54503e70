#!/usr/bin/env python3
"""replay_containerfile.py FOLDER: takes the steps of ./Containerfile without a container engine, and tries the result.

Each stage is a Debian folder made by debootstrap below FOLDER; RUN is a chroot in a mount namespace of its own, COPY a
copy. Then ENTRYPOINT and CMD start as USER with ENV, in a network namespace of their own; HEALTHCHECK must succeed and
SIGTERM must end it with 0. It knows the instructions that our file uses and refuses others. Needs root and debootstrap;
this machine's apt settings are taken over, since a mirror or proxy named there is the one that works here.
"""

import ctypes
import fcntl
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

CONTEXT = Path(__file__).resolve().parent.parent
BASE = "docker.io/library/debian:12-slim"
APT_SETTINGS = ["etc/apt/sources.list", "etc/apt/sources.list.d/debian.sources", "etc/apt/apt.conf.d", "etc/hosts",
                "etc/resolv.conf", "etc/ssl/certs"]
START_WITHIN_S = 30


def instructions(text):
    """(instruction, argument) of each line; a backslash at the end joins lines."""
    text = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    for line in filter(str.strip, text.splitlines()):
        name, _, argument = line.strip().partition(" ")
        yield name, argument.strip()


def run(*command, **options):
    if (status := subprocess.run(command, check=False, **options).returncode) != 0:
        raise SystemExit(f"replay: that step failed with status {status}")


def in_root(root, script):
    """A shell command for a namespace of its own in which `script` runs with /proc and /dev of `root`."""
    mounts = f'mount -t proc proc "{root}/proc" && mount --rbind /dev "{root}/dev"'
    return ["unshare", "--mount", "--", "sh", "-c", f'{mounts} && exec chroot "{root}" /bin/sh -c "$1"', "sh", script]


def live_alone(root):
    """From here on, this process has mounts of its own, and a network with nothing but loopback."""
    new_mounts, new_network, set_flags, up = 0x00020000, 0x40000000, 0x8914, 1
    if ctypes.CDLL(None, use_errno=True).unshare(new_mounts | new_network) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    run("mount", "--make-rprivate", "/")
    run("mount", "-t", "proc", "proc", root / "proc")
    run("mount", "--rbind", "/dev", root / "dev")
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh", b"lo", up))


def bootstrap(base):
    if (base / "etc/debian_version").exists():
        return
    shutil.rmtree(base, ignore_errors=True)
    base.mkdir(parents=True)
    settings = "".join(Path("/", name).read_text() for name in APT_SETTINGS[:2] if Path("/", name).exists())
    mirror = re.search(r"^(?:URIs:|deb)\s+(?:\[[^]]*\]\s*)?(\S+)", settings, re.MULTILINE)
    run("debootstrap", "--variant=minbase", "bookworm", base, *([mirror.group(1)] if mirror else []),
        stdout=subprocess.DEVNULL)
    for name in APT_SETTINGS:
        source = Path("/", name)
        if source.is_dir():
            shutil.copytree(source, base / name, dirs_exist_ok=True)
        elif source.exists():
            shutil.copyfile(source, base / name)
    if (base / "etc/apt/sources.list.d/debian.sources").exists():
        (base / "etc/apt/sources.list").unlink(missing_ok=True)
    run(*in_root(base, "apt-get clean; rm -rf /var/lib/apt/lists/*"))


class Stage:
    def __init__(self, root, base):
        self.root, self.workdir, self.env, self.user = root, "/", {}, "root"
        self.entrypoint, self.cmd, self.healthcheck = [], [], []
        if root.exists():
            shutil.rmtree(root)
        run("cp", "-a", "--reflink=auto", base, root)

    def inside(self, path):
        return self.root / os.path.join(self.workdir, path).lstrip("/")

    def step(self, name, argument, stages):
        if name == "RUN":
            run(*in_root(self.root, f'cd "{self.workdir}" && {argument}'))
        elif name == "COPY":
            words = argument.split()
            origin = CONTEXT
            if words[0].startswith("--from="):
                origin = stages[words.pop(0).removeprefix("--from=")].root
            for source in words[:-1]:
                self.copy(origin / source.lstrip("/"), words[-1])
        elif name == "WORKDIR":
            self.workdir = argument
            self.inside("").mkdir(parents=True, exist_ok=True)
        elif name == "USER":
            self.user = argument
        elif name == "ENV":
            key, _, value = argument.partition("=")
            self.env[key] = value
        elif name == "ENTRYPOINT":
            self.entrypoint = json.loads(argument)
        elif name == "CMD":
            self.cmd = json.loads(argument)
        elif name == "HEALTHCHECK":
            self.healthcheck = json.loads(argument.partition(" CMD ")[2])
        elif name not in ("VOLUME", "EXPOSE"):
            raise SystemExit(f"replay: {name} is not known here; add it")

    def copy(self, source, target):
        to = self.inside(target)
        if source.is_dir():
            shutil.copytree(source, to, symlinks=True, dirs_exist_ok=True)
            return
        if target.endswith("/"):
            to = to / source.name
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, to)

    def command(self, argv, user):
        """`argv` inside the root, as a process of its own that can be waited for."""
        entry = next(line.split(":") for line in (self.root / "etc/passwd").read_text().splitlines()
                     if line.startswith(user + ":"))

        def enter():
            os.chroot(self.root)
            os.chdir(self.workdir)
            os.setgroups([])
            os.setgid(int(entry[3]))
            os.setuid(int(entry[2]))

        env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": entry[5], **self.env}
        return subprocess.Popen(argv, env=env, preexec_fn=enter)

    def try_it(self):
        live_alone(self.root)
        started = time.monotonic()
        with self.command(self.entrypoint + self.cmd, self.user) as program:
            while self.command(self.healthcheck, self.user).wait() != 0:
                if program.poll() is not None or time.monotonic() - started > START_WITHIN_S:
                    program.kill()
                    raise SystemExit(f"replay: not healthy within {START_WITHIN_S} s (status {program.poll()})")
                time.sleep(0.2)
            print(f"replay: healthy after {time.monotonic() - started:.1f} s", flush=True)
            program.terminate()
            status = program.wait(timeout=30)
        if status != 0:
            raise SystemExit(f"replay: SIGTERM ended it with status {status}")


def replay(folder):
    stages, stage = {}, None
    for name, argument in instructions((CONTEXT / "Containerfile").read_text()):
        print(f"replay: {name} {argument}", flush=True)
        if name != "FROM":
            stage.step(name, argument, stages)
            continue
        base, _, alias = argument.partition(" AS ")
        if base != BASE:
            raise SystemExit(f"replay: the base must be {BASE}")
        bootstrap(folder / "base")
        stage = stages[alias or "image"] = Stage(folder / (alias or "image"), folder / "base")
    size = subprocess.run(["du", "-smx", stage.root], check=True, capture_output=True, text=True).stdout.split()[0]
    print(f"replay: the image is {size} MB; starting {stage.entrypoint + stage.cmd} as {stage.user}", flush=True)
    stage.try_it()
    print("replay: answered its health check and stopped in good order")


if __name__ == "__main__":
    if os.getuid() != 0:
        raise SystemExit("replay: needs root")
    replay(Path(sys.argv[1]).resolve())
