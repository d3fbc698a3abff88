function mpc = feeder
% Six buses, made up; loads in kW and kvar, converted below; generators at 4 and 6.
mpc.version = '2';
mpc.baseMVA = 10;
%	bus_i	type	Pd	Qd	Gs	Bs	area	Vm	Va	baseKV	zone	Vmax	Vmin
mpc.bus = [
	1	3	0	0	0	0	1	1	0	11	1	1.05	0.95;
	2	1	2000	500	0	0	1	1	0	11	1	1.05	0.95;
	3	1	2500	600	0	0	1	1	0	11	1	1.05	0.95;
	4	1	1500	400	0	0	1	1	0	11	1	1.05	0.95;
	5	1	2000	500	0	0	1	1	0	11	1	1.05	0.95;
	6	1	2000	500	0	0	1	1	0	11	1	1.05	0.95;
];
%	bus	Pg	Qg	Qmax	Qmin	Vg	mBase	status	Pmax	Pmin
mpc.gen = [
	1	0	0	20	-20	1	10	1	20	0;
	4	0	0	3	-3	1	10	1	7	0;
	6	0	0	3	-3	1	10	1	4	0;
];
%	fbus	tbus	r	x	b	rateA	rateB	rateC	ratio	angle	status	angmin	angmax
mpc.branch = [
	1	2	0.010	0.010	0	15	0	0	0	0	1	-360	360;
	2	3	0.012	0.010	0	15	0	0	0	0	1	-360	360;
	3	4	0.012	0.010	0	15	0	0	0	0	1	-360	360;
	2	5	0.015	0.012	0	15	0	0	0	0	1	-360	360;
	5	6	0.015	0.012	0	15	0	0	0	0	1	-360	360;
];
%	model	startup	shutdown	n	c2	c1	c0
mpc.gencost = [
	2	0	0	3	0	0	0;
	2	0	0	3	0.05	18	0;
	2	0	0	3	0.10	22	0;
];
mpc.bus(:, [3, 4]) = mpc.bus(:, [3, 4]) / 1e3;
