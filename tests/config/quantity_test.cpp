#include <cmath>

#include "tests/catch.hpp"
#include "tests/config/config_test.hpp"

namespace cajal::config {

namespace {

double in(const std::string& text, const std::string& unit) {
  std::string why;
  const std::optional<double> number = parse_quantity(text, unit, why);
  if (!number) throw Error(why);
  return *number;
}

std::string why_not(const std::string& text, const std::string& unit) {
  std::string why;
  return parse_quantity(text, unit, why) ? "it is" : why;
}

}  // namespace

TEST_CASE("every unit has its size and dimension") {
  struct Unit {
    const char *name, *base, *dimension;
    double scale;
  };
  const Unit units[] = {
      {"us", "ms", "time", 1e-3},
      {"ms", "ms", "time", 1},
      {"s", "ms", "time", 1e3},
      {"min", "ms", "time", 6e4},
      {"uV", "mV", "voltage", 1e-3},
      {"mV", "mV", "voltage", 1},
      {"V", "mV", "voltage", 1e3},
      {"pA", "pA", "current", 1},
      {"nA", "pA", "current", 1e3},
      {"uA", "pA", "current", 1e6},
      {"A", "pA", "current", 1e12},
      {"pF", "pF", "capacitance", 1},
      {"nF", "pF", "capacitance", 1e3},
      {"uF", "pF", "capacitance", 1e6},
      {"nS", "nS", "conductance", 1},
      {"uS", "nS", "conductance", 1e3},
      {"mS", "nS", "conductance", 1e6},
      {"S", "nS", "conductance", 1e9},
      {"Hz", "Hz", "rate", 1},
      {"kHz", "Hz", "rate", 1e3},
      {"MHz", "Hz", "rate", 1e6},
      {"Ohm", "MOhm", "resistance", 1e-6},
      {"kOhm", "MOhm", "resistance", 1e-3},
      {"MOhm", "MOhm", "resistance", 1},
      {"GOhm", "MOhm", "resistance", 1e3},
      {"um", "mm", "length", 1e-3},
      {"mm", "mm", "length", 1},
      {"m", "mm", "length", 1e3},
      {"m/s", "mm/ms", "speed", 1},
      {"mm/ms", "m/s", "speed", 1},
      {"mV/ms", "V/s", "voltage per time", 1},
      {"pA/ms", "nA/s", "current per time", 1},
  };
  for (const Unit& unit : units) {
    INFO(unit.name);
    CHECK(dimension_of(unit.name) == unit.dimension);
    CHECK(in(std::string("1 ") + unit.name, unit.base) == unit.scale);
    for (const double number : {0.0, 0.1, -3.0, 7.0, 9.0, 31.875, 1e-5}) {
      const double expected = unit.scale < 1 ? number / std::round(1 / unit.scale) : number * unit.scale;
      CHECK(in(Value::of(number, {}).written() + unit.name, unit.base) == expected);
    }
  }
}

TEST_CASE("products and quotients of units are units") {
  CHECK(in("1 pA*ms/mV", "pF") == 1);
  CHECK(in("1 nF*V", "pA*ms") == 1e6);
  CHECK(in("1 pA/mV", "nS") == 1);
  CHECK(in("1 mV / pA", "GOhm") == 1);
  CHECK(in("5 1/s", "Hz") == 5);
  CHECK(in("5 /s", "Hz") == 5);
  CHECK(in("5/ms", "kHz") == 5);
  CHECK(in("10 MOhm*nF", "ms") == 10);
  CHECK(in("2 mV/mV", "") == 2);
  CHECK(in("2 ms/s", "") == 0.002);
  CHECK(dimension_of("") == "plain number");
  CHECK(dimension_of("1/min") == "rate");
  CHECK(dimension_of("mV*ms") == "time * voltage");
  CHECK(dimension_of("m/s*mV/pA/ms") == "voltage * length / time / time / current");
  CHECK(dimension_of("1/mV") == "1 / voltage");
  CHECK(dimension_of("furlong").empty());
  CHECK(dimension_of("ms/").empty());
  CHECK(dimension_of("*").empty());
}

TEST_CASE("numbers are read as TOML and strtod do") {
  CHECK(in("20ms", "ms") == 20);
  CHECK(in("  20 \t ms ", "ms") == 20);
  CHECK(in("+20 ms", "ms") == 20);
  CHECK(in("-.5 ms", "ms") == -0.5);
  CHECK(in("5. ms", "ms") == 5);
  CHECK(in("1e7 ms", "ms") == 1e7);
  CHECK(in("1E-2s", "ms") == 10);
  CHECK(in("1_000.5 ms", "ms") == 1000.5);
  CHECK(in("3 \xc2\xb5s", "us") == 3);
  CHECK(in("3 \xce\xbcV", "mV") == 0.003);
  for (const char* bad : {"", " ", "ms", "- 2 ms", "++2 ms", "+-2 ms", "_1 ms", "1__0 ms", "0x10 ms", "two ms", "e5 ms",
                          "1 ms 2", "1 m s", "1,5 ms", "--1 ms", "1 ms/0", "nanometer", "infinite ms"}) {
    INFO(bad);
    std::string why;
    CHECK_FALSE(parse_quantity(bad, "ms", why));
    CHECK(why.find("expected a time") == 0);
  }
}

TEST_CASE("what is no such quantity says why") {
  CHECK(why_not("20 mV", "ms") == "expected a time (like \"20 ms\"), found \"20 mV\", which is a voltage");
  CHECK(why_not("20", "ms") == "expected a time, found \"20\"; write \"20 ms\"");
  CHECK(why_not("20 ms", "") == "expected a plain number, found \"20 ms\", which is a time");
  CHECK(why_not("20", "") == "expected a plain number, found \"20\"; write 20 without quotes");
  CHECK(why_not("fast", "") == "expected a plain number, found \"fast\"");
  CHECK(why_not("fast", "pF") == "expected a capacitance (like \"20 pF\"), found \"fast\"");
  CHECK(why_not("20 msec", "ms") ==
        "expected a time (like \"20 ms\"), found \"20 msec\": there is no unit `msec`; a time is written in us, ms, s, "
        "min");
  CHECK(why_not("3 m/sec", "m/s") == "expected a speed (like \"20 m/s\"), found \"3 m/sec\": there is no unit `sec`");
  CHECK(why_not("nan ms", "ms") == "expected a time (like \"20 ms\"), found \"nan ms\", which is not a finite number");
  CHECK(why_not("-inf ms", "ms") ==
        "expected a time (like \"20 ms\"), found \"-inf ms\", which is not a finite number");
  CHECK(why_not("1e999 ms", "ms") ==
        "expected a time (like \"20 ms\"), found \"1e999 ms\", which a 64-bit number cannot hold");
  CHECK(why_not("1e308 s", "ms") ==
        "expected a time (like \"20 ms\"), found \"1e308 s\", which is too large a number in ms");
  CHECK(why_not("1 mV*mV", "mV") ==
        "expected a voltage (like \"20 mV\"), found \"1 mV*mV\", which is a quantity of voltage * voltage");
  CHECK(why_not("1 ms", "parsec") == "a quantity was asked for in \"parsec\", which is no unit, found \"1 ms\"");
  CHECK(why_not(std::string(1000000, '1'), "ms").size() < 200);
  CHECK(why_not("1 " + std::string(1000000, '*'), "ms").size() < 200);
  CHECK(why_not("1 ms\n\x01", "ms").find('\n') == std::string::npos);
}

}  // namespace cajal::config
