"""A private PostgreSQL server, and the CPU time and WAL that work on it costs."""
import os, pathlib, shutil, socket, subprocess

SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{directory}'
shared_buffers = 512MB
max_wal_size = 16GB
checkpoint_timeout = 1h
full_page_writes = off  # they depend on when the last checkpoint was, not on the work
timezone = 'UTC'
"""


class Cluster:
    """A cluster of the newest version installed; each commit waits for the disk, as in production."""

    def __init__(self, directory):
        self.directory = directory
        versions = [path for path in pathlib.Path("/usr/lib/postgresql").iterdir() if (path / "bin/initdb").exists()]
        self.programs = max(versions, key=lambda path: int(path.name)) / "bin"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        directory.mkdir()
        if os.geteuid() == 0:
            shutil.chown(directory, "postgres", "postgres")
        self._run("initdb", "--no-sync", "-A", "trust", "-U", "bench", "-E", "UTF8", "--locale=C", "-D", self._data)
        (self._data / "postgresql.conf").write_text(SETTINGS.format(port=self.port, directory=directory))
        self._run("pg_ctl", "start", "-w", "-D", self._data, "-l", directory / "server.log")
        self.postmaster = int((self._data / "postmaster.pid").read_text().split()[0])

    def url(self, database):
        return f"postgresql://bench@127.0.0.1:{self.port}/{database}"

    def sql(self, statement, database="postgres"):
        """The first column of the first row, as text."""
        command = [self.programs / "psql", "-XqAt", "-c", statement, self.url(database)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")[0]

    def copy(self, database, template=None):
        """Drops and creates the database, empty or with the template's content."""
        self.sql(f"DROP DATABASE IF EXISTS {database}")
        self.sql(f"CREATE DATABASE {database} TEMPLATE {template or 'template1'}")
        self.sql("CHECKPOINT")

    def cost(self):
        """CPU seconds that the server has spent, and bytes of WAL that it has written, so far."""
        wal = int(self.sql("SELECT pg_current_wal_insert_lsn() - '0/0'"))
        return self._cpu(), wal

    def stop(self):
        self._run("pg_ctl", "stop", "-m", "immediate", "-D", self._data)

    @property
    def _data(self):
        return self.directory / "data"

    def _cpu(self):
        """CPU seconds of the postmaster, of its ended children and of its running ones."""
        total = 0
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rsplit(")", 1)[1].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(stat.parent.name) == self.postmaster:
                total += sum(map(int, fields[11:15]))
            elif int(fields[1]) == self.postmaster:
                total += sum(map(int, fields[11:13]))
        return total / os.sysconf("SC_CLK_TCK")

    def _run(self, program, *arguments):
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        subprocess.run([*user, self.programs / program, *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/")
