// The words `max_pool1d`, `max_pool2d`, `average_pool1d`, `average_pool2d`, `global_max_pool`, `global_average_pool`
// and `upsample` of a config.

#include <fmt/format.h>

#include "models/edges/planes.hpp"
#include "models/edges/pooling.hpp"
#include "models/shapes.hpp"

namespace cajal {

namespace {

using Operation = PoolingOperation;

struct Read {
  Pooling geometry;
  Shape shape;
};

/// `read` if nothing is wrong with it, else nothing, with an error.
std::optional<Read> checked(const config::Table& table, const Read& read) {
  const std::string fault = read.geometry.fault();
  if (fault.empty()) return read;
  table.error("", fault);
  return std::nullopt;
}

/// Windows of the keys `kernel`, `stride` and `padding`.
std::optional<Read> read_windows(const config::Table& table, const Shape& source, int dimensions, bool average) {
  const std::size_t errors = table.diagnostics().size();
  const auto planes = read_planes(table, source, dimensions);
  if (!table.has("kernel")) table.error("kernel", "missing key `kernel`: its extent, like 2 or [2, 2]");
  const auto kernel = read_extent(table, "kernel", 1, 1, dimensions);
  const auto stride = table.has("stride") ? read_extent(table, "stride", 1, 1, dimensions) : kernel;
  const auto padding = read_extent(table, "padding", 0, 0, dimensions);
  const bool counted = !average || table.boolean("count_include_pad", true);
  if (!planes || table.diagnostics().size() > errors) return std::nullopt;
  const Pooling p{.channels = planes->channels,
                  .height = planes->height,
                  .width = planes->width,
                  .kernel_h = kernel[0],
                  .kernel_w = kernel[1],
                  .stride_h = stride[0],
                  .stride_w = stride[1],
                  .padding_h = padding[0],
                  .padding_w = padding[1],
                  .divisor = counted ? Pooling::Divisor::kernel : Pooling::Divisor::inside};
  auto out = checked(table, {p, {}});
  if (out) out->shape = planes_shape(p.channels, p.out_height(), p.out_width(), dimensions);
  return out;
}

std::optional<Read> read_global(const config::Table& table, const Shape& source) {
  if (source.size() != 2 && source.size() != 3) {
    table.error("from", fmt::format("a source of shape {{{}}}; {{channels, height, width}} or {{channels, length}} is "
                                    "needed: its `shape` can say so",
                                    fmt::join(source, ", ")));
    return std::nullopt;
  }
  const auto planes = read_planes(table, source, source.size() == 3 ? 2 : 1);
  return checked(table, {Pooling::global(planes->channels, planes->height, planes->width), {planes->channels}});
}

std::optional<Read> read_upsampling(const config::Table& table, const Shape& source) {
  const std::size_t errors = table.diagnostics().size();
  const config::Value* given = table.peek("factor");
  if (!given) table.error("factor", "missing key `factor`: how often each value is repeated, like 2 or [2, 2]");
  const bool list = given && given->kind == config::Value::Kind::array;
  if (given && !list && source.size() == 2)
    table.error("factor", fmt::format("for a source of shape {{{}}} write [height, width], or [length]",
                                      fmt::join(source, ", ")));
  const int dimensions = list ? (given->items.size() == 1 ? 1 : 2) : (source.size() == 1 ? 1 : 2);
  const auto factor = read_extent(table, "factor", 1, 1, dimensions);
  const auto planes = read_planes(table, source, dimensions);
  if (!planes || table.diagnostics().size() > errors) return std::nullopt;
  auto out =
      checked(table, {Pooling::upsampling(planes->channels, planes->height, planes->width, factor[0], factor[1]), {}});
  if (out)
    out->shape = planes_shape(planes->channels, planes->height * factor[0], planes->width * factor[1], dimensions);
  return out;
}

using Reader = std::function<std::optional<Read>(const config::Table&, const Shape&)>;

template <class Real>
std::unique_ptr<Edge<Real>> make(const EdgeRequest& r, Node<Real>& from, Node<Real>& to, const std::string& kind,
                                 Operation operation, const Reader& read) {
  const auto found = read(r.table, from.shape);
  if (!found) return nullptr;
  const std::size_t arriving = units_of(found->shape);
  if (!r.unit.empty())
    r.table.error("to", "\"" + to.name() + "\" takes " + r.unit + ", and what is pooled are plain numbers; an edge " +
                            "with weights can lead there");
  if (arriving == to.port_units(r.port) && r.unit.empty())
    return std::make_unique<PoolingEdge<Real>>(r.name, from, to, r.port, r.delay, kind, operation, found->geometry);
  if (arriving != to.port_units(r.port))
    r.table.error("to", fmt::format("\"{}\" has {} units, but {} arrive ({})", to.name(), to.port_units(r.port),
                                    arriving, shape_text(found->shape)));
  return nullptr;
}

struct Words {
  const char *name, *meaning, *equation, *keys, *source, *example;
};

EdgeEntry entry(const Words& words, Operation operation, Reader read) {
  return edge_entry(
      words.name, words.meaning, false,
      [read](const config::Table& table, const Shape& source) {
        const auto found = read(table, source);
        return found ? found->shape : Shape{};
      },
      [=]<class Real>(const EdgeRequest& r, Node<Real>& from, Node<Real>& to) {
        return make(r, from, to, words.name, operation, read);
      },
      [=] {
        return fmt::format(
            "{0}: {1}\n\n    {2}\n\nkeys\n  from, to, {3}delay (ms, 0) or delay_steps\n\nThe source has the shape "
            "{4}.\n\nexample\n  layers = [ {{ name = \"pool\", kind = \"{0}\"{5} }} ]\n",
            words.name, words.meaning, words.equation, words.keys, words.source, words.example);
      });
}

constexpr const char* images = "{channels, height, width} or {height, width}";
constexpr const char* series = "{channels, length} or {length}";
constexpr const char* either = "{channels, height, width} or {channels, length}";

EdgeEntry windows_entry(const char* name, int dimensions, Operation operation) {
  const bool average = operation == Operation::average;
  const char* keys =
      average
          ? (dimensions == 2
                 ? "kernel (a number or [height, width]), stride (the kernel), padding (0, at most half the kernel),\n"
                   "  count_include_pad (true: padding counts as zeros; false: the mean of what is inside), "
                 : "kernel, stride (the kernel), padding (0, at most half the kernel),\n  count_include_pad (true: "
                   "padding counts as zeros; false: the mean of what is inside), ")
          : (dimensions == 2 ? "kernel (a number or [height, width]), stride (the kernel), padding (0, at most half "
                               "the kernel),\n  "
                             : "kernel, stride (the kernel), padding (0, at most half the kernel), ");
  return entry({name, average ? "mean of each window" : "largest of each window",
                average ? "y_c(o) = mean over places k of the kernel of x_c(stride o - padding + k)"
                        : "y_c(o) = max over places k of the kernel of x_c(stride o - padding + k); of equals the "
                          "first takes the gradient",
                keys, dimensions == 2 ? images : series, ", kernel = 2"},
               operation, [=](const config::Table& table, const Shape& source) {
                 return read_windows(table, source, dimensions, average);
               });
}

}  // namespace

EdgeEntry max_pool1d_entry() { return windows_entry("max_pool1d", 1, Operation::maximum); }
EdgeEntry max_pool2d_entry() { return windows_entry("max_pool2d", 2, Operation::maximum); }
EdgeEntry average_pool1d_entry() { return windows_entry("average_pool1d", 1, Operation::average); }
EdgeEntry average_pool2d_entry() { return windows_entry("average_pool2d", 2, Operation::average); }

EdgeEntry global_max_pool_entry() {
  return entry({"global_max_pool", "largest of each channel", "y_c = max over all places of x_c", "", either, ""},
               Operation::maximum, read_global);
}

EdgeEntry global_average_pool_entry() {
  return entry({"global_average_pool", "mean of each channel", "y_c = mean over all places of x_c", "", either, ""},
               Operation::average, read_global);
}

EdgeEntry upsample_entry() {
  return entry({"upsample", "each value repeated over a block", "y_c(o) = x_c(floor(o / factor))",
                "factor (a number, [height, width] or [length]), ",
                "{channels, height, width}, {height, width}, {channels, length} or {length}", ", factor = [2, 2]"},
               Operation::upsampling, read_upsampling);
}

}  // namespace cajal
