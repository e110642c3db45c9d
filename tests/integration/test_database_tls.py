"""TLS to PostgreSQL by DATABASE_URL: its certificate and name are checked, and a server without TLS is refused."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from deploy.local.database import Database
from deploy.local.ports import free_ports
from deploy.local.process import StartFailed
from deploy.local.programs import Programs, from_debian
from shared.store.engine import make_engine, migrate, wait_for_database
from tests.integration.crawler_net import Certificates, make_certificates

pytestmark = [pytest.mark.integration, pytest.mark.timeout(200)]

PASSWORD = "a password / with signs: @ 密"
ONLY_ENCRYPTED = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n"


@dataclass(frozen=True)
class Served:
    """A server that lets in, over the network, only who speaks TLS and has the password."""

    port: int
    certificates: Certificates

    def url(self, host: str = "localhost", mode: str = "verify-full", root: Path | None = None) -> str:
        """Where the services would be told that it is."""
        authority = quote(str(root or self.certificates.authority), safe="/")
        login = f"luming_tls:{quote(PASSWORD, safe='')}"
        return f"postgresql://{login}@{host}:{self.port}/luming?sslmode={mode}&sslrootcert={authority}"


@pytest.fixture(scope="module")
def served(database_folder: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    try:
        programs = from_debian(15)
    except StartFailed as error:
        pytest.skip(f"the wheel's PostgreSQL is built without TLS, and Debian's is not here: {error}")
    certificates = make_certificates(tmp_path_factory.mktemp("tls"), "localhost")
    folder, (port,) = database_folder(), free_ports(1)
    plain = Database(folder, programs=programs)
    plain.start()
    with psycopg.connect(plain.url("luming"), autocommit=True) as db:
        db.execute(f"create role luming_tls login superuser password {PASSWORD!r}".encode())
    plain.stop()
    cluster = folder / "cluster"
    owner = cluster.stat()
    for source, name in ((certificates.chain, "server.pem"), (certificates.key, "server.key")):
        shutil.copy(source, cluster / name)
        (cluster / name).chmod(0o600)
        os.chown(cluster / name, owner.st_uid, owner.st_gid)
    (cluster / "pg_hba.conf").write_text(ONLY_ENCRYPTED)
    told = {"listen_addresses": "127.0.0.1", "port": str(port), "ssl": "on", "ssl_cert_file": "server.pem"}
    database = Encrypted(folder, {**told, "ssl_key_file": "server.key"}, port, programs)
    database.start()
    yield Served(port, certificates)
    database.stop()


class Encrypted(Database):
    """The same server at a port of its own, which the socket's name bears too."""

    def __init__(self, data_dir: Path, settings: dict[str, str], port: int, programs: Programs) -> None:
        super().__init__(data_dir, settings, programs)
        self._port = port

    def url(self, name: str) -> str:
        return f"{super().url(name)}&port={self._port}"


def refused(url: str) -> str:
    engine = make_engine(url)
    try:
        with engine.connect() as db:
            return f"let in: {db.execute(text('select 1')).scalar_one()}"
    except OperationalError as error:
        return str(error.orig)
    finally:
        engine.dispose()


def test_services_reach_it_with_name_and_certificate_checked(served: Served) -> None:
    engine = make_engine(served.url())
    assert wait_for_database(engine, threading.Event())
    migrate(engine)
    with engine.connect() as db:
        row = db.execute(text("select ssl, version from pg_stat_ssl where pid = pg_backend_pid()")).one()
    engine.dispose()
    assert row.ssl
    assert row.version in {"TLSv1.2", "TLSv1.3"}
    assert PASSWORD not in f"{engine!r} {engine.url!r} {engine.url}"


def test_another_authority_another_name_and_no_tls_are_refused(served: Served, tmp_path: Path) -> None:
    other = make_certificates(tmp_path, "localhost").authority
    assert "certificate verify failed" in refused(served.url(root=other))
    assert "does not match host name" in refused(served.url(host="127.0.0.1"))
    assert "no encryption" in refused(served.url(mode="disable"))
    assert "does not exist" in refused(served.url(root=tmp_path / "absent.pem"))


def test_a_wrong_password_is_refused_and_not_repeated(served: Served) -> None:
    said = refused(served.url().replace("luming_tls:", "luming_tls:wrong"))
    assert "password authentication failed" in said
    assert "wrong" not in said
