# `make` alone prints the targets. There is no logic here: each target is a command of the project.
# Variables given to make reach the commands through the environment, so that any path, spaces and all, passes unchanged.

PYTHON ?= python3
VENV := .venv/bin
COMPILE := $(abspath $(VENV))/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url

.DEFAULT_GOAL := help
.PHONY: load help setup demo run watch test lint new-source test-source fixture label evaluate bench fuzz crash chaos screenshots prune backup restore test-postgres15 train lock manifests image objectives clean

help:  ## print the targets
	@awk -F ':.*## *' '/^[a-z0-9-]+:.*##/ {printf "%-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup:  ## make .venv with all locked packages and fetch Kafka; what is done already is not done again
	@$(PYTHON) -m deploy.local.setup

demo: setup  ## the whole system live on made-up news (ONCE=1 ends by itself, SUMMARY=file.json, PAGES=folder of saved pages)
	@$(VENV)/python -m deploy.local.demo $(if $(filter-out 0,$(ONCE)),--once) \
		$(if $(SUMMARY),--summary "$$SUMMARY") $(if $(PAGES),--pages "$$PAGES")

run: setup  ## the same system on the live sources of config/ (CONSOLE=1 tells everything on the screen alone)
	@$(VENV)/python -m deploy.local.run $(if $(filter-out 0,$(CONSOLE)),--console-only)

watch: setup  ## a real Prometheus and Alertmanager watch the demo or the live system while it runs
	@$(VENV)/python -m deploy.local.watching

test: setup  ## all tests
	@$(VENV)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --durations 15 tests/e2e tests/integration tests/architecture tests/contract tests/unit

lint: setup  ## style, types, and the import rules between the rooms
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/mypy
	@$(VENV)/lint-imports

new-source: setup  ## begin a source: NAME=acme KIND=feed|sitemap|listing|json_api (ADDRESS=https://… OUTLET=Acme)
	@$(VENV)/python -m services.crawler.testing new-source

test-source: setup  ## the contract tests of one source: NAME=acme
	@$(VENV)/python -m pytest -q -p no:hypothesispytest -p no:xdist tests/contract/test_sources.py \
		--source "$${NAME:?is not set: make test-source NAME=acme}"

fixture: setup  ## turn what `check NAME --keep` kept into a fixture without the site's text: NAME=acme
	@$(VENV)/python -m services.crawler.testing fixture

label: setup  ## label articles without broker or database: IN=articles.jsonl OUT=predictions.jsonl (ANY_COMPANY=1)
	@$(VENV)/python -m bench.label $(if $(filter-out 0,$(ANY_COMPANY)),--any-company) -- \
		"$${IN:?is not set: make label IN=articles.jsonl OUT=predictions.jsonl}" "$${OUT:?is not set: where to write}"

evaluate: setup  ## score the labels on ../shared/data, the kept third apart
	@$(VENV)/python -m bench.evaluate

bench: setup  ## measure: WHAT=crawl|near|classify|stream|route|alert|threads|extract|portal (SMALL=1: a short run; N=documents of portal); pictures go to .luming/bench/
	@$(VENV)/python -m bench "$${WHAT:-crawl}"

fuzz: setup  ## look for bytes that break a reader: TARGET=extract|feed|canonical|listing|sitemap|json|all FOR=60 (seconds)
	@$(VENV)/python -m bench.needs
	@$(VENV)/python -m bench.fuzz "$${TARGET:-all}" --seconds "$${FOR:-60}"

crash: setup  ## kill the alerter with SIGKILL 200 times under load (SUMMARY=file.json, FULL=1: 1,000 times, SEED=number)
	@$(VENV)/python -m bench.crash

load: setup  ## a day's worth of articles in an hour through all services, three minutes of it (FULL=1: the hour; RATE=, SUMMARY=)
	@$(VENV)/python -m bench.load

chaos: setup  ## faults injected, conservation checked (SUMMARY=file.json, SEED=number replays, FULL=1: the long form)
	@$(VENV)/python -m pytest -q -n 2 --dist loadfile tests/chaos

screenshots: setup  ## a picture of every page of the portal, phone and desktop, light and dark, in .luming/screenshots
	@mkdir -p .luming/screenshots
	@SCREENSHOTS=.luming/screenshots $(VENV)/python -m pytest -q -p no:xdist tests/integration/test_portal_accessible.py

prune: setup  ## what is past its time in the database (docs/privacy.md): a preview; YES=1 deletes it
	@$(VENV)/python -m deploy.local.environment $(VENV)/python -m services.maintenance prune $(if $(filter-out 0,$(YES)),--yes)

backup: setup  ## copy the whole database to the folder BACKUP_DIR, checked (docs/backup.md)
	@$(VENV)/python -m deploy.backup base

restore: setup  ## make the local database anew from the folder BACKUP_DIR (UNTIL=time: to that moment); the old one is set aside
	@$(VENV)/python -m deploy.backup restore $(if $(UNTIL),--until "$$UNTIL")

test-postgres15: setup  ## the tests of what stands in SQL, on Debian's PostgreSQL 15
	@TEST_POSTGRES=15 $(VENV)/python -m pytest -q -n 3 --dist loadfile $(addprefix tests/integration/test_, \
		store.py migrations.py tombstones.py pool.py later_schema.py prune.py prune_desk.py audit_log.py erase*.py \
		rights_of_a_service.py maintenance_rights.py crawler_store.py crawler_queue.py crawler_leases.py \
		crawler_outbox.py lookalikes.py held_*.py desk*.py alerter_ledger.py alerter_digests.py \
		alerter_digest_commands.py alerter_explain.py alerter_preview.py alerter_recall.py portal_index.py \
		portal_search*.py portal_overview.py portal_overview_api.py portal_brief_reader.py portal_exports.py \
		portal_news.py portal_feeds.py portal_feed_keys.py portal_keys.py portal_accounts.py portal_calendar.py)

train: setup  ## train the classifier anew, encoder and all, on the labelled items without the kept ones (ENCODER=0: rules alone)
	@$(if $(filter 0,$(ENCODER)),,$(VENV)/python -m bench.needs train)
	@$(VENV)/python -m bench.train $(if $(filter 0,$(ENCODER)),--no-encoder)

manifests: setup  ## write the generated manifests of deploy/k8s anew, and judge all of them
	@$(VENV)/python -m deploy.k8s.generate
	@$(VENV)/python -m pytest -q -p no:xdist tests/contract/test_manifests*.py

image: setup  ## build the image of the services with buildah, and start services in it (as root)
	@IMAGE=1 $(VENV)/python -m pytest -q -p no:xdist tests/integration/test_images.py

lock: setup  ## lock the newest versions of the packages named in requirements/*.in
	@cd requirements && for name in run browser local dev bench train ops; do $(COMPILE) --upgrade $$name.in -o $$name.txt || exit 1; done

objectives: setup  ## write deploy/prometheus/objectives-rules.yaml from deploy/objectives.yaml
	@$(VENV)/python -m deploy.objectives

clean:  ## delete what running wrote; packages and Kafka's jars stay
	@$(PYTHON) -m deploy.local.clean
