"""What is Java about the servers of a development cluster: their jars from Maven, and how they are started."""

import fcntl
import os
import shutil
import subprocess
import sys

from process import Process, hold, listens  # noqa: F401: for who starts Java

POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>playhead</groupId>
  <artifactId>{artifact}-jars</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version></dependency>
  </dependencies>
</project>
"""


def fetch(folder, coordinates):
    """The folder with the jars of GROUP:ARTIFACT:VERSION and of all it needs, fetched by Maven when it is not there."""
    group, artifact, version = coordinates.split(":")
    jars = folder / f"{artifact}-{version}"
    if jars.exists():
        return jars
    if not shutil.which("mvn"):
        sys.exit("cluster: there is no mvn to fetch the servers with; ./dev setup cluster installs it")
    folder.mkdir(parents=True, exist_ok=True)
    # One fetches and the others wait for it: Maven's own folder is not made for two at a time.
    with (folder / "fetching").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not jars.exists():
            copy_dependencies(folder, jars.name, POM.format(group=group, artifact=artifact, version=version))
    return jars


def copy_dependencies(folder, name, pom):
    # Fetched beside and then renamed, so that what is there is whole.
    partial = folder / f"{name}.{os.getpid()}"
    partial.mkdir()
    try:
        (partial / "pom.xml").write_text(pom)
        done = subprocess.run(["mvn", "-q", "-B", "-f", partial / "pom.xml", "dependency:copy-dependencies",
                               f"-DoutputDirectory={partial / 'lib'}"], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"cluster: Maven could not fetch {name}: {(done.stdout + done.stderr)[-2000:]}")
        (partial / "lib").rename(folder / name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


class JavaProcess(Process):
    def start(self, options, class_path, command):
        java = shutil.which("java")
        if not java:
            sys.exit("cluster: there is no java; ./dev setup cluster installs it")
        self.launch([java, *options, "-cp", ":".join(map(str, class_path)), *command])
