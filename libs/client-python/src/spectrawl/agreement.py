"""How far annotators agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from spectrawl.table import Table, column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spectrawl.labelling.v1.agreement_pb2 import Agreement
    from spectrawl.labelling.v1.labelling_service_pb2 import GetAgreementResponse

_COLUMNS: Final = (
    column("first", pa.string(), "An annotator"),
    column("second", pa.string(), "Another one; the same one where answers to repeats are compared"),
    column("spectra", pa.int32(), "Spectra that both answered, blind; skipped ones left out"),
    column("equal", pa.int32(), "Of these with equal answers; 'unsure' is an answer"),
    column("kappa", pa.float64(), "Cohen's kappa; absent where chance explains every agreement"),
    column("kappa_lower", pa.float64(), "Lower end of its 95 % interval for large samples"),
    column("kappa_upper", pa.float64(), "Upper end of its 95 % interval for large samples"),
)


def agreement_table(found: GetAgreementResponse) -> Table:
    """A row for each two annotators, then one for each annotator who answered repeats."""
    return Table.from_rows(_COLUMNS, _rows(found))


def _rows(found: GetAgreementResponse) -> Iterator[Sequence[object]]:
    for pair in found.pairs:
        yield (pair.first, pair.second, *_measures(pair.agreement))
    for one in found.annotators:
        if one.with_oneself.questions > 0:
            yield (one.annotator, one.annotator, *_measures(one.with_oneself))


def _measures(agreement: Agreement) -> Sequence[object]:
    counts = (agreement.questions, agreement.equal)
    if not agreement.HasField("kappa"):
        return (*counts, None, None, None)
    return (*counts, agreement.kappa, agreement.kappa_lower, agreement.kappa_upper)
