function mpc = transmission
% Three buses, made up: cheap generation at 1, dear generation at 2, load at 2 and 3.
mpc.version = '2';
mpc.baseMVA = 100;
%	bus_i	type	Pd	Qd	Gs	Bs	area	Vm	Va	baseKV	zone	Vmax	Vmin
mpc.bus = [
	1	3	0	0	0	0	1	1	0	132	1	1.1	0.9;
	2	2	60	20	0	0	1	1	0	132	1	1.1	0.9;
	3	1	15	5	0	0	1	1	0	132	1	1.1	0.9;
];
%	bus	Pg	Qg	Qmax	Qmin	Vg	mBase	status	Pmax	Pmin
mpc.gen = [
	1	0	0	60	-60	1	100	1	90	0;
	2	0	0	40	-40	1	100	1	60	0;
];
%	fbus	tbus	r	x	b	rateA	rateB	rateC	ratio	angle	status	angmin	angmax
mpc.branch = [
	1	2	0.01	0.08	0	80	0	0	0	0	1	-360	360;
	1	3	0.01	0.08	0	40	0	0	0	0	1	-360	360;
	2	3	0.01	0.08	0	40	0	0	0	0	1	-360	360;
];
%	model	startup	shutdown	n	c2	c1	c0
mpc.gencost = [
	2	0	0	3	0.10	20	0;
	2	0	0	3	0.15	35	0;
];
