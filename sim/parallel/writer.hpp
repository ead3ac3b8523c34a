#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace cajal {

/// One thread that runs jobs in the order they were posted, so that a simulation need not wait for its files. Post from
/// one or several threads, never from within a job.
class Writer {
 public:
  using Job = std::function<void()>;

  /// At most `capacity` jobs wait (at least 1): that bounds the memory they hold.
  explicit Writer(std::size_t capacity = 16);
  /// Runs what was posted; an exception of these last jobs is lost, so drain first.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Adds a job, after waiting for room. If an earlier job threw, the jobs after it were dropped, and `post` rethrows
  /// its exception, once, instead of adding this one.
  void post(Job job);
  /// Waits until all jobs have run. Rethrows like `post`.
  void drain();

 private:
  void run(const std::stop_token& stop);
  void rethrow(std::unique_lock<std::mutex>& lock);

  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Job> jobs_;
  bool busy_ = false;
  std::exception_ptr error_;
  /// Last, so that it ends before what it uses.
  std::jthread thread_;
};

}  // namespace cajal
