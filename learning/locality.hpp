#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace cajal {

/// A piece of information that the change of a weight depends on. What a synapse can know of itself comes first, then
/// what has to be told it, then what nobody knows how a brain could tell.
enum class Information {
  presynaptic,
  postsynaptic,
  own_weight,
  target,
  third_factor,
  other_weights,
  other_units,
  all_samples,
  fixed_feedback,
  weight_signs,
  weight_transport,
  through_time
};

struct InformationText {
  std::string_view name, meaning;
};

/// The fixed vocabulary, in the order of Information.
inline constexpr std::array<InformationText, 12> information_texts{{
    {"presynaptic activity", "what the source unit sends, or traces of it"},
    {"postsynaptic activity", "what the target unit does: spikes, rate, membrane, or traces of them"},
    {"own weight", "the weight that changes"},
    {"target", "what the target unit itself is to do: a teacher, or the loss of an output"},
    {"third factor", "one number for all synapses: reward, a neuromodulator"},
    {"other weights", "the other weights of the same unit"},
    {"other units", "what other units of the target's layer do, and their weights"},
    {"all samples", "sums over all samples and all inputs at once"},
    {"fixed feedback", "errors of later layers, carried back by fixed random weights"},
    {"weight signs", "the signs of the weights of later layers"},
    {"weight transport", "errors of later layers, carried back by the very weights that lead there"},
    {"through time", "what later steps make of an earlier one: the steps are walked back"},
}};

/// What the rule of a learning process uses.
class Locality {
 public:
  constexpr Locality() = default;
  constexpr Locality(std::initializer_list<Information> all) {
    for (const Information i : all) add(i);
  }
  constexpr void add(Information i) { bits_ = static_cast<std::uint16_t>(bits_ | bit(i)); }
  constexpr bool uses(Information i) const { return (bits_ & bit(i)) != 0; }

  /// Its words, in the order of the vocabulary.
  std::vector<std::string> words() const {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < information_texts.size(); ++i)
      if (uses(static_cast<Information>(i))) out.emplace_back(information_texts[i].name);
    return out;
  }
  /// `local`, `local + third factor`, or what it uses beyond a synapse: `weight transport + through time`.
  std::string summary() const {
    std::string local = "local", beyond;
    for (std::size_t i = static_cast<std::size_t>(Information::target); i < information_texts.size(); ++i) {
      if (!uses(static_cast<Information>(i))) continue;
      const std::string name(information_texts[i].name);
      if (i <= static_cast<std::size_t>(Information::third_factor))
        local += " + " + name;
      else
        beyond += (beyond.empty() ? "" : " + ") + name;
    }
    return beyond.empty() ? local : beyond;
  }

 private:
  static constexpr unsigned bit(Information i) { return 1u << static_cast<unsigned>(i); }
  std::uint16_t bits_ = 0;
};

}  // namespace cajal
