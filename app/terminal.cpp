#include "app/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <csignal>

namespace cajal::app {

namespace {

std::string duration(double seconds) {
  if (seconds < 1) return "<1 s";
  const int s = static_cast<int>(std::lround(seconds));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{}:{:02d} min", s / 60, s % 60);
  return fmt::format("{}:{:02d} h", s / 3600, s / 60 % 60);
}

extern "C" void on_signal(int) {
  // A second signal ends the process the hard way.
  if (stop_requested().exchange(true)) _exit(130);
}

}  // namespace

std::atomic<bool>& stop_requested() {
  static std::atomic<bool> stop{false};
  return stop;
}

void catch_signals() {
  stop_requested();
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

Terminal::Terminal(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0) {}

Terminal::~Terminal() { clear(); }

void Terminal::clear() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
  drawn_ = false;
}

void Terminal::line(const std::string& text) {
  if (quiet_) return;
  const std::lock_guard lock(mutex_);
  clear();
  fmt::print(stderr, "{}\n", text);
}

void Terminal::result(const std::string& text) {
  const std::lock_guard lock(mutex_);
  clear();
  fmt::print("{}", text);
  std::fflush(stdout);
}

void Terminal::bar(const std::string& title, double share, double done, const std::string& unit) {
  const auto now = std::chrono::steady_clock::now();
  if (title != title_ || share < last_share_) {
    title_ = title;
    begun_ = now;
    drawn_at_ = {};
  }
  last_share_ = share;
  if (share < 1 && now - drawn_at_ < std::chrono::milliseconds(100)) return;
  drawn_at_ = now;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  const int width = 24, full = static_cast<int>(share * width);
  std::string blocks;
  for (int i = 0; i < width; ++i) blocks += i < full ? "█" : "·";
  const double rate = seconds > 0 ? done / seconds : 0;
  fmt::print(stderr, "\r\033[K{} {} {:3.0f} %  {:.4g} {}/s  {} left", title, blocks, share * 100, rate, unit,
             share > 0 ? duration(seconds * (1 - share) / share) : "?");
  drawn_ = true;
}

void Terminal::progress(const std::string& name, const Progress& p) {
  if (quiet_) return;
  const std::lock_guard lock(mutex_);
  const bool ended = p.done == p.total;
  if (terminal_ && !ended) {
    const std::string epoch = p.epochs > 1 ? fmt::format(" {}/{}", p.epoch, p.epochs) : "";
    const std::string loss = std::isnan(p.loss) ? "" : fmt::format("  loss {:.4f}", p.loss);
    return bar(fmt::format("{}  {}{}{}", name, p.phase, epoch, loss),
               static_cast<double>(p.done) / static_cast<double>(p.total), static_cast<double>(p.done), "samples");
  }
  if (!ended) return;
  clear();
  std::string text = fmt::format("{}: {}", name, p.phase);
  if (p.epochs > 1) text += fmt::format(", epoch {} of {}", p.epoch, p.epochs);
  text += fmt::format(", {} samples", p.total);
  if (!std::isnan(p.loss)) text += fmt::format(", loss {:.4f}", p.loss);
  if (!std::isnan(p.accuracy)) text += fmt::format(", accuracy {:.2f} %", 100 * p.accuracy);
  fmt::print(stderr, "{}\n", text);
}

void Terminal::plain(const std::string& name, double now, double total, const std::string& unit) {
  constexpr std::chrono::seconds interval{10};
  const auto time = std::chrono::steady_clock::now();
  if (title_ != name) {
    title_ = name;
    drawn_at_ = time;
  }
  if (now >= total || time - drawn_at_ < interval) return;
  drawn_at_ = time;
  fmt::print(stderr, "{}: {:.4g} of {:g} {}\n", name, now, total, unit);
}

void Terminal::progress(const std::string& name, double now, double total, const std::string& unit) {
  if (quiet_) return;
  const std::lock_guard lock(mutex_);
  if (!terminal_) return plain(name, now, total, unit);
  if (now < total)
    bar(name, now / total, now, unit);
  else
    clear();
}

}  // namespace cajal::app
