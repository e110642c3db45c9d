"""Judges manifests by Kubernetes' own schemas (strict: no unknown field) and by those of the custom resources.

    .luming/cache/ops/bin/python deploy/k8s/validate.py [--crds FOLDER] < objects.jsonl

reads an object as JSON on each line and answers each with a line of JSON: what is wrong with it, "" where nothing is,
null where no schema is there to judge it by. It runs in the environment that deploy/tools.py makes, which has
kubernetes-validate, and imports nothing of the project.
"""

import argparse
import json
import sys
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

KUBERNETES = "1.32"
"""Version of the API that manifests are judged by."""
ANY_OBJECT = {"apiVersion", "kind", "metadata", "spec", "status"}
"""Fields of a custom resource; the catalogue's schemas leave the first level open."""
META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def judge(told: dict[str, Any], crds: Path | None) -> str | None:
    """What is wrong with an object; "" where nothing is, None where nobody says what its kind may hold."""
    kind, served = told.get("kind"), told.get("apiVersion")
    if not isinstance(kind, str) or not isinstance(served, str):
        return "no kind or apiVersion"
    group, _, version = served.rpartition("/")
    # Groups of Kubernetes itself have no dot, or end so; custom resources have their makers' domains.
    if "." in group and not group.endswith(".k8s.io"):
        return None if crds is None else _custom(told, crds / group / f"{kind.lower()}_{version}.json")
    return _kubernetes(told)


def _kubernetes(told: dict[str, Any]) -> str:
    import kubernetes_validate

    _remember_schemas()
    try:
        kubernetes_validate.validate(told, KUBERNETES, strict=True)
    except kubernetes_validate.ValidationError as error:
        return _words(error)
    except kubernetes_validate.SchemaNotFoundError as error:
        return str(error.message)
    return ""


@lru_cache(maxsize=1)
def _remember_schemas() -> None:
    """kubernetes-validate reads a megabyte of definitions for each object: have it read them once."""
    from kubernetes_validate import utils

    utils.schema_contents = lru_cache(maxsize=None)(utils.schema_contents)


def _custom(told: dict[str, Any], schema: Path) -> str | None:
    if not schema.is_file():
        return f"no schema {schema.parent.name}/{schema.name}"
    if unknown := sorted(set(told) - ANY_OBJECT):
        return f"unknown field {unknown[0]}"
    for validator, part in ((_meta(), told.get("metadata")), (_of_file(schema), told)):
        error = next(iter(validator.iter_errors(part)), None)
        if error is not None:
            return _words(error)
    return ""


@lru_cache(maxsize=1)
def _meta() -> Any:
    """For the metadata, which the schemas of custom resources do not describe."""
    from jsonschema import Draft202012Validator
    from kubernetes_validate import utils

    _remember_schemas()
    definitions = utils.schema_contents(
        f"kubernetes-json-schema/v{KUBERNETES}.0-local-strict/_definitions.json", KUBERNETES
    )
    return Draft202012Validator({"$ref": f"#/$defs/{META}", "$defs": definitions["$defs"]})


@cache
def _of_file(schema: Path) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(schema.read_text("utf-8")))


def _words(error: Any) -> str:
    where = ".".join(str(part) for part in error.absolute_path)
    return f"{where or 'the object'}: {error.message[:200]}"


def main() -> None:
    """Answer line by line."""
    options = argparse.ArgumentParser()
    options.add_argument("--crds", type=Path, help="folder of GROUP/KIND_VERSION.json; without it they are not judged")
    crds = options.parse_args().crds
    for line in sys.stdin:
        sys.stdout.write(json.dumps(judge(json.loads(line), crds)) + "\n")


if __name__ == "__main__":
    main()
