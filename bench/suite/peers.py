"""nginx, Redis and PostgreSQL, each with the settings that its users would call durable, on the same disk."""

import csv
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from suite.processes import Failed, accepts, free_port

VALUE_BYTES = 120  # about what one stored update takes
USERS = 1_000_000

NGINX_CONFIG = """
daemon off;
worker_processes 2;
worker_rlimit_nofile 8192;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_requests 2000000000;
  keepalive_timeout 1h;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} reuseport backlog=4096;
    location / {{ return 204; }}
  }}
}}
"""

PG_SCHEMA = """
create table progress (
  user_id bigint, show_id bigint, episode_id bigint, position integer not null, version bigint not null,
  primary key (user_id, show_id, episode_id));
"""
PG_SCRIPT = f"""
\\set user random(1, {USERS})
insert into progress values (:user, 789, 12, 1122, (extract(epoch from clock_timestamp()) * 1000000)::bigint)
  on conflict (user_id, show_id, episode_id) do update set position = excluded.position, version = excluded.version
  where excluded.version > progress.version;
"""


def program(name, *folders):
    found = shutil.which(name) or next((str(Path(f, name)) for f in folders if Path(f, name).exists()), None)
    if not found:
        raise Failed(f"{name} is not installed")
    return found


class Nginx:
    def __init__(self, workspace):
        folder = workspace.new_folder("nginx")
        folder.chmod(0o755)
        self.port = free_port()
        config = folder / "nginx.conf"
        config.write_text(NGINX_CONFIG.format(folder=folder, port=self.port))
        binary = program("nginx", "/usr/sbin")
        self.process = workspace.start([binary, "-c", config, "-e", folder / "error.log"], "nginx",
                                       stop_signal=signal.SIGTERM)
        self.process.wait_for(lambda: accepts(self.port), 10, "nginx's start")

    @property
    def pid(self):
        return self.process.pid


class Redis:
    def __init__(self, workspace):
        self.port = free_port()
        self.benchmark = program("redis-benchmark")
        # Rewriting the file in the background would cost Redis some of its rate.
        self.process = workspace.start(
            [program("redis-server"), "--bind", "127.0.0.1", "--port", self.port,
             "--dir", workspace.new_folder("redis"), "--appendonly", "yes", "--appendfsync", "always", "--save", "",
             "--auto-aof-rewrite-percentage", 0], "redis")
        self.process.wait_for(lambda: accepts(self.port), 10, "Redis's start")
        self.rate_seen = None

    def sets_per_second(self, clients, seconds):
        if self.rate_seen is None:
            self.rate_seen = self._run(clients, 20_000)
        self.rate_seen = self._run(clients, int(self.rate_seen * seconds))
        return self.rate_seen

    def _run(self, clients, requests):
        done = subprocess.run(
            [self.benchmark, "-h", "127.0.0.1", "-p", str(self.port), "-t", "set", "-c", str(clients), "-n",
             str(requests), "-r", str(USERS), "-d", str(VALUE_BYTES), "--csv"],
            check=True, capture_output=True, text=True, timeout=300)
        for row in csv.reader(done.stdout.splitlines()):
            if row and row[0] == "SET":
                return float(row[1])
        raise Failed(f"redis-benchmark printed no SET line: {done.stdout!r}")


class Postgres:
    """Refuses to run as root, so root starts it as the user postgres."""

    def __init__(self, workspace):
        bins = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        self.bin = bins[-1] if bins else Path("/usr/bin")
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            try:
                pwd.getpwnam(self.user)
            except KeyError:
                raise Failed("PostgreSQL won't run as root, and there is no user postgres") from None
        data = self._folder(workspace.new_folder("postgres"))
        # A socket's path is limited to 107 bytes, which a build folder's can exceed.
        self.socket = self._folder(Path(tempfile.mkdtemp(prefix="ph-")))
        workspace.callback(shutil.rmtree, self.socket, ignore_errors=True)
        self._run("initdb", "-D", data, "-U", "playhead", "--auth=trust", "-E", "UTF8", "--no-locale")
        self.process = workspace.start(
            [self._program("postgres"), "-D", data, "-c", "listen_addresses=", "-c",
             f"unix_socket_directories={self.socket}", "-c", "max_connections=400", "-c", "fsync=on"],
            "postgres", user=self.user, stop_signal=signal.SIGINT)
        self.process.wait_for(self._answers, 30, "PostgreSQL's start")
        self._run("psql", "-h", self.socket, "-U", "playhead", "-d", "postgres", "-q", "-c", PG_SCHEMA)
        self.script = self.socket / "upsert.sql"
        self.script.write_text(PG_SCRIPT)
        self.script.chmod(0o644)

    def upserts_per_second(self, clients, seconds):
        # A backend process for each client takes a while to get going, and pgbench's time runs meanwhile.
        seconds = max(seconds, 8)
        out = self._run("pgbench", "-h", self.socket, "-U", "playhead", "-d", "postgres", "-n", "-M", "prepared", "-c",
                        clients, "-j", 2, "-T", seconds, "-f", self.script, timeout=seconds + 120)
        found = re.search(r"tps = ([\d.]+)", out)
        if not found or re.search(r"number of failed transactions: [1-9]", out):
            raise Failed(f"pgbench: {out}")
        return float(found[1])

    def _answers(self):
        return subprocess.run([self._program("pg_isready"), "-h", self.socket, "-q"], timeout=10).returncode == 0

    def _program(self, name):
        return str(self.bin / name)

    def _folder(self, folder):
        if self.user:
            shutil.chown(folder, self.user, self.user)
        for parent in folder.parents:
            if self.user and not parent.stat().st_mode & 0o001:
                raise Failed(f"the user {self.user} can't reach {folder}, since {parent} is closed to others; "
                             "name another folder with --data")
        return folder

    def _run(self, name, *arguments, timeout=120):
        wrapper = ["setpriv", "--reuid", self.user, "--regid", self.user, "--init-groups", "--"] if self.user else []
        done = subprocess.run([*wrapper, self._program(name), *map(str, arguments)], capture_output=True, text=True,
                              cwd="/", timeout=timeout)
        if done.returncode != 0:
            raise Failed(f"{name}: {done.stderr.strip()}")
        return done.stdout
