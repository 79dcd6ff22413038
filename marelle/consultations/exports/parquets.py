"""Published tables as Parquet: text stays text, what is unknown is null, by lots of lines."""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from marelle.consultations.exports.lines import FIELDS, YES, Field, Line, Value, values

TYPES = {"text": pa.string(), "number": pa.float64(), "whole": pa.int32(), "flag": pa.bool_()}
LOT = 50_000  # lines held at once


def write(lines: Iterable[Line], place: Path, fields: Sequence[Field] = FIELDS) -> None:
    """The lines, by lots."""
    schema = pa.schema([pa.field(field.name, TYPES[field.kind]) for field in fields])
    with pq.ParquetWriter(place, schema, compression="zstd") as writer:
        rows = (values(line, fields) for line in lines)
        while lot := list(islice(rows, LOT)):
            columns = zip(*lot, strict=True)
            arrays = [
                pa.array([_typed(cell, field.kind) for cell in column], TYPES[field.kind])
                for field, column in zip(fields, columns, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _typed(cell: Value, kind: str) -> Value | bool:
    return cell == YES if kind == "flag" else cell
