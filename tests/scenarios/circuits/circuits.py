"""Small circuits of OpenDSS, balanced unless they say otherwise, and how far a load flow is off."""

import numpy as np

from scenarios.importers.opendss.engine import solved
from security.load_flow import base_load_flow

WIDE = "vminpu=0.5 vmaxpu=1.5"  # within which loads keep their models

# A delta-wye substation, an open tie, a kiosk, PV, a store at rest, a generator and a capacitor.
VILLAGE = f"""
Clear
New Circuit.village basekv=110 pu=1.02 phases=3 bus1=src MVAsc3=2000 MVAsc1=2100
New Transformer.sub phases=3 windings=2 buses=(src, b1) conns=(delta, wye) kvs=(110, 20)
~ kvas=(10000, 10000) xhl=10 %loadloss=0.6 %noloadloss=0.1 %imag=0.5 taps=(1.0, 1.02)
New LineCode.c nphases=3 r1=0.2 x1=0.35 r0=0.6 x0=1.2 c1=10 c0=5 units=km normamps=300
New Line.l1 bus1=b1 bus2=b2 linecode=c length=4 units=km
New Line.l2 bus1=b2 bus2=b3 linecode=c length=3 units=km
New Line.l3 bus1=b2 bus2=b4 linecode=c length=3 units=km
New Line.tie bus1=b3 bus2=b4 linecode=c length=1 units=km
Open Line.tie 2
New Transformer.kiosk phases=3 windings=2 buses=(b3, lv) conns=(delta, wye) kvs=(20, 0.4)
~ kvas=(630, 630) xhl=4
New LoadShape.day npts=12 interval=2 mult=(.5 .4 .4 .6 .8 .8 .9 .8 .8 1 .9 .6)
New LoadShape.sun npts=48 interval=0.5 mult=[file=sun.csv]
New Load.homes bus1=lv phases=3 kv=0.4 kw=300 pf=0.95 model=1 daily=day {WIDE}
New Load.mill bus1=b4 phases=3 kv=20 kw=1500 kvar=300 model=5 {WIDE}
New Load.heat bus1=b2 phases=3 kv=20 kw=500 kvar=100 model=2 {WIDE}
New Capacitor.c bus1=b4 phases=3 kvar=300 kv=20
New PVSystem.roofs bus1=lv phases=3 kv=0.4 kVA=200 Pmpp=180 irradiance=0.8 pf=1 daily=sun
New Storage.bat bus1=b4 phases=3 kv=20 kWrated=500 kWhrated=2000 %stored=50 state=idling
New Generator.chp bus1=b3 phases=3 kv=20 kw=400 pf=1 model=1
Set VoltageBases=[110, 20, 0.4]
CalcVoltageBases
Solve
"""

# Three windings, a regulator, cables, laterals of one phase each (alike), a choke, models of loads.
TOWN = f"""
Clear
New Circuit.town basekv=110 pu=1.0 phases=3 bus1=src MVAsc3=3000 MVAsc1=2100
New Transformer.main phases=3 windings=3 buses=(src, mv, ter) conns=(wye, wye, delta)
~ kvs=(110, 20, 10) kvas=(20000, 20000, 5000) xhl=11 xht=9 xlt=6 %loadloss=0.5 %noloadloss=0.08
New LineCode.c nphases=3 r1=0.3 x1=0.35 r0=0.6 x0=1.2 c1=250 c0=150 units=km
New Transformer.reg phases=3 windings=2 buses=(mv, r) conns=(wye, wye) kvs=(20, 20)
~ kvas=(10000, 10000) xhl=1
New RegControl.rc transformer=reg winding=2 vreg=125 band=2 ptratio=94.6
New Line.l1 bus1=r bus2=b linecode=c length=8 units=km
New Line.a1 phases=1 bus1=b.1 bus2=c.1 r1=0.5 x1=0.4 r0=0.5 x0=0.4 c1=0 c0=0 length=2
New Line.a2 phases=1 bus1=b.2 bus2=c.2 r1=0.5 x1=0.4 r0=0.5 x0=0.4 c1=0 c0=0 length=2
New Line.a3 phases=1 bus1=b.3 bus2=c.3 r1=0.5 x1=0.4 r0=0.5 x0=0.4 c1=0 c0=0 length=2
New Reactor.sr phases=3 bus1=b bus2=d r=0.1 x=1
New Capacitor.sh phases=3 bus1=d kvar=600 kv=20 conn=delta
New Transformer.t phases=3 windings=2 buses=(d, lv) conns=(delta, wye) kvs=(20, 0.4)
~ kvas=(1000, 1000) xhl=5
New Load.c1 phases=1 bus1=c.1 kv=11.547 kw=500 kvar=100 model=4 CVRwatts=0.8 CVRvars=3 {WIDE}
New Load.c2 phases=1 bus1=c.2 kv=11.547 kw=500 kvar=100 model=4 CVRwatts=0.8 CVRvars=3 {WIDE}
New Load.c3 phases=1 bus1=c.3 kv=11.547 kw=500 kvar=100 model=4 CVRwatts=0.8 CVRvars=3 {WIDE}
New Load.z phases=3 bus1=lv kv=0.38 kw=400 kvar=80 model=8 zipv=[.2 .3 .5 .6 .3 .1 0] {WIDE}
New Load.m phases=3 bus1=d conn=delta kv=20 kw=1000 kvar=300 model=3 {WIDE}
New Load.t phases=3 bus1=ter kv=10 kw=800 kvar=200 model=7 {WIDE}
New Storage.s phases=3 bus1=lv kv=0.4 kwrated=100 kwhrated=300 %stored=60 state=charging
~ %charge=50 vminpu=0.5
New PVSystem.pv phases=3 bus1=lv kv=0.4 kva=300 pmpp=280 irradiance=0.9 pf=0.95
Set VoltageBases=[110, 20, 10, 0.4]
CalcVoltageBases
Solve
"""

CIRCUITS = {"village": VILLAGE, "town": TOWN}


def written(folder, text, name="master"):
    """A file of a circuit, and half-hours of sun from 8 to 16 o'clock beside it."""
    sun = [0.0] * 16 + [1.0] * 16 + [0.0] * 16
    (folder / "sun.csv").write_text("\n".join(map(str, sun)))
    file = folder / f"{name}.dss"
    file.write_text(text)
    return file


def distances(file, scenario, method="response"):
    """Greatest distance of voltages (p.u.) and of what the source gives (MVA) from OpenDSS's."""
    flow = base_load_flow(scenario, method=method)
    assert flow.outcome == "solved", flow.why
    v = {
        bus: abs(x)
        for area in flow.areas.values()
        for bus, x in zip(area.grid.buses, area.v, strict=True)
    }
    circuit = solved(file).ActiveCircuit
    apart = []
    for name in circuit.AllBusNames:
        circuit.SetActiveBus(name)
        volts = np.asarray(circuit.ActiveBus.puVmagAngle)[::2]
        apart += [abs(v[name] - volt) for volt in volts]
    given = sum(port.power for port in flow.ports.values())
    total = circuit.TotalPower  # kW and kvar that the source draws
    return max(apart), abs(given + complex(*total) / 1e3)
