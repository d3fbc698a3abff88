"""`tandem import`: a scenario and a study from files of other programs."""

from typing import Any

import typer

from studies.commands.new import tell_written
from studies.commands.options import Json, NewFolder
from studies.commands.sources import source_of, with_options_of_sources
from studies.commands.speech import speaking


@with_options_of_sources
def import_(
    context: typer.Context, folder: NewFolder, *, json: Json = False, **options: Any
) -> None:
    """Write a scenario and a study from MATPOWER files, nets of pandapower and OpenDSS, and others.

    Example:  tandem import mine --transmission T.m --feeder 7=D1.m --feeder 9=D2.m

    Example:  tandem import nation --transmission T.m --feeder-per-load A.m,B.m --pv 0.3

    Example:  tandem import mine --pglib-uc rts_gmlc_2020-07-06.json

    Example:  tandem import mine --unitcommitment case118.json

    Example:  tandem import mine --pandapower net.json --cut-kv 110

    Example:  tandem import mine --simbench 1-HVMV-mixed-all-0-sw --days 2016-06-15

    Example:  tandem import mine --transmission T.m --opendss Master.dss --at 7

    Example:  tandem import mine --transmission T.m --simbench 1-MV-rural--0-sw --at 7,9
    """
    given = {name: value for name, value in options.items() if _is_given(context, name)}
    with speaking(as_json=json) as speech:
        tell_written(speech, *source_of(given).write(folder))


def _is_given(context: typer.Context, option: str) -> bool:
    source = context.get_parameter_source(option)
    return source is not None and source.name != "DEFAULT"
