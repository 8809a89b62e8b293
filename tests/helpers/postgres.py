"""A throw-away PostgreSQL cluster under its own user, since the server refuses to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

_USER = "nobody"


def find_binaries() -> Path | None:
    """Return the folder of the newest server binaries, or None when there are none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    folders += [Path(found).parent for found in (shutil.which("initdb"),) if found]
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


class Cluster:
    """One server on a free port of the loopback address, without durability: nothing in it is worth keeping."""

    def __init__(self):
        binaries = find_binaries()
        assert binaries is not None
        self.binaries = binaries
        self.folder = Path(tempfile.mkdtemp(prefix="registry-pg-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = None

    def _as_user(self):
        if os.geteuid() != 0:
            return {}
        account = pwd.getpwnam(_USER)
        os.chown(self.folder, account.pw_uid, account.pw_gid)
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def start(self):
        """Make the cluster and wait until it answers; one that does not is ended, and its folder removed."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self):
        options = self._as_user()
        data = self.folder / "data"
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.folder)}
        subprocess.run(
            [self.binaries / "initdb", "-D", data, "-U", "registry", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            env=environment,
            cwd=self.folder,
            **options,
        )
        settings = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=100")
        command = [self.binaries / "postgres", "-D", data, "-p", str(self.port), "-h", "127.0.0.1", "-k", self.folder]
        for setting in settings:
            command += ["-c", setting]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env=environment, cwd=self.folder, **options
            )
        for _ in range(100):
            try:
                with self._admin().connect():
                    return
            except sa.exc.OperationalError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        raise RuntimeError((self.folder / "log").read_text())

    def _admin(self):
        return sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)

    def url(self, name):
        """Return the URL of a database."""
        return f"postgresql+psycopg://registry@127.0.0.1:{self.port}/{name}"

    def create(self, name, template=None):
        """Make a database, as a copy of another when `template` is given; return its URL."""
        with self._admin().connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        return self.url(name)

    def stop(self):
        """End the server that was started, and remove its folder."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)
