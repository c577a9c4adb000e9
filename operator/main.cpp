#include "operator/kube/client/config.hpp"
#include "operator/kube/client/error.hpp"
#include "operator/shop/commands/cli.hpp"
#include "operator/shop/commands/commands.hpp"
#include "operator/shop/commands/plugin/plugin.hpp"
#include "services/kit/log/log.hpp"

#include <malloc.h>

#include <csignal>
#include <iostream>
#include <stop_token>
#include <thread>

namespace {

/// SIGTERM and SIGINT request a stop. Construct it before any other thread, so that all threads inherit the
/// mask and only this one receives the signals.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    waiter_ = std::jthread([this](const std::stop_token& done) {
      const timespec patience{0, 200'000'000};
      while (!done.stop_requested())
        if (sigtimedwait(&set_, nullptr, &patience) > 0) stop_.request_stop();
    });
  }
  std::stop_token stop() const { return stop_.get_token(); }

 private:
  sigset_t set_{};
  std::stop_source stop_;
  std::jthread waiter_;
};

int run(const shop::Options& options) {
  using Command = shop::Options::Command;
  const auto settings = shop::settings_from_environment(SHOPKEEPER_VERSION);
  switch (options.command) {
    case Command::Run: {
      Signals signals;
      return shop::run_command(options, settings, signals.stop());
    }
    case Command::Plan:
      return shop::plan_command(options, settings);
    case Command::CrdApply:
      return shop::crd_apply_command(options);
    case Command::Version:
      std::cout << SHOPKEEPER_VERSION << "\n";
      return 0;
    case Command::Help:
      break;
  }
  std::cout << shop::usage;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  // About thirty threads that mostly wait: a memory arena for each costs more than contention.
  mallopt(M_ARENA_MAX, 2);
  // Fixed, because glibc raises it to the size of the largest buffer freed, and pages of lists would then
  // stay in the heap as holes.
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  kit::log::configure("operator", kit::log::Level::Info);
  if (const auto plugin = shop::plugin::arguments({argv, argv + argc}))
    return shop::plugin::run(*plugin, shop::settings_from_environment(SHOPKEEPER_VERSION));
  try {
    const auto options = shop::parse_options({argv + 1, argv + argc});
    if (!kit::log::set_level(options.log_level))
      throw shop::UsageError("--log-level takes debug, info, warn or error");
    return run(options);
  } catch (const shop::UsageError& error) {
    std::cerr << error.what() << "\n\n" << shop::usage;
    return 64;
  } catch (const std::exception& error) {
    std::cerr << "shopkeeper-operator: " << error.what() << "\n";
    return 1;
  }
}
