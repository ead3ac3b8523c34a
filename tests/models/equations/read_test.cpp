#include "models/equations/equations.hpp"
#include "tests/catch.hpp"
#include "tests/models/equations/models.hpp"

namespace cajal::test {

namespace {

struct Read {
  std::vector<std::string> errors;
  std::optional<ModelEquations> model;

  explicit Read(const std::string& text) {
    const config::Value root = config::parse(text, "m.toml");
    std::vector<Diagnostic> diagnostics;
    const config::Table table(root, "", diagnostics);
    for (const auto& [name, entry] : table.tables("model")) model = read_equations(name, entry);
    table.refuse_unused();
    for (const Diagnostic& d : diagnostics) errors.push_back(d.text());
  }
};

/// The errors of a model of one variable in mV, with other lines.
std::vector<std::string> errors(const std::string& lines, const std::string& params = "tau = \"10 ms\"") {
  return Read("[model.x]\nstate = { V_m = \"-70 mV\" }\nparams = { " + params + " }\n" + lines).errors;
}

using Strings = std::vector<std::string>;
const std::string decay = "derivative = { V_m = \"-V_m / tau\" }\n", spiked = "spiked = \"V_m > -50 mV\"\n";

}  // namespace

TEST_CASE("models of the library are read from equations", "[equations]") {
  for (const std::string& text : {lif_equations, adex_equations, izhikevich_equations}) {
    const Read read(text);
    CHECK(read.errors == Strings{});
    REQUIRE(read.model);
    CHECK(read.model->spiking());
    CHECK(read.model->resets());
    CHECK(read.model->of_input);
    CHECK(read.model->linear == (read.model->name == "my_lif"));
  }
  const ModelEquations adex = *Read(adex_equations).model;
  CHECK(adex.state[0].unit == "mV");
  CHECK(adex.state[0].meaning == "membrane potential");
  CHECK(adex.parameters[1].unit == "nS");
  CHECK(adex.parameters[1].value == 30);
  CHECK(adex.refractory == 10);
  CHECK(adex.text() ==
        "v = min(V_m, V_peak)\n"
        "onset = g_L * Delta_T * exp((v - V_th) / Delta_T)\n"
        "dV_m/dt = (onset - g_L * (v - E_L) - w + I_e + I) / C_m\n"
        "dw/dt = (a * (v - E_L) - w) / tau_w\n"
        "spike:  V_m > V_peak\n"
        "reset:  V_m := V_reset, w := w + b");
}

TEST_CASE("numbers of a model are in base units and keep the unit that was written", "[equations]") {
  const ModelEquations izhikevich = *Read(izhikevich_equations).model;
  CHECK(izhikevich.parameters[0].unit == "1/ms");
  CHECK(izhikevich.parameters[1].unit.empty());
  CHECK(izhikevich.input_unit == "mV/ms");
  const ModelEquations other = *Read(
                                    "[model.x]\nstate = { r = \"10 Hz\" }\nparams = { tau = \"0.02 s\" }\n"
                                    "derivative = { r = \"-r / tau\" }\noutput = \"r * tau\"\n")
                                    .model;
  CHECK(other.state[0].value == Approx(0.01));
  CHECK(other.state[0].unit == "kHz");
  CHECK(other.parameters[0].value == 20);
  CHECK(other.parameters[0].unit == "ms");
  CHECK_FALSE(other.of_input);
}

TEST_CASE("what the equations divide by keeps its sign", "[equations]") {
  const ModelEquations lif = *Read(lif_equations).model;
  CHECK(lif.parameters[0].range.low_open);
  CHECK(lif.parameters[0].range.low == 0);
  CHECK_FALSE(lif.parameters[2].range.low == 0);
  CHECK(lif.parameters[5].range.low == 0);  // a refractory time may be 0
  CHECK_FALSE(lif.parameters[5].range.low_open);
  CHECK(errors(decay + spiked, "tau = \"0 ms\"") ==
        Strings{"m.toml:3:12: error: model.x.params.tau: cannot be 0: the equations divide by it"});
}

TEST_CASE("a wrong dimension in equations is found with its place", "[equations]") {
  CHECK(errors("derivative = { V_m = \"-V_m\" }\noutput = \"tau / ms\"\n") ==
        Strings{"m.toml:4:16: error: model.x.derivative.V_m: the derivative of `V_m` by time is a voltage per time "
                "(mV/ms); found a voltage: \"-V_m\""});
  CHECK(errors(decay + "spiked = \"V_m - tau\"") ==
        Strings{"m.toml:5:1: error: model.x.spiked: a time cannot be subtracted from a voltage, at character 5 of "
                "\"V_m - tau\""});
  CHECK(errors(decay + spiked + "reset = { V_m = 0 }") ==
        Strings{"m.toml:6:11: error: model.x.reset.V_m: the value of `V_m` after a spike is a voltage (mV); found a "
                "plain number: \"0\""});
  CHECK(errors(decay + "output = \"V_m\"") ==
        Strings{"m.toml:5:1: error: model.x.output: what others see, `output`, is a plain number; found a voltage: "
                "\"V_m\""});
  CHECK(errors(decay + "hazard = \"V_m / mV\"") ==
        Strings{"m.toml:5:1: error: model.x.hazard: `hazard` is a rate (kHz); found a plain number: \"V_m / mV\""});
  CHECK(errors("input = \"mV\"\nderivative = { V_m = \"(I - V_m) / tau\" }\n" + spiked) == Strings{});
  CHECK(errors("derivative = { V_m = \"(I - V_m) / tau\" }\n" + spiked) ==
        Strings{"m.toml:4:16: error: model.x.derivative.V_m: a voltage cannot be subtracted from a current, at "
                "character 4 of \"(I - V_m) / tau\""});
}

TEST_CASE("what is missing or too much in equations is said", "[equations]") {
  const auto all = [](const Strings& lines) {
    std::string out;
    for (const std::string& line : lines) out += line + "\n";
    return out;
  };
  CHECK(all(errors(decay)).find("missing: what others see. Write `spiked`, `hazard` or `output`") != std::string::npos);
  CHECK(all(errors(spiked)).find("missing key `derivative`") != std::string::npos);
  CHECK(all(errors("derivative = { U_m = \"1\" }\n" + spiked)) ==
        "m.toml:4:16: error: model.x.derivative.U_m: the derivative of `U_m`, which is no state variable; did you mean "
        "`V_m`? state variables: V_m\n"
        "m.toml:4:1: error: model.x.derivative: missing: the derivative of `V_m`\n");
  CHECK(errors(decay + spiked, "tau = \"1 ms\", idle = 2") ==
        Strings{"m.toml:3:26: error: model.x.params.idle: nothing uses `idle`"});
  CHECK(errors("let = { idle = \"2 * tau\" }\n" + decay + spiked) ==
        Strings{"m.toml:4:9: error: model.x.let.idle: nothing uses `idle`"});
  CHECK(errors(decay + spiked + "spikes = 3").back().find("unknown key `spikes`; did you mean `spiked`?") !=
        std::string::npos);
  CHECK(all(errors(decay + spiked + "output = \"1\"")).find("others see the spikes") != std::string::npos);
  CHECK(all(errors(decay + spiked + "hazard = \"1 / tau\"")).find("there is `spiked` already") != std::string::npos);
  CHECK(all(errors(decay + "output = \"1\"\nreset = { V_m = \"0 mV\" }")).find("no spike to reset after") !=
        std::string::npos);
  CHECK(all(errors(decay + "spiked = \"tau - 1 ms\"")).find("depends on no state variable") != std::string::npos);
  CHECK(all(errors(decay + "spiked = \"(V_m > 1 mV) * (V_m < 2 mV)\"")).find("expected one comparison") !=
        std::string::npos);
  CHECK(all(errors(decay + "output = \"I / (1 pA)\"")).find("known in `derivative` alone") != std::string::npos);
  CHECK(all(errors(decay + "let = { J = \"I\" }\noutput = \"J / (1 pA)\"")).find("known in `derivative` alone") !=
        std::string::npos);
  CHECK(all(Read("[model.x]\nparams = {}\n").errors).find("missing key `state`") != std::string::npos);
}

TEST_CASE("all errors of equations are told at once", "[equations]") {
  const Strings found = errors(
      "derivative = { V_m = \"(E_L - V_m) / tau\" }\nspiked = \"V_m > 3\"\nreset = { w = \"1\", V_m = \"exp(V_m)\" "
      "}\n");
  REQUIRE(found.size() == 4);
  CHECK(found[0].find("unknown name `E_L`") != std::string::npos);
  CHECK(found[1].find("cannot be compared") != std::string::npos);
  CHECK(found[2].find("the reset of `w`, which is no state variable") != std::string::npos);
  CHECK(found[3].find("`exp` takes a plain number") != std::string::npos);
}

TEST_CASE("names of models, variables and parameters are refused where they mean something else", "[equations]") {
  for (const char* name :
       {"I", "t", "dt", "mV", "exp", "size", "kind", "noise", "spikes", "V_m", "\"a b\"", "\"a;\""}) {
    INFO(name);
    const Strings found = errors(decay + spiked, "tau = \"1 ms\", " + std::string(name) + " = 1");
    REQUIRE(found.size() >= 1);
    CHECK(found[0].starts_with("m.toml:3:26: error: model.x.params."));
  }
  CHECK(errors(decay + spiked, "tau = \"1 ms\", t_ref = \"1 ms\"")[0].find("write refractory = \"t_ref\"") !=
        std::string::npos);
}

TEST_CASE("a refractory time is a parameter or a quantity", "[equations]") {
  const std::string start = "[model.x]\nstate = { V_m = \"-70 mV\" }\nparams = { tau = \"10 ms\", dead = \"1 ms\" }\n";
  CHECK(Read(start + decay + spiked + "refractory = \"dead\"").model->refractory == 1);
  const auto quantity = Read("[model.x]\nstate = { V_m = \"-70 mV\" }\nparams = { tau = \"10 ms\" }\n" + decay +
                             spiked + "refractory = \"2 ms\"")
                            .model;
  REQUIRE(quantity);
  CHECK(quantity->parameters[*quantity->refractory].name == "t_ref");
  CHECK(quantity->parameters[*quantity->refractory].value == 2);
  CHECK(Read(start + decay + spiked + "refractory = \"daed\"").errors[0].find("did you mean `dead`?") !=
        std::string::npos);
  CHECK(Read(start + decay + spiked + "refractory = \"2 mV\"").errors.size() == 1);
  CHECK(errors(decay + "output = \"1\"\nrefractory = \"2 ms\"")[0].find("only what spikes") != std::string::npos);
}

TEST_CASE("values of models are constants, or expressions over let", "[equations]") {
  const Read read(
      "let = { V0 = \"-60 mV\" }\n[model.x]\nstate = { V_m = \"= V0\" }\nparams = { tau = \"= 2 * 5 ms\" }\n" + decay +
      spiked);
  REQUIRE(read.model);
  CHECK(read.model->state[0].value == -60);
  CHECK(read.model->parameters[0].value == 10);
  CHECK(errors(decay + spiked, "tau = \"= 1 ms * (1 + i)\"")[0].find("a default is one number") != std::string::npos);
  CHECK(errors(decay + spiked, "tau = \"10 apples\"")[0].find("there is no unit `apples`") != std::string::npos);
  CHECK(errors(decay + spiked, "tau = [1]")[0].find("expected a number or a quantity") != std::string::npos);
  CHECK(errors(decay + spiked, "tau = { meaning = \"x\" }")[0].find("missing key `value`") != std::string::npos);
}

TEST_CASE("a chain of parts that each use the last one twice is read at once", "[equations]") {
  std::string let = "let = { p0 = \"V_m\"";
  for (int k = 1; k < 200; ++k) {
    const std::string last = "p" + std::to_string(k - 1);
    let += ", p" + std::to_string(k) + " = \"" + last + " + " + last + "\"";
  }
  const auto model =
      Read("[model.x]\nstate = { V_m = \"-70 mV\" }\n" + let + " }\nderivative = { V_m = \"-p199 / ms\" }\n" + spiked)
          .model;
  REQUIRE(model);
  CHECK(model->linear);
}

TEST_CASE("a flow is linear where state and input are multiplied by constants alone", "[equations]") {
  const auto linear = [](const std::string& formula) {
    const auto model = Read(
                           "[model.x]\nstate = { V_m = \"-70 mV\", w = \"0 mV\" }\nparams = { tau = \"10 ms\" }\n"
                           "input = \"mV\"\nderivative = { V_m = \"" +
                           formula + "\", w = \"-w / tau\" }\n" + spiked)
                           .model;
    REQUIRE(model);
    return model->linear;
  };
  CHECK(linear("(2 * I - V_m + w / 3) / tau"));
  CHECK(linear("exp(tau / (3 ms)) * V_m / tau"));
  CHECK_FALSE(linear("V_m * w / (1 mV) / tau"));
  CHECK_FALSE(linear("V_m * I / (1 mV) / tau"));
  CHECK_FALSE(linear("exp(V_m / (1 mV)) * 1 mV / tau"));
  CHECK_FALSE(linear("V_m / (1 + w / (1 mV)) / tau"));
  CHECK_FALSE(linear("abs(V_m) / tau"));
}

}  // namespace cajal::test
