"""Findings in words: those of one kind together, for people; each one for machines."""

from scenarios.findings import Finding, InvalidInput, grouped


def place(row, name):
    return f"table 'branches', row {row}, branch 'T/{name}', column 'tap'"


def test_many_of_one_kind_are_one_line():
    findings = [
        Finding(place(n, f"{n}-9"), f"the value is -{n}.5", "raise it") for n in range(1, 28)
    ]
    (text,) = grouped(findings)
    assert text.startswith(str(findings[0]))
    assert text.endswith(
        "(27 like this: row 1, row 2, row 3, row 4, row 5, row 6, row 7, row 8, ...)"
    )


def test_a_few_stand_each_by_itself():
    findings = [Finding(place(n, f"{n}-9"), f"the value is -{n}.5", "raise it") for n in range(3)]
    assert grouped(findings) == [str(finding) for finding in findings]


def test_other_columns_are_other_kinds():
    findings = [
        Finding(f"table 'buses', row {n}, column '{column}'", "the value is 0.0", "raise it")
        for n in range(5)
        for column in ("base_kv", "v_min_pu")
    ]
    assert len(grouped(findings)) == 2


def test_the_error_keeps_all_findings():
    findings = [Finding(place(n, f"{n}-9"), "the value is 0.0", "raise it") for n in range(9)]
    error = InvalidInput("a scenario", findings)
    assert len(error.findings) == 9
    assert str(error).count("\n") == 1
