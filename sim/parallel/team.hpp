#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace cajal {

/// A fixed group of threads that work on one task together and meet at barriers. Waiting spins briefly and then sleeps:
/// a pure spin becomes many times slower as soon as another process wants the processor.
class Team {
 public:
  /// `threads` including the caller; at least one.
  explicit Team(std::size_t threads);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  std::size_t size() const { return size_; }
  /// Calls task(part) for part = 0 .. size - 1 at the same time and returns when all have. The first exception is
  /// thrown on; the others then leave at their next barrier.
  void run(const std::function<void(std::size_t part)>& task);
  /// Within a task: waits until all parts are here.
  void barrier();

 private:
  void work(std::size_t part);
  void perform(std::size_t part);

  std::size_t size_;
  std::vector<std::jthread> threads_;
  const std::function<void(std::size_t)>* task_ = nullptr;
  std::atomic<std::uint64_t> round_{0};
  std::atomic<std::size_t> finished_{0};
  std::atomic<std::size_t> arrived_{0};
  std::atomic<std::uint64_t> phase_{0};
  std::atomic<bool> stop_{false}, failed_{false};
  std::mutex mutex_;
  std::exception_ptr exception_;
};

}  // namespace cajal
