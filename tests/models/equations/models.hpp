#pragma once

#include <string>

// Models of the library as a config writes them, in the order of the library's operations.

namespace cajal::test {

inline const std::string lif_equations = R"toml(
[model.my_lif]
state = { V_m = { value = "-70 mV", meaning = "membrane potential" } }
derivative = { V_m = "(E_L - V_m) / tau_m + (I_e + I) / C_m" }
spiked = "V_m - V_th"
reset = { V_m = "V_reset" }
refractory = "t_ref"
[model.my_lif.params]
tau_m = "10 ms"
C_m = "250 pF"
E_L = "-70 mV"
V_th = "-55 mV"
V_reset = "-70 mV"
t_ref = "2 ms"
I_e = "0 pA"
)toml";

inline const std::string adex_equations = R"toml(
[model.my_adex]
state = { V_m = { value = "-70.6 mV", meaning = "membrane potential" }, w = "0 pA" }
let = { v = "min(V_m, V_peak)", onset = "g_L * Delta_T * exp((v - V_th) / Delta_T)" }
spiked = "V_m > V_peak"
reset = { V_m = "V_reset", w = "w + b" }
refractory = "t_ref"
[model.my_adex.derivative]
V_m = "(onset - g_L * (v - E_L) - w + I_e + I) / C_m"
w = "(a * (v - E_L) - w) / tau_w"
[model.my_adex.params]
C_m = "281 pF"
g_L = "30 nS"
E_L = "-70.6 mV"
V_th = "-50.4 mV"
Delta_T = "2 mV"
tau_w = "144 ms"
a = "4 nS"
b = "80.5 pA"
V_reset = "-60 mV"
V_peak = "0 mV"
t_ref = "0 ms"
I_e = "0 pA"
)toml";

inline const std::string izhikevich_equations = R"toml(
[model.my_izhikevich]
state = { V_m = "-65 mV", U_m = "-13 mV" }
params = { a = "0.02 1/ms", b = 0.2, c = "-65 mV", d = "8 mV", k_1 = "5 1/ms", k_0 = "140 mV/ms", V_th = "30 mV", I_e = "0 mV/ms" }
input = "mV/ms"
spiked = "V_m >= V_th"
reset = { V_m = "c", U_m = "U_m + d" }
[model.my_izhikevich.derivative]
V_m = "0.04 / ms / mV * V_m * V_m + k_1 * V_m + k_0 - U_m / ms + I_e + I"
U_m = "a * (b * V_m - U_m)"
)toml";

}  // namespace cajal::test
