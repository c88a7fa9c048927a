"""How agreement is told as a table."""

from __future__ import annotations

from spectrawl.agreement import agreement_table
from spectrawl.labelling.v1.agreement_pb2 import Agreement, AnnotatorAgreement, PairAgreement
from spectrawl.labelling.v1.labelling_service_pb2 import GetAgreementResponse


def test_pairs_come_first_then_those_who_were_asked_again() -> None:
    measured = Agreement(questions=10, equal=8, kappa=0.6, kappa_lower=0.1, kappa_upper=1.0)
    again = Agreement(questions=2, equal=2)
    found = GetAgreementResponse(
        pairs=[PairAgreement(first="ada", second="grace", agreement=measured)],
        annotators=[
            AnnotatorAgreement(annotator="ada", with_others=measured, with_oneself=again),
            AnnotatorAgreement(annotator="grace", with_others=measured, with_oneself=Agreement()),
        ],
    )
    frame = agreement_table(found).to_pandas()
    assert frame["second"].tolist() == ["grace", "ada"]
    assert frame["spectra"].tolist() == [10, 2]
    assert frame["kappa"].tolist()[0] == 0.6
    assert frame["kappa"].isna().tolist() == [False, True]


def test_nothing_is_an_empty_table() -> None:
    assert agreement_table(GetAgreementResponse()).to_pandas().empty
