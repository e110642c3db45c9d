"""Fetch the jars of Apache Kafka from a Maven repository with jgo, and check them: `python -m deploy.local.fetch_jars`.

MAVEN_MIRROR_URL names another repository than Maven Central; without it, a mirror of `central` (or of all) in
~/.m2/settings.xml is used. `--write-list` writes kafka_jars.txt anew, for whoever raises the version.
"""

import os
import shutil
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

from jgo.constants import MAVEN_CENTRAL_URL
from jgo.env import EnvironmentBuilder, LinkStrategy
from jgo.maven import MavenContext

from deploy.local.kafka_jars import WrongJar, check_jars, digest_of, read_list
from deploy.local.paths import CACHE, JAR_LIST, KAFKA_JARS

KAFKA = "org.apache.kafka:kafka_2.13:4.3.1"
LOGGING = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4"
"""Kafka's own distribution writes its log through it; the version is that of Kafka's log4j-core."""
CENTRAL = MAVEN_CENTRAL_URL
SETTINGS = Path.home() / ".m2" / "settings.xml"


def repository() -> str:
    """Where to fetch from: MAVEN_MIRROR_URL, else a mirror in ~/.m2/settings.xml, else Maven Central."""
    named = os.environ.get("MAVEN_MIRROR_URL") or (mirror_of(SETTINGS.read_text("utf-8")) if SETTINGS.exists() else "")
    return (named or CENTRAL).rstrip("/")


def mirror_of(settings: str) -> str:
    """The address of the first mirror for `central`, `*` or `external:*` in Maven's settings; empty without one."""
    try:
        root = ElementTree.fromstring(settings)  # noqa: S314  # the user's own settings file
    except ElementTree.ParseError as error:
        raise SystemExit(f"{SETTINGS}: no XML: {error}\n  mend: correct it, or set MAVEN_MIRROR_URL") from error
    for mirror in root.iter():
        if mirror.tag.rpartition("}")[2] != "mirror":
            continue
        parts = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in mirror}
        of = {name.strip() for name in parts.get("mirrorOf", "").split(",")}
        if of & {"central", "*", "external:*"} and "!central" not in of:
            return parts.get("url", "")
    return ""


def fetch(target: Path, cache: Path, address: str) -> list[Path]:
    """Bring the jars into `target`, through `cache`."""
    parts = [cache / "maven", cache / "jgo"]
    for part in parts:  # a file that was cut off is not to be found again
        shutil.rmtree(part, ignore_errors=True)
    context = MavenContext(repo_cache=parts[0], remote_repos={"central": address}, timeout=60)
    builder = EnvironmentBuilder(context=context, cache_dir=parts[1], link_strategy=LinkStrategy.AUTO)
    # One at a time: asked for together, jgo lets one's versions displace the other's.
    jars = {jar.name: jar for name in (KAFKA, LOGGING) for jar in builder.from_endpoint(name).all_jars}
    unfinished = target.with_name(target.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for name, jar in jars.items():
        shutil.copyfile(jar, unfinished / name)
    shutil.rmtree(target, ignore_errors=True)
    unfinished.rename(target)
    for part in parts:
        shutil.rmtree(part, ignore_errors=True)
    return sorted(target.glob("*.jar"))


def write_list(jars: list[Path]) -> None:
    """Write kafka_jars.txt from what was fetched."""
    lines = [f"{digest_of(jar)}  {jar.name}" for jar in jars]
    head = f"# SHA-256 of {KAFKA}, all it runs with, and its logging binding.\n"
    JAR_LIST.write_text(head + "\n".join(lines) + "\n", "utf-8")


def main() -> None:
    """Fetch what is not there yet; leave with exit code 1 when it cannot be had or is not what was listed."""
    writing = "--write-list" in sys.argv
    try:
        if not writing and KAFKA_JARS.exists():
            check_jars(KAFKA_JARS)
            return
        began = time.monotonic()
        address = repository()
        print(f"fetching {len(read_list()) if JAR_LIST.exists() else 'the'} jars of Kafka from {address} …", flush=True)
        jars = fetch(KAFKA_JARS, CACHE, address)
        if writing:
            write_list(jars)
        check_jars(KAFKA_JARS)
    except WrongJar as error:
        raise SystemExit(str(error)) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise SystemExit(
            f"the jars of Kafka cannot be fetched from {repository()}: {error}\n"
            "  mend: check the network, or set MAVEN_MIRROR_URL to a Maven repository that this machine reaches"
        ) from error
    print(f"{len(jars)} jars, checked, in {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
