#include "sim/parallel/writer.hpp"

#include <algorithm>
#include <utility>

namespace cajal {

Writer::Writer(std::size_t capacity)
    : capacity_(std::max<std::size_t>(1, capacity)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

Writer::~Writer() {
  thread_.request_stop();
  thread_.join();
}

void Writer::post(Job job) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return error_ || jobs_.size() < capacity_; });
  rethrow(lock);
  jobs_.push_back(std::move(job));
  lock.unlock();
  changed_.notify_all();
}

void Writer::drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return jobs_.empty() && !busy_; });
  rethrow(lock);
}

void Writer::rethrow(std::unique_lock<std::mutex>& lock) {
  if (!error_) return;
  const std::exception_ptr error = std::exchange(error_, nullptr);
  lock.unlock();
  std::rethrow_exception(error);
}

void Writer::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [&] { return !jobs_.empty(); })) {
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    busy_ = true;
    lock.unlock();
    changed_.notify_all();
    std::exception_ptr error;
    try {
      job();
    } catch (...) {
      error = std::current_exception();
    }
    // What the job holds is freed here, not under the lock.
    job = nullptr;
    lock.lock();
    busy_ = false;
    if (error) {
      error_ = error;
      jobs_.clear();
    }
    changed_.notify_all();
  }
}

}  // namespace cajal
