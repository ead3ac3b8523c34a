#pragma once

#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>

#include "learning/learner.hpp"

namespace cajal::app {

/// What a person sees while a run goes on: a bar with rate and time left on a terminal, plain lines elsewhere, nothing
/// when quiet. Several learners may report at the same time.
class Terminal {
 public:
  explicit Terminal(bool quiet);
  ~Terminal();

  /// A line that stays.
  void line(const std::string& text);
  /// The table and other results: standard output, also when quiet.
  void result(const std::string& text);
  void progress(const std::string& name, const Progress& progress);
  /// Of a simulation, in ms of the model's time.
  void progress(const std::string& name, double now, double duration, const std::string& unit = "ms");

 private:
  void bar(const std::string& text, double share, double done, const std::string& unit);
  /// A line now and then, for logs.
  void plain(const std::string& name, double now, double total, const std::string& unit);
  void clear();

  bool quiet_, terminal_;
  bool drawn_ = false;
  std::mutex mutex_;
  std::string title_;
  std::chrono::steady_clock::time_point begun_, drawn_at_;
  double last_share_ = 0;
};

/// Set by SIGINT and SIGTERM: runs end after their current batch or window, and what is finished is saved.
std::atomic<bool>& stop_requested();
void catch_signals();

}  // namespace cajal::app
