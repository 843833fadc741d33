"""keyvigil itself on a store with many keys."""
import json, os, pathlib, shutil, subprocess, sys

from .measuring import Run
from .stub import new_key

SETTINGS = """
probe: {{ca_file: {authority}, concurrency: {in_flight}}}
mail: {{directory: "{directory}/mails", from: bench@example.com}}
templates: "{templates}"
providers:
  openai: {{base_url: "{url}", rate_per_second: 1000000, tenant_rate_per_second: 1000000}}
"""


TEMPLATES = pathlib.Path(__file__).resolve().parents[2] / "templates"


class Product:
    """The built program, with the stub as its only provider."""

    def __init__(self, program, directory, stub):
        self.program, self.directory, self.stub = program, directory, stub
        key = Run([program, "encryption", "new-key"], os.environ).output.strip()
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(directory), "BYOK_ENCRYPTION_KEY": key}

    def fill(self, store, keys):
        """Imports so many keys into an empty store, all of them due; returns the import's Run."""
        file = self.directory / "keys.jsonl"
        with file.open("w") as lines:
            for _ in range(keys):
                lines.write(json.dumps({"tenant": "bench", "provider": "openai", "key": new_key()}) + "\n")
        store.prepare(self)
        self.run(store, "tenants", "add", "bench", "--name", "Bench")
        imported = self.run(store, "keys", "import", "--no-probe", file)
        file.unlink()
        return imported

    def check(self, store, keys, place="openai", in_flight=64):
        """Executes the job once; ends the benchmark unless every key got a verdict."""
        run = self.run(store, "run", "--json", place=place, in_flight=in_flight, allowed=(0, 3))
        probed = json.loads(run.output)["keys"]
        if probed["probed"] != keys or probed["unknown"]:
            sys.exit(f"scripts/bench: not every key was checked: {probed}")
        return run

    def check_together(self, store, keys, runners):
        """Several runs at once; returns seconds of wall clock from the first start to the last end, and of CPU."""
        command = self._command("run", "--json", place="openai", in_flight=64)
        environment = self._environment(store)
        start = os.times()
        children = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(runners)]
        outputs = [child.communicate()[0] for child in children]
        end = os.times()
        probed = sum(json.loads(output)["keys"]["probed"] for output in outputs)
        if probed != keys:
            sys.exit(f"scripts/bench: {runners} runners checked {probed} of {keys} keys")
        cpu = end.children_user + end.children_system - start.children_user - start.children_system
        return end.elapsed - start.elapsed, cpu

    def run(self, store, *arguments, place="openai", in_flight=64, allowed=(0,)):
        return Run(self._command(*arguments, place=place, in_flight=in_flight), self._environment(store), allowed)

    def _command(self, *arguments, place, in_flight):
        settings = self.directory / f"{place}-{in_flight}.yaml"
        settings.write_text(SETTINGS.format(
            authority=self.stub.authority, in_flight=in_flight, url=self.stub.url(place), directory=self.directory,
            templates=TEMPLATES))
        return [self.program, *arguments, "--config", settings]

    def _environment(self, store):
        return self.environment | {"DATABASE_URL": store.url}


class EmbeddedStore:
    """A store in an SQLite file."""

    def __init__(self, path):
        self.path, self.url = path, f"sqlite://{path}"

    def prepare(self, product):
        pass

    def copy(self, name):
        copy = EmbeddedStore(self.path.with_name(f"{name}.db"))
        for suffix in ("", "-wal", "-shm"):
            pathlib.Path(f"{copy.path}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.path, copy.path)
        copy.path.chmod(0o600)
        return copy

    def cost(self):
        return 0, 0


class ServerStore:
    """A store in a PostgreSQL database."""

    def __init__(self, cluster, name):
        self.cluster, self.name, self.url = cluster, name, cluster.url(name)

    def prepare(self, product):
        self.cluster.copy(self.name)
        product.run(self, "database", "migrate")

    def copy(self, name):
        self.cluster.copy(name, self.name)
        return ServerStore(self.cluster, name)

    def cost(self):
        return self.cluster.cost()
