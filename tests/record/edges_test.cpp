#include "sim/record/edges.hpp"

#include "sim/error.hpp"
#include "sim/record/npy.hpp"
#include "sim/record/result.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

using namespace cajal;
using namespace cajal::record;

namespace {

const EdgeLimits limits{10, 20, 0.1, "mV"};

Edges read_csv(const TemporaryDirectory& directory, const std::string& text) {
  write_bytes(directory.file("edges.csv"), text);
  return read_edges(directory.file("edges.csv"), "", limits);
}

/// What is said of a file, without its folder.
std::string said(const TemporaryDirectory& directory, const std::string& name, const std::string& group = "") {
  const std::string message = message_of<DataError>([&] { read_edges(directory.file(name), group, limits); });
  const std::size_t at = message.find(name);
  return at == std::string::npos ? message : message.substr(at);
}

std::string said_of(const TemporaryDirectory& directory, const std::string& text) {
  write_bytes(directory.file("edges.csv"), text);
  return said(directory, "edges.csv");
}

void check_three(const Edges& e) {
  CHECK(e.source == std::vector<std::uint32_t>{3, 0, 9});
  CHECK(e.target == std::vector<std::uint32_t>{1, 19, 1});
  CHECK(e.weight == std::vector<double>{0.5, -1, 2});
  CHECK(e.delay == std::vector<double>{1.5, 0.1, 2});
}

}  // namespace

TEST_CASE("lists of synapses are read from text, with a header or without", "[record]") {
  const TemporaryDirectory directory;
  check_three(read_csv(directory, "3,1,0.5,1.5\n0,19,-1,0.1\n9,1,2,2\n"));
  check_three(
      read_csv(directory, "# by hand\nsource,target,weight,delay\r\n3, 1, 0.5, 1.5\r\n\n0,19,-1,0.1\r\n9,1,+2,2"));
  check_three(read_csv(directory, "\"delay\";\"target\";\"source\";\"weight\"\n1.5;1;3;0.5\n0.1;19;0;-1\n2;1;9;2\n"));
  check_three(read_csv(directory, "3\t1\t0.5\t1.5\n0\t19\t-1e0\t0.1\n9\t1\t2\t2\n"));
  check_three(read_csv(directory, "  3   1  0.5 1.5 \n0 19 -1 0.1\n9 1 2 2\n"));
  const Edges pairs = read_csv(directory, "\xEF\xBB\xBFsource,target\n3,1\n");
  CHECK(pairs.source.size() == 1);
  CHECK(pairs.weight.empty());
  CHECK(pairs.delay.empty());
  CHECK(read_csv(directory, "source,target\n").source.empty());
}

TEST_CASE("a wrong line of a list of synapses is named with what is wrong", "[record]") {
  const TemporaryDirectory directory;
  CHECK(said_of(directory, "1,2\n\n10,3\n") == "edges.csv:3: source 10; the node has 10 units, numbered from 0");
  CHECK(said_of(directory, "1,20\n") == "edges.csv:1: target 20; the node has 20 units, numbered from 0");
  CHECK(contains(said_of(directory, "-1,2\n"), "source -1"));
  CHECK(contains(said_of(directory, "1.5,2\n"), "source 1.5"));
  CHECK(contains(said_of(directory, "1e300,2\n"), "source 1e+300"));
  CHECK(contains(said_of(directory, "1,2,3\n1,2,nan\n"), "edges.csv:2: a weight of nan"));
  CHECK(contains(said_of(directory, "1,2,inf\n"), "a weight of inf"));
  CHECK(contains(said_of(directory, "1,2,1e39\n"), "single precision"));
  CHECK(contains(said_of(directory, "1,2,1,0.05\n"), "edges.csv:1: a delay of 0.05 ms; at least one step of 0.1 ms"));
  CHECK(contains(said_of(directory, "1,2,1,-1\n"), "a delay of -1 ms"));
  CHECK(contains(said_of(directory, "1,2,1,nan\n"), "a delay of nan ms"));
  CHECK(contains(said_of(directory, "1,2\n1,2,3\n"), "edges.csv:2: 3 columns; the first line has 2"));
  CHECK(contains(said_of(directory, "1,2,3,4,5\n"), "more than four columns"));
  CHECK(contains(said_of(directory, "1,2,\n"), "weight is empty"));
  CHECK(contains(said_of(directory, "1,2\n1,x\n"), "edges.csv:2: target is \"x\", not a number"));
  CHECK(contains(said_of(directory, "source,target,wieght\n"), "did you mean `weight`?"));
  CHECK(contains(said_of(directory, "source,weight\n"), "needs a source and a target column"));
  CHECK(contains(said_of(directory, "source,source\n"), "column source twice"));
  CHECK(contains(said_of(directory, "7\n"), "needs a source and a target column"));
  CHECK(contains(said_of(directory, ""), "holds no synapse"));
  CHECK(contains(said_of(directory, std::string(10000, '1')), "4096 characters"));
  CHECK(contains(said(directory, "none.csv"), "none.csv: cannot be read"));
  CHECK(contains(said(directory, ""), "cannot be read"));
  CHECK(contains(said(directory, "edges.csv", "/a"), "is no HDF5 file"));
}

TEST_CASE("lists of synapses are read from arrays", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("edges.npy");
  write_npy(path, {3, 4}, std::vector<double>{3, 1, 0.5, 1.5, 0, 19, -1, 0.1, 9, 1, 2, 2});
  check_three(read_edges(path, "", limits));
  write_npy(path, {2, 2}, std::vector<std::int64_t>{3, 1, 0, 19});
  CHECK(read_edges(path, "", limits).target == std::vector<std::uint32_t>{1, 19});
  write_npy(path, {2, 3}, std::vector<double>{3, 1, 0.5, 1, 2, std::nan("")});
  CHECK(contains(said(directory, "edges.npy"), "edges.npy: row 1: a weight of nan"));
  write_npy(path, {2, 2}, std::vector<std::int32_t>{3, 1, 0, -4});
  CHECK(contains(said(directory, "edges.npy"), "row 1: target -4"));
  write_npy(path, {4}, std::vector<double>{3, 1, 0.5, 1});
  CHECK(contains(said(directory, "edges.npy"), "n x 2 to 4"));
}

TEST_CASE("lists of synapses are read from HDF5, as results hold them", "[record]") {
  const TemporaryDirectory directory;
  const auto write = [&](const std::string& weight_unit, double second) {
    const ResultFile file = ResultFile::create(directory.file("edges.h5"), true);
    file.attribute("dt", 0.5);
    const Group group = file.group("weights/rec/initial");
    group.write("source", std::vector<std::uint32_t>{3, 0, 9}, {3}, {"", "", {"synapse"}});
    group.write("target", std::vector<std::uint32_t>{1, 19, 1}, {3}, {"", "", {"synapse"}});
    group.write("weight", std::vector<float>{0.5f, -1, static_cast<float>(second)}, {3},
                {weight_unit, "", {"synapse"}});
    group.write("delay", std::vector<std::uint32_t>{4}, {1}, {"steps", "", {"synapse"}});
    file.finish(Status::complete);
  };
  write("mV", 2);
  const Edges e = read_edges(directory.file("edges.h5"), "weights/rec/initial", limits);
  CHECK(e.source == std::vector<std::uint32_t>{3, 0, 9});
  CHECK(e.weight == std::vector<double>{0.5, -1, 2});
  CHECK(e.delay == std::vector<double>{2, 2, 2});
  CHECK(contains(said(directory, "edges.h5", "/weights/rec/final"), "has no group /weights/rec/final"));
  CHECK(contains(said(directory, "edges.h5"), "has no dataset /source"));
  write("pA", 2);
  CHECK(contains(said(directory, "edges.h5", "/weights/rec/initial"), "/weight is in pA, the port takes mV"));
  write("mV", std::nan(""));
  CHECK(contains(said(directory, "edges.h5", "/weights/rec/initial"), "/weights/rec/initial, row 2: a weight of nan"));
}

TEST_CASE("lists of synapses are read from SONATA edges", "[record]") {
  const TemporaryDirectory directory;
  struct Content {
    std::vector<std::uint64_t> source{3, 0, 9}, target{1, 19, 1}, group{0, 0, 0}, index{2, 0, 1};
    std::vector<double> weight{-1, 2, 0.5}, delay{0.1, 2, 1.5};
    bool two = false;
  };
  const auto write = [&](const Content& c) {
    const ResultFile file = ResultFile::create(directory.file("edges.h5"), true);
    const auto population = [&](const std::string& name) {
      const Group group = file.group("edges/" + name);
      group.write("source_node_id", c.source, {c.source.size()}, {});
      group.write("target_node_id", c.target, {c.target.size()}, {});
      group.write("edge_type_id", c.group, {c.group.size()}, {});
      group.write("edge_group_id", c.group, {c.group.size()}, {});
      group.write("edge_group_index", c.index, {c.index.size()}, {});
      group.write("0/syn_weight", c.weight, {c.weight.size()}, {});
      group.write("0/delay", c.delay, {c.delay.size()}, {});
    };
    population("a_to_b");
    if (c.two) population("b_to_a");
    file.finish(Status::complete);
  };
  write({});
  check_three(read_edges(directory.file("edges.h5"), "", limits));
  Content c;
  c.two = true;
  write(c);
  check_three(read_edges(directory.file("edges.h5"), "/edges/b_to_a", limits));
  CHECK(contains(said(directory, "edges.h5"), "several populations; name one with `group`, like \"/edges/a_to_b\""));
  c = {};
  c.index[1] = 3;
  write(c);
  CHECK(contains(said(directory, "edges.h5"), "/edges/a_to_b, row 1: edge_group_index 3"));
  c = {};
  c.group[2] = 1;
  write(c);
  CHECK(contains(said(directory, "edges.h5"), "only group 0 is supported"));
  c = {};
  c.target.pop_back();
  write(c);
  CHECK(contains(said(directory, "edges.h5"), "target_node_id has 2 values for 3 synapses"));
  c = {};
  c.delay[0] = 0;
  write(c);
  CHECK(contains(said(directory, "edges.h5"), "row 1: a delay of 0 ms"));
}
