"""A table of results: Arrow inside, pandas or astropy at will."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from spectrawl.errors import MissingPackageError

if TYPE_CHECKING:
    import pandas as pd
    from astropy.table import QTable

#: Times of the services, as Arrow keeps them.
TIME = pa.timestamp("us", tz="UTC")


def column(name: str, kind: pa.DataType, description: str, *, unit: str | None = None) -> pa.Field:
    """A column of a table. `unit` is written as astropy reads it, such as ``deg`` or ``Angstrom``."""
    metadata = {"description": description} | ({"unit": unit} if unit else {})
    return pa.field(name, kind, metadata=metadata)


class Table:
    """Rows of results with named, typed columns; columns know their units and what they mean.

    It shows itself in notebooks, and every library that reads Arrow takes it as it is: ``pyarrow.table(t)``,
    ``polars.from_arrow(t)``, ``duckdb.sql("… FROM t.arrow")``.

    Attributes:
        arrow: the pyarrow.Table

    """

    def __init__(self, arrow: pa.Table, meta: Mapping[str, object] | None = None) -> None:
        self.arrow = arrow
        self.meta = dict(meta or {})

    @classmethod
    def from_rows(
        cls, fields: Sequence[pa.Field], rows: Iterable[Sequence[object]], meta: Mapping[str, object] | None = None
    ) -> Table:
        """A table of rows, each with a value for each column; None where there is none."""
        values = list(zip(*rows, strict=True)) or [()] * len(fields)
        arrays = [pa.array(given, one.type) for given, one in zip(values, fields, strict=True)]
        return cls(pa.Table.from_arrays(arrays, schema=pa.schema(fields)), meta)

    @property
    def column_names(self) -> list[str]:
        """Names of the columns, in order."""
        return list(self.arrow.column_names)

    def unit(self, name: str) -> str | None:
        """Unit of a column as astropy writes it; None where it has none."""
        unit = (self.arrow.schema.field(name).metadata or {}).get(b"unit")
        return None if unit is None else unit.decode()

    def description(self, name: str) -> str:
        """What a column means, in a sentence."""
        return str((self.arrow.schema.field(name).metadata or {}).get(b"description", b"").decode())

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """A column as a NumPy array; numbers that are absent are NaN.

        Raises:
            KeyError: there is no such column.

        """
        return np.asarray(self.arrow.column(name).to_numpy())

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule interface."""
        return self.arrow.__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> pd.DataFrame:
        """A pandas.DataFrame with the same columns.

        Raises:
            MissingPackageError: pandas is not installed.

        """
        try:
            import pandas  # noqa: F401
        except ImportError:
            raise _missing("pandas") from None
        frame: pd.DataFrame = self.arrow.to_pandas()
        frame.attrs.update(self.meta)
        return frame

    def to_astropy(self) -> QTable:
        """An astropy QTable: columns with units are quantities, times are Time, what is absent is NaN or masked.

        Raises:
            MissingPackageError: astropy is not installed.

        """
        try:
            from astropy.table import Column, MaskedColumn, QTable
            from astropy.time import Time
            from astropy.units import Quantity
        except ImportError:
            raise _missing("astropy") from None
        table = QTable(meta=dict(self.meta))
        for one in self.arrow.schema:
            values = self.arrow.column(one.name)
            unit = self.unit(one.name)
            if unit is not None:
                table[one.name] = Quantity(values.to_numpy(), unit=unit)
            elif one.type == TIME and values.null_count == 0 and len(values) > 0:
                table[one.name] = Time(values.to_numpy(), format="datetime64", scale="utc")
            elif values.null_count == 0 or pa.types.is_floating(one.type):
                given = values.to_numpy()
                table[one.name] = Column(given.astype(str) if pa.types.is_string(one.type) else given)
            else:
                absent = values.is_null().to_numpy()
                filled = values.fill_null(_FILLERS.get(str(one.type), 0)).to_numpy()
                given = filled.astype(str) if pa.types.is_string(one.type) else filled
                table[one.name] = MaskedColumn(given, mask=absent)
            table[one.name].info.description = self.description(one.name)
        return table

    def __repr__(self) -> str:
        shown = self.arrow.slice(0, 10).to_pylist()
        lines = ["  ".join(self.column_names), *("  ".join(str(value) for value in row.values()) for row in shown)]
        return "\n".join([f"<spectrawl.Table of {len(self)} rows>", *lines])

    def _repr_html_(self) -> str | None:
        try:
            return str(self.to_pandas()._repr_html_())  # type: ignore[operator]
        except MissingPackageError:
            return None


#: What lies under the mask where a value is absent.
_FILLERS: Mapping[str, object] = {"string": "", "bool": False, str(TIME): 0}


def _missing(package: str) -> MissingPackageError:
    return MissingPackageError(f"{package} is not installed: pip install 'spectrawl[{package}]'")
