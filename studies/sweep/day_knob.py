"""The knob on days: `day`, one of the study's horizon."""

from dataclasses import replace
from datetime import date

from scenarios.findings import near
from studies.study.horizon_plan import plan_of
from studies.sweep.knob import Case, Knob, Scalar, misfit

DAY = "day"
MEANING = "day of the study's horizon"


def day_knob(case: Case) -> Knob:
    """The knob that sets the day; raises `InvalidInput` where the study has no sound horizon."""
    plan = plan_of(case.study, case.scenario)
    known = [str(day) for day in plan.days]

    def turn(case: Case, value: Scalar) -> Case:
        if value not in known:
            cure = f"name a day of the horizon; {near(str(value), known)}"
            raise misfit(DAY, f"the horizon has no day {value!r}", cure)
        day = date.fromisoformat(str(value))
        return replace(case, scenario=plan.scenario(case.scenario, day))

    return Knob(str, "", turn)
