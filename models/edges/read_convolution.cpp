// The words `conv1d`, `conv2d`, `conv_transpose1d`, `conv_transpose2d` of a config.

#include <fmt/format.h>

#include <limits>

#include "models/edges/convolution.hpp"
#include "models/edges/initial.hpp"
#include "models/edges/planes.hpp"
#include "sim/memory.hpp"

namespace cajal {

namespace {

/// `padding = "same" | "valid"` or extents. "same" keeps the size, where the stride is 1 and the kernel odd.
std::array<std::size_t, 2> read_padding(const config::Table& table, int dimensions,
                                        const std::array<std::size_t, 2>& kernel,
                                        const std::array<std::size_t, 2>& stride,
                                        const std::array<std::size_t, 2>& dilation) {
  const config::Value* given = table.peek("padding");
  if (!given || given->kind != config::Value::Kind::text) return read_extent(table, "padding", 0, 0, dimensions);
  if (table.choice("padding", {"valid", "same"}, "valid") != "same") return {0, 0};
  std::array<std::size_t, 2> padding{};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::size_t reach = dilation[axis] * (kernel[axis] - 1);
    if (stride[axis] != 1 || reach % 2 != 0) {
      table.error("padding", "\"same\" needs a stride of 1 and kernels of odd extents; write the number");
      return {0, 0};
    }
    padding[axis] = reach / 2;
  }
  return padding;
}

struct Read {
  Convolution convolution;  ///< transposed: the one that this is the way back of
  Shape shape, weight_shape;
  std::size_t filters = 0;
};

/// Nothing, with errors, if it cannot be.
std::optional<Read> read(const config::Table& table, const Shape& source, int dimensions, bool transposed) {
  const std::size_t errors = table.diagnostics().size();
  const auto planes = read_planes(table, source, dimensions);
  const auto filters = static_cast<std::size_t>(table.required_integer("filters", 1, 1 << 20));
  if (!table.has("kernel")) table.error("kernel", "missing key `kernel`: its extent, like 3 or [3, 3]");
  const auto kernel = read_extent(table, "kernel", 1, 1, dimensions);
  const auto stride = read_extent(table, "stride", 1, 1, dimensions);
  const auto dilation = read_extent(table, "dilation", 1, 1, dimensions);
  const auto groups = static_cast<std::size_t>(table.integer("groups", 1, 1, 1 << 20));
  const auto padding = transposed ? read_extent(table, "padding", 0, 0, dimensions)
                                  : read_padding(table, dimensions, kernel, stride, dilation);
  const auto more =
      transposed ? read_extent(table, "output_padding", 0, 0, dimensions) : std::array<std::size_t, 2>{0, 0};
  if (!planes || table.diagnostics().size() > errors) return std::nullopt;
  Read out;
  out.filters = filters;
  std::string fault;
  if (transposed) {
    const TransposedConvolution t{planes->channels, planes->height, planes->width, filters,    kernel[0],
                                  kernel[1],        stride[0],      stride[1],     padding[0], padding[1],
                                  dilation[0],      dilation[1],    more[0],       more[1],    groups};
    fault = t.fault();
    if (fault.empty()) {
      out.convolution = t.reversed();
      out.shape = planes_shape(filters, t.out_height(), t.out_width(), dimensions);
      out.weight_shape = {planes->channels, filters / groups};
    }
  } else {
    const Convolution c{planes->channels, planes->height, planes->width, filters,     kernel[0],   kernel[1], stride[0],
                        stride[1],        padding[0],     padding[1],    dilation[0], dilation[1], groups};
    fault = c.fault();
    if (fault.empty()) {
      out.convolution = c;
      out.shape = planes_shape(filters, c.out_height(), c.out_width(), dimensions);
      out.weight_shape = {filters, planes->channels / groups};
    }
  }
  if (!fault.empty()) {
    table.error("", fault);
    return std::nullopt;
  }
  if (dimensions == 2) out.weight_shape.push_back(kernel[0]);
  out.weight_shape.push_back(kernel[1]);
  return out;
}

template <class Real>
std::unique_ptr<Edge<Real>> make(const EdgeRequest& r, Node<Real>& from, Node<Real>& to, int dimensions,
                                 bool transposed) {
  const auto geometry = read(r.table, from.shape, dimensions, transposed);
  if (!geometry) return nullptr;
  std::size_t units = 1;
  for (const std::size_t n : geometry->shape) units *= n;
  if (units != to.port_units(r.port)) {
    r.table.error("to", fmt::format("\"{}\" has {} units, but {} arrive ({})", to.name(), to.port_units(r.port), units,
                                    fmt::join(geometry->shape, " x ")));
    return nullptr;
  }
  // The weight, where it stands, its first value; gradient, transposed weights and two states of an optimizer.
  const double bytes = static_cast<double>(geometry->convolution.weights()) *
                       (5 * sizeof(Real) + sizeof(std::uint32_t) + sizeof(double));
  if (bytes > usable_memory()) {
    r.table.error("filters",
                  fmt::format("{} weights take about {}; {} of memory are there", geometry->convolution.weights(),
                              bytes_text(bytes), bytes_text(usable_memory())));
    return nullptr;
  }
  const Port<Real>& target = to.ports[r.port];
  InitialRequest request = filter_request(geometry->weight_shape, geometry->filters);
  request.weight_unit = from.output_unit().empty() ? target.unit : "";
  request.bias_unit = target.unit;
  request.largest = static_cast<double>(std::numeric_limits<Real>::max());
  request.seed = r.seed;
  request.address = "edge." + r.name;
  request.folder = r.folder;
  const auto initial = read_initial(r.table, request);
  if (!initial) return nullptr;
  auto edge = std::make_unique<ConvolutionEdge<Real>>(
      r.name, from, to, r.port, r.delay,
      typename ConvolutionEdge<Real>::Geometry{geometry->convolution, transposed, geometry->weight_shape},
      initial->weight, initial->bias);
  if (r.feedback != Feedback::transpose) edge->set_feedback(r.feedback, draw_feedback(request));
  return edge;
}

EdgeEntry entry(const char* name, int dimensions, bool transposed) {
  const std::string meaning = fmt::format("{}convolution over {}", transposed ? "transposed " : "",
                                          dimensions == 2 ? "height and width" : "length");
  return edge_entry(
      name, meaning, true,
      [=](const config::Table& table, const Shape& source) {
        const auto found = read(table, source, dimensions, transposed);
        return found ? found->shape : Shape{};
      },
      [=]<class Real>(const EdgeRequest& r, Node<Real>& from, Node<Real>& to) {
        return make(r, from, to, dimensions, transposed);
      },
      [=] {
        const char* equation =
            transposed ? "    the way back of a convolution: every input spreads over the kernel's places\n"
                       : "    y_f = sum over channels c and places k of the kernel of W_fck x_c(place + k) + b_f, in "
                         "ascending order, by fma\n";
        return fmt::format(
            "{}: {}\n\n{}\nkeys (an extent is a number{})\n  from, to, filters, kernel, stride (1), padding (0{}), "
            "dilation (1), groups (1),{}\n  bias (true), init (\"kaiming_uniform\") or weight, delay (ms, 0) or "
            "delay_steps\n\nThe source has the shape {}. Weights have PyTorch's shape.\nsource: LeCun et al. 1989, "
            "Neural Computation 1:541\n\nexample\n  layers = [ {{ name = \"conv\", kind = \"{}\", filters = 32, kernel "
            "= "
            "3, activation = \"relu\" }} ]\n",
            name, meaning, equation, dimensions == 2 ? " or [height, width]" : "",
            transposed ? "" : ", \"valid\", \"same\"", transposed ? " output_padding (0)," : "",
            dimensions == 2 ? "{channels, height, width} or {height, width}" : "{channels, length} or {length}", name);
      });
}

}  // namespace

EdgeEntry conv1d_entry() { return entry("conv1d", 1, false); }
EdgeEntry conv2d_entry() { return entry("conv2d", 2, false); }
EdgeEntry conv_transpose1d_entry() { return entry("conv_transpose1d", 1, true); }
EdgeEntry conv_transpose2d_entry() { return entry("conv_transpose2d", 2, true); }

}  // namespace cajal
