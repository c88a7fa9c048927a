"""Reads a VOTable from standard input with astropy, complaints being errors, and prints what it holds as JSON."""

import io
import json
import sys
import warnings

import numpy as np
from astropy.io.votable import parse, validate

source = sys.stdin.buffer.read()
warnings.simplefilter("error")
report = io.StringIO()
if not validate(io.BytesIO(source), output=report, xmllint=False):
    sys.exit(report.getvalue())

votable = parse(io.BytesIO(source), verify="exception")
resource = votable.resources[0]
table = votable.get_first_table()


def plain(value):
    """Numbers that JSON lacks as text; masked values as None."""
    if value is np.ma.masked:
        return None
    if isinstance(value, np.ndarray):
        return [plain(element) for element in np.ma.asarray(value)]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def described(element):
    keys = ("name", "datatype", "arraysize", "ucd", "description", "xtype", "ref")
    return {key: getattr(element, key) for key in keys} | {"unit": element.unit and element.unit.to_string()}


print(
    json.dumps(
        {
            "version": votable.version,
            "name": table.name,
            "description": table.description,
            "infos": [[info.name, info.value] for info in resource.infos],
            "coordinateSystems": [[system.ID, system.system, system.epoch] for system in resource.coordinate_systems],
            "params": [described(param) | {"value": plain(param.value)} for param in table.params],
            "fields": [described(field) for field in table.fields],
            "rows": [[plain(row[field.name]) for field in table.fields] for row in table.array],
        }
    )
)
