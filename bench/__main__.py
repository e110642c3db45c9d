"""The benchmarks: `make bench WHAT=crawl|near|classify|stream|route|alert|threads|extract|portal`.

`python -m bench WHAT --help` says more of each.

Each prints a table and whether its floors are held (exit code 1 where one is not), and leaves its numbers and a
picture in .luming/bench/.
"""

import sys
from typing import Annotated

import typer

from bench import needs

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
Small = Annotated[bool, typer.Option("--small", envvar="SMALL", help="a short run, as CI does it")]


@app.callback()
def about() -> None:
    """Measure one part of Luming. Numbers and a picture go to .luming/bench/; exit code 1: a floor is missed."""
    if "--help" not in sys.argv:
        needs.main()


@app.command()
def crawl(
    pages: Annotated[int, typer.Option(min=20, help="articles of the site")] = 5_000,
    rounds: Annotated[int, typer.Option(min=1, help="of each crawler, in turn")] = 3,
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="pages in work at once")] = 16,
    small: Small = False,
) -> None:
    """Pages a second and peak memory on a loopback site, beside Scrapy."""
    from bench.crawling.run import crawl as run  # each part imports much that the others do without

    _end(run(400, 1, concurrency) if small else run(pages, rounds, concurrency))


@app.command()
def near(small: Small = False) -> None:
    """Look-up of near-duplicates among 10 thousand to a million documents; reprints found, revisions kept."""
    from bench.nearness.run import near as run

    _end(run(small))


@app.command()
def classify(documents: Annotated[int, typer.Option(min=1)] = 300, small: Small = False) -> None:
    """Articles a processor second and memory, by the rules alone and with the encoder."""
    from bench.classifying import run

    _end(run(30, 1) if small else run(documents))


@app.command()
def stream(
    documents: Annotated[int, typer.Option(min=20)] = 2_000,
    rounds: Annotated[int, typer.Option(min=1, help="of each, in turn")] = 3,
    small: Small = False,
) -> None:
    """The classifier on Kafka beside a bare loop with the same classify; a worker that is killed twice under load."""
    from bench.streaming.run import stream as run

    _end(run(200, 1) if small else run(documents, rounds))


@app.command()
def route(
    documents: Annotated[int, typer.Option(min=20, help="documents of each round")] = 2_000,
    seed: Annotated[int, typer.Option(help="of the made-up subscriptions and documents")] = 7,
    small: Small = False,
) -> None:
    """Documents matched a second against 100, 1,000 and 10,000 subscriptions, and how it grows."""
    from bench.routing.run import route as run

    _end(run(200 if small else documents, seed, 1 if small else 3))


@app.command()
def alert(
    seconds: Annotated[int, typer.Option(min=5)] = 60,
    rate: Annotated[int, typer.Option(min=1, help="alerts a second")] = 50,
    small: Small = False,
) -> None:
    """From an event on Kafka to Slack's receiver: percentiles at fifty alerts a second."""
    from bench.alerting.run import alert as run

    _end(run(10, 10) if small else run(seconds, rate))


@app.command()
def threads(small: Small = False) -> None:
    """Reports of one event in one thread: pair F1 on the labelled items, the written chains, what is new in them."""
    from bench.threads.run import threads as run

    _end(run(small))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def extract(context: typer.Context) -> None:
    """Quality and speed of extraction beside its peers, on ../shared/data/pages."""
    from bench.extraction import evaluate

    sys.argv = ["python -m bench extract", *context.args]
    evaluate.main()


@app.command()
def portal(
    documents: Annotated[int, typer.Option(envvar="N", min=1_000, help="documents that are searched")] = 1_000_000,
    small: Small = False,
) -> None:
    """A page of search with facets: alone, with 50 users, beside a full scan of all documents."""
    from bench.portal.run import portal as run

    _end(run(documents, small))


def _end(held: bool) -> None:
    if not held:
        raise typer.Exit(1)


def main() -> None:
    """Run the benchmark that is named, or name those there are."""
    names = [str(command.name or getattr(command.callback, "__name__", "")) for command in app.registered_commands]
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), names[0])
    if asked not in names:
        typer.echo(f"no benchmark is called {asked}\n  mend: WHAT is one of {', '.join(names)}", err=True)
        sys.exit(2)
    app(prog_name="python -m bench")


if __name__ == "__main__":
    main()
