# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""docs/schema/assay.json, as tests hold documents against it."""
import json
import pathlib

path = pathlib.Path(__file__).resolve().parents[2] / "docs" / "schema" / "assay.json"


def strict(schema):
    """The same schema that takes no key it does not know: ours are open, so that newer files can be read."""
    if isinstance(schema, list):
        return [strict(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: strict(value) for key, value in schema.items()}
    # Only what describes an object whole: conditions name some keys of it.
    if result.get("type") == "object" and "properties" in result and "additionalProperties" not in result:
        result["additionalProperties"] = False
    return result


def validator():
    """What says whether a document is as the schema has it. ImportError without the package jsonschema."""
    import jsonschema
    schema = strict(json.loads(path.read_text()))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def mistake(document, by=None):
    """What is wrong with a document, and where; None where nothing is, or the package jsonschema is not installed."""
    try:
        import jsonschema
        error = jsonschema.exceptions.best_match((by or validator()).iter_errors(document))
    except ImportError:
        return None
    return error and f"{error.json_path}: {error.message[:300]}"
