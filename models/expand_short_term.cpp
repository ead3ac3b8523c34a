#include "models/expand_short_term.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "models/catalogue.hpp"
#include "sim/config/text.hpp"

namespace cajal {

namespace {

using config::Value;

std::vector<std::string> kinds() {
  std::vector<std::string> out;
  for (const NodeEntry& e : node_catalogue())
    if (e.group == "synapses") out.push_back(e.name);
  return out;
}

/// What a unit has by standing between the edge's ends.
bool is_given(std::string_view key) {
  return key == "size" || key == "shape" || key == "positions" || key == "clock" || key == "like";
}

/// The table of the node that `given` asks for; nothing, with an error, if it asks for none.
std::optional<Value> node_of(const Value& given, const std::string& address, std::vector<Diagnostic>& diagnostics) {
  const auto refuse = [&](const Value& at, const std::string& where, const std::string& why) {
    diagnostics.push_back({at.at, where, why});
    return std::nullopt;
  };
  if (given.kind != Value::Kind::text && given.kind != Value::Kind::table)
    return refuse(given, address,
                  "expected a table like { kind = \"tsodyks_markram\", U = 0.5 }, found " + given.written());
  const Value* kind = given.kind == Value::Kind::text ? &given : given.find("kind");
  const std::string at_kind = kind == &given ? address : address + ".kind";
  if (!kind) return refuse(given, at_kind, "missing key `kind`; allowed: " + config::listed(kinds()));
  const std::vector<std::string> known = kinds();
  if (kind->kind != Value::Kind::text || std::find(known.begin(), known.end(), kind->text) == known.end())
    return refuse(*kind, at_kind,
                  fmt::format("unknown kind {}{}", kind->written(), config::alternatives(kind->text, known)));
  Value node = Value::table(given.at);
  node.set("kind", *kind);
  bool good = true;
  for (const auto& [key, value] : given.members) {
    if (is_given(key)) {
      refuse(value, address + "." + key, "follows from the source of the edge: leave it out");
      good = false;
    }
    node.set(key, value);
  }
  return good ? std::optional(std::move(node)) : std::nullopt;
}

}  // namespace

void expand_short_term(Value& root, std::vector<Diagnostic>& diagnostics, const std::string& address) {
  const Value* given = root.find("edge");
  const auto has_it = [](const auto& edge) { return edge.second.find("short_term") != nullptr; };
  if (!given || std::none_of(given->members.begin(), given->members.end(), has_it)) return;
  const auto path = [&](const std::string& section, const std::string& name) {
    return config::join(address.empty() ? section : address + "." + section, name);
  };
  Value edges = Value::table(given->at), nodes = root.find("node") ? *root.find("node") : Value::table(given->at);
  for (const auto& [name, edge] : given->members) {
    const Value* short_term = edge.find("short_term");
    if (!short_term || nodes.kind != Value::Kind::table) {
      edges.set(name, edge);
      continue;
    }
    Value rest = edge;
    std::erase_if(rest.members, [](const auto& member) { return member.first == "short_term"; });
    const Value* from = edge.find("from");
    const std::string release = name + "_release";
    auto node = node_of(*short_term, path("edge", name) + ".short_term", diagnostics);
    if (node && (nodes.find(release) || given->find(release))) {
      diagnostics.push_back(
          {short_term->at, path("edge", name) + ".short_term",
           fmt::format("stands for a node and an edge \"{}\", and there is one of that name already", release)});
      node.reset();
    }
    // An edge without a source has its error where it is read.
    if (node && from && from->kind == Value::Kind::text) {
      Value feed = Value::table(short_term->at);
      feed.set("from", *from);
      feed.set("to", Value::of(release, short_term->at));
      const Value* connect = edge.find("connect");
      if (connect && connect->kind == Value::Kind::text && connect->text == "private")
        feed.set("connect", *connect);
      else
        feed.set("kind", Value::of("one_to_one", short_term->at));
      rest.set("from", Value::of(release, from->at));
      nodes.set(release, std::move(*node));
      edges.set(release, std::move(feed));
    }
    edges.set(name, std::move(rest));
  }
  root.set("edge", std::move(edges));
  root.set("node", std::move(nodes));
}

}  // namespace cajal
