#include "app/sweep_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "sim/config/draft.hpp"
#include "sim/config/text.hpp"
#include "sim/random.hpp"

namespace cajal::app {

namespace {

using config::Value;
using Range = SweepAxis::Range;

constexpr std::size_t most_points = 10000;

std::string in_ticks(const std::string& address) { return '`' + config::shortened(address) + '`'; }

/// The number at the start of a text, and the unit behind it.
std::optional<std::pair<double, std::string>> number_and_unit(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return {};
  std::string unit(end, text.data() + text.size());
  unit.erase(0, unit.find_first_not_of(' '));
  return std::pair(number, unit);
}

Value drawn(const SweepAxis& axis, std::uint64_t seed, std::uint64_t point) {
  Draws draws(Stream(seed, "sweep." + axis.address), point);
  if (!axis.range) return axis.values[draws.below(axis.values.size())];
  const Range& r = *axis.range;
  if (r.kind == Range::Kind::integer) {
    const auto low = static_cast<std::int64_t>(r.low), high = static_cast<std::int64_t>(r.high);
    return Value::of(low + static_cast<std::int64_t>(draws.below(static_cast<std::uint64_t>(high - low) + 1)), axis.at);
  }
  const double x = r.kind == Range::Kind::uniform ? draws.uniform(r.low, r.high)
                                                  : std::exp(draws.uniform(std::log(r.low), std::log(r.high)));
  const double inside = std::clamp(x, r.low, r.high);
  if (r.unit.empty()) return Value::of(inside, axis.at);
  return Value::of(config::written_number(inside) + " " + r.unit, axis.at);
}

class Reading {
 public:
  Reading(const config::Table& draft, std::size_t most) : draft_(draft), most_(most) {}

  SweepPlan read() {
    read_search();
    read_axes();
    read_averaged();
    if (draft_.diagnostics().empty()) lay_out();
    return std::move(plan_);
  }

 private:
  void read_search() {
    plan_.search = draft_.table("search");
    if (draft_.has("search") && !draft_.has("sweep"))
      draft_.error("search", "there is no [sweep]: it names the addresses and their values");
    if (!plan_.search) return;
    const config::Table& s = *plan_.search;
    plan_.random = s.choice("kind", {"grid", "random"}, "grid") == "random";
    if (plan_.random) {
      samples_ = static_cast<std::size_t>(s.required_integer("samples", 1, most_points));
      read_seed(s);
    } else {
      for (const char* key : {"samples", "seed"})
        if (s.take(key)) s.error(key, "belongs to kind = \"random\"; a grid has all combinations");
    }
    plan_.select = s.text("select", "");
    plan_.of = s.text("of", "");
    if (s.has("prefer")) plan_.higher = s.choice("prefer", {"higher", "lower"}, "higher") == "higher";
    averaged_ = s.texts("average", {"data.split.fold", "run.seed"});
    s.refuse_unused();
  }

  void read_seed(const config::Table& search) {
    const Value* run = draft_.peek("run");
    const Value* seed = run ? run->find("seed") : nullptr;
    const bool plain = !seed || (seed->kind == Value::Kind::integer && seed->integer >= 0);
    if (!plain && !search.has("seed"))
      search.error("", "missing key `seed`: run.seed is no whole number that could stand in for it");
    seed_ = static_cast<std::uint64_t>(search.integer("seed", seed && plain ? seed->integer : 1, 0, INT64_MAX));
  }

  void read_axes() {
    const Value* sweep = draft_.take("sweep");
    if (!sweep) return;
    if (sweep->kind != Value::Kind::table || sweep->members.empty())
      return draft_.error("sweep", "expected addresses and their values, like \"learn.bp.batch\" = [32, 128], found " +
                                       sweep->written());
    for (const auto& [address, value] : sweep->members) {
      SweepAxis axis{address, config::join("sweep", address), value.at, {}, {}, false};
      if (check_address(axis)) read_values(axis, value);
      plan_.axes.push_back(std::move(axis));
    }
  }

  void error(const Position& at, const SweepAxis& axis, std::string message) {
    draft_.diagnostics().push_back({at, axis.named, std::move(message)});
  }

  /// Whether it can be swept: it is an address, and takes nothing back that one before it sets.
  bool check_address(const SweepAxis& axis) {
    const auto parts = config::parts_of(axis.address);
    if (!parts) {
      error(axis.at, axis, "expected an address (like node.E.size), found " + in_ticks(axis.address));
      return false;
    }
    if (parts->front() == "run" && (parts->size() == 1 || (*parts)[1] == "name")) {
      error(axis.at, axis, "the name of the run is that of the result, and all points stand in one");
      return false;
    }
    for (const SweepAxis& before : plan_.axes) {
      const auto other = config::parts_of(before.address);
      if (!other || other->size() < parts->size() || !std::equal(parts->begin(), parts->end(), other->begin()))
        continue;
      error(axis.at, axis,
            other->size() == parts->size()
                ? "is swept twice"
                : fmt::format("replaces all of it, {} too; write it before that", in_ticks(before.address)));
      return false;
    }
    return true;
  }

  void read_values(SweepAxis& axis, const Value& value) {
    if (value.kind == Value::Kind::table) return read_range(axis, value);
    if (value.kind != Value::Kind::array)
      return error(axis.at, axis, fmt::format("expected a list of values, found {}", value.written()));
    if (value.items.empty()) return error(axis.at, axis, "has no value");
    axis.values = value.items;
  }

  void read_range(SweepAxis& axis, const Value& value) {
    const std::vector<std::pair<std::string, Range::Kind>> kinds{{"uniform", Range::Kind::uniform},
                                                                 {"log_uniform", Range::Kind::log_uniform},
                                                                 {"integer", Range::Kind::integer}};
    const auto kind =
        value.members.size() != 1 ? kinds.end() : std::find_if(kinds.begin(), kinds.end(), [&](const auto& k) {
          return k.first == value.members[0].first;
        });
    if (kind == kinds.end())
      return error(
          axis.at, axis,
          fmt::format("expected a list of values or one of {{ uniform = [a, b] }}, {{ log_uniform = [a, b] }}, "
                      "{{ integer = [a, b] }}, found {}; the parts of an address stand in quotes together, "
                      "\"learn.bp.batch\"",
                      value.written()));
    if (!plan_.random)
      return error(axis.at, axis,
                   "a range is drawn from: write search = { kind = \"random\", samples = 20 }, or a list");
    const Value& ends = value.members[0].second;
    Range range{kind->second, 0, 0, ""};
    if (ends.kind != Value::Kind::array || ends.items.size() != 2 || !read_end(ends.items[0], true, range) ||
        !read_end(ends.items[1], false, range))
      return error(ends.at, axis,
                   fmt::format("expected two {}, from low to high, found {}",
                               range.kind == Range::Kind::integer ? "whole numbers"
                                                                  : "numbers, or two quantities of one dimension",
                               ends.written()));
    if (range.low >= range.high)
      return error(ends.at, axis, fmt::format("the low end must be below the high one, found {}", ends.written()));
    if (range.kind == Range::Kind::log_uniform && !(range.low > 0))
      return error(ends.at, axis, fmt::format("both ends of log_uniform must be above 0, found {}", ends.written()));
    axis.range = range;
  }

  static bool read_end(const Value& value, bool low, Range& range) {
    constexpr double exact = 9007199254740992.0;  // 2^53
    std::optional<std::string> unit;
    if (!low) unit = range.unit;
    const auto number = number_of(value, unit);
    if (!number || !std::isfinite(*number)) return false;
    range.unit = *unit;
    (low ? range.low : range.high) = *number;
    if (range.kind != Range::Kind::integer) return true;
    return value.kind == Value::Kind::integer && std::fabs(*number) <= exact;
  }

  void read_averaged() {
    std::vector<std::string> addresses;
    for (const SweepAxis& axis : plan_.axes) addresses.push_back(axis.address);
    for (const std::string& name : averaged_) {
      const auto axis = std::find(addresses.begin(), addresses.end(), name);
      if (axis != addresses.end())
        plan_.axes[static_cast<std::size_t>(axis - addresses.begin())].averaged = true;
      else if (plan_.search && plan_.search->has("average"))
        plan_.search->error("average", fmt::format("{} is not swept{}", in_ticks(name),
                                                   config::alternatives(name, addresses, "there are")));
    }
  }

  /// Whether all its values are gone through, for each setting that is drawn.
  bool is_crossed(const SweepAxis& axis) const { return !plan_.random || (axis.averaged && !axis.range); }

  void lay_out() {
    std::size_t count = plan_.random ? samples_ : 1;
    for (const SweepAxis& axis : plan_.axes) {
      if (is_crossed(axis)) count *= axis.values.size();
      if (count > most_points)
        return draft_.error("sweep", fmt::format("has more than {} {}", most_points,
                                                 plan_.random ? "points"
                                                              : "combinations; search = { kind = \"random\", samples "
                                                                "= 100 } tries some of them"));
    }
    count = std::min(count, most_);
    std::map<std::string, std::size_t> seen;
    for (std::size_t point = 0; point < count; ++point) {
      std::vector<Value> values(plan_.axes.size());
      std::size_t rest = point;
      for (std::size_t a = plan_.axes.size(); a-- > 0;) {
        const SweepAxis& axis = plan_.axes[a];
        if (!is_crossed(axis)) continue;
        values[a] = axis.values[rest % axis.values.size()];
        rest /= axis.values.size();
      }
      std::string key;
      for (std::size_t a = 0; a < plan_.axes.size(); ++a) {
        const SweepAxis& axis = plan_.axes[a];
        if (!is_crossed(axis)) values[a] = drawn(axis, seed_, rest);
        if (!axis.averaged) key += text_of(values[a]) + '\n';
      }
      plan_.setting.push_back(seen.emplace(key, seen.size()).first->second);
      plan_.points.push_back(std::move(values));
    }
    plan_.settings = seen.size();
  }

  const config::Table& draft_;
  std::size_t most_;
  std::size_t samples_ = 0;
  std::uint64_t seed_ = 1;
  std::vector<std::string> averaged_{"data.split.fold", "run.seed"};
  SweepPlan plan_;
};

}  // namespace

std::string SweepPlan::label(std::size_t point) const {
  std::string text;
  for (std::size_t a = 0; a < axes.size(); ++a)
    text += fmt::format("{}{} = {}", a == 0 ? "" : ", ", axes[a].address, points[point][a].written());
  return text;
}

std::string SweepPlan::name(std::size_t point) const {
  const std::size_t digits = std::to_string(points.size() - 1).size();
  return fmt::format("{:0{}}", point, digits);
}

SweepPlan read_sweep_plan(const config::Table& draft, std::size_t most) { return Reading(draft, most).read(); }

config::Value point_draft(const config::Value& draft, const SweepPlan& plan, std::size_t point,
                          std::vector<Diagnostic>& diagnostics) {
  Value out = draft;
  std::erase_if(out.members, [](const auto& m) { return m.first == "sweep" || m.first == "search"; });
  for (std::size_t a = 0; a < plan.axes.size(); ++a) {
    const SweepAxis& axis = plan.axes[a];
    config::assign(out, axis.address, plan.points[point][a], axis.at, axis.named, diagnostics);
  }
  return out;
}

std::optional<double> number_of(const config::Value& value, std::optional<std::string>& unit) {
  if (value.is_number()) {
    if (unit.value_or("") != "") return {};
    unit = "";
    return value.number();
  }
  if (value.kind != Value::Kind::text) return {};
  const auto found = number_and_unit(value.text);
  if (!found || found->second.empty() || config::dimension_of(found->second).empty()) return {};
  if (!unit) unit = found->second;
  std::string why;
  return unit->empty() ? std::nullopt : config::parse_quantity(value.text, *unit, why);
}

std::string text_of(const config::Value& value) {
  std::string text;
  config::append_inline(text, value);
  return text;
}

}  // namespace cajal::app
