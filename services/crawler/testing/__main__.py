"""Commands for those who write sources: `make new-source` and `make fixture` run them."""

from pathlib import Path

import typer

from services.crawler.testing.kept import fixture_of
from services.crawler.testing.scaffold import NewSource, begin, steps
from shared.errors import ConfigError
from shared.runtime.settings import exit_on_config_error

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Begins sources and makes their fixtures.")


@app.command()
def new_source(
    name: str = typer.Option("", envvar="NAME", help="Small letters, digits and _."),
    kind: str = typer.Option("", envvar="KIND", help="feed, sitemap, listing or json_api."),
    address: str = typer.Option("", envvar="ADDRESS", help="Where it is read."),
    outlet: str = typer.Option("", envvar="OUTLET", help="The publisher as readers know it."),
    language: str = typer.Option("zh-Hans", help="zh-Hans, zh-Hant, en or other."),
) -> None:
    """Write a source and its fixture, which pass the contract tests at once."""
    new = NewSource(name, kind, address, outlet, language)
    try:
        written = begin(Path.cwd(), new)
    except ConfigError as error:
        exit_on_config_error(error)
        return
    typer.echo("\n".join([*(f"wrote {path.relative_to(Path.cwd())}" for path in written), "", "next:"]))
    typer.echo("\n".join(f"  {step}" for step in steps(new)))


@app.command()
def fixture(name: str = typer.Option("", envvar="NAME", help="The source whose answers `check --keep` kept.")) -> None:
    """Turn kept answers into the source's fixture, every text in them replaced by placeholders."""
    try:
        written = fixture_of(Path.cwd(), name)
    except ConfigError as error:
        exit_on_config_error(error)
        return
    typer.echo("\n".join(f"wrote {path.relative_to(Path.cwd())}" for path in written))
    typer.echo(
        f"\nread expected.json and compare each value with what the site shows, then: make test-source NAME={name}"
    )


if __name__ == "__main__":
    app()
