"""The programs that keyvigil is compared with, installed from PyPI into an environment of their own."""
import json, os, pathlib, subprocess, sys

from .measuring import Run
from .stub import new_key

HERE = pathlib.Path(__file__).resolve().parent / "contenders"
PACKAGES = ["aiohttp==3.14.5", "asyncpg==0.32.0", "cryptography", "litellm==1.99.4"]


class Contenders:
    def __init__(self, place, directory, stub):
        self.directory, self.stub = directory, stub
        self.python = place / "bin/python"
        if not self.python.exists():
            subprocess.run([sys.executable, "-m", "venv", place], check=True)
            subprocess.run([self.python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)

    def fill(self, cluster, name, keys):
        cluster.copy(name)
        self._run("aiohttp_fill.py", cluster.url(name), self._keys(keys))

    def aiohttp(self, url, keys, place="openai", in_flight=64):
        return self._checked(
            keys, self._run("aiohttp_job.py", url, self.stub.url(place), self.stub.authority, str(in_flight)))

    def litellm(self, keys):
        return self._checked(
            keys, self._run("litellm_check.py", self.stub.url("openai"), self.stub.authority, self._keys(keys)))

    def _keys(self, count):
        file = self.directory / "contender-keys"
        file.write_text("".join(new_key() + "\n" for _ in range(count)))
        return file

    def _run(self, script, *arguments):
        return Run([self.python, HERE / script, *arguments], os.environ)

    def _checked(self, keys, run):
        if json.loads(run.output.splitlines()[-1])["probed"] != keys:
            sys.exit(f"scripts/bench: a contender did not check every key: {run.output}")
        return run
