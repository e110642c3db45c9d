"""`python -m shared.store.migrate`: brings the schema up, and gives the roles of services their rights.

For a Job that runs before a release as the database's owner.

Services do it too when they start; where they may not change the schema they find nothing left to do. Exit codes:
0 done, 1 the database cannot be reached or refuses, 2 wrong configuration.
"""

import sys

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.exc import SQLAlchemyError

from shared.errors import ConfigError
from shared.runtime.logs import configure_logging, get_logger
from shared.runtime.secrets import secrets_of_this_process
from shared.runtime.settings import exit_on_config_error, load_settings
from shared.runtime.stop import stop_on_signals
from shared.store.engine import make_engine, migrate, wait_for_database
from shared.store.rights import grant_rights

log = get_logger(__name__)


class MigrateSettings(BaseSettings):
    """Where the database is; no broker is needed."""

    model_config = SettingsConfigDict(env_file=None, env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: str = Field(description="postgresql://owner@host:port/name")
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="lowest level logged")


def main() -> int:
    """Wait for the database and migrate; the exit code."""
    secrets_of_this_process()
    try:
        settings = load_settings(MigrateSettings)
        configure_logging("migrate", settings.log_level)
        engine = make_engine(settings.database_url)
        try:
            if not wait_for_database(engine, stop_on_signals()):
                return 1
            migrate(engine)
            roles = grant_rights(engine)
        finally:
            engine.dispose()
    except ConfigError as error:
        exit_on_config_error(error)
    except SQLAlchemyError as error:
        log.error("the schema is not brought up", error=str(getattr(error, "orig", error)))  # noqa: TRY400  # its cause is told
        return 1
    log.info("the schema is the newest", rights_given_to=roles)
    return 0


if __name__ == "__main__":
    sys.exit(main())
