function mpc = three_bus_ohm
% Feeder of three buses in ohms and kW, converted at the end of the file.
mpc.version = '2';
mpc.baseMVA = 10;
mpc.bus = [ %% kW and kvar
	1	3	0	0	0	0	1	1	0	10	1	1	1;
	2	1	500	200	0	0	1	1	0	10	1	1.1	0.9;
	3	1	300	100	0	0.05	1	1	0	10	1	1.1	0.9;
];
mpc.gen = [
	1	0	0	10	-10	1	100	1	10	0;
];
mpc.branch = [ %% ohms
	1	2	0.5	1.0	0	0	0	0	0	0	1;
	2	3	0.25	0.75	0	2	0	0	0	0	1;
];
mpc.gencost = [
	2	0	0	2	20	0;
];

%% from ohms to p.u., from kW to MW
[PQ, PV, REF, NONE, BUS_I, BUS_TYPE, PD, QD, GS, BS, BUS_AREA, VM, ...
    VA, BASE_KV] = idx_bus;
[F_BUS, T_BUS, BR_R, BR_X] = idx_brch;
Vbase = mpc.bus(1, BASE_KV) * 1e3;
Sbase = mpc.baseMVA * 1e6;
mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / (Vbase^2 / Sbase);
mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3;
