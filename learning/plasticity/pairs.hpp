#pragma once

#include "learning/plasticity/rule.hpp"

namespace cajal {

// Which pairs of a presynaptic and a postsynaptic spike a rule counts: the key `pairs` of the rules of pairs, and a
// number among their parameters. Source: Morrison, Diesmann & Gerstner 2008, Biol. Cybern. 98:459, section 4.1.2 and
// figure 7.

inline constexpr double all_pairs = 1;           ///< every spike with all earlier ones
inline constexpr double nearest_pairs = 0;       ///< every spike with the nearest earlier one
inline constexpr double presynaptic_pairs = -1;  ///< every pre spike with the last and the next post spike
inline constexpr double reduced_pairs = -2;      ///< as `nearest`, where no other spike of either side lies between

/// The key, for the parameter with this number.
constexpr WordKey pairs_key(std::size_t member) {
  return {"pairs",
          "which pairs of spikes count",
          {{{"all", all_pairs},
            {"nearest", nearest_pairs},
            {"presynaptic_centred", presynaptic_pairs},
            {"reduced", reduced_pairs}}},
          member};
}

/// A trace just after a spike: of all earlier spikes the sum, else of the last one.
template <class T>
T trace_of_pairs(const T& trace, const T& pairs) {
  return at_least(pairs, T(0)) * trace + T(1);
}

/// Of pre spikes without a post spike between them the last is the one that presynaptic-centred pairs join to the next
/// post spike.
constexpr bool first_post_counts(double pairs) { return pairs <= presynaptic_pairs; }
constexpr bool first_pre_counts(double pairs) { return pairs <= reduced_pairs; }

}  // namespace cajal
