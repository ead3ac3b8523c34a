#include "sim/parallel/team.hpp"

#include <immintrin.h>

namespace cajal {

namespace {

/// A barrier that another part left by an exception.
struct Abandoned {};

/// While it lives, the thread takes numbers too small for full precision for zero. A network that falls silent decays
/// to such numbers, with which processors are many times slower.
class WithoutDenormals {
 public:
  WithoutDenormals() : before_(_mm_getcsr()) {
    constexpr unsigned flush_to_zero = 0x8000, denormals_are_zero = 0x0040;
    _mm_setcsr(before_ | flush_to_zero | denormals_are_zero);
  }
  ~WithoutDenormals() { _mm_setcsr(before_); }
  WithoutDenormals(const WithoutDenormals&) = delete;
  WithoutDenormals& operator=(const WithoutDenormals&) = delete;

 private:
  unsigned before_;
};

/// Until `value` differs from `old`: some 20 microseconds of spinning, then sleep, so that a processor core that has
/// nothing to do is free for what keeps the others waiting.
template <class T>
void wait_while(const std::atomic<T>& value, T old) {
  for (int i = 0; i < 3000; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    __builtin_ia32_pause();
  }
  while (value.load(std::memory_order_acquire) == old) value.wait(old, std::memory_order_acquire);
}

}  // namespace

Team::Team(std::size_t threads) : size_(threads < 1 ? 1 : threads) {
  for (std::size_t part = 1; part < size_; ++part) threads_.emplace_back([this, part] { work(part); });
}

Team::~Team() {
  stop_ = true;
  ++round_;
  round_.notify_all();
}

void Team::perform(std::size_t part) {
  const WithoutDenormals without;
  try {
    (*task_)(part);
  } catch (const Abandoned&) {
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!exception_) exception_ = std::current_exception();
    failed_ = true;
    ++phase_;
    phase_.notify_all();
  }
}

void Team::work(std::size_t part) {
  std::uint64_t seen = 0;
  for (;;) {
    wait_while(round_, seen);
    ++seen;
    if (stop_) return;
    perform(part);
    if (finished_.fetch_add(1, std::memory_order_acq_rel) + 2 == size_) finished_.notify_all();
  }
}

void Team::run(const std::function<void(std::size_t)>& task) {
  task_ = &task;
  finished_ = 0;
  arrived_ = 0;
  failed_ = false;
  exception_ = nullptr;
  ++round_;
  round_.notify_all();
  perform(0);
  for (std::size_t done = finished_; done + 1 < size_; done = finished_) wait_while(finished_, done);
  if (exception_) std::rethrow_exception(exception_);
}

void Team::barrier() {
  if (size_ == 1) return;
  const std::uint64_t phase = phase_.load(std::memory_order_acquire);
  if (failed_) throw Abandoned{};
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == size_) {
    arrived_.store(0, std::memory_order_relaxed);
    phase_.fetch_add(1, std::memory_order_acq_rel);
    phase_.notify_all();
  } else {
    wait_while(phase_, phase);
  }
  if (failed_) throw Abandoned{};
}

}  // namespace cajal
