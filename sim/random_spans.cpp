#include <algorithm>

#include "sim/random.hpp"
#include "sim/random_planes.hpp"

namespace cajal {

namespace {

/// What is made at once: 512 words.
constexpr std::size_t most_planes = 8, words_of_planes = 4 * blocks_of_planes;
using Buffer = std::array<Planes<std::uint32_t>, most_planes>;

std::size_t planes_for(std::size_t blocks) {
  return std::min(most_planes, (blocks + blocks_of_planes - 1) / blocks_of_planes);
}

}  // namespace

template <class Use>
void Draws::each_words(std::size_t count, Use use) {
  const auto one = [&] {
    const std::uint32_t word = bits();
    use(std::span(&word, 1));
    --count;
  };
  while (count > 0 && left_ > 0) one();
  Buffer buffer;
  while (count >= 4) {
    const std::span planes(buffer.data(), planes_for(count / 4));
    fill_steps(stream_, id_, step_, planes);
    for (const auto& p : planes) {
      const auto words = in_order_of_blocks(p);
      const std::size_t whole = std::min(words_of_planes, count / 4 * 4);
      use(std::span<const std::uint32_t>(words.data(), whole));
      step_ += whole / 4;
      count -= whole;
    }
  }
  while (count > 0) one();
}

void Draws::uniforms(std::span<float> out) {
  auto next = out.begin();
  each_words(out.size(), [&](std::span<const std::uint32_t> words) {
    next = std::transform(words.begin(), words.end(), next, [](std::uint32_t w) {
      return static_cast<float>(static_cast<std::int32_t>(w >> 8)) * 0x1p-24f;
    });
  });
}

void Draws::normals(std::span<float> out) {
  if (!out.empty() && has_spare_single_) {
    out[0] = spare_single_;
    has_spare_single_ = false;
    out = out.subspan(1);
  }
  // A pair of words stands in one half of a block.
  if (!out.empty() && left_ % 2 == 1) bits();
  Buffer buffer;
  while (!out.empty()) {
    std::size_t taken = left_ == 2 ? 2 : 0;
    const std::uint64_t first = left_ == 2 ? step_ - 1 : step_;
    const std::span planes(buffer.data(), planes_for((taken + out.size() + 3) / 4));
    fill_steps(stream_, id_, first, planes);
    for (std::size_t p = 0; p < planes.size(); ++p) {
      const auto numbers = in_order_of_blocks(standard_normals(planes[p]));
      const std::size_t begin = taken % words_of_planes, count = std::min(words_of_planes - begin, out.size());
      std::copy_n(numbers.begin() + static_cast<std::ptrdiff_t>(begin), count, out.begin());
      out = out.subspan(count);
      taken += count;
      if (count % 2 == 1) {
        spare_single_ = numbers[begin + count];
        has_spare_single_ = true;
        ++taken;
      }
    }
    step_ = first + (taken + 3) / 4;
    left_ = static_cast<int>(step_ * 4 - first * 4 - taken);
    if (left_ > 0) block_ = stream_.bits(id_, step_ - 1);
  }
}

void Draws::below(std::uint32_t n, std::span<std::uint32_t> out) {
  const std::uint32_t rejected_below = (0 - n) % n;
  auto next = out.begin();
  // Rejected words leave numbers to be drawn.
  while (next != out.end())
    each_words(static_cast<std::size_t>(out.end() - next), [&](std::span<const std::uint32_t> words) {
      for (const std::uint32_t w : words) {
        const std::uint64_t product = std::uint64_t{w} * n;
        if (static_cast<std::uint32_t>(product) >= rejected_below) *next++ = static_cast<std::uint32_t>(product >> 32);
      }
    });
}

}  // namespace cajal
