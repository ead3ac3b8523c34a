// What the configs of single neurons promise in their first lines.

#include <fmt/format.h>

#include <map>

#include "tests/science/network_run.hpp"

using cajal::science::NetworkRun;

namespace {

using Train = std::vector<double>;

NetworkRun neurons(const std::string& config) { return NetworkRun(config, {}, "neurons"); }

Train intervals(const Train& spikes) {
  Train out;
  for (std::size_t i = 1; i < spikes.size(); ++i) out.push_back(spikes[i] - spikes[i - 1]);
  return out;
}

/// Spikes a second by the intervals after `start`; 0 where there is none.
double rate_of(const Train& spikes, double start) {
  const auto first = std::lower_bound(spikes.begin(), spikes.end(), start);
  const auto n = spikes.end() - first - 1;
  return n < 1 ? 0 : 1e3 * static_cast<double>(n) / (spikes.back() - *first);
}

/// How many spikes lie in (from, to].
std::size_t count(const Train& spikes, double from, double to) {
  return static_cast<std::size_t>(
      std::count_if(spikes.begin(), spikes.end(), [&](double t) { return t > from && t <= to; }));
}

/// How many bursts there are, which pauses of more than `pause` ms part.
std::size_t bursts(const Train& spikes, double pause) {
  const Train gaps = intervals(spikes);
  return spikes.empty() ? 0 : 1 + static_cast<std::size_t>(std::count_if(gaps.begin(), gaps.end(), [&](double g) {
                                return g > pause;
                              }));
}

}  // namespace

TEST_CASE("leaky neurons fire with the rate of their closed form") {
  const auto trains = neurons("lif").trains("N");
  for (std::size_t i = 0; i < trains.size(); ++i) {
    const double drive = 20 * static_cast<double>(i) * 10 / 250;
    INFO("under " << 20 * i << " pA");
    if (drive <= 15)
      CHECK(trains[i].empty());
    else
      CHECK(1000 / rate_of(trains[i], 0) == Approx(2 + 10 * std::log(drive / (drive - 15))).epsilon(0).margin(0.1));
  }
}

TEST_CASE("the twenty patterns of Izhikevich's neuron") {
  const NetworkRun run = neurons("izhikevich");
  std::map<char, Train> of;
  for (char c = 'A'; c <= 'T'; ++c) of[c] = run.trains(std::string(1, c))[0];
  // Spikes and bursts under a step.
  CHECK(of['A'].size() > 8);
  CHECK(intervals(of['A']).back() == Approx(26.9).margin(1));
  CHECK(of['B'].size() == 1);
  CHECK(bursts(of['C'], 15) >= 4);
  CHECK(of['C'].size() > 5 * bursts(of['C'], 15));
  CHECK(of['D'].size() > 4);
  CHECK(bursts(of['D'], 15) == 1);
  const Train mixed = intervals(of['E']);
  CHECK(mixed[0] < 5);
  CHECK(mixed.back() > 25);
  const Train adapting = intervals(of['F']);
  CHECK(std::is_sorted(adapting.begin(), adapting.begin() + 4));
  CHECK(adapting.back() > 10 * adapting.front());
  // Two classes of excitability under a ramp.
  // Rates while the first intervals last, and of the last ones.
  const Train first = intervals(of['G']), second = intervals(of['H']);
  CHECK(first.front() > 35);
  CHECK(first.back() < 0.4 * first.front());
  CHECK(second.front() < 22);
  CHECK(second.back() > 0.3 * second.front());
  // Latency, oscillations, resonance, integration.
  REQUIRE(of['I'].size() == 1);
  CHECK(of['I'][0] > 13.5);
  CHECK(of['J'].size() == 1);
  CHECK(count(of['K'], 40, 120) == 0);
  CHECK(count(of['K'], 320, 345) == 1);
  CHECK(count(of['L'], 9, 40) == 1);
  CHECK(count(of['L'], 70, 100) == 0);
  // After inhibition.
  CHECK(of['M'].size() == 1);
  CHECK(of['M'][0] > 25);
  CHECK(of['N'].size() > 5);
  CHECK(of['N'][0] > 25);
  CHECK(count(of['O'], 0, 80) == 0);
  CHECK(count(of['O'], 80, 100) == 1);
  // Bistability, after-potential, accommodation, inhibition.
  CHECK(count(of['P'], 0, 37.5) == 0);
  CHECK(count(of['P'], 37.5, 210) == 5);
  CHECK(count(of['P'], 215, 400) == 0);
  CHECK(of['Q'].size() == 1);
  REQUIRE(of['R'].size() == 1);
  CHECK(of['R'][0] > 300);
  CHECK(count(of['S'], 0, 50) == 0);
  CHECK(count(of['S'], 50, 250) == 3);
  CHECK(count(of['T'], 0, 50) == 0);
  CHECK(bursts(of['T'], 30) >= 2);
  CHECK(of['T'].size() > 5 * bursts(of['T'], 30));
}

TEST_CASE("the firing patterns of the adaptive exponential neuron") {
  const NetworkRun run = neurons("adex");
  const auto spikes = [&](const std::string& name) { return run.trains(name)[0]; };
  const auto spread = [](const Train& gaps) {
    return *std::max_element(gaps.begin(), gaps.end()) / *std::min_element(gaps.begin(), gaps.end());
  };
  CHECK(spread(intervals(spikes("tonic"))) < 1.1);
  const Train adaptation = intervals(spikes("adaptation"));
  CHECK(adaptation.back() > 5 * adaptation.front());
  CHECK(adaptation.back() == Approx(adaptation[adaptation.size() - 2]).margin(0.2));
  const Train initial = intervals(spikes("initial_burst"));
  CHECK(initial[0] < 5);
  CHECK(spread({initial.begin() + 3, initial.end()}) < 1.05);
  const Train bursting = intervals(spikes("regular_bursting"));
  for (std::size_t i = 3; i + 1 < bursting.size(); i += 2)
    CHECK(std::max(bursting[i], bursting[i + 1]) > 15 * std::min(bursting[i], bursting[i + 1]));
  const Train late = spikes("delayed_accelerating"), shrinking = intervals(late);
  CHECK(late[0] > 30);
  CHECK(std::is_sorted(shrinking.rbegin(), shrinking.rend(), [](double a, double b) { return a < b - 0.11; }));
  CHECK(shrinking.back() < 0.6 * shrinking.front());
  CHECK(spikes("delayed_bursting")[0] > 50);
  CHECK(bursts(spikes("delayed_bursting"), 30) >= 6);
  CHECK(spikes("transient").size() == 1);
  // No interval of the last ten is that of three before it.
  const Train irregular = intervals(spikes("irregular"));
  CHECK(irregular.size() > 25);
  CHECK(spread(irregular) > 4);
  for (std::size_t period = 1; period < 6; ++period) {
    double most = 0;
    for (std::size_t i = irregular.size() - 10; i < irregular.size(); ++i)
      most = std::max(most, std::fabs(irregular[i] - irregular[i - period]));
    CHECK(most > 2);
  }
}

TEST_CASE("Hodgkin and Huxley's axon begins to fire for ever with more than 50 Hz") {
  const NetworkRun run = neurons("hodgkin_huxley");
  const auto trains = run.trains("N");
  for (std::size_t i = 0; i < trains.size(); ++i) {
    const double current = 500 + 10 * static_cast<double>(i), rate = rate_of(trains[i], 250);
    INFO("under " << current << " pA");
    if (current < 620) CHECK(rate == 0);
    if (current > 640) CHECK((rate > 50 && rate < 62));
  }
  const auto strong = run.trains("strong");
  CHECK(rate_of(strong[0], 250) == Approx(68.3).margin(0.5));
  CHECK(rate_of(strong[2], 250) == Approx(86.5).margin(0.5));
}

TEST_CASE("the exponential neuron has the f-I curve of Wang and Buzsaki's") {
  const NetworkRun run = neurons("wang_buzsaki");
  const auto full = run.trains("N"), reduced = run.trains("F");
  for (std::size_t i = 0; i < full.size(); ++i) {
    const double a = rate_of(full[i], 300), b = rate_of(reduced[i], 300);
    INFO("under " << 10 * i << " pA: " << a << " and " << b);
    if (i < 2) CHECK(full[i].size() + reduced[i].size() == 0);
    if (i > 2) CHECK(b == Approx(a).epsilon(0.05));
    if (i > 2) CHECK(a > rate_of(full[i - 1], 300));
  }
  CHECK(rate_of(full[2], 300) < 12);
  CHECK(rate_of(full[10], 300) == Approx(59.7).margin(0.5));
}

TEST_CASE("sharp exponential neurons fire as a leaky one") {
  const NetworkRun run = neurons("eif");
  const auto sharp = run.trains("sharp");
  const double limit = rate_of(run.trains("limit")[0], 200);
  double before = 1e9;
  for (const Train& train : sharp) {
    const double far = std::fabs(rate_of(train, 200) - limit);
    CHECK(far < before);
    before = far;
  }
  CHECK(before < 0.08 * limit);
}

TEST_CASE("quadratic neurons fire with the square root of what is above their threshold") {
  const auto trains = neurons("qif").trains("N");
  for (std::size_t i = 0; i < trains.size(); ++i) {
    const double above = 30 + 2 * static_cast<double>(i) - 37.5;
    if (above < 0) CHECK(trains[i].empty());
    // From infinity to infinity: pi C / sqrt(k (I - I_c)); this one's reset and peak are near.
    if (above > 0 && above < 5) {
      const double ideal = 1000 / (M_PI * 100 / std::sqrt(10.0 / 15 * above));
      CHECK(rate_of(trains[i], 100) == Approx(ideal).epsilon(0.05));
    }
  }
}

TEST_CASE("Traub and Miles's neuron fires from low rates on") {
  const auto trains = neurons("traub_hh").trains("N");
  CHECK(trains[0].empty());
  for (std::size_t i = 2; i < trains.size(); ++i) CHECK(rate_of(trains[i], 100) > rate_of(trains[i - 1], 100));
  CHECK(rate_of(trains[1], 100) == Approx(13.9).margin(0.5));
  CHECK(rate_of(trains[11], 100) == Approx(132.8).margin(1.5));
}

TEST_CASE("the two classes of Morris and Lecar's neuron") {
  const NetworkRun run = neurons("morris_lecar");
  const auto second = run.trains("class_II"), first = run.trains("class_I");
  double lowest = 1e9;
  for (std::size_t i = 0; i < second.size(); ++i) {
    const double rate = rate_of(second[i], 1500);
    INFO("class II under " << 85 + i << " pA");
    if (i >= 10) CHECK(rate > 10);
    if (rate > 0) lowest = std::min(lowest, rate);
  }
  CHECK(lowest > 7);
  CHECK(rate_of(second[0], 1500) == 0);
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double current = 35 + 0.5 * static_cast<double>(i), rate = rate_of(first[i], 500);
    INFO("class I under " << current << " pA");
    if (current < 39.9) CHECK(rate == 0);
    if (current > 40.4) CHECK((rate > 3 && rate < 14));
  }
}

TEST_CASE("FitzHugh and Nagumo's oscillator rests, fires, and is blocked") {
  const auto trains = neurons("fitzhugh_nagumo").trains("N");
  for (std::size_t i = 0; i < trains.size(); ++i) {
    const double input = 0.05 * static_cast<double>(i), rate = rate_of(trains[i], 500);
    INFO("under " << input);
    if (input < 0.31 || input > 1.44) CHECK(rate == 0);
    if (input > 0.34 && input < 1.41) CHECK((rate > 20 && rate < 30));
  }
}

TEST_CASE("Hindmarsh and Rose's neuron bursts with one spike more for more input") {
  const auto trains = neurons("hindmarsh_rose").trains("N");
  const auto late = [&](std::size_t unit) {
    Train train = trains[unit];
    std::erase_if(train, [](double t) { return t < 1500; });
    return train;
  };
  for (std::size_t unit = 0; unit < 4; ++unit) {
    const Train spikes = late(unit);
    const double per_burst = static_cast<double>(spikes.size()) / static_cast<double>(bursts(spikes, 60));
    CHECK(per_burst == Approx(static_cast<double>(unit + 1)).margin(0.25));
  }
  // Chaos: no period below 12 intervals; tonic: all intervals equal.
  const Train chaotic = intervals(late(4)), tonic = intervals(late(5));
  for (std::size_t period = 1; period < 12; ++period) {
    double most = 0;
    for (std::size_t i = period; i < chaotic.size(); ++i)
      most = std::max(most, std::fabs(chaotic[i] - chaotic[i - period]));
    CHECK(most > 5);
  }
  CHECK(*std::max_element(tonic.begin(), tonic.end()) < 1.02 * *std::min_element(tonic.begin(), tonic.end()));
}

TEST_CASE("an adaptive threshold slows the firing down") {
  const NetworkRun run = neurons("alif");
  const Train adapting = intervals(run.trains("N")[0]), plain = intervals(run.trains("plain")[0]);
  CHECK(run.trains("N")[0][0] == run.trains("plain")[0][0]);
  CHECK(std::is_sorted(adapting.begin(), adapting.end(), [](double a, double b) { return a < b - 0.11; }));
  CHECK(adapting.back() > 1.8 * adapting.front());
  CHECK(*std::max_element(plain.begin(), plain.end()) ==
        Approx(*std::min_element(plain.begin(), plain.end())).margin(0.11));
}

TEST_CASE("four thresholds make four kinds of neuron") {
  const NetworkRun run = neurons("mat2");
  const auto gaps = [&](const std::string& name) { return intervals(run.trains(name)[0]); };
  const Train regular = gaps("RS"), bursting = gaps("IB"), fast = gaps("FS"), chattering = gaps("CH");
  CHECK(regular.front() > 10);
  CHECK(regular.back() > 2 * regular.front());
  CHECK(bursting.front() < 5);
  CHECK(bursting.back() > 25);
  CHECK(*std::max_element(fast.begin(), fast.end()) < 6);
  CHECK(bursts(run.trains("CH")[0], 30) > 5);
  CHECK(*std::min_element(chattering.begin(), chattering.end()) == Approx(2.1).margin(0.01));
}

TEST_CASE("generalized neurons fire at random and adapt") {
  const NetworkRun run = neurons("gif");
  const auto trains = run.trains("N");
  CHECK(run.spikes("N", 0, 200).size() < 20);
  CHECK(run.rate("N", 220, 420) > 1.3 * run.rate("N", 1000, 2000));
  CHECK(run.rate("N", 1000, 2000) > 3);
  // The first spikes after the step scatter.
  Train firsts;
  for (const Train& train : trains)
    if (count(train, 200, 2000) > 0) firsts.push_back(*std::lower_bound(train.begin(), train.end(), 200.05));
  std::sort(firsts.begin(), firsts.end());
  CHECK(firsts[3 * firsts.size() / 4] - firsts[firsts.size() / 4] > 3);
}

TEST_CASE("a resonator fires for doublets at its period") {
  const auto trains = neurons("resonate_and_fire").trains("N");
  for (std::size_t i = 0; i < trains.size(); ++i) {
    const double interval = 0.5 * static_cast<double>(i + 1);
    INFO("pulses " << interval << " ms apart");
    CHECK(trains[i].empty() == !(interval < 1.6 || (interval > 5.4 && interval < 7.1)));
  }
}

TEST_CASE("spikes follow the rate that arrives") {
  const NetworkRun run = neurons("poisson_neuron");
  // Four standard deviations of counts.
  CHECK(run.rate("N", 0, 1000) == Approx(40).margin(4 * std::sqrt(40.0 / 200)));
  CHECK(run.rate("steady", 0, 1000) == Approx(40).margin(4 * std::sqrt(40.0 / 200)));
  for (int cycle = 0; cycle < 4; ++cycle) {
    // A quarter of a period about the crest, and about the trough.
    CHECK(run.rate("N", 250 * cycle + 31, 250 * cycle + 94) > 50);
    CHECK(run.rate("N", 250 * cycle + 156, 250 * cycle + 219) < 30);
  }
  double sum = 0, squares = 0, n = 0;
  for (const Train& train : run.trains("steady"))
    for (const double gap : intervals(train)) sum += gap, squares += gap * gap, ++n;
  CHECK(std::sqrt(squares / n - sum / n * sum / n) / (sum / n) == Approx(1).margin(0.06));
}
