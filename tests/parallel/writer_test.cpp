#include "sim/parallel/writer.hpp"

#include <atomic>
#include <chrono>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/catch.hpp"

using cajal::Writer;

TEST_CASE("jobs run in order on another thread", "[parallel]") {
  std::vector<int> order;
  std::thread::id thread;
  Writer writer(3);
  for (int i = 0; i < 1000; ++i) writer.post([&order, i] { order.push_back(i); });
  writer.post([&] { thread = std::this_thread::get_id(); });
  writer.drain();
  std::vector<int> expected(1000);
  std::iota(expected.begin(), expected.end(), 0);
  CHECK(order == expected);
  CHECK(thread != std::this_thread::get_id());
  writer.drain();
}

TEST_CASE("what was posted runs before the writer ends", "[parallel]") {
  int done = 0;
  {
    Writer writer(100);
    for (int i = 0; i < 50; ++i) writer.post([&done] { ++done; });
  }
  CHECK(done == 50);
}

TEST_CASE("a full queue makes the poster wait", "[parallel]") {
  std::atomic<bool> open = false;
  std::atomic<int> posted = 0;
  Writer writer(2);
  std::jthread poster([&] {
    for (int i = 0; i < 10; ++i) {
      writer.post([&] {
        while (!open) std::this_thread::yield();
      });
      ++posted;
    }
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  // One runs, two wait.
  CHECK(posted <= 3);
  open = true;
  poster.join();
  writer.drain();
  CHECK(posted == 10);
}

TEST_CASE("an exception of a job comes out once, and the jobs after it are dropped", "[parallel]") {
  Writer writer(10);
  std::atomic<bool> open = false;
  int after = 0;
  writer.post([&] {
    while (!open) std::this_thread::yield();
    throw std::runtime_error("disk full");
  });
  writer.post([&] { ++after; });
  open = true;
  CHECK_THROWS_AS(writer.drain(), std::runtime_error);
  writer.drain();
  CHECK(after == 0);

  writer.post([] { throw std::runtime_error("again"); });
  const auto post_until_it_throws = [&] {
    for (int i = 0; i < 100000; ++i) writer.post([] {});
  };
  CHECK_THROWS_AS(post_until_it_throws(), std::runtime_error);
  writer.post([&] { ++after; });
  writer.drain();
  CHECK(after == 1);
}
